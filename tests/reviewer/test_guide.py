"""The reviewer's guide keeps what it says: its commands, buttons and pictures are there by that name."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click

from reviewer.cli import group

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "doc/guides/reviewer.md").read_text(encoding="utf-8")
PLAIN = ("mount", "umount", "export")
BUTTONS = (
    "Lock", "Find identities in {} more", "Look at it with these boxes", "Withhold it",
    "Translation and assessment", "Release", "Propose", "Second review", "Check and show it", "Sign",
)  # fmt: skip


def test_every_command_the_guide_shows_exists_with_its_options():
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    lines = [words for words in lines if words[0] not in PLAIN]
    assert len(lines) >= 15
    for program, name, *words in lines:
        context = click.Context(group)
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            command = command.get_command(context, words.pop(0))
        assert program == "sakse-review" and command is not None, (name, words)
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, (name, words)


def test_every_button_the_guide_names_is_at_the_desk_by_that_name():
    shown = set(json.loads((ROOT / "templates/desk/texts.en.json").read_bytes())["texts"].values())
    assert set(BUTTONS) <= set(re.findall(r"\*\*(.+?)\*\*", GUIDE)) & shown


def test_every_picture_of_the_guide_is_there_and_small():
    pictures = re.findall(r'src="\.\./(pictures/[\w.-]+)"', GUIDE)
    assert len(pictures) >= 4
    assert all(0 < (ROOT / "doc" / one).stat().st_size <= 120_000 for one in pictures)
