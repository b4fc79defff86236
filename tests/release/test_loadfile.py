"""Load files: read by a parser written from the convention's description, and by csv."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.content import Copy, ReleaseContent
from release.loadfile import COLUMNS
from tests.release.sample import (
    BURMESE,
    Team,
    account,
    computed,
    content,
    make_bundle,
    make_team,
    released,
)

TEAM = make_team()


def concordance(data: bytes) -> list[dict[str, str]]:
    """Rows of a Concordance DAT: U+0014 between fields, þ around each, ® a line break in one."""
    text = data.decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines.pop() == "", "the last row has no end"
    rows = []
    for line in lines:
        fields = line.split("\x14")
        assert all(len(f) > 1 and f[0] == f[-1] == "\xfe" and "\xfe" not in f[1:-1] for f in fields)
        rows.append([field[1:-1].replace("\xae", "\n") for field in fields])
    header, *body = rows
    assert all(len(row) == len(header) for row in body)
    return [dict(zip(header, row, strict=True)) for row in body]


def loaded(made: ReleaseContent) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    files = computed(made)
    table = io.StringIO(files["loadfile/documents.csv"].decode("utf-8-sig"), newline="")
    return concordance(files["loadfile/documents.dat"]), list(csv.DictReader(table))


@pytest.fixture(scope="module")
def team() -> Team:
    return TEAM


def with_files(team: Team) -> ReleaseContent:
    made = content(team)
    copy = Copy(2, "02.jpg", "image/jpeg", b"an invented picture", ("pixels written anew",))
    first = dataclasses.replace(
        made.testimonies[0], copies=(copy,), transcripts={1: "Two lines\nheard.", 2: "A sign."}
    )
    return dataclasses.replace(made, testimonies=(first, *made.testimonies[1:]))


def test_every_account_and_every_file_has_a_row_in_both_load_files(team: Team) -> None:
    dat, table = loaded(with_files(team))
    assert tuple(dat[0]) == COLUMNS == tuple(table[0])
    assert [(r["DOCID"], r["PARENTID"]) for r in dat] == [
        ("T-2ab3", ""),
        ("T-2ab3.01", "T-2ab3"),
        ("T-2ab3.02", "T-2ab3"),
        ("T-3ab0", ""),
    ]
    assert dat == table


def test_line_breaks_come_back_and_a_burmese_account_is_read_in_its_converted_form(
    team: Team,
) -> None:
    dat, _ = loaded(with_files(team))
    rows = {row["DOCID"]: row for row in dat}
    assert rows["T-2ab3.01"]["TEXT"] == "Two lines\nheard."
    assert rows["T-2ab3"]["TEXT"].endswith("but I did.\nThen silence")
    assert rows["T-3ab0"]["TEXT"] == BURMESE.replace("မောင်ဥပမာ", "[P-11]").replace("။", " ။")


def test_every_path_and_hash_leads_to_a_file_of_the_bundle(team: Team, tmp_path: Path) -> None:
    made = content(team)
    bundle = make_bundle(tmp_path, team, made)
    for row in loaded(made)[0]:
        native = (bundle / row["NATIVEPATH"]).read_bytes()
        assert sha256(native).hexdigest() == row["SHA256"]
        assert (bundle / row["TEXTPATH"]).read_text("utf-8") == row["TEXT"]


def test_the_first_bytes_say_utf_8(team: Team) -> None:
    files = computed(content(team))
    for name in ("documents.dat", "documents.csv"):
        assert files[f"loadfile/{name}"].startswith(b"\xef\xbb\xbf")


@given(st.text(min_size=1, max_size=60))
def test_no_text_breaks_a_row_or_runs_in_a_spreadsheet(text: str) -> None:
    """The signs of the convention itself are written otherwise; the exact text has its own file."""
    base = content(TEAM)
    said = account("Invented.", {"c1": "yes", "c2": "iimm", "c3": "text"})
    made = dataclasses.replace(released("T-2aaa", said, {}), narrative=text, transcripts={1: text})
    dat, table = loaded(dataclasses.replace(base, testimonies=(made,)))
    assert [row["DOCID"] for row in dat] == [row["DOCID"] for row in table] == ["T-2aaa", "T-2aaa.01"]
    cell, shown = table[0]["TEXT"], re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    assert cell in (shown, f"'{shown}")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
