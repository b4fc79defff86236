"""One text of a testimony: as sealed, as it is read, and as it is searched (reviewer's laptop)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from reviewer.finder import normalise
from reviewer.screen import safe
from reviewer.zawgyi import SYLLABLE, Reading, Span, to_unicode

_LATIN = "A-Za-z0-9\u00c0-\u024f"
_UNIT = re.compile(f"[{_LATIN}]+|{SYLLABLE.pattern}", re.DOTALL)
_SOLID = re.compile(r"\w")
# A paragraph longer than this is cut after a sentence, so that one fits on a small screen.
LONG_PARAGRAPH = 400  # code points
_SENTENCE = re.compile("(?:[။?!]|[.](?=\\s))[ ]*")
_LEAST_FORM = 2  # code points; a shorter form stands inside half of all words


def folded(text: str) -> str:
    """One spelling for what is searched: digits and look-alikes folded, no case; same length."""
    plain = normalise.fold(text)
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


def spelled(form: str) -> str:
    """A form as `Passage.mentions` compares it: converted, without unseen signs, folded."""
    return folded(normalise.read(form).text).strip()


def paragraphs(text: str) -> list[Span]:
    """Half-open spans of a text that together are all of it, none longer than a screen.

    Blank lines belong to the paragraph before them.
    """
    found: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if found and not line.strip():
            found[-1] = found[-1][0], at + len(line)
        else:
            found += _pieces(line, at)
        at += len(line)
    return found


def _pieces(line: str, at: int) -> Iterator[Span]:
    start = 0
    while len(line.rstrip()) - start > LONG_PARAGRAPH:
        ends = [m.end() for m in _SENTENCE.finditer(line, start, start + LONG_PARAGRAPH)]
        blank = line.rfind(" ", start, start + LONG_PARAGRAPH) + 1
        end = ends[-1] if ends else blank if blank > start else start + LONG_PARAGRAPH
        yield at + start, at + end
        start = end
    yield at + start, at + len(line)


class Passage:
    """One text. Spans it takes and gives are of the text as sealed, unless they say `shown`."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def shown(self) -> Reading:
        """What is shown: as sealed, Zawgyi converted, with the way back."""
        return to_unicode(self.source)

    @cached_property
    def paragraphs(self) -> list[Span]:
        """Paragraphs of the shown text."""
        return paragraphs(self.shown.text)

    @cached_property
    def codes(self) -> frozenset[int]:
        """Where in the shown text a sign stands that is shown as a code (reviewer.screen)."""
        text = self.shown.text
        return frozenset(at for at, char in enumerate(text) if safe(char) != char)

    @cached_property
    def _read(self) -> Reading:
        return normalise.read(self.source)

    @cached_property
    def _searched(self) -> str:
        return folded(self._read.text)

    @cached_property
    def _bounds(self) -> frozenset[int]:
        """Where a word or syllable of the searched text begins or ends."""
        units = [match.span() for match in _UNIT.finditer(self._searched)]
        return frozenset(at for unit in units for at in unit)

    @cached_property
    def _units(self) -> list[Span]:
        """Words and Burmese syllables of the shown text, nothing of blanks and signs."""
        found = (match for match in _UNIT.finditer(self.shown.text) if _SOLID.search(match[0]))
        return [match.span() for match in found]

    def mentions(self, form: str) -> Iterator[Span]:
        """Yield where a form (as `spelled` gives it) stands as whole words or syllables."""
        if len(form) < _LEAST_FORM:
            return
        text = self._searched
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if at in self._bounds and end in self._bounds:
                yield self._read.span(at, end)
            at = text.find(form, at + 1)

    def form(self, start: int, end: int) -> str:
        """The words of a span, as shown."""
        first, last = self.to_shown(start, end)
        return self.shown.text[first:last]

    def to_shown(self, start: int, end: int) -> Span:
        """The shown span that stems from a span of the source."""
        if not self.shown.converted:
            return start, end
        touched = [i for i, (s, e) in enumerate(self.shown.offsets) if s < end and start < e]
        return (touched[0], touched[-1] + 1) if touched else (0, 0)

    def whole(self, start: int, end: int) -> Span | None:
        """The source span of all words and syllables that a shown span touches, None if none."""
        inside = [unit for unit in self._units if unit[0] < max(end, start + 1) and start < unit[1]]
        return self.shown.span(inside[0][0], inside[-1][1]) if inside else None

    def stretched(self, start: int, end: int, left: int, right: int) -> Span:
        """Move both ends of a span by that many words or syllables; never to nothing."""
        first, last = self.to_shown(start, end)
        inside = [n for n, unit in enumerate(self._units) if unit[0] < last and first < unit[1]]
        if not inside:
            return start, end
        low = min(max(inside[0] - left, 0), len(self._units) - 1)
        high = min(max(inside[-1] + right, 0), len(self._units) - 1)
        if low > high:
            return start, end
        return self.shown.span(self._units[low][0], self._units[high][1])
