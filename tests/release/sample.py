"""An invented team and an invented release, made with real keys; every account here is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import bag, commit, form, keyring, sshsig
from envelope.testimony import Testimony
from keys.person import Person, Reader, new_reader, new_reviewer
from release.build import _payload, build
from release.content import (
    FROM_TRANSFER,
    NARRATIVE,
    Addressee,
    Consent,
    ConsentText,
    Counts,
    CustodyEvent,
    Redaction,
    ReleaseContent,
    ReleasedTestimony,
    Withheld,
)
from release.derived import derived
from release.proof import WHOLE, Layout, cover, prove
from release.texts import TOKEN, kind

FORM = form.load()
LAYOUT = Layout.of(FORM)
EPOCH = "2026-11"
ENGLISH = "They came at night. U Kyaw Example did not see it, but I did.\nThen silence"
BURMESE = "ည ၇ နာရီမှာ မောင်ဥပမာကို ခေါ်သွားတယ်။ ကျွန်တော် မြင်တယ်။ ဒါပါပဲ။"


@dataclass(frozen=True)
class Team:
    """Root, two reviewers and a third, a drop, a legal team, and the signed keyring."""

    root: Ed25519PrivateKey
    reviewers: tuple[Person, ...]
    legal: Reader
    keyring: bytes
    keyring_sig: bytes

    @property
    def fingerprint(self) -> str:
        return sshsig.fingerprint(self.root.public_key().public_bytes_raw())

    @property
    def signers(self) -> dict[str, bytes]:
        return {p.name: p.sign.public_key().public_bytes_raw() for p in self.reviewers}


def make_team(names: tuple[str, ...] = ("ana", "ben", "cho")) -> Team:
    root, drop = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    reviewers = tuple(new_reviewer(name, EPOCH) for name in names)
    ring = keyring.Keyring(
        serial=1,
        team="Invented team",
        epoch=EPOCH,
        valid_from="2026-11-01",
        valid_until="2026-11-30",
        recipients=tuple(
            keyring.Recipient(p.name, p.epochs[EPOCH].recipient, raw)
            for p in reviewers
            for raw in [p.sign.public_key().public_bytes_raw()]
        ),
        protection=None,
        drop=drop.public_key().public_bytes_raw(),
        minimum_release="0.1.0",
    )
    data = keyring.encode(ring)
    signature = sshsig.sign(root, sshsig.KEYRING, data)
    return Team(root, reviewers, new_reader("legal-one", "iimm"), data, signature)


def account(narrative: str, answers: Mapping[str, str], raw: str = "") -> Testimony:
    return Testimony(
        answers=dict(answers),
        attachments=(),
        code="",
        consent_lang="en",
        consent_sha256=FORM.consent_sha256("en"),
        form=1,
        narrative=narrative,
        r=bytes(32),
        raw=raw,
        seed=bytes(range(32)),
    )


def released(
    release_id: str,
    sealed: Testimony,
    hide: Mapping[str, str],
    *,
    withheld: tuple[str, ...] = (),
    files: tuple[str, ...] = (),
    reading: str | None = None,
    court: bool = True,
) -> ReleasedTestimony:
    """Release a testimony with each text of `hide` replaced by its token, everywhere."""
    units = commit.units(FORM, sealed, files)
    answers = {f: v for f, v in sealed.answers.items() if f not in withheld}
    free = {f: v for f, v in answers.items() if f in LAYOUT.free}
    spans = {f: _spans(v, hide) for f, v in free.items()}
    fields = {f: s for f, s in spans.items() if s} | dict.fromkeys(withheld, WHOLE)
    hidden = cover(LAYOUT, units, fields, _spans(sealed.narrative, hide))
    hidden |= {LAYOUT.raw + n: WHOLE for n in range(1, len(files) + 1)}
    texts = {f: _masked(free[f], hide) for f in LAYOUT.fields if f in free}
    texts[NARRATIVE] = _masked(sealed.narrative, hide)
    if reading is not None:
        texts["reading"] = _masked(reading, hide)
    return ReleasedTestimony(
        release_id=release_id,
        lang="en",
        narrative=texts[NARRATIVE],
        reading=texts.get("reading"),
        redactions=tuple(
            Redaction(f, m.start(), m.end(), m[0], kind(m[0]), "=an identity, named in the text")
            for f, text in texts.items()
            for m in TOKEN.finditer(text)
        ),
        answers=answers | {f: texts[f] for f in free},
        withheld_fields=withheld,
        attachments=tuple(
            Withheld(n, "image/jpeg", 1234, "can not be cleaned yet")
            for n in range(1, len(files) + 1)
        ),
        consent=Consent(1, "en", FORM.consent_sha256("en"), ("iimm", "un"), "text"),
        commitment=FROM_TRANSFER,
        proof=prove(sealed.seed, units, hidden, LAYOUT) if court else None,
    )


def _spans(text: str, hide: Mapping[str, str]) -> list[tuple[int, int]]:
    return [
        (start, start + len(name))
        for name in hide
        for start in range(len(text))
        if text.startswith(name, start)
    ]


def _masked(text: str, hide: Mapping[str, str]) -> str:
    for name, token in hide.items():
        text = text.replace(name, token)
    return text


def content(team: Team, audience: str = "iimm", *, count: int = 2) -> ReleaseContent:
    """An invented release: an English account with an attachment, and Burmese ones."""
    court = audience in ("iimm", "icc", "courts_abroad")
    answers = {"c1": "yes", "c2": "iimm un", "c3": "text", "k1": "saw", "x3.unit": "Unit Ex-1"}
    first = released(
        "T-2ab3",
        account(ENGLISH, answers | {"p2.village": "Examplegahtawng", "h1.killed": "2"}),
        {"U Kyaw Example": "[P-07]", "Ex-1": "[N-01]"},
        withheld=("p2.village",),
        files=(commit.attachment_unit([b"invented"]),),
        court=court,
    )
    burmese = account(BURMESE, answers, raw='{"narrative":"typed otherwise"}')
    hide = {"မောင်ဥပမာ": "[P-11]", "Ex-1": "[N-01]"}
    others = tuple(
        released(f"T-3ab{n}", burmese, hide, reading=BURMESE.replace("။", " ။"), court=court)
        for n in range(count - 1)
    )
    return ReleaseContent(
        release_id="R7K2Q9",
        day="2026-11-07",
        recipient=Addressee("legal-one", audience, team.legal.age.recipient),
        purpose="Invented purpose: to test this bundle",
        keyring=team.keyring,
        keyring_sig=team.keyring_sig,
        counts=Counts(received=count + 3, released=count, withheld=2, set_aside=1),
        redactor="ana",
        custody_head="ab" * 32,
        custody=(
            CustodyEvent("2026-11-05", "received", "ana", "", "01" * 32),
            CustodyEvent("2026-11-06", "redacted", "ana", "T-2ab3", "02" * 32),
        ),
        testimonies=(first, *others),
        consent_texts=(ConsentText(1, "en", FORM.consent_text("en")),),
    )


def make_bundle(
    folder: Path, team: Team, made: ReleaseContent, signers: tuple[str, ...] = ("ana", "ben")
) -> Path:
    """Build the bag below `folder` and let `signers` sign it."""
    path = folder / made.folder
    build(path, made)
    sign(path, team, *signers)
    return path


def sign(path: Path, team: Team, *signers: str) -> None:
    for person in team.reviewers:
        if person.name in signers:
            bag.sign(path, person.sign, sshsig.RELEASE, person.name)


def computed(made: ReleaseContent) -> dict[str, bytes]:
    """The computed files of a release, by name below data/."""
    return derived(dict(_payload(made)))


def recompute(path: Path) -> None:
    """Make the computed files of a bag again, as who changed the others would."""
    data = path / "data"
    files = [p for p in data.rglob("*") if p.suffix in {".json", ".csv", ".txt"}]
    own = {p.relative_to(data).as_posix(): p.read_bytes() for p in files}
    for name, made in derived(own).items():
        (data / name).write_bytes(made)
