"""What a bundle holds besides: tables, load files, pictures and a page, computed from its accounts.

Nothing here adds a fact. Whoever checks a bundle computes these files again and compares bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from release import aggregates, loadfile, pictures, reader, tables
from release.account import contents

COMPUTED_FROM = ("release.json", "testimonies/", aggregates.FILE)
"""Where everything stands, below data/, that the files here are computed from."""
DRAWN = frozenset({reader.FILE, *(f"{pictures.FOLDER}/{name}" for name in pictures.FILES)})
"""Names below data/ of what another version of this program may draw otherwise."""
DERIVED = DRAWN | {
    *(f"{tables.FOLDER}/{name}.csv" for name in tables.TABLES),
    *(f"{loadfile.FOLDER}/{name}" for name in loadfile.FILES),
}
"""Names below data/ of every computed file."""


def derived(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return name → bytes of every computed file; `files` are the others, by name below data/."""
    found = contents(files)
    drawn = pictures.pictures(found)
    return {
        **tables.tables(found),
        **drawn,
        **loadfile.loadfiles(found),
        reader.FILE: reader.page(found, drawn.values()),
    }
