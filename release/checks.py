"""What a bundle must agree with itself about, whoever signed it; laptop before, legal team after.

Every check reads the files of a bag whose manifests already hold, and raises BundleError with a
sentence that begins with the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from envelope import bag, canonical, form, keyring, sshsig
from envelope.errors import KeyringError
from envelope.keyring import Keyring
from release import aggregates, schema
from release.content import band, consent_basis, tier
from release.derived import COMPUTED_FROM, DERIVED, DRAWN, derived
from release.errors import BundleError
from release.files import bad, read, read_object, shaped
from release.proof import Layout
from release.testimony import TRANSLATION, check_testimony
from release.tool import version

FIRST = "0" * 64
"""`prev` of the first line of the custody extract."""
FIXED = frozenset(
    {
        "README.txt",
        "release.json",
        "method/METHOD.txt",
        "method/DECLARATION.txt",
        "method/form-v1.json",
        "verify/verify.py",
        "custody/log.jsonl",
        "custody/keyring.json",
        "custody/keyring.json.sig",
        "custody/keys.allowed_signers",
        aggregates.FILE,
        *DERIVED,
    }
)
_CONSENT_TEXT = re.compile(r"consent-texts/form-[0-9]{1,2}\.[a-z]{2,3}\.txt")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the checks found: release.json, the keyring (not yet trusted), the testimonies.

    `drawn_here` says that page and pictures were drawn again; only the version that drew them can.
    """

    release: Mapping[str, Any]
    keyring: Keyring
    testimonies: tuple[str, ...]
    drawn_here: bool


def check_content(folder: Path) -> Bundle:
    """Check everything in a bag that needs no anchor of trust.

    Raises BundleError (or another SakseError) whose sentence names the file.
    """
    info = bag.validate(folder)
    data = folder / "data"
    release = _release(data, info)
    ring = _keyring(data, release)
    ids = tuple(release["testimonies"])
    _files(data, ids, court=release["tier"] == "court")
    _form(data)
    _custody(data, ids)
    widths: dict[str, int] = {}
    for testimony in ids:
        check_testimony(data, testimony, release, widths)
    aggregates.read(read(data, aggregates.FILE), release["tier"], release["day"])
    drawn_here = release["tool"]["version"] == version()
    _derived(data, frozenset() if drawn_here else DRAWN)
    return Bundle(release, ring, ids, drawn_here)


def allowed_signers(ring: Keyring) -> bytes:
    """Return keys.allowed_signers of a keyring's reviewers, for `ssh-keygen -Y verify`."""
    entries = ((name, raw, sshsig.RELEASE) for name, raw in ring.signers().items())
    return sshsig.allowed_signers(entries).encode()


def _release(data: Path, info: Mapping[str, str]) -> dict[str, Any]:
    name = "data/release.json"
    release: dict[str, Any] = read_object(data, "release.json", schema.RELEASE)
    recipient = release["recipient"]
    level = tier(recipient["class"])
    numbers = release["counts"]
    if info.get("External-Identifier") != f"sakse-{release['id']}":
        raise bad("bag-info.txt", "names another release than data/release.json")
    if info.get("Bagging-Date") != release["day"]:
        raise bad("bag-info.txt", "has another date than data/release.json")
    if release["tier"] != level or (recipient["fingerprint"] is None) != (level == "public"):
        raise bad(name, "gives a tier that is not the recipient's")
    if release["consent"] != consent_basis(recipient["class"]):
        raise bad(name, "states another consent than this recipient needs")
    if list(release["testimonies"]) != sorted(set(release["testimonies"])):
        raise bad(name, "lists its testimonies twice or out of order")
    _events(release)
    count = len(release["testimonies"])
    if numbers["released"] != (count if level == "court" else band(count)):
        raise bad(name, "counts other testimonies than the bundle holds")
    if any(isinstance(n, int) != (level == "court") for n in numbers.values()):
        raise bad(name, "has exact counts where bands belong, or the other way round")
    if level == "court":
        parts = numbers["released"] + numbers["withheld"] + numbers["set_aside"]
        if parts != numbers["received"]:
            raise bad(name, "has counts that do not add up to the testimonies received")
    return release


def _events(release: Mapping[str, Any]) -> None:
    """Refuse an event of fewer than two testimonies, of unknown ones, or with one of another."""
    name, events = "data/release.json", release["events"]
    groups = [one["testimonies"] for one in events]
    grouped = [testimony for group in groups for testimony in group]
    if any(len(group) < 2 or group != sorted(set(group)) for group in groups):
        raise bad(name, "has an event that is no group of testimonies in order")
    if len(set(grouped)) != len(grouped) or not set(grouped) <= set(release["testimonies"]):
        raise bad(name, "puts a testimony into two events, or one that is not here")
    for one in events:
        rests, known = one["dependent"], set(one["testimonies"])
        if rests != sorted(set(rests)) or not set(rests) <= known:
            raise bad(name, "says of a testimony outside an event that it rests on one in it")


