"""The 34 release tests as one: all are there, each catches something, and none says whom."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.errors import LeakError
from reviewer.leaks import CHECKS, READER, leaks, refuse
from tests.reviewer import test_leaks_files, test_leaks_sets, test_leaks_text
from tests.reviewer.leaking import IDENTITIES, Planted, said
from tests.reviewer.test_leaks_sets import all_read

ROOT = Path(__file__).resolve().parents[2]
PLANTED: list[Planted] = [
    *test_leaks_text.PLANTED,
    *test_leaks_files.PLANTED,
    *test_leaks_files.FILMS,
    *test_leaks_sets.PLANTED,
]


def test_all_34_are_there_and_each_has_a_failure_planted():
    assert sorted(CHECKS) == list(range(1, 35))
    assert {planted.number for planted in PLANTED} == set(CHECKS)


def test_the_decision_lists_each_by_its_number_and_the_function_that_does_it():
    text = (ROOT / "doc/decisions/23-release-tests.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\d+) \|.*\| `([\w.]+)` \|", text, re.MULTILINE))
    named = {
        str(number): f"{check.__module__.rsplit('.', 1)[1]}.{check.__name__}"
        for number, check in CHECKS.items()
    }
    assert rows == named


def test_a_release_that_leaks_nothing_passes_all_of_them(clean):
    assert list(leaks(replace(clean, read=all_read(clean)))) == []


@pytest.mark.parametrize("words", IDENTITIES)
def test_an_identity_that_stands_again_is_refused_by_a_sentence_that_does_not_repeat_it(clean, words):
    with pytest.raises(LeakError) as refusal:
        refuse(said(words)(clean))
    sentence = str(refusal.value)
    assert "narrative.txt" in sentence and "release test" in sentence
    assert words not in sentence and "\n" not in sentence


def test_many_leaks_are_counted_and_few_named(clean):
    spoiled = said(" ".join(f"Zau Htunla {n}" for n in range(9)))(clean)
    with pytest.raises(LeakError, match=r"and \d+ more"):
        refuse(spoiled)


def test_before_she_reads_an_approver_fails_no_test_of_reading(clean):
    refuse(clean)
    with pytest.raises(LeakError):
        refuse(replace(clean, read={}), [READER])
