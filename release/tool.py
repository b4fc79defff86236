"""Which program wrote a bundle: its version, and a hash over its files."""

from __future__ import annotations

import functools
import tomllib
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "release"
ROOMS = ("envelope", "keys", "release", "reviewer", "templates/release")


@functools.cache
def version() -> str:
    """Return the version of this program."""
    # Not importlib.metadata, which loads socket.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


@functools.cache
def tool_hash() -> str:
    """Return SHA-256 (hex) over `sha256  path` lines of every file that writes a bundle."""
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    names = sorted(p.relative_to(ROOT).as_posix() for p in files if "__pycache__" not in p.parts)
    lines = "".join(f"{sha256((ROOT / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
    return sha256(lines.encode()).hexdigest()
