"""Writes the spans a release would cover by default, for measuring (laptop, no vault, no key)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from reviewer.errors import ReviewerError
from reviewer.finder import IDENTITY, find

MAX_LINE = 16 << 20
"""Bytes of one line; a testimony's narrative is far smaller."""


class SuggestError(ReviewerError):
    """A file of texts is not what `suggest --jsonl` reads."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := source.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise SuggestError(
                f"Line {number} is longer than {MAX_LINE >> 20} MiB; split the text."
            )
        if line.strip():
            yield number, line


def _parse(number: int, line: bytes) -> tuple[str, str]:
    try:
        row = json.loads(line.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise SuggestError(
            f'Line {number} is not one JSON object in UTF-8; write {{"id": "…", "text": "…"}}.'
        ) from None
    if not isinstance(row, dict):
        raise SuggestError(f"Line {number} is not a JSON object; give each line an id and a text.")
    for key in ("id", "text"):
        if not isinstance(row.get(key), str):
            raise SuggestError(
                f'Line {number} has no string "{key}"; give each line an id and a text.'
            )
    return row["id"], row["text"]


def spans(text: str) -> list[dict[str, int | str]]:
    """Return what a release would cover if a person accepted every default."""
    kept = (finding for finding in find(text) if finding.label in IDENTITY)
    return [{"start": f.start, "end": f.end, "label": f.label} for f in kept]


def run(in_path: Path, out_path: Path) -> int:
    """Read lines {"id","text"}, write lines {"id","spans"}, return how many.

    Raises SuggestError naming the line; then nothing is written.
    """
    partial = out_path.with_name(out_path.name + ".partial")
    seen = set[str]()
    try:
        with in_path.open("rb") as source, partial.open("x", encoding="utf-8") as out:
            for number, line in _lines(source):
                name, text = _parse(number, line)
                if name in seen:
                    raise SuggestError(
                        f"Line {number} repeats the id of an earlier line; make ids unique."
                    )
                seen.add(name)
                out.write(json.dumps({"id": name, "spans": spans(text)}) + "\n")
        partial.replace(out_path)
    except OSError as error:
        raise SuggestError(
            f"{error.filename} cannot be used ({error.strerror}); give other paths."
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    return len(seen)
