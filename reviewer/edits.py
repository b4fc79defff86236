"""What a reviewer does to a row of a case; each returns the findings it changes (laptop)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

from release import coarse
from reviewer import alias
from reviewer.case import Case, Changes, Findings
from reviewer.decisions import (
    ACCEPTED,
    COARSER,
    KINDS,
    ONLY_HERE,
    REJECTED,
    UNDECIDED,
    Finding,
    Place,
)
from reviewer.errors import RedactionError
from reviewer.passage import spelled
from reviewer.recognise import only_here

MAX_REASON = 200  # code points

LEFT, RIGHT = "left", "right"
SIDES = (LEFT, RIGHT)


def accept(case: Case, row: str) -> Changes:
    """Replace every mention of a row, and its words wherever else they stand in the case."""
    changes = _each(
        case, row, lambda one: replace(one, state=ACCEPTED, why="", who=row, instead="")
    )
    found = [one for sha256, n in _members(case, row) if (one := changes[sha256][n])]
    spreading = [one for one in found if not (one.label in ONLY_HERE and one.by == "finder")]
    if not spreading:
        return changes
    named = [(changes[s][n].label, case.form(s, n)) for s, n in _members(case, row)]
    forms = {spelled(form) for _, form in named} | {spelled(alias.bare(*one)) for one in named}
    pattern = replace(spreading[0], reason="the same words as found elsewhere", who=row)
    return _everywhere(case, forms, pattern, changes)


def coarsen(case: Case, row: str, word: str) -> Changes:
    """As `accept`, with a coarser word of `release.coarse` instead of a token.

    RedactionError for a word that is in no list, or of another kind than a mention of the row.
    """
    word = f"[{word.strip().strip('[]')}]"
    accepted = accept(case, row)
    changes: dict[str, Findings] = {}
    for sha256, found in accepted.items():
        for one in found:
            if one.who == row and coarse.kind(word) != COARSER.get(one.label, ""):
                raise RedactionError(
                    f"{word[:40]} can not stand for this; take a word like [Hpakant township],"
                    " [Kachin region], [2024-03], [2024] or [20–29]."
                )
        changes[sha256] = tuple(
            replace(one, instead=word) if one.who == row else one for one in found
        )
    return changes


def reject(case: Case, row: str, why: str) -> Changes:
    """Keep every mention of a row, with a reason; RedactionError without one."""
    why = why.strip()
    if not why or len(why) > MAX_REASON:
        raise RedactionError("Say why it stays, in a few words.")
    return _each(case, row, lambda one: replace(one, state=REJECTED, why=why, who=row, instead=""))


def reopen(case: Case, row: str) -> Changes:
    """Leave a row undecided again."""
    return _each(case, row, lambda one: replace(one, state=UNDECIDED, why="", who=row, instead=""))


def relabel(case: Case, row: str, label: str) -> Changes:
    """Say what kind of thing a row is; RedactionError for a word that is no kind."""
    if label not in KINDS:
        raise RedactionError(f"{label[:40]!r} is no kind; choose one of the list.")
    return _each(case, row, lambda one: replace(one, label=label, who=row, instead=""))


def merge(case: Case, row: str, into: str) -> Changes:
    """Make two rows one person; what was decided about `into` holds for all of it."""
    if row == into or not _members(case, into):
        raise RedactionError("Choose another row to merge with.")
    sha256, n = _members(case, into)[0]
    other = case.findings(sha256)[n]
    changes = dict(_each(case, row, lambda one: _as(one, other, into)))
    for sha256, n in _members(case, into):
        found = list(changes.get(sha256, case.findings(sha256)))
        found[n] = replace(found[n], who=into)
        changes[sha256] = tuple(found)
    return changes


def split(case: Case, sha256: str, number: int) -> Changes:
    """Make the spelling of one mention a row of its own; of one spelling, only this mention."""
    row = case.row_of(sha256, number)
    form = case.form(sha256, number)
    members = _members(case, row)
    same = [(s, n) for s, n in members if case.form(s, n) == form]
    chosen = set(same if len(same) < len(members) else [(sha256, number)])
    if len(members) < 2:
        raise RedactionError("This row has one mention only; there is nothing to split.")
    new = secrets.token_hex(6)
    changes: dict[str, Findings] = {}
    for one_of in {s for s, _ in members}:
        found = list(case.findings(one_of))
        for s, n in members:
            if s == one_of:
                found[n] = replace(found[n], who=new if (s, n) in chosen else row)
        changes[one_of] = tuple(found)
    return changes


def add(case: Case, sha256: str, place: Place, label: str, by: str) -> Changes:
    """Replace words the finder missed, there and wherever else they stand in the case."""
    field, start, end = place
    passage = case.passages(sha256).get(field)
    if passage is None or not 0 <= start < end <= len(passage.source):
        raise RedactionError("These words are not in the text; mark them again.")
    if label not in KINDS:
        raise RedactionError(f"{label[:40]!r} is no kind; choose one of the list.")
    who = secrets.token_hex(6)
    made = Finding(field, start, end, label, "added by hand", by, ACCEPTED, "", who)
    form = spelled(passage.form(start, end))
    changes = {sha256: _forced(case.findings(sha256), made)}
    return _everywhere(case, {form}, made, changes)


def add_words(case: Case, words: str, label: str, by: str) -> Changes:
    """As `add`, for words as they are typed; RedactionError if they stand nowhere."""
    form = spelled(words)
    for entry in case.entries():
        for field, passage in case.passages(entry.sha256).items():
            for start, end in passage.mentions(form):
                return add(case, entry.sha256, (field, start, end), label, by)
    raise RedactionError("These words stand nowhere as whole words; type them as they stand.")


def stretch(case: Case, sha256: str, number: int, side: str, by: int) -> Changes:
    """Move one end of a mention by a word or syllable, and of all that read the same there.

    `by` is 1 to take one in, -1 to leave one out.
    """
    row = case.row_of(sha256, number)
    form, target = case.form(sha256, number), _stretched(case, sha256, number, side, by)[1]
    changes: dict[str, Findings] = {}
    for other, n in _members(case, row):
        moved, words = _stretched(case, other, n, side, by)
        if case.form(other, n) == form and words == target:
            found = list(changes.get(other, case.findings(other)))
            found[n] = replace(moved, who=row)
            changes[other] = tuple(found)
    return changes


def _stretched(case: Case, sha256: str, n: int, side: str, by: int) -> tuple[Finding, str]:
    one = case.findings(sha256)[n]
    passage = case.passages(sha256)[one.field]
    left, right = (by, 0) if side == LEFT else (0, by)
    start, end = passage.stretched(one.start, one.end, left, right)
    return replace(one, start=start, end=end), passage.form(start, end)


def _as(one: Finding, other: Finding, who: str) -> Finding:
    """A mention decided like another one of the same person."""
    like = replace(other, who=who)
    return replace(
        like, field=one.field, start=one.start, end=one.end, reason=one.reason, by=one.by
    )


def _members(case: Case, row: str) -> list[tuple[str, int]]:
    found = case.members([row])[row]
    if not found:
        raise RedactionError("This row is gone; look at the page again.")
    return found


def _each(case: Case, row: str, made: Callable[[Finding], Finding]) -> dict[str, Findings]:
    changes: dict[str, list[Finding]] = {}
    for sha256, n in _members(case, row):
        found = changes.setdefault(sha256, list(case.findings(sha256)))
        found[n] = made(found[n])
    return {sha256: tuple(found) for sha256, found in changes.items()}


def _everywhere(case: Case, forms: Iterable[str], pattern: Finding, changes: Changes) -> Changes:
    """Lay a finding over every further place of these forms in the whole case.

    But for what tells who is meant only where it was decided (`recognise.only_here`).
    """
    done = dict(changes)
    telling = [form for form in forms if not only_here(form)]
    for entry in case.entries():
        sha256 = entry.sha256
        sought = forms if sha256 in changes else telling
        for field, passage in case.passages(sha256).items():
            for form in sought:
                for start, end in passage.mentions(form):
                    made = replace(pattern, field=field, start=start, end=end)
                    found = done.get(sha256, case.findings(sha256))
                    laid = _laid(found, made)
                    if laid != found:
                        done[sha256] = laid
    return done


def _laid(found: Findings, made: Finding) -> Findings:
    """Add a finding unless its place is decided; undecided ones inside it go into it."""
    touching = [one for one in found if one.field == made.field and _overlap(one, made)]
    for one in touching:
        inside = one.start <= made.start and made.end <= one.end
        if one.state == REJECTED or (one.state == ACCEPTED and inside):
            return found
        if one.state == UNDECIDED and inside and not _same_place(one, made):
            return found  # part of a longer one that is still to be decided
    return (*(one for one in found if not _swallows(made, one)), made)


def _forced(found: Findings, made: Finding) -> Findings:
    """Add a finding that a reviewer marked herself, whatever was decided about its place."""
    same = (one for one in found if one.field == made.field and _same_place(one, made))
    gone = {*same, *(one for one in found if _swallows(made, one))}
    return (*(one for one in found if one not in gone), made)


def _swallows(made: Finding, one: Finding) -> bool:
    """Whether an undecided finding lies inside another one."""
    inside = made.start <= one.start and one.end <= made.end
    return one.state == UNDECIDED and one.field == made.field and inside


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


def _same_place(one: Finding, other: Finding) -> bool:
    return (one.start, one.end) == (other.start, other.end)
