"""Locks a secret under a passphrase: Argon2id, then XChaCha20-Poly1305 (laptop, legal).

File: one ASCII line that names everything needed to open it, then nonce and ciphertext:

    sakse-locked@v1 KIND argon2id m=KIB t=PASSES p=LANES SALT LF  nonce (24)  ciphertext ‖ tag (16)

KIND is what the secret is, SALT 32 lower-case hex digits. The line, with its LF, is the additional
data of the cipher, so none of it can be changed. The passphrase is the UTF-8 of its NFC form.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from envelope.cli import warn
from keys.errors import LockError

# RFC 9106 §4, second recommended option (3 passes, 4 lanes), with four times its 64 MiB: the memory
# a laptop of 4 GiB can spare for half a second.
MEMORY_KIB = 256 * 1024
PASSES = 3
LANES = 4
SALT_SIZE = 16  # RFC 9106 §3.1: 128 bits
KEY_SIZE = 32
# What a hostile file may cost: RFC 9106's first recommended option needs 2 GiB.
MAX_MEMORY_KIB = 2 * 1024 * 1024
MAX_PASSES = 16
MAX_LANES = 16
MAX_SIZE = 1 << 20

WEAK_SETTING = "SAKSE_TEST_WEAK_ARGON2"
WEAK_MEMORY_KIB = 64
WEAK_PASSES = 1
WEAK_LANES = 1

_LINE = re.compile(
    rb"sakse-locked@v1 ([a-z]{1,16}) argon2id"
    rb" m=([1-9][0-9]{0,7}) t=([1-9][0-9]?) p=([1-9][0-9]?) ([0-9a-f]{32})\n"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """The first line of a locked file."""

    kind: str
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes

    def encode(self) -> bytes:
        cost = f"m={self.memory_kib} t={self.passes} p={self.lanes}"
        return f"sakse-locked@v1 {self.kind} argon2id {cost} {self.salt.hex()}\n".encode()

    def key(self, passphrase: str) -> bytes:
        try:
            return hash_secret_raw(
                unicodedata.normalize("NFC", passphrase).encode(),
                self.salt,
                time_cost=self.passes,
                memory_cost=self.memory_kib,
                parallelism=self.lanes,
                hash_len=KEY_SIZE,
                type=Type.ID,
            )
        except (HashingError, MemoryError):
            # Argon2 reports so what the system refuses: its memory, or a thread for each lane.
            raise LockError(
                f"This machine cannot spare the {self.memory_kib >> 10} MiB of memory that this "
                "lock needs; close other programs, or use a machine with more memory."
            ) from None


def lock(secret: bytes, passphrase: str, *, kind: str) -> bytes:
    """Return the bytes of a locked file; `kind` (a-z) is what `unlock` must ask for.

    Raises LockError when the machine has not the memory.
    """
    weak = _weak_allowed()
    if weak:
        warn(f"{WEAK_SETTING} is set: this lock is for tests and protects nothing.")
    line = _Line(
        kind,
        WEAK_MEMORY_KIB if weak else MEMORY_KIB,
        WEAK_PASSES if weak else PASSES,
        WEAK_LANES if weak else LANES,
        os.urandom(SALT_SIZE),
    ).encode()
    if not _LINE.fullmatch(line) or len(secret) > MAX_SIZE:
        raise ValueError(f"cannot lock {len(secret)} bytes as {kind!r}")
    return line + bytes(Aead(_parse(line).key(passphrase)).encrypt(secret, line))


def unlock(data: bytes, passphrase: str, *, kind: str) -> bytes:
    """Return the secret of a locked file of this kind.

    Raises LockError for a malformed or weak file, another kind, a passphrase that does not fit, or
    a machine that has not the memory.
    """
    line = data[: data.find(b"\n") + 1]
    parsed = _parse(line)
    if parsed.kind != kind:
        raise LockError(f"This file is a locked {parsed.kind}, not a locked {kind}; name another.")
    _refuse_cost(parsed)
    try:
        return Aead(parsed.key(passphrase)).decrypt(data[len(line) :], line)
    except (CryptoError, ValueError):
        raise LockError(
            "The passphrase does not open this file, or the file is damaged; try again."
        ) from None


def locked_kind(data: bytes) -> str | None:
    """Return what kind of secret a locked file holds, None when it is no locked file."""
    found = _LINE.match(data)
    return found[1].decode() if found else None


def describe(data: bytes) -> str:
    """Return the cost of a locked file's lock in words. Raises LockError."""
    line = _parse(data[: data.find(b"\n") + 1])
    return f"Argon2id, {line.memory_kib} KiB, {line.passes} passes, {line.lanes} lanes"


def _parse(line: bytes) -> _Line:
    found = _LINE.fullmatch(line)
    if found is None:
        raise LockError("This is not a locked file of Sakse; name another file.")
    memory, passes, lanes = (int(found[n]) for n in (2, 3, 4))
    return _Line(found[1].decode(), memory, passes, lanes, bytes.fromhex(found[5].decode()))


def _refuse_cost(line: _Line) -> None:
    if line.memory_kib > MAX_MEMORY_KIB or line.passes > MAX_PASSES or line.lanes > MAX_LANES:
        raise LockError("This file asks for more memory or time than any lock of Sakse; refused.")
    weak = line.memory_kib < MEMORY_KIB or line.passes < PASSES
    if weak and not _weak_allowed():
        raise LockError("This file is locked too weakly (a test's?); make the key again.")
    if line.memory_kib < 8 * line.lanes:
        raise LockError("This file's lock has impossible parameters; use another copy.")


def _weak_allowed() -> bool:
    return os.environ.get(WEAK_SETTING) == "1"
