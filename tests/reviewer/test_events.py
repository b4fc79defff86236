"""Groups of testimonies that tell of one event: suggested, made, undone, released. All invented."""

from __future__ import annotations

import csv
import io
import json

import pytest

from envelope import code, testimony
from reviewer import events
from reviewer.store import Entry, Facts
from tests.reviewer.test_release_flow import arrive, opened_bundle, propose
from tests.reviewer.world import World, seal

SAID = {
    "d1.year": "2024",
    "d1.month": "3",
    "d1.day": "10",
    "p1.township": "MMR001009",
    "x1": "military",
    "i1": "taken_home",
}
ASKED = {name.replace(".", "__"): value for name, value in SAID.items()}


def entry(number: int, **other: str) -> Entry:
    answers = SAID | {name.replace("__", "."): value for name, value in other.items()}
    made = testimony.Testimony(
        answers={name: value for name, value in answers.items() if value},
        attachments=(),
        code="",
        consent_lang="en",
        consent_sha256="",
        form=1,
        narrative="Invented.",
        r=bytes(32),
        raw="",
        seed=bytes(32),
    )
    return Entry(f"{number:064x}", Facts("opened", 1, "2026-11-01"), None, made)


def test_accounts_that_agree_are_suggested_and_others_are_not() -> None:
    one, other, far = entry(1), entry(2, d1__day="13"), entry(3, p1__township="MMR001001")
    assert events.suggest([far, other, one], ()) == [(one, other)]


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"d1__day": "13"}, True),
        ({"d1__day": "14"}, False),
        ({"d1__day": ""}, True),
        ({"d1__day": "", "d1__month": "4"}, False),
        ({"d1__day": "", "d1__month": ""}, False),
        ({"d1__month": "2", "d1__day": "31"}, False),
        ({"x1": "kia military"}, True),
        ({"x1": "kia"}, False),
        ({"x1": "dont_know"}, False),
        ({"i1": "roundup"}, False),
        ({"p1__township": ""}, False),
        ({"n1__count": "20"}, True),
        ({"n1__count": "21"}, False),
        ({"n1__count": "dont_know"}, True),
    ],
)
def test_day_place_party_act_and_number_have_to_fit(said: dict[str, str], fits: bool) -> None:
    other = entry(2, **{"n1__count": "10", **said})
    assert events.fits(entry(1, n1__count="10"), other) is fits


def test_each_of_a_suggestion_fits_every_other_one() -> None:
    days = [entry(n, d1__day=str(day)) for n, day in enumerate((10, 13, 16), 1)]
    assert events.suggest(days, ()) == [tuple(days[:2])]


def test_what_is_grouped_is_not_suggested_again() -> None:
    one, other = entry(1), entry(2)
    known = events.Group((one.sha256,), (), "ana", "2026-11-01")
    assert events.suggest([one, other], [known]) == []


def test_groups_that_share_a_testimony_become_one_and_come_apart_again(world: World) -> None:
    names = arrive(world, *(seal(world.ring, f"They came, {n}.", **ASKED) for n in range(4)))
    world.ok("ana", "event", *names[:2])
    world.ok("ana", "event", *names[2:], "--rests", names[3])
    (first, second) = json.loads(world.ok("ana", "event", "--json"))
    assert sorted(first["testimonies"]) == sorted(names[:2]) and not first["rests"]
    assert second["rests"] == [names[3]]
    world.ok("ana", "event", names[0], names[2])
    (joined,) = json.loads(world.ok("ana", "event", "--json"))
    assert sorted(joined["testimonies"]) == sorted(names) and joined["rests"] == [names[3]]
    world.ok("ana", "event", "--apart", *names[:3])
    assert json.loads(world.ok("ana", "event", "--json")) == []



def test_who_came_back_with_a_code_is_one_source(world: World) -> None:
    one = code.generate()
    files = [seal(world.ring, f"They came, {n}.", code=one, **ASKED) for n in range(2)]
    names = arrive(world, *files)
    world.ok("ana", "event", *names)
    (row,) = json.loads(world.ok("ana", "event", "--json"))
    assert len(row["rests"]) == 1


