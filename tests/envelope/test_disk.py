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
