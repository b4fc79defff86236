"""Takes a return: the drop lets go what two reviewers hold, and has their newer keyring (drop)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine

from envelope import keyring, receipt
from envelope.config import DropConfig
from intake import db, store, trust
from intake.errors import IntakeError
from intake.trust import Trusted

BATCH = 64
"""Files deleted between two commits: so long a witness who sends may have to wait."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a return did: files deleted, named but not here, and kept since their bytes differ.

    `serial` is that of the keyring it brought, 0 if the drop has that one or a newer one.
    """

    deleted: int
    unknown: int
    differ: int
    serial: int


def accept(engine: Engine, config: DropConfig, trusted: Trusted, folder: Path) -> Accepted:
    """Check a return and do what it says; the same return again changes nothing more.

    Raises SakseError, and then nothing was changed, unless two reviewers of the newest keyring
    signed it, who wrote it among them. Where the database fails, IntakeError, it is to be done
    again; the keyring comes last, so that whoever does it again is told of it.
    """
    found = receipt.read(folder)
    now = trust.newer(config, trusted, found.keyring, found.keyring_sig)
    signers = found.signers(now.keyring.signers())
    made = receipt.parse(found.receipt)
    if made.by not in signers or len(signers) < receipt.SIGNERS:
        raise IntakeError(
            f"{folder.name} needs the signatures of two reviewers, who wrote it among them; it has"
            f" {len(signers)}. The other one signs with sakse-review receipt --sign."
        )
    with db.explained():
        return _do(engine, config, made.named(), None if now is trusted else now)


def _do(
    engine: Engine, config: DropConfig, named: Mapping[str, str], new: Trusted | None
) -> Accepted:
    same, differ = [], 0
    for file, holds in _compared(engine, named):
        differ += not holds
        same += [file] if holds else []
    for at in range(0, len(same), BATCH):
        with engine.begin() as connection:
            store.remove(connection, same[at : at + BATCH])
    if new is not None:
        keyring.install(config.keyring, new.data, new.signature)
    serial = new.keyring.serial if new is not None else 0
    return Accepted(len(same), len(named) - len(same) - differ, differ, serial)


def _compared(engine: Engine, named: Mapping[str, str]) -> Iterator[tuple[bytes, bool]]:
    """Every kept file that is named, and whether its bytes are those that were received."""
    with db.reading(engine) as connection:
        for file in store.kept(connection):
            if file.id.hex() in named:
                digest = hashlib.sha256()
                for piece in store.read(connection, file):
                    digest.update(piece)
                yield file.id, digest.hexdigest() == named[file.id.hex()]
