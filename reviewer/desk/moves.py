"""What comes in and goes out by the desk: transfers, proposals, sealed releases (laptop)."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, render_template, request

from keys.person import parse_card
from reviewer import importing, proposal, sticks, suspects, transfer
from reviewer.desk.sitting import desk, named, spoken
from reviewer.desk.texts import texts
from reviewer.errors import ProposalError
from reviewer.importing import Listed
from reviewer.network import refuse_if_up

views = Blueprint("moves", __name__)

_MAX_CARD = 64 << 10  # bytes; a legal team's card has one recipient


@views.get("/import")
def ask_import() -> str:
    """Ask for the folder."""
    return render_template("import.html", lines=[])


@views.post("/import")
def import_() -> str:
    """Take in a transfer, or all that lie in a folder, and say what became of every file."""
    words, vault, place = texts(spoken()), desk().vault, named("folder")
    lines = [str(sticks.check(place, sticks.IN, vault.root))]
    found, refused = transfer.read_all(place, vault.keyring.drop)
    taken = importing.take_in(vault, found, _passed, lines.append)
    desk().forget_case()
    counts = (taken.opened, taken.known, taken.set_aside, taken.left, taken.mismatches)
    return render_template(
        "import.html", lines=[*lines, *refused, words["import.done"].format(*counts)]
    )


@views.get("/release")
def ask_release() -> str:
    """What is ready, and the two steps of a release."""
    return _release()


@views.post("/release/propose")
def propose() -> str:
    """Build, test and sign a bundle of what is ready; anything else is refused by name."""
    case, vault = desk().case, desk().vault
    entries = [case.entry(name) for name in dict.fromkeys(request.form.getlist("id"))]
    if not entries:
        raise ProposalError("Choose what to propose; nothing is marked.")
    for entry in entries:
        suspects.seek(case, entry.sha256)
    if left := [entry.id for entry in entries if not case.is_ready(entry.sha256)]:
        raise ProposalError(
            f"{', '.join(left)}: decide every row and read every paragraph, then propose again."
            " New rows come when a name that was replaced elsewhere stands there too, in part or"
            " otherwise spelled."
        )
    card, out = named("card"), named("out")
    if not card.is_file() or card.stat().st_size > _MAX_CARD:
        raise ProposalError(f"{card} is no card; name the legal team's card file.")
    sticks.check(out, sticks.OUT, vault.root)
    refuse_if_up()
    desk().note()
    purpose = request.form.get("purpose", "").strip()
    _, path = proposal.propose(vault, entries, parse_card(card.read_bytes()), purpose, out)
    return _release(proposed=path.parent)


@views.post("/release/seal")
def seal() -> str:
    """Seal an approved proposal to its recipient."""
    folder, out = named("folder"), named("file")
    sticks.check(out, sticks.OUT, desk().vault.root)
    refuse_if_up()
    _, signers = proposal.release(desk().vault, folder, out)
    return _release(sealed=out, signers=signers)


def _release(**done: object) -> str:
    case = desk().case
    ready = [entry for entry in case.entries() if case.is_ready(entry.sha256)]
    return render_template("release.html", ready=ready, **done)


def _passed(files: list[Listed]) -> Iterable[Listed]:
    return files
