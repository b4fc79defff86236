"""Encrypts every content column of the vault's database, each bound to its place (laptop).

XChaCha20-Poly1305 with a random 24-byte nonce; additional data = canonical JSON of [table, column,
row id, version], so that no value can be moved to another row or column, or put back from an
older version of its row. Values are padded, so that a seized disk tells no length of a text.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from envelope import canonical
from reviewer.errors import VaultError

KEY_SIZE = Aead.KEY_SIZE
PAD_TO = 4096  # bytes: a page of the database
_END = b"\x80"  # ISO/IEC 7816-4 padding: one 0x80, then zeros


class Cells:
    """Seals and opens single values under the vault key."""

    def __init__(self, key: bytes) -> None:
        self._aead = Aead(key)

    def seal(self, place: tuple[str, str, str, int], value: bytes) -> bytes:
        """Encrypt a value for its place: (table, column, row id, version)."""
        size = -(-(len(value) + 1) // PAD_TO) * PAD_TO
        padded = (value + _END).ljust(size, b"\0")
        return bytes(self._aead.encrypt(padded, canonical.dumps(place)))

    def open(self, place: tuple[str, str, str, int], sealed: bytes) -> bytes:
        """Decrypt a value; raise VaultError if it was changed or moved."""
        try:
            padded = self._aead.decrypt(sealed, canonical.dumps(place))
        except (CryptoError, ValueError):
            table, column, row, _ = place
            raise VaultError(
                f"The vault is damaged at {table}.{column} of {row[:8]}: the value was changed or"
                " moved; restore the last backup."
            ) from None
        return padded[: padded.rindex(_END)]
