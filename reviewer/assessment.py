"""How far reviewers rely on a source and on an account, by HURIDOCS list 42 (laptop).

The levels are codes; the reason is free text and a note like any other, so identities in it are
sought and decided.
"""

from __future__ import annotations

from release.content import LEVELS, Assessment
from reviewer import custody, notes
from reviewer.decisions import Find
from reviewer.errors import NoteError
from reviewer.store import Entry
from reviewer.vault import Vault

REASON = "assessment"
"""The part of reviewer.notes that holds the reason."""


def of(vault: Vault, entry: Entry) -> Assessment:
    """What was assessed; `unknown` where nobody did."""
    value = vault.store.record(_row(vault, entry))
    return Assessment(value["source"], value["account"]) if value else Assessment()


def assess(
    vault: Vault, entry: Entry, made: Assessment, find: Find, *, reason: str | None = None
) -> None:
    """Keep an assessment, and its reason where one is given; logged as `assessed`. Commits.

    The log says neither level nor reason. Raises NoteError for a level that is not on the list, a
    testimony that was never opened, or words no note can have.
    """
    if entry.testimony is None:
        raise NoteError(f"{entry.id} was never opened, so it can not be assessed.")
    for level in (made.source, made.account):
        if level not in LEVELS:
            raise NoteError(f"{level[:40]!r} is no level; use one of {', '.join(LEVELS)}.")
    if reason is not None:
        notes.write(vault, entry, REASON, reason, find)
    value = {
        "account": made.account, "by": vault.me, "day": custody.today(), "source": made.source,
    }  # fmt: skip
    vault.store.set_record(_row(vault, entry), value)
    vault.log("assessed", entry.sha256)
    vault.commit()


def _row(vault: Vault, entry: Entry) -> str:
    return f"assessment:{vault.about(entry.sha256)}"
