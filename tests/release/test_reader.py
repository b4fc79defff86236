"""The offline page's words: every code and every kind of row has them, in both languages."""

from __future__ import annotations

import dataclasses
import json
import re

from release.content import LEVELS, Assessment, Tally
from release.tool import TEMPLATES
from tests.release.sample import computed, content, make_team

TEAM = make_team()
TEXTS = json.loads((TEMPLATES / "reader.json").read_bytes())["texts"]


def test_a_table_of_counts_has_words_for_what_is_not_known_and_for_what_is_not_told_apart() -> None:
    table = (
        Tally("2026-Q1", "any", "any", "any", 7),
        Tally("2026-Q2", "MMR001", "unknown", "unknown", 6),
    )
    made = dataclasses.replace(content(TEAM), aggregates=table)
    page = computed(made)["index.html"].decode()
    cells = re.findall(r"<td>(.*?)</td>", page[page.index('class="counts"') :])
    assert all(TEXTS["any"]["en"] in cell for cell in cells[1:4])
    assert "Kachin" in cells[6] and all(TEXTS["unknown"]["my"] in cell for cell in cells[7:9])


def test_every_level_of_an_assessment_has_words() -> None:
    base = content(TEAM)
    for level in LEVELS:
        view = Assessment(level, level)
        told = tuple(dataclasses.replace(t, assessment=view) for t in base.testimonies)
        made = dataclasses.replace(base, testimonies=told)
        assert TEXTS[f"level.{level}"]["en"] in computed(made)["index.html"].decode()


def test_every_text_is_there_in_both_languages_and_the_burmese_is_burmese() -> None:
    for key, words in TEXTS.items():
        assert set(words) == {"en", "my"} and re.search("[\u1000-\u109f]", words["my"]), key
