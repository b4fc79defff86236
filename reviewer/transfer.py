"""Takes a transfer in: checks what the drop signed, opens all, sets aside what does not open.

The law: nothing of a transfer is read before its bag is whole and signed by the drop's key of the
keyring. Each file's bytes are hashed again as they are copied, kept byte for byte, and only then
opened. A file that does not open is set aside with one line that says why, and never lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from envelope import bag, canonical, sshsig
from envelope.disk import replace as replace_file
from envelope.errors import BagError, FormatError
from envelope.header import MAX_HEADER
from envelope.padding import LARGEST, payload_size
from reviewer import custody
from reviewer.errors import TransferError
from reviewer.opening import Opener, Unopened
from reviewer.store import MISMATCH, OK, OPENED, SET_ASIDE, Entry, Facts, short_id
from reviewer.vault import Vault

FORMAT = "sakse-transfer@v1"
SIGNER = "drop"
MAX_LIST = 64 << 20  # bytes of transfer.json: 400,000 files
MAX_FILE = payload_size(LARGEST) + MAX_HEADER
BATCH = 128
"""Files opened between two commits: what a power cut makes an import do again."""

_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_TRANSFERS = "transfers"
_KEPT = (bag.MANIFEST, bag.TAG_MANIFEST, "bag-info.txt", "bagit.txt", "data/transfer.json")

Tell = Callable[[str], None]
Progress = Callable[[list["SealedFile"]], Iterable["SealedFile"]]


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One line of transfer.json: the drop's id, SHA-256 (hex) and size in bytes."""

    id: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer whose bag is whole and signed by the drop."""

    folder: Path
    number: int
    keyring_serial: int
    files: tuple[SealedFile, ...]
    tag_sha256: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How many files were opened, known already, set aside, or left as too large to be sealed.

    `mismatches` counts those opened that are not what their seal committed to.
    """

    opened: int = 0
    known: int = 0
    set_aside: int = 0
    left: int = 0
    mismatches: int = 0


def read(folder: Path, drop: bytes) -> Transfer:
    """Check a transfer's bag, list and signature; `drop` is the raw key of the keyring's drop.

    Raises BagError or TransferError naming what is wrong; then nothing of it was opened.
    """
    bag.validate(folder)
    if SIGNER not in bag.verify(folder, sshsig.TRANSFER, {SIGNER: drop}):
        raise TransferError(
            f"{folder} is not signed by the drop; export the transfer again and copy all of it."
        )
    try:
        data = (folder / "data/transfer.json").read_bytes()
        transfer = _transfer(folder, canonical.loads_canonical(data, what="it", limit=MAX_LIST))
    except (FormatError, OSError) as error:
        raise TransferError(f"transfer.json is refused ({error}); export again.") from error
    present = {p.relative_to(folder / "data").as_posix() for p in (folder / "data").rglob("*.age")}
    if present != {f"sealed/{file.id}.age" for file in transfer.files}:
        raise TransferError("transfer.json does not list the files of its bag; export again.")
    return transfer


def take_in(vault: Vault, transfer: Transfer, progress: Progress, tell: Tell) -> Taken:
    """Copy and open every file of a transfer that was not opened before; return the counts.

    `tell` gets one line for each file set aside, known already or in doubt.
    """
    _arrived(vault, transfer, tell)
    work = _Import(vault, transfer, tell)
    for number, file in enumerate(progress(list(transfer.files)), 1):
        work.take(file)
        if number % BATCH == 0:
            vault.commit()
    seen = vault.store.record(_TRANSFERS) or {}
    vault.store.set_record(_TRANSFERS, {**seen, str(transfer.number): transfer.tag_sha256})
    vault.commit()
    return work.taken


def last_number(vault: Vault) -> int:
    """The highest number of all transfers this vault has taken in to the end, 0 for none."""
    return max((int(number) for number in vault.store.record(_TRANSFERS) or {}), default=0)


