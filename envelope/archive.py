"""The POSIX ustar inside a sealed file, written one way and read strictly; every machine.

What parses re-encodes to the same bytes: a member's header is accepted only if it is the header
this module would have written for that name and size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from envelope.errors import FormatError
from envelope.padding import MAX_ATTACHMENTS

Source = bytes | Path
BLOCK = 512
_END = bytes(2 * BLOCK)
_COPY = 1 << 20
_MAX_NAME = 100
_MAX_SIZE = 8**11 - 1
# No part begins with a dot (hidden) or ends with one (Windows drops it).
_PART = r"[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_NAME = re.compile(rf"{_PART}(?:/{_PART})*")
_TESTIMONY = "testimony.json"
_CONTACT = "contact.age"


def pack(
    members: Sequence[tuple[str, Source]], pad_to: Callable[[int], int] | None = None
) -> Iterator[bytes]:
    """Yield a ustar of ``members`` (name, bytes or a file), then zeros up to ``pad_to(size)``.

    Raises FormatError for a name that is not safe relative ASCII, or a file that changes in size.
    """
    sizes = [len(s) if isinstance(s, bytes) else s.stat().st_size for _, s in members]
    total = sum(BLOCK + _padded(size) for size in sizes) + len(_END)
    padding = (pad_to(total) if pad_to else total) - total
    for (name, source), size in zip(members, sizes, strict=True):
        yield _header(name, size)
        yield from _content(name, source, size)
        yield bytes(_padded(size) - size)
    yield _END
    yield from _zeros(padding)


def members(data: bytes | memoryview) -> Iterator[tuple[str, memoryview]]:
    """Yield (name, content) of each member of a ustar; FormatError at the first deviation."""
    view = memoryview(data)
    at = 0
    while any(view[at : at + BLOCK]):
        name, size = _read_header(bytes(view[at : at + BLOCK]))
        start, end = at + BLOCK, at + BLOCK + size
        at += BLOCK + _padded(size)
        if at + len(_END) > len(view) or any(view[end:at]):
            raise _damaged("a member is cut or not padded with zeros")
        yield name, view[start:end]
    # Comparing bytes is the fastest test for zeros by far.
    if len(view) - at < len(_END) or bytes(view[at:]) != bytes(len(view) - at):
        raise _damaged("it does not end with zeros")


def unpack_testimony(data: bytes | memoryview) -> dict[str, memoryview]:
    """The members of a testimony by name: testimony.json, contact.age if there, attachments.

    Refuses any other member, order or count with a FormatError.
    """
    found: dict[str, memoryview] = {}
    for name, content in members(data):
        expected = [_TESTIMONY] if not found else [f"attachments/{_attachments(found) + 1:02d}"]
        if len(found) == 1 and _TESTIMONY in found:
            expected.append(_CONTACT)
        if name not in expected or _attachments(found) == MAX_ATTACHMENTS:
            raise _damaged("a member in it has a name, place or number it cannot have")
        found[name] = content
    if not found:
        raise _damaged("it is empty")
    return found


def extract(data: bytes | memoryview, folder: Path) -> None:
    """Write the members of a bag's ustar into ``folder``, which must be empty."""
    if any(folder.iterdir()):
        raise FormatError(f"{folder} is not empty; name an empty folder.")
    seen: dict[str, str] = {}
    for name, content in members(data):
        if name.lower() in seen:
            raise _damaged("a name stands in it twice")
        for part in (name, *(parent.as_posix() for parent in PurePosixPath(name).parents)):
            # Windows and macOS would merge names that differ in case only.
            if seen.setdefault(part.lower(), part) != part:
                raise _damaged("two names in it differ in case only")
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise _damaged("one name in it is both file and folder") from error


def is_safe_name(name: str) -> bool:
    """Whether ``name`` is relative ASCII, has no hidden or empty part, and fits a ustar."""
    return len(name) <= _MAX_NAME and _NAME.fullmatch(name) is not None


def _attachments(found: dict[str, memoryview]) -> int:
    return sum(name.startswith("attachments/") for name in found)


def _header(name: str, size: int) -> bytes:
    if not is_safe_name(name) or size > _MAX_SIZE:
        raise FormatError(f"{name[:_MAX_NAME]!r} cannot be packed; use plain short ASCII names.")
    fields = [
        name.encode().ljust(100, b"\0"),
        b"0000644\0",
        b"0000000\0" * 2,
        b"%011o\0" % size,
        b"00000000000\0",
        b" " * 8,
        b"0",
        bytes(100),
        b"ustar\x0000",
        bytes(BLOCK - 265),
    ]
    block = b"".join(fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _read_header(block: bytes) -> tuple[str, int]:
    try:
        name = block[:100].rstrip(b"\0").decode("ascii")
        size = int(block[124:135].decode("ascii"), 8)
        if len(block) == BLOCK and block == _header(name, size):
            return name, size
    except (ValueError, FormatError):
        pass
    raise _damaged("a member's header is not one Sakse writes")


def _content(name: str, source: Source, size: int) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    left = size
    with source.open("rb") as stream:
        while left and (piece := stream.read(min(left, _COPY))):
            left -= len(piece)
            yield piece
        if left or stream.read(1):
            raise FormatError(f"The file for {name} changed while it was read; try again.")


def _zeros(count: int) -> Iterator[bytes]:
    while count > 0:
        yield bytes(min(count, _COPY))
        count -= _COPY


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _damaged(why: str) -> FormatError:
    return FormatError(f"What is sealed in this file is refused: {why}; keep the file as it is.")
