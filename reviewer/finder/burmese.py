"""Cuts Burmese into words and names by the cheapest path through its syllables (laptop).

A syllable costs -log of its share in running text or, inside a name, of its share in names; a
word of the list costs less than its syllables; names begin at a boundary or behind an honorific
and end before a boundary or a particle. All counts come from data/burmese_syllables.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from reviewer.finder.words import entries, listed
from reviewer.zawgyi import SYLLABLE

RUN = re.compile("[\u1000-\u103f\u1050-\u109f\uaa60-\uaa7f]+")

WORD, OTHER, TITLE, NAME = "word", "other", "title", "name"

_WORD_COST = 8.0
_LONGEST_WORD = 6
_UNSEEN_TEXT = 13.0
_UNSEEN_NAME = 8.5
_START_AT_BOUNDARY = 1.5
_START_INSIDE = 6.5
_AFTER_TITLE = 0.4
_END_AT_BOUNDARY = 0.5
_END_INSIDE = 5.0
_LONE_SYLLABLE = 6.0
_LONE_RARE = 2.0
_LONE_KACHIN = 3.5
_RARE = 9.0
_SELDOM = 6.0
_GIVEN_COST = 4.0
_DOUBLED = 0.0
_WEAK = frozenset(("မ", "ကို", "နော်", "စော", "ရှင်", "နန်း", "ဦး", "မောင်"))
_TITLE_COST = 1.5
_WEAK_TITLE_COST = 2.0
_TITLE_INSIDE = 4.0


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of Burmese text [start, end): a word, a lone syllable, a title or a name."""

    start: int
    end: int
    kind: str


@cache
def particles() -> tuple[str, ...]:
    """Return what may follow a name or a place without being part of it."""
    return tuple(listed("burmese_particles"))


@cache
def _costs() -> tuple[dict[str, float], dict[str, float]]:
    """Return the cost of each syllable in running text and in names."""
    rows = [row.split("\t") for row in entries("burmese_syllables")]
    text = {s: int(t) for s, t, _ in rows}
    name = {s: float(n) for s, _, n in rows}
    for element in kachin():
        for syllable in SYLLABLE.findall(element):
            name[syllable] = name.get(syllable, 0.0) + 40.0
    in_text, in_names = sum(text.values()), sum(name.values())
    return (
        {s: -log(n / in_text) for s, n in text.items() if n},
        {s: -log(n / in_names) for s, n in name.items() if n},
    )


@cache
def kachin() -> frozenset[str]:
    """Return the Kachin name elements in Burmese letters."""
    return frozenset(e.lstrip("=") for e in entries("kachin_burmese"))


@cache
def clans() -> frozenset[str]:
    """Return the Kachin clan names in Burmese letters."""
    return frozenset(e[1:] for e in entries("kachin_burmese") if e.startswith("="))


@cache
def titles() -> frozenset[str]:
    """Return honorifics and ranks in Burmese letters."""
    return listed("burmese_titles") | {rank for rank in entries("ranks") if not rank.isascii()}


@cache
def name_syllables() -> frozenset[str]:
    """Return the syllables that occur in names of the list at least three times."""
    rows = (row.split("\t") for row in entries("burmese_syllables"))
    return frozenset(s for s, _, n in rows if int(n) >= 3)


@cache
def given() -> frozenset[str]:
    """Return words of the list that are given names too."""
    return listed("burmese_given")


def rare(syllable: str) -> bool:
    """Say whether a syllable is seldom or never seen in running text."""
    return _costs()[0].get(syllable, _UNSEEN_TEXT) > _RARE


def seldom(syllable: str) -> bool:
    """Say whether a syllable is rarer in running text than particles and common verbs."""
    return _costs()[0].get(syllable, _UNSEEN_TEXT) > _SELDOM


def telling(syllable: str) -> bool:
    """Say whether a syllable is commoner in names than in running text, or unknown to it."""
    in_text, in_names = _costs()
    known = in_text.get(syllable, _UNSEEN_TEXT)
    return known > _RARE or in_names.get(syllable, _UNSEEN_TEXT) < known


@cache
def _never_names() -> frozenset[str]:
    """Return particles that hardly occur in names."""
    rows = (row.split("\t") for row in entries("burmese_syllables"))
    own = {s for element in kachin() for s in SYLLABLE.findall(element)}
    return frozenset(
        s
        for s, t, n in rows
        if s not in own
        and (
            int(t) > 300 * int(n) + 100
            or (s in listed("burmese_particles") and int(t) > 100 * int(n))
        )
    )


@dataclass(frozen=True, slots=True)
class _Step:
    cost: float
    back: tuple[int, str] | None
    length: int = 0


