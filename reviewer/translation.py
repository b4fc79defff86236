"""An unofficial translation of a testimony by a reviewer, kept and decided beside it (laptop)."""

from __future__ import annotations

from reviewer import notes
from reviewer.decisions import Find
from reviewer.errors import NoteError
from reviewer.notes import Note
from reviewer.store import Entry
from reviewer.vault import Vault

LANGUAGES = ("en",)
"""Languages a testimony can be translated into; each is a part of reviewer.notes."""


def of(vault: Vault, entry: Entry, lang: str = "en") -> Note | None:
    """The translation into this language, None if nobody wrote one; NoteError for another."""
    _require(lang)
    return notes.find_note(vault, entry, lang)


def translate(vault: Vault, entry: Entry, lang: str, text: str, find: Find) -> Note:
    """Keep a translation, new or changed, with its findings; logged as `translated`. Commits.

    Raises NoteError for a language that is not offered, or for words no note can have.
    """
    _require(lang)
    note = notes.write(vault, entry, lang, text, find)
    vault.log("translated", entry.sha256, lang=lang)
    vault.commit()
    return note


def _require(lang: str) -> None:
    if lang not in LANGUAGES:
        raise NoteError(f"{lang[:40]!r} is not offered; translate into {', '.join(LANGUAGES)}.")
