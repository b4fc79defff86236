"""Counts for a class of recipients: who counts, what is published for ever, two signatures."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from envelope import archive, code
from release.aggregates import Cell, quarter, read
from release.cli import cli
from release.content import Tally
from reviewer.counting import is_new, table
from tests.reviewer.test_release_flow import arrive, decide, opened_bundle, propose
from tests.reviewer.world import World, seal, transfer

SPRING = {"d1__year": "2026", "d1__month": "5", "x1": "kia", "p1__state": "MMR001"}
HPAKANT = {**SPRING, "p1__township": "MMR001009"}
WHERE = ("2026-Q2", "MMR001", "MMR001009", "kia")


def accounts(world: World, count: int, start: int = 0, **said: str) -> list[bytes]:
    told = {**HPAKANT, "c2": "public", "c3": "numbers", **said}
    return [seal(world.ring, f"They came, {n}.", **told) for n in range(start, start + count)]


def publish(world: World, name: str) -> tuple[Tally, ...]:
    """Propose, approve and release counts for the public; return the table that went out."""
    folder, out = world.folder / f"p-{name}", world.folder / f"{name}.tar"
    said = ("--to", "public", "--purpose", "Invented numbers for the public")
    world.ok("ana", "propose", *said, "--out", folder)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", out)
    opened = world.folder / f"opened-{name}"
    line = ["bundle", str(out), "--out", str(opened), "--root", world.root]
    result = CliRunner().invoke(cli, line)
    assert result.exit_code == 0, result.output
    (bag,) = opened.iterdir()
    assert not (bag / "data/testimonies").exists()
    return read((bag / "data/tables/aggregates.csv").read_bytes(), "public", "2026-11-30")


def test_counts_alone_go_to_the_public_open_and_under_two_signatures(world: World) -> None:
    arrive(world, *accounts(world, 10))
    assert publish(world, "one") == (Tally(*WHERE, 10),)
    with (world.folder / "one.tar").open("rb") as file:
        names = [name for name, _ in archive.members(file.read())]
    assert sum(name.endswith(".sig") and "tagmanifest" in name for name in names) == 2


def test_what_does_not_reach_ten_is_not_published(world: World) -> None:
    arrive(world, *accounts(world, 9))
    said = ("--to", "public", "--purpose", "Invented", "--out", world.folder / "p")
    assert "reaches 10 reports" in world.refused("ana", "propose", *said)
    assert not (world.folder / "p").exists()


def test_who_may_not_be_counted_is_not(world: World) -> None:
    """Nine that count; the others ticked nobody, named a stop list, or took it back."""
    mine = code.generate()
    files = [
        *accounts(world, 9),
        *accounts(world, 1, 20, c2=""),
        *accounts(world, 1, 21, c2="un"),
        *accounts(world, 1, 22, c5="my uncle"),
        *accounts(world, 1, 23, d1__month=""),
        seal(world.ring, "Taken back.", code=mine, **{**HPAKANT, "c2": "public", "c3": "text"}),
        seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3=""),
    ]
    names = arrive(world, *files, *accounts(world, 1, 30))
    for who in ("ana", "bo"):
        world.ok(who, "set-aside", names[-1], "--reason", "doubtful")
    said = ("--to", "public", "--purpose", "Invented", "--out", world.folder / "p")
    assert "reaches 10 reports" in world.refused("ana", "propose", *said)


def test_a_child_is_a_number_for_the_public_and_for_nobody_else(world: World) -> None:
    child = {**HPAKANT, "a1": "under_18", "c2": "", "c3": "", "i1": "taken_home", "x1": ""}
    files = [seal(world.ring, "", **child) for _ in range(5)]
    names = arrive(world, *files, *accounts(world, 5, c2="un public", c3="text"))
    assert publish(world, "one") == (Tally("2026-Q2", "MMR001", "any", "any", 10),)
    decide(world, names[-1])
    folder = propose(world, names[-1], audience="un")
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", world.folder / "un.age")
    bag = opened_bundle(world, world.folder / "un.age", "un", world.folder / "un")
    table = read((bag / "data/tables/aggregates.csv").read_bytes(), "partner", "2026-11-30")
    assert table == (Tally(*WHERE, 5),)


def test_what_came_again_with_a_code_counts_once(world: World) -> None:
    mine = code.generate()
    again = [
        seal(world.ring, f"And then, {n}.", code=mine, **{**HPAKANT, "c2": "public", "c3": "text"})
        for n in range(2)
    ]
    arrive(world, *accounts(world, 9), *again)
    assert publish(world, "one") == (Tally(*WHERE, 10),)


def test_a_published_quarter_stays_as_it_was_whatever_comes_later(world: World) -> None:
    arrive(world, *accounts(world, 10))
    first = publish(world, "one")
    more = [*accounts(world, 12, 50), *accounts(world, 11, 80, d1__month="8")]
    arrive(world, *more, number=2)
    assert publish(world, "two") == (*first, Tally("2026-Q3", *WHERE[1:], 11))


def test_two_reviewers_who_count_otherwise_do_not_sign(world: World) -> None:
    names = arrive(world, *accounts(world, 11))
    folder = world.folder / "p"
    said = ("--to", "public", "--purpose", "Invented", "--out", folder)
    world.ok("ana", "propose", *said)
    world.ok("bo", "set-aside", names[0], "--reason", "spam")
    refusal = world.refused("bo", "approve", folder, "--yes")
    assert "1 testimonies are counted in one of the two vaults only" in refusal


def test_a_withdrawal_that_came_after_the_proposal_stops_its_counts_at_the_other_reviewer(
    world: World,
) -> None:
    mine = code.generate()
    told = {**HPAKANT, "c2": "public", "c3": "numbers"}
    arrive(world, *accounts(world, 9), seal(world.ring, "Taken back.", code=mine, **told))
    said = ("--to", "public", "--purpose", "Invented", "--out", world.folder / "p")
    world.ok("ana", "propose", *said)
    gone = seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3="")
    world.ok("bo", "import", transfer(world, [gone], 2))
    refusal = world.refused("bo", "approve", world.folder / "p", "--yes")
    assert "not what your own vault makes of it" in refusal


def test_testimonies_are_named_for_a_card_and_none_for_the_public(world: World) -> None:
    (name,) = arrive(world, *accounts(world, 1))
    out = ("--purpose", "Invented", "--out", world.folder / "p")
    assert "none for --to public" in world.refused("ana", "propose", name, "--to", "public", *out)
    card: Path = world.folder / "iimm.card.json"
    assert "none for --to public" in world.refused("ana", "propose", "--to", card, *out)
    missing = world.folder / "nobody.json"
    assert "no card file" in world.refused("ana", "propose", name, "--to", missing, *out)


MONTHS = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]
REPORTS = st.lists(
    st.builds(
        Cell,
        st.sampled_from(MONTHS),
        st.just("MMR001"),
        st.sampled_from(["MMR001001", "MMR001009"]),
        st.sampled_from(["kia", "military"]),
    ),
    max_size=60,
)
PROPOSED = ("2025-07-01", "2025-11-15", "2026-04-02", "2026-10-01")


@given(st.lists(REPORTS, min_size=len(PROPOSED), max_size=len(PROPOSED)))
def test_two_tables_of_different_days_differ_in_whole_new_quarters_and_in_nothing_less(
    arrived: list[list[Cell]],
) -> None:
    """Whoever subtracts an older table from a newer one is left with rows of at least k."""
    known: list[Cell] = []
    before: dict[str, tuple[Tally, ...]] = {}
    last: tuple[Tally, ...] = ()
    for day, reports in zip(PROPOSED, arrived, strict=True):
        known += reports
        now = table([one for one in known if is_new(one, day, before)], before, 5)
        assert set(last) <= set(now)
        added = set(now) - set(last)
        assert all(row.reports >= 5 for row in added)
        assert not {quarter(row.period) for row in added} & {quarter(row.period) for row in last}
        for row in added:
            period = quarter(row.period)
            before[period] = (*before.get(period, ()), row)
        last = now
