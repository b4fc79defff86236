"""A reviewer's laptop for tests of the desk: its commands, and a desk that serves."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "sakse-review"
START_SECONDS = 60


@dataclass(frozen=True)
class Station:
    folder: Path

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SAKSE_TEST_WEAK_ARGON2": "1",
            "SAKSE_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            "PYTHONWARNINGS": "ignore",
        }

    def vault(self, who: str) -> Path:
        return self.folder / f"vault-{who}"

    def line(self, who: str, *args: object) -> list[str]:
        return [str(COMMAND), "--vault", str(self.vault(who)), *map(str, args)]

    def run(self, who: str, *args: object) -> subprocess.CompletedProcess[str]:
        """Run sakse-review in a reviewer's vault; the desk of that vault must not be open."""
        return subprocess.run(
            self.line(who, *args), env=self.environment(), capture_output=True, text=True, timeout=120
        )

    def ok(self, who: str, *args: object) -> str:
        done = self.run(who, *args)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True)
class Open:
    """A desk that serves: its process, the link that opens it once, and its address."""

    process: subprocess.Popen[str]
    link: str

    @property
    def url(self) -> str:
        parts = urllib.parse.urlsplit(self.link)
        return f"{parts.scheme}://{parts.netloc}"


@contextlib.contextmanager
def opened(station: Station, who: str = "ana", *args: object) -> Iterator[Open]:
    """Run `sakse-review desk --no-browser` until the block ends; it must end cleanly."""
    line = station.line(who, "desk", "--no-browser", *args)
    with (station.folder / f"desk-{who}.err").open("w+") as said:
        process = subprocess.Popen(line, env=station.environment(), stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            link = process.stdout.readline().strip()
            assert link.startswith("http://127.0.0.1:"), Path(said.name).read_text()
            yield Open(process, link)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            code = process.wait(START_SECONDS)
            process.stdout.close()
    assert code in (0, -signal.SIGKILL), code


def make(folder: Path, count: int = 0, *extra: str, taken_in: bool = True) -> Station:
    """A team in an empty folder, `count` accounts of the corpus besides the first three.

    Unless they are `taken_in`, the transfer lies there and both vaults are empty. Of `extra`,
    "files" adds an account with two attachments, "sound" one with a recording, "child" one of
    somebody under 18.
    """
    station = Station(folder)
    wishes = ["import" if taken_in else "leave", *extra]
    subprocess.run(
        [sys.executable, "-m", "tests.desk.make", str(folder), str(count), *wishes],
        cwd=ROOT, env=station.environment(), check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return station


def wait_until(true: object, seconds: float = 20) -> None:
    """Wait until a call is true; AssertionError after that many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
