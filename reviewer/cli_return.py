"""`sakse-review` receipt and keyring (reviewer's laptop)."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from tqdm import tqdm

from envelope import receipt as return_bag
from envelope import sshsig
from envelope.receipt import Receipt
from reviewer import returns, sticks
from reviewer.cli_common import use_stick, vault_command
from reviewer.errors import ReturnError
from reviewer.network import refuse_if_up
from reviewer.vault import Vault

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder on the out stick.")
@click.option("--sign", type=_FOLDER, help="Sign another reviewer's return (or its stick).")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@vault_command
def receipt(vault: Vault, *, out: Path | None, sign: Path | None, yes: bool) -> None:
    """Write a return for the drop: what your vault holds of the newest transfer.

    The other reviewer signs it (--sign) once her vault holds the same; then the drop deletes what
    it names (sakse-intake accept) and takes your keyring if it is newer.
    """
    if bool(out) == bool(sign):
        raise ReturnError("Write a return with --out, or sign another reviewer's with --sign.")
    if out:
        use_stick(vault, out, sticks.OUT)
        folder, made = returns.write(vault, out, _reading)
        click.echo(f"{folder}: {_counted(made)}; the other reviewer has to sign it (--sign).")
    if sign:
        use_stick(vault, sign, sticks.OUT)
        _sign(vault, _only(sign), yes=yes)


def _sign(vault: Vault, folder: Path, *, yes: bool) -> None:
    found, made = returns.opened(vault, folder)
    click.echo(f"{folder.name} by {made.by}: {_counted(made)}.")
    if not yes:
        click.confirm("Once both signed, only the vaults hold these. Sign?", abort=True)
    refuse_if_up()
    path = returns.countersign(vault, folder, found, made, _reading)
    click.echo(f"{path}: your signature. The stick goes to the drop (sakse-intake accept).")


def _only(place: Path) -> Path:
    folders = return_bag.folders(place)
    if len(folders) > 1:
        raise ReturnError(f"{place} holds {len(folders)} returns; name the folder of one.")
    return folders[0]


def _counted(made: Receipt) -> str:
    lists = f"{len(made.opened)} opened, {len(made.set_aside)} set aside"
    return f"transfer {made.transfer}, {lists}, {len(made.destroyed)} destroyed"


def _reading(files: list[str]) -> Iterable[str]:
    bar: Iterable[str] = tqdm(
        files, desc="reading again", unit="file", file=sys.stderr, disable=None
    )
    return bar


@click.command()
@click.argument("file", type=_FILE, required=False)
@vault_command
def keyring(vault: Vault, file: Path | None) -> None:
    """Show your vault's keyring, or take in a newer one (its .sig beside it) that the root signed.

    The return you write next carries it to the drop.
    """
    if file:
        vault.take_keyring(file)
    ring = vault.keyring
    days = f"{ring.valid_from} to {ring.valid_until}"
    click.echo(f"keyring {ring.serial}, epoch {ring.epoch}, {days}")
    for one in ring.recipients:
        mine = " (you)" if one.id == vault.me else ""
        click.echo(f"  {one.id}{mine}  signs with {sshsig.fingerprint(one.sign)}")
