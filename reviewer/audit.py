"""Checks a vault's whole custody log against all that is known of it (reviewer's laptop).

What this finds: a line changed, lost, added, moved or signed by another; a log that is not the one
the vault's database ends with; a day that goes back without the line that says so; a head in a
release, here or given by who holds the bundle, that is not in the log. What it can not find: a log
written anew by its own owner, with no head of the old one left anywhere (METHOD.txt says so).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reviewer import custody, releases
from reviewer.custody import FIRST, Line
from reviewer.errors import CustodyError
from reviewer.vault import Vault


@dataclass(frozen=True, slots=True)
class Audit:
    """What holds: number of lines and days, the head, heads of releases found, events counted."""

    lines: int
    first_day: str
    last_day: str
    head: str
    heads: int
    clock_set: int
    events: Mapping[str, int]


def audit(vault: Vault, heads: Sequence[str] = ()) -> Audit:
    """Return what holds of a vault's log; `heads` are SHA-256 (hex) that others hold of it.

    Raises CustodyError, naming the line or the release, at the first thing that does not.
    """
    lines = custody.verify(vault.custody_path, vault.own_key)
    known = {FIRST, *(line.sha256 for line in lines)}
    if (lines[-1].sha256 if lines else FIRST) != vault.head:
        raise CustodyError("The custody log does not end where this vault ended it; keep both.")
    _require_days(lines)
    ours = [one for one in releases.earlier(vault) if one.redactor == vault.me]
    for one in ours:
        if not {one.custody_head, *(event.line for event in one.custody)} <= known:
            raise CustodyError(
                f"Release {one.release_id} was proposed on another custody log than this one; keep"
                " this log as evidence, and find the one that was there then."
            )
    for head in heads:
        if head.lower() not in known:
            raise CustodyError(
                f"The head {head[:16]}… is not in this custody log: lines were cut off, or the log"
                " is another one; keep it as evidence."
            )
    events = Counter(line.event.event for line in lines)
    return Audit(
        lines=len(lines),
        first_day=lines[0].event.day if lines else "",
        last_day=lines[-1].event.day if lines else "",
        head=vault.head,
        heads=len(ours) + len(heads),
        clock_set=events["clock_set"],
        events=dict(sorted(events.items())),
    )


def _require_days(lines: Sequence[Line]) -> None:
    for before, line in pairwise(lines):
        if line.event.day < before.event.day and line.event.event != "clock_set":
            raise CustodyError(
                f"Line {line.number} of the custody log is of an earlier day than the line before"
                " it, and none says that the clock was set; keep this log as evidence."
            )
