"""Rebuilds the Burmese word lists from burmesenlp 1.2.0 (Apache-2.0); run by hand (developer).

usage: python -m reviewer.finder.build_data PATH/TO/site-packages/burmesenlp
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from reviewer.finder.words import DATA
from reviewer.zawgyi import SYLLABLE

SINGLE = 20
"""How often a word of one syllable counts as seen in text, since the text is short."""

_TITLES = ("ဆရာမ", "ဆရာ", "ဦး", "ဒေါ်", "မောင်", "ဗိုလ်ချုပ်", "ဗိုလ်", "ကို", "မ")
_OLD = frozenset("ဘ ဗ ဖေ ဖိုး ဘိုး ပေါ ကြင် ကျင် လွန်း စိန် ငွေ မန် သောင်း ကု".split())
"""Syllables of names of an older generation, which the lists of names have too few of."""
_NO_NAMES = frozenset(
    "ဦးစွာ ဦးပိုင် ဦးပို ဦးဦး ဦးပန်း မျိုးနွယ်စု နေမျိုးနွယ် ချစ်မြတ်နိုး ချစ်ခင်မြတ်နိုး ဆုမွန်ကောင်း ရီဝေဝေ ရွှေဝါထွန်း".split()
)
"""Ordinary words made of syllables that are mostly names."""
_BURMESE = re.compile("[\u1000-\u103f]+")


def _load(path: Path) -> list[str]:
    return [unicodedata.normalize("NFC", e) for e in json.loads(path.read_text(encoding="utf-8"))]


def _syllables(text: str) -> list[str]:
    return [m[0] for m in SYLLABLE.finditer(text)]


def _parts(name: str) -> set[str]:
    """Return the pieces of two and three syllables a name begins or ends with."""
    s = _syllables(name)
    return {"".join(p) for p in (s[:2], s[-2:], s[:3], s[-3:], s) if len(p) >= 2}


def _is_person(word: str, text: Mapping[str, int], named: Mapping[str, int]) -> bool:
    """Say whether an entry of the word list is somebody: an honorific and a name, or a name."""
    if word in _NO_NAMES:
        return False

    def like(piece: str, least: float = 0.125) -> bool:
        return named[piece] >= 10 and named[piece] >= least * text[piece]

    title = next((t for t in _TITLES if word.startswith(t) and word != t), "")
    pieces = _syllables(word[len(title) :])
    if title.startswith("ဆရာ"):
        return all(named[p] >= 15 for p in pieces) and not {"မ", "တော်"} & set(pieces)
    if title in ("ဦး", "ဒေါ်") and (like(pieces[0]) or (len(pieces) > 1 and pieces[0] in _OLD)):
        return True
    if title in ("ကို", "မ"):  # a particle and a negation too
        return len(pieces) >= 2 and all(map(like, pieces))
    if title:
        return len(pieces) >= 2 and all(named[p] >= 15 for p in pieces)
    doubled = len(pieces) == 4 and pieces[0] == pieces[1] and pieces[2] == pieces[3]
    known = len(pieces) >= 3 and not doubled and all(map(like, pieces))
    return known and any(like(piece, 1.5) for piece in pieces)


def _counts(texts: list[str]) -> Counter[str]:
    runs = (run for text in texts for run in _BURMESE.findall(text))
    return Counter(syllable for run in runs for syllable in _syllables(run))


def _write(name: str, notes: str, rows: list[str]) -> None:
    head = (
        f"# {notes}\n# Made by reviewer/finder/build_data.py from burmesenlp 1.2.0 (Apache-2.0).\n"
    )
    (DATA / name).write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def main(source: Path) -> None:
    """Write burmese_words.txt and burmese_syllables.txt from the package's own lists."""
    lists = source / "corpus" / "gazetteers"
    words = [
        w for w in _load(source / "lexicon" / "data" / "default.json") if _BURMESE.fullmatch(w)
    ]
    names = _load(lists / "male_names.json") + _load(lists / "female_names.json")
    running = (source / "corpus" / "dictionaries" / "words.txt").read_text(encoding="utf-8")
    text = _counts([unicodedata.normalize("NFC", running)])
    named = _counts(names)
    for word in words:
        pieces = _syllables(word)
        text.update(dict.fromkeys(pieces, 1) if len(pieces) > 1 else {word: SINGLE})
    words = [w for w in words if not _is_person(w, text, named)]
    parts = Counter(p for name in names for p in _parts(name))
    _write(
        "burmese_given.txt",
        "Words that are given names too; names only behind an honorific.",
        sorted(w for w in words if parts[w] >= 2 and len(_syllables(w)) <= 3),
    )
    _write(
        "burmese_words.txt",
        "Burmese words of two syllables or more.",
        sorted(w for w in words if 2 <= len(_syllables(w)) <= 8),
    )
    _write(
        "burmese_syllables.txt",
        "syllable, count in running text, count in personal names",
        [f"{s}\t{text[s]}\t{named[s]}" for s in sorted(text | named) if text[s] + named[s] > 1],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