def test_one_person_in_two_groups_is_one_source_once_they_are_joined(world: World) -> None:
    one = code.generate()
    mine = [seal(world.ring, f"They came, {n}.", code=one, **ASKED) for n in range(2)]
    others = [seal(world.ring, f"They came too, {n}.", **ASKED) for n in range(2)]
    names = arrive(world, *mine, *others)
    world.ok("ana", "event", names[0], names[2])
    world.ok("ana", "event", names[1], names[3])
    world.ok("ana", "event", names[2], names[3])
    (row,) = json.loads(world.ok("ana", "event", "--json"))
    assert len(row["testimonies"]) == 4 and len(row["rests"]) == 1


def test_a_group_of_one_of_unknown_ones_or_with_a_stranger_is_refused(world: World) -> None:
    one, two, other = arrive(world, *(seal(world.ring, f"They {n}.", **ASKED) for n in "abc"))
    assert "two testimonies" in world.refused("ana", "event", one)
    assert "rests on another" in world.refused("ana", "event", one, two, "--rests", other)
    assert "in no group" in world.refused("ana", "event", one, "--apart")
    assert "event --help" in world.refused("ana", "event", "--apart")


def test_suggestions_are_offered_and_a_release_says_how_many_sources_there_are(world: World) -> None:
    asked = {**ASKED, "p1__state": "MMR001", "k1": "saw"}
    names = arrive(world, *(seal(world.ring, f"They came, {n}.", **asked) for n in range(3)))
    (suggested,) = json.loads(world.ok("ana", "event", "--suggest", "--json"))
    assert sorted(suggested["testimonies"]) == sorted(names)
    world.ok("ana", "event", *names, "--rests", names[2])
    for name in names:
        world.ok("ana", "suggest", name)
        world.ok("ana", "redact", name, "--accept-all")
    folder = propose(world, *names)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", world.folder / "r.age")
    bundle = opened_bundle(world, world.folder / "r.age", "iimm", world.folder / "opened")
    rows = csv.DictReader(io.StringIO((bundle / "data/tables/incidents.csv").read_text()))
    assert [(r["accounts"], r["independent_first_hand"]) for r in rows] == [("3", "2")]


def test_a_partner_is_not_told_of_a_group_that_gives_away_what_one_holds_back(world: World) -> None:
    """Six say the township, six others the month; only two of them tell of one event."""
    place = {"p1__township": "MMR001009", "c2": "iimm un"}
    month = {"d1__year": "2024", "d1__month": "3", "c2": "iimm un"}
    files = [seal(world.ring, f"They came, {n}.", **(place if n % 2 else month)) for n in range(12)]
    names = arrive(world, *files)
    world.ok("ana", "event", names[0], names[1])
    for name in names[:2]:
        world.ok("ana", "suggest", name)
        world.ok("ana", "redact", name, "--accept-all")
    for audience, groups in (("un", 0), ("iimm", 1)):
        folder = propose(world, *names[:2], audience=audience, out=f"p-{audience}")
        world.ok("bo", "approve", folder, "--yes")
        world.ok("ana", "release", folder, "--out", world.folder / f"{audience}.age")
        opened = world.folder / f"o-{audience}"
        bag = opened_bundle(world, world.folder / f"{audience}.age", audience, opened)
        assert len(json.loads((bag / "data/release.json").read_bytes())["events"]) == groups


def test_what_a_group_shows_together_is_every_value_of_every_member() -> None:
    from reviewer.leaks import may_link

    place, month = {"p1.township": "MMR001009"}, {"d1.year": "2024", "d1.month": "3"}
    both = {**place, **month}
    assert may_link([place, month], (both,) * 5, "un")
    assert not may_link([place, month], (both,) * 4 + (place, month) * 9, "un")
    assert may_link([place, month], (), "iimm")
    assert not may_link([both, {"x1": "kia"}], (both,) * 9, "un")
