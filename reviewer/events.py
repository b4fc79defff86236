"""Which testimonies tell of one event: groups that reviewers make, and suggestions (laptop).

A suggestion is same township, days at most three apart (or the same month where no day is known), a
party and a kind of act in common, and numbers of people that fit. Who groups says which accounts
rest on another one of the group: they are no source of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from envelope import form
from release.content import Event
from reviewer import custody
from reviewer.errors import EventError
from reviewer.store import Entry
from reviewer.vault import Vault

RECORD = "events"
APART = 3
"""Days that two accounts of one event may lie apart."""
FITS = 2
"""How many times larger one count of the people may be than the other's."""


@dataclass(frozen=True, slots=True)
class Group:
    """Testimonies (SHA-256 of the sealed files, sorted) of one event, who said so, and when."""

    testimonies: tuple[str, ...]
    dependent: tuple[str, ...]
    by: str
    day: str


def groups(vault: Vault) -> tuple[Group, ...]:
    """Every group of this vault, in the order they were made."""
    return tuple(
        Group(tuple(one["testimonies"]), tuple(one["dependent"]), one["by"], one["day"])
        for one in vault.store.record(RECORD) or ()
    )


def group(vault: Vault, entries: Sequence[Entry], dependent: Collection[str] = ()) -> Group:
    """Keep that these testimonies tell of one event; `dependent` are SHA-256 of some of them.

    Groups that share a testimony with it become one with it, and what came with the same receipt
    code rests on the first of it: that is one person. Raises EventError for fewer than two,
    one that was never opened, or a dependent one that is not among them.
    """
    if any(entry.testimony is None for entry in entries):
        raise EventError("A testimony that was set aside unopened tells of nothing; leave it out.")
    names = {entry.sha256 for entry in entries}
    known = groups(vault)
    joined = [one for one in known if names & set(one.testimonies)]
    names = names.union(*(one.testimonies for one in joined))
    again = _again([vault.store.by_hash(name) for name in names])
    rests = {*dependent, *again}.union(*(one.dependent for one in joined))
    if len(names) < 2:
        raise EventError("A group needs two testimonies or more; name them.")
    if not rests <= names:
        raise EventError("A testimony that rests on another has to be in the group; name it too.")
    made = Group(tuple(sorted(names)), tuple(sorted(rests)), vault.me, custody.today())
    _keep(vault, [one for one in known if one not in joined] + [made])
    return made


def ungroup(vault: Vault, entries: Sequence[Entry]) -> None:
    """Take testimonies out of their groups, which end with their last two; EventError outside."""
    names = {entry.sha256 for entry in entries}
    known = groups(vault)
    lonely = names - {name for one in known for name in one.testimonies}
    if lonely:
        raise EventError(f"{len(lonely)} of these are in no group; see sakse-review event.")
    _keep(vault, _without_these(known, names))


def forget(vault: Vault, sha256: str) -> None:
    """Take a testimony that is destroyed out of its group; the caller commits."""
    vault.store.set_record(RECORD, _as_json(_without_these(groups(vault), {sha256})))


def suggest(entries: Iterable[Entry], known: Iterable[Group]) -> list[tuple[Entry, ...]]:
    """Groups that nobody made yet: each member fits every other one; largest first."""
    grouped = {name for one in known for name in one.testimonies}
    left = [e for e in entries if e.testimony and not e.facts.aside and e.sha256 not in grouped]
    left.sort(key=lambda entry: entry.sha256)
    found: list[list[Entry]] = []
    for entry in left:
        home = next((one for one in found if all(fits(entry, other) for other in one)), None)
        if home is None:
            found.append([entry])
        else:
            home.append(entry)
    return sorted((tuple(one) for one in found if len(one) > 1), key=len, reverse=True)


def fits(one: Entry, other: Entry) -> bool:
    """Whether two testimonies may tell of one event, by their answers alone."""
    if one.testimony is None or other.testimony is None:
        return False
    left, right = one.testimony.answers, other.testimony.answers
    return (
        all({*form.told(left, f)} & {*form.told(right, f)} for f in ("p1.township", "x1", "i1"))
        and _days_fit(left, right)
        and _numbers_fit(left.get("n1.count", ""), right.get("n1.count", ""))
    )


def of_release(vault: Vault, names: Mapping[str, str]) -> tuple[Event, ...]:
    """The groups as a release has them: `names` is SHA-256 of a sealed file → release id.

    Groups of which the release holds fewer than two are left out.
    """
    made = (
        Event(
            tuple(names[t] for t in one.testimonies if t in names),
            tuple(names[t] for t in one.dependent if t in names),
        )
        for one in groups(vault)
    )
    return tuple(one for one in made if len(one.testimonies) > 1)


def _again(entries: Sequence[Entry]) -> Iterator[str]:
    """All but the first testimony of each receipt code."""
    seen = set[str]()
    for entry in sorted(entries, key=lambda entry: (entry.facts.transfer, entry.sha256)):
        code = entry.testimony.code if entry.testimony else ""
        if code and code in seen:
            yield entry.sha256
        seen.add(code)


def _keep(vault: Vault, left: Iterable[Group]) -> None:
    vault.store.set_record(RECORD, _as_json(left))
    vault.commit()


def _as_json(made: Iterable[Group]) -> list[dict[str, Any]]:
    return [asdict(one) for one in made]


def _without_these(known: Iterable[Group], gone: Collection[str]) -> list[Group]:
    """The groups that are left, which end with their last two."""
    left = (
        Group(_without(one.testimonies, gone), _without(one.dependent, gone), one.by, one.day)
        for one in known
    )
    return [one for one in left if len(one.testimonies) > 1]


def _without(names: Iterable[str], gone: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in gone)


def _days_fit(left: Mapping[str, str], right: Mapping[str, str]) -> bool:
    one, other = _day(left), _day(right)
    if one is not None and other is not None:
        return abs((one - other).days) <= APART
    month = form.month(left)
    return "-" in month and month == form.month(right)


def _day(answers: Mapping[str, str]) -> dt.date | None:
    try:
        return dt.date(*(int(answers[f"d1.{part}"]) for part in ("year", "month", "day")))
    except (KeyError, ValueError):
        return None


def _numbers_fit(left: str, right: str) -> bool:
    """Whether two counts may be of the same people; nothing speaks against one not given."""
    if not (left.isdecimal() and right.isdecimal()):
        return True
    small, large = sorted((int(left), int(right)))
    return large <= FITS * max(small, 1)
