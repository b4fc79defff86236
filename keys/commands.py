"""The sub-commands of `sakse-keys`, one function each (laptop)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from envelope import sshsig
from envelope.cli import echo_json, json_option, passphrase_option, read_passphrase, warn
from keys import ceremony
from keys.ceremony import Plan
from keys.describe import describe
from keys.passphrase import LEAST, MOST, OFFERED, bits, suggest
from keys.person import (
    AUDIENCES,
    Card,
    Reader,
    current_epoch,
    new_reader,
    new_reviewer,
    parse_card,
)

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--out", "folder", type=FOLDER, required=True, help="Folder to write into.")
@passphrase_option
def root(folder: Path, passphrase_file: Path | None) -> None:
    """Make the team's offline signing root: root.identity (locked) and root.pub.

    Print the fingerprint on leaflets and read it out by voice: every trust begins with it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = read_passphrase(passphrase_file, "New passphrase of the root", confirm=True)
    raw = ceremony.make_root(folder, passphrase)
    click.echo(f"fingerprint: {sshsig.fingerprint(raw)}")


@click.command()
@click.argument("name")
@click.option("--out", "folder", type=FOLDER, required=True, help="Folder to write into.")
@click.option(
    "--legal", "audience", type=click.Choice(AUDIENCES), help="A legal team of this class."
)
@click.option("--protection", is_flag=True, help="The protection officer, who reads contacts.")
@passphrase_option
def new(
    name: str, folder: Path, audience: str | None, protection: bool, passphrase_file: Path | None
) -> None:
    """Make a person: NAME.identity (locked, private) and NAME.card.json (public).

    Without --legal or --protection it is a reviewer, with age keys for twelve months.
    """
    if audience is not None and protection:
        raise click.UsageError("A person is --legal or --protection, not both.")
    reader = audience is not None or protection
    person = new_reader(name, audience) if reader else new_reviewer(name, current_epoch())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = read_passphrase(passphrase_file, f"New passphrase of {name}", confirm=True)
    card = ceremony.save_person(person, folder, passphrase)
    click.echo(f"card: {card}")
    click.echo(f"fingerprint: {parse_card(person.card()).fingerprint}")


@click.command()
@click.option("--root", "root_file", type=FILE, required=True, help="The locked root.")
@click.option("--card", "cards", type=FILE, multiple=True, help="A reviewer's card; give each.")
@click.option("--drop", required=True, help="The drop's public line, or a file that holds it.")
@click.option("--protection", type=FILE, help="The protection officer's card.")
@click.option("--epoch", help="The month, YYYY-MM.  [default: this month]")
@click.option("--serial", type=click.IntRange(min=1), help="[default: the last one and 1]")
@click.option("--team", default="team", show_default=True, help="A neutral name of the team.")
@click.option("--out", type=FILE, required=True, help="The keyring; OUT.sig goes beside it.")
@passphrase_option
def keyring(
    *,
    root_file: Path,
    cards: tuple[Path, ...],
    drop: str,
    protection: Path | None,
    epoch: str | None,
    serial: int | None,
    team: str,
    out: Path,
    passphrase_file: Path | None,
) -> None:
    """Sign the list of recipients of one month with the team's root.

    The last serial is remembered beside the root, in a file ending in .serial.
    """
    plan = Plan(
        reviewers=[_card(path) for path in cards],
        drop=sshsig.parse_public(_public_line(drop)),
        protection=_card(protection) if protection else None,
        epoch=epoch or current_epoch(),
        team=team,
        serial=serial,
    )
    private = ceremony.open_root(root_file, read_passphrase(passphrase_file, "Root's passphrase"))
    made = ceremony.sign_keyring(private, root_file.with_suffix(".serial"), plan, out)
    click.echo(f"keyring: {out} (serial {made.serial}, epoch {made.epoch})")
    click.echo(f"root: {sshsig.fingerprint(private.public_key().public_bytes_raw())}")


@click.command()
@click.argument("file", type=FILE)
@json_option
def show(file: Path, as_json: bool) -> None:
    """Say what a card, keyring, locked file or public line holds, with fingerprints."""
    facts = describe(file)
    if as_json:
        echo_json(facts)
    else:
        _echo_facts(facts, "")


@click.command()
@click.argument("file", type=FILE)
@passphrase_option
def unlock(file: Path, passphrase_file: Path | None) -> None:
    """Print the private keys of an identity as stock age (1.3 or newer) reads them."""
    person = ceremony.open_identity(file, read_passphrase(passphrase_file, "Its passphrase"))
    warn("These are private keys: whoever sees them reads what was sealed; store them nowhere.")
    epochs = {"every epoch": person.age} if isinstance(person, Reader) else person.epochs
    for epoch, identity in epochs.items():
        click.echo(f"# {person.name}, {epoch}\n{identity.encode()}")


@click.command("passphrase")
@click.option("--words", type=click.IntRange(LEAST, MOST), default=OFFERED, help="How many (7).")
def passphrase(words: int) -> None:
    """Print one passphrase of words chosen by chance; write it on paper, not into a file."""
    click.echo(suggest(words))
    click.echo(f"note: {bits(words)} bits; learn it by heart, then burn the paper.", err=True)


def _card(path: Path) -> Card:
    return parse_card(ceremony.read(path))


def _public_line(text: str) -> str:
    if text.startswith("ssh-"):
        return text
    return ceremony.read(Path(text)).decode("utf-8", "replace")


def _echo_facts(facts: Mapping[str, object], indent: str) -> None:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            click.echo(f"{indent}{name}:")
            _echo_facts(value, indent + "  ")
        else:
            click.echo(f"{indent}{name}: {value}")
