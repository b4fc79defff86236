"""Pictures of a bundle's tables, as SVG that prints in black: timeline, corroboration, townships.

Like the tables they are computed, and say accounts received, never events that occurred. Township
points stand on a graticule; no border is drawn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from markupsafe import escape

from envelope import places
from release.account import Account, Contents, Incident

FOLDER = "tables"
FILES = ("timeline.svg", "corroboration.svg", "townships.svg")
WIDTH = 1000
_MARGIN = 60
_STYLE = (
    "text{font:14px sans-serif;fill:#000}.small{font-size:11px}"
    ".line{stroke:#000;stroke-width:1}.grid{stroke:#bbb;stroke-width:.7}"
    ".dot{fill:#444;stroke:#000}.open{fill:#fff;stroke:#000}"
)
_APART = 46  # of two dots beside each other
_TALL = 800  # of a map, so that it prints on one page
_LABELLED = 26  # months for which each has room for its name
_Column = tuple[str, Callable[[Account], Sequence[str]]]
_AGREE: Sequence[_Column] = (
    ("township", lambda a: a.codes("p1.township")),
    ("month", lambda a: (a.month,) if "-" in a.month else ()),
    ("party", lambda a: a.codes("x1")),
    ("kind of act", lambda a: a.codes("i1")),
)


def pictures(found: Contents) -> dict[str, bytes]:
    """Return the name below data/ → bytes of each picture."""
    made = (_timeline(found), _matrix(found), _townships(found))
    return {f"{FOLDER}/{name}": svg for name, svg in zip(FILES, made, strict=True)}


def _timeline(found: Contents) -> bytes:
    """A dot an incident over its month, larger for more accounts; years and unknown ones below."""
    dated = [one for one in found.incidents if "-" in one.month]
    rest = [f"{one.id} ({one.month or 'no date'})" for one in found.incidents if one not in dated]
    if not dated:
        return _svg("Accounts received, by month told", 120, _lines(80, rest))
    months = _months(dated[0].month, dated[-1].month)
    step = (WIDTH - 2 * _MARGIN) / max(len(months), 1)
    stacks = {month: [one for one in dated if one.month == month] for month in months}
    abreast = max(1, int(step // _APART))
    high = 60 + 34 * math.ceil(max(map(len, stacks.values())) / abreast)
    parts = [_line("line", _MARGIN, high, WIDTH - _MARGIN, high)]
    every = math.ceil(len(months) / _LABELLED)
    for number, month in enumerate(months):
        x = _MARGIN + step * (number + 0.5)
        if number % every == 0:
            parts.append(_line("line", x, high, x, high + 5))
            parts.append(_text(x, high + 20, month if every == 1 else month[:7], "small", "middle"))
        across = min(abreast, len(stacks[month]))
        for place_in, one in enumerate(stacks[month]):
            y = high - 24 - 34 * (place_in // abreast)
            left = x + _APART * (place_in % abreast - (across - 1) / 2)
            parts.append(_dot(left, y, len(one.accounts)))
            parts.append(_text(left, y - 12, one.id, "small", "middle"))
    below = list(_lines(high + 50, rest))
    return _svg("Accounts received, by month told", high + 60 + 18 * len(below), (*parts, *below))


def _matrix(found: Contents) -> bytes:
    """A row an incident of several accounts: on what, and how many of them, agree."""
    several = [one for one in found.incidents if len(one.accounts) > 1]
    heads = ("accounts", "independent", *(name for name, _ in _AGREE))
    step = (WIDTH - 2 * _MARGIN - 80) / len(heads)
    parts = []
    for column, head in enumerate(heads):
        parts.append(_text(_MARGIN + 80 + step * (column + 0.5), 70, head, "", "middle"))
    for row, one in enumerate(several):
        y = 100 + 42 * row
        parts += [
            _text(_MARGIN, y + 5, one.id),
            _line("grid", _MARGIN, y + 21, WIDTH - _MARGIN, y + 21),
        ]
        shown = [(str(len(one.accounts)), 0.0), (one.sources, 0.0), *map(_agreement(one), _AGREE)]
        for column, (words, share) in enumerate(shown):
            x = _MARGIN + 80 + step * (column + 0.5)
            if share:
                parts.append(_box("open", x - 30, y + 9, 60))
                parts.append(_box("dot", x - 30, y + 9, 60 * share))
            parts.append(_text(x, y + 5, words, "", "middle"))
    if not several:
        parts.append(_text(_MARGIN, 105, "No incident of this bundle has several accounts."))
    note = "“3 of 4” – four accounts answer, and three of them say the same."
    high = 120 + 42 * max(len(several), 1)
    parts.append(_text(_MARGIN, high, note, "small"))
    return _svg("What accounts of one incident agree on", high + 20, parts)


def _agreement(one: Incident) -> Callable[[_Column], tuple[str, float]]:
    """How many accounts of an incident say the same in a column, in words and as a share."""

    def agree(column: _Column) -> tuple[str, float]:
        said = [codes for account in one.accounts if (codes := column[1](account))]
        most = Counter(code for codes in said for code in codes).most_common(1)
        if not most:
            return "–", 0.0
        return f"{most[0][1]} of {len(said)}", most[0][1] / len(said)

    return agree


def _townships(found: Contents) -> bytes:
    """A dot a township, larger for more accounts, on lines of longitude and latitude."""
    told = Counter(code for a in found.accounts for code in a.codes("p1.township"))
    points = places.points()
    drawn = {code: points[code] for code in sorted(told) if code in points}
    rest = [f"{places.name(code)}: {told[code]}" for code in sorted(told) if code not in points]
    unknown = sum(not account.codes("p1.township") for account in found.accounts)
    rest += [f"no township: {unknown}"] if unknown else []
    if not drawn:
        return _svg("Accounts received, by township told", 120, _lines(80, rest))
    west, east = _extent(lon for lon, _ in drawn.values())
    south, north = _extent(lat for _, lat in drawn.values())
    squeeze = 1 / math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * _MARGIN) / (east - west), _TALL / (squeeze * (north - south)))
    high = 60 + scale * squeeze * (north - south)

    def at(lon: float, lat: float) -> tuple[float, float]:
        return _MARGIN + scale * (lon - west), 60 + scale * squeeze * (north - lat)

    parts = list(_graticule(west, east, south, north, at))
    for code, (lon, lat) in drawn.items():
        x, y = at(lon, lat)
        parts.append(_dot(x, y, told[code]))
        said = f"{places.name(code)}: {told[code]}"
        parts.append(_text(x + 6 + _radius(told[code]), y + 5, said))
    below = list(_lines(high + 50, rest))
    return _svg(
        "Accounts received, by township told", high + 60 + 18 * len(below), (*parts, *below)
    )


def _graticule(
    west: int, east: int, south: int, north: int, at: Callable[[float, float], tuple[float, float]]
) -> Iterator[str]:
    for lon in range(west, east + 1):
        (x, top), (_, bottom) = at(lon, north), at(lon, south)
        yield _line("grid", x, top, x, bottom)
        yield _text(x, bottom + 16, f"{lon}° E", "small", "middle")
    for lat in range(south, north + 1):
        (left, y), (right, _) = at(west, lat), at(east, lat)
        yield _line("grid", left, y, right, y)
        yield _text(left - 6, y + 4, f"{lat}° N", "small", "end")


def _extent(numbers: Iterable[float]) -> tuple[int, int]:
    """Whole degrees around these, at least two apart."""
    known = list(numbers)
    low, high = math.floor(min(known) - 0.2), math.ceil(max(known) + 0.2)
    return (low, high) if high - low > 1 else (low, low + 2)


def _months(first: str, last: str) -> list[str]:
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def _radius(count: int) -> float:
    return 4 * math.sqrt(count)


def _dot(x: float, y: float, count: int) -> str:
    return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{_radius(count):.1f}"/>'


def _box(style: str, x: float, y: float, width: float) -> str:
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="4"/>'


def _line(style: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _lines(top: float, rest: Sequence[str]) -> Iterator[str]:
    """What has no place in the picture, a line each."""
    for number, words in enumerate(rest):
        yield _text(_MARGIN, top + 18 * number, words)


def _svg(title: str, height: float, parts: Iterable[str]) -> bytes:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>'
    )
    heading = f'<text x="{_MARGIN}" y="34" style="font-size:20px">{escape(title)}</text>'
    return "\n".join((head, heading, *parts, "</svg>", "")).encode()
