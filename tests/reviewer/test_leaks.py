"""The 34 release tests as one: all are there, each catches something, and none says whom."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.errors import LeakError
from reviewer.leaks import CHECKS, READER, leaks, refuse
from tests.reviewer import test_leaks_files, test_leaks_sets, test_leaks_text
from tests.reviewer.leaking import ENGLISH, IDENTITIES, Planted, arrive, hide, said
from tests.reviewer.test_leaks_sets import all_read
from tests.reviewer.world import seal

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


def test_a_place_in_the_account_is_given_as_redact_takes_it(clean):
    """In code points of the text as sealed, whatever tokens stand before it."""
    with pytest.raises(LeakError) as refusal:
        refuse(said("x Zau Htunla")(clean))
    (start, end), *_ = re.findall(r"narrative:(\d+):(\d+)", str(refusal.value))
    whole = f"{ENGLISH} x Zau Htunla."
    assert whole[int(start) : int(end)] == "Zau Htunla"


def test_many_leaks_are_counted_and_few_named(clean):
    spoiled = said(" ".join(f"Zau Htunla {n}" for n in range(9)))(clean)
    with pytest.raises(LeakError, match=r"and \d+ more"):
        refuse(spoiled)


def test_before_she_reads_an_approver_fails_no_test_of_reading(clean):
    refuse(clean)
    with pytest.raises(LeakError):
        refuse(replace(clean, read={}), [READER])


def refused_then(world, *decision: str) -> str:
    """What a proposal says, and what it says after a decision about the place it named."""
    (name,) = arrive(world, seal(world.ring, "They took U Zau Htunla. Later Htunla was seen."))
    hide(world, name, {"U Zau Htunla": "PERSON"})
    line = ["propose", name, "--to", world.folder / "iimm.card.json", "--purpose", "A test"]
    said = world.refused("ana", *line, "--out", world.folder / "p")
    assert f"(of {name}) a part of a replaced identity (P) stands at" in said
    (place,) = re.findall(r"stands at (narrative:\d+:\d+)", said)
    world.ok("ana", "redact", name, "--add", f"{place}:PERSON")
    if decision:
        world.ok("ana", "redact", name, "--reject", 2, *decision)
    world.ok("ana", *line, "--out", world.folder / "p")
    return world.ok("bo", "approve", world.folder / "p", "--yes")


def test_the_place_a_refusal_names_can_be_replaced(world):
    assert "Htunla" not in refused_then(world)


def test_or_kept_with_a_reason_that_the_approver_sees(world):
    shown = refused_then(world, "--reason", "a famous singer, another man")
    assert "Later Htunla was seen" in shown and "(a famous singer, another man)" in shown


def test_nothing_is_planted_in_the_case_of_a_real_team(world, tmp_path):
    (name,) = arrive(world, seal(world.ring, "They took U Zau Htunla."))
    hide(world, name, {"U Zau Htunla": "PERSON"})
    (tmp_path / "planted.txt").write_text("Nawng Mai\n")
    line = ["propose", name, "--to", world.folder / "iimm.card.json", "--purpose", "A test"]
    line += ["--out", world.folder / "p", "--practice", tmp_path / "planted.txt"]
    assert "this is no practice case (release test 34)" in world.refused("ana", *line)
