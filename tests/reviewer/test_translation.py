"""A translation is kept beside its testimony, marked unofficial, logged, and leaves under tokens."""

from __future__ import annotations

import json
import re

import pytest

from release.content import UNOFFICIAL
from reviewer import decisions, translation
from reviewer.errors import NoteError
from reviewer.finder import find
from reviewer.vault import Vault
from tests.reviewer.test_notes import WORDS
from tests.reviewer.test_release_flow import arrive, decide
from tests.reviewer.world import PASSPHRASE, seal


@pytest.fixture
def words(world):
    path = world.folder / "words.txt"
    path.write_text(WORDS)
    return path


def events(world) -> list[dict]:
    return [
        json.loads(line) for line in (world.vault("ana") / "custody.jsonl").read_text().splitlines()
    ]


def test_a_translation_is_kept_and_shown_as_unofficial(world, name, words):
    said = world.ok("ana", "translate", name, "--text", words)
    assert said == f"{name}.en: 2 findings to decide\n"
    shown = world.ok("ana", "translate", name)
    assert shown.startswith(UNOFFICIAL)
    assert f"{name}.en, by ana on " in shown
    assert shown.endswith(f"2 findings to decide\n{WORDS}\n")


def test_it_is_logged_without_a_word_of_it(world, name, words):
    world.ok("ana", "translate", name, "--text", words)
    (last,) = [event for event in events(world) if event["event"] == "translated"]
    assert last["detail"] == {"lang": "en"}
    assert last["about"]
    world.ok("ana", "translate", name)
    assert events(world)[-1]["event"] == "viewed"
    world.ok("ana", "log", "verify")


def test_it_leaves_once_decided_marked_and_under_the_tokens_of_the_account(world):
    (name,) = arrive(world, seal(world.ring, "They took Ko Zaw Latt at dawn."))
    decide(world, name, "Ko Zaw Latt")
    words = world.folder / "words.txt"
    words.write_text("The heron stood still. I saw Ko Zaw Latt, then Ko Min Thu.")
    world.ok("ana", "translate", name, "--text", words)
    card, out = world.folder / "iimm.card.json", world.folder / "p"
    line = ["propose", name, "--to", card, "--purpose", "A test", "--out", out]
    assert f"findings in {name}.en are undecided" in world.refused("ana", *line)
    world.ok("ana", "redact", f"{name}.en", "--accept-all")
    world.ok("ana", "assess", name, "--source", "unsure", "--account", "likely_reliable")
    world.ok("ana", *line)
    shown = world.ok("bo", "approve", out, "--yes")
    (token,) = re.findall(r"They took (\[P-\d\d\]) at dawn", shown)
    (other,) = {"[P-01]", "[P-02]"} - {token}
    assert f"{UNOFFICIAL}\n\nThe heron stood still. I saw {token}, then {other}." in shown
    assert '"account":"likely_reliable"' in shown and '"source":"unsure"' in shown


def test_what_was_kept_in_a_translation_is_shown_to_the_approver(world):
    (name,) = arrive(world, seal(world.ring, "They came at dawn."))
    decide(world, name)
    words = world.folder / "words.txt"
    words.write_text("They came at dawn. Ko Min Thu ordered it.")
    world.ok("ana", "translate", name, "--text", words)
    world.ok("ana", "redact", f"{name}.en", "--reject", 1, "--reason", "a commander")
    card, out = world.folder / "iimm.card.json", world.folder / "p"
    world.ok("ana", "propose", name, "--to", card, "--purpose", "A test", "--out", out)
    shown = world.ok("bo", "approve", out, "--yes")
    assert "as no PERSON: 'Ko Min Thu' (a commander)" in shown


def test_words_come_from_a_pipe_too(world, name):
    from click.testing import CliRunner

    from reviewer.cli import group

    line = ["--vault", str(world.vault("ana")), "translate", name, "--text", "-"]
    env = {"SAKSE_PASSPHRASE_FILE": str(world.folder / "passphrase")}
    result = CliRunner().invoke(group, line, env=env, input=WORDS)
    assert result.stdout == f"{name}.en: 2 findings to decide\n"
    assert "delete" not in result.stderr


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"\xff\xfe", "not UTF-8"), (b"", "no words"), (b"x" * 4_000_001, "larger than 3 MiB")],
)
def test_a_file_that_is_no_text_is_refused_in_one_sentence(world, name, words, data, says):
    words.write_bytes(data)
    assert says in world.refused("ana", "translate", name, "--text", words)
    assert "is not translated" in world.refused("ana", "translate", name)


def test_a_missing_file_is_named(world, name):
    said = world.refused("ana", "translate", name, "--text", world.folder / "none.txt")
    assert said.endswith("none.txt can not be read (No such file or directory); name another.")


def test_another_language_is_not_offered(world, name):
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        entry = vault.store.get(name)
        with pytest.raises(NoteError, match="'fr' is not offered; translate into en"):
            translation.translate(vault, entry, "fr", WORDS, find)
        with pytest.raises(NoteError, match="not offered"):
            translation.of(vault, entry, "assessment")


def test_what_translate_returns_is_committed(world, name):
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        made = translation.translate(vault, vault.store.get(name), "en", WORDS, find)
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        assert translation.of(vault, vault.store.get(name)) == made
    assert decisions.undecided(made) == 2
