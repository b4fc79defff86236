"""`sakse-review destroy` (reviewer's laptop)."""

from __future__ import annotations

from pathlib import Path

import click

from reviewer import destroying, sticks
from reviewer.cli_common import use_stick, vault_command
from reviewer.destroying import Order
from reviewer.errors import DestroyError
from reviewer.network import refuse_if_up
from reviewer.releases import gone
from reviewer.screen import safe_line
from reviewer.store import short_id
from reviewer.vault import Vault

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("testimony", required=False, metavar="[ID]")
@click.option("--reason", default="", help="Why; the other reviewer reads it.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for destroy.age.")
@click.option("--sign", type=_FOLDER, help="Sign another reviewer's order and carry it out.")
@click.option("--apply", type=_FOLDER, help="Carry out an order that two signed.")
@click.option("--yes", is_flag=True, help="Destroy without asking.")
@vault_command
def destroy(
    vault: Vault,
    *,
    testimony: str | None,
    reason: str,
    out: Path | None,
    sign: Path | None,
    apply: Path | None,
    yes: bool,
) -> None:
    """Order that a testimony be destroyed; nothing is before two reviewers signed.

    One writes the order (ID --reason --out), the other signs it and destroys hers (--sign), then
    every other vault carries it out (--apply). There is no way back.
    """
    if sum(map(bool, (testimony, sign, apply))) != 1 or bool(testimony) != bool(out):
        raise DestroyError("Name a testimony and --out, or a folder with --sign or --apply.")
    if testimony and out:
        use_stick(vault, out, sticks.OUT)
        entry = vault.store.get(testimony)
        path = destroying.order(vault, entry, reason, out)
        click.echo(f"{path}: the other reviewer has to sign it (destroy --sign).")
    if sign:
        use_stick(vault, sign, sticks.OUT)
        _sign(vault, sign, yes=yes)
    if apply:
        _apply(vault, apply, yes=yes)


def _sign(vault: Vault, folder: Path, *, yes: bool) -> None:
    made = destroying.opened(vault, folder)
    left = _ask(vault, made, yes=yes)
    click.echo(f"{destroying.countersign(vault, made, folder)}: your signature.")
    _tell(vault, made, left)


def _apply(vault: Vault, folder: Path, *, yes: bool) -> None:
    made, signers = destroying.signed(vault, folder)
    left = _ask(vault, made, yes=yes)
    destroying.carry_out(vault, made, signers)
    _tell(vault, made, left)


def _ask(vault: Vault, made: Order, *, yes: bool) -> str:
    """Show an order and ask; return who can open the testimony, while that can be told."""
    click.echo(f"{short_id(made.testimony)}, by {made.by} on {made.day}: {safe_line(made.reason)}")
    left = destroying.who_can_open(vault, made.testimony)
    if not yes:
        click.confirm("Destroy it for good?", abort=True)
    refuse_if_up()
    return left


def _tell(vault: Vault, made: Order, left: str) -> None:
    """Who can still open it, and who was given it."""
    sha256 = made.testimony
    click.echo(f"{short_id(sha256)} is destroyed in this vault. {left}")
    click.echo("The drop deletes its copy when a return names it (sakse-review receipt).")
    for one in gone(vault):
        if sha256 in one.plan.testimonies.values():
            to, release = one.plan.recipient.name, one.plan.release_id
            click.secho(f"TO BE RECALLED from {safe_line(to)}: release {release}.", fg="red")
