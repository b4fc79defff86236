"""The age v1 header, read strictly and written exactly; public half, safe on the drop.

Source: C2SP age.md. What parses re-encodes to the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from envelope.errors import HeaderError

VERSION_LINE = b"age-encryption.org/v1\n"
PQ = "mlkem768x25519"
MAX_HEADER = 1 << 20
MAX_STANZAS = 64
MAC_SIZE = 32
GREASE_SIZE = 32
_ENC_SIZE = 1120  # ML-KEM-768 ciphertext 1088 and X25519 share 32
_WRAPPED_SIZE = 32  # file key 16 and tag 16
_COLUMNS = 64
# Ten times what a hybrid stanza needs, so that no header costs more time than reading it.
_MAX_LINE = 16 << 10
_MAX_PARSED = 1024
_GREASE = re.compile(r"[A-Za-z]{1,8}-grease")
_ARGUMENT = re.compile(rb"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient's part of a header: ``-> type args…`` and a body."""

    type: str
    args: tuple[str, ...]
    body: bytes

    def encode(self) -> bytes:
        """The stanza's bytes, wrapped at 64 columns; the last line is always short."""
        body = b64encode(self.body)
        lines = [body[i : i + _COLUMNS] for i in range(0, len(body) + 1, _COLUMNS)]
        head = " ".join(("->", self.type, *self.args)).encode()
        return b"\n".join([head, *lines]) + b"\n"


@dataclass(frozen=True, slots=True)
class Header:
    """An age header: its stanzas and the MAC over them."""

    stanzas: tuple[Stanza, ...]
    mac: bytes

    def mac_input(self) -> bytes:
        """The bytes the MAC covers: everything up to and including ``---``."""
        return VERSION_LINE + b"".join(s.encode() for s in self.stanzas) + b"---"

    def encode(self) -> bytes:
        """The whole header as it stands in a file."""
        return self.mac_input() + b" " + b64encode(self.mac) + b"\n"


def b64encode(data: bytes) -> bytes:
    """Standard base64 without padding, as age writes it."""
    return base64.b64encode(data).rstrip(b"=")


def b64decode(text: bytes) -> bytes:
    """The bytes of canonical base64 without padding; HeaderError for anything else."""
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error as error:
        raise _malformed("its header is not clean base64") from error
    if b64encode(data) != text:
        raise _malformed("its header is not canonical base64")
    return data


def parse(data: bytes) -> tuple[Header, int]:
    """Read the header at the start of ``data``; also return the offset of the payload.

    ``data`` may be any prefix that holds the whole header. Raises HeaderError.
    """
    if not data.startswith(VERSION_LINE):
        raise HeaderError("This is not a sealed file: it does not begin as age files do.")
    stanzas: list[Stanza] = []
    at = len(VERSION_LINE)
    while True:
        line, at = _line(data, at)
        if line.startswith(b"--- "):
            break
        stanza, at = _stanza(line, data, at)
        stanzas.append(stanza)
        if len(stanzas) > _MAX_PARSED:
            raise _malformed("it names more recipients than any file needs")
    mac = b64decode(line[4:])
    if len(mac) != MAC_SIZE:
        raise _malformed("its last header line has the wrong length")
    if not stanzas:
        raise _malformed("it names no recipient")
    return Header(tuple(stanzas), mac), at


def require_pq(header: Header, *, grease: bool) -> None:
    """Refuse a header that is not post-quantum throughout (doc/FORMAT.md, sealed file).

    ``grease`` True is the rule for testimonies: exactly one ``*-grease`` stanza with a 32-byte
    body. False is the rule for contacts, proposals and releases: none. Raises HeaderError.
    """
    if len(header.stanzas) > MAX_STANZAS:
        raise HeaderError(f"This sealed file names over {MAX_STANZAS} recipients; seal it again.")
    greasy = [s for s in header.stanzas if is_grease(s)]
    for stanza in header.stanzas:
        if not is_grease(stanza):
            _require_pq_stanza(stanza)
    if len(greasy) == len(header.stanzas):
        raise HeaderError("This sealed file names no recipient; seal it again.")
    if len(greasy) != int(grease):
        raise HeaderError(
            "This sealed file has not exactly one commitment; seal it again with the page or"
            " sakse-seal."
            if grease
            else "This sealed file carries a commitment where none belongs; make it again."
        )
    for stanza in greasy:
        if stanza.args or len(stanza.body) != GREASE_SIZE:
            raise HeaderError("This sealed file's commitment has the wrong form; seal it again.")


def grease_body(header: Header) -> bytes:
    """The 32-byte commitment C of a testimony whose header passed ``require_pq``."""
    return next(s.body for s in header.stanzas if is_grease(s))


def is_grease(stanza: Stanza) -> bool:
    """Whether every age tool ignores this stanza and Sakse reads C from it."""
    return _GREASE.fullmatch(stanza.type) is not None


def _require_pq_stanza(stanza: Stanza) -> None:
    if stanza.type != PQ:
        raise HeaderError(
            "This file is sealed to a key that is not post-quantum; seal it again with the page or"
            " sakse-seal."
        )
    if len(stanza.args) != 1 or len(stanza.body) != _WRAPPED_SIZE:
        raise HeaderError("A recipient in this sealed file has the wrong form; seal it again.")
    if len(b64decode(stanza.args[0].encode())) != _ENC_SIZE:
        raise HeaderError("A recipient in this sealed file has the wrong length; seal it again.")


def _stanza(line: bytes, data: bytes, at: int) -> tuple[Stanza, int]:
    parts = line.split(b" ")
    if parts[0] != b"->" or len(parts) < 2 or not all(map(_ARGUMENT.fullmatch, parts[1:])):
        raise _malformed("a recipient line is not readable")
    body: list[bytes] = []
    while True:
        row, at = _line(data, at)
        if len(row) > _COLUMNS:
            raise _malformed("a recipient's line is too long")
        body.append(row)
        if len(row) < _COLUMNS:
            break
    kind, *args = (part.decode() for part in parts[1:])
    return Stanza(kind, tuple(args), b64decode(b"".join(body))), at


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.find(b"\n", at, min(at + _MAX_LINE, MAX_HEADER))
    if end < 0:
        raise _malformed("its header does not end, or has a line longer than any file needs")
    return data[at:end], end + 1


def _malformed(why: str) -> HeaderError:
    return HeaderError(f"This sealed file is damaged: {why}; send or seal it again.")
