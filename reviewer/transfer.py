"""A transfer on a stick: what it holds, and the proof that the drop signed exactly that (laptop).

The law: what lies on a stick is parsed in a child process (reviewer.bagchild), whose word nobody
takes. From it the only bag that would hold these files is written again here, byte for byte; what
the drop signed must be that. Later each file must have the hash it has there.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from envelope import bag, canonical, sshsig
from envelope.errors import BagError, FormatError, SignatureError
from reviewer import sandbox
from reviewer.errors import TransferError
from reviewer.screen import safe_line
from reviewer.vault import Vault

FORMAT = "sakse-transfer@v1"
SIGNER = "drop"
FOLDERS = "sakse-transfer-*"
TRANSFERS = "transfers"
"""The vault's record of the transfers it took in, number → SHA-256 of the tag manifest."""
PATIENCE = 3600  # seconds: 64 GB from a slow stick
MEMORY = 1 << 30
_MAX_TAG_FILE = 64 << 10
_COPY = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = f"{bag.TAG_MANIFEST}.{SIGNER}.sig"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of a transfer: its path on the stick, SHA-256 (hex) and size in bytes."""

    path: Path
    sha256: str
    size: int

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes, and raise BagError at the end if they are not those that were signed."""
        digest, size = sha256(), 0
        with _regular(self.path) as source:
            while piece := source.read(_COPY):
                digest.update(piece)
                size += len(piece)
                yield piece
        if (digest.hexdigest(), size) != (self.sha256, self.size):
            raise BagError(
                f"{self.path.name} changed while it was read; the stick may be failing, stop."
            )


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer that the drop signed. `kept` is name → bytes of what proves it."""

    number: int
    keyring_serial: int
    files: tuple[SealedFile, ...]
    kept: Mapping[str, bytes] = field(repr=False)

    @property
    def tag_sha256(self) -> str:
        """The SHA-256 (hex) of its tag manifest: what the drop signed."""
        return sha256(self.kept[bag.TAG_MANIFEST]).hexdigest()


def folders(place: Path) -> list[Path]:
    """The transfers at a place: itself, if it is a bag, or those lying in it, by name.

    Raises TransferError if there is none.
    """
    if (place / "bagit.txt").exists():
        return [place]
    found = sorted(path for path in place.glob(FOLDERS) if path.is_dir())
    if not found:
        raise TransferError(
            f"{place} is no transfer and holds none ({FOLDERS}); name the folder on the stick."
        )
    return found


def read_all(place: Path, drop: bytes) -> tuple[list[Transfer], list[str]]:
    """Every transfer at a place that is whole and signed, and why each other one is refused.

    Raises as `read` if the place is itself a transfer.
    """
    found, refused = [], []
    for folder in folders(place):
        try:
            found.append(read(folder, drop))
        except (BagError, TransferError) as error:
            if folder == place:
                raise
            refused.append(f"{folder.name}: {error}")
    return found, refused


def read(folder: Path, drop: bytes) -> Transfer:
    """Check a transfer's bag, list and signature; `drop` is the raw key of the keyring's drop.

    Raises BagError or TransferError naming what is wrong; then nothing of it was opened.
    """
    value = _looked(folder)
    try:
        files = _files(folder, value)
        kept = _rebuilt(folder, value, files)
        sshsig.verify(kept[_SIGNATURE], sshsig.TRANSFER, kept[bag.TAG_MANIFEST], {drop})
    except SignatureError as error:
        raise BagError(f"{_SIGNATURE} is refused: {error}") from error
    except FormatError as error:
        raise TransferError(f"transfer.json is refused ({error}); export again.") from error
    return Transfer(value["number"], value["keyring_serial"], files, kept)


def last_number(vault: Vault) -> int:
    """The highest number of all transfers this vault has taken in to the end, 0 for none."""
    return max(_numbers(vault), default=0)


def taken(vault: Vault) -> dict[str, str]:
    """Number (as text) → SHA-256 of the tag manifest of each transfer taken in to the end."""
    return vault.store.record(TRANSFERS) or {}


def missing(vault: Vault) -> list[tuple[int, int]]:
    """The numbers below the highest that this vault has not taken in, as (first, last)."""
    pairs = pairwise([0, *_numbers(vault)])
    return [(low + 1, high - 1) for low, high in pairs if high - low > 1]


def ranges(found: list[tuple[int, int]]) -> str:
    """Write ranges for a person: 2, 4-7."""
    return ", ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in found)


def _numbers(vault: Vault) -> list[int]:
    return sorted(map(int, taken(vault)))


def _looked(folder: Path) -> Any:
    """What the child read in transfer.json, not believed yet."""
    line = sandbox.python("reviewer.bagchild", str(folder.resolve()))
    finished = sandbox.run(line, ro=[folder], seconds=PATIENCE, memory=MEMORY)
    try:
        match canonical.loads(finished.stdout, what="The answer", limit=sandbox.OUTPUT):
            case {"list": value}:
                return value
            case {"refused": str(sentence)}:
                raise BagError(safe_line(sentence))
    except FormatError:
        pass
    raise TransferError(f"{folder} can not be read; the stick may be failing, export to another.")


def _rebuilt(folder: Path, value: Any, files: tuple[SealedFile, ...]) -> dict[str, bytes]:
    """The tag files, signature and list of the only bag that holds this list and these files."""
    listed = canonical.dumps(value)
    digests = {f"data/sealed/{file.path.name}": file.sha256 for file in files}
    digests["data/transfer.json"] = sha256(listed).hexdigest()
    parts = bag.tag_files(_small(folder / "bag-info.txt"), digests)
    if not (folder / _SIGNATURE).exists():
        raise TransferError(
            f"{folder} is not signed by the drop; export the transfer again and copy all of it."
        )
    if _small(folder / bag.TAG_MANIFEST) != parts[bag.TAG_MANIFEST]:
        raise TransferError(f"{folder} is not one bag from its list to its files; export again.")
    signature = _small(folder / _SIGNATURE)
    return {**parts, "data/transfer.json": listed, _SIGNATURE: signature}


def _small(path: Path) -> bytes:
    with _regular(path) as source:
        data = source.read(_MAX_TAG_FILE + 1)
    if len(data) > _MAX_TAG_FILE:
        raise TransferError(f"{path.name} is larger than it can be; export the transfer again.")
    return data


def _regular(path: Path) -> BinaryIO:
    """Open a file of a stick; a link or a device is refused, a pipe does not make us wait."""
    source = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(source).st_mode):
        os.close(source)
        raise TransferError(f"{path.name} is not a file; export the transfer again.")
    return os.fdopen(source, "rb")


def _files(folder: Path, value: Any) -> tuple[SealedFile, ...]:
    """Read the value of transfer.json strictly."""
    _check(
        isinstance(value, dict) and set(value) == {"files", "format", "keyring_serial", "number"}
    )
    _check(value["format"] == FORMAT and isinstance(value["files"], list))
    numbers = (value["number"], value["keyring_serial"])
    _check(all(type(number) is int and number >= 1 for number in numbers))
    files = tuple(_file(folder, item) for item in value["files"])
    names = [file.path.name for file in files]
    _check(names == sorted(set(names)))
    return files


def _file(folder: Path, item: Any) -> SealedFile:
    _check(isinstance(item, dict) and set(item) == {"id", "sha256", "size"})
    _check(isinstance(item["id"], str) and _ID.fullmatch(item["id"]) is not None)
    _check(isinstance(item["sha256"], str) and _HASH.fullmatch(item["sha256"]) is not None)
    _check(type(item["size"]) is int and item["size"] >= 0)
    return SealedFile(folder / "data/sealed" / f"{item['id']}.age", item["sha256"], item["size"])


def _check(holds: bool) -> None:
    if not holds:
        raise FormatError("it is not a list as the drop writes it")
