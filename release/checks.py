"""What a bundle must agree with itself about, whoever signed it; laptop before, legal team after.

Every check reads the files of a bag whose manifests already hold, and raises BundleError with a
sentence that begins with the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any

from envelope import bag, canonical, form, keyring, sshsig
from envelope.commit import UNIT_MULTIPLE
from envelope.errors import FormatError, KeyringError
from envelope.keyring import Keyring
from envelope.padding import MAX_ATTACHMENTS
from release import aggregates, schema
from release.content import COPIES, LATER, NARRATIVE, READING, UNOFFICIAL, band, consent_basis, tier
from release.derived import COMPUTED_FROM, DERIVED, DRAWN, derived
from release.errors import BundleError, ProofError
from release.proof import Layout, Shown, verify_proof
from release.shape import Check
from release.texts import NUMBERED, read_redactions, tokens, without_tokens
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
TRANSLATION = "narrative.en.txt"
"""The unofficial translation of an account, if somebody wrote one."""
_CONSENT_TEXT = re.compile(r"consent-texts/form-[0-9]{1,2}\.[a-z]{2,3}\.txt")
_MAX_COPY = 256 << 20  # a film of a quarter of an hour
_MAX_FILE = 64 << 20  # the proof of a long account, open in part, is the largest


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
        _testimony(data, testimony, release, widths)
    aggregates.read(_read(data, aggregates.FILE), release["tier"], release["day"])
    drawn_here = release["tool"]["version"] == version()
    _derived(data, frozenset() if drawn_here else DRAWN)
    return Bundle(release, ring, ids, drawn_here)


def allowed_signers(ring: Keyring) -> bytes:
    """Return keys.allowed_signers of a keyring's reviewers, for `ssh-keygen -Y verify`."""
    entries = ((name, raw, sshsig.RELEASE) for name, raw in ring.signers().items())
    return sshsig.allowed_signers(entries).encode()


def _release(data: Path, info: Mapping[str, str]) -> dict[str, Any]:
    name = "data/release.json"
    release: dict[str, Any] = _object(data, "release.json", schema.RELEASE)
    recipient = release["recipient"]
    level = tier(recipient["class"])
    numbers = release["counts"]
    if info.get("External-Identifier") != f"sakse-{release['id']}":
        raise _bad("bag-info.txt", "names another release than data/release.json")
    if info.get("Bagging-Date") != release["day"]:
        raise _bad("bag-info.txt", "has another date than data/release.json")
    if release["tier"] != level or (recipient["fingerprint"] is None) != (level == "public"):
        raise _bad(name, "gives a tier that is not the recipient's")
    if release["consent"] != consent_basis(recipient["class"]):
        raise _bad(name, "states another consent than this recipient needs")
    if list(release["testimonies"]) != sorted(set(release["testimonies"])):
        raise _bad(name, "lists its testimonies twice or out of order")
    _events(release)
    count = len(release["testimonies"])
    if numbers["released"] != (count if level == "court" else band(count)):
        raise _bad(name, "counts other testimonies than the bundle holds")
    if any(isinstance(n, int) != (level == "court") for n in numbers.values()):
        raise _bad(name, "has exact counts where bands belong, or the other way round")
    if level == "court":
        parts = numbers["released"] + numbers["withheld"] + numbers["set_aside"]
        if parts != numbers["received"]:
            raise _bad(name, "has counts that do not add up to the testimonies received")
    return release


def _events(release: Mapping[str, Any]) -> None:
    """Refuse an event of fewer than two testimonies, of unknown ones, or with one of another."""
    name, events = "data/release.json", release["events"]
    groups = [one["testimonies"] for one in events]
    grouped = [testimony for group in groups for testimony in group]
    if any(len(group) < 2 or group != sorted(set(group)) for group in groups):
        raise _bad(name, "has an event that is no group of testimonies in order")
    if len(set(grouped)) != len(grouped) or not set(grouped) <= set(release["testimonies"]):
        raise _bad(name, "puts a testimony into two events, or one that is not here")
    for one in events:
        rests, known = one["dependent"], set(one["testimonies"])
        if rests != sorted(set(rests)) or not set(rests) <= known:
            raise _bad(name, "says of a testimony outside an event that it rests on one in it")


