"""A translation is kept beside its testimony, marked unofficial, logged, and leaves in no release."""

from __future__ import annotations

import json

import pytest

from reviewer import decisions, translation
from reviewer.errors import NoteError
from reviewer.finder import find
from reviewer.vault import Vault
from tests.reviewer.test_notes import WORDS
from tests.reviewer.world import PASSPHRASE


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
    assert shown.startswith(translation.MARK)
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


def test_it_stands_in_no_release(world, name, words, tmp_path):
    words.write_text("The unreleased heron stood still. Ko Zaw Latt ran.")
    world.ok("ana", "translate", name, "--text", words)
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", name, "--accept-all")
    card = world.folder / "iimm.card.json"
    out = tmp_path / "proposal"
    world.ok("ana", "propose", name, "--to", card, "--purpose", "A test", "--out", out)
    shown = world.ok("ana", "translate", name)
    assert "heron" in shown
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        from reviewer import proposal

        with proposal.scratch() as memory:
            bag = proposal.open_proposal(vault, out, memory).bag
            files = [path.read_bytes() for path in bag.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not any(b"heron" in data or b"Zaw Latt" in data for data in files)


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
