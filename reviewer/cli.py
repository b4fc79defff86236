"""The command `sakse-review` (reviewer's laptop)."""

from __future__ import annotations

from pathlib import Path

import click

from envelope.cli import LazyGroup, run
from reviewer.network import DEMO

_COMMANDS = {
    "init": ("reviewer.cli_vault:init", "Make your vault on this laptop."),
    "import": ("reviewer.cli_vault:import_", "Take in a transfer from the drop's stick."),
    "triage": ("reviewer.cli_triage:triage", "List what came, danger first."),
    "set-aside": ("reviewer.cli_triage:set_aside", "Keep testimonies out of every release."),
    "list": ("reviewer.cli_vault:list_", "List what the vault holds."),
    "show": ("reviewer.cli_vault:show", "Show one testimony as it was sealed."),
    "suggest": ("reviewer.cli_redact:suggest", "Find identities and note them as findings."),
    "redact": ("reviewer.cli_redact:redact", "Decide about findings and add your own."),
    "attach": ("reviewer.cli_attach:attach", "Clean attachments, or withhold them."),
    "translate": ("reviewer.cli_notes:translate", "Keep or show an unofficial translation."),
    "assess": ("reviewer.cli_notes:assess", "Say how far source and account are relied on."),
    "consent": ("reviewer.cli_consent:consent", "Narrow a consent, or take in a wider one."),
    "event": ("reviewer.cli_event:event", "Say which testimonies tell of one event."),
    "desk": ("reviewer.desk.cli:desk", "Read and decide in a window, on this machine alone."),
    "propose": ("reviewer.cli_release:propose", "Build and sign a bundle for one recipient."),
    "approve": ("reviewer.cli_release:approve", "Read and sign another reviewer's proposal."),
    "release": ("reviewer.cli_release:release", "Seal an approved bundle to its recipient."),
    "releases": ("reviewer.cli_release:releases", "List what went out, and what to recall."),
    "stick": ("reviewer.cli_stick:stick", "Mark a stick as one for in or out (stick new)."),
    "contact": ("reviewer.cli_triage:contact", "Hand on, or open, how to reach a witness."),
    "receipt": ("reviewer.cli_return:receipt", "Tell the drop what it may delete."),
    "keyring": ("reviewer.cli_return:keyring", "Take in a newer keyring, or show yours."),
    "destroy": ("reviewer.cli_destroy:destroy", "Destroy a testimony, with a second reviewer."),
    "backup": ("reviewer.cli_vault:backup", "Copy your vault to a disk you keep apart."),
    "restore": ("reviewer.cli_vault:restore", "Make a vault from a backup."),
    "log": ("reviewer.cli_vault:log", "Check the custody log (log verify)."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
@click.option("--vault", envvar="SAKSE_VAULT", type=click.Path(path_type=Path), help="Your vault.")
@click.option("--demo-network", is_flag=True, help="For demos only: work on a network. Logged.")
@click.pass_context
def group(context: click.Context, vault: Path | None, demo_network: bool) -> None:
    """Read testimony, redact it, and release it with a second reviewer. Stays off every network."""
    context.obj = vault
    context.meta[DEMO] = demo_network


def main() -> None:
    """Run the command."""
    run(group)
