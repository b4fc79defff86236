"""Remembers which sealed files a drop has received, beside the files (documenter's laptop).

.received holds SHA-256("URL LF hash of the file") a line: whoever finds it learns neither the
drop's address nor, without the file, which file it was.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

PIECE = 128 << 10  # FORMAT.md: bytes of one request


class Received:
    """What the drop at `url` has of `files`; OSError if a folder of theirs cannot be written to."""

    def __init__(self, files: Sequence[Path], url: str) -> None:
        self._url = url
        self._known: set[str] = set()
        for note in {_note(path) for path in files}:
            note.touch(mode=0o600)
            self._known |= set(note.read_text("ascii", "replace").split("\n"))

    def has(self, path: Path) -> bool:
        """Whether this file, as it is now, was received."""
        return self.mark(path) in self._known

    def mark(self, path: Path) -> str:
        """What tells this file, as it is now, and the drop: taken before it is sent."""
        return file_and_drop(path, self._url)

    def add(self, path: Path, line: str) -> None:
        """Note that the file with this mark was received; on the disk when this returns."""
        # Half a line of a run that was cut off is no line: begin a new one.
        with _note(path).open("a", encoding="ascii") as stream:
            stream.write(f"\n{line}\n")
            stream.flush()
            os.fsync(stream.fileno())
        self._known.add(line)


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces of 128 KiB, the last one shorter."""
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def file_and_drop(path: Path, url: str) -> str:
    """Return a hash that tells a file and a drop together, and neither to whoever lacks one."""
    return sha256(f"{url}\n{_file_sha256(path)}".encode()).hexdigest()


def _file_sha256(path: Path) -> str:
    whole = sha256()
    for piece in read_pieces(path):
        whole.update(piece)
    return whole.hexdigest()


def _note(path: Path) -> Path:
    return path.with_name(".received")