def _derived(data: Path, unlike: Collection[str]) -> None:
    """Compute these files again: each must say what the accounts beside it say, and no more.

    `unlike` are those that another version drew.
    """
    small = (path for path in data.rglob("*") if path.suffix in {".json", ".csv", ".txt"})
    names = (path.relative_to(data).as_posix() for path in small if path.is_file())
    own = {name: _read(data, name) for name in names if name.startswith(COMPUTED_FROM)}
    for name, computed in derived(own).items():
        if name not in unlike and _read(data, name) != computed:
            raise _bad(f"data/{name}", "does not say what the accounts beside it say")


def _keyring(data: Path, release: Mapping[str, Any]) -> Keyring:
    name = "data/custody/keyring.json"
    raw = _read(data, "custody/keyring.json")
    try:
        ring = keyring.parse(raw)
    except KeyringError as error:
        raise BundleError(f"{name}: {error}") from error
    if release["keyring"] != {"serial": ring.serial, "sha256": sha256(raw).hexdigest()}:
        raise _bad(name, "is not the keyring that data/release.json names")
    if release["redactor"] not in ring.signers():
        raise _bad("data/release.json", "names a redactor who is no reviewer of the keyring")
    if _read(data, "custody/keys.allowed_signers") != allowed_signers(ring):
        raise _bad("data/custody/keys.allowed_signers", "is not what the keyring says")
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
        raise _bad(f"data/{name}", "is missing")
    for name in sorted(present - expected - optional):
        raise _bad(f"data/{name}", "does not belong in this bundle")


def _attached(data: Path, testimony: str) -> tuple[set[str], set[str]]:
    """The clean copies that a testimony's own list names, and the transcripts it may have."""
    summary = _object(data, f"testimonies/{testimony}/testimony.json", schema.TESTIMONY)
    folder = f"testimonies/{testimony}/attachments"
    copies = {f"{folder}/{item['file']}" for item in summary["copies"]}
    listed = [item["ordinal"] for item in (*summary["attachments"], *summary["copies"])]
    return copies, {f"{folder}/{ordinal:02}.transcript.txt" for ordinal in listed}


def _form(data: Path) -> None:
    """The order of the form's fields is frozen, so the one in the bag must be the one we know."""
    name = "data/method/form-v1.json"
    value = canonical.loads(_read(data, "method/form-v1.json"), what=name)
    ours = form.load()
    try:
        typed = {f for q in value["questions"] if q["kind"] == "text" for f in q["fields"]}
        same = value["version"] == ours.version and tuple(value["fields"]) == ours.fields
    except (KeyError, TypeError):
        same, typed = False, set()
    if not same or typed != Layout.of(ours).free:
        raise _bad(name, "is not version 1 of the form")


def _custody(data: Path, ids: Sequence[str]) -> None:
    name = "data/custody/log.jsonl"
    for number, event in enumerate(chain(_read(data, "custody/log.jsonl"), name), 1):
        _shaped(event, schema.CUSTODY, f"Line {number} of {name}")
        if event["testimony"] and event["testimony"] not in ids:
            raise _bad(f"Line {number} of {name}", "names a testimony that is not in the bundle")


