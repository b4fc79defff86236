"""What reviewers write about a testimony: a translation, and how far they rely on it (laptop)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from release.content import LEVELS, Assessment
from reviewer import assessment, decisions, notes, translation
from reviewer.desk.sitting import desk
from reviewer.errors import NoteError
from reviewer.finder import find
from reviewer.notes import Note
from reviewer.store import Entry

views = Blueprint("notes", __name__)

LANGUAGE = translation.LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in a note: its number and place, its words, and what was decided."""

    number: int
    start: int
    end: int
    words: str
    label: str
    state: str
    why: str


@views.get("/read/<name>/notes")
def show(name: str) -> str:
    """The translation, the assessment and its reason, each with what was found in it."""
    entry, vault = desk().case.entry(name), desk().vault
    written = {part: notes.find_note(vault, entry, part) for part in (LANGUAGE, assessment.REASON)}
    desk().view(entry.sha256)
    return render_template(
        "notes.html",
        entry=entry,
        known=assessment.of(vault, entry),
        levels=LEVELS,
        parts=[
            (part, note.text if note else "", _digest(note), list(_found(note)))
            for part, note in written.items()
        ],
    )


@views.post("/read/<name>/notes/<part>")
def write(name: str, part: str) -> Response:
    """Keep what was written; identities in it become findings."""
    entry, vault = desk().case.entry(name), desk().vault
    text = request.form.get("text", "")
    if part == LANGUAGE:
        translation.translate(vault, entry, LANGUAGE, text, find)
    elif part == assessment.REASON:
        made = Assessment(_level("source"), _level("account"))
        assessment.assess(vault, entry, made, find, reason=text if text.strip() else None)
    else:
        abort(404)
    return _back(entry)


@views.post("/read/<name>/notes/<part>/decide")
def decide(name: str, part: str) -> Response:
    """Replace or keep one finding of a note; in the vault before it is shown."""
    entry, vault = desk().case.entry(name), desk().vault
    note, number = _shown(notes.find_note(vault, entry, part))
    match request.form.get("do", ""):
        case "accept":
            changed = decisions.accept(note, [number])
        case "reject":
            changed = decisions.reject(note, [number], request.form.get("reason", ""))
        case _:
            abort(400)
    notes.put(vault, changed)
    states = Counter(one.state for one in decisions.findings(changed))
    vault.log("redacted", entry.sha256, part=part, **states)
    vault.commit()
    return _back(entry)


def _shown(note: Note | None) -> tuple[Note, int]:
    """The note and the finding a form names; NoteError unless they are what the page showed."""
    given = [request.form.get(field, "") for field in ("number", "start", "end", "note")]
    for one in _found(note):
        if note and given == [str(one.number), str(one.start), str(one.end), _digest(note)]:
            return note, one.number
    raise NoteError("That note is gone; look at the page again.")


def _digest(note: Note | None) -> str:
    return hashlib.sha256(note.text.encode()).hexdigest() if note else ""


def _found(note: Note | None) -> Iterator[Found]:
    for number, one in enumerate(decisions.findings(note) if note else (), 1):
        assert note is not None
        words = note.text[one.start : one.end]
        yield Found(number, one.start, one.end, words, one.label, one.state, one.why)


def _level(field: str) -> str:
    level = request.form.get(field, "")
    if level not in LEVELS:
        raise NoteError("Choose one of the levels of the list.")
    return level


def _back(entry: Entry) -> Response:
    return redirect(url_for("notes.show", name=entry.id), 303)
