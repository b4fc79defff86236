"""The public half of an age key: post-quantum recipients only; every machine, the drop too."""

from __future__ import annotations

from envelope import bech32
from envelope.errors import FormatError

HRP = "age1pq"
MLKEM_SIZE = 1184  # ML-KEM-768 public key, FIPS 203
SIZE = MLKEM_SIZE + 32  # and an X25519 public key


def parse_recipient(text: str) -> bytes:
    """The 1,216 bytes of an ``age1pq1…`` recipient; any other kind raises FormatError."""
    hrp, data = bech32.decode(text)
    if hrp != HRP or len(data) != SIZE:
        raise FormatError("This key is not a post-quantum recipient (age1pq1…); ask for one.")
    return data
