"""What a bundle holds besides: tables and what else is computed from its own accounts; both sides.

Nothing here adds a fact. Whoever checks a bundle computes these files again and compares bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from release.account import contents
from release.tables import FOLDER, TABLES, tables

COMPUTED_FROM = ("release.json", "testimonies/")
"""Where everything stands, below data/, that the files here are computed from."""
DERIVED = frozenset(f"{FOLDER}/{name}.csv" for name in TABLES)
"""Names below data/ of every computed file."""


def derived(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return name → bytes of every computed file; `files` are the others, by name below data/."""
    return tables(contents(files))
