"""Reads the files of a bundle, and refuses them by name; laptop before, legal team after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from envelope import canonical
from release.errors import BundleError
from release.shape import Check

MAX_COPY = 256 << 20  # a film of a quarter of an hour
MAX_FILE = 64 << 20  # the proof of a long account, open in part, is the largest


def read_object(data: Path, name: str, shape: Check) -> dict[str, Any]:
    """Return one JSON file, canonical and of exactly this shape; BundleError for any other."""
    value = canonical.loads_canonical(read(data, name), what=f"data/{name}")
    return shaped(value, shape, f"data/{name}")


def shaped(value: Any, shape: Check, name: str) -> dict[str, Any]:
    """Return a value of this shape; BundleError, naming the file, for any other."""
    if not shape(value):
        raise bad(name, "does not have exactly the parts it should have")
    return dict(value)


def read(data: Path, name: str, *, limit: int | None = None) -> bytes:
    """Return the bytes of a file below data/; BundleError if it is missing or too large."""
    path = data / name
    if not path.is_file():
        raise bad(f"data/{name}", "is missing")
    if path.stat().st_size > (limit or MAX_FILE):
        raise bad(f"data/{name}", "is larger than it can be")
    return path.read_bytes()


def read_text(data: Path, name: str) -> str:
    """Return the text of a file; BundleError unless it is UTF-8."""
    return text_of(read(data, name), name)


def text_of(raw: bytes, name: str) -> str:
    """Return the bytes of a file below data/ as text; BundleError unless they are UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad(f"data/{name}", "is not UTF-8 text") from error


def bad(name: str, why: str) -> BundleError:
    """Return the refusal of a file: its name, and a clause that says why."""
    return BundleError(f"{name} {why}; do not rely on this bundle, ask the team for it again.")
