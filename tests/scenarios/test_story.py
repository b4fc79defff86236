"""The whole path, short in every run, and as `make story` plays it in the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.cast import SHORT
from tests.scenarios.story import play


def test_four_accounts_travel_from_the_documenter_to_a_verified_bundle(tmp_path: Path) -> None:
    bag = play(tmp_path, SHORT, browsers=())
    assert (bag / "bagit.txt").exists()


@pytest.mark.long
def test_the_story_ends_with_the_path_of_its_bundle(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.story"],
        env={
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    word, _, path = told.stdout.splitlines()[-1].partition(" ")
    assert word == "bundle:" and (Path(path) / "tagmanifest-sha256.txt").exists()
