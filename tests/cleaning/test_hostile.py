"""Hostile files become something safe or a sentence; nothing leaves, nothing stays, memory is bounded."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from envelope import testimony
from envelope.form import load
from reviewer.screen import safe_line
from tests.cleaning.hostile import CORPUS
from tests.reviewer.world import CONSENT, short, transfer

ROOT = Path(__file__).parents[2]
# Formats that programs of this kind have opened to their cost; here none of them is opened at all.
NEVER = ("svg", "html", "a playlist", "a list", "imagemagick", "postscript", "a program", "zeros", "gif", "tiff", "bmp", "an old office", "json")


@pytest.fixture(scope="module")
def ran() -> dict:
    """The whole corpus, opened in one process in namespaces of its own."""
    inside = f"ip link set lo up && {sys.executable} -m tests.cleaning.hostile_run; exit $?"  # sh stays, and fetches the dead
    line = ["unshare", "-rn", "--pid", "--fork", "--mount-proc", "sh", "-c", inside]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.long
def test_every_hostile_file_becomes_something_safe_or_a_sentence(ran):
    assert len(CORPUS) >= 120 and set(ran["told"]) == set(CORPUS)
    faults = {name: said for name, said in ran["told"].items() if not said.startswith(("clean ", "This file can not be released: "))}
    assert faults == {}
    assert {name for name, said in ran["told"].items() if name.startswith(NEVER) and said.startswith("clean")} == set()
    assert sum(said.startswith("clean") for said in ran["told"].values()) >= 30  # most scripts ride on honest files


@pytest.mark.long
def test_no_request_leaves_and_one_that_would_is_noticed(ran):
    assert (ran["caught"], ran["control"]) == (0, 1)


@pytest.mark.long
def test_no_process_survives_and_nothing_was_run(ran):
    assert (ran["left"], ran["owned"]) == ([], False)


@pytest.mark.long
def test_parent_and_child_together_stay_under_a_gigabyte(ran):
    assert ran["peak"]["child"] > 100
    assert ran["peak"]["self"] + ran["peak"]["child"] < 1000, ran["peak"]


@pytest.mark.long
def test_every_file_is_answered_in_bounded_time(ran):
    assert max(ran["seconds"].values()) < 150, max(ran["seconds"].items(), key=lambda pair: pair[1])


NAMES = ["../../../etc/passwd", "/etc/passwd", "invented\u202egpj.exe", "a\nb.jpg", "\x1b[2Jred.png", "=cmd|' /C calc'!A0.csv",
         "e" + "\u0301" * 4000, "\U000e0041.jpg", "C:\\Windows\\x.jpg", ".", "𐀀" * 2000]  # fmt: skip


def test_hostile_names_are_shown_as_codes_and_used_as_nothing(world, tmp_path):
    picture = tmp_path / "one.png"
    picture.write_bytes(CORPUS["png with a wrong checksum"]())
    files = [picture] * len(NAMES)
    made = testimony.build(load(), lang="en", answers=CONSENT, narrative="Invented.", attachments=files)
    named = tuple(replace(one, name=name) for one, name in zip(made.attachments, NAMES, strict=True))
    out = io.BytesIO()
    testimony.seal_testimony(replace(made, attachments=named), files, world.ring, out)
    before = outside_the_vaults(tmp_path)
    bag = transfer(world, [out.getvalue()])
    world.ok("ana", "import", bag)
    said = world.ok("ana", "attach", short(out.getvalue())).splitlines()
    assert len(said) == len(NAMES)
    assert all(line.endswith(safe_line(name)) for line, name in zip(said, NAMES, strict=True))
    assert "damaged" in world.ok("ana", "attach", short(out.getvalue()), 1)
    assert {path for path in outside_the_vaults(tmp_path) - before if bag not in path.parents} == {bag}


def outside_the_vaults(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "vault" not in str(path)}
