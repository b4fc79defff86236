"""What a reviewer decides about each attachment: withheld, or a clean copy (reviewer's laptop).

The original is never unpacked onto the disk: it is read out of the sealed file each time, in
memory. A clean copy lies in the vault's folder `clean/` under a random name, sealed with the vault
key; the record that names it, and its SHA-256, is a row of the vault's database.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from envelope import archive, commit
from envelope.disk import sync_folder, write_new
from envelope.testimony import Attachment
from keys import agefile
from reviewer import cleaning
from reviewer.cleaning import Box
from reviewer.errors import RedactionError, VaultError
from reviewer.store import Entry
from reviewer.vault import Vault

NOT_LOOKED_AT, WITHHELD, CLEANED = "not looked at", "withheld", "cleaned"
MAX_TRANSCRIPT = 1_000_000  # code points, as of an account
_NUMBER = r"([0-9]{1,3}(?:\.[0-9]{1,4})?)"
_BOX = re.compile(rf"([0-9]{{1,5}})(?:-([0-9]{{1,5}}))?(?::{','.join([_NUMBER] * 4)})?")
_PARTS = 1_000_000  # of a width or height; a record holds whole numbers only


@dataclass(frozen=True, slots=True)
class Record:
    """One attachment's state and what goes with it; all of it empty before somebody looked.

    `reason` says why it is withheld. `file` (in `clean/`), `sha256`, `size` and `media_type` are
    those of the clean copy, `done` how it was made, `boxes` what was filled. `transcript` is
    text in any state: it leaves like text, after the same search for identities.
    """

    state: str = NOT_LOOKED_AT
    reason: str = ""
    boxes: tuple[Box, ...] = ()
    file: str = ""
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    done: tuple[str, ...] = ()
    transcript: str = ""


def original(vault: Vault, entry: Entry, number: int) -> bytes:
    """The bytes of attachment `number` (from 1) as they were sealed; VaultError if changed."""
    _listed(entry, number)
    assert entry.file_key is not None
    with (vault.folder / "sealed" / f"{entry.sha256}.age").open("rb") as source:
        agefile.read_header(source)
        plain = b"".join(agefile.decrypt(entry.file_key, source))
    content = archive.unpack_testimony(plain)[f"attachments/{number:02d}"]
    if commit.attachment_unit([content]) != entry.facts.attachments[number - 1]:
        raise VaultError(f"Attachment {number} of {entry.id} is not what came; restore a backup.")
    return bytes(content)


def record(vault: Vault, entry: Entry, number: int) -> Record:
    """What was decided about attachment `number` (from 1)."""
    _listed(entry, number)
    value = vault.store.record(_row(vault, entry, number))
    return Record() if value is None else _from_json(value)


def records(vault: Vault, entry: Entry) -> list[Record]:
    """The records of all attachments of a testimony, in order."""
    found = entry.testimony
    return [record(vault, entry, n + 1) for n in range(len(found.attachments if found else ()))]


def withhold(vault: Vault, entry: Entry, number: int, reason: str) -> Record:
    """Keep an attachment back, with a reason; a clean copy of it is taken away. Commits."""
    if not reason.strip():
        raise RedactionError("Say why it is withheld; the legal team reads the reason.")
    before = record(vault, entry, number)
    after = Record(state=WITHHELD, reason=reason.strip(), transcript=before.transcript)
    return _put(vault, entry, number, before, after)


def clean(
    vault: Vault, entry: Entry, number: int, boxes: Sequence[Box] = (), *, sound: bool = False
) -> Record:
    """Make and keep a clean copy with these boxes filled; CleaningError with a reason. Commits."""
    made = cleaning.clean(original(vault, entry, number), boxes, sound=sound)
    before = record(vault, entry, number)
    name = secrets.token_hex(16)
    _folder(vault).mkdir(mode=0o700, exist_ok=True)
    write_new(_folder(vault) / name, vault.store.seal_apart(name, made.data))
    after = Record(
        state=CLEANED,
        boxes=tuple(boxes),
        file=name,
        sha256=sha256(made.data).hexdigest(),
        size=len(made.data),
        media_type=made.media_type,
        done=made.what_was_done,
        transcript=before.transcript,
    )
    return _put(vault, entry, number, before, after)


def transcribe(vault: Vault, entry: Entry, number: int, text: str) -> Record:
    """Keep what was heard or read in an attachment as text; "" takes it away. Commits."""
    if len(text) > MAX_TRANSCRIPT:
        raise RedactionError("The transcript is longer than a million characters; shorten it.")
    before = record(vault, entry, number)
    return _put(vault, entry, number, before, replace(before, transcript=text.strip()))


def clean_copy(vault: Vault, kept: Record) -> bytes:
    """The bytes of a clean copy; VaultError if it is missing or was changed."""
    path = _folder(vault) / kept.file
    if kept.state != CLEANED or not path.is_file():
        raise VaultError("There is no clean copy of this attachment; clean it again.")
    data = vault.store.open_apart(kept.file, path.read_bytes())
    if sha256(data).hexdigest() != kept.sha256:
        raise VaultError("A clean copy is not the one that was made; clean it again.")
    return data


def remove_copy(vault: Vault, kept: Record) -> None:
    """Delete the clean copy that a record names, if it names one."""
    if kept.file:
        (_folder(vault) / kept.file).unlink(missing_ok=True)
        sync_folder(_folder(vault))


def read_box(spec: str) -> Box:
    """A box as a person writes it, `PAGE[-LAST]:X,Y,W,H` in percent; RedactionError for another."""
    match = _BOX.fullmatch(spec)
    if match is None:
        raise RedactionError(f"{spec[:40]!r} is no box; write PAGE[-LAST]:X,Y,W,H in percent.")
    first, last, *place = match.groups()
    return Box(int(first), int(last or first), *(float(n) / 100 for n in place if n is not None))


def in_millionths(kept: Record) -> list[list[int]]:
    """The boxes of a record as whole numbers: first, last, left, top, width, height."""
    return [_whole(box) for box in kept.boxes]


def listed(entry: Entry) -> tuple[Attachment, ...]:
    """What the testimony says of its attachments; RedactionError if it was never opened."""
    if entry.testimony is None:
        raise RedactionError(f"{entry.id} is set aside and was never opened; it has no files.")
    return entry.testimony.attachments


def _listed(entry: Entry, number: int) -> Attachment:
    files = listed(entry)
    if not 1 <= number <= len(files):
        raise RedactionError(f"{entry.id} has no attachment {number}; it has {len(files)}.")
    return files[number - 1]


def _put(vault: Vault, entry: Entry, number: int, before: Record, after: Record) -> Record:
    vault.store.set_record(_row(vault, entry, number), _as_json(after))
    detail = {"attachment": number, "boxes": len(after.boxes), "state": after.state}
    vault.log("redacted", entry.sha256, **detail)
    vault.commit()
    if before.file and before.file != after.file:  # only now does nothing name it any more
        remove_copy(vault, before)
    return after


def _row(vault: Vault, entry: Entry, number: int) -> str:
    return f"attachment:{vault.about(entry.sha256)}:{number:02d}"


def _folder(vault: Vault) -> Path:
    return vault.folder / "clean"


def _as_json(kept: Record) -> dict[str, Any]:
    return {**asdict(kept), "boxes": [_whole(box) for box in kept.boxes], "done": list(kept.done)}


def _from_json(value: dict[str, Any]) -> Record:
    boxes = tuple(
        Box(first, last, *(n / _PARTS for n in place)) for first, last, *place in value["boxes"]
    )
    return Record(**{**value, "boxes": boxes, "done": tuple(value["done"])})


def _whole(box: Box) -> list[int]:
    """A box in whole millionths, never smaller than it was."""
    left, top = math.floor(box.x * _PARTS), math.floor(box.y * _PARTS)
    right, bottom = math.ceil((box.x + box.w) * _PARTS), math.ceil((box.y + box.h) * _PARTS)
    return [box.first, box.last, left, top, min(right - left, _PARTS), min(bottom - top, _PARTS)]
