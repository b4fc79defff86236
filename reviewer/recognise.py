"""Recognises a confirmed identity however it is written: scripts, digits, spellings (laptop).

A text is cut into units: a run of Latin letters, a run of digits, one Burmese syllable. A form is
found where its units stand in a row, whatever stands between them, so that spaces, hyphens, line
breaks and joined words make no difference. Each lookup costs the same for one form or thousands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from envelope import places
from reviewer.finder import normalise
from reviewer.finder.words import entries, lowered
from reviewer.unseen import INVISIBLE
from reviewer.zawgyi import SYLLABLE, Span

_UNIT = re.compile(
    rf"[0-9]+|[^\W\d_\u1000-\u109f\uaa60-\uaa7f]+|(?=[\u1000-\u109f\uaa60-\uaa7f])(?:{SYLLABLE.pattern})",
    re.DOTALL,
)
_UNSEEN = re.compile(f"{INVISIBLE.pattern}|[\u200b-\u200d\ufe0f]")
BURMESE = re.compile("[\u1000-\u109f]")
WEAK = 5  # letters; see `weak`
_SHORT = 6  # code points; a single word shorter than this is not sought across word borders

# Conservative: what is one sound to most who write it, and no more, so that few words collide.
_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"(?<=[kptscjg])h|^h(?=[kptlmn])", ""),  # hk kh hp ph ht th hl
        (r"h(?=[kptsy])", ""),
        (r"aw|au|oa|ow(?=[^aeiou]|$)", "o"),
        (r"oo|ou", "u"),
        (r"ee|ie", "i"),
        (r"ts|dz|j|z", "z"),
        (r"gy|ch", "ky"),
        (r"ay|ai|ei|ey", "e"),
        (r"(?<=[^aeiou])y(?=$|[^aeiou])", "i"),
        (r"ar(?=[^aeiou]|$)", "a"),
        (r"(.)\1", r"\1"),
    )
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a text, folded, and where it stands in the text as given."""

    word: str
    start: int
    end: int


@dataclass(slots=True)
class Index:
    """Spellings to seek: the joined units, whose they are, and if one unit has to be all of it."""

    known: dict[str, tuple[str, bool]] = field(default_factory=dict)
    longest: int = 0

    def add(self, words: Sequence[str], name: str) -> None:
        """Seek these units in a row; `name` is given back. Too short a form is not sought."""
        whole = "".join(words)
        if len(whole) < (2 if words and words[0] >= "\u1000" else 3):
            return
        alone = len(words) == 1 and len(whole) < _SHORT
        self.known.setdefault(whole, (name, alone))
        self.longest = max(self.longest, len(whole))

    def find(self, text: Sequence[Unit]) -> Iterator[tuple[str, Span]]:
        """Yield (name, span) for the longest form that begins at each unit of a text."""
        at = 0
        while at < len(text):
            found = self._at(text, at)
            if found:
                name, end = found
                yield name, (text[at].start, text[end].end)
                at = end
            at += 1

    def _at(self, text: Sequence[Unit], at: int) -> tuple[str, int] | None:
        joined, best = "", None
        for end in range(at, len(text)):
            joined += text[end].word
            if len(joined) > self.longest:
                break
            if (hit := self.known.get(joined)) and (end == at or not hit[1]):
                best = hit[0], end
        return best


@lru_cache(maxsize=1024)  # several release tests cut the same texts
def units(text: str) -> tuple[Unit, ...]:
    """Cut a text into units: Unicode NFC, no unseen characters, ASCII digits, lower case."""
    reading = normalise.read(text)
    folded = normalise.fold(reading.text)
    return tuple(
        Unit(match[0].lower(), *reading.span(*match.span())) for match in _UNIT.finditer(folded)
    )


def words(form: str) -> list[str]:
    """The folded units of a form in Unicode; none is converted, it is too short to tell."""
    seen = unicodedata.normalize("NFC", _UNSEEN.sub("", form))
    return [match[0].lower() for match in _UNIT.finditer(normalise.fold(seen))]


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """One key for the usual ways to write one sound in Latin letters; other units stay."""
    if not word.isascii() or not word.isalpha():
        return word
    for pattern, to in _SOUNDS:
        word = pattern.sub(to, word)
    return word


