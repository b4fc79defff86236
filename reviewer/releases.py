"""Remembers what went out, so that the next release can be laid beside it (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envelope import canonical
from reviewer import consent, plan
from reviewer.plan import Plan
from reviewer.store import Entry, short_id
from reviewer.vault import Vault

_IDS = "releases"


def remember(vault: Vault, made: Plan) -> None:
    """Keep the plan of a release that this reviewer approved or sealed; commit is the caller's."""
    ids = vault.store.record(_IDS) or []
    if made.release_id not in ids:
        vault.store.set_record(_IDS, sorted([*ids, made.release_id]))
        _put(vault, made)


def earlier(vault: Vault) -> Iterator[Plan]:
    """The plans of every release this vault took part in."""
    for name in vault.store.record(_IDS) or []:
        yield plan.parse(canonical.dumps(vault.store.record(_name(name))))


@dataclass(frozen=True, slots=True)
class Gone:
    """A release that was approved or sealed here, and what in it has to be recalled.

    `recall` is release id `T-xxxx` → the testimony's id in this vault: the recipient has to be
    asked to destroy them.
    """

    plan: Plan
    recall: dict[str, str]


def gone(vault: Vault) -> Iterator[Gone]:
    """Every release this vault took part in, with what has to be recalled from it."""
    entries = {entry.sha256: entry for entry in vault.store.entries()}
    known = consent.said(entries.values())
    for made in earlier(vault):
        held = ((name, sha256) for name, sha256 in made.testimonies.items())
        to = made.recipient.audience
        off = {n: short_id(s) for n, s in held if _is_off(entries.get(s), to, known)}
        yield Gone(made, off)


def forget(vault: Vault, sha256: str) -> None:
    """Keep of a destroyed testimony only that a release had it; the caller commits."""
    for made in earlier(vault):
        names = {name for name, sealed in made.testimonies.items() if sealed == sha256}
        if names:
            _put(vault, made.without(names))


def _is_off(entry: Entry | None, audience: str, known: consent.Said) -> bool:
    """Whether a testimony, or one destroyed here, may not be with a class of recipients."""
    return entry is None or any(consent.objections(entry, audience, known))


def _put(vault: Vault, made: Plan) -> None:
    vault.store.set_record(_name(made.release_id), canonical.loads(made.encode(), what="plan"))


def _name(release_id: str) -> str:
    return f"release/{release_id}"
