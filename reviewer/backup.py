"""A copy of the whole vault as a bag, and a vault from such a copy (laptop).

All of it is encrypted or sealed as it is in the vault, so the copy opens with the same passphrase
and is to be kept as carefully. It has no signature: sealed copies are named by their hashes, and
the database and the log know each other.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from envelope import bag
from envelope.disk import flush, sync_folder
from reviewer import custody
from reviewer.errors import VaultError
from reviewer.vault import LOCKED, Vault

_PARTS = ("vault.db", "keyring.json", "keyring.json.sig", "custody.jsonl", LOCKED)
_FOLDERS = ("sealed", "clean", "transfers")

Progress = Callable[[list[Path]], Iterable[Path]]
"""Passes the files on one by one while they are copied."""


def write(vault: Vault, place: Path, progress: Progress) -> Path:
    """Copy a vault into a new bag `sakse-backup-DAY` in a folder; return it.

    Raises VaultError where there is one of this day; leaves nothing half-written behind.
    """
    final = place / f"sakse-backup-{custody.today()}"
    partial = place / f".{final.name}.partial"
    if final.exists():
        raise VaultError(f"{final} is there already; name another folder.")
    vault.log("backup")  # before, so that the copy knows what it is
    vault.commit()
    place.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
    try:
        _copy(_files(vault.folder), vault.folder, partial / "data", progress)
        bag.write(partial, {"Sakse-Custody-Head": vault.head})
        bag.validate(partial)  # as the medium has it
        partial.rename(final)
        sync_folder(place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


def restore(copy: Path, folder: Path, progress: Progress) -> None:
    """Make a vault in a new or empty folder from a backup; the locked secret comes last.

    Raises BagError for a copy that is not whole, VaultError for a folder that holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise VaultError(f"{folder} is not empty; name a new folder for the restored vault.")
    bag.validate(copy)
    data = copy / "data"
    if not (data / LOCKED).is_file():
        raise VaultError(f"{copy} is no backup of a vault; name the folder sakse-backup-DAY.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    _copy(_files(data), data, folder, progress)


def _files(folder: Path) -> list[Path]:
    """Every file of a vault; what another command left half-written is no part of it."""
    inner = [path for name in _FOLDERS for path in sorted((folder / name).rglob("*"))]
    inner = [path for path in inner if path.is_file() and not path.name.startswith(".")]
    return [*inner, *(folder / name for name in _PARTS)]


def _copy(files: list[Path], source: Path, target: Path, progress: Progress) -> None:
    for path in progress(files):
        to = target / path.relative_to(source)
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, to)
        flush(to)
