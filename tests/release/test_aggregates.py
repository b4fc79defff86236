"""Counts: each report in one row at most, of at least k, and no row tells on the last one."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import places
from release import aggregates
from release.aggregates import ANY, Cell, cell, quarter, rows
from release.content import Tally
from release.errors import ReleaseError

TOWNSHIPS = sorted(code for code in places.codes("township") if code.startswith("MMR001"))
PARTIES = ("kia", "military", "police", "unknown")
MONTHS = tuple(f"2026-{month:02}" for month in range(4, 10))
DOMAIN = [Cell(m, "MMR001", t, p) for m in MONTHS for t in TOWNSHIPS for p in PARTIES]

cells = st.lists(
    st.builds(
        Cell,
        st.sampled_from(MONTHS),
        st.just("MMR001"),
        st.sampled_from(TOWNSHIPS[:4]),
        st.sampled_from(PARTIES[:3]),
    ),
    max_size=80,
)


def key(one: Cell | Tally) -> tuple[str, str, str, str]:
    period = one.month if isinstance(one, Cell) else one.period
    return period, one.state, one.township, one.party


def covers(row: Tally, one: Cell) -> bool:
    """Whether a report could be in this row."""
    period = row.period in (one.month, quarter(one.month))
    rest = ((row.state, one.state), (row.township, one.township), (row.party, one.party))
    return period and all(said in (ANY, own) for said, own in rest)


@given(cells, st.sampled_from([5, 10]))
def test_no_row_is_under_k_and_no_report_is_counted_twice(reports: list[Cell], k: int) -> None:
    table = rows(reports, k)
    assert all(row.reports >= k for row in table)
    assert len(set(map(key, table))) == len(table)
    assert sum(row.reports for row in table) <= len(reports)
    left = Counter(reports)
    for row in sorted(table, key=lambda row: (key(row).count(ANY), "Q" in row.period)):
        inside = [one for one in left if covers(row, one)]
        assert row.reports <= sum(left[one] for one in inside)
        for one in inside:  # what a finer row counted is not in a coarser one
            del left[one]
    assert sum(left.values()) == len(reports) - sum(row.reports for row in table)


@given(cells, st.sampled_from([5, 10]), st.randoms(use_true_random=False))
def test_the_order_of_reports_is_nothing(reports: list[Cell], k: int, chance: random.Random) -> None:
    other = list(reports)
    chance.shuffle(other)
    assert rows(other, k) == rows(reports, k)


def elsewhere(reports: list[Cell], victim: Cell, k: int) -> bool:
    """Whether one who knows every other report could think the victim's to be in another place."""
    table, others = rows(reports, k), list(reports)
    others.remove(victim)
    return any(one != victim and rows([*others, one], k) == table for one in DOMAIN)


def attack(reports: list[Cell], k: int) -> int:
    """How many reports, each as the last unknown one, are told on; those in a finest row are not."""
    finest = {key(row) for row in rows(reports, k) if "Q" not in row.period}
    return sum(not elsewhere(reports, one, k) for one in set(reports) if key(one) not in finest)


@given(cells, st.sampled_from([5, 10]))
def test_who_knows_all_reports_but_one_can_not_tell_where_the_last_belongs(
    reports: list[Cell], k: int
) -> None:
    assert attack(reports, k) == 0


def test_a_month_alone_in_reaching_k_would_tell_on_the_last_one_and_stands_in_its_quarter() -> None:
    """Were April's five a row, the sixth of the quarter's pool could not be in April."""
    april, may = (Cell(m, "MMR001", TOWNSHIPS[0], "kia") for m in ("2026-04", "2026-05"))
    table = rows([april] * 9 + [may] * 2, 5)
    assert [key(row) for row in table] == [("2026-Q2", "MMR001", TOWNSHIPS[0], "kia")]
    all_three = [Cell(m, "MMR001", TOWNSHIPS[0], "kia") for m in MONTHS[:3] for _ in range(5)]
    assert [row.period for row in rows(all_three, 5)] == list(MONTHS[:3])


def test_what_reaches_k_nowhere_is_in_no_row() -> None:
    few = [Cell("2026-04", "MMR001", TOWNSHIPS[0], "kia")] * 4
    assert rows(few, 5) == ()
    far = [Cell("2026-04", "MMR002", "MMR002001", "police")]
    assert [(r.state, r.township, r.party, r.reports) for r in rows([*few, *far], 5)] == [
        (ANY, ANY, ANY, 5)
    ]


def test_a_report_without_a_month_has_no_place_and_one_without_a_township_has() -> None:
    said = {"d1.year": "2026", "d1.month": "4", "x1": "military kia", "p1.state": "MMR001"}
    assert cell(said) == Cell("2026-04", "MMR001", "unknown", "kia military")
    assert cell(said | {"d1.month": "dont_know"}) is None
    assert cell({"d1.year": "2026", "d1.month": "4"}) == Cell("2026-04", "unknown", "unknown", "unknown")


def test_a_quarter_is_published_once_it_is_over() -> None:
    assert not aggregates.is_over("2026-Q2", "2026-06-30")
    assert aggregates.is_over("2026-Q2", "2026-07-01")
    assert aggregates.is_over("2025-Q4", "2026-01-01")


@given(cells)
def test_what_is_written_is_read_again(reports: list[Cell]) -> None:
    table = rows(reports, 5)
    assert aggregates.read(aggregates.write(table), "partner", "2026-11-01") == table


GOOD = Tally("2026-Q2", "MMR001", TOWNSHIPS[0], "kia", 12)


@pytest.mark.parametrize(
    "table",
    [
        (Tally("2026-Q2", "MMR001", TOWNSHIPS[0], "kia", 9),),
        (Tally("2026-Q4", "MMR001", TOWNSHIPS[0], "kia", 12),),
        (Tally("2026-Q5", "MMR001", TOWNSHIPS[0], "kia", 12),),
        (Tally("2026-13", "MMR001", TOWNSHIPS[0], "kia", 12),),
        (Tally("0Q", "MMR001", TOWNSHIPS[0], "kia", 12),),
        (Tally("2026", "MMR001", TOWNSHIPS[0], "kia", 12),),
        (Tally("2026-Q2", "MMR099", TOWNSHIPS[0], "kia", 12),),
        (Tally("2026-Q2", "MMR001", "MMR001999", "kia", 12),),
        (Tally("2026-Q2", "MMR001", TOWNSHIPS[0], "neighbours", 12),),
        (Tally("2026-04", "MMR001", ANY, "kia", 12),),
        (Tally("2026-Q2", ANY, ANY, "kia", 12),),
        (GOOD, GOOD),
        (GOOD, Tally("2026-Q1", "MMR001", TOWNSHIPS[0], "kia", 12)),
    ],
)
def test_a_table_that_no_rule_makes_is_refused(table: tuple[Tally, ...]) -> None:
    with pytest.raises(ReleaseError, match=r"aggregates\.csv"):
        aggregates.read(aggregates.write(table), "public", "2026-11-01")
    assert aggregates.read(aggregates.write((GOOD,)), "public", "2026-11-01") == (GOOD,)


@pytest.mark.parametrize("data", [b"", b"\xff", b"period\n", b"a,b\n1,2\n"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseError, match=r"aggregates\.csv"):
        aggregates.read(data, "public", "2026-11-01")
