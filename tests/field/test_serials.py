"""The highest serial of each root is remembered, wherever the machine keeps its state."""

from __future__ import annotations

from pathlib import Path

import pytest

from envelope.errors import FormatError, KeyringError
from field.errors import OldKeyringError
from field.serials import load_newest
from tests.field import team
from tests.field.team import Team


def test_a_newer_keyring_is_taken_and_the_older_refused_from_then_on(
    tmp_path: Path, people: Team, state: Path
) -> None:
    path = tmp_path / "keyring.json"
    for serial in (7, 7, 9):
        load_newest(people.write(path, serial=serial), people.fingerprint)
    assert (state / "sakse/serials.json").exists()
    with pytest.raises(OldKeyringError, match="has seen 9"):
        load_newest(people.write(path, serial=8), people.fingerprint)


def test_serials_of_two_roots_are_kept_apart(tmp_path: Path, people: Team) -> None:
    other = team.make()
    load_newest(people.write(tmp_path / "a.json", serial=9), people.fingerprint)
    load_newest(other.write(tmp_path / "b.json", serial=1), other.fingerprint)
    with pytest.raises(OldKeyringError):
        load_newest(people.write(tmp_path / "a.json", serial=1), people.fingerprint)


def test_an_unsigned_keyring_leaves_no_trace(tmp_path: Path, people: Team, state: Path) -> None:
    path = people.write(tmp_path / "keyring.json", serial=50)
    path.write_bytes(path.read_bytes().replace(b'"serial":50', b'"serial":51'))
    with pytest.raises(KeyringError):
        load_newest(path, people.fingerprint)
    assert not state.exists()


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"a":"b"}', b"\xff"])
def test_a_damaged_memory_is_named(
    tmp_path: Path, people: Team, state: Path, damage: bytes
) -> None:
    (state / "sakse").mkdir(parents=True)
    (state / "sakse/serials.json").write_bytes(damage)
    with pytest.raises(FormatError, match=r"serials\.json"):
        load_newest(people.write(tmp_path / "keyring.json"), people.fingerprint)
