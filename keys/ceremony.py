"""The ceremony on an offline laptop: make the root, make persons, sign the keyring.

The law, checked before the root signs: two reviewers at least, each with a key of that epoch that
can be sealed to, no key in two roles, the epoch this month or one of the next two, a serial above
all signed before.
"""

from __future__ import annotations

import calendar
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import canonical, keyring, sshsig
from envelope.disk import PUBLIC, replace, write_new
from envelope.keyring import Keyring, Recipient
from keys import lock
from keys.errors import CeremonyError
from keys.person import (
    PROTECTION,
    REVIEWER,
    Card,
    Person,
    Reader,
    current_epoch,
    identity_from_json,
    months,
    try_sealing,
)

ROOT_KIND = "root"
IDENTITY_KIND = "identity"
ROOT_FILE = "root.identity"
ROOT_PUBLIC_FILE = "root.pub"
LEAST_REVIEWERS = 2
EPOCHS_SIGNED_AHEAD = 3  # this month and the next two
MINIMUM_RELEASE = "0.1.0"
MAX_FILE = 256 << 10
_SERIAL = re.compile(rb"[1-9][0-9]{0,8}\n")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a keyring is to say, before anything is checked. `serial` None means the next one."""

    reviewers: Sequence[Card]
    drop: bytes
    protection: Card | None
    epoch: str
    team: str
    serial: int | None


def read(path: Path) -> bytes:
    """Return a small file's bytes. Raises CeremonyError when it is too large or no regular file."""
    # Opening a pipe would wait for somebody to write into it.
    if not stat.S_ISREG(path.stat().st_mode):
        raise CeremonyError(f"{path} is not a regular file; copy what it holds into one.")
    with path.open("rb") as source:
        data = source.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise CeremonyError(f"{path} is too large to be a key, a card or a keyring; name another.")
    return data


def make_root(folder: Path, passphrase: str) -> bytes:
    """Write the locked root and its public line into `folder`; return the raw public key."""
    refuse_existing(folder / ROOT_FILE, folder / ROOT_PUBLIC_FILE)
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes_raw()
    locked = lock.lock(private.private_bytes_raw(), passphrase, kind=ROOT_KIND)
    write_new(folder / ROOT_FILE, locked)
    line = sshsig.public_line(raw, "sakse-root")
    write_new(folder / ROOT_PUBLIC_FILE, f"{line}\n".encode(), mode=PUBLIC)
    return raw


def open_root(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Unlock the root. Raises LockError."""
    return Ed25519PrivateKey.from_private_bytes(lock.unlock(read(path), passphrase, kind=ROOT_KIND))


def save_person(person: Person | Reader, folder: Path, passphrase: str) -> Path:
    """Write NAME.identity (locked) and NAME.card.json into `folder`; return the card's path."""
    identity, card = (folder / f"{person.name}.{end}" for end in ("identity", "card.json"))
    refuse_existing(identity, card)
    secret = canonical.dumps(person.as_json())
    write_new(identity, lock.lock(secret, passphrase, kind=IDENTITY_KIND))
    write_new(card, person.card(), mode=PUBLIC)
    return card


def open_identity(path: Path, passphrase: str) -> Person | Reader:
    """Unlock a person's identity. Raises LockError, CardError."""
    secret = lock.unlock(read(path), passphrase, kind=IDENTITY_KIND)
    return identity_from_json(canonical.loads_canonical(secret, what="This identity"))


def sign_keyring(root: Ed25519PrivateKey, ledger: Path, plan: Plan, out: Path) -> Keyring:
    """Write a keyring and `out`.sig, signed by the root; return it.

    `ledger` holds the highest serial this root has signed. It is raised before anything is
    signed, so that a power cut can waste a serial but never give one twice.
    Raises CeremonyError, CardError, KeyringError.
    """
    signature = out.with_name(out.name + ".sig")
    refuse_existing(out, signature)
    made = _keyring(plan, _serial(ledger, plan.serial))
    data = keyring.encode(made)
    armored = sshsig.sign(root, sshsig.KEYRING, data)
    keyring.verify(data, armored, sshsig.fingerprint(root.public_key().public_bytes_raw()))
    replace(ledger, f"{made.serial}\n".encode())
    write_new(signature, armored, mode=PUBLIC)
    write_new(out, data, mode=PUBLIC)
    return made


def refuse_existing(*paths: Path) -> None:
    """Raise CeremonyError when one of the files to be written is already there."""
    for path in paths:
        if path.exists() or path.is_symlink():
            raise CeremonyError(f"{path} is already there and is never overwritten; name another.")


def _keyring(plan: Plan, serial: int) -> Keyring:
    if plan.epoch not in months(current_epoch(), EPOCHS_SIGNED_AHEAD):
        raise CeremonyError(
            f"A keyring is signed for this month or the next two, not for {plan.epoch}."
        )
    if len(plan.reviewers) < LEAST_REVIEWERS:
        raise CeremonyError("A keyring needs at least two reviewers; add another --card.")
    for values in ([c.name for c in plan.reviewers], [c.sign for c in plan.reviewers]):
        if len(set(values)) < len(values):
            raise CeremonyError("One person stands in this keyring twice; give each card once.")
    recipients = tuple(_recipient(card, plan.epoch) for card in plan.reviewers)
    protection = _protection(plan.protection) if plan.protection else None
    year, month = int(plan.epoch[:4]), int(plan.epoch[5:])
    return Keyring(
        serial=serial,
        team=plan.team,
        epoch=plan.epoch,
        valid_from=f"{plan.epoch}-01",
        valid_until=f"{plan.epoch}-{calendar.monthrange(year, month)[1]}",
        recipients=recipients,
        protection=protection,
        drop=plan.drop,
        minimum_release=MINIMUM_RELEASE,
    )


def _recipient(card: Card, epoch: str) -> Recipient:
    if card.kind != REVIEWER or card.sign is None:
        raise CeremonyError(f"{card.name}'s card is not a reviewer's; only reviewers read.")
    if epoch not in card.epochs:
        raise CeremonyError(f"{card.name}'s card has no key for {epoch}; ask for a newer card.")
    try_sealing(card.name, card.epochs[epoch])
    return Recipient(card.name, card.epochs[epoch], card.sign)


def _protection(card: Card) -> str:
    if card.kind != PROTECTION or card.age is None:
        raise CeremonyError(f"{card.name}'s card is not a protection card; name that.")
    try_sealing(card.name, card.age)
    return card.age


def _serial(ledger: Path, wanted: int | None) -> int:
    highest = 0
    if ledger.exists():
        text = read(ledger)
        if not _SERIAL.fullmatch(text):
            raise CeremonyError(f"{ledger} is damaged; write the last signed serial into it.")
        highest = int(text)
    if wanted is not None and wanted <= highest:
        raise CeremonyError(f"Serial {wanted} is used up: this root has signed {highest} already.")
    return wanted or highest + 1
