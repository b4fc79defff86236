"""Lays a proposed release beside those that went out (reviewer's laptop).

That it shows nothing an earlier one hid is release test 11. The other way round nobody can be
refused: what an earlier release showed is out. But who holds both can read there what is hidden
here, so whoever proposes or approves is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from release.content import Addressee
from reviewer.plan import Plan
from reviewer.tokens import Mark


@dataclass(frozen=True, slots=True)
class Revealed:
    """Words hidden in `field` of a testimony (release id) that an earlier release shows."""

    testimony: str
    field: str
    words: int
    release: str
    recipient: str


def superseded(earlier: Iterable[Plan], to: Addressee, sealed: Iterable[str]) -> str | None:
    """The newest release to the same recipient that holds one of these testimonies, if any."""
    again = set(sealed)
    found = [
        one
        for one in earlier
        if one.recipient == to and again & set(one.testimonies.values())
    ]
    return max(found, key=lambda one: (one.day, one.release_id)).release_id if found else None


def revealed(plan: Plan, earlier: Iterable[Plan]) -> Iterator[Revealed]:
    """What this plan hides and an earlier release to somebody else shows."""
    for before in earlier:
        if before.release_id == plan.release_id or before.recipient == plan.recipient:
            continue
        names_before = {sealed: name for name, sealed in before.testimonies.items()}
        for name, sealed in sorted(plan.testimonies.items()):
            if sealed not in names_before:
                continue
            was = before.marks.get(names_before[sealed], {})
            for field, marks in sorted(plan.marks.get(name, {}).items()):
                open_before = sum(not _hid(mark, was, field) for mark in marks)
                if open_before:
                    who = before.recipient.name
                    yield Revealed(name, field, open_before, before.release_id, who)


def _hid(mark: Mark, was: Mapping[str, Iterable[Mark]], field: str) -> bool:
    """Whether an earlier release hid every part of these words."""
    hidden = {at for one in was.get(field, ()) for at in range(one.start, one.end)}
    return hidden >= set(range(mark.start, mark.end))
