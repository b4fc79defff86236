"""Which testimonies a release's table of counts counts, and the rows of it (reviewer's laptop).

A table for a class of recipients counts who ticked that class (c2), whether her words may leave or
not, and for the public besides who is under 18, who was not asked. What was published about a
quarter stays as it is: later releases to the same class repeat those rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from release.aggregates import LEAST, Cell, cell, is_over, quarter, rows
from release.content import Tally, tier
from reviewer import consent, custody, releases
from reviewer.errors import ProposalError
from reviewer.plan import Plan
from reviewer.store import OK, Entry
from reviewer.vault import Vault


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows of a table, SHA-256 of each sealed file counted in a new quarter, and frozen ones.

    `frozen` is quarter → the release that published it first.
    """

    rows: tuple[Tally, ...]
    sealed: tuple[str, ...]
    frozen: Mapping[str, str]


def counted(vault: Vault, audience: str, day: str, transfer: int) -> Counted:
    """The table for a class of recipients (c2) as of a day and a transfer's number."""
    frozen = _frozen(vault, audience)
    before = {
        period: tuple(row for row in one.aggregates if quarter(row.period) == period)
        for period, one in frozen.items()
    }
    cells = {
        entry.sha256: where
        for entry, where in _countable(list(vault.store.entries()), audience, transfer)
        if is_new(where, day, before)
    }
    return Counted(
        table(cells.values(), before, LEAST[tier(audience)]),
        tuple(sorted(cells)),
        {period: one.release_id for period, one in sorted(frozen.items())},
    )


def is_new(where: Cell, day: str, before: Mapping[str, Sequence[Tally]]) -> bool:
    """Whether a report is of a quarter that is over and was not published yet."""
    return is_over(quarter(where.month), day) and quarter(where.month) not in before


def table(
    fresh: Iterable[Cell], before: Mapping[str, Sequence[Tally]], least: int
) -> tuple[Tally, ...]:
    """The rows published before, by quarter, as they were, and those of new quarters."""
    again = [row for published in before.values() for row in published]
    return tuple(sorted([*again, *rows(fresh, least)]))


def check(vault: Vault, made: Plan) -> None:
    """Compare the counts of a proposal with those of one's own vault; ProposalError if they differ.

    They differ too where the two reviewers set aside other testimonies, or saw other releases.
    """
    if made.day > custody.today():
        raise ProposalError(
            f"This was proposed on {made.day}, which is not yet; set the clocks of both laptops."
        )
    ours = counted(vault, made.recipient.audience, made.day, made.transfer)
    if (ours.rows, ours.sealed, ours.frozen) == (made.aggregates, made.counted, made.frozen):
        return
    differing = len(set(ours.sealed) ^ set(made.counted))
    why = f"{differing} testimonies are counted in one of the two vaults only"
    if not differing:
        why = "another release published earlier counts, which one of the two vaults does not know"
    raise ProposalError(
        f"The table of counts is not what your own vault makes of it: {why}; agree on what is set"
        " aside, and have it proposed again."
    )


def _countable(
    entries: Sequence[Entry], audience: str, transfer: int
) -> Iterator[tuple[Entry, Cell]]:
    """Every testimony that counts, and where; what came again with a receipt code counts once.

    What came after `transfer` is not counted, but what it withdraws is not either.
    """
    said = consent.said(entries)
    known = [entry for entry in entries if entry.facts.transfer <= transfer]
    codes = set[str]()
    for entry in sorted(known, key=lambda one: (one.facts.transfer, one.sha256)):
        found = entry.testimony
        if found is None or entry.facts.commitment != OK or found.code in codes:
            continue
        if any(consent.not_counted(entry, audience, said)):
            continue
        if (where := cell(found.answers)) is not None:
            codes |= {found.code} - {""}
            yield entry, where


def _frozen(vault: Vault, audience: str) -> dict[str, Plan]:
    """Quarter → the first release to this class that had rows about it."""
    found: dict[str, Plan] = {}
    for one in sorted(releases.earlier(vault), key=lambda one: (one.day, one.release_id)):
        if one.recipient.audience == audience:
            for row in one.aggregates:
                found.setdefault(quarter(row.period), one)
    return found

