"""Lists of accounts as `sakse-seal many` reads them: JSON lines, or CSV of a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envelope import canonical, form
from envelope.errors import FormatError
from envelope.testimony import MAX_JSON
from field.errors import AnswersError, ListError

MAX_LIST = 32 << 20  # bytes; all of a list is checked, in memory, before any of it is sealed
MAX_LINES = 5000  # so that a file's number stays innocent, see many.py
NEW_CODE = "new"  # a cell of the column `code`
_OWN = ("lang", "narrative", "contact", "attachments", "code")  # columns that are no field
_NEEDED = ("lang", "c1")
_BOM = "\ufeff"
# What a spreadsheet shows where it took a text for a formula: the text itself is lost.
_LOST = re.compile(r"#(NAME\?|REF!|VALUE!|DIV/0!|NUM!|N/A|NULL!|ERROR!)|Err:\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number, its text as it stands in the list, and what `account.read` takes.

    `fault` is "", or the sentence that says why there is no value. A CSV's lines are counted as a
    spreadsheet counts rows, the header being 1.
    """

    number: int
    raw: str
    value: Any
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole list; `head` is what stands before its first account."""

    head: str
    lines: tuple[Line, ...]


def load(path: Path) -> Listing:
    """Read a list by its ending, .jsonl or .csv; ListError if it cannot be read as one at all."""
    readers = {".jsonl": _jsonl, ".csv": _csv}
    if path.suffix.lower() not in readers:
        raise ListError(f"{path} must end in .jsonl or .csv; name it after what it is.")
    with path.open("rb") as stream:
        data = stream.read(MAX_LIST + 1)
    if len(data) > MAX_LIST:
        raise ListError(f"{path} is larger than {MAX_LIST >> 20} MiB; split it into several lists.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ListError(
            f"{path} is not UTF-8 text; open it where it was made and save it as UTF-8 (in a"
            ' spreadsheet "CSV UTF-8").'
        )
    listing = readers[path.suffix.lower()](text)
    if not 0 < len(listing.lines) <= MAX_LINES:
        raise ListError(f"{path} must hold 1 to {MAX_LINES} accounts; split it, or fill it in.")
    return listing


def _jsonl(text: str) -> Listing:
    lines = io.StringIO(text.removeprefix(_BOM), newline="\n")
    return Listing(
        "", tuple(_json_line(number, raw) for number, raw in enumerate(lines, 1) if raw.strip())
    )


def _json_line(number: int, raw: str) -> Line:
    try:
        return Line(number, raw, canonical.loads(raw.encode(), what="This line", limit=MAX_JSON))
    except FormatError as error:
        return Line(number, raw, None, str(error))


def _csv(text: str) -> Listing:
    bom = text[: text.startswith(_BOM)]
    rows = _rows(text.removeprefix(_BOM))
    _, head, names = next(rows, (1, "", []))
    names = _columns(names)
    lines = (_csv_line(*row, names) for row in rows if any(cell.strip() for cell in row[2]))
    return Listing(bom + head, tuple(lines))


def _rows(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (number, text, cells) of each row; a cell may hold line ends, so a text may too."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    csv.field_size_limit(MAX_LIST)
    rows, number = csv.reader(lines(), strict=True), 0
    try:
        for number, cells in enumerate(rows, 1):
            yield number, "".join(taken), cells
            taken.clear()
    except csv.Error:
        raise ListError(
            f'line {number + 1}: A quotation mark (") opens or closes in the middle of a cell, so'
            " nothing after it can be read; save the list from a spreadsheet again."
        ) from None


def _columns(names: Sequence[str]) -> list[str]:
    names = [name.strip() for name in names]
    known = {*_OWN, *form.load().fields}
    unknown = [name for name in names if name and name not in known]
    if unknown:
        raise ListError(
            f"line 1: The form has no field {unknown[0][:40]!r}; correct the name of this column"
            " (columns are separated by commas)."
        )
    twice = [name for name in names if name and names.count(name) > 1]
    if twice:
        raise ListError(f"line 1: There are two columns {twice[0]}; remove one.")
    for name in _NEEDED:
        if name not in names:
            raise ListError(f"line 1: There is no column {name}; every account needs it.")
    return names


def _csv_line(number: int, raw: str, cells: Sequence[str], names: Sequence[str]) -> Line:
    try:
        return Line(number, raw, _account(_named(cells, names)))
    except AnswersError as error:
        return Line(number, raw, None, str(error))


def _named(cells: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return column → cell of the cells that are not blank."""
    if len(cells) < len(names):
        raise AnswersError(
            f"This line has {len(cells)} cells and the first line {len(names)}, so something may"
            " be missing; fill the line up."
        )
    filled = {at: cell for at, cell in enumerate(cells) if cell.strip()}
    if any(at >= len(names) or not names[at] for at in filled):
        raise AnswersError("A cell of this line stands in a column without a name; give it one.")
    for at, cell in filled.items():
        if cell.startswith("=") or _LOST.fullmatch(cell.strip()):
            raise AnswersError(
                f"The cell of {names[at]} is a formula, or what a spreadsheet makes of a text that"
                " looks like one; write the text again in a cell formatted as text."
            )
    return {names[at]: cell for at, cell in filled.items()}


def _account(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the same object a line of JSON holds."""
    account: dict[str, Any] = {
        "lang": row.get("lang", "").strip(),
        "answers": {name: _answer(name, cell) for name, cell in row.items() if name not in _OWN},
        "narrative": row.get("narrative", ""),
    }
    if "contact" in row:
        account["contact"] = row["contact"]
    if "attachments" in row:
        names = (name.strip() for name in row["attachments"].split(";"))
        account["attachments"] = [name for name in names if name]
    if "code" in row:
        typed = row["code"].strip()
        account["code"] = typed == NEW_CODE or typed
    return account


def _answer(name: str, cell: str) -> str:
    """Return an answer as the form has it: of several codes the form's order, one space between.

    What the form takes as it stands, a text above all, stays as it stands.
    """
    question = next(q for q in form.load().questions if name in q.fields)
    if question.rule(name)(cell):
        return cell
    if question.kind != "many":
        return cell.strip()
    order = {code: at for at, code in enumerate(question.choices)}
    codes = cell.replace(";", " ").split()
    return " ".join(sorted(codes, key=lambda code: order.get(code, len(order))))
