"""Runs Sakse's real commands for a story; the laptop's without any network interface."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
OFFLINE = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")


@dataclass
class Story:
    """One run: its folder, the team's fingerprint and the drop's address."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    root: str = ""
    url: str = ""
    config: Path = Path()

    def attempt(self, *command: object, offline: bool = False) -> subprocess.CompletedProcess[str]:
        """Run one command to its end, without a network if `offline`."""
        line = [*(OFFLINE if offline else ()), *map(str, command)]
        return subprocess.run(line, env=self.environment, capture_output=True, text=True)

    def run(self, *command: object, offline: bool = False) -> str:
        """Run one command, which must succeed, and return what it prints."""
        done = self.attempt(*command, offline=offline)
        if done.returncode != 0:
            raise SystemExit(
                f"{done.args} ends with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def sakse(self, name: str, *arguments: object, offline: bool = False) -> str:
        """Run one of the five commands."""
        return self.run(BIN / f"sakse-{name}", *arguments, offline=offline)

    def review(self, person: str, *arguments: object) -> str:
        """Run sakse-review on the laptop of one reviewer."""
        return self.run(*self.laptop(person), *arguments, offline=True)

    def refused(self, person: str, *arguments: object, because: str = "") -> str:
        """Run sakse-review where it must refuse; return its sentence, which says `because`."""
        return self.fails(*self.laptop(person), *arguments, because=because, offline=True)

    def fails(self, *command: object, because: str, offline: bool = False) -> str:
        """Run one command that must refuse; return its sentence, which says `because`."""
        done = self.attempt(*command, offline=offline)
        if done.returncode != 1 or because not in done.stderr:
            raise SystemExit(f"{done.args} is not refused ({because}): {done.stdout}{done.stderr}")
        return done.stderr

    def laptop(self, person: str) -> tuple[object, ...]:
        """Return the start of every command on the laptop of one reviewer."""
        return (BIN / "sakse-review", "--vault", self.folder / "laptop" / person)

    def read(self, person: str, *arguments: object) -> Any:
        """Run sakse-review with --json and return what it says."""
        return json.loads(self.review(person, *arguments, "--json"))


@contextlib.contextmanager
def hop(what: str) -> Iterator[None]:
    """Print what is done, and the seconds it took."""
    print(f"{what} ... ", end="", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.1f} s", flush=True)
