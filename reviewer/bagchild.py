"""Reads what a stick says a transfer is, where a hostile stick can reach nothing (laptop).

Run by reviewer.transfer in the sandbox as `python -m reviewer.bagchild FOLDER`. It prints one value
of canonical JSON: {"list": the value of transfer.json} for a bag that is whole, or {"refused": a
sentence}. Nobody takes its word: reviewer.transfer proves the list.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from envelope import bag, canonical
from envelope.errors import BagError, FormatError

MAX_LIST = 64 << 20  # bytes of transfer.json: 400,000 files


def main() -> None:
    """Print what the folder named on the command line holds."""
    sys.stdout.buffer.write(canonical.dumps(look(Path(sys.argv[1]))))


def look(folder: Path) -> dict[str, Any]:
    """Return {"list": …} or {"refused": …} for a bag; OSError if the stick can not be read."""
    try:
        bag.validate(folder)
        value = _list(folder / "data/transfer.json")
    except BagError as error:
        return {"refused": str(error)}
    except FormatError as error:
        return {"refused": f"transfer.json is refused ({error}); export again."}
    return {"list": value}


def _list(path: Path) -> Any:
    """The value of transfer.json, which names exactly the sealed files beside it."""
    if not path.is_file():
        raise FormatError("it is missing")
    with path.open("rb") as source:
        data = source.read(MAX_LIST + 1)
    value = canonical.loads_canonical(data, what="it", limit=MAX_LIST)
    try:
        names = {f"sealed/{file['id']}.age" for file in value["files"]}
    except (TypeError, KeyError) as error:
        raise FormatError("it is not a list as the drop writes it") from error
    payload = [other for other in path.parent.rglob("*") if other.is_file() and other != path]
    if {other.relative_to(path.parent).as_posix() for other in payload} != names:
        raise FormatError("it does not list the files of its bag")
    return value


if __name__ == "__main__":
    main()