def _derived(data: Path, unlike: Collection[str]) -> None:
    """Compute these files again: each must say what the accounts beside it say, and no more.

    `unlike` are those that another version drew.
    """
    small = (path for path in data.rglob("*") if path.suffix in {".json", ".csv", ".txt"})
    names = (path.relative_to(data).as_posix() for path in small if path.is_file())
    read_from = (n for n in names if n.startswith(COMPUTED_FROM) and not n.endswith("/proof.json"))
    own = {name: read(data, name) for name in read_from}
    for name, computed in derived(own).items():
        if name not in unlike and read(data, name) != computed:
            raise bad(f"data/{name}", "does not say what the accounts beside it say")


def _keyring(data: Path, release: Mapping[str, Any]) -> Keyring:
    name = "data/custody/keyring.json"
    raw = read(data, "custody/keyring.json")
    try:
        ring = keyring.parse(raw)
    except KeyringError as error:
        raise BundleError(f"{name}: {error}") from error
    if release["keyring"] != {"serial": ring.serial, "sha256": sha256(raw).hexdigest()}:
        raise bad(name, "is not the keyring that data/release.json names")
    if release["redactor"] not in ring.signers():
        raise bad("data/release.json", "names a redactor who is no reviewer of the keyring")
    if read(data, "custody/keys.allowed_signers") != allowed_signers(ring):
        raise bad("data/custody/keys.allowed_signers", "is not what the keyring says")
    return ring


def _files(data: Path, ids: Sequence[str], *, court: bool) -> None:
    """Refuse a file too many or too few; testimonies' own files are optional only where said."""
    present = {p.relative_to(data).as_posix() for p in data.rglob("*") if p.is_file()}
    needed = {"testimony.json", "narrative.txt", "redactions.csv", "consent.json"}
    needed |= {"assessment.json"} | ({"proof.json"} if court else set())
    expected = FIXED | {f"testimonies/{t}/{name}" for t in ids for name in needed}
    unneeded = ("narrative.reading.txt", TRANSLATION)
    optional = {f"testimonies/{t}/{name}" for t in ids for name in unneeded}
    optional |= {name for name in present if _CONSENT_TEXT.fullmatch(name)}
    for testimony in ids:
        copies, transcripts = _attached(data, testimony)
        expected |= copies
        optional |= transcripts
    for name in sorted(expected - present):
        raise bad(f"data/{name}", "is missing")
    for name in sorted(present - expected - optional):
        raise bad(f"data/{name}", "does not belong in this bundle")


def _attached(data: Path, testimony: str) -> tuple[set[str], set[str]]:
    """The clean copies that a testimony's own list names, and the transcripts it may have."""
    summary = read_object(data, f"testimonies/{testimony}/testimony.json", schema.TESTIMONY)
    folder = f"testimonies/{testimony}/attachments"
    copies = {f"{folder}/{item['file']}" for item in summary["copies"]}
    listed = [item["ordinal"] for item in (*summary["attachments"], *summary["copies"])]
    return copies, {f"{folder}/{ordinal:02}.transcript.txt" for ordinal in listed}


def _form(data: Path) -> None:
    """The order of the form's fields is frozen, so the one in the bag must be the one we know."""
    name = "data/method/form-v1.json"
    value = canonical.loads(read(data, "method/form-v1.json"), what=name)
    ours = form.load()
    try:
        typed = {f for q in value["questions"] if q["kind"] == "text" for f in q["fields"]}
        same = value["version"] == ours.version and tuple(value["fields"]) == ours.fields
    except (KeyError, TypeError):
        same, typed = False, set()
    if not same or typed != Layout.of(ours).free:
        raise bad(name, "is not version 1 of the form")


def _custody(data: Path, ids: Sequence[str]) -> None:
    name = "data/custody/log.jsonl"
    for number, event in enumerate(chain(read(data, "custody/log.jsonl"), name), 1):
        shaped(event, schema.CUSTODY, f"Line {number} of {name}")
        if event["testimony"] and event["testimony"] not in ids:
            raise bad(f"Line {number} of {name}", "names a testimony that is not in the bundle")


def chain(raw: bytes, name: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a log or extract whose `prev` is the SHA-256 of the line before."""
    prev = FIRST
    if raw and not raw.endswith(b"\n"):
        raise bad(name, "ends in the middle of a line")
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        event = canonical.loads_canonical(line, what=f"Line {number} of {name}")
        if not isinstance(event, dict) or event.get("prev") != prev:
            raise bad(f"Line {number} of {name}", "does not follow the line before it")
        prev = sha256(line).hexdigest()
        yield event
