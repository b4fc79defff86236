"""Tables: each says what the accounts beside it say, and both sides compute the same bytes."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import bag, canonical, form
from envelope.errors import SakseError
from release.account import contents
from release.build import _payload
from release.content import Event, ReleaseContent
from release.texts import FORMULA
from release.verify import verify_bundle
from tests.release.sample import (
    Team,
    account,
    computed,
    content,
    make_bundle,
    make_team,
    released,
    sign,
)

CODES = {q.id: q.choices for q in form.load().questions}
ANSWERS = {
    "c1": "yes",
    "c2": "iimm un",
    "c3": "text",
    "k1": "saw",
    "i1": "taken_home",
    "x1": "military",
    "d1.year": "2024",
    "d1.month": "3",
    "p1.state": "MMR001",
    "p1.township": "MMR001009",
}


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team()


def several(
    team: Team,
    *said: Mapping[str, str],
    events: tuple[Event, ...] = (),
    proved: bool = False,
) -> ReleaseContent:
    """A release of invented accounts T-2aaa, T-2aab … with these answers besides the usual.

    Proofs cost most of its making, and nothing is computed from them.
    """
    made = tuple(
        released(f"T-2aa{letter}", account("I saw it.", ANSWERS | answers), {}, court=proved)
        for letter, answers in zip("abcdefgh", said, strict=False)
    )
    base = content(team)
    counts = dataclasses.replace(base.counts, received=len(made) + 3, released=len(made))
    return dataclasses.replace(
        base, testimonies=made, counts=counts, custody=(), events=events, redactor="ana"
    )


def table(made: ReleaseContent, name: str) -> list[dict[str, str]]:
    data = computed(made)[f"tables/{name}.csv"]
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_each_account_is_in_exactly_one_incident_and_groups_are_kept(team: Team) -> None:
    group = Event(("T-2aaa", "T-2aac"), ("T-2aac",))
    made = several(team, {}, {"d1.month": "1"}, {"k1": "self"}, events=(group,))
    rows = table(made, "incidents")
    assert [(r["incident"], r["month"], r["testimonies"]) for r in rows] == [
        ("E-01", "2024-01", "T-2aab"),
        ("E-02", "2024-03", "T-2aaa T-2aac"),
    ]
    assert [r["independent_first_hand"] for r in rows] == ["1", "1"]


def test_independent_first_hand_sources_are_bands(team: Team) -> None:
    names = ("T-2aaa", "T-2aab", "T-2aac", "T-2aad")
    four = several(team, {}, {}, {}, {}, events=(Event(names),))
    assert table(four, "incidents")[0]["independent_first_hand"] == "3+"
    heard = several(team, {"k1": "heard"}, {}, events=(Event(names[:2]),))
    assert table(heard, "incidents")[0]["independent_first_hand"] == "1"
    none = several(team, {"k1": "heard"})
    assert table(none, "incidents")[0]["independent_first_hand"] == "0"


def test_numbers_of_several_accounts_stand_side_by_side_and_are_not_added(team: Team) -> None:
    group = Event(("T-2aaa", "T-2aab"))
    made = several(team, {"n1.count": "12"}, {"n1.count": "9"}, events=(group,))
    assert table(made, "incidents")[0]["people"] == "9; 12"


def test_an_account_of_an_incident_alone_is_not_in_the_corroboration(team: Team) -> None:
    made = several(team, {}, {}, {}, events=(Event(("T-2aaa", "T-2aab"), ("T-2aab",)),))
    rows = table(made, "corroboration")
    assert [(r["testimony"], r["independent"]) for r in rows] == [("T-2aaa", "yes"), ("T-2aab", "no")]


def test_a_person_has_one_row_with_every_account_it_stands_in(team: Team) -> None:
    rows = table(content(team, count=3), "persons")
    assert [(r["person"], r["mentions"], r["testimonies"]) for r in rows] == [
        ("[P-07]", "1", "T-2ab3"),
        ("[P-11]", "2", "T-3ab0 T-3ab1"),
    ]


def test_places_have_their_name_and_code_and_terms_are_those_of_huridocs(team: Team) -> None:
    row = table(several(team, {}), "incidents")[0]
    assert (row["state"], row["township"], row["pcode"]) == ("Kachin", "Hpakant", "MMR001009")
    assert row["type_huridocs"] == form.huridocs("i1")["taken_home"]
    assert row["party_huridocs"] == form.huridocs("x1")["military"]


def test_what_is_held_back_stands_in_no_table(team: Team) -> None:
    held = ("p1.township", "d1.month")
    one = released("T-2aaa", account("I saw it.", ANSWERS), {}, withheld=held)
    base = several(team, {})
    for data in computed(dataclasses.replace(base, testimonies=(one,))).values():
        assert b"Hpakant" not in data and b"MMR001009" not in data and b"2024-03" not in data


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "k1": st.sampled_from(CODES["k1"]),
                "i1": st.sampled_from(CODES["i1"]),
                "x1": st.sampled_from(CODES["x1"]),
                "d1.month": st.integers(1, 12).map(str),
                "n1.count": st.integers(0, 999).map(str),
            },
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_was_answered_every_account_has_its_row_and_no_cell_runs(
    said: list[dict[str, str]],
) -> None:
    made = several(TEAM, *said)
    found = contents(dict(_payload(made)))
    assert set(found.incident_of) == {one.release_id for one in made.testimonies}
    rows = table(made, "timeline")
    assert sorted(r["testimony"] for r in rows) == sorted(found.incident_of)
    months = [r["month"] for r in rows]
    assert months == sorted(months)
    cells = [cell for row in rows for cell in row.values()]
    assert not any(cell.startswith(tuple(FORMULA)) for cell in cells)


TEAM = make_team()


@pytest.mark.parametrize("name", ["incidents", "timeline", "corroboration", "persons"])
def test_a_table_that_says_something_else_is_refused_whoever_signed_it(
    team: Team, tmp_path: Path, name: str
) -> None:
    path = make_bundle(tmp_path, team, content(team, count=3))
    file = path / f"data/tables/{name}.csv"
    file.write_bytes(file.read_bytes() + b"T-2ab3\n")
    _signed_again(path, team)
    with pytest.raises(SakseError, match=rf"tables/{name}\.csv does not say what"):
        verify_bundle(path, root=team.fingerprint)


@pytest.mark.parametrize(
    "events",
    [
        [{"dependent": [], "testimonies": ["T-2ab3"]}],
        [{"dependent": [], "testimonies": ["T-3ab0", "T-2ab3"]}],
        [{"dependent": [], "testimonies": ["T-2ab3", "T-9999"]}],
        [{"dependent": [], "testimonies": ["T-2ab3", "T-3ab0"]}] * 2,
        [{"dependent": ["T-3ab0", "T-2ab3"], "testimonies": ["T-2ab3", "T-3ab0"]}],
        [{"dependent": ["T-9999"], "testimonies": ["T-2ab3", "T-3ab0"]}],
    ],
)
def test_a_group_that_is_none_is_refused(
    team: Team, tmp_path: Path, events: list[dict[str, list[str]]]
) -> None:
    path = make_bundle(tmp_path, team, content(team))
    release = path / "data/release.json"
    value = canonical.loads(release.read_bytes(), what="release.json")
    release.write_bytes(canonical.dumps(value | {"events": events}))
    _signed_again(path, team)
    with pytest.raises(SakseError, match=r"release\.json"):
        verify_bundle(path, root=team.fingerprint)


def _signed_again(path: Path, team: Team) -> None:
    lines = (path / "bag-info.txt").read_text().splitlines()
    bag.write(path, dict(line.split(": ", 1) for line in lines))
    sign(path, team, "ana", "ben")