class _Import:
    def __init__(self, vault: Vault, transfer: Transfer, tell: Tell) -> None:
        self.vault, self.transfer, self.tell = vault, transfer, tell
        self.taken = Taken()
        self._facts = vault.store.facts()
        self._opener = Opener(vault.person.epochs.values())

    def take(self, file: SealedFile) -> None:
        if file.size > MAX_FILE:
            self._count("left")
            self.vault.log("error", file.sha256, reason="too_large")
            self.tell(f"{file.id}.age is larger than any sealed testimony; left on the stick.")
            return
        data = _read(self.transfer, file)
        known = self._facts.get(file.sha256)
        if known and known.state == OPENED:
            self._count("known")
            self.tell(
                f"{short_id(file.sha256)} known already: the same sealed file was opened before."
            )
            return
        if known is None:
            self.vault.keep_sealed(file.sha256, data)
            self.vault.log("received", file.sha256, transfer=self.transfer.number)
        entry = self._open(file, data)
        self.vault.store.put(entry)
        self._facts[file.sha256] = entry.facts

    def _open(self, file: SealedFile, data: bytes) -> Entry:
        facts = Facts(OPENED, self.transfer.number, custody.today())
        try:
            opening = self._opener.open(data)
        except Unopened as error:
            self._count("set_aside")
            self.vault.log("set_aside", file.sha256, reason=error.reason)
            self.tell(f"{short_id(file.sha256)} set aside: it {error}")
            return Entry(file.sha256, replace(facts, state=SET_ASIDE, why=str(error)))
        self._count("opened")
        self.vault.log("opened", file.sha256)
        return Entry(
            file.sha256,
            replace(
                facts,
                commitment=self._commitment(file, opening.commitment_ok),
                attachments=opening.attachments,
            ),
            opening.file_key,
            opening.testimony,
        )

    def _commitment(self, file: SealedFile, holds: bool) -> str:
        if holds:
            self.vault.log("commitment_ok", file.sha256)
            return OK
        self._count("mismatches")
        self.vault.log("commitment_mismatch", file.sha256)
        self.tell(
            f"{short_id(file.sha256)} in doubt: it is not what its seal committed to; this mark"
            " stays with it."
        )
        return MISMATCH

    def _count(self, name: str) -> None:
        self.taken = replace(self.taken, **{name: getattr(self.taken, name) + 1})


def _arrived(vault: Vault, transfer: Transfer, tell: Tell) -> None:
    """Keep what the drop signed, before anything is opened; name what is odd about it."""
    for sentence in _doubts(vault, transfer, vault.store.record(_TRANSFERS) or {}):
        tell(sentence)
    name = f"{transfer.number:04d}-{transfer.tag_sha256[:8]}"
    folder = vault.folder / _TRANSFERS / name
    (folder / "data").mkdir(mode=0o700, parents=True, exist_ok=True)
    for kept in (*_KEPT, f"{bag.TAG_MANIFEST}.{SIGNER}.sig"):
        replace_file(folder / kept, (transfer.folder / kept).read_bytes())
    vault.log(
        "medium_in",
        transfer=transfer.number,
        keyring_serial=transfer.keyring_serial,
        tagmanifest=transfer.tag_sha256,
        files=len(transfer.files),
    )


def _doubts(vault: Vault, transfer: Transfer, seen: Mapping[str, str]) -> Iterator[str]:
    highest = last_number(vault)
    before = seen.get(str(transfer.number))
    if before is not None and before != transfer.tag_sha256:
        yield (
            f"Transfer {transfer.number} was taken in before with other content; ask the operator"
            " whether the drop was restored from a backup."
        )
    elif before is None and transfer.number < highest:
        yield f"Transfer {transfer.number} is older than transfer {highest}, taken in before."
    if transfer.keyring_serial > vault.keyring.serial:
        yield (
            f"The drop serves keyring {transfer.keyring_serial}, this vault has"
            f" {vault.keyring.serial}; ask for the newer one."
        )


def _read(transfer: Transfer, file: SealedFile) -> bytes:
    """The bytes of a file, which must be those that the bag was checked for."""
    path = transfer.folder / "data/sealed" / f"{file.id}.age"
    data = path.read_bytes()
    if len(data) != file.size or sha256(data).hexdigest() != file.sha256:
        raise BagError(f"{path.name} changed while it was read; the stick may be failing, stop.")
    return data


def _transfer(folder: Path, value: Any) -> Transfer:
    _check(
        isinstance(value, dict) and set(value) == {"files", "format", "keyring_serial", "number"}
    )
    _check(value["format"] == FORMAT and isinstance(value["files"], list))
    numbers = (value["number"], value["keyring_serial"])
    _check(all(type(number) is int and number >= 1 for number in numbers))
    files = tuple(_file(item) for item in value["files"])
    _check([f.id for f in files] == sorted({f.id for f in files}))
    tag_sha256 = sha256((folder / bag.TAG_MANIFEST).read_bytes()).hexdigest()
    return Transfer(folder, *numbers, files, tag_sha256)


def _file(item: Any) -> SealedFile:
    _check(isinstance(item, dict) and set(item) == {"id", "sha256", "size"})
    _check(isinstance(item["id"], str) and _ID.fullmatch(item["id"]) is not None)
    _check(isinstance(item["sha256"], str) and _HASH.fullmatch(item["sha256"]) is not None)
    _check(type(item["size"]) is int and item["size"] >= 0)
    return SealedFile(**item)


def _check(holds: bool) -> None:
    if not holds:
        raise FormatError("it is not a list as the drop writes it")
