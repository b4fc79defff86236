"""Remembers what went out, so that the next release can be laid beside it (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Iterator

from envelope import canonical
from reviewer import plan
from reviewer.plan import Plan
from reviewer.vault import Vault

_IDS = "releases"


def remember(vault: Vault, made: Plan) -> None:
    """Keep the plan of a release that this reviewer approved or sealed; commit is the caller's."""
    ids = vault.store.record(_IDS) or []
    if made.release_id not in ids:
        vault.store.set_record(_IDS, sorted([*ids, made.release_id]))
        vault.store.set_record(_name(made.release_id), canonical.loads(made.encode(), what="plan"))


def earlier(vault: Vault) -> Iterator[Plan]:
    """The plans of every release this vault took part in."""
    for name in vault.store.record(_IDS) or []:
        yield plan.parse(canonical.dumps(vault.store.record(_name(name))))


def _name(release_id: str) -> str:
    return f"release/{release_id}"
