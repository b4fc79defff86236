"""Destroys a testimony in every vault: ordered by one reviewer, signed by two (laptop).

What goes: the sealed copy, its file key, words, decisions, notes, clean copies, its place in event
groups, and whatever a remembered release says of its text. What stays: its SHA-256, so that it is
never taken in again and is named where it has to be recalled, and the lines of the custody log. On
flash memory erased blocks can outlive this; a backup and the original stay readable for whoever
has them and a key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from envelope import canonical
from envelope.errors import FormatError, SakseError
from envelope.header import PQ
from keys.agefile import read_header, unwrap
from keys.errors import NoIdentity
from reviewer import acts, attachments, consent, custody, events, releases
from reviewer.errors import ActError, DestroyError
from reviewer.store import DESTROYED, Entry, short_id
from reviewer.vault import Vault

NAME = "destroy"
FORMAT = "sakse-destroy@v1"
KEPT_MONTHS = 6
"""How long after its month a reviewer's identity is kept, since sealed files travel by hand."""


_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Order:
    """An order to destroy the sealed file `testimony` (SHA-256), why, by whom, of which day."""

    testimony: str
    reason: str
    by: str
    day: str

    def encode(self) -> bytes:
        """The bytes that are signed."""
        return canonical.dumps({**asdict(self), "format": FORMAT})


def destroyed(vault: Vault) -> Mapping[str, Any]:
    """SHA-256 of every sealed file destroyed here → the day and the order's digest."""
    return vault.store.record(DESTROYED) or {}


def order(vault: Vault, entry: Entry, reason: str, out: Path) -> Path:
    """Write, sign and seal an order; nothing is destroyed before another reviewer signed it.

    Raises DestroyError where destroying it would bring back what it withdrew.
    """
    acts.require_reason(reason)
    _require_no_withdrawal(vault, entry)
    data = Order(entry.sha256, reason, vault.me, custody.today()).encode()
    vault.log("exported", entry.sha256, what="destroy", order=acts.digest(data))
    vault.commit()
    return acts.hand_on(vault, NAME, data, out)


def opened(vault: Vault, folder: Path) -> Order:
    """Open another reviewer's order, which she alone signed; SakseError if it is not whole."""
    data, signers = acts.read(vault, NAME, folder)
    made = _parse(data)
    acts.require_writer(vault, NAME, signers, made.by)
    return made


def countersign(vault: Vault, made: Order, folder: Path) -> Path:
    """Sign an order from `opened` and carry it out here; return the signature's path.

    Raises VaultError if the testimony is not here: who has not got it can not judge.
    """
    entry = vault.store.by_hash(made.testimony)
    _require_no_withdrawal(vault, entry)
    path = acts.sign(vault, NAME, made.encode(), folder)
    carry_out(vault, made, [made.by, vault.me])
    return path


def signed(vault: Vault, folder: Path) -> tuple[Order, list[str]]:
    """Open an order that two reviewers signed; return it and who did. Raises SakseError."""
    data, signers = acts.read(vault, NAME, folder)
    made = _parse(data)
    acts.require_two(NAME, signers, made.by)
    return made, signers


def carry_out(vault: Vault, made: Order, signers: Collection[str]) -> None:
    """Destroy what an order from `signed` names, and never take it in again. Commits.

    Raises DestroyError if that was done here before, or if it withdraws what is still here;
    VaultError if it never came: it could be a withdrawal that has to be obeyed here first.
    """
    known = destroyed(vault)
    if made.testimony in known:
        raise DestroyError(f"{short_id(made.testimony)} was destroyed in this vault before.")
    entry = vault.store.by_hash(made.testimony)
    _require_no_withdrawal(vault, entry)
    digest = acts.digest(made.encode())
    _forget(vault, entry)
    vault.store.set_record(
        DESTROYED, {**known, made.testimony: {"day": custody.today(), "order": digest}}
    )
    vault.log("destroyed", made.testimony, order=digest, signers=sorted(signers))
    vault.commit()


def who_can_open(vault: Vault, sha256: str) -> str:
    """Who can open a sealed file once it is destroyed here, in a sentence; ask before it is.

    From its header: the month of the own identity that opens it tells whose others do.
    """
    if not vault.sealed_copy(sha256).exists():
        return "No sealed copy lay here to tell who can open it; it is never taken in here again."
    epoch, count = _sealed_for(vault, sha256)
    if not epoch:
        return "No identity in this vault opens it; perhaps one of another reviewer does."
    names = ", ".join(sorted(vault.keyring.signers()))
    return (
        f"It was sealed to {count} reviewers (the keyring now: {names}): who has a copy of the"
        f" sealed file can open it with an identity of {epoch} until all of those are burned, due"
        f" after {_burned_after(epoch)}; a vault that has not carried out this order and a backup"
        " made before can too."
    )


def _forget(vault: Vault, entry: Entry) -> None:
    """Delete all of a testimony. Its files go first: a power cut leaves an order to carry out."""
    for kept in attachments.records(vault, entry):
        attachments.remove_copy(vault, kept)
    vault.remove_sealed(entry.sha256)
    events.forget(vault, entry.sha256)
    releases.forget(vault, entry.sha256)
    vault.store.forget(entry.sha256, vault.about(entry.sha256))


def _require_no_withdrawal(vault: Vault, entry: Entry) -> None:
    """What an account withdraws or narrows counts while it is here: those others go first."""
    code = entry.testimony.code if entry.testimony else ""
    others = [
        one
        for one in vault.store.entries()
        if code and one.testimony and one.testimony.code == code and one.sha256 != entry.sha256
    ]
    now, after = consent.said([*others, entry]), consent.said(others)
    held = [one.id for one in others if _uses(one, now) != _uses(one, after)]
    if held:
        raise DestroyError(
            f"{entry.id} withdraws or narrows {', '.join(held)}; destroy those first."
        )


def _uses(entry: Entry, said: consent.Said) -> tuple[tuple[str, ...], ...]:
    return consent.open_to(entry, said), consent.counts_for(entry, said)


def _sealed_for(vault: Vault, sha256: str) -> tuple[str, int]:
    """The month of the own identity that opens a sealed copy, and to how many it is sealed.

    The month is "" where none opens it, for a damaged one too.
    """
    with vault.sealed_copy(sha256).open("rb") as source, contextlib.suppress(SakseError):
        header = read_header(source)
        for epoch, identity in vault.person.epochs.items():
            with contextlib.suppress(NoIdentity):
                unwrap(header, [identity])
                return epoch, sum(stanza.type == PQ for stanza in header.stanzas)
    return "", 0


def _burned_after(epoch: str) -> str:
    """The last day of the sixth month after this one."""
    year, month = map(int, epoch.split("-"))
    years, months = divmod(month + KEPT_MONTHS, 12)
    return (dt.date(year + years, months + 1, 1) - dt.timedelta(days=1)).isoformat()


def _parse(data: bytes) -> Order:
    try:
        value: dict[str, Any] = canonical.loads_canonical(data, what=f"{NAME}.json")
        if value.pop("format") == FORMAT and all(isinstance(one, str) for one in value.values()):
            made = Order(**value)
            acts.require_reason(made.reason)
            is_day = dt.date.fromisoformat(made.day).isoformat() == made.day
            if _HASH.fullmatch(made.testimony) and is_day and made.encode() == data:
                return made
    except (ActError, FormatError, KeyError, TypeError, AttributeError, ValueError):
        pass
    raise DestroyError("This order is damaged or by another release of Sakse; ask for it anew.")
