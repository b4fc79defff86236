"""The drop's own key and the keyring it serves, which the team's root must have signed (drop)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import keyring
from envelope.config import DropConfig
from envelope.errors import SakseError
from envelope.keyring import Keyring
from intake.errors import IntakeError

KEY_FILE = "drop.key"
KEY_SIZE = 32  # raw Ed25519: the library's own key formats would load ciphers


@dataclass(frozen=True, slots=True)
class Trusted:
    """A verified keyring with its exact bytes and signature, and the key the drop signs with."""

    keyring: Keyring
    data: bytes
    signature: bytes
    key: Ed25519PrivateKey = field(repr=False)


def load(config: DropConfig) -> Trusted:
    """Read key and keyring; raise SakseError unless the root signed that keyring for this key."""
    if not config.root:
        raise IntakeError("drop.root is not set: write the fingerprint of the team's root there.")
    key = _key(config)
    path = config.keyring
    keyring.settle(path)
    try:
        data = path.read_bytes()
        signature = keyring.beside(path).read_bytes()
    except OSError as error:
        raise IntakeError(
            f"{error.filename} cannot be read ({error.strerror}): copy the signed keyring there."
        ) from None
    try:
        return _trusted(config, data, signature, key)
    except SakseError as error:
        raise IntakeError(f"{path}: {error}") from None


def newer(config: DropConfig, old: Trusted, data: bytes, signature: bytes) -> Trusted:
    """The keyring that counts once a return brought this one: the higher serial of the two.

    Raises SakseError for one the root did not sign, for another drop, or for another keyring under
    the serial of the old one.
    """
    brought = _trusted(config, data, signature, old.key)
    if brought.keyring.serial == old.keyring.serial and data != old.data:
        raise IntakeError(
            f"There are two keyrings with the serial {old.keyring.serial}: have the right one"
            " signed with a higher serial."
        )
    return brought if brought.keyring.serial > old.keyring.serial else old


def _trusted(
    config: DropConfig, data: bytes, signature: bytes, key: Ed25519PrivateKey
) -> Trusted:
    found = keyring.verify(data, signature, config.root)
    if found.drop != key.public_key().public_bytes_raw():
        raise IntakeError("it names another drop's key: have it signed again for this drop.")
    return Trusted(found, data, signature, key)


def _key(config: DropConfig) -> Ed25519PrivateKey:
    path = config.state / KEY_FILE
    try:
        data = path.read_bytes()
    except OSError:
        raise IntakeError(
            f"{path} cannot be read: run sakse-intake init, or bring back its backup."
        ) from None
    if len(data) != KEY_SIZE or path.stat().st_mode & 0o077:
        raise IntakeError(f"{path} must be {KEY_SIZE} bytes that only its owner can read.")
    return Ed25519PrivateKey.from_private_bytes(data)
