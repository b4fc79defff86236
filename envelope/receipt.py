"""The return: what reviewers took in, so that the drop may let it go; drop and laptop.

A bag that two reviewers sign, with a receipt and the newest keyring (doc/FORMAT.md). It is read
from its medium once, and what was read is what the signatures are checked against.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import bag, canonical, sshsig
from envelope.disk import PUBLIC, sync_folder, write_new
from envelope.errors import BagError, FormatError
from envelope.keyring import MAX_SIZE as MAX_KEYRING

FORMAT = "sakse-receipt@v1"
FOLDERS = "sakse-return-*"
MAX_SIZE = 64 << 20
"""Bytes of a receipt: some 500,000 files."""
SIGNERS = 2
"""Reviewers whose signatures a return needs."""

_RECEIPT = "data/receipt.json"
_KEYRING = "data/keyring.json"
_PAYLOAD = {_RECEIPT: MAX_SIZE, _KEYRING: MAX_KEYRING, f"{_KEYRING}.sig": 4096}  # name → bytes
_LISTS = ("destroyed", "opened", "set_aside")
_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one reviewer says of the files of transfer number `transfer`.

    `by` is her id in the keyring, `custody_head` (hex) that of her log before. The three mappings
    are the drop's id of a file → SHA-256 of its bytes, both hex.
    """

    by: str
    custody_head: str
    transfer: int
    opened: Mapping[str, str]
    set_aside: Mapping[str, str]
    destroyed: Mapping[str, str]

    def named(self) -> dict[str, str]:
        """Id → SHA-256 of every file the drop may let go."""
        return {**self.destroyed, **self.opened, **self.set_aside}

    def encode(self) -> bytes:
        """The bytes of receipt.json."""
        return canonical.dumps(
            {
                "by": self.by,
                "custody_head": self.custody_head,
                "destroyed": _listed(self.destroyed),
                "format": FORMAT,
                "opened": _listed(self.opened),
                "set_aside": _listed(self.set_aside),
                "transfer": self.transfer,
            }
        )


@dataclass(frozen=True, slots=True)
class Return:
    """A return as it was read: bytes of its files, its tag manifest and its signatures by name."""

    receipt: bytes = field(repr=False)
    keyring: bytes = field(repr=False)
    keyring_sig: bytes = field(repr=False)
    tags: bytes = field(repr=False)
    signatures: Mapping[str, bytes] = field(repr=False)

    def signers(self, allowed: Mapping[str, bytes]) -> set[str]:
        """Who signed it, of these (id → raw key); BagError for a signature by anybody else."""
        return set(bag.verify_signatures(self.tags, self.signatures, sshsig.RECEIPT, allowed))


def folders(place: Path) -> list[Path]:
    """The returns at a place: itself, if it is a bag, or those lying in it; BagError if none."""
    if (place / "bagit.txt").exists():
        return [place]
    found = sorted(path for path in place.glob(FOLDERS) if path.is_dir())
    if not found:
        raise BagError(f"{place} is no return and holds none ({FOLDERS}); name its folder.")
    return found


def write(
    place: Path, made: Receipt, keyring: tuple[bytes, bytes], key: Ed25519PrivateKey
) -> Path:
    """Write a return with its first signature, by `made.by`, into a folder; return its own folder.

    `keyring` is a keyring's bytes and their signature. Raises BagError for one that is there.
    """
    folder = place / f"sakse-return-{made.transfer:04d}"
    partial = place / f".{folder.name}.partial"
    if folder.exists():
        raise BagError(f"{folder} is there already; take it away, or name another folder.")
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
    try:
        (partial / "data").mkdir(parents=True)
        files = dict(zip(_PAYLOAD, (made.encode(), *keyring), strict=True))
        for name, data in files.items():
            (partial / name).write_bytes(data)
        octets = sum(map(len, files.values()))
        bag.write(partial, {"Payload-Oxum": f"{octets}.{len(files)}"})
        bag.sign(partial, key, sshsig.RECEIPT, made.by)
        os.sync()
        partial.rename(folder)
        sync_folder(place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def read(folder: Path) -> Return:
    """Read a return whose signatures nobody checked yet; BagError if it is not one whole bag."""
    bag.validate(folder)
    payload = {path.relative_to(folder).as_posix() for path in (folder / "data").rglob("*")}
    if payload != set(_PAYLOAD):
        raise BagError(f"{folder.name} does not hold what a return holds; make a new one.")
    files = {name: bag.read(folder, name, limit) for name, limit in _PAYLOAD.items()}
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    tags = bag.tag_files(bag.read(folder, "bag-info.txt", 4096), digests)[bag.TAG_MANIFEST]
    made, ring, ring_sig = files.values()
    return Return(made, ring, ring_sig, tags, bag.signatures(folder))


def sign(folder: Path, found: Return, key: Ed25519PrivateKey, name: str) -> Path:
    """Add a signature over what was read, not over what the medium has; return its path."""
    path = folder / f"{bag.TAG_MANIFEST}.{name}.sig"
    write_new(path, sshsig.sign(key, sshsig.RECEIPT, found.tags), mode=PUBLIC)
    return path


def parse(data: bytes) -> Receipt:
    """Read receipt.json strictly; FormatError unless it re-encodes to the same bytes."""
    value = canonical.loads_canonical(data, what="receipt.json", limit=MAX_SIZE)
    try:
        made = Receipt(
            by=value["by"],
            custody_head=value["custody_head"],
            transfer=value["transfer"],
            **{name: {one["id"]: one["sha256"] for one in value[name]} for name in _LISTS},
        )
        known = made.encode() == data and _is_sound(made)
    except (KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise FormatError("receipt.json is not a receipt as a laptop writes it; make a new one.")
    return made


def _is_sound(made: Receipt) -> bool:
    named = made.named()
    lists = (made.opened, made.set_aside, made.destroyed)
    return (
        type(made.transfer) is int
        and made.transfer >= 1
        and all(isinstance(text, str) for text in (made.by, made.custody_head, *named.values()))
        and _HASH.fullmatch(made.custody_head) is not None
        and all(map(_ID.fullmatch, named))
        and all(map(_HASH.fullmatch, named.values()))
        and len(named) == sum(map(len, lists))
    )


def _listed(files: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"id": name, "sha256": files[name]} for name in sorted(files)]