_NAMED: Mapping[str, str] = {
    word: digit
    for digit, spelled in {
        "0": "zero oh nought nil သုည",
        "1": "one langai tit တစ် တစ",
        "2": "two lahkawng hnit နှစ်",
        "3": "three masum thone သုံး",
        "4": "four mali lay လေး",
        "5": "five manga ngar ငါး",
        "6": "six kru chauk ခြောက်",
        "7": "seven sanit khunnit ခုနစ် ခုနှစ် ခွန်",
        "8": "eight matsat shit ရှစ်",
        "9": "nine jahku koe ကိုး",
        "10": "ten shi", "11": "eleven", "12": "twelve", "13": "thirteen", "14": "fourteen",
        "15": "fifteen", "16": "sixteen", "17": "seventeen", "18": "eighteen", "19": "nineteen",
        "20": "twenty", "30": "thirty", "40": "forty fourty", "50": "fifty", "60": "sixty",
        "70": "seventy", "80": "eighty", "90": "ninety",
    }.items()
    for word in spelled.split()
}  # fmt: skip
_REPEATED = {"double": 2, "triple": 3}


def digit_runs(text: Iterable[Unit]) -> Iterator[tuple[str, Span]]:
    """Yield each run of digits, spelled-out ones read as digits, that only separators break."""
    run, start, end, times, ten = "", 0, 0, 1, False
    for unit in _spelled(text):
        if unit.word in _REPEATED:
            times = _REPEATED[unit.word]
            continue
        digits = unit.word if unit.word.isdecimal() else _NAMED.get(unit.word, "")
        if not digits:
            if run:
                yield run, (start, end)
            run, times, ten = "", 1, False
            continue
        start = start if run else unit.start
        if ten and len(digits) == 1 and digits != "0":  # ninety five
            run = run[:-1]
        run, end = run + digits * times, unit.end
        times, ten = 1, not unit.word.isdecimal() and len(digits) == 2 and digits[1] == "0"
    if run:
        yield run, (start, end)


def _spelled(text: Iterable[Unit]) -> Iterator[Unit]:
    """Join Burmese number words, the only ones of two syllables, into one unit."""
    before: Unit | None = None
    for unit in text:
        if before and before.word + unit.word in _NAMED:
            yield Unit(before.word + unit.word, before.start, unit.end)
            before = None
            continue
        if before:
            yield before
        before = unit
    if before:
        yield before


def core(digits: str) -> str:
    """A number without what is dialled or written before it, "" if too short to lead anywhere."""
    left = digits.removeprefix("00").removeprefix("95").lstrip("0")
    return left if len(left) >= _SHORT else ""


def weak(parts: Sequence[str]) -> bool:
    """Whether the folded units of a form are one Burmese syllable, or few letters.

    Such a form is somebody's name in one account and an ordinary word in the next.
    """
    whole = "".join(parts)
    return (len(parts) == 1 and BURMESE.match(whole) is not None) or len(whole) < WEAK


def only_here(form: str) -> bool:
    """Whether a form tells who is meant only in the testimony in which somebody decided so.

    Whoever hides a man called Saw still shows what another one saw.
    """
    parts = words(form)
    return weak(parts) and common(parts)


def common(parts: Sequence[str]) -> bool:
    """Whether words alone say nothing: one Burmese syllable, a public name, or ordinary words."""
    if len(parts) == 1 and BURMESE.match(parts[0]):
        return True
    return "".join(parts) in _public() or all(word in _ordinary() for word in parts)


@cache
def _ordinary() -> frozenset[str]:
    lists = ("english_words", "kachin_words", "place_heads", "place_heads_kachin")
    titles = (word for title in entries("titles") for word in words(title))
    burmese = (word for head in entries("place_heads_burmese") for word in words(head))
    return frozenset().union(*map(lowered, lists), titles, burmese)


@cache
def _public() -> frozenset[str]:
    """Towns, townships and public figures, which a release may name."""
    lists = ("towns", "towns_burmese", "public")
    known = [entry for name in lists for entry in entries(name)]
    for part in ("township", "state"):
        known += [name for lang in ("en", "my") for name in places.names(part, lang).values()]
    return frozenset("".join(words(name)) for name in known)
