"""What the commands of `sakse-review` share: offline first, then the vault (reviewer's laptop)."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from envelope.cli import passphrase_option, read_passphrase
from envelope.offline import forbid_network
from reviewer.errors import VaultError
from reviewer.network import refuse_if_up
from reviewer.vault import Vault

Command = Callable[..., None]

_vault_option = click.option(
    "--vault", "vault_folder", type=click.Path(path_type=Path), help="Your vault (or SAKSE_VAULT)."
)


def offline(command: Command) -> Command:
    """Run a command only while no network is up, with every socket call refused.

    Everything it writes is for this user alone.
    """

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        forbid_network()
        refuse_if_up()
        os.umask(0o077)
        command(*args, **kwargs)

    return guarded


def vault_command(command: Command) -> Command:
    """Give a command `--vault`, `--passphrase-file` and the open vault as its first argument."""

    @_vault_option
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
        folder = chosen(context, vault_folder)
        passphrase = read_passphrase(passphrase_file, "Passphrase of your vault")
        with Vault(folder, passphrase) as vault:
            command(vault, **kwargs)

    return opened


def chosen(context: click.Context, folder: Path | None) -> Path:
    """The vault named after the sub-command, before it, or in SAKSE_VAULT; VaultError if none."""
    found: Path | None = folder or context.obj
    if found is None:
        raise VaultError("No vault is named; use --vault DIR or set SAKSE_VAULT.")
    return found
