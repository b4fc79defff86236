"""`sakse-review` init, import, list, show and log verify (reviewer's laptop)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from envelope.cli import echo_json, json_option, passphrase_option, read_passphrase, warn
from envelope.form import load
from keys.ceremony import open_identity
from reviewer import backup as backups
from reviewer import importing, sticks, transfer, vault
from reviewer.audit import audit
from reviewer.cli_common import (
    chosen,
    for_demo,
    log_demo,
    offline,
    use_stick,
    vault_command,
    warn_of_age,
)
from reviewer.decisions import undecided
from reviewer.errors import TransferError
from reviewer.importing import Listed
from reviewer.reading import answers_for_reading, reading_of
from reviewer.releases import gone
from reviewer.screen import safe, safe_line
from reviewer.store import SET_ASIDE, Entry
from reviewer.vault import Vault

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--identity", type=FILE, required=True, help="Your locked identity.")
@click.option("--keyring", type=FILE, required=True, help="keyring.json, its .sig beside it.")
@click.option("--root", required=True, help="Fingerprint of the team's root, from paper or voice.")
@click.option("--vault", "vault_folder", type=click.Path(path_type=Path), help="Folder to make.")
@passphrase_option
@click.pass_context
@offline
def init(
    context: click.Context,
    *,
    identity: Path,
    keyring: Path,
    root: str,
    vault_folder: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Make your vault; it opens with the passphrase of your identity."""
    warn_of_age()
    folder = chosen(context, vault_folder)
    passphrase = read_passphrase(passphrase_file, "Passphrase of your identity")
    vault.create(folder, open_identity(identity, passphrase), keyring, root, passphrase)
    if for_demo():
        with Vault(folder, passphrase) as made:
            log_demo(made, context.command_path)
    click.echo(f"{folder} is your vault now; it opens with the passphrase of your identity.")


@click.command("import")
@click.argument("place", type=FOLDER)
@vault_command
def import_(vault: Vault, place: Path) -> None:
    """Take in a transfer (a folder sakse-transfer-NNNN), or all that lie in a stick's folder."""
    use_stick(vault, place, sticks.IN)
    found, refused = transfer.read_all(place, vault.keyring.drop)
    for sentence in refused:
        _tell(f"Nothing of {sentence}")
    taken = importing.take_in(vault, found, _progress, _tell)
    names = ", ".join(str(one.number) for one in found)
    click.echo(
        f"Transfer {names or '-'}: {taken.opened} opened, {taken.known} known already,"
        f" {taken.set_aside} set aside, {taken.left} left, {taken.mismatches} in doubt."
    )
    if recalled := sum(bool(one.recall) for one in gone(vault)):
        what = "hold what was withdrawn, closed or destroyed since"
        _tell(f"{recalled} releases {what}; see sakse-review releases.")
    if refused:
        raise TransferError(f"{len(refused)} of the transfers there were refused: {refused[0]}")


def _progress(files: list[Listed]) -> Iterable[Listed]:
    bar: Iterable[Listed] = tqdm(
        files, desc="opening", unit="file", file=sys.stderr, disable=None
    )
    return bar


def _tell(sentence: str) -> None:
    tqdm.write(safe_line(sentence), file=sys.stderr)


@click.command("list")
@json_option
@vault_command
def list_(vault: Vault, as_json: bool) -> None:
    """List every sealed file: id, state, language, answers, findings still undecided."""
    rows = [_row(entry) for entry in vault.store.entries()]
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        click.echo("  ".join(safe_line(str(value)) for value in row.values()))
    click.echo(f"{len(rows)} sealed files.")


def _row(entry: Entry) -> dict[str, Any]:
    row = {
        "id": entry.id,
        "state": SET_ASIDE if entry.facts.is_aside else entry.facts.state,
        "transfer": entry.facts.transfer,
        "commitment": entry.facts.commitment or "-",
    }
    found = entry.testimony
    if found is None:
        return {**row, "why": entry.facts.why}
    left = undecided(entry)
    return {
        **row,
        "lang": found.consent_lang,
        "characters": len(found.narrative),
        "attachments": len(found.attachments),
        "share_with": found.answers.get("c2", "-"),
        "findings": "not sought yet" if left is None else f"{left} undecided",
    }


