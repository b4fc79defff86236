"""A fence against falling back: what the finder reached on texts it was not built on, less two points.

The floors say nothing about being good enough. Raise them when the finder gets better.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from bench.redaction import FRESH, LABELS, MUST, UNSEEN, read, run
from tests.corpus import build

PRACTICE = UNSEEN.with_name("practice.jsonl")
SETS = (UNSEEN, FRESH, PRACTICE)

FLOORS = {"en": 0.95, "my": 0.92, "my-zawgyi": 0.96, "kac": 0.965, "mixed": 0.965}
"""Least share of MUST spans found."""


@pytest.fixture(scope="module")
def tallies():
    return run(read(UNSEEN))[0]


@pytest.mark.parametrize("group", FLOORS)
def test_the_finder_finds_no_less_than_it_did(tallies, group):
    assert tallies[group].share(MUST, "core", "spans") >= FLOORS[group]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_set_is_what_its_sources_build(path):
    assert build.lines(path.stem) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "pair", list(combinations(SETS, 2)), ids=lambda pair: "-".join(path.stem for path in pair)
)
def test_no_text_stands_in_two_sets(pair):
    texts = [{row["text"] for row in read(path)} for path in pair]
    ids = [{row["id"] for row in read(path)} for path in pair]
    assert not texts[0] & texts[1] and not ids[0] & ids[1]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_label_is_measured(path):
    labels = {span["label"] for row in read(path) for span in row["spans"]}
    assert labels == set(LABELS)


def test_every_language_is_measured():
    rows = read(UNSEEN)
    counts = {}
    for row in rows:
        assert row["invented"] is True
        counts[row["lang"], row["encoding"]] = counts.get((row["lang"], row["encoding"]), 0) + 1
    assert counts["en", "unicode"] >= 24 and counts["my", "unicode"] >= 24
    assert counts["kac", "unicode"] >= 16 and counts["mixed", "unicode"] >= 12
    assert counts["my", "zawgyi"] >= 5


@pytest.mark.parametrize(
    "words",
    ["[[NAME|Zaw]]", "[[PERSON| Zaw]]", "[[PERSON|Zaw]", "[[PERSON|...]]", "Zaw]]", "[[PERSON|[[AGE|3]]]]"],
)  # fmt: skip
def test_a_broken_mark_does_not_build(words):
    with pytest.raises(AssertionError):
        build.unmark("x", words)
