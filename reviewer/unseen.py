"""Finds what a reader can not see or takes for another letter, so that it never leaves (laptop).

A name can hide behind a Cyrillic letter, and a whole message in characters that show nothing. What
Burmese and ordinary text need stays: single zero-width breaks and joiners, one variation selector.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+|[\u200b-\u200d]{3,}|\ufe0f{2,}"
)
"""Bidi controls, tags, selectors and fillers; zero-width signs only in runs, a code."""

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LIKE_LATIN = re.compile("[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff\ua4d0-\ua4ff]")
_DRESSED = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\u2100-\u214f\u24b6-\u24e9]")


def strange(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each run of unseen characters, and of each word in two alphabets."""
    yield from (match.span() for match in INVISIBLE.finditer(text))
    if text.isascii():
        return
    for match in _WORD.finditer(text):
        word = match[0]
        if _DRESSED.search(word) or (_LIKE_LATIN.search(word) and _LATIN.search(word)):
            yield match.span()
