"""`sakse-review` propose, approve and release (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from envelope.cli import echo_json, json_option, warn
from keys.person import Card, parse_card
from release.derived import DERIVED
from reviewer import decisions, proposal, sticks
from reviewer.cli_common import use_stick, vault_command
from reviewer.differences import revealed
from reviewer.errors import ProposalError
from reviewer.network import refuse_if_up
from reviewer.plan import Plan
from reviewer.proposal import Proposal
from reviewer.releases import Gone, earlier, gone
from reviewer.screen import safe, safe_line
from reviewer.vault import Vault

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_NEW = click.Path(path_type=Path)
_TEXTS = {".txt", ".json", ".csv", ".jsonl", ".sig", ".allowed_signers"}
# Shown by name only: the same in every bundle, checked byte by byte before, or long digests.
_NAME_ONLY = ("data/method/", "data/verify/", "data/consent-texts/", "manifest-", "tagmanifest-")


@click.command()
@click.argument("testimonies", nargs=-1, metavar="ID...")
@click.option("--to", required=True, metavar="CARD|public", help="The legal team's card file.")
@click.option("--purpose", required=True, help="What it is given for; stands in the bundle.")
@click.option("--out", type=_NEW, required=True, help="Folder for proposal.age.")
@click.option("--practice", type=FILE, help="Names planted in a practice case, one a line.")
@vault_command
def propose(
    vault: Vault,
    *,
    testimonies: tuple[str, ...],
    to: str,
    purpose: str,
    out: Path,
    practice: Path | None,
) -> None:
    """Build and sign a bundle for one recipient; the other reviewer approves it.

    For the public (--to public) it holds counts alone, and no testimony is named.
    """
    if bool(testimonies) == (to == "public"):
        raise ProposalError("Name testimonies for a card, or none for --to public.")
    names = list(dict.fromkeys(testimonies))
    if len(names) != len(testimonies):
        raise ProposalError("One testimony is named twice; name each once.")
    entries = [vault.store.get(name) for name in names]
    whom = proposal.PUBLIC if to == "public" else proposal.addressee(_card(Path(to)))
    use_stick(vault, out, sticks.OUT)
    refuse_if_up()
    planted = practice.read_text("utf-8").split("\n") if practice else []
    canaries = [name.strip() for name in planted if name.strip()]
    made, path = proposal.propose(vault, entries, whom, purpose, out, canaries=canaries)
    _warn_of_earlier(vault, made)
    click.echo(f"{path}: release {made.release_id} to {whom.name}, {len(entries)} testimonies.")


def _card(path: Path) -> Card:
    if not path.is_file():
        raise ProposalError(f"{path} is no card file; name the legal team's card, or public.")
    return parse_card(path.read_bytes())


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--yes", is_flag=True, help="Sign without asking, after everything was shown.")
@click.option("--looked", multiple=True, metavar="FILE", help="An attachment you looked at.")
@vault_command
def approve(vault: Vault, *, folder: Path, yes: bool, looked: tuple[str, ...]) -> None:
    """Show all of another reviewer's proposal, check it against your own vault, and sign it.

    A terminal shows no pictures: name each attachment that you looked at with --looked.
    """
    use_stick(vault, folder, sticks.OUT)  # the signature goes beside the proposal
    with proposal.scratch() as memory:
        found = proposal.open_proposal(vault, folder, memory)
        proposal.check(vault, found, memory)
        read = dict[str, str]()
        for name, data, page in _pages(found):
            click.echo(page)
            if "/attachments/" not in name or name.endswith(".txt") or name in looked:
                read[name] = sha256(data).hexdigest()
        for page in _decided(vault, found):
            click.echo(page)
        _warn_of_earlier(vault, found.plan)
        if not yes:
            click.confirm("Have you read all of it, and may it leave?", abort=True)
        refuse_if_up()
        path = proposal.approve(vault, found, folder, read)
    click.echo(f"{path}: your signature.")


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--out", type=_NEW, required=True, help="The bundle to write (public: a tar).")
@vault_command
def release(vault: Vault, *, folder: Path, out: Path) -> None:
    """Seal an approved bundle to its recipient; one for the public stays open."""
    use_stick(vault, out, sticks.OUT)
    refuse_if_up()
    made, signers = proposal.release(vault, folder, out)
    click.echo(f"{out}: release {made.release_id}, signed by {' and '.join(signers)}.")


@click.command("releases")
@json_option
@vault_command
def releases(vault: Vault, as_json: bool) -> None:
    """List every release approved or sealed here, and what in it has to be recalled."""
    rows = [_gone(one) for one in gone(vault)]
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        to = f"{row['recipient']} ({row['class']})"
        count = f"{row['testimonies']} testimonies"
        click.echo("  ".join(map(safe_line, (row["id"], row["day"], to, count, row["purpose"]))))
        for name, ours in row["recall"].items():
            why = "was withdrawn, closed or destroyed"
            click.secho(f"  TO BE RECALLED: {name} ({ours}) {why}.", fg="red")
    recalled = sum(bool(row["recall"]) for row in rows)
    click.echo(f"{len(rows)} releases, {recalled} to be recalled.")
    if recalled:
        click.echo("Ask each recipient to destroy what is named, and to say in writing that it is.")


def _gone(one: Gone) -> dict[str, Any]:
    made = one.plan
    return {
        "id": made.release_id,
        "day": made.day,
        "recipient": made.recipient.name,
        "class": made.recipient.audience,
        "testimonies": len(made.testimonies),
        "purpose": made.purpose,
        "recall": one.recall,
    }


def _pages(found: Proposal) -> Iterator[tuple[str, bytes, str]]:
    """Every file of the bag: its name, its bytes, and how it is shown."""
    for path in sorted(path for path in found.bag.rglob("*") if path.is_file()):
        name, data = path.relative_to(found.bag).as_posix(), path.read_bytes()
        page = f"=== {name} ({len(data)} bytes)"
        if name.removeprefix("data/") in DERIVED:
            yield name, data, f"{page}, computed from the accounts, and compared"
            continue
        by_name = name.startswith(_NAME_ONLY) or path.name == "proof.json"
        if path.suffix in _TEXTS and not by_name:
            page += f"\n{safe(data.decode('utf-8'))}"
        yield name, data, page


def _warn_of_earlier(vault: Vault, made: Plan) -> None:
    for one in revealed(made, earlier(vault)):
        warn(
            f"{one.words} words hidden in {one.field} of {one.testimony} are shown in release"
            f" {one.release} to {one.recipient}: who holds both can read them."
        )


def _decided(vault: Vault, found: Proposal) -> Iterator[str]:
    """What the redactor decided to keep, and which answers are held back for being rare."""
    for kept in found.plan.kept:
        entry = vault.store.by_hash(found.plan.testimonies[kept.testimony])
        text = decisions.texts(entry.testimony).get(kept.field, "") if entry.testimony else ""
        shown = safe_line(kept.text or text[kept.start : kept.end])
        why = safe_line(kept.why)
        yield f"=== kept in {kept.testimony} as no {kept.label}: {shown!r} ({why})"
    for name, held in found.plan.withheld.items():
        yield f"=== held back in {name}, few say the same: {safe_line(', '.join(held))}"
