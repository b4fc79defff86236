"""Puts tokens in the place of identities: constant width, shuffled numbers (reviewer's laptop)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from release import coarse
from release.content import Redaction
from release.texts import NUMBERED, TOKEN, kind
from reviewer.decisions import COARSER, KINDS
from reviewer.errors import RedactionError
from reviewer.finder.words import entries
from reviewer.recognise import words
from reviewer.unseen import strange
from reviewer.zawgyi import Reading, to_unicode

_REASONS: Mapping[str, str] = {
    "P": "a person",
    "L": "a place",
    "N": "a number or address that leads to someone",
    "D": "an exact date",
    "A": "an age",
    "O": "an organisation",
    "R": "a relative",
    "W": "an occupation",
    "X": "other words that could identify",
}
"""What redactions.csv says of a token: nothing a reviewer typed ever goes there."""

_LEAST_WIDTH = 2  # digits
_SHUFFLE = random.SystemRandom()

_LONGEST_TITLES = 40  # code points looked at before a name
Key = tuple[str, str]
"""Kind of a token, and whom it stands for: a person of the case, or a form spelled one way."""


@dataclass(frozen=True, slots=True)
class Hide:
    """A decided identity: its half-open span in the text as sealed, and its label.

    `who` is the person or thing a reviewer said it is ("": go by the spelling), `instead` a coarser
    word that is to stand there (`release.coarse`) or "" for a token.
    """

    start: int
    end: int
    label: str
    who: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A span that will be replaced: kind of its token, its spelling, and what `Hide` says."""

    start: int
    end: int
    kind: str
    form: str
    who: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A token, or coarser word, and the half-open span of the text as sealed it stands for."""

    start: int
    end: int
    token: str


def covered(text: str, hides: Iterable[Hide]) -> list[Hidden]:
    """Join what overlaps, widened to whole syllables and over the titles before a name.

    Covered too is what looks like a token, so that every token in a release is one of ours, and
    what nobody can see or read for what it is.
    """
    reading = to_unicode(text)
    ranges = [_widened(reading, one) for one in hides]
    ours = [match.span() for match in TOKEN.finditer(text)]
    ranges += [Hide(*span, "OTHER") for span in (*ours, *strange(text))]
    joined: list[list[Hide]] = []
    for one in sorted(ranges, key=lambda hide: (hide.start, hide.end)):
        if joined and one.start < max(other.end for other in joined[-1]):
            joined[-1].append(one)
        else:
            joined.append([one])
    return [_one(reading, group) for group in joined]


def marks(groups: Mapping[Key, Sequence[Hidden]]) -> dict[Key, tuple[Mark, ...]]:
    """Give all spans of one release (in any keys) their tokens: one person, or form, one token."""
    known = [one for group in groups.values() for one in group]
    keys = identities(known)
    made = numbered(keys[one] for one in known if not one.instead)
    return {
        name: tuple(Mark(o.start, o.end, o.instead or made[keys[o]]) for o in group)
        for name, group in groups.items()
    }


def identities(known: Iterable[Hidden]) -> dict[Hidden, Key]:
    """Say for whom each span stands; a form of exactly one known person is that person's."""
    known = list(known)
    owners: dict[Key, set[str]] = {}
    for one in known:
        if one.who:
            owners.setdefault((one.kind, one.form), set()).add(one.who)
    found = {}
    for one in known:
        own = {one.who} if one.who else owners.get((one.kind, one.form), set())
        # A space, which no spelling holds, keeps such an id apart from every form.
        found[one] = one.kind, f" {min(own)}" if len(own) == 1 else one.form
    return found


def numbered(keys: Iterable[Key]) -> dict[Key, str]:
    """Give each key a token: one kind one width, numbers in no order."""
    kinds: dict[str, list[Key]] = {}
    for key in dict.fromkeys(keys):
        kinds.setdefault(key[0], []).append(key)
    found: dict[Key, str] = {}
    for letter, members in kinds.items():
        width = max(_LEAST_WIDTH, len(str(len(members))))
        numbers = list(range(1, len(members) + 1))
        _SHUFFLE.shuffle(numbers)
        found |= {
            key: f"[{letter}-{number:0{width}}]"
            for key, number in zip(members, numbers, strict=True)
        }
    return found


