"""Notes are searched, decided and spread to like a testimony, and leave nothing in clear on the disk."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import decisions, notes
from reviewer.decisions import ACCEPTED, REJECTED, UNDECIDED, Finding
from reviewer.errors import NoteError, VaultError
from reviewer.finder import find
from reviewer.notes import Note
from reviewer.store import OPENED, SET_ASIDE, Entry, Facts
from reviewer.vault import Vault
from tests.reviewer.test_decisions import entry
from tests.reviewer.test_vault import holds
from tests.reviewer.world import PASSPHRASE

WORDS = "Ko Min Thu was taken. His friend Ko Zaw Latt hid. Rice was 40 cups."


@pytest.fixture
def vault(world, name):
    with Vault(world.vault("ana"), PASSPHRASE) as opened:
        yield opened


def write(vault: Vault, name: str, text: str = WORDS, part: str = "en") -> Note:
    note = notes.write(vault, vault.store.get(name), part, text, find)
    vault.commit()
    return note


def words(note: Note, state: str) -> list[str]:
    found = (one for one in decisions.findings(note) if one.state == state)
    return [note.text[one.start : one.end] for one in sorted(found, key=lambda one: one.start)]


def test_a_note_is_searched_the_moment_it_is_written_and_is_the_same_when_read(vault, name):
    note = write(vault, name)
    assert words(note, UNDECIDED) == ["Ko Min Thu", "Ko Zaw Latt"]
    assert notes.get(vault, f"{name}.en") == note
    assert notes.get(vault, f"{name.upper()}.EN") == note
    assert (note.id, note.by, note.text) == (f"{name}.en", "ana", WORDS)
    assert list(notes.notes_of(vault, vault.store.get(name))) == [note]


def test_what_was_accepted_in_the_testimony_is_accepted_in_the_note(vault, name):
    vault.store.put(decisions.add_text(vault.store.get(name), "Ko Min Thu", "PERSON", "ana"))
    note = write(vault, name)
    assert words(note, ACCEPTED) == ["Ko Min Thu"]
    assert words(note, UNDECIDED) == ["Ko Zaw Latt"]


def test_the_testimony_does_not_change_when_a_note_is_written(vault, name):
    before = vault.store.get(name)
    write(vault, name)
    assert vault.store.get(name) == before


def test_a_change_of_words_keeps_what_was_decided_about_the_others(vault, name):
    note = decisions.reject(write(vault, name), [2], "a public figure")
    notes.put(vault, decisions.accept(note, [1]))
    again = write(vault, name, WORDS.replace("was taken", "and Daw Aye Nu were taken"))
    assert words(again, ACCEPTED) == ["Ko Min Thu"]
    assert words(again, UNDECIDED) == ["Daw Aye Nu"]
    assert [one.why for one in decisions.findings(again) if one.state == REJECTED] == [
        "a public figure"
    ]


def test_a_decision_about_a_word_that_became_another_is_asked_again(vault, name):
    notes.put(vault, decisions.reject(write(vault, name, "He saw Ko Zaw. It rained."), [1], "why"))
    again = write(vault, name, "He saw Ko Zaw Latt. It rained.")
    assert words(again, UNDECIDED) == ["Ko Zaw Latt"]
    assert words(again, REJECTED) == []


@given(st.text("Ab", min_size=1, max_size=8), st.text("Ab", max_size=4), st.data())
def test_a_decision_that_is_kept_covers_the_same_words_between_the_same_neighbours(
    old, words, data
):
    first, last = sorted(data.draw(st.integers(0, len(old))) for _ in range(2))
    new = old[:first] + words + old[last:]
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    note = Note("ab" * 32, Facts(OPENED, 1, ""), testimony=entry(old).testimony)
    decided = Finding("narrative", start, end, "PERSON", "", "ana", REJECTED, "x")
    kept = notes._still_there(decisions.with_findings(note, [decided]), new)
    assert len(kept) == 1 if old == new else len(kept) <= 1
    framed_old, framed_new = f"^{old}$", f"^{new}$"
    for one in kept:
        assert framed_new[one.start : one.end + 2] == framed_old[start : end + 2]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no words"),
        ("\ufeff \n", "no words"),
        ("one\ntwo\x1b[2J", "Line 2 holds a control character"),
        ("\ud800", "Line 1 holds a control character"),
        ("x" * 1_000_001, "longer than 1,000,000"),
    ],
)
def test_words_that_no_note_can_have_are_refused(vault, name, text, says):
    with pytest.raises(NoteError, match=says):
        write(vault, name, text)
    assert list(notes.notes_of(vault, vault.store.get(name))) == []


def test_line_ends_of_another_system_and_its_mark_at_the_beginning_are_taken_away(vault, name):
    assert write(vault, name, "\ufeffone\r\ntwo\r\n").text == "one\ntwo"


def test_a_testimony_that_was_never_opened_gets_no_note(vault):
    aside = Entry("ab" * 32, Facts(SET_ASIDE, 1, "", why="damaged"))
    with pytest.raises(NoteError, match="never opened"):
        notes.write(vault, aside, "en", WORDS, find)


def test_a_note_that_is_not_there_is_said_to_be_missing(vault, name):
    with pytest.raises(NoteError, match=r"has no note 'en'; it can have en, assessment\."):
        notes.get(vault, f"{name}.en")
    with pytest.raises(NoteError, match=r"has no note '\.\./x'"):
        notes.get(vault, f"{name}.../x")
    with pytest.raises(VaultError, match="no testimony"):
        notes.get(vault, "aaaaaaaa.en")


def test_findings_of_a_note_are_listed_and_decided_by_its_name(world, name):
    (world.folder / "t.txt").write_text(WORDS)
    world.ok("ana", "translate", name, "--text", world.folder / "t.txt")
    rows = json.loads(world.ok("ana", "redact", f"{name}.en", "--json"))
    assert [row["text"] for row in rows] == ["Ko Min Thu", "Ko Zaw Latt"]
    assert "2 findings" in world.ok("ana", "suggest", f"{name}.en", name).splitlines()[0]
    world.ok("ana", "redact", f"{name}.en", "--reject", "2", "--reason", "another man")
    world.ok("ana", "redact", name, f"{name}.en", "--accept-all")
    assert f"{name}.en: 1 accepted, 1 rejected, 0 undecided" in world.ok(
        "ana", "redact", f"{name}.en"
    )


def test_a_name_added_in_the_translation_is_replaced_in_the_testimony_too(world, name):
    (world.folder / "t.txt").write_text("The one they call Thu said it.")
    world.ok("ana", "translate", name, "--text", world.folder / "t.txt")
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", f"{name}.en", "--add", "Thu")
    world.ok("ana", "redact", name, f"{name}.en", "--accept-all")
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        both = [notes.get(vault, one) for one in (name, f"{name}.en")]
    assert decisions.still_shown(both, {}) == []


def test_no_word_of_a_note_lies_on_the_disk_in_clear(world, name):
    source = world.folder / "t.txt"
    source.write_text("The canary sang in Ko Zaw Latt's yard.")
    assert "delete it" in world.run("ana", "translate", name, "--text", source).stderr
    world.ok("ana", "assess", name, "--source", "unsure", "--reason", source)
    assert holds(world.folder, "canary sang") == ["t.txt"]
    source.unlink()
    for text in ("canary", "Zaw Latt", "unsure"):
        assert holds(world.folder, text) == []
