"""Puts tokens in the place of identities: constant width, shuffled numbers (reviewer's laptop)."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from release.content import Redaction
from release.texts import TOKEN
from reviewer.decisions import KINDS
from reviewer.errors import RedactionError
from reviewer.zawgyi import to_unicode

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
"""What redactions.csv says: nothing a reviewer typed ever goes there."""

_LEAST_WIDTH = 2  # digits
_SHUFFLE = random.SystemRandom()

Span = tuple[int, int, str]
"""Half-open span of code points of the text as sealed, and its label."""
Key = tuple[str, str]
"""Kind of a token, and the form it stands for, spelled one way."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A token and the half-open span, in the text as sealed, that it stands for."""

    start: int
    end: int
    token: str


def covered(text: str, spans: Iterable[Span]) -> list[tuple[int, int, Key]]:
    """Join what overlaps, widen it to whole syllables where the text is converted for reading.

    Words that look like a token are covered too, so that every token in a release is one of ours.
    """
    reading = to_unicode(text)
    ranges = [(*_widened(reading.offsets, start, end), label) for start, end, label in spans]
    ranges += [(*match.span(), "OTHER") for match in TOKEN.finditer(text)]
    joined: list[list[Span]] = []
    for span in sorted(ranges):
        if joined and span[0] < max(end for _, end, _ in joined[-1]):
            joined[-1].append(span)
        else:
            joined.append([span])
    return [_one(text, group) for group in joined]


def numbered(keys: Iterable[Key]) -> dict[Key, str]:
    """Give each key a token: one kind one width, numbers in no order."""
    kinds: dict[str, list[Key]] = {}
    for key in dict.fromkeys(keys):
        kinds.setdefault(key[0], []).append(key)
    found: dict[Key, str] = {}
    for kind, members in kinds.items():
        width = max(_LEAST_WIDTH, len(str(len(members))))
        numbers = list(range(1, len(members) + 1))
        _SHUFFLE.shuffle(numbers)
        found |= {
            key: f"[{kind}-{number:0{width}}]" for key, number in zip(members, numbers, strict=True)
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
        if not at <= mark.start < mark.end <= len(text) or not TOKEN.fullmatch(mark.token):
            raise RedactionError(f"A span to replace in {field} does not fit its text.")
        length += mark.start - at
        end = length + len(mark.token)
        kind = mark.token[1]
        redactions.append(Redaction(field, length, end, mark.token, kind, _REASONS[kind]))
        parts += [text[at : mark.start], mark.token]
        at, length = mark.end, end
    return "".join([*parts, text[at:]]), redactions


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


def _behind(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The range of the reading that stems from [start, end) of the original."""
    touched = [i for i, (s, e) in enumerate(offsets) if s < end and start < e]
    if not touched:
        raise RedactionError("A span to replace has no place in the converted text; report this.")
    return touched[0], touched[-1] + 1


def _widened(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Widen a span of the original until it and its reading are whole on both sides."""
    while True:
        first, last = _behind(offsets, start, end)
        behind = offsets[first:last]
        wider = min(start, *(s for s, _ in behind)), max(end, *(e for _, e in behind))
        if wider == (start, end):
            return wider
        start, end = wider


def _one(text: str, group: Sequence[Span]) -> tuple[int, int, Key]:
    start, end = group[0][0], max(end for _, end, _ in group)
    _, _, label = max(group, key=lambda span: span[1] - span[0])
    return start, end, (KINDS[label], _spelled(text[start:end]))


def _spelled(form: str) -> str:
    """One spelling for one form: converted, NFKC, without case, spaces and zero-width signs."""
    folded = unicodedata.normalize("NFKC", to_unicode(form).text).casefold()
    return re.sub(r"[\s\u200b-\u200d]+", "", folded)
