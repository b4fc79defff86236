"""What crosses from the sandbox: whole numbers and bare pixels, nothing that is parsed (laptop).

A page is `>III` pages, width, height, then width × height × 3 bytes of RGB; several come one after
the other, as many as are not more than `BATCH` bytes, at least one. Faces are `>HHHH` left,
top, width, height in ten-thousandths of the picture. A refusal is an exit code of `Refusal`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

PAGES = 500
"""A document with more pages is not released."""
SIDE = 4096
"""No page and no picture that crosses is wider or higher (pixels)."""
BATCH = 64 << 20
"""Bytes of pages after which a child begins no further one."""
FACES = 400
PARTS = 10_000
"""A face is measured in this many parts of a picture's width and height."""
_HEAD = struct.Struct(">III")
_FACE = struct.Struct(">HHHH")


class Refusal(IntEnum):
    """Exit codes of the worker."""

    DAMAGED = 64
    TOO_LARGE = 65
    LOCKED = 66
    NO_SUCH_PAGE = 67
    UNKNOWN = 68


SENTENCES = {
    Refusal.DAMAGED: "it is damaged, or not what it begins as",
    Refusal.TOO_LARGE: "it unfolds to more than a file may",
    Refusal.LOCKED: "it is locked with a password",
    Refusal.NO_SUCH_PAGE: "it has no such page",
    Refusal.UNKNOWN: "files of its kind are not opened",
}


class WireError(Exception):
    """What came back has not the form of an answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as bare pixels, and how many pages there are."""

    pages: int
    width: int
    height: int
    rgb: bytes = field(repr=False)

    def encode(self) -> bytes:
        """The bytes that cross."""
        return _HEAD.pack(self.pages, self.width, self.height) + self.rgb


def pages(data: bytes) -> list[Page]:
    """Read one page or more; WireError for any other length or size than pages have."""
    found: list[Page] = []
    at = 0
    while at < len(data) or not found:
        if len(data) - at < _HEAD.size:
            raise WireError
        total, width, height = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + width * height * 3
        if not (0 < total <= PAGES and 0 < width <= SIDE and 0 < height <= SIDE):
            raise WireError
        if end > len(data) or len(found) == total:
            raise WireError
        found.append(Page(total, width, height, data[at + _HEAD.size : end]))
        at = end
    return found


def encode_faces(faces: list[tuple[float, float, float, float]]) -> bytes:
    """The bytes of faces given as fractions of a picture's width and height."""
    return b"".join(_parts(*face) for face in faces[:FACES])


def faces(data: bytes) -> list[tuple[float, float, float, float]]:
    """Read (left, top, width, height) of each face, as fractions; WireError if that can not be."""
    if len(data) % _FACE.size or len(data) > FACES * _FACE.size:
        raise WireError
    found = list(_FACE.iter_unpack(data))
    for left, top, width, height in found:
        if not (width and height and left + width <= PARTS and top + height <= PARTS):
            raise WireError
    return [(x / PARTS, y / PARTS, width / PARTS, high / PARTS) for x, y, width, high in found]


def _parts(left: float, top: float, width: float, height: float) -> bytes:
    x, y = round(left * PARTS), round(top * PARTS)
    return _FACE.pack(x, y, round((left + width) * PARTS) - x, round((top + height) * PARTS) - y)