class _Lattice:
    """The cheapest paths through one run of Burmese letters."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.syllables = [m.span() for m in SYLLABLE.finditer(run)]
        self.best: list[dict[str, _Step]] = [{} for _ in range(len(self.syllables) + 1)]
        self.best[0] = {WORD: _Step(0.0, None)}

    def text(self, i: int, j: int) -> str:
        """Return syllables i to j."""
        return self.run[self.syllables[i][0] : self.syllables[j - 1][1]]

    def offer(self, i: int, kind: str, j: int, to: str, cost: float, *, length: int = 0) -> None:
        """Keep this step from (i, kind) to (j, to) when it is the cheapest so far."""
        total = self.best[i][kind].cost + cost
        known = self.best[j].get(to)
        if known is None or total < known.cost:
            self.best[j][to] = _Step(total, (i, kind), length)

    def leave_name(self, i: int, kind: str) -> float:
        """Return the cost of a name ending before syllable i."""
        if kind == TITLE:
            return 3.0
        if kind != NAME:
            return 0.0
        alone = self.alone(i)
        particle = any(
            self.text(i, j) in listed("burmese_particles")
            for j in range(i + 1, min(i + 3, len(self.syllables)) + 1)
        )
        return alone + (_END_AT_BOUNDARY if particle else _END_INSIDE)

    def alone(self, i: int) -> float:
        """Return the cost of a name of one syllable ending before syllable i."""
        if self.best[i][NAME].length != 1:
            return 0.0
        syllable = self.text(i - 1, i)
        if rare(syllable):
            return _LONE_RARE
        return _LONE_KACHIN if syllable in kachin() and seldom(syllable) else _LONE_SYLLABLE

    def extend(self, i: int) -> None:
        """Offer every step that begins at syllable i."""
        in_text, in_names = _costs()
        count = len(self.syllables)
        syllable = self.text(i, i + 1)
        for kind in list(self.best[i]):
            out = self.leave_name(i, kind)
            self.offer(i, kind, i + 1, OTHER, out + in_text.get(syllable, _UNSEEN_TEXT))
            for j in range(i + 2, min(i + _LONGEST_WORD, count) + 1):
                if self.text(i, j) in listed("burmese_words"):
                    self.offer(i, kind, j, WORD, out + _WORD_COST)
            for j in range(i + 1, min(i + 6, count) + 1):
                if self.text(i, j) in titles():
                    inside = 0.0 if i == 0 else _TITLE_INSIDE
                    self.offer(i, kind, j, TITLE, out + inside + self.title(i, j))
                if kind == TITLE and self.text(i, j) in given():
                    self.offer(i, kind, j, NAME, _AFTER_TITLE + _GIVEN_COST, length=2)
            if syllable not in _never_names():
                self.name(i, kind, in_names.get(syllable, _UNSEEN_NAME))

    def title(self, i: int, j: int) -> float:
        """Return the cost of syllables i to j as an honorific; some are common words too."""
        return _WEAK_TITLE_COST if self.text(i, j) in _WEAK else _TITLE_COST

    def name(self, i: int, kind: str, cost: float) -> None:
        """Offer the step that makes syllable i part of a name."""
        if i + 1 < len(self.syllables) and self.text(i, i + 1) == self.text(i + 1, i + 2):
            start = 0.0 if kind == NAME else self.start(i, kind)
            self.offer(i, kind, i + 2, NAME, start + cost + _DOUBLED, length=2)
        if kind == NAME:
            self.offer(i, NAME, i + 1, NAME, cost, length=self.best[i][NAME].length + 1)
            return
        length = 2 if kind == TITLE else 1
        self.offer(i, kind, i + 1, NAME, self.start(i, kind) + cost, length=length)

    def start(self, i: int, kind: str) -> float:
        """Return the cost of a name beginning at syllable i."""
        if kind == TITLE:
            return _AFTER_TITLE
        return _START_AT_BOUNDARY if i == 0 else _START_INSIDE

    def tokens(self, offset: int) -> list[Token]:
        """Return the tokens of the cheapest path, names with their titles joined."""
        count = len(self.syllables)
        for i in range(count):
            self.extend(i)
        ends = {
            k: s.cost + (self.alone(count) if k == NAME else 0.0)
            for k, s in self.best[count].items()
        }
        at, kind = count, min(ends, key=lambda k: ends[k])
        found = list[Token]()
        while (back := self.best[at][kind].back) is not None:
            i, before = back
            start = offset + self.syllables[i][0]
            end = offset + self.syllables[at - 1][1]
            if found and kind == NAME and found[-1].kind == NAME and found[-1].start == end:
                found[-1] = Token(start, found[-1].end, NAME)
            else:
                found.append(Token(start, end, kind))
            at, kind = i, before
        return found[::-1]


@lru_cache(maxsize=4096)
def _cut(run: str) -> tuple[Token, ...]:
    return tuple(_Lattice(run).tokens(0))


def tokens(text: str) -> Iterator[tuple[Token, ...]]:
    """Yield the tokens of each unbroken run of Burmese letters in a folded text."""
    for match in RUN.finditer(text):
        at = match.start()
        yield tuple(Token(t.start + at, t.end + at, t.kind) for t in _cut(match[0]))
