"""What a bundle holds besides: tables and what else is computed from its own accounts; both sides.

Nothing here adds a fact. Whoever checks a bundle computes these files again and compares bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from release import loadfile, pictures, tables
from release.account import contents

COMPUTED_FROM = ("release.json", "testimonies/")
"""Where everything stands, below data/, that the files here are computed from."""
DERIVED = frozenset(
    {
        *(f"{tables.FOLDER}/{name}.csv" for name in tables.TABLES),
        *(f"{pictures.FOLDER}/{name}" for name in pictures.FILES),
        *(f"{loadfile.FOLDER}/{name}" for name in loadfile.FILES),
    }
)
"""Names below data/ of every computed file."""


def derived(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return name → bytes of every computed file; `files` are the others, by name below data/."""
    found = contents(files)
    return {
        **tables.tables(found),
        **pictures.pictures(found),
        **loadfile.loadfiles(found),
    }
