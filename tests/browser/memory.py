"""How much memory a browser holds: what all its processes have written to, sampled.

Memory they share is counted once (the kernel's proportional set size). Pages that are as on disk, mostly
programs and libraries, are left out: they come and go with every process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
PAUSE = 0.05  # seconds between two samples


def descendants(root: int) -> set[int]:
    """Every living process that `root` started, and those they started."""
    parents = dict(_parents())
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.glob("[0-9]*"):
        try:
            # "pid (name, which may hold anything) state ppid …"
            yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # gone meanwhile


def held(pids: set[int]) -> int:
    """Bytes of written memory that these processes hold together."""
    return sum(map(_written, pids))


def _written(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # gone meanwhile
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss_Dirty:"))


class Peak:
    """While the block runs: `most` is the most that our descendants but `others` held, in bytes."""

    def __init__(self, others: set[int]) -> None:
        self.others = others
        self.samples: list[int] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def most(self) -> int:
        return max(self.samples)

    def _watch(self) -> None:
        while True:
            self.samples.append(held(descendants(os.getpid()) - self.others))
            if self._end.wait(PAUSE):
                return

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()
