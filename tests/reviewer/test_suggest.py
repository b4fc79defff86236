"""`suggest --jsonl` reads lines of texts, writes lines of spans, and refuses anything else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from reviewer.finder import IDENTITY
from reviewer.suggest import SuggestError, run


def write(path, *rows):
    path.write_bytes(
        b"".join(r if isinstance(r, bytes) else json.dumps(r).encode() + b"\n" for r in rows)
    )
    return path


def test_each_text_gets_its_spans_in_code_points(tmp_path):
    rows = [{"id": "a", "text": "😀 Daw Aye Nu ran.", "lang": "en"}, {"id": "b", "text": ""}]
    out = tmp_path / "out.jsonl"
    assert run(write(tmp_path / "in.jsonl", *rows), out) == 2
    first, second = (json.loads(row) for row in out.read_text().splitlines())
    assert first == {"id": "a", "spans": [{"start": 2, "end": 12, "label": "PERSON"}]}
    assert second == {"id": "b", "spans": []}


def test_officers_are_not_covered_by_default(tmp_path):
    out = tmp_path / "out.jsonl"
    run(write(tmp_path / "in.jsonl", {"id": "a", "text": "Major Htun Kyaw beat Ko Min Thu."}), out)
    spans = json.loads(out.read_text())["spans"]
    assert [s["label"] for s in spans] == ["PERSON"]
    assert all(s["label"] in IDENTITY for s in spans)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (b"not json\n", "Line 2 is not one JSON object"),
        (b"[1]\n", "Line 2 is not a JSON object"),
        (b'{"id": 3, "text": "x"}\n', 'Line 2 has no string "id"'),
        (b'{"id": "x"}\n', 'Line 2 has no string "text"'),
        (b'{"id": "a", "text": "x"}\n', "Line 2 repeats the id"),
        (b'{"id": "x", "id": "y", "text": "x"}\n', "Line 2 is not one JSON object"),
        (b'{"id": "x", "text": "\xff"}\n', "Line 2 is not one JSON object"),
        (b"[" * 100_000 + b"\n", "Line 2 is not one JSON object"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(tmp_path, row, says):
    source = write(tmp_path / "in.jsonl", {"id": "a", "text": "U Aung Win"}, row)
    with pytest.raises(SuggestError, match=says):
        run(source, tmp_path / "out.jsonl")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("reviewer.suggest.MAX_LINE", 100)
    with pytest.raises(SuggestError, match="Line 1 is longer"):
        run(write(tmp_path / "in.jsonl", {"id": "a", "text": "x" * 200}), tmp_path / "out")


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(SuggestError, match=r"cannot be used .*; give other paths\.$"):
        run(tmp_path / "none", tmp_path / "out")


def test_the_command_runs_without_vault_or_key(tmp_path):
    source = write(tmp_path / "in.jsonl", {"id": "a", "text": "x\ud800 Ko Zaw Min"})
    command = [sys.executable, "-c", "from reviewer.cli import main; main()", "suggest"]
    subprocess.run([*command, "--jsonl", source, "--out", tmp_path / "out"], check=True)
    assert json.loads((tmp_path / "out").read_text())["spans"]
