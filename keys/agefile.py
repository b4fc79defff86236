"""Opens age files: finds the file key, checks the header, streams the plaintext (laptop, legal).

Source: C2SP age.md. The order is law: header parsed, (testimonies) require_pq, file key unwrapped,
MAC checked, and only then the first byte of payload. Every chunk is authenticated before it is
yielded, but only the end of the iterator says that nothing is missing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from envelope.errors import HeaderError
from envelope.header import MAX_HEADER, VERSION_LINE, Header, Stanza, parse, require_pq
from envelope.stream import CHUNK, PAYLOAD_NONCE_SIZE, TAG, header_mac, nonce, payload_key
from keys.errors import HeaderMacError, NoIdentity, PayloadError


class Identity(Protocol):
    """Whatever can find a file key in a stanza; Sakse ships `AgeIdentity` only."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None when the stanza is not for this identity."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that opened: its header, its file key, and the plaintext as it is decrypted."""

    header: Header
    file_key: bytes = field(repr=False)
    chunks: Iterator[bytes] = field(repr=False)


def open_file(source: BinaryIO, identities: Iterable[Identity], *, testimony: bool) -> Opened:
    """Open an age file from its first byte.

    `testimony` demands the header of a testimony (envelope.header.require_pq with grease). Raises
    HeaderError, NoIdentity or HeaderMacError here, PayloadError while `chunks` is read.
    """
    header = read_header(source)
    if testimony:
        require_pq(header, grease=True)
    file_key = unwrap(header, identities)
    return Opened(header, file_key, decrypt(file_key, source))


def read_header(source: BinaryIO) -> Header:
    """Read and parse a header; leave `source` at the first byte after it. Raises HeaderError."""
    data = bytearray(line := source.readline(len(VERSION_LINE)))
    while line and data.startswith(VERSION_LINE) and not line.startswith(b"--- "):
        line = source.readline(MAX_HEADER - len(data))
        data += line
    return parse(bytes(data))[0]


def unwrap(header: Header, identities: Iterable[Identity]) -> bytes:
    """Return the 16-byte file key, after checking the header's MAC with it.

    Raises NoIdentity when no identity fits, HeaderMacError when the header was changed, and
    HeaderError when a stanza is malformed.
    """
    file_key = _file_key(header, list(identities))
    if not hmac.compare_digest(header_mac(file_key, header.mac_input()), header.mac):
        raise HeaderMacError("This sealed file was changed after sealing; ask for another copy.")
    return file_key


def decrypt(file_key: bytes, source: BinaryIO) -> Iterator[bytes]:
    """Yield the plaintext of a payload in chunks of at most 64 KiB.

    `source` stands at the first byte after the header. Raises HeaderError at once when the nonce
    is cut, PayloadError later for a chunk that was changed, cut, moved or added.
    """
    payload_nonce = _read(source, PAYLOAD_NONCE_SIZE)
    if len(payload_nonce) < PAYLOAD_NONCE_SIZE:
        raise HeaderError("This sealed file ends right after its header; ask for another copy.")
    return _chunks(ChaCha20Poly1305(payload_key(file_key, payload_nonce)), source)


def _file_key(header: Header, identities: list[Identity]) -> bytes:
    for stanza in header.stanzas:
        for identity in identities:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    raise NoIdentity(
        "No key here opens this sealed file: it is for somebody else, or its epoch's key is burned."
    )


def _chunks(cipher: ChaCha20Poly1305, source: BinaryIO) -> Iterator[bytes]:
    counter, last = 0, False
    while not last:
        sealed = _read(source, CHUNK + TAG)
        last = len(sealed) < CHUNK + TAG
        if last and len(sealed) <= TAG and (counter or len(sealed) < TAG):
            raise PayloadError("This sealed file is cut short; ask for another copy.")
        try:
            plain = cipher.decrypt(nonce(counter, last), sealed, None)
        except InvalidTag:
            # A full chunk may also be the last one; only trying tells.
            plain, last = _last(cipher, counter, sealed), True
        yield plain
        counter += 1
    if source.read(1):
        raise PayloadError("Something was added to the end of this sealed file; ask for a copy.")


def _last(cipher: ChaCha20Poly1305, counter: int, sealed: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce(counter, True), sealed, None)
    except InvalidTag:
        raise PayloadError("This sealed file was changed; ask for another copy.") from None


def _read(source: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, fewer only at the end: a pipe may hand over less at a time."""
    data = source.read(size)
    while len(data) < size and (more := source.read(size - len(data))):
        data += more
    return data
