"""Sealing to post-quantum recipients (age v1, mlkem768x25519 only); field and laptop."""

from __future__ import annotations

import os
import secrets
import string
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from envelope.errors import FormatError
from envelope.header import GREASE_SIZE, PQ, Header, Stanza, b64encode, require_pq
from envelope.recipient import MLKEM_SIZE, parse_recipient
from envelope.stream import FILE_KEY_SIZE, PAYLOAD_NONCE_SIZE, encrypt, header_mac, payload_key

ENC_SIZE = 1120  # ML-KEM-768 ciphertext 1088 and X25519 share 32
HPKE_INFO = b"age-encryption.org/mlkem768x25519"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_GREASE_LETTERS = 8  # the most a reader accepts
_RANDOM = secrets.SystemRandom()


def seal(
    source: Iterable[bytes], out: BinaryIO, recipients: Sequence[str], *, grease: bytes | None
) -> None:
    """Write ``source`` to ``out`` as an age file that each of ``recipients`` can open.

    ``grease`` is the 32-byte commitment C of a testimony, None for everything else. File key and
    nonces are fresh at every call. Raises FormatError, before writing a byte, for a recipient
    that is not post-quantum or stands twice.
    """
    keys = [parse_recipient(text) for text in recipients]
    if not keys or len(set(keys)) != len(keys):
        raise FormatError("A keyring names no recipient, or one twice; get the current one.")
    file_key = os.urandom(FILE_KEY_SIZE)
    header = _header(file_key, keys, grease)
    payload_nonce = os.urandom(PAYLOAD_NONCE_SIZE)
    out.write(header.encode() + payload_nonce)
    for chunk in encrypt(payload_key(file_key, payload_nonce), source):
        out.write(chunk)


def _header(file_key: bytes, keys: Sequence[bytes], grease: bytes | None) -> Header:
    stanzas = [_wrap(file_key, key) for key in keys]
    if grease is not None:
        stanzas.append(_grease(grease))
    bare = Header(tuple(stanzas), b"")
    header = Header(bare.stanzas, header_mac(file_key, bare.mac_input()))
    require_pq(header, grease=grease is not None)
    return header


def _wrap(file_key: bytes, key: bytes) -> Stanza:
    try:
        public = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(key[:MLKEM_SIZE]),
            X25519PublicKey.from_public_bytes(key[MLKEM_SIZE:]),
        )
        sealed = SUITE.encrypt(file_key, public, HPKE_INFO)
    except ValueError:
        # Not every 1,216 bytes are a key: ML-KEM refuses some, X25519 those of low order.
        raise FormatError(
            "A recipient's key is no key that can be sealed to; ask its owner for a new card."
        ) from None
    enc, body = sealed[:ENC_SIZE], sealed[ENC_SIZE:]
    return Stanza(PQ, (b64encode(enc).decode(),), body)


def _grease(body: bytes) -> Stanza:
    if len(body) != GREASE_SIZE:
        raise FormatError("A commitment has 32 bytes; this one has not.")
    # A name no tool knows, as other age tools write them, so that it does not name Sakse; always
    # of one length, so that two texts make files of exactly one size.
    name = "".join(_RANDOM.choice(string.ascii_letters) for _ in range(_GREASE_LETTERS))
    return Stanza(f"{name}-grease", (), body)
