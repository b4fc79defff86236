"""SR1 commitments: hide part of a text, prove the rest against what was sealed; every machine."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from envelope.padding import MAX_ATTACHMENTS

if TYPE_CHECKING:
    from envelope.form import Form
    from envelope.testimony import Testimony

SLICE = 1 << 20  # FORMAT.md "commitments": attachments are hashed in slices of 1 MiB
UNIT_MULTIPLE = 16  # the number of units is padded to a multiple of this
SALT_BYTES = 16

# By the first byte of a hash: as many empty cells as it has leading 1-bits.
_EMPTY = [[""] * (8 - (byte ^ 0xFF).bit_length()) for byte in range(256)]
_SENTENCE = re.compile("[^\u104b.?!\n]*[\u104b.?!\n]+|[^\u104b.?!\n]+")


_u32 = struct.Struct(">I").pack


def unit_key(seed: bytes, u: int) -> bytes:
    """Return the 32-byte key of unit number `u` (from 0) under the 32-byte `seed`."""
    return sha256(b"SR1-unit" + seed + _u32(u)).digest()


def cells(k_u: bytes, text: str) -> list[str]:
    """Return the cells of a unit: one code point each, and empty ones that hide lengths."""
    decoy = b"SR1-deco" + k_u
    found = [""]
    for i, point in enumerate(text):
        found += _EMPTY[sha256(decoy + _u32(i)).digest()[0]]
        found.append(point)
    return found + _EMPTY[sha256(decoy + _u32(len(text))).digest()[0]]


def cell_salt(k_u: bytes, c: int) -> bytes:
    """Return the 16-byte salt of cell number `c` (from 0)."""
    return sha256(b"SR1-salt" + k_u + _u32(c)).digest()[:SALT_BYTES]


def salted_digest(salt: bytes, cell: str) -> bytes:
    """Return the 32-byte digest of one cell, which is all a verifier of an open cell needs."""
    return sha256(b"SR1-cell" + salt + cell.encode()).digest()


def cell_digest(k_u: bytes, c: int, cell: str) -> bytes:
    """Return the 32-byte digest of cell number `c` of the unit with key `k_u`."""
    return salted_digest(cell_salt(k_u, c), cell)


def node(digests: Iterable[bytes]) -> bytes:
    """Return the digest of a unit from the digests of its cells."""
    whole = sha256(b"SR1-node")
    for digest in digests:
        whole.update(digest)
    return whole.digest()


def unit_digest(k_u: bytes, text: str) -> bytes:
    """Return D_u, the 32-byte digest of a whole unit.

    The same as `node` over `cell_digest` of every cell, written out: of all that opening a file
    costs, half is here, and half of that would be calls.
    """
    key = b"SR1-salt" + k_u
    return node(
        sha256(b"SR1-cell" + sha256(key + _u32(c)).digest()[:SALT_BYTES] + cell.encode()).digest()
        for c, cell in enumerate(cells(k_u, text))
    )


def root_of_digests(digests: Sequence[bytes]) -> bytes:
    """Return R over the unit digests, in order."""
    return sha256(b"SR1-root" + _u32(len(digests)) + b"".join(digests)).digest()


def root(seed: bytes, units: Sequence[str]) -> bytes:
    """Return R, the commitment root of all units of one testimony."""
    return root_of_digests([unit_digest(unit_key(seed, u), text) for u, text in enumerate(units)])


def commitment(r: bytes, root: bytes) -> bytes:
    """Return C, the 32 bytes of the grease stanza, from the 32 random bytes `r` and R."""
    return sha256(b"SR1-seal" + r + root).digest()


def split_narrative(text: str) -> list[str]:
    """Cut an account after every run of U+104B, full stop, ? ! or line feed; "" gives no part."""
    return _SENTENCE.findall(text)


def attachment_unit(chunks: Iterable[bytes | memoryview]) -> str:
    """Return `sha256:` and the hash over the hashes of an attachment's 1 MiB slices.

    `chunks` are the attachment's bytes in pieces of any size; an empty file has no slice.
    """
    whole, piece, room = sha256(), sha256(), SLICE
    for chunk in chunks:
        view = memoryview(chunk)
        while view:
            piece.update(view[:room])
            taken = min(room, len(view))
            view, room = view[taken:], room - taken
            if room == 0:
                whole.update(piece.digest())
                piece, room = sha256(), SLICE
    if room < SLICE:
        whole.update(piece.digest())
    return "sha256:" + whole.hexdigest()


def units(form: Form, t: Testimony, attachment_units: Sequence[str]) -> list[str]:
    """Return the units of a testimony in SR1 order, the same in the page and on the laptop.

    Meta, one unit a form field, `raw`, 16 attachment units, the account's sentences, and ""
    until their number is a multiple of 16.
    """
    files = [*attachment_units, *[""] * (MAX_ATTACHMENTS - len(attachment_units))]
    found = [
        f"{t.form} {t.consent_lang} {t.consent_sha256}",
        *(t.answers.get(field, "") for field in form.fields),
        t.raw,
        *files,
        *split_narrative(t.narrative),
    ]
    return found + [""] * (-len(found) % UNIT_MULTIPLE)
