"""New files: private, never over another one, nothing half-written left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from envelope import disk


def test_a_new_file_holds_the_bytes_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    disk.write_new(tmp_path / "secret", b"\x00bytes")
    assert (tmp_path / "secret").read_bytes() == b"\x00bytes"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_refused_and_keeps_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"old")
    with pytest.raises(disk.NotNewError, match="never overwritten"):
        disk.write_new(tmp_path / "kept", b"new")
    assert (tmp_path / "kept").read_bytes() == b"old"


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(disk.NotNewError):
        disk.write_new(tmp_path / "link", b"x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_fails_leaves_no_half_written_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        disk.write_new(tmp_path / "half", b"x" * 100)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_and_nothing_else_stays(tmp_path: Path) -> None:
    disk.replace(tmp_path / "serial", b"1\n")
    disk.replace(tmp_path / "serial", b"2\n")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("serial", b"2\n")]
    assert (tmp_path / "serial").stat().st_mode & 0o777 == 0o600


def test_a_replacement_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").write_bytes(b"old")
    with pytest.raises(OSError, match="folder"):
        disk.replace(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    assert (tmp_path / "folder" / "kept").read_bytes() == b"old"


def test_a_file_written_in_pieces_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    with disk.writing_new(tmp_path / "large") as file:
        file.write(b"one")
        assert [path.name for path in tmp_path.iterdir()] == [".large.part"]
        file.write(b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["large"]
    assert (tmp_path / "large").read_bytes() == b"onetwo"
    assert (tmp_path / "large").stat().st_mode & 0o777 == 0o600


def test_a_file_in_pieces_that_fails_or_is_not_new_leaves_nothing_and_replaces_nothing(
    tmp_path: Path,
) -> None:
    with pytest.raises(KeyboardInterrupt), disk.writing_new(tmp_path / "half") as file:
        file.write(b"one")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(disk.NotNewError), disk.writing_new(tmp_path / "late") as file:
        (tmp_path / "late").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(disk.NotNewError), disk.writing_new(tmp_path / "link") as file:
        file.write(b"x")
    assert {path.name for path in tmp_path.iterdir()} == {"late", "link"}
    assert (tmp_path / "late").read_bytes() == b"old"


def test_what_a_killed_run_left_under_way_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".again.part").write_bytes(b"half")
    with disk.writing_new(tmp_path / "again") as file:
        file.write(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["again"]
    assert (tmp_path / "again").read_bytes() == b"whole"
