"""The command `sakse-intake`: make, serve, empty and look at a drop."""

from __future__ import annotations

import os

from envelope.cli import LazyGroup, run

cli = LazyGroup(
    name="sakse-intake",
    help="Keep sealed testimony until a team fetches it; nothing here can open it.",
    lazy={
        "init": ("intake.commands:init", "Make the drop's database and signing key."),
        "serve": ("intake.commands:serve", "Serve the witness's page and take sealed files."),
        "export": ("intake.commands:export", "Write a signed transfer onto a stick."),
        "accept": ("intake.commands:accept", "Take in a return: delete what was received."),
        "status": ("intake.commands:status", "Say what the drop holds."),
    },
)


def main() -> None:
    """Run the command; what it makes is for its own user only."""
    os.umask(0o077)
    run(cli)
