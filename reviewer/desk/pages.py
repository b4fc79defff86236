"""The desk's lists: testimonies, people and things, the custody log, keys, help (laptop)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from envelope import sshsig
from reviewer import custody
from reviewer.case import Case
from reviewer.decisions import UNDECIDED
from reviewer.desk.reading import FIRST_KINDS
from reviewer.desk.sitting import desk
from reviewer.finder import find
from reviewer.store import SET_ASIDE, Entry

views = Blueprint("pages", __name__)

_FIND_SECONDS = 2  # of one request; the page asks on until all is done
_LAST_LINES = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """One testimony as the list shows it; `undecided` is None while nothing was sought."""

    entry: Entry
    lang: str
    characters: int
    files: int
    share: tuple[str, ...]
    marks: tuple[str, ...]
    undecided: int | None
    unseen: int
    ready: bool


@views.get("/")
def testimonies() -> str:
    """Every sealed file: what is urgent first, then what is least done."""
    case = desk().case
    rows = sorted((_listed(case, entry) for entry in case.entries()), key=_urgency)
    aside = [facts for facts in desk().vault.store.facts().values() if facts.state == SET_ASIDE]
    left = sum(row.undecided is None for row in rows)
    return render_template(
        "testimonies.html", rows=rows, aside=aside, left=left, going="going" in request.args
    )


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
    own = {vault.me: vault.person.sign.public_key().public_bytes_raw()}
    lines = custody.verify(vault.custody_path, own)
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
    )  # fmt: skip


@views.get("/help")
def help_() -> str:
    """The keys of the reading screen."""
    return render_template("help.html", kinds=FIRST_KINDS)


def _listed(case: Case, entry: Entry) -> Listed:
    found = entry.testimony
    assert found is not None
    sought = case.is_sought(entry.sha256)
    return Listed(
        entry=entry,
        lang=found.consent_lang,
        characters=len(found.narrative),
        files=len(found.attachments),
        share=tuple(found.answers.get("c2", "").split()),
        marks=tuple(_marks(entry)),
        undecided=case.undecided(entry.sha256) if sought else None,
        unseen=len(case.unseen(entry.sha256)),
        ready=case.is_ready(entry.sha256),
    )


def _marks(entry: Entry) -> list[str]:
    """What a reviewer must know before she opens it, as keys of the texts."""
    assert entry.testimony is not None
    answers = entry.testimony.answers
    asked = {
        "mark.danger": answers.get("f1") == "yes" or answers.get("u1") == "danger",
        "mark.withdrawn": answers.get("u1") == "withdraw",
        "mark.child": answers.get("a1") == "under_18",
        "mark.doubt": entry.facts.commitment == "mismatch",
        "mark.follow_up": bool(entry.testimony.code) and bool(answers.get("u1")),
        "mark.never_share": bool(answers.get("c5")),
    }
    return [key for key, holds in asked.items() if holds]


def _urgency(row: Listed) -> tuple[bool, bool, bool, str]:
    return (
        "mark.danger" not in row.marks,
        "mark.withdrawn" not in row.marks,
        row.ready,
        row.entry.id,
    )
