"""testimony.json and its attachments: built, sealed and read strictly; field and laptop."""

from __future__ import annotations

import datetime as dt
import io
import mimetypes
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from envelope import archive, canonical, commit
from envelope.code import DIGITS
from envelope.errors import FormatError
from envelope.form import Form, load
from envelope.keyring import Keyring
from envelope.padding import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, bucket
from envelope.seal import seal

FORMAT = "sakse-testimony@v1"
MAX_JSON = 8 << 20  # 100,000 Burmese characters, and as many again in `raw`, are 0.6 MiB
MAX_NARRATIVE = 1_000_000  # code points, as in the page: committing to them takes seconds
MAX_NAME = 4096  # code points of an original name or media type; longer than any file system has
CONTACT_BYTES = 4096  # one size for every contact text, after UTF-8, filled up with zeros
_KEYS = {
    "answers", "attachments", "code", "consent", "form", "format", "narrative", "r", "raw", "seed",
}  # fmt: skip
_LANG = re.compile(r"[a-z]{2,3}")
_HEX32 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """The original name of a file, its size in bytes and its media type (may be "")."""

    name: str
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class Testimony:
    """What a witness sealed: answers, account, list of files, and the secrets of its commitment.

    `raw` is "" or canonical JSON of typed texts whose shown form differs (Zawgyi, say).
    """

    answers: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    code: str
    consent_lang: str
    consent_sha256: str
    form: int
    narrative: str
    r: bytes
    raw: str
    seed: bytes

    def encode(self) -> bytes:
        """Return the bytes of testimony.json."""
        return canonical.dumps(
            {
                "answers": dict(self.answers),
                "attachments": [
                    {"name": a.name, "size": a.size, "type": a.type} for a in self.attachments
                ],
                "code": self.code,
                "consent": {"lang": self.consent_lang, "sha256": self.consent_sha256},
                "form": self.form,
                "format": FORMAT,
                "narrative": self.narrative,
                "r": self.r.hex(),
                "raw": self.raw,
                "seed": self.seed.hex(),
            }
        )


def parse(data: bytes | memoryview) -> Testimony:
    """Read the bytes of testimony.json; raise FormatError for anything a sealer never writes."""
    value = canonical.loads_canonical(bytes(data), what="testimony.json", limit=MAX_JSON)
    _check(isinstance(value, dict) and set(value) == _KEYS, "its keys")
    _check(value["format"] == FORMAT, "its format")
    _check(type(value["form"]) is int and value["form"] == load().version, "its form version")
    answers = value["answers"]
    _check(isinstance(answers, dict), "its answers")
    load().validate(answers)
    lang, digest = _consent(value["consent"])
    return Testimony(
        answers=answers,
        attachments=_attachments(value["attachments"]),
        code=_match(value["code"], _CODE, "its code") if value["code"] != "" else "",
        consent_lang=lang,
        consent_sha256=digest,
        form=value["form"],
        narrative=_narrative(value["narrative"]),
        r=bytes.fromhex(_match(value["r"], _HEX32, "its r")),
        raw=_raw(value["raw"]),
        seed=bytes.fromhex(_match(value["seed"], _HEX32, "its seed")),
    )


def from_members(members: Mapping[str, memoryview]) -> Testimony:
    """Read a testimony from the members of its tar, whose files must be those it lists."""
    testimony = parse(members["testimony.json"])
    sizes = [len(content) for content in _files(members)]
    _check(sizes == [a.size for a in testimony.attachments], "its list of attachments")
    return testimony


def units_of(testimony: Testimony, members: Mapping[str, memoryview]) -> list[str]:
    """Return the SR1 units of a testimony and the members of its tar."""
    digests = [commit.attachment_unit([content]) for content in _files(members)]
    return commit.units(load(), testimony, digests)


def build(
    form: Form,
    *,
    lang: str,
    answers: Mapping[str, str],
    narrative: str,
    attachments: Sequence[Path],
    code: str = "",
) -> Testimony:
    """Return a new testimony with fresh `r` and `seed`; raise FormatError if it may not be sealed.

    `written_on` is today by this device's clock unless the answers give it. `code` is "" or 28
    digits.
    """
    answers = {"written_on": dt.date.today().isoformat(), **answers}  # noqa: DTZ011 - her own day
    form.validate(answers)
    form.require(answers, narrative, len(attachments), code)
    testimony = Testimony(
        answers=answers,
        attachments=_describe(attachments),
        code=code,
        consent_lang=lang,
        consent_sha256=form.consent_sha256(lang),
        form=form.version,
        narrative=narrative,
        r=secrets.token_bytes(32),
        raw="",
        seed=secrets.token_bytes(32),
    )
    return parse(testimony.encode())


