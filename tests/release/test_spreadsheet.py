"""The tables and load files in a real spreadsheet: every row is there, and no formula runs."""

from __future__ import annotations

import csv
import dataclasses
import io
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.release.sample import account, content, make_bundle, make_team, released

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
HOSTILE = (
    '=HYPERLINK("http://127.0.0.1:9/x","read me")',
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
)

pytestmark = pytest.mark.long


def in_calc(table: Path, folder: Path) -> tuple[int, list[str]]:
    """How many rows LibreOffice reads, and every formula it would run."""
    command = [
        "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
        "--infilter=CSV:44,34,UTF8", "--convert-to", "fods", "--outdir", str(folder), str(table),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    root = ET.parse(folder / f"{table.stem}.fods").getroot()
    cells = list(root.iter(f"{TABLE}table-cell"))
    formulas = [f for cell in cells if (f := cell.attrib.get(f"{TABLE}formula"))]
    rows = [row for row in root.iter(f"{TABLE}table-row") if "".join(row.itertext()).strip()]
    return len(rows), formulas


def test_no_cell_of_any_table_is_a_formula(tmp_path: Path) -> None:
    team = make_team()
    base = content(team)
    said = {"c1": "yes", "c2": "iimm un", "c3": "text"}
    hostile = tuple(
        released(f"T-2aa{letter}", account(text, said), {})
        for letter, text in zip("abcdef", HOSTILE, strict=True)
    )
    counts = dataclasses.replace(base.counts, received=11, released=8)
    made = dataclasses.replace(base, testimonies=(*base.testimonies, *hostile), counts=counts)
    bundle = make_bundle(tmp_path / "made", team, made)
    for number, table in enumerate(sorted(bundle.rglob("*.csv"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows, formulas = in_calc(table, folder)
        text = io.StringIO(table.read_text("utf-8-sig"), newline="")
        assert rows == sum(1 for _ in csv.reader(text)), table.name
        assert formulas == [], table.name


def test_a_table_written_without_care_would_run_one(tmp_path: Path) -> None:
    """The check sees what it looks for."""
    table = tmp_path / "careless.csv"
    table.write_text("what\n=1+1\n")
    assert in_calc(table, tmp_path)[1] == ["of:=1+1"]
