"""The way back to the drop: what two reviewers hold of a transfer, it may delete (laptop).

The first writes a return about the newest transfer her vault took in; the second signs it once her
own vault holds the same bytes. Both read and hash every copy again: what the drop lets go is then
nowhere but here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import file_digest
from pathlib import Path

from envelope import canonical, keyring, receipt
from envelope.receipt import Receipt, Return
from reviewer import destroying, transfer
from reviewer.errors import ReturnError
from reviewer.store import short_id
from reviewer.vault import Vault

_LISTED = "data/transfer.json"

Progress = Callable[[list[str]], Iterable[str]]
"""Passes the SHA-256 of the files on one by one while they are read again."""


def write(vault: Vault, place: Path, progress: Progress) -> tuple[Path, Receipt]:
    """Write and sign the return for the newest transfer; return its folder and receipt.

    Raises ReturnError before the first transfer, or for a copy that is not what was received.
    """
    number = transfer.last_number(vault)
    if not number:
        raise ReturnError("This vault took in no transfer yet; import one first.")
    made = _receipt(vault, number)
    _require_held(vault, made, progress)
    vault.log("exported", what="receipt", transfer=number, files=len(made.named()))
    vault.commit()
    place.mkdir(parents=True, exist_ok=True)
    pair = (vault.keyring_bytes, vault.keyring_sig)
    return receipt.write(place, made, pair, vault.person.sign), made


def opened(vault: Vault, folder: Path) -> tuple[Return, Receipt]:
    """Read another reviewer's return; ReturnError unless she, and nobody else, signed it."""
    found = receipt.read(folder)
    signers = found.signers(vault.keyring.signers())
    made = receipt.parse(found.receipt)
    if signers != {made.by}:
        raise ReturnError(f"{folder.name} is not signed by who wrote it alone; ask for a new one.")
    if made.by == vault.me:
        raise ReturnError("You wrote this return yourself; the other reviewer has to sign it.")
    brought = keyring.verify(found.keyring, found.keyring_sig, vault.root)
    if brought.serial == vault.keyring.serial and found.keyring != vault.keyring_bytes:
        raise ReturnError(
            f"There are two keyrings with the serial {brought.serial}, hers and yours; do not sign,"
            " ask who holds the root."
        )
    if brought.serial < vault.keyring.serial:
        raise ReturnError(
            f"It brings keyring {brought.serial} to the drop and you have {vault.keyring.serial};"
            " give her the newer one first."
        )
    return found, made


def countersign(
    vault: Vault, folder: Path, found: Return, made: Receipt, progress: Progress
) -> Path:
    """Sign a return from `opened` if this vault holds every file of it; return the signature.

    Raises ReturnError naming the first file that is not here, byte for byte.
    """
    _require_held(vault, made, progress)
    vault.log(
        "exported",
        what="receipt",
        transfer=made.transfer,
        files=len(made.named()),
        by=made.by,
        custody_head=made.custody_head,
    )
    vault.commit()
    return receipt.sign(folder, found, vault.person.sign, vault.me)


def _receipt(vault: Vault, number: int) -> Receipt:
    """What this vault holds of a transfer; a file too large to be taken in is not named."""
    facts, gone = vault.store.facts(), destroying.destroyed(vault)
    lists: dict[str, dict[str, str]] = {"opened": {}, "set_aside": {}, "destroyed": {}}
    for name, digest in _listed(vault, number).items():
        if digest in gone:
            lists["destroyed"][name] = digest
        elif digest in facts:
            lists[facts[digest].state][name] = digest
    return Receipt(vault.me, vault.head, number, **lists)


def _listed(vault: Vault, number: int) -> Mapping[str, str]:
    """The drop's id → SHA-256 of every file of a transfer that was taken in to the end."""
    tag = transfer.taken(vault)[str(number)]
    path = vault.folder / transfer.TRANSFERS / f"{number:04d}-{tag[:8]}" / _LISTED
    limit = receipt.MAX_SIZE
    listed = canonical.loads_canonical(path.read_bytes(), what="transfer.json", limit=limit)
    return {one["id"]: one["sha256"] for one in listed["files"]}


def _require_held(vault: Vault, made: Receipt, progress: Progress) -> None:
    gone = destroying.destroyed(vault)
    for digest in made.destroyed.values():
        if digest not in gone:
            raise ReturnError(
                f"{short_id(digest)} is named as destroyed and was not destroyed here; carry out"
                " its order first."
            )
    held = vault.store.facts()
    for digest in progress(sorted({*made.opened.values(), *made.set_aside.values()})):
        if digest in gone:
            raise ReturnError(
                f"{short_id(digest)} was destroyed here; she has to carry out that order and write"
                " a new return."
            )
        if digest not in held:
            raise ReturnError(
                f"{short_id(digest)} is not in this vault; import transfer {made.transfer} first."
            )
        if _sha256(vault.sealed_copy(digest)) != digest:
            raise ReturnError(
                f"The sealed copy of {short_id(digest)} is missing here or was changed; import"
                " the transfer again before the drop lets it go."
            )


def _sha256(path: Path) -> str:
    """The SHA-256 (hex) of a file, "" if it is not there."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
