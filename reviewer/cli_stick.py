"""`sakse-review stick new` (reviewer's laptop)."""

from __future__ import annotations

from pathlib import Path

import click

from reviewer import sticks
from reviewer.cli_common import vault_command
from reviewer.vault import Vault


@click.group()
def stick() -> None:
    """Sticks: one kind for in, another for out."""


@stick.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--role", type=click.Choice(list(sticks.PURPOSE)), required=True, help="What for.")
@click.option("--name", default="", help="What is written on it; else a number is made up.")
@vault_command
def new(vault: Vault, *, folder: Path, role: str, name: str) -> None:
    """Mark the stick mounted at FOLDER for one role and your team."""
    made = sticks.mark(folder, role, vault.root, name)
    click.echo(f"{folder} is {made} now; write {made.name} on the stick itself.")
