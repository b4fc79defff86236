"""`sakse-seal form`: the files are the very bytes a drop with this keyring and config serves."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from envelope import config, render
from tests.field.team import Team


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[page]\nteam = "Invented team"\n')
    return path


def test_the_files_are_what_the_renderer_gives_the_drop(
    tmp_path: Path, people: Team, settings: Path, sakse_seal: Callable[..., int]
) -> None:
    ring, out = people.write(tmp_path / "keyring.json"), tmp_path / "form"
    anchor = ("--keyring", ring, "--root", people.fingerprint)
    assert sakse_seal("form", *anchor, "--config", settings, "--out", out) == 0
    signature = (tmp_path / "keyring.json.sig").read_bytes()
    served = render.site(ring.read_bytes(), signature, config.load(settings).page)
    assert (out / "index.html").read_bytes() == served["/"].html
    assert (out / "en.html").read_bytes() == served["/en"].html
    assert hashlib.sha256((out / "en.html").read_bytes()).hexdigest() == served["/en"].sha256
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=out, check=True)
    assert sakse_seal("form", *anchor, "--config", settings, "--out", out) == 1


def test_an_old_keyring_makes_no_form(
    tmp_path: Path, people: Team, settings: Path, sakse_seal: Callable[..., int]
) -> None:
    path = tmp_path / "keyring.json"
    for serial, folder, expected in ((8, "new", 0), (7, "old", 1)):
        people.write(path, serial=serial)
        anchor = ("--keyring", path, "--root", people.fingerprint)
        made = sakse_seal("form", *anchor, "--config", settings, "--out", tmp_path / folder)
        assert made == expected
    assert not (tmp_path / "old").exists()
