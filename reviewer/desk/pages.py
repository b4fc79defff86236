"""The desk's lists: testimonies, people and things, the custody log, keys, help (laptop)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from envelope import sshsig
from keys.passphrase import suggest
from reviewer import custody, triage
from reviewer.case import Case
from reviewer.decisions import UNDECIDED
from reviewer.desk.reading import FIRST_KINDS
from reviewer.desk.sitting import desk
from reviewer.finder import find
from reviewer.store import OPENED

views = Blueprint("pages", __name__)

_FIND_SECONDS = 2  # of one request; the page asks on until all is done
_LAST_LINES = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the triage list, with what is left to do; None where nothing was sought."""

    row: triage.Row
    undecided: int | None = None
    unseen: int = 0
    ready: bool = False
    attachments: int = 0


@views.get("/")
def testimonies() -> str:
    """The triage list: what needs somebody first, before any account is read."""
    listed = [_listed(desk().case, row) for row in triage.rows(desk().vault)]
    left = sum(one.undecided is None and one.row.state == OPENED for one in listed)
    return render_template(
        "testimonies.html", rows=listed, left=left, going="going" in request.args,
        reasons=triage.REASONS, types=triage.types,
    )  # fmt: skip


@views.post("/aside")
def aside() -> Response:
    """Set testimonies aside with a reason, or take that back."""
    vault, reason = desk().vault, request.form.get("reason", "")
    entries = [vault.store.get(name) for name in request.form.getlist("id")]
    if reason == "back":
        triage.take_back(vault, entries)
    else:
        triage.set_aside(vault, entries, reason, request.form.get("note", ""))
    desk().forget_case()
    return redirect(url_for("pages.testimonies"), 303)


@views.post("/find")
def find_all() -> Response:
    """Run the finder over what it has not read, for two seconds; the page goes on."""
    case, end = desk().case, time.monotonic() + _FIND_SECONDS
    for entry in case.entries():
        if time.monotonic() > end:
            return redirect(url_for("pages.testimonies", going=1), 303)
        case.seek(entry.sha256, find)
    return redirect(url_for("pages.testimonies"), 303)


@views.get("/people")
def people() -> str:
    """Every person and thing found in the case."""
    case = desk().case
    rows = case.all_rows()
    names = {entry.sha256: entry.id for entry in case.entries()}
    members = case.members(row.id for row in rows)
    first = {row: names[found[0][0]] for row, found in members.items()}
    waiting = sum(row.state == UNDECIDED for row in rows)
    return render_template("people.html", rows=rows, first=first, waiting=waiting)


@views.get("/custody")
def log() -> str:
    """The custody log, verified now; the newest lines first."""
    desk().note()
    vault = desk().vault
    lines = custody.verify(vault.custody_path, vault.own_key)
    names = {vault.about(entry.sha256): entry.id for entry in vault.store.entries()}
    return render_template(
        "custody.html",
        count=len(lines),
        head=vault.head,
        lines=lines[: -_LAST_LINES - 1 : -1],
        names=names,
    )


@views.get("/keys")
def keys() -> str:
    """Who this team's reviewers are, and which months this laptop can open."""
    vault = desk().vault
    prints = {r.id: sshsig.fingerprint(r.sign) for r in vault.keyring.recipients}
    return render_template(
        "keys.html", ring=vault.keyring, root=vault.root, me=vault.me, prints=prints,
        drop=sshsig.fingerprint(vault.keyring.drop), epochs=sorted(vault.person.epochs),
        offered=suggest(),
    )  # fmt: skip


@views.get("/help")
def help_() -> str:
    """The keys of the reading screen."""
    return render_template("help.html", kinds=FIRST_KINDS)


def _listed(case: Case, row: triage.Row) -> Listed:
    if row.state != OPENED:
        return Listed(row)
    entry = case.entry(row.id)
    return Listed(
        row,
        undecided=case.undecided(entry.sha256) if case.is_sought(entry.sha256) else None,
        unseen=len(case.unseen(entry.sha256)),
        ready=case.is_ready(entry.sha256),
        attachments=len(row.files),
    )