def apply(field: str, text: str, marks: Sequence[Mark]) -> tuple[str, list[Redaction]]:
    """Return the released text, and its redactions in offsets of that text.

    Raises RedactionError unless the marks are in order, apart, inside the text and our tokens.
    """
    parts: list[str] = []
    redactions: list[Redaction] = []
    at = length = 0
    for mark in marks:
        letter = kind(mark.token)
        if not at <= mark.start < mark.end <= len(text) or not letter:
            raise RedactionError(f"A span to replace in {field} does not fit its text.")
        length += mark.start - at
        end = length + len(mark.token)
        why = reason(mark.token)
        redactions.append(Redaction(field, length, end, mark.token, letter, why))
        parts += [text[at : mark.start], mark.token]
        at, length = mark.end, end
    return "".join([*parts, text[at:]]), redactions


def reason(token: str) -> str:
    """Return what redactions.csv says of a token or coarser word; KeyError for anything else."""
    return _REASONS[kind(token)] if NUMBERED.fullmatch(token) else coarse.reason(token)


def for_reading(text: str, marks: Sequence[Mark]) -> tuple[str, list[Mark]] | None:
    """The converted text and the marks in its offsets; None when it reads as it stands."""
    reading = to_unicode(text)
    if not reading.converted:
        return None
    moved = []
    for mark in marks:
        start, end = _behind(reading.offsets, mark.start, mark.end)
        moved.append(Mark(start, end, mark.token))
    return reading.text, moved


def titles_before(before: str) -> int:
    """How many code points at the end of `before` are titles of the name that follows."""
    match = _title_pattern(end=True).search(before[-_LONGEST_TITLES:])
    return len(match[0]) if match else 0


def without_titles(name: str) -> str:
    """A name without the titles it begins with, if anything is left."""
    return _title_pattern(end=False).sub("", name)


def _behind(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The range of the reading that stems from [start, end) of the original."""
    touched = [i for i, (s, e) in enumerate(offsets) if s < end and start < e]
    if not touched:
        raise RedactionError("A span to replace has no place in the converted text; report this.")
    return touched[0], touched[-1] + 1


def _widened(reading: Reading, one: Hide) -> Hide:
    """Widen a span until it and its reading are whole on both sides, and titles are inside."""
    offsets, start, end = reading.offsets, one.start, one.end
    while True:
        first, last = _behind(offsets, start, end)
        if KINDS[one.label] == "P":
            first -= titles_before(reading.text[:first])
        behind = offsets[first:last]
        wider = min(start, *(s for s, _ in behind)), max(end, *(e for _, e in behind))
        if wider == (start, end):
            return Hide(start, end, one.label, one.who, one.instead)
        start, end = wider


@cache
def _title_pattern(*, end: bool) -> re.Pattern[str]:
    """Titles at the end of what stands before a name, or at the beginning of a form."""
    latin = "|".join(sorted(map(re.escape, entries("titles")), key=len, reverse=True))
    burmese = "|".join(sorted(entries("burmese_titles"), key=len, reverse=True))
    # Some are also a syllable inside a word, or a particle: they count where a word begins.
    one = rf"(?<!\w)(?:{latin})\.? {{1,2}}|(?<![\u1000-\u109f])(?:{burmese}) ?(?![\u102b-\u103e])"
    if end:
        return re.compile(f"(?:{one}){{1,3}}$")
    return re.compile(f"^(?:{one}){{1,3}}(?=.)", re.IGNORECASE)


def _one(reading: Reading, group: Sequence[Hide]) -> Hidden:
    start, end = group[0].start, max(one.end for one in group)
    longest = max(group, key=lambda one: one.end - one.start)
    letter = KINDS[longest.label]
    instead = longest.instead if all(one.instead == longest.instead for one in group) else ""
    if instead and coarse.kind(instead) != COARSER.get(longest.label, ""):
        raise RedactionError(f"{instead[:40]!r} can not stand for {longest.label}; take a token.")
    first, last = _behind(reading.offsets, start, end)
    form = _spelled(reading.text[first:last], person=letter == "P")
    return Hidden(start, end, letter, form, longest.who, instead)


def _spelled(form: str, *, person: bool) -> str:
    """One spelling for one form: its folded words in a row, without the titles of a name."""
    if person:
        form = without_titles(form)
    return "".join(words(form)) or form