@click.command()
@click.argument("testimony")
@json_option
@vault_command
def show(vault: Vault, testimony: str, as_json: bool) -> None:
    """Show one testimony: answers, account as sealed and as read, and its files' names."""
    entry = vault.store.get(testimony)
    vault.log("viewed", entry.sha256)
    vault.commit()
    if as_json:
        echo_json(_details(entry))
    else:
        click.echo(_page(entry))


def _details(entry: Entry) -> dict[str, Any]:
    found = entry.testimony
    if found is None:
        return {"id": entry.id, **asdict(entry.facts)}
    return {
        "id": entry.id,
        **asdict(entry.facts),
        "answers": dict(found.answers),
        "consent": {"form": found.form, "lang": found.consent_lang, "sha256": found.consent_sha256},
        "narrative": found.narrative,
        "reading": reading_of(found.narrative),
        "files": [asdict(attachment) for attachment in found.attachments],
    }


def _page(entry: Entry) -> str:
    found = entry.testimony
    state = f"set aside as {entry.facts.aside}" if entry.facts.aside else entry.facts.state
    head = f"{entry.id}  {state}  transfer {entry.facts.transfer}"
    if found is None:
        return f"{head}\n{safe(entry.facts.why)}"
    known = found.consent_sha256 == load().consent_sha256(found.consent_lang)
    parts = [
        f"{head}  commitment {entry.facts.commitment}",
        f"consent: {found.consent_lang}, {'text known' if known else 'TEXT NOT KNOWN'}",
        *(f"{field}: {safe_line(text)}" for field, text in answers_for_reading(found).items()),
        "--- the account as it was sealed",
        safe(found.narrative),
    ]
    if reading := reading_of(found.narrative):
        parts += ["--- the same, converted from Zawgyi for reading", safe(reading)]
    files = [
        f"{n:02d} {a.type or 'unknown type'}, {a.size} bytes, {safe_line(a.name)}"
        for n, a in enumerate(found.attachments, 1)
    ]
    return "\n".join([*parts, *(["--- files", *files] if files else [])])


@click.command("backup")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder on a disk.")
@vault_command
def backup(vault: Vault, out: Path) -> None:
    """Copy your whole vault, locked as it is, to a disk you keep apart from this laptop."""
    use_stick(vault, out, sticks.OUT)
    click.echo(f"{backups.write(vault, out, _copying)}: it opens with your passphrase alone.")


@click.command("restore")
@click.argument("copy", type=FOLDER)
@click.option("--vault", "vault_folder", type=click.Path(path_type=Path), help="Folder to make.")
@passphrase_option
@click.pass_context
@offline
def restore(
    context: click.Context, *, copy: Path, vault_folder: Path | None, passphrase_file: Path | None
) -> None:
    """Make a vault from a backup (a folder sakse-backup-DAY), and open it once to see it whole.

    What happened since the backup is not in it: import the newest transfer again, and carry out
    every destruction that was ordered since.
    """
    folder = chosen(context, vault_folder)
    passphrase = read_passphrase(passphrase_file, "Passphrase of the vault")
    backups.restore(copy, folder, _copying)
    with Vault(folder, passphrase) as made:
        found = audit(made)
        made.log("backup", restored=True)
        made.commit()
    click.echo(f"{folder} is a vault as of {found.last_day}, {found.lines} custody lines hold.")
    warn("import the newest transfer again, and carry out each destruction ordered since that day.")


def _copying(files: list[Path]) -> Iterable[Path]:
    bar: Iterable[Path] = tqdm(files, desc="copying", unit="file", file=sys.stderr, disable=None)
    return bar


@click.group()
def log() -> None:
    """The custody log."""


@log.command()
@click.option("--head", "heads", multiple=True, metavar="HEX", help="A head that others hold.")
@json_option
@vault_command
def verify(vault: Vault, heads: tuple[str, ...], as_json: bool) -> None:
    """Check chain, signatures and days of your custody log, and the head in each release.

    A chain does not show that its end was cut off: give --head with custody_head from bundles that
    are out, and it does up to there.
    """
    found = audit(vault, heads)
    if as_json:
        echo_json(asdict(found))
        return
    days = f"{found.first_day} to {found.last_day}"
    click.echo(f"{found.lines} lines hold, {days}; head {found.head}")
    click.echo(f"{found.heads} heads of releases are in it. Events: {_counted(found.events)}.")
    if found.clock_set:
        warn(f"The clock was set back {found.clock_set} times; days are what the machine said.")


def _counted(events: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in events.items()) or "none"
