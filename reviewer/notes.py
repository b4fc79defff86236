"""Words a reviewer writes about a testimony, searched and decided like its own (laptop).

A note lies in a record of the vault and is read as an entry whose account it is: finding, deciding
and spreading work on it as on any testimony. Its name is the testimony's and a part: `abcd2345.en`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from envelope.testimony import MAX_NARRATIVE
from release.content import NARRATIVE
from reviewer import custody, decisions
from reviewer.decisions import Find, Finding
from reviewer.errors import NoteError
from reviewer.store import Entry, short_id
from reviewer.vault import Vault

PARTS: Mapping[str, str] = {
    "en": "unofficial translation into English",
    "assessment": "reason of the assessment",
}
"""The notes a testimony can have → what each is. A translation leaves; a reason never does."""


@dataclass(frozen=True, slots=True)
class Note(Entry):
    """One note as an entry: `part` is one of PARTS, `by` the reviewer who wrote it, on `day`."""

    part: str = ""
    by: str = ""
    day: str = ""

    @property
    def id(self) -> str:
        """The name of the testimony, a dot and the part."""
        return f"{short_id(self.sha256)}.{self.part}"

    @property
    def text(self) -> str:
        """The words."""
        return decisions.texts(self.testimony)[NARRATIVE] if self.testimony else ""


def get(vault: Vault, name: str) -> Entry:
    """The testimony or the note of this name; VaultError or NoteError where there is none."""
    short, dot, part = name.partition(".")
    entry = vault.store.get(short)
    if not dot:
        return entry
    note = find_note(vault, entry, part.lower())
    if note is None:
        raise NoteError(f"{entry.id} has no note {part[:40]!r}; it can have {', '.join(PARTS)}.")
    return note


def find_note(vault: Vault, entry: Entry, part: str) -> Note | None:
    """This note of a testimony, None if nobody wrote it."""
    value = vault.store.record(_row(vault, entry, part)) if part in PARTS else None
    return _note(entry, part, value) if value else None


def notes_of(vault: Vault, entry: Entry) -> Iterator[Note]:
    """Every note of a testimony, in the order of PARTS."""
    found = (find_note(vault, entry, part) for part in PARTS)
    return (note for note in found if note is not None)


def put(vault: Vault, entry: Entry) -> None:
    """Keep a testimony or a note with what was decided about it; the next commit makes it last."""
    if not isinstance(entry, Note):
        vault.store.put(entry)
        return
    value = {"by": entry.by, "day": entry.day, "review": entry.review, "text": entry.text}
    vault.store.set_record(_row(vault, entry, entry.part), value)


def write(vault: Vault, entry: Entry, part: str, text: str, find: Find) -> Note:
    """Put a new or changed note, searched for identities; the next commit makes it last.

    What was accepted in the testimony is accepted in it too, and what was decided about an earlier
    wording stays where the words stayed. Raises NoteError for words no note can have.
    """
    if entry.testimony is None:
        raise NoteError(f"{entry.id} was never opened, so nothing can be written about it.")
    before = find_note(vault, entry, part)
    value = {"by": vault.me, "day": custody.today(), "review": {"findings": []}}
    note = _note(entry, part, value | {"text": _checked(text)})
    kept = [] if before is None else _still_there(before, note.text)
    sought = decisions.seek(decisions.with_findings(note, kept), find)
    known = [entry] if before is None else [entry, before]
    note = replace(note, review=decisions.spread([*known, sought])[-1].review)
    put(vault, note)
    return note


def _row(vault: Vault, entry: Entry, part: str) -> str:
    return f"note:{part}:{vault.about(entry.sha256)}"


def _note(entry: Entry, part: str, value: Mapping[str, Any]) -> Note:
    if entry.testimony is None:
        raise NoteError(f"{entry.id} was never opened, so it has no notes.")
    words = replace(entry.testimony, narrative=value["text"], answers={}, attachments=(), raw="")
    return Note(
        sha256=entry.sha256,
        facts=entry.facts,
        testimony=words,
        review=value["review"],
        part=part,
        by=value["by"],
        day=value["day"],
    )


def _checked(text: str) -> str:
    """The words with plain line ends; NoteError for none, too many, or signs that are no words."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").strip()
    if not text:
        raise NoteError("There are no words in it; write some.")
    if len(text) > MAX_NARRATIVE:
        raise NoteError(f"It is longer than {MAX_NARRATIVE:,} characters; shorten it.")
    for number, line in enumerate(text.split("\n"), 1):
        if any(unicodedata.category(char) in ("Cc", "Cs") and char != "\t" for char in line):
            raise NoteError(f"Line {number} holds a control character; save it as plain text.")
    return text


def _still_there(before: Note, text: str) -> list[Finding]:
    """The decisions of an earlier wording that lie in its unchanged beginning or end, moved.

    One that touches the change is dropped: its word may have become another.
    """
    old = before.text
    decided = [one for one in decisions.findings(before) if one.state != decisions.UNDECIDED]
    if old == text:
        return decided
    head, tail = _alike(old, text), _alike(old[::-1], text[::-1])
    shift = len(text) - len(old)
    moved = [
        replace(one, start=one.start + shift, end=one.end + shift)
        for one in decided
        if one.end >= head and one.start > len(old) - tail
    ]
    return [one for one in decided if one.end < head] + moved


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
