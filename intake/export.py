"""Hands every kept file to a transfer: a numbered bag on a stick, signed by the drop (drop)."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.engine import Connection, Engine

from envelope import bag, canonical, sshsig
from envelope.disk import sync_folder
from intake import db, store
from intake.errors import IntakeError
from intake.store import Kept

FORMAT = "sakse-transfer@v1"
SIGNER = "drop"


def export(engine: Engine, target: Path, key: Ed25519PrivateKey, serial: int) -> Path:
    """Write the next transfer into `target` and return its folder, `sakse-transfer-NNNN`.

    It holds every file that no receipt has let go; `serial` is the current keyring's. The drop
    keeps what it exports. Raises IntakeError, and then leaves nothing behind.
    """
    if not target.is_dir():
        raise IntakeError(f"{target} is not a folder: name the mounted stick.")
    with db.explained(), engine.begin() as connection:
        number = store.next_transfer(connection)
    final = target / f"sakse-transfer-{number:04d}"
    partial = target / f".{final.name}.partial"
    if final.exists() or partial.exists():
        raise IntakeError(f"{final} is there already; name an empty folder.")
    try:
        _write(engine, partial, key, {"number": number, "keyring_serial": serial})
        os.sync()
        partial.rename(final)
        sync_folder(target)
    except OSError as error:
        reason = error.strerror
        raise IntakeError(f"{target} cannot be written ({reason}); use another stick.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


def _write(engine: Engine, folder: Path, key: Ed25519PrivateKey, head: dict[str, int]) -> None:
    data = folder / "data"
    data.mkdir(parents=True)
    with db.reading(engine) as connection:
        files = store.kept(connection)
        # The stick's own allocation would otherwise tell the order of ids it was written in.
        random.SystemRandom().shuffle(files)
        listed = _copy(connection, files, data / "sealed")
    listed.sort(key=lambda entry: str(entry["id"]))
    manifest = {"files": listed, "format": FORMAT, **head}
    (data / "transfer.json").write_bytes(canonical.dumps(manifest))
    octets = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    bag.write(folder, {"Payload-Oxum": f"{octets}.{len(listed) + 1}"})
    bag.sign(folder, key, sshsig.TRANSFER, SIGNER)


def _copy(connection: Connection, files: Sequence[Kept], folder: Path) -> list[dict[str, object]]:
    if files:
        folder.mkdir()
    return [_copy_one(connection, file, folder) for file in files]


def _copy_one(connection: Connection, file: Kept, folder: Path) -> dict[str, object]:
    digest = hashlib.sha256()
    with (folder / f"{file.id.hex()}.age").open("xb") as out:
        for piece in store.read(connection, file):
            digest.update(piece)
            out.write(piece)
    return {"id": file.id.hex(), "sha256": digest.hexdigest(), "size": file.size}
