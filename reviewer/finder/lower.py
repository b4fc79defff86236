"""Names without capitals: name elements side by side, titles, clans, lists (laptop).

Many elements are common words too ("may", "la" = male, "hla" = pretty): such a word belongs to a
name only beside a sure element, behind a title, doubled, or in one list with names.
"""

# ruff: noqa: E501 - a list of words is read most easily on one line

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from reviewer.finder.latin import Word, words_of
from reviewer.finder.lexicon import (
    elements,
    function_words,
    is_clan,
    is_element,
    language,
    ordinary,
    splits,
)
from reviewer.finder.words import Finding, is_kept, lowered

_STRONG = frozenset(
    "daw duwa salang slg sayama sayarma sarama pastor uncle aunty auntie aunt brother sister father rev reverend "
    "headman teacher doctor dr mg maung sayagyi sayadaw shayi saya sayar ako akogyi amagyi ulay ugyi adaw".split()
)
_KIN = frozenset(
    "kasha kanau kahpu kana kanu kawa jan wa manang kaji kawoi kadwi kanam karat thar thami thamee amay amae aphay aphae "
    "nyi nyima nyilay ako ama yaukkyar yaukya mainma meinma maung ulay adaw nye".split()
)
_GLUED_TITLES = frozenset("daw duwa salang sayama sarama saya sara".split())
_STRANGERS = frozenset("ko ma u sai nang ah aik saw naw bo pu pi mi mr mrs ms abdul haji".split())
_PET = frozenset(("a", "ah"))
_WEAK = frozenset("ko ma u sara bo jan du ning woi nu wa moi nang sai naw saw ah hpu nau".split())
_RANKS = frozenset("captain capt major maj sergeant sgt corporal colonel col commander bohmu bogyi lieutenant".split())
_RANKS_TWO = frozenset(("bo mhu", "bo hmu", "bo gyi", "tat kyat", "tat hmu"))
_ENDS = frozenset(
    "bu buu phu ka ko ku mhar mha hma hmar nae ne yae par pyi tal tae lo twe doh hpe gaw hte ai kaw de na ni e re rai nga "
    "the a and of to in is was he she they we i my his her it that with not for from on at said or but".split()
)
_LINK = re.compile(r"(?:,|,? (?:and|hte|nae|nai|nhtawm|&)) ?(?:\d{1,2}[.)] ?)?")
_SENTENCE = re.compile(r"[^.!?\n\u104a\u104b]*(?:[.!?\n\u104a\u104b]+|$)")
_MARKED = re.compile(" ?(?:ကို|က|ရဲ့|နဲ့|တို့|ဆီ|အိမ်)(?![\u102b-\u103e])")
_OPENING = re.compile(r"(?:^|[.!?\n] ?)[\"'(]*(?P<it>[A-Za-z])")
_INITIALS = re.compile(r"(?<![\w.])(?!(?:[ap]\.m|e\.g|i\.e|a\.k\.a|u\.s|u\.n)\b)(?:[a-z]\. ?){2,4}(?![a-z])")
_LONGEST = 5


@lru_cache(maxsize=65_536)
def _maybe(low: str) -> bool:
    """Say whether a word may belong to a name: every part an element, none a number or an end."""
    parts = low.split("-")
    numeral = len(parts) > 1 and parts[-1] in ("thein", "thaung", "htaung", "yar", "se")
    return low not in _ENDS and not numeral and all(map(is_element, parts))


def _small(text: str) -> bool:
    """Say whether a text is typed without capitals: hardly a sentence opens with one."""
    openings = [m["it"] for m in _OPENING.finditer(text)]
    capitals = sum(1 for c in openings if c.isupper())
    return capitals * 5 <= len(openings)


@lru_cache(maxsize=65_536)
def _unknown(low: str) -> bool:
    """Say whether a word is in no list, nor what it is an inflection of."""
    stems = {low, *(low.removesuffix(end) for end in ("'s", "s", "es", "ed", "d", "ing", "er", "ly"))}
    stems |= {part for part in low.split("-") if len(part) > 3}
    known = lowered("place_heads") | lowered("place_heads_kachin")
    return len(low) > 3 and not is_kept(low) and all(s not in ordinary() and s not in known for s in stems)


