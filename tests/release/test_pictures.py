"""Pictures: well-formed, alone, and about nothing but what the accounts say."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from envelope import places
from release.content import Event, ReleaseContent
from tests.release.sample import account, computed, released
from tests.release.test_tables import ANSWERS, TEAM, several

SVG = "{http://www.w3.org/2000/svg}"


def drawn(made: ReleaseContent, name: str) -> ET.Element:
    return ET.fromstring(computed(made)[f"tables/{name}.svg"])


def words(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def test_the_timeline_has_a_dot_for_each_dated_incident_and_names_the_others() -> None:
    group = Event(("T-2aaa", "T-2aac"))
    made = several(TEAM, {}, {"d1.month": "1"}, {}, {"d1.month": ""}, events=(group,))
    picture = drawn(made, "timeline")
    dots = [float(dot.attrib["r"]) for dot in picture.iter(f"{SVG}circle")]
    assert len(dots) == 2 and dots[1] > dots[0]
    assert {"E-01", "E-02", "2024-01", "2024-02", "2024-03", "E-03 (2024)"} <= set(words(picture))


def test_the_matrix_says_how_many_accounts_of_an_incident_agree() -> None:
    group = Event(("T-2aaa", "T-2aab", "T-2aac"), ("T-2aac",))
    made = several(TEAM, {}, {"x1": "kia"}, {"p1.township": ""}, {}, events=(group,))
    said = words(drawn(made, "corroboration"))
    assert said[said.index("E-01") :][:7] == ["E-01", "3", "2", "2 of 2", "3 of 3", "2 of 3", "3 of 3"]
    assert "E-02" not in said


def test_township_points_stand_on_lines_of_whole_degrees_and_none_is_lost() -> None:
    kachin, wa = {"p1.township": "MMR001001"}, {"p1.township": "MMR015007", "p1.state": "MMR015"}
    assert "MMR015007" not in places.points()
    picture = drawn(several(TEAM, {}, {}, kachin, wa, {"p1.township": ""}), "townships")
    said = words(picture)
    assert {"Hpakant: 2", "Myitkyina: 1", "96° E", "25° N", "Pangwaun: 1", "no township: 1"} <= set(said)
    assert len(list(picture.iter(f"{SVG}circle"))) == 2


def test_a_township_that_is_held_back_is_in_no_picture() -> None:
    one = released("T-2aaa", account("I saw it.", ANSWERS), {}, withheld=("p1.township", "d1.month"))
    made = dataclasses.replace(several(TEAM, {}), testimonies=(one,))
    said = [text for name in ("timeline", "townships") for text in words(drawn(made, name))]
    assert not any("Hpakant" in text or "2024-03" in text for text in said)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "d1.year": st.integers(1990, 2026).map(str),
                "d1.month": st.sampled_from(["1", "12", "", "dont_know"]),
                "p1.township": st.sampled_from([*sorted(places.codes("township")), ""]),
            },
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_picture_is_well_formed_and_loads_nothing(said: list[dict[str, str]]) -> None:
    files = computed(several(TEAM, *said))
    pictures = {name: data for name, data in files.items() if name.endswith(".svg")}
    assert len(pictures) == 3
    for data in pictures.values():
        root = ET.fromstring(data)
        left, top, width, height = map(float, root.attrib["viewBox"].split())
        for dot in root.iter(f"{SVG}circle"):
            assert left <= float(dot.attrib["cx"]) <= width and top <= float(dot.attrib["cy"]) <= height
        assert b"href" not in data and b"url(" not in data and b"<script" not in data
