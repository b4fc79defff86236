"""Coarser words that may stand for an identity: a township, a month, an age band; both sides.

A token tells the kind alone. Where a reader needs the area, the month or the decade of a life, a
reviewer may let one word of this fixed list stand instead, so that nothing typed by hand leaves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from envelope import places

SHAPE = r"[A-Z(][\w ()'/-]{,60} (?:township|region)|\d{4}(?:-\d\d)?|\d\d–\d\d"
"""What a coarser word looks like inside its brackets (re.ASCII), as in release/standalone.py.

`kind` says which are words of the list.
"""

AGES = tuple(f"[{low}–{low + 9}]" for low in range(20, 70, 10))
"""Bands of ten years; younger and older people are too few for one, and get a token."""

_DATE = re.compile(r"\[(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2]))?\]")
_REASONS = {
    "L": "a place, given as the area around it",
    "D": "an exact date, given as its month or year",
    "A": "an age, given in a band of ten years",
}


@cache
def areas() -> Mapping[str, str]:
    """Return word → P-code of every township and every state or region."""
    named = (("township", "township"), ("state", "region"))
    return {
        f"[{name} {suffix}]": code
        for part, suffix in named
        for code, name in places.names(part).items()
    }


def kind(word: str) -> str | None:
    """Return the kind of token a coarser word stands for (L, D or A); None for any other word."""
    if word in areas():
        return "L"
    if word in AGES:
        return "A"
    return "D" if _DATE.fullmatch(word) else None


def reason(word: str) -> str:
    """Return what redactions.csv says about a coarser word; KeyError for any other."""
    return _REASONS[kind(word) or ""]
