"""Every promise in doc/THREATS.md names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
TABLE = (ROOT.parent / "doc/THREATS.md").read_text().partition("| promise | test |")[2]
ROWS = [row for row in TABLE.splitlines() if row.startswith("| ") and "---" not in row]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_a_promise_names_tests_that_exist(row):
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row)
    assert named
    for file, name in named:
        functions = [n.name for n in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(n, ast.FunctionDef)]
        assert name in functions, f"{file} has no {name}"


def test_all_seven_promises_are_in_the_table():
    assert [n for n in range(1, 8) if f"**{n}. " not in TABLE] == []
