"""Writes files so that they survive a power cut; a new one replaces nothing (every machine)."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from envelope.errors import SakseError

PRIVATE = 0o600
PUBLIC = 0o644


class NotNewError(SakseError):
    """A file that must be new is already there."""


def write_new(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Write `data` to a new file and flush file and folder to the disk.

    Raises NotNewError when something is there already, OSError when the disk refuses; then no
    half-written file stays behind.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError:
        raise _not_new(path) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def writing_new(path: Path, *, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """Open a new file to write piece by piece; it has its name only once it is whole on the disk.

    What is under way lies beside it as `.NAME.part` and goes when anything fails. Raises
    NotNewError when something has the name already, OSError when the disk refuses.
    """
    _refuse_old(path)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)  # of a run that was killed
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _refuse_old(path)  # a stick's file system knows no rename that refuses by itself
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replace(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Write a file over an old one: after a power cut there is the old file or the new one."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_new(fresh, data, mode=mode)
    try:
        fresh.replace(path)
    except OSError:
        fresh.unlink()
        raise
    sync_folder(path.parent)


def flush(path: Path) -> None:
    """Make a file that was written last through a power cut; its name needs `sync_folder`."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _refuse_old(path: Path) -> None:
    if os.path.lexists(path):
        raise _not_new(path)


def _not_new(path: Path) -> NotNewError:
    return NotNewError(f"{path} is already there and is never overwritten; name another place.")


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, so that a new file is found after a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
