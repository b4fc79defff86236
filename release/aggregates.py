"""Counts of reports received that show nobody: one row for each group of at least k; both sides.

A report is counted in exactly one row, the finest that reaches k (doc/FORMAT.md, aggregates):
township, quarter and party, by month if each month of the quarter reaches k; then state, quarter
and party; state and quarter; quarter. What reaches k nowhere is in no row; there are no totals.

Who knows every report but one must not learn from the rows where that one belongs. Months stand
apart only if all three reach k: if one alone could, the last report would be in that month or,
for certain, not in it. A report of a coarser row can always be in another month of its township.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from envelope import form, places
from release.content import Tally
from release.errors import ReleaseError
from release.texts import write_table

FILE = "tables/aggregates.csv"
LEAST: Mapping[str, int] = {"court": 5, "partner": 5, "public": 10}
"""Tier → k: fewer reports are in no row. A court's table counts more than its bundle holds."""
ANY = "any"
UNKNOWN = "unknown"
_MONTHS = 3
_PERIOD = re.compile(r"(\d{4})-(?:(0[1-9]|1[0-2])|Q([1-4]))", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Where one report belongs: `month` YYYY-MM, P-codes or UNKNOWN, parties as sorted codes."""

    month: str
    state: str
    township: str
    party: str


_Key = tuple[str, str, str, str]


def quarter(month: str) -> str:
    """The quarter (2026-Q3) of a month (2026-08) or of a quarter."""
    return month if "Q" in month else f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def is_over(period: str, day: str) -> bool:
    """Whether a quarter ended before a day (YYYY-MM-DD): only then is it published, for ever."""
    return period < quarter(day[:7])


def cell(answers: Mapping[str, str]) -> Cell | None:
    """Where a testimony with these answers belongs; None if its month is not told."""
    month = form.month(answers)
    if "-" not in month:
        return None
    return Cell(
        month,
        _place(answers.get("p1.state", ""), "state"),
        _place(answers.get("p1.township", ""), "township"),
        " ".join(sorted({*form.told(answers, "x1")})) or UNKNOWN,
    )


def rows(cells: Iterable[Cell], least: int) -> tuple[Tally, ...]:
    """The rows of these reports, sorted; `least` is k."""
    left = Counter(cells)
    found: list[Tally] = []
    for coarsen in _LEVELS:
        groups: dict[_Key, list[Cell]] = {}
        for one in left:
            groups.setdefault(coarsen(one), []).append(one)
        for key, inside in groups.items():
            if sum(left[one] for one in inside) >= least:
                counts = {one: left.pop(one) for one in inside}
                found += _by_month(key, counts, least) or [Tally(*key, sum(counts.values()))]
    return tuple(sorted(found))


def _by_month(key: _Key, counts: Mapping[Cell, int], least: int) -> list[Tally]:
    """A row a month of a township's quarter, if each month reaches k; none otherwise."""
    if ANY in key or len(counts) < _MONTHS or min(counts.values()) < least:
        return []
    return [Tally(c.month, c.state, c.township, c.party, n) for c, n in counts.items()]


_LEVELS: tuple[Callable[[Cell], _Key], ...] = (
    lambda c: (quarter(c.month), c.state, c.township, c.party),
    lambda c: (quarter(c.month), c.state, ANY, c.party),
    lambda c: (quarter(c.month), c.state, ANY, ANY),
    lambda c: (quarter(c.month), ANY, ANY, ANY),
)


def _place(code: str, part: str) -> str:
    return code if code in places.codes(part) else UNKNOWN


def write(table: Sequence[Tally]) -> bytes:
    """Return aggregates.csv; names of places in English beside their codes."""
    return write_table(
        _COLUMNS,
        (
            [
                row.period,
                places.name(row.state),
                places.name(row.township),
                row.state,
                row.township,
                row.party,
                str(row.reports),
            ]
            for row in table
        ),
    )


_COLUMNS = (
    "period", "state", "township", "state_pcode", "township_pcode", "party", "reports_received",
)  # fmt: skip


def read(data: bytes, tier: str, day: str) -> tuple[Tally, ...]:
    """Return the rows of aggregates.csv.

    Raises ReleaseError unless they are in order, none twice, each of at least the tier's k and of a
    quarter that was over by `day`.
    """
    try:
        _, *lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        table = tuple(Tally(one[0], one[3], one[4], one[5], int(one[6])) for one in lines)
        if write(table) == data and all(_is_row(row, tier, day) for row in table):
            keys = [astuple(row)[:-1] for row in table]
            if keys == sorted(set(keys)):
                return table
    except (ValueError, IndexError, csv.Error):
        pass
    raise ReleaseError(
        f"data/{FILE} has a row no table of this kind has; do not rely on this bundle."
    )


def _is_row(row: Tally, tier: str, day: str) -> bool:
    period = _PERIOD.fullmatch(row.period)
    states = places.codes("state") | {UNKNOWN}
    townships = places.codes("township") | {UNKNOWN}
    parties = set(form.load().question("x1").choices) - set(form.UNSURE)
    shape = (bool(period and period[3]), row.state == ANY, row.township == ANY, row.party == ANY)
    return (
        period is not None
        and shape in _SHAPES
        and is_over(quarter(row.period), day)
        and (row.state == ANY or row.state in states)
        and (row.township == ANY or row.township in townships)
        and (row.party in {ANY, UNKNOWN} or set(row.party.split(" ")) <= parties)
        and row.reports >= LEAST[tier]
    )


# A quarter?, any state?, any township?, any party?
_SHAPES = {
    (False, False, False, False),
    (True, False, False, False),
    (True, False, True, False),
    (True, False, True, True),
    (True, True, True, True),
}
