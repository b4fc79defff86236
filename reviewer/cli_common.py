"""What the commands of `sakse-review` share: offline first, then the vault (reviewer's laptop)."""

from __future__ import annotations

import contextlib
import functools
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from envelope.cli import passphrase_option, read_passphrase
from envelope.offline import forbid_network
from reviewer import sticks
from reviewer.age import age_note
from reviewer.errors import VaultError
from reviewer.network import DEMO, Watch, way_out
from reviewer.screen import safe_line
from reviewer.vault import Vault

Command = Callable[..., None]

vault_option = click.option(
    "--vault", "vault_folder", type=click.Path(path_type=Path), help="Your vault (or SAKSE_VAULT)."
)


def offline(command: Command) -> Command:
    """Run a command only while no network is up, with every socket call refused.

    Everything it writes is for this user alone; what crashes leaves no memory on a disk.
    """

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        forbid_network()
        demo = for_demo()
        if demo:
            _loud("DEMO: this laptop may be on a network; work with invented accounts only.")
        with Watch(demo=demo):
            os.umask(0o077)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            command(*args, **kwargs)

    return guarded


def vault_command(command: Command) -> Command:
    """Give a command `--vault`, `--passphrase-file` and the open vault as its first argument."""

    @vault_option
    @passphrase_option
    @click.pass_context
    @functools.wraps(command)
    @offline
    def opened(
        context: click.Context,
        vault_folder: Path | None,
        passphrase_file: Path | None,
        **kwargs: Any,
    ) -> None:
        with open_vault(context, vault_folder, passphrase_file) as vault:
            command(vault, **kwargs)

    return opened


@contextlib.contextmanager
def open_vault(
    context: click.Context, folder: Path | None, passphrase_file: Path | None
) -> Iterator[Vault]:
    """Open the vault a command names; tell a release that is old, log that this is a demo."""
    folder = chosen(context, folder)
    with Vault(folder, read_passphrase(passphrase_file, "Passphrase of your vault")) as vault:
        log_demo(vault, context.command_path)
        warn_of_age(vault)
        yield vault


def warn_of_age(vault: Vault | None = None) -> None:
    """Say on stderr, in red, when this release is old."""
    if note := age_note(vault):
        _loud(note)


def for_demo() -> bool:
    """Whether `--demo-network` was given before the command's name."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(DEMO))


def log_demo(vault: Vault, command: str) -> None:
    """Note in the custody log that a command worked without looking for a network."""
    if for_demo():
        vault.log("network_override", command=command, network=way_out())
        vault.commit()


def use_stick(vault: Vault, path: Path, role: str) -> None:
    """Say on stderr which stick `path` lies on; StickError for another team's or role's."""
    click.echo(f"note: {safe_line(sticks.check(path, role, vault.root))}", err=True)


def _loud(sentence: str) -> None:
    click.secho(f"warning: {sentence}", fg="bright_white", bg="red", bold=True, err=True)


def chosen(context: click.Context, folder: Path | None) -> Path:
    """The vault named after the sub-command, before it, or in SAKSE_VAULT; VaultError if none."""
    found: Path | None = folder or context.obj
    if found is None:
        raise VaultError("No vault is named; use --vault DIR or set SAKSE_VAULT.")
    return found
