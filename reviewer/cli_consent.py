"""`sakse-review consent` (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from envelope.form import load
from reviewer import statements, sticks
from reviewer.cli_common import use_stick, vault_command
from reviewer.consent import said
from reviewer.errors import ConsentError
from reviewer.screen import safe_line
from reviewer.store import WORDS, Entry, short_id
from reviewer.vault import Vault

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_CLOSE = click.Choice([*load().question("c2").choices, WORDS])


@click.command()
@click.argument("testimonies", nargs=-1, metavar="[ID...]")
@click.option("--close", multiple=True, type=_CLOSE, help="Close it to a class, or its words.")
@click.option("--reopen", is_flag=True, help="Take back what you closed.")
@click.option("--later", metavar="ID", help="The testimony with her receipt code that says more.")
@click.option("--share", metavar="CODES", help='What she said on a contact, as "iimm un".')
@click.option("--level", type=click.Choice(load().question("c3").choices), help="How, likewise.")
@click.option("--named-taken-out", is_flag=True, help="What she named (c5) is taken out.")
@click.option("--reason", default="", help="Why, or how her contact is documented.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for statement.age.")
@click.option("--sign", type=_FOLDER, help="Read and sign another reviewer's statement.")
@click.option("--apply", type=_FOLDER, help="Let a statement that two signed count here.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@vault_command
def consent(
    vault: Vault,
    *,
    testimonies: tuple[str, ...],
    close: tuple[str, ...],
    reopen: bool,
    later: str | None,
    share: str | None,
    level: str | None,
    named_taken_out: bool,
    reason: str,
    out: Path | None,
    sign: Path | None,
    apply: Path | None,
    yes: bool,
) -> None:
    """Show a consent, narrow it, or hand on a later statement of hers that widens it.

    A statement counts once two reviewers signed it: one writes it (--later, --share, --level or
    --named-taken-out, with --out), the other reads it (--sign), the first takes it in (--apply).
    """
    widens = bool(later or share is not None or level or named_taken_out)
    if sum(map(bool, (close, reopen, widens, sign, apply))) > 1 or widens != bool(out):
        raise ConsentError("Do one thing at a time; a statement needs --out. See consent --help.")
    if sign or apply:
        _another(vault, sign, apply, yes=yes)
        return
    entries = [vault.store.get(name) for name in dict.fromkeys(testimonies)]
    if not entries or (widens and len(entries) > 1):
        raise ConsentError("Name a testimony; a statement is about one alone.")
    if close:
        statements.close(vault, entries, close, reason)
    elif reopen:
        statements.reopen(vault, entries)
    elif out:
        given = {"c2": share, "c3": level, "c5": "done" if named_taken_out else None}
        stated = {field: value for field, value in given.items() if value is not None}
        _hand_on(vault, entries[0], later, stated, reason=reason, out=out)
    _show(vault, [entry.sha256 for entry in entries])


def _hand_on(
    vault: Vault, entry: Entry, later: str | None, stated: dict[str, str], *, reason: str, out: Path
) -> None:
    if later:
        made = statements.from_follow_up(vault, entry, vault.store.get(later))
    else:
        made = statements.from_contact(vault, entry, stated, reason)
    use_stick(vault, out, sticks.OUT)
    path = statements.hand_on(vault, made, out)
    click.echo(f"{path}: the other reviewer has to sign it (consent --sign).")


def _another(vault: Vault, sign: Path | None, apply: Path | None, *, yes: bool) -> None:
    if sign:
        use_stick(vault, sign, sticks.OUT)
        made = statements.opened(vault, sign)
        stated = ", ".join(f"{field}: {value or 'nothing'}" for field, value in made.stated.items())
        where = short_id(made.source) if made.source else safe_line(made.reason)
        click.echo(f"{short_id(made.testimony)}: {stated}; said in {where}, by {made.by}")
        if not yes:
            click.confirm("Is this what she said?", abort=True)
        path = statements.countersign(vault, made, sign)
        click.echo(f"{path}: your signature.")
    if apply:
        made = statements.apply(vault, apply)
    _show(vault, [made.testimony])


def _show(vault: Vault, sealed: Sequence[str]) -> None:
    """Say what the consent of these sealed files (SHA-256) is now."""
    known = said(vault.store.entries())
    for sha256 in sealed:
        click.echo(statements.describe(vault.store.by_hash(sha256), known))
