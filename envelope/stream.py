"""The sealing half of age's payload (STREAM, HKDF, header MAC); field, laptop and legal.

Source: C2SP age.md. The drop never imports this module: it loads ciphers.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 65536
TAG = 16
FILE_KEY_SIZE = 16
PAYLOAD_NONCE_SIZE = 16


def nonce(counter: int, last: bool) -> bytes:
    """The 12-byte nonce of chunk ``counter``: 11 bytes big-endian and a last-chunk flag."""
    return counter.to_bytes(11, "big") + bytes([last])


def payload_key(file_key: bytes, payload_nonce: bytes) -> bytes:
    """The 32-byte key of the payload, from the 16-byte file key and the 16-byte nonce before it."""
    return _hkdf(file_key, payload_nonce, b"payload")


def header_mac(file_key: bytes, mac_input: bytes) -> bytes:
    """The 32-byte MAC that closes a header (``Header.mac_input()``)."""
    return hmac.new(_hkdf(file_key, None, b"header"), mac_input, hashlib.sha256).digest()


def encrypt(key: bytes, source: Iterable[bytes]) -> Iterator[bytes]:
    """Seal ``source`` (pieces of any size) in chunks of 64 KiB, each with its 16-byte tag."""
    cipher = ChaCha20Poly1305(key)
    chunk, counter = b"", 0
    for following in _chunks(source):
        if counter or chunk:
            yield cipher.encrypt(nonce(counter - 1, False), chunk, None)
        chunk, counter = following, counter + 1
    yield cipher.encrypt(nonce(max(counter - 1, 0), True), chunk, None)


def _chunks(source: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup ``source`` into chunks of exactly 64 KiB and a rest, none of them empty."""
    buffer = bytearray()
    for piece in source:
        buffer += piece
        whole = len(buffer) - len(buffer) % CHUNK
        for start in range(0, whole, CHUNK):
            yield bytes(memoryview(buffer)[start : start + CHUNK])
        del buffer[:whole]
    if buffer:
        yield bytes(buffer)


def _hkdf(file_key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=salt, info=info).derive(file_key)
