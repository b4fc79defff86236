"""What only the CCTV vectors need and the shipped opener refuses: X25519, scrypt and armor.

Source: C2SP age.md. These plug into keys.agefile beside AgeIdentity.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from envelope import bech32
from envelope.errors import FormatError, HeaderError
from envelope.header import Header, Stanza, b64encode

X25519_HRP = "AGE-SECRET-KEY-"
X25519_INFO = b"age-encryption.org/v1/X25519"
SCRYPT_LABEL = b"age-encryption.org/v1/scrypt"
MAX_WORK_FACTOR = 22
WRAPPED_SIZE = 32
ZERO_NONCE = bytes(12)
BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
COLUMNS = 64


class ArmorError(FormatError):
    """The ASCII armor is malformed."""


@dataclass(frozen=True, slots=True)
class X25519Identity:
    """A classical age identity."""

    private: X25519PrivateKey

    @classmethod
    def parse(cls, text: str) -> X25519Identity:
        hrp, data = bech32.decode(text)
        assert hrp == X25519_HRP
        return cls(X25519PrivateKey.from_private_bytes(data))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.type != "X25519":
            return None
        share = _only_argument(stanza, 1, 32)
        try:
            shared = self.private.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            raise HeaderError("low order") from None
        salt = share + self.private.public_key().public_bytes_raw()
        return _unwrap(HKDF(hashes.SHA256(), 32, salt, X25519_INFO).derive(shared), stanza)


@dataclass(frozen=True, slots=True)
class ScryptIdentity:
    """A passphrase."""

    passphrase: str

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.type != "scrypt":
            return None
        salt = _only_argument(stanza, 2, 16)
        if not re.fullmatch(r"[1-9][0-9]?", stanza.args[1]):
            raise HeaderError("work factor")
        factor = int(stanza.args[1])
        if factor > MAX_WORK_FACTOR:
            raise HeaderError("work factor too high")
        kdf = Scrypt(SCRYPT_LABEL + salt, length=32, n=1 << factor, r=8, p=1)
        return _unwrap(kdf.derive(self.passphrase.encode()), stanza)


def refuse_shared_scrypt(header: Header) -> None:
    """A scrypt stanza must be alone, or it would not authenticate the sender."""
    if len(header.stanzas) > 1 and any(s.type == "scrypt" for s in header.stanzas):
        raise HeaderError("scrypt is not alone")


def dearmor(text: bytes) -> bytes:
    """The bytes inside age's strict ASCII armor."""
    lines = text.strip(b"\t\n\r ").replace(b"\r\n", b"\n").split(b"\n")
    if len(lines) < 2 or lines[0] != BEGIN or lines[-1] != END:
        raise ArmorError("begin or end")
    body = lines[1:-1]
    for n, line in enumerate(body):
        if len(line) > COLUMNS or not line or (len(line) < COLUMNS and n != len(body) - 1):
            raise ArmorError("line length")
    joined = b"".join(body)
    try:
        data = binascii.a2b_base64(joined, strict_mode=True)
    except binascii.Error:
        raise ArmorError("base64") from None
    if base64.b64encode(data) != joined:
        raise ArmorError("not canonical")
    return data


def _only_argument(stanza: Stanza, count: int, size: int) -> bytes:
    if len(stanza.args) != count or len(stanza.body) != WRAPPED_SIZE:
        raise HeaderError("stanza form")
    text = stanza.args[0].encode()
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        raise HeaderError("base64") from None
    if len(data) != size or b64encode(data) != text:
        raise HeaderError("argument")
    return data


def _unwrap(key: bytes, stanza: Stanza) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(ZERO_NONCE, stanza.body, None)
    except InvalidTag:
        return None
