"""Lists as `sakse-seal many` reads them: whatever a spreadsheet writes comes back as it was."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import form
from envelope.errors import SakseError
from field import account, lists
from field.errors import ListError

FORM = form.load()
# Any text but half characters, which UTF-8 has none of, and NUL, which no text file has.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
# What a cell may hold and keep: not blank, not what a spreadsheet makes of a formula.
TOLD = TEXTS.filter(lambda text: text.strip() and not text.startswith("=") and text[0] != "#")
CHOICES = st.lists(st.sampled_from(FORM.question("i1").choices), min_size=1, unique=True)
HEAD = "lang,c1,narrative\n"


def load(text: str | bytes, name: str = "F.csv") -> lists.Listing:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return lists.load(path)


def table(*rows: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@given(st.lists(st.tuples(TOLD, TOLD, CHOICES), min_size=1, max_size=5), st.booleans())
def test_every_text_of_a_spreadsheet_is_read_as_it_was_written(
    accounts: list[tuple[str, str, list[str]]], bom: bool
) -> None:
    rows = [["en", "yes", told, c5, ";".join(codes)] for told, c5, codes in accounts]
    text = "\ufeff" * bom + table(["lang", "c1", "narrative", "c5", "i1"], *rows)
    listing = load(text)
    assert [line.number for line in listing.lines] == list(range(2, len(rows) + 2))
    for line, (told, c5, codes) in zip(listing.lines, accounts, strict=True):
        in_order = [code for code in FORM.question("i1").choices if code in codes]
        answers = {"c1": "yes", "c5": c5, "i1": " ".join(in_order)}
        assert line.value == {"lang": "en", "answers": answers, "narrative": told}
    assert listing.head + "".join(line.raw for line in listing.lines) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(JSON, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_every_value_of_json_lines_is_read_as_it_was_written(values: list[Any], end: str) -> None:
    text = "".join(json.dumps(value, ensure_ascii=False) + end for value in values)
    listing = load(text, "F.jsonl")
    assert [line.value for line in listing.lines] == values
    assert "".join(line.raw for line in listing.lines).replace("\n", "") == text.replace("\n", "")


@given(st.binary(max_size=200), st.sampled_from(["F.csv", "F.jsonl"]))
def test_any_bytes_are_a_list_or_are_refused_in_one_sentence(data: bytes, name: str) -> None:
    try:
        listing = load(HEAD.encode() * (name == "F.csv") + data, name)
    except ListError as error:
        assert "\n" not in str(error) and str(error).endswith((".", ")."))
    else:
        assert "".join(line.raw for line in listing.lines).strip()


@given(st.one_of(JSON, st.fixed_dictionaries({"lang": JSON, "answers": JSON, "narrative": JSON})))
def test_any_json_is_an_account_or_is_refused_in_one_sentence(value: Any) -> None:
    try:
        told = account.read(value, Path(), "This line")
    except SakseError as error:
        assert "\n" not in str(error)
    else:
        assert told.narrative == value["narrative"] and told.answers == value["answers"]


@pytest.mark.parametrize(
    ("data", "why"),
    [(HEAD.encode() + "နှစ်".encode("utf-16"), "save it as UTF-8"),
     ((HEAD + "en,yes,x").encode("utf-16-le"), "save it as UTF-8"),
     (HEAD.encode() + b"en,yes,caf\xe9\n", "save it as UTF-8"),
     (HEAD.encode() + b"en,yes,a\0b\n", "save it as UTF-8"),
     (HEAD, "1 to 5000"), ("", "no column lang"), (HEAD + "en,yes,x\n" * 5001, "1 to 5000"),
     ("lang,c1,name\nen,yes,x\n", "no field 'name'"), ("lang;c1\nen;yes\n", "separated by commas"),
     ("lang,c1,c1\nen,yes,yes\n", "two columns c1"), ("c1,i1\nyes,killed\n", "no column lang"),
     ("lang,narrative\nen,x\n", "no column c1"),
     (HEAD + 'en,yes,"never closed\nen,yes,x\n', "line 2: A quotation mark"),
     (HEAD + 'en,yes,x\nen,yes,"a"b\n', "line 3: A quotation mark"),
     (b"x" * (32 << 20) + b"y", "larger than 32 MiB")],
)  # fmt: skip
def test_what_cannot_be_read_as_a_list_is_refused_in_one_sentence(
    data: str | bytes, why: str
) -> None:
    with pytest.raises(ListError) as refusal:
        load(data)
    assert why in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_list_of_another_kind_is_refused_by_its_name() -> None:
    with pytest.raises(ListError, match=r"\.jsonl or \.csv"):
        load("x", "F.xlsx")


@pytest.mark.parametrize(
    ("row", "why"),
    [("en,yes", "2 cells and the first line 3"), ("en,yes,x,more", "without a name"),
     ("en,yes,=1+1", "formula"), ("en,yes,#NAME?", "formula"), ("#REF!,yes,x", "formula"),
     ("en,yes,Err:502", "formula")],
)  # fmt: skip
def test_a_row_that_may_have_lost_something_is_not_read(row: str, why: str) -> None:
    listing = load(f"{HEAD}en,yes,good\n{row}\n")
    assert [line.fault == "" for line in listing.lines] == [True, False]
    assert why in listing.lines[1].fault and listing.lines[1].number == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [('{"lang": "en", "lang": "en"}', "twice"), ("{", "not readable JSON"),
     ('{"narrative": "\\ud800"}', "half a character"), ('{"lang": 1.5}', "not whole"),
     ("[" * 40 + "]" * 40, "nested")],
)  # fmt: skip
def test_a_line_that_is_no_strict_json_is_named(line: str, why: str) -> None:
    listing = load(f'{{"good": ""}}\n\n{line}\n', "F.jsonl")
    assert [found.number for found in listing.lines] == [1, 3]
    assert why in listing.lines[1].fault and listing.lines[1].value is None


def test_blank_rows_are_passed_over_and_still_counted() -> None:
    listing = load(f"{HEAD}\n,,\nen,yes,x\n")
    assert [line.number for line in listing.lines] == [4]


def test_columns_that_are_no_field_become_the_parts_json_has() -> None:
    head = "lang,c1,narrative,contact,attachments,code\n"
    listing = load(head + "en,yes,x,the shop,a b.jpg; c.opus;,new\nen,yes,x,,,1234 5678\n")
    assert listing.lines[0].value == {
        "lang": "en", "answers": {"c1": "yes"}, "narrative": "x", "contact": "the shop",
        "attachments": ["a b.jpg", "c.opus"], "code": True,
    }  # fmt: skip
    assert listing.lines[1].value["code"] == "1234 5678"
