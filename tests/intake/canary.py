"""Looks for a sentence in everything a process holds or has written: memory, files, open files.

Usable for any process of this user or its children (root, or the process's own parent):

    assert canary.places(pid, "the sentence", files=site.files()) == []
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

STEP = 1 << 24
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")


def needles(sentence: str) -> list[bytes]:
    """The sentence in every encoding a program may hold it in."""
    return [sentence.encode(encoding) for encoding in ENCODINGS]


def places(pid: int, sentence: str, files: Iterable[Path] = ()) -> list[str]:
    """Where the sentence is: names of memory maps, of open files and of the files given.

    Raises OSError if the process's memory cannot be read at all, so that nothing read is never
    taken for nothing found.
    """
    wanted = needles(sentence)
    found = [f"memory {name}" for name in _in_memory(pid, wanted)]
    found += [f"open file {path}" for path in _open_files(pid) if _in_file(path, wanted)]
    found += [f"file {path}" for path in files if path.exists() and _in_file(path, wanted)]
    return found


def in_files(sentence: str, files: Iterable[Path]) -> list[str]:
    """Which of the files hold the sentence."""
    return [str(path) for path in files if path.exists() and _in_file(path, needles(sentence))]


def _in_memory(pid: int, wanted: list[bytes]) -> Iterator[str]:
    read = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end, name in _writable_maps(pid):
            data = _read_map(memory, start, end)
            read += len(data)
            if any(needle in data for needle in wanted):
                yield f"{start:x}-{end:x} {name}"
    if not read:
        raise OSError(f"nothing of the memory of process {pid} could be read")


def _writable_maps(pid: int) -> Iterator[tuple[int, int, str]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        addresses, rights, *rest = line.split(maxsplit=5)
        if "w" in rights and "r" in rights:
            start, end = (int(part, 16) for part in addresses.split("-"))
            yield start, end, rest[3] if len(rest) > 3 else ""


def _read_map(memory, start: int, end: int) -> bytes:
    """A map's bytes; what was unmapped meanwhile is skipped, the rest of it is read."""
    data = bytearray()
    for at in range(start, end, STEP):
        try:
            memory.seek(at)
            data += memory.read(min(STEP, end - at))
        except OSError:
            continue
    return bytes(data)


def _open_files(pid: int) -> list[Path]:
    """Regular files the process holds open, deleted ones too."""
    return [
        path
        for path in Path(f"/proc/{pid}/fd").iterdir()
        if path.exists() and path.is_file() and not path.readlink().as_posix().startswith("/dev/")
    ]


def _in_file(path: Path, wanted: list[bytes]) -> bool:
    data = path.read_bytes()
    return any(needle in data for needle in wanted)
