"""Reads Zawgyi, the old Burmese font encoding, as Unicode and keeps the way back (laptop).

Detection is Google's myanmar-tools, line by line, since one text often mixes both encodings. It
guesses on short lines; so a line that could be either is left alone unless the text holds a sign
that only Zawgyi has.
The 118 rules in `envelope/vocabulary/zg2uni.json` are the Rabbit converter's (WTFPL), and the page
converts by the same. Conversion reorders marks, so a reading maps back by whole syllables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from myanmartools import ZawgyiDetector

Span = tuple[int, int]

CERTAIN = 0.9
"""A line is converted only above this probability: converting Shan or Mon text destroys it."""

_SIGNS = re.compile(
    "|".join(
        (
            r"(?:^|[^\u1000-\u102a\u103b-\u103f\u1050-\u109f\uaa60-\uaa7f\u200b-\u200d])\u1031[\u1000-\u1021\u103b]",
            r"(?:^|[\s\u102b-\u1032\u1036-\u1039\u104a\u104b])[\u103b\u107f\u1080\u1082-\u1084][\u1000-\u1021]",
            r"\u1039(?![\u1000-\u102a\u103f\u1050-\u107d\u1085-\u1093\u1096-\u109f\uaa60-\uaa7f])",
            r"[\u1004\u100a]\u1039[\u1000-\u1021]",
            r"\u103a[\u102b-\u102e\u1032]",
            r"[\u1000-\u1021]\u1088",
            r"[\u102d\u102f\u1033]\u1094",
            r"[\u1000-\u103f]\u1095",
            r"\u108f[\u102d-\u1030\u103c\u103d]",
            r"\u107e[\u1000\u1003\u1006\u100f\u1018]",
        )
    )
)  # fmt: skip
"""What Unicode text of no language holds: the page's list, browser/src/zawgyi.js, and a test."""

SYLLABLE = re.compile(
    "(?:[\u1000-\u1021\u1023-\u102a\u103f\u104c-\u1055\u1075-\u1081\uaa60-\uaa7a]"
    "(?:[\u102b-\u103e\u1056-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"
    "\u108f\u109a-\u109d]|\u1039[\u1000-\u1021]|(?<=\u103a\u1039)[\u1000-\u1021]"
    "|[\u1000-\u1021](?=\u1037?\u103a|\u1039))*)|.",
    re.DOTALL,
)
"""One Burmese syllable with its marks, stacked and final consonants; else one code point."""

_RULES = Path(__file__).parent.parent / "envelope" / "vocabulary" / "zg2uni.json"
_LINES = re.compile("[^\n]*\n?")
_GROUP = re.compile(r"\\(\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text to read; `offsets[i]` is the half-open span of the original behind its i-th point."""

    text: str
    converted: bool
    offsets: tuple[Span, ...]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the original that stands behind [start, end) of the reading."""
        behind = self.offsets[start:end]
        if not behind:
            raise ValueError("an empty span of a reading has nothing behind it")
        return min(s for s, _ in behind), max(e for _, e in behind)


@cache
def _detector() -> ZawgyiDetector:
    return ZawgyiDetector()


@cache
def _rules() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    pairs = json.loads(_RULES.read_text(encoding="ascii"))
    return tuple((re.compile(old), tuple(_GROUP.split(new))) for old, new in pairs)


def _is_likely(line: str) -> bool:
    """Say whether this line reads as Zawgyi; a line without Burmese never does, a short one may."""
    return bool(_detector().get_zawgyi_probability(line) > CERTAIN)


def is_zawgyi(line: str) -> bool:
    """Say whether this line is Zawgyi: it reads so, and holds a sign that only Zawgyi has."""
    return _SIGNS.search(line) is not None and _is_likely(line)


def _replace(
    match: re.Match[str], template: Sequence[str], origins: Sequence[Span]
) -> tuple[str, list[Span]]:
    """Fill a rule's template; group characters keep their origin, new ones get the match's."""
    behind = origins[match.start() : match.end()]
    whole = min(s for s, _ in behind), max(e for _, e in behind)
    text, spans = "", list[Span]()
    for n, part in enumerate(template):
        if n % 2:
            start, end = match.span(int(part))
            text += match.string[start:end] if start >= 0 else ""
            spans += origins[start:end] if start >= 0 else []
        else:
            text += part
            spans += [whole] * len(part)
    return text, spans


def _convert(line: str, offset: int) -> tuple[str, list[Span]]:
    origins = [(offset + i, offset + i + 1) for i in range(len(line))]
    for pattern, template in _rules():
        pieces, spans, at = list[str](), list[Span](), 0
        for match in pattern.finditer(line):
            if match.end() == match.start():
                continue
            text, behind = _replace(match, template, origins)
            pieces += [line[at : match.start()], text]
            spans += origins[at : match.start()] + behind
            at = match.end()
        if at:
            line, origins = "".join(pieces) + line[at:], spans + origins[at:]
    return line, origins


def _by_syllable(text: str, origins: Sequence[Span], start: int, end: int) -> list[Span]:
    """Widen origins to whole syllables, in order, together covering [start, end)."""
    syllables = [m.span() for m in SYLLABLE.finditer(text)]
    starts = [min(s for s, _ in origins[a:b]) for a, b in syllables]
    ends = [max(e for _, e in origins[a:b]) for a, b in syllables]
    for i in range(len(starts) - 2, -1, -1):
        starts[i] = min(starts[i], starts[i + 1])
    starts[0] = start
    for i in range(len(ends)):
        follower = starts[i + 1] if i + 1 < len(starts) else end
        ends[i] = max(ends[i], follower, ends[i - 1] if i else start)
    return [
        (s, e) for (a, b), s, e in zip(syllables, starts, ends, strict=True) for _ in range(b - a)
    ]


def lines(text: str) -> Iterable[tuple[int, str]]:
    """Yield each line with its newline and the offset it begins at."""
    return ((m.start(), m[0]) for m in _LINES.finditer(text) if m[0])


@lru_cache(64)
def to_unicode(text: str) -> Reading:
    """Return a Unicode reading of a text; lines that are not Zawgyi come back untouched."""
    parts, offsets, converted = list[str](), list[Span](), False
    found = [(start, line, _is_likely(line)) for start, line in lines(text)]
    certain = any(likely and _SIGNS.search(line) for _, line, likely in found)
    for start, line, likely in found:
        end = start + len(line)
        if certain and likely:
            new, origins = _convert(line, start)
            converted = True
            parts.append(new)
            offsets += _by_syllable(new, origins, start, end) if new else []
        else:
            parts.append(line)
            offsets += [(i, i + 1) for i in range(start, end)]
    return Reading("".join(parts), converted, tuple(offsets))


def as_zawgyi(text: str) -> str:
    """Read all of a text as Zawgyi, certain or not: to search in, never to show."""
    return "".join(_convert(line, 0)[0] for _, line in lines(text))
