"""An assessment takes the levels of the list only, and its reason is searched like any text."""

from __future__ import annotations

import pytest

from release.content import LEVELS, Assessment
from reviewer import assessment, decisions, notes
from reviewer.errors import NoteError
from reviewer.finder import find
from reviewer.store import SET_ASIDE, Entry, Facts
from reviewer.vault import Vault
from tests.reviewer.test_translation import events
from tests.reviewer.world import PASSPHRASE


def test_a_testimony_that_nobody_assessed_is_unknown(world, name):
    assert world.ok("ana", "assess", name) == f"{name}: source unknown, account unknown\n"


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_kept_and_the_other_stays(world, name, level):
    world.ok("ana", "assess", name, "--account", "unsure")
    said = world.ok("ana", "assess", name, "--source", level)
    assert said == world.ok("ana", "assess", name) == f"{name}: source {level}, account unsure\n"


def test_a_reason_is_searched_and_decided_like_any_text(world, name):
    reason = world.folder / "reason.txt"
    reason.write_text("Ko Zaw Latt told the same.")
    said = world.ok("ana", "assess", name, "--source", "likely_reliable", "--reason", reason)
    assert f"{name}.assessment, by ana on " in said
    assert "1 findings to decide\nKo Zaw Latt told the same." in said
    world.ok("ana", "redact", f"{name}.assessment", "--accept", "1")
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        assert decisions.undecided(notes.get(vault, f"{name}.assessment")) == 0


def test_the_log_says_that_it_was_assessed_and_neither_how_nor_why(world, name):
    world.ok("ana", "assess", name, "--source", "highly_unreliable")
    last = events(world)[-1]
    assert (last["event"], last["detail"]) == ("assessed", {})
    assert "unreliable" not in (world.vault("ana") / "custody.jsonl").read_text()
    world.ok("ana", "log", "verify")


def test_without_options_nothing_is_written(world, name):
    before = len(events(world))
    world.ok("ana", "assess", name)
    assert len(events(world)) == before


def test_a_level_that_is_not_on_the_list_is_refused(world, name):
    assert world.run("ana", "assess", name, "--source", "certain").exit_code != 0
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        entry = vault.store.get(name)
        with pytest.raises(NoteError, match="'certain' is no level"):
            assessment.assess(vault, entry, Assessment("certain"), find)
        aside = Entry("ab" * 32, Facts(SET_ASIDE, 1, "", why="damaged"))
        with pytest.raises(NoteError, match="never opened"):
            assessment.assess(vault, aside, Assessment("unsure"), find)


def test_a_reason_that_is_refused_leaves_no_level_behind(world, name):
    reason = world.folder / "reason.txt"
    reason.write_text("  \n")
    world.refused("ana", "assess", name, "--source", "unsure", "--reason", reason)
    assert "source unknown" in world.ok("ana", "assess", name)