class _Lower:
    """Judges the words of one text that begin with a small letter."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.small = _small(text)
        self.words = words_of(text)
        mostly = language(text)
        ends = [m.end() for m in _SENTENCE.finditer(text)]
        spoken = [language(text[a:b], mostly) for a, b in pairwise((0, *ends))]
        self.spoken = [spoken[bisect_right(ends, w.start)] for w in self.words]

    def sure(self, i: int) -> bool:
        """Say whether word i is a name element and no common word of its sentence."""
        low = self.words[i].low
        parts = low.split("-")
        return all(is_element(p) for p in parts) and any(p not in ordinary(self.spoken[i]) for p in parts)

    def near(self, i: int) -> bool:
        """Say whether word i stands one space or hyphen behind word i - 1."""
        return 0 < i < len(self.words) and (
            self.text[self.words[i - 1].end : self.words[i].start] in (" ", "-")
        )

    def reach(self, i: int) -> int:
        """Return the end of the run of name elements that begins at word i."""
        j = i
        while j < len(self.words) and j - i < _LONGEST and (j == i or self.near(j)) and (
            not self.words[j].capital and (_maybe(self.words[j].low) or self.twice(j))
        ):
            j += 1
        return j

    def twice(self, j: int) -> bool:
        """Say whether word j stands twice: "ko ko" is a name, one "ko" a case marker."""
        low = self.words[j].low
        if low not in ("ko", "ma", "ye"):
            return False
        beside = [self.words[k].low for k in (j - 1, j + 1) if 0 <= k < len(self.words)]
        return low in beside

    def found(self, i: int, j: int, reason: str, label: str = "PERSON") -> Finding:
        return Finding(self.words[i].start, self.words[j - 1].end, label, reason)

    def titled(self, i: int) -> Iterator[Finding]:
        """Yield a title and the name behind it, as in "daw aye kyi"."""
        word = self.words[i]
        two = f"{word.low} {self.words[i + 1].low}" if self.near(i + 1) else ""
        size = 2 if two in _RANKS_TWO else 1
        rank = two in _RANKS_TWO or word.low in _RANKS
        titles = _STRONG | _WEAK | _PET | _STRANGERS
        verb = self.spoken[i] == "kac" and word.low in ("du", "sai", "wa", "nu", "nang", "ning")
        if word.capital or verb or not (rank or word.low in titles) or not self.near(i + size):
            return
        j = self.reach(i + size)
        if word.low in _STRONG or rank or (word.low in _STRANGERS and self.spoken[i] == "en"):
            j = self.reach(max(self.unknown(j), i + size))
        sure = any(self.sure(k) or self.words[k].low not in ordinary() for k in range(i + size, j))
        if word.low in _PET and not (sure and self.spoken[i] == "lmy"):
            return
        strong = word.low in _STRONG or rank
        spoken = self.spoken[i] == "lmy" and word.low in ("ko", "ma", "u", "bo")
        pair = spoken and j - i - size > 1
        if j > i + size and (strong or sure or pair or self.doubled(i + size, j)):
            label = "PERPETRATOR" if rank else "PERSON"
            yield self.found(i, j, "a title and a name, without capitals", label)

    def unknown(self, j: int) -> int:
        """Move the end of a titled name past words of no list."""
        while self.near(j) and not self.words[j].capital and len(self.words[j].low) > 2 and (
            self.words[j].low not in ordinary() and self.words[j].low not in _ENDS
        ):
            j += 1
        return j

    def doubled(self, i: int, j: int) -> bool:
        """Say whether a run holds one element twice, as names do ("su su")."""
        pairs = zip(self.words[i : j - 1], self.words[i + 1 : j], strict=True)
        return any(a.low == b.low for a, b in pairs)

    def kin(self, i: int) -> tuple[int, int] | None:
        """Return a run of two elements behind a word for kin, as in "thar ye lay ko"."""
        j = self.reach(i + 1) if self.near(i + 1) else i
        if j > i and self.words[j - 1].low == "yan":  # "both"
            j -= 1
        if self.words[i].low not in _KIN or self.spoken[i] == "en" or j - i < 3:
            return None
        ended = j < len(self.words) and self.words[j].low in _ENDS | {"yan"}
        return (i + 1, j) if ended and (j - i < 4 or any(self.sure(k) for k in range(i + 1, j))) else None

    def pair(self, i: int) -> tuple[int, int] | None:
        """Return a run of two elements or more from word i on that is a name."""
        j = self.reach(i)
        words = self.words[i:j]
        if j - i < 2 or not any(len(w.low) > 2 for w in words):
            return None
        if any(self.sure(k) for k in range(i, j)):
            return self.tight(i, j)
        if self.spoken[i] == "lmy" and j - i > 2 and self.doubled(i, j):
            return i, j
        return None

    def tight(self, i: int, j: int) -> tuple[int, int]:
        """Leave out function words of the language at both ends of a run."""
        plain = function_words(self.spoken[i])
        while j - i > 2 and self.words[j - 1].low in plain:
            j -= 1
        while j - i > 2 and self.words[i].low in plain:
            i += 1
        return i, j

    def before(self, i: int) -> int:
        """Take in one word of no list in front of a name: a clan nobody listed."""
        word = self.words[i - 1] if self.near(i) else None
        unknown = word is not None and not word.capital and len(word.low) > 3 and (
            word.low not in ordinary() and not word.low.endswith(("ing", "ed", "ly"))
        )
        return i - 1 if unknown and self.spoken[i] != "lmy" else i

    def run(self) -> Iterator[Finding]:
        """Yield every name without capitals."""
        i = 0
        while i < len(self.words):
            titled = next(self.titled(i), None)
            pair = self.pair(i) if titled is None else None
            if titled is not None:
                yield titled
            elif kin := self.kin(i):
                yield self.found(*kin, "a name behind a word for kin")
            elif pair:
                yield self.found(
                    self.before(pair[0]), pair[1], "name elements side by side, without capitals"
                )
                i = pair[1] - 1
            elif not self.words[i].capital:
                yield from self.single(self.words[i], i)
            i += 1

    def single(self, word: Word, i: int) -> Iterator[Finding]:
        """Yield a clan, a long element or elements run together that is no common word."""
        low, common = word.low, ordinary(self.spoken[i])
        half = low[: len(low) // 2]
        doubled = low == half * 2 and len(half) > 1 and half in elements()
        if low in common or len(low) < 2:
            return
        if _MARKED.match(self.text, word.end) and (is_element(low) or _unknown(low)):
            yield self.found(i, i + 1, "no English word, before a Burmese particle for persons")
        if len(low) < 4:
            return
        if is_clan(low) and len(low) > 4:
            named = self.near(i + 1) and self.words[i + 1].low == "kaw" and self.reach(i + 2) > i + 2
            yield self.found(i, max(self.reach(i + 1 + named), i + 1), "a Kachin clan name")
        elif doubled or low in lowered("western_names") or (len(low) > 4 and _maybe(low)):
            yield self.found(i, i + 1, "a name element without a capital")
        elif len(low) > 5 and self.together(low):
            yield self.found(i, i + 1, "name elements run together")
        elif self.small and self.spoken[i] == "en" and _unknown(low):
            yield self.found(i, i + 1, "a word of no list in a text without capitals")

    def together(self, low: str) -> bool:
        """Say whether a word is name elements, or a title or clan and elements, without a space."""
        if low in ordinary():
            return False
        for cut in range(3, len(low) - 2):
            first = low[:cut]
            if (first in _GLUED_TITLES or is_clan(first)) and splits(low[cut:]):
                return True
        return any(
            low[:cut] in elements() and low[cut:] in elements()
            and not {low[:cut], low[cut:]} <= ordinary()
            for cut in range(2, len(low) - 1)
        )  # fmt: skip


def find(text: str) -> Iterator[Finding]:
    """Yield names without capitals in a folded text."""
    reader = _Lower(text)
    yield from reader.run()
    if reader.small:
        for match in _INITIALS.finditer(text):
            yield Finding(*match.span(), "PERSON", "initials")


def listed_with(text: str, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield pairs of common elements that stand in one list with names already found."""
    reader = _Lower(text)
    starts, ends = {f.start for f in names}, {f.end for f in names}
    for i, word in enumerate(reader.words):
        if word.capital or word.start in starts:
            continue
        called = word.low in _STRONG | _WEAK and reader.near(i + 1)
        j = reader.reach(i + 1 if called else i)
        if j - i < 2:
            continue
        first, last = word.start, reader.words[j - 1].end
        behind = any(e in ends and _LINK.fullmatch(text, e, first) for e in range(max(0, first - 9), first))
        ahead = any(s in starts and _LINK.fullmatch(text, last, s) for s in range(last + 1, last + 9))
        if behind or ahead:
            yield reader.found(i, j, "words in one list with names")
