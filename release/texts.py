"""Tokens in released texts, and the table of redactions; reviewer's laptop and legal team."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from release import coarse
from release.content import KINDS, Redaction
from release.errors import ReleaseError

_NUMBER = rf"[{KINDS}]-\d{{2,4}}"
NUMBERED = re.compile(rf"\[{_NUMBER}\]", re.ASCII)
"""A token that tells its kind alone, like [P-07]."""
TOKEN = re.compile(rf"\[(?:{_NUMBER}|{coarse.SHAPE})\]", re.ASCII)
"""What stands for a hidden identity: such a token, or what looks like a coarser word."""
COLUMNS = ("field", "start", "end", "token", "kind", "reason")
FORMULA = "'=+-@\t\r"
"""A cell beginning with one of these gets an apostrophe, so that no spreadsheet runs it (CWE-1236);
the apostrophe itself is in the list so that reading takes away exactly what writing added."""


def without_tokens(text: str) -> tuple[str, frozenset[int]]:
    """Return a released text without its tokens, and the offsets in it where tokens stood."""
    offsets, removed = set(), 0
    for match in TOKEN.finditer(text):
        offsets.add(match.start() - removed)
        removed += len(match[0])
    return TOKEN.sub("", text), frozenset(offsets)


def tokens(field: str, text: str) -> list[tuple[str, int, int, str, str]]:
    """Return (field, start, end, token, kind) of every token in a released text, in order.

    The kind of a word that is in no list is "".
    """
    return [(field, m.start(), m.end(), m[0], kind(m[0])) for m in TOKEN.finditer(text)]


def kind(token: str) -> str:
    """Return the kind of a token or coarser word, "" if it is neither."""
    return token[1] if NUMBERED.fullmatch(token) else coarse.kind(token) or ""


def write_redactions(redactions: Iterable[Redaction]) -> bytes:
    """Return redactions.csv."""
    rows = []
    for item in redactions:
        cells = [str(getattr(item, name)) for name in COLUMNS]
        if not "".join(cells).isprintable():
            raise ReleaseError(
                f"The reason for {item.token} holds a line break or a control character; "
                "write it in one plain line."
            )
        rows.append(cells)
    return write_table(COLUMNS, rows)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV table: UTF-8, comma, LF, one header line, no cell a spreadsheet would run."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(columns)
    for cells in rows:
        table.writerow([f"'{c}" if c[:1] in tuple(FORMULA) else c for c in cells])
    return out.getvalue().encode()


def read_redactions(data: bytes, name: str) -> tuple[Redaction, ...]:
    """Return the rows of redactions.csv; raises ReleaseError unless they re-encode to `data`."""
    try:
        _, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        found = tuple(_row([cell.removeprefix("'") for cell in row]) for row in rows)
        if write_redactions(found) == data:
            return found
    except (ValueError, csv.Error, ReleaseError):
        pass
    raise ReleaseError(f"{name} is not a table of redactions; ask the team for a new bundle.")


def _row(cells: list[str]) -> Redaction:
    field, start, end, token, kind, reason = cells
    return Redaction(field, int(start), int(end), token, kind, reason)
