"""A post-quantum age identity: its text, its public recipient, its stanzas (laptop, legal).

Source: C2SP age.md, mlkem768x25519. A 32-byte seed expands to an ML-KEM-768 and an X25519 key.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from envelope import bech32
from envelope.errors import FormatError, HeaderError
from envelope.header import PQ, Header, Stanza, b64decode, require_pq
from envelope.recipient import HRP as RECIPIENT_HRP
from envelope.seal import HPKE_INFO, SUITE

HRP = "AGE-SECRET-KEY-PQ-"
SEED_SIZE = 32
MLKEM_SEED_SIZE = 64  # d and z, FIPS 203 §7.1
X25519_SIZE = 32


@dataclass(frozen=True, slots=True)
class AgeIdentity:
    """One private age key, made of a 32-byte seed that never shows in a repr."""

    seed: bytes = field(repr=False)
    _mlkem: MLKEM768PrivateKey = field(init=False, repr=False, compare=False)
    _x25519: X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Expand the seed once; opening many files would pay for it each time."""
        if len(self.seed) != SEED_SIZE:
            raise FormatError("A private age key has 32 bytes; this one has not.")
        expanded = hashlib.shake_256(self.seed).digest(MLKEM_SEED_SIZE + X25519_SIZE)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:MLKEM_SEED_SIZE])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[MLKEM_SEED_SIZE:])
        object.__setattr__(self, "_mlkem", mlkem)
        object.__setattr__(self, "_x25519", x25519)

    @classmethod
    def generate(cls) -> AgeIdentity:
        """Return a new identity from the system's randomness."""
        return cls(os.urandom(SEED_SIZE))

    @classmethod
    def parse(cls, text: str) -> AgeIdentity:
        """Read `AGE-SECRET-KEY-PQ-1…`; FormatError for any other kind of key."""
        hrp, seed = bech32.decode(text)
        if hrp != HRP or len(seed) != SEED_SIZE:
            raise FormatError("This is not a private post-quantum age key (AGE-SECRET-KEY-PQ-1…).")
        return cls(seed)

    def encode(self) -> str:
        """Return the private text `AGE-SECRET-KEY-PQ-1…`, as stock age reads it."""
        return bech32.encode(HRP, self.seed)

    @property
    def recipient(self) -> str:
        """The public text `age1pq1…` that others seal to."""
        mlkem = self._mlkem.public_key().public_bytes_raw()
        return bech32.encode(RECIPIENT_HRP, mlkem + self._x25519.public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key if this stanza is for this identity, else None.

        Raises HeaderError for a post-quantum stanza of a wrong form.
        """
        if stanza.type != PQ:
            return None
        require_pq(Header((stanza,), b""), grease=False)
        enc = b64decode(stanza.args[0].encode())
        self._refuse_low_order(enc[-X25519_SIZE:])
        private = MLKEM768X25519PrivateKey(self._mlkem, self._x25519)
        try:
            return SUITE.decrypt(enc + stanza.body, private, HPKE_INFO)
        except InvalidTag:
            return None

    def _refuse_low_order(self, share: bytes) -> None:
        # HPKE reports such a share as "not for me"; age wants the file refused.
        try:
            self._x25519.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            raise HeaderError(
                "A recipient in this sealed file is forged; keep the file, do not open it."
            ) from None
