"""`sakse-review` triage, set-aside and contact (reviewer's laptop)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from envelope.cli import echo_json, json_option, passphrase_option, read_passphrase
from envelope.disk import write_new
from envelope.form import load
from keys.ceremony import open_identity
from keys.person import PROTECTION, Reader
from reviewer import contact as contacts
from reviewer import sticks
from reviewer import triage as triages
from reviewer.cli_common import offline, use_stick, vault_command, vault_option
from reviewer.cli_notes import words
from reviewer.errors import ContactError
from reviewer.screen import safe, safe_line
from reviewer.transfer import missing, ranges
from reviewer.triage import DANGER, PERHAPS, REASONS, Row
from reviewer.vault import Vault

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@json_option
@vault_command
def triage(vault: Vault, as_json: bool) -> None:
    """List what came, danger first, without showing any account.

    The six signs after `code` stand for a receipt code: equal signs, the same person's code.
    """
    rows, gaps = triages.rows(vault), missing(vault)
    if as_json:
        echo_json({"missing_transfers": gaps, "rows": [asdict(row) for row in rows]})
        return
    for row in rows:
        click.echo("  ".join(map(safe_line, _cells(row))))
    counts = Counter(row.state for row in rows)
    urgent = sum(row.danger == DANGER for row in rows)
    click.echo(
        f"{len(rows)} sealed files: {urgent} in danger, {counts['set_aside']} set aside,"
        f" {counts['unopened']} that do not open."
    )
    if gaps:
        click.echo(f"Transfers that never came here: {ranges(gaps)}.")


def _cells(row: Row) -> Iterator[str]:
    """What one line says, from the most urgent on; nothing is said that is as usual."""
    yield row.id
    if row.danger:
        yield {DANGER: "IN DANGER", PERHAPS: "perhaps in danger"}[row.danger]
    if row.state != "opened":
        yield f"{row.state.replace('_', ' ')}: {row.why}"
    if row.lang:
        yield f"{row.lang}, {row.characters} characters"
        if row.follow_up not in load().follow_up or row.withdrawn:
            yield _consent(row)
    if row.files:
        yield f"files: {triages.types(row)}"
    if row.mark:
        yield f"code {row.mark}" + (f" to {row.follow_up}" if row.follow_up else "")
    if row.contact:
        yield "left a contact"
    if row.same_account:
        yield f"same account as {', '.join(row.same_account)}"
    if row.same_files:
        yield f"shares a file with {', '.join(row.same_files)}"
    if row.commitment == "mismatch":
        yield "IN DOUBT: not what its seal committed to"
    yield f"transfer {row.transfer}"


def _consent(row: Row) -> str:
    if row.withdrawn:
        return "WITHDRAWN"
    if row.under_18:
        return "under 18"
    if not row.consent:
        return "no consent"
    shared = f"share with {', '.join(row.share_with)}" if row.share_with else "share with nobody"
    parts = [shared, row.level, "with a condition (c5)" if row.conditions else ""]
    return ", ".join(filter(None, parts))


@click.command("set-aside")
@click.argument("testimonies", nargs=-1, required=True, metavar="ID...")
@click.option("--reason", type=click.Choice(REASONS), help="Why.")
@click.option("--note", metavar="FILE|-", help="More, for the vault only; - reads what you type.")
@click.option("--undo", is_flag=True, help="Take them back.")
@vault_command
def set_aside(
    vault: Vault, *, testimonies: Sequence[str], reason: str | None, note: str | None, undo: bool
) -> None:
    """Set testimonies aside: they stay in the vault, in no release, until taken back."""
    if undo == bool(reason) or (undo and note):
        raise click.UsageError("Give --reason, or --undo alone.")
    entries = [vault.store.get(name) for name in dict.fromkeys(testimonies)]
    if reason:
        triages.set_aside(vault, entries, reason, words(note).strip() if note else "")
    else:
        triages.take_back(vault, entries)
    names = ", ".join(entry.id for entry in entries)
    click.echo(f"{names}: {'taken back' if undo else f'set aside as {reason}'}.")


@click.command()
@click.argument("name", metavar="ID|FILE")
@click.option("--out", type=click.Path(path_type=Path), help="Write ID's sealed contact here.")
@click.option("--identity", type=FILE, help="Open FILE with the officer's locked identity.")
@vault_option
@passphrase_option
@click.pass_context
@offline
def contact(context: click.Context, *, name: str, out: Path | None, **given: Any) -> None:
    """Hand on how to reach a witness (ID --out FILE), or open it (FILE --identity F).

    A reviewer writes the sealed contact to a file; the protection officer, who alone has the key,
    opens that file on an offline laptop of her own. She needs no vault.
    """
    identity, folder = given.pop("identity"), given.pop("vault_folder")
    if (out is None) == (identity is None):
        raise click.UsageError("Give --out FILE with an ID, or --identity F with a FILE.")
    if out is not None:
        context.invoke(_export, testimony=name, out=out, vault_folder=folder, **given)
    else:
        _open(Path(name), identity, given["passphrase_file"])


@click.command()
@click.argument("testimony")
@click.option("--out", type=click.Path(path_type=Path))
@vault_command
def _export(vault: Vault, testimony: str, out: Path) -> None:
    entry = vault.store.get(testimony)
    use_stick(vault, out, sticks.OUT)
    write_new(out, contacts.sealed_in(vault, entry))
    vault.log("exported", entry.sha256, what="contact")
    vault.commit()
    click.echo(f"{out} holds the contact of {entry.id}, sealed to the protection officer.")


def _open(file: Path, identity: Path, passphrase_file: Path | None) -> None:
    officer = open_identity(identity, read_passphrase(passphrase_file, "Officer's passphrase"))
    if not isinstance(officer, Reader) or officer.kind != PROTECTION:
        raise ContactError("Only the protection officer reads contacts; name her identity.")
    with file.open("rb") as source:
        sealed = source.read(contacts.MAX_SEALED)
    click.echo(safe(contacts.opened(sealed, officer.age)))
