"""Reads what a stick says a transfer is, where a hostile stick can do nothing (laptop).

For now in this process.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from envelope import bag, canonical
from envelope.errors import FormatError
from reviewer.errors import TransferError

MAX_LIST = 64 << 20  # bytes of transfer.json: 400,000 files


def look(folder: Path) -> Any:
    """Return the value of transfer.json in a bag that is whole; BagError or TransferError else."""
    bag.validate(folder)
    path = folder / "data/transfer.json"
    try:
        with path.open("rb") as source:
            data = source.read(MAX_LIST + 1)
        value = canonical.loads_canonical(data, what="it", limit=MAX_LIST)
        names = {f"sealed/{file['id']}.age" for file in value["files"]}
    except (FormatError, OSError, TypeError, KeyError) as error:
        raise TransferError(f"transfer.json is refused ({error}); export again.") from error
    present = {p.relative_to(folder / "data").as_posix() for p in (folder / "data").rglob("*.age")}
    if present != names:
        raise TransferError("transfer.json does not list the files of its bag; export again.")
    return value
