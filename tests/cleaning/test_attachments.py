"""What a reviewer decides about attachments, in her vault and by the command."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import attachments, cleaning
from reviewer.attachments import CLEANED, NOT_LOOKED_AT, WITHHELD
from reviewer.cleaning import Box
from reviewer.errors import CleaningError, RedactionError, VaultError
from reviewer.vault import Vault
from tests.cleaning import samples
from tests.cleaning.samples import Canaries
from tests.reviewer.world import PASSPHRASE, seal, short, transfer


@pytest.fixture(scope="module")
def tagged(tmp_path_factory):
    """A JPEG full of canaries, and these."""
    canaries = Canaries()
    return samples.jpeg(canaries, tmp_path_factory.mktemp("tagged")), canaries


@pytest.fixture
def held(world, tmp_path, tagged):
    """A testimony with a JPEG and a page of HTML in ana's vault: (world, id, bytes, canaries)."""
    data, canaries = tagged
    picture, page = tmp_path / "one.jpg", tmp_path / "two.html"
    picture.write_bytes(data)
    page.write_text("<script>alert(1)</script>")
    sealed = seal(world.ring, files=[picture, page])
    world.ok("ana", "import", transfer(world, [sealed]))
    return world, short(sealed), picture.read_bytes(), canaries


def vault_of(world) -> Vault:
    return Vault(world.vault("ana"), PASSPHRASE)


def test_the_original_is_what_was_sealed(held):
    world, name, picture, _ = held
    with vault_of(world) as vault:
        entry = vault.store.get(name)
        assert attachments.original(vault, entry, 1) == picture
        assert [one.state for one in attachments.records(vault, entry)] == [NOT_LOOKED_AT] * 2


def test_a_clean_copy_is_kept_sealed_and_comes_back(held):
    world, name, picture, canaries = held
    boxes = [Box(0, 0, 0.1, 0.1, 1 / 3, 0.2)]
    with vault_of(world) as vault:
        made = attachments.clean(vault, vault.store.get(name), 1, boxes)
    with vault_of(world) as vault:
        kept = attachments.record(vault, vault.store.get(name), 1)
        copy = attachments.clean_copy(vault, kept)
    assert (kept.state, kept.sha256, kept.media_type) == (CLEANED, made.sha256, "image/jpeg")
    assert copy == cleaning.clean(picture, boxes).data and kept.size == len(copy)
    (box,) = kept.boxes
    assert box.x <= 0.1 and box.x + box.w >= 0.1 + 1 / 3 - 1e-9  # a record never makes it smaller
    on_disk = b"".join(path.read_bytes() for path in world.vault("ana").rglob("*") if path.is_file())
    assert copy[100:200] not in on_disk and canaries.in_(on_disk) == set()
    assert (world.vault("ana") / "clean").stat().st_mode & 0o077 == 0


def test_cleaning_again_or_withholding_takes_the_old_copy_away(held):
    world, name, *_ = held
    with vault_of(world) as vault:
        entry = vault.store.get(name)
        attachments.clean(vault, entry, 1)
        second = attachments.clean(vault, entry, 1, [Box(0, 0)])
        assert [path.name for path in (vault.folder / "clean").iterdir()] == [second.file]
        kept = attachments.withhold(vault, entry, 1, " it shows a house ")
        assert (kept.state, kept.reason, kept.file) == (WITHHELD, "it shows a house", "")
        assert list((vault.folder / "clean").iterdir()) == []
        with pytest.raises(VaultError, match="no clean copy"):
            attachments.clean_copy(vault, kept)


def test_a_clean_copy_that_was_changed_or_swapped_is_refused(held):
    world, name, *_ = held
    with vault_of(world) as vault:
        entry = vault.store.get(name)
        kept = attachments.clean(vault, entry, 1)
        path = vault.folder / "clean" / kept.file
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(VaultError):
            attachments.clean_copy(vault, kept)
        path.write_bytes(vault.store.seal_apart("another name", b"x"))
        with pytest.raises(VaultError):
            attachments.clean_copy(vault, kept)


def test_a_file_that_is_not_opened_stays_not_looked_at_and_says_why(held):
    world, name, *_ = held
    with vault_of(world) as vault:
        entry = vault.store.get(name)
        with pytest.raises(CleaningError, match="not opened; withhold it"):
            attachments.clean(vault, entry, 2)
        assert attachments.record(vault, entry, 2).state == NOT_LOOKED_AT


def test_a_transcript_stays_whatever_becomes_of_the_file(held):
    world, name, *_ = held
    with vault_of(world) as vault:
        entry = vault.store.get(name)
        attachments.transcribe(vault, entry, 1, "An invented transcript.\n")
        attachments.clean(vault, entry, 1)
        attachments.withhold(vault, entry, 1, "a voice")
        assert attachments.record(vault, entry, 1).transcript == "An invented transcript."


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_number_that_is_none_is_refused(held, number):
    world, name, *_ = held
    with vault_of(world) as vault, pytest.raises(RedactionError, match="has no attachment"):
        attachments.record(vault, vault.store.get(name), number)


def test_the_command_lists_inspects_cleans_and_withholds(held, tmp_path):
    world, name, *_ = held
    assert world.ok("ana", "attach", name).count(NOT_LOOKED_AT) == 2
    assert "picture, 1 pages, 0 faces" in world.ok("ana", "attach", name, 1)
    told = world.ok("ana", "attach", name, 2)
    assert "not released: files of its kind are not opened" in told
    words = tmp_path / "words.txt"
    words.write_text("Invented words.", encoding="utf-8")
    world.ok("ana", "attach", name, 1, "--clean", "--box", "0:10,10,30,20", "--transcript", words)
    said = json.loads(world.ok("ana", "attach", name, "--json"))
    assert (said[0]["state"], said[0]["done"]) == (CLEANED, "written anew from pixels; 1 boxes filled")
    assert said[0]["transcript"] == "transcript of 15 characters"
    said = world.ok("ana", "attach", name, 2, "--withhold", "it is a web page")
    assert "withheld  it is a web page" in said
    log = (world.vault("ana") / "custody.jsonl").read_text()
    assert '"detail":{"attachment":1,"boxes":1,"state":"cleaned"},"event":"redacted"' in log
    assert "web page" not in log


def test_the_command_refuses_in_one_sentence(held):
    world, name, *_ = held
    assert "is no box" in world.refused("ana", "attach", name, 1, "--clean", "--box", "left")
    assert "withhold it" in world.refused("ana", "attach", name, 2, "--clean")
    assert "Say why" in world.refused("ana", "attach", name, 2, "--withhold", " ")
    for line in (["--clean"], ["1", "--box", "0:1,1,1,1"], ["1", "--clean", "--withhold", "x"]):
        assert world.run("ana", "attach", name, *line).exit_code == 64


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1e-6, 1), st.floats(1e-6, 1), st.integers(0, 900))
def test_a_record_never_makes_a_box_smaller(x, y, w, h, first):
    box = Box(first, first + 3, x, y, w, h)
    (kept,) = attachments._from_json(attachments._as_json(attachments.Record(boxes=(box,)))).boxes
    assert (kept.first, kept.last) == (box.first, box.last)
    assert kept.x <= x and kept.y <= y
    assert kept.x + kept.w >= min(x + w, 1) - 1e-9 and kept.y + kept.h >= min(y + h, 1) - 1e-9
    kept.check()
