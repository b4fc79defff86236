"""Load files for review platforms: one row an account, one more for each file that came with it.

documents.dat follows the Concordance convention: UTF-8 with BOM, U+0014 between fields, þ around
each, ® for a line break inside one, CR LF after a row. documents.csv holds the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from envelope import places
from release.account import Account, Contents
from release.texts import write_table

FOLDER = "loadfile"
FILES = ("documents.dat", "documents.csv")
COLUMNS = (
    "DOCID", "PARENTID", "DOCTYPE", "RELEASE", "MONTH", "INCIDENT", "LANGUAGE", "STATE", "TOWNSHIP",
    "TYPE", "PARTY", "SOURCE", "ACCOUNT", "COMMITMENT", "SHA256", "NATIVEPATH", "TEXTPATH", "TEXT",
    "TRANSLATION",
)  # fmt: skip
BOM = "\ufeff"
BETWEEN, QUOTE, BREAK = "\x14", "\xfe", "\xae"
# What the convention can not write; the exact text lies at TEXTPATH.
_INSTEAD = {QUOTE: "th", QUOTE.upper(): "Th", BREAK: "(R)"}
_LINE = re.compile(r"\r\n|\r|\n|\u2028|\u2029")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def loadfiles(found: Contents) -> dict[str, bytes]:
    """Return the name below data/ → bytes of both load files."""
    rows = [[_LINE.sub("\n", row.get(name, "")) for name in COLUMNS] for row in _rows(found)]
    dat = "".join(f"{_line(row)}\r\n" for row in (list(COLUMNS), *rows))
    made = ((BOM + dat).encode(), BOM.encode() + write_table(COLUMNS, rows))
    return {f"{FOLDER}/{name}": data for name, data in zip(FILES, made, strict=True)}


def _line(row: list[str]) -> str:
    return BETWEEN.join(f"{QUOTE}{_cell(text)}{QUOTE}" for text in row)


def _cell(text: str) -> str:
    for sign, instead in _INSTEAD.items():
        text = text.replace(sign, instead)
    return _CONTROL.sub(" ", text.replace("\n", BREAK))


def _rows(found: Contents) -> Iterator[dict[str, str]]:
    for account in found.accounts:
        shared = {
            "RELEASE": found.release["id"],
            "MONTH": account.month,
            "INCIDENT": found.incident_of[account.id],
            "LANGUAGE": account.summary["lang"],
            "STATE": "; ".join(map(places.name, account.codes("p1.state"))),
            "TOWNSHIP": "; ".join(map(places.name, account.codes("p1.township"))),
            "TYPE": " ".join(account.codes("i1")),
            "PARTY": " ".join(account.codes("x1")),
        }
        yield shared | _account(account)
        for file in _attached(account):
            yield shared | file


def _account(account: Account) -> dict[str, str]:
    folder = f"data/testimonies/{account.id}"
    return {
        "DOCID": account.id,
        "DOCTYPE": "account",
        "SOURCE": account.assessment["source"],
        "ACCOUNT": account.assessment["account"],
        "COMMITMENT": account.summary["commitment"],
        "SHA256": sha256(account.narrative.encode()).hexdigest(),
        "NATIVEPATH": f"{folder}/narrative.txt",
        "TEXTPATH": f"{folder}/{'narrative.reading.txt' if account.reading else 'narrative.txt'}",
        "TEXT": account.reading or account.narrative,
        "TRANSLATION": account.translation,
    }


def _attached(account: Account) -> Iterator[dict[str, str]]:
    """A row a clean copy, and a row a transcript of a file that stays behind."""
    folder = f"data/testimonies/{account.id}/attachments"
    copies = {item["ordinal"]: item for item in account.summary["copies"]}
    for ordinal in sorted({*copies, *account.transcripts}):
        copy = copies.get(ordinal, {})
        heard = account.transcripts.get(ordinal, "")
        yield {
            "DOCID": f"{account.id}.{ordinal:02}",
            "PARENTID": account.id,
            "DOCTYPE": "clean copy of an attachment" if copy else "transcript of an attachment",
            "SHA256": copy.get("sha256") or sha256(heard.encode()).hexdigest(),
            "NATIVEPATH": f"{folder}/{copy['file']}" if copy else "",
            "TEXTPATH": f"{folder}/{ordinal:02}.transcript.txt" if heard else "",
            "TEXT": heard,
        }