def seal_testimony(
    t: Testimony, files: Sequence[Path], keyring: Keyring, out: BinaryIO, *, contact: str = ""
) -> None:
    """Write the sealed file of a testimony: packed, padded, committed, for every reviewer.

    `files` are its attachments in order. `contact` is her channel and safe time, sealed apart to
    the keyring's protection recipient. Memory does not grow with the files. Raises FormatError if
    the files are not those listed, or change meanwhile: then throw away what was written.
    """
    before = [_stamp(path) for path in files]
    _check([f.stat().st_size for f in files] == [a.size for a in t.attachments], "its files")
    units = commit.units(load(), t, [commit.attachment_unit(_read(path)) for path in files])
    grease = commit.commitment(t.r, commit.root(t.seed, units))
    members: list[tuple[str, archive.Source]] = [("testimony.json", t.encode())]
    if contact:
        members.append(("contact.age", _seal_contact(contact, keyring)))
    members += [(f"attachments/{n:02d}", path) for n, path in enumerate(files, start=1)]
    recipients = [recipient.age for recipient in keyring.recipients]
    seal(archive.pack(members, bucket), out, recipients, grease=grease)
    for path, stamp in zip(files, before, strict=True):
        if _stamp(path) != stamp:  # what was committed to may not be what was sealed
            raise FormatError(f"{path} changed while it was sealed; try again.")


def check_contact(contact: str, keyring: Keyring) -> None:
    """Raise FormatError for a contact that cannot be sealed to this keyring; "" always can."""
    if contact and keyring.protection is None:
        raise FormatError("This team takes no contact; leave it out, or come back with a code.")
    if len(contact.encode()) > CONTACT_BYTES:
        raise FormatError(f"The contact is longer than {CONTACT_BYTES} bytes; shorten it.")


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _seal_contact(contact: str, keyring: Keyring) -> bytes:
    check_contact(contact, keyring)
    assert keyring.protection is not None
    out = io.BytesIO()
    text = contact.encode().ljust(CONTACT_BYTES, b"\0")
    seal([text], out, [keyring.protection], grease=None)
    return out.getvalue()


def _describe(files: Sequence[Path]) -> tuple[Attachment, ...]:
    if len(files) > MAX_ATTACHMENTS:
        raise FormatError(f"There are more than {MAX_ATTACHMENTS} files; leave some out.")
    sizes = [path.stat().st_size for path in files]
    if sum(sizes) > MAX_ATTACHMENT_BYTES:
        raise FormatError("The files are larger than 100 MiB together; leave the largest out.")
    if 0 in sizes:
        raise FormatError(f"{files[sizes.index(0)]} is empty; leave it out.")
    types = [mimetypes.guess_type(path.name)[0] or "" for path in files]
    names = [path.name for path in files]
    return tuple(Attachment(*parts) for parts in zip(names, sizes, types, strict=True))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(commit.SLICE):
            yield piece


def _files(members: Mapping[str, memoryview]) -> list[memoryview]:
    return [content for name, content in members.items() if name.startswith("attachments/")]


def _attachments(value: Any) -> tuple[Attachment, ...]:
    _check(isinstance(value, list) and len(value) <= MAX_ATTACHMENTS, "its number of attachments")
    found = tuple(_attachment(item) for item in value)
    _check(sum(a.size for a in found) <= MAX_ATTACHMENT_BYTES, "the size of its attachments")
    return found


def _attachment(item: Any) -> Attachment:
    _check(isinstance(item, dict) and set(item) == {"name", "size", "type"}, "an attachment")
    size = item["size"]
    _check(type(size) is int and size >= 0, "the size of an attachment")
    name, media = (_text(item[key], f"the {key} of an attachment") for key in ("name", "type"))
    _check(0 < len(name) <= MAX_NAME and len(media) <= MAX_NAME, "the name of an attachment")
    return Attachment(name, size, media)


def _consent(value: Any) -> tuple[str, str]:
    _check(isinstance(value, dict) and set(value) == {"lang", "sha256"}, "its consent")
    lang = _match(value["lang"], _LANG, "its consent")
    return lang, _match(value["sha256"], _HEX32, "its consent")


def _narrative(value: Any) -> str:
    text = _text(value, "its narrative")
    _check(len(text) <= MAX_NARRATIVE, "an account of more than a million characters")
    return text


def _raw(value: Any) -> str:
    """Return `raw` if it is "" or canonical JSON of field (or "narrative") → typed text."""
    raw = _text(value, "its raw texts")
    _check(len(raw) <= 2 * MAX_NARRATIVE, "the length of its raw texts")
    if raw:
        texts = canonical.loads_canonical(raw.encode(), what="The raw text", limit=MAX_JSON)
        known = {*load().fields, "narrative"}
        _check(isinstance(texts, dict) and set(texts) <= known and bool(texts), "its raw texts")
        _check(all(isinstance(text, str) and text for text in texts.values()), "its raw texts")
    return raw


def _match(value: Any, pattern: re.Pattern[str], what: str) -> str:
    text = _text(value, what)
    _check(pattern.fullmatch(text) is not None, what)
    return text


def _text(value: Any, what: str) -> str:
    _check(isinstance(value, str), what)
    return str(value)


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise FormatError(f"testimony.json is refused: {what} cannot be so; keep the sealed file.")