def chain(raw: bytes, name: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a log or extract whose `prev` is the SHA-256 of the line before."""
    prev = FIRST
    if raw and not raw.endswith(b"\n"):
        raise _bad(name, "ends in the middle of a line")
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        event = canonical.loads_canonical(line, what=f"Line {number} of {name}")
        if not isinstance(event, dict) or event.get("prev") != prev:
            raise _bad(f"Line {number} of {name}", "does not follow the line before it")
        prev = sha256(line).hexdigest()
        yield event


def _testimony(
    data: Path, testimony: str, release: Mapping[str, Any], widths: dict[str, int]
) -> None:
    folder = f"testimonies/{testimony}"
    summary = _object(data, f"{folder}/testimony.json", schema.TESTIMONY)
    consent = _object(data, f"{folder}/consent.json", schema.CONSENT)
    assessment = _object(data, f"{folder}/assessment.json", schema.ASSESSMENT)
    for name, value in (("testimony.json", summary["id"]), ("consent.json", consent["testimony"])):
        if value != testimony:
            raise _bad(f"data/{folder}/{name}", "belongs to another testimony")
    if assessment["testimony"] != testimony:
        raise _bad(f"data/{folder}/assessment.json", "belongs to another testimony")
    _answers(f"data/{folder}/testimony.json", summary)
    _attachments(data, folder, summary)
    _consent(data, f"data/{folder}/consent.json", consent, release["recipient"]["class"])
    narrative = _redactions(data, folder, summary["answers"], widths)
    if release["tier"] == "court":
        _proof(data, folder, summary, consent, narrative)


def _answers(name: str, summary: Mapping[str, Any]) -> None:
    ours, answers, withheld = form.load(), summary["answers"], summary["withheld"]
    free = Layout.of(ours).free
    if not set(withheld) <= set(ours.fields) or withheld != sorted(set(withheld)):
        raise _bad(name, "withholds a field the form does not have, or one twice")
    if set(answers) & set(withheld):
        raise _bad(name, "both shows and withholds a field")
    try:
        ours.validate({f: v for f, v in answers.items() if f not in free})
    except FormatError as error:
        raise BundleError(f"{name}: {error}") from error
    if answers.get("a1") == "under_18":
        raise _bad(name, "is by a child, which no bundle may hold")


def _attachments(data: Path, folder: str, summary: Mapping[str, Any]) -> None:
    name = f"data/{folder}/testimony.json"
    for key in ("attachments", "copies"):
        ordinals = [item["ordinal"] for item in summary[key]]
        if ordinals != sorted(set(ordinals)):
            raise _bad(name, "lists an attachment twice or out of order")
    if {item["ordinal"] for item in summary["attachments"]} & {
        item["ordinal"] for item in summary["copies"]
    }:
        raise _bad(name, "both withholds an attachment and gives a copy of it")
    for item in summary["copies"]:
        if item["file"] != f"{item['ordinal']:02}.{COPIES[item['type']]}":
            raise _bad(name, "gives a copy another name than its place and type")
        raw = _read(data, f"{folder}/attachments/{item['file']}", limit=_MAX_COPY)
        if (len(raw), sha256(raw).hexdigest()) != (item["size"], item["sha256"]):
            raise _bad(f"data/{folder}/attachments/{item['file']}", "is not what is said of it")


def _consent(data: Path, name: str, consent: Mapping[str, Any], audience: str) -> None:
    text = f"consent-texts/form-{consent['form']}.{consent['lang']}.txt"
    if not (data / text).is_file():
        raise _bad(name, f"names a consent text that is not in data/{text}")
    if sha256(_read(data, text)).hexdigest() != consent["sha256"]:
        raise _bad(name, f"agrees to another text than data/{text}")
    if audience not in consent["audiences"]:
        raise _bad(name, "does not allow this recipient to read the text")


def _redactions(data: Path, folder: str, answers: Mapping[str, str], widths: dict[str, int]) -> str:
    """Check that redactions.csv lists exactly the tokens in the texts; return the narrative."""
    name = f"data/{folder}/redactions.csv"
    units_of = Layout.of(form.load())
    narrative = _utf8(data, f"{folder}/narrative.txt")
    texts = [
        (field, answers[field])
        for field in units_of.fields
        if field in units_of.free & set(answers)
    ]
    texts.append((NARRATIVE, narrative))
    if (data / folder / "narrative.reading.txt").exists():
        reading = _utf8(data, f"{folder}/narrative.reading.txt")
        texts.append((READING, reading))
        _reading(f"data/{folder}/narrative.reading.txt", narrative, reading)
    found = [token for field, text in texts for token in tokens(field, text)]
    rows = read_redactions(_read(data, f"{folder}/redactions.csv"), name)
    if [(r.field, r.start, r.end, r.token, r.kind) for r in rows] != found:
        raise _bad(name, "does not list exactly the words in brackets of the texts beside it")
    for *_, token, kind in [*found, *_translated(data, folder)]:
        if not kind:
            raise _bad(name, f"lists {token}, which is no word a release may put in brackets")
        if NUMBERED.fullmatch(token) and widths.setdefault(kind, len(token)) != len(token):
            raise _bad(name, f"has {token} in another width than its kind, which can tell who")
    return narrative


def _translated(data: Path, folder: str) -> list[tuple[str, int, int, str, str]]:
    """The tokens of a translation, which is the team's own text and has no rows or proof."""
    if not (data / folder / TRANSLATION).exists():
        return []
    text = _utf8(data, f"{folder}/{TRANSLATION}")
    if not text.startswith(f"{UNOFFICIAL}\n\n"):
        raise _bad(f"data/{folder}/{TRANSLATION}", "does not say that it is unofficial")
    return tokens("", text)


def _reading(name: str, narrative: str, reading: str) -> None:
    if reading == narrative:
        raise _bad(name, "is the same as narrative.txt and must not be there")
    if [t[3] for t in tokens("", reading)] != [t[3] for t in tokens("", narrative)]:
        raise _bad(name, "hides other words than narrative.txt")


def _proof(
    data: Path,
    folder: str,
    summary: Mapping[str, Any],
    consent: Mapping[str, Any],
    narrative: str,
) -> None:
    name = f"data/{folder}/proof.json"
    units_of = Layout.of(form.load())
    value = canonical.loads_canonical(
        _read(data, f"{folder}/proof.json"), what=name, limit=_MAX_FILE
    )
    try:
        units = verify_proof(value, units_of).units
    except ProofError as error:
        raise BundleError(f"{name}: {error}") from error
    if units[0].text != f"{consent['form']} {consent['lang']} {consent['sha256']}":
        raise _bad(name, "is for another form or consent text than consent.json")
    for field, unit in zip(units_of.fields, units[1:], strict=False):
        shown = summary["answers"].get(field, "")
        if field in summary["withheld"] and unit.kind == "h":
            continue
        if field in summary["withheld"] or without_tokens(shown) != (unit.text, unit.gaps):
            raise _bad(name, f"shows another answer to {field} than testimony.json")
    audiences = units[1 + units_of.fields.index("c2")]
    if consent["basis"] == LATER:
        if audiences.kind != "h":
            raise _bad(name, "shows the consent (c2) that a later statement took the place of")
    elif not set(consent["audiences"]) <= set(audiences.text.split()):
        raise _bad(name, "shows a narrower consent (c2) than consent.json")
    sent = {item["ordinal"] for item in (*summary["attachments"], *summary["copies"])}
    for ordinal in range(1, MAX_ATTACHMENTS + 1):
        unit = units[units_of.raw + ordinal]
        if unit.kind == "o" and bool(unit.text) != (ordinal in sent):
            raise _bad(name, f"and testimony.json do not agree on attachment {ordinal}")
    if not same_text(narrative, units[units_of.narrative :]):
        raise _bad(name, "shows another text than narrative.txt beside it")


def same_text(narrative: str, units: Sequence[Shown]) -> bool:
    """Return whether a narrative, its tokens taken out, is what the units show.

    A token must stand exactly where something is hidden, so that nothing can be left out without
    a mark. Only at the very end may up to 15 hidden units have none: padding looks like that.
    """
    text, marks = without_tokens(narrative)
    tail = len(list(takewhile(lambda unit: unit.kind == "h", reversed(units))))
    shown, gaps = "", set()
    for unit in units[: len(units) - tail]:
        gaps |= {len(shown) + gap for gap in unit.gaps}
        shown += unit.text
    if tail >= UNIT_MULTIPLE or (tail and len(shown) in marks):
        gaps.add(len(shown))
    return text == shown and marks == gaps


def _object(data: Path, name: str, shape: Check) -> dict[str, Any]:
    value = canonical.loads_canonical(_read(data, name), what=f"data/{name}")
    return _shaped(value, shape, f"data/{name}")


def _shaped(value: Any, shape: Check, name: str) -> dict[str, Any]:
    if not shape(value):
        raise _bad(name, "does not have exactly the parts it should have")
    return dict(value)


def _read(data: Path, name: str, *, limit: int | None = None) -> bytes:
    path = data / name
    if not path.is_file():
        raise _bad(f"data/{name}", "is missing")
    if path.stat().st_size > (limit or _MAX_FILE):
        raise _bad(f"data/{name}", "is larger than it can be")
    return path.read_bytes()


def _utf8(data: Path, name: str) -> str:
    try:
        return _read(data, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"data/{name}", "is not UTF-8 text") from error


def _bad(name: str, why: str) -> BundleError:
    return BundleError(f"{name} {why}; do not rely on this bundle, ask the team for it again.")
