"""Writes invented, marked testimonies to train the finder's model on (developer).

usage: python -m reviewer.model.generate LANGUAGE [COUNT]    prints marked examples, to be read
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from reviewer.finder.normalise import fold
from reviewer.finder.words import entries
from reviewer.model.grammar import Grammar, Piece, Writer, load
from reviewer.zawgyi import SYLLABLE

LANGUAGES = ("english", "burmese", "jinghpaw", "latin_burmese", "mixed")
SEED = 20261126

_FOLDER = Path(__file__).parent
_ORDER = {
    "english": ("english",),
    "burmese": ("burmese", "english"),
    "jinghpaw": ("jinghpaw", "english"),
    "latin_burmese": ("latin_burmese", "english"),
    "mixed": ("mixed", "english"),
}
_SHORT = {"en": "english", "my": "burmese", "lmy": "latin_burmese"}
_PARTS: dict[str, Callable[[str], str]] = {
    "": lambda row: row,
    "0": lambda row: row.split("\t")[0],
    "1": lambda row: row.split("\t")[1],
    "2": lambda row: row if 2 <= len(SYLLABLE.findall(row)) <= 3 else "",
    "3": lambda row: row if 3 <= len(SYLLABLE.findall(row)) <= 5 else "",
    "clans": lambda row: row[1:] if row.startswith("=") else "",
    "given": lambda row: "" if row.startswith("=") else row,
    "ascii": lambda row: row if row.isascii() else "",
    "burmese": lambda row: "" if row.isascii() else row,
}
"""Parts of a list, named behind a dot: a column, a length, a kind of entry, a script."""
_LEAST_SEEN = 2
"""How often a syllable stands in the list of names before it goes into invented ones."""


@dataclass(frozen=True, slots=True)
class Example:
    """An invented text, folded, and its identities as (start, end, label) in order."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@cache
def _grammars() -> dict[str, Grammar]:
    found = {name: load(_FOLDER / f"{name}.txt") for name in LANGUAGES}
    return found | {short: found[name] for short, name in _SHORT.items()}


def _weighted(rows: list[str], column: int) -> tuple[list[str], list[int]]:
    """Return syllables and running weights, frequent ones held down so that rare ones are met."""
    kept = [r.split("\t") for r in rows]
    kept = [r for r in kept if int(r[column]) >= _LEAST_SEEN]
    return [r[0] for r in kept], list(accumulate(min(int(r[column]), 60) for r in kept))


@cache
def _list(name: str) -> tuple[list[str], list[int] | None]:
    """Return a finder list, or the part of it named behind a dot, and its running weights."""
    base, _, part = name.partition(".")
    rows = list(entries(base))
    if part == "names":
        return _weighted(rows, 2)
    return [made for row in rows if (made := _PARTS[part](row))], None


def _typo(word: str, chance: Random) -> str:
    """Swap two neighbouring letters of a longer word now and then."""
    if len(word) < 5 or not word.isascii() or chance.random() > 0.04:
        return word
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _rough(pieces: list[Piece], language: str, chance: Random) -> list[Piece]:
    """Write as people type: without capitals, all capitals, slips, without spaces or stops."""
    kind = chance.random()
    if kind < 0.14:
        pieces = [(text.lower(), label) for text, label in pieces]
    elif kind < 0.16:
        pieces = [(text.upper(), label) for text, label in pieces]
    if kind < 0.3:
        pieces = [
            (" ".join(_typo(w, chance) for w in text.split(" ")) if label == "O" else text, label)
            for text, label in pieces
        ]
    if 0.3 < kind < 0.38:
        pieces = [(text.replace(".", "").replace(",", ""), label) for text, label in pieces]
    if 0.4 < kind < 0.6 and language == "burmese":
        pieces = [(text.replace(" ", ""), label) for text, label in pieces]
    return pieces


def _joined(pieces: list[Piece]) -> Example:
    parts, spans, at = list[str](), list[tuple[int, int, str]](), 0
    for text, label in pieces:
        end = at + len(text)
        if label != "O":
            if spans and spans[-1][1] == at and spans[-1][2] == label:
                spans[-1] = (spans[-1][0], end, label)
            else:
                spans.append((at, end, label))
        parts.append(text)
        at = end
    return Example(fold("".join(parts)), tuple(spans))


def examples(language: str, count: int, seed: int = SEED) -> Iterator[Example]:
    """Yield invented texts of one language, of one to five lines; the same for the same seed."""
    chance = Random(f"{seed} {language}")  # noqa: S311 - no secret
    writer = Writer(chance, _grammars(), _ORDER[language], _list)
    for _ in range(count):
        pieces = list[Piece]()
        for line in range(chance.randint(1, 5)):
            pieces += [("\n", "O")] if line else []
            pieces += writer.write("text")
        yield _joined(_rough(pieces, language, chance))


def main(language: str, count: str = "20") -> None:
    """Print examples with their marks, for a reader who knows the language."""
    for example in examples(language, int(count)):
        text, at = "", 0
        for start, end, label in example.spans:
            text += f"{example.text[at:start]}[{label[:6]} {example.text[start:end]}]"
            at = end
        sys.stdout.write(f"{text}{example.text[at:]}\n\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
