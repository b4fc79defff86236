"""`sakse-seal many`: every line once or not at all, whatever stops it; wrong lines are named."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envelope import code
from field import account, journal
from tests.field.team import Team

ANSWERS = {"c1": "yes", "a1": "adult"}
Seal = Callable[..., int]


def told(text: str, **more: Any) -> dict[str, Any]:
    return {"lang": "en", "answers": ANSWERS, "narrative": text, **more}


def write(path: Path, accounts: list[Any]) -> Path:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in accounts))
    return path


@pytest.fixture
def anchor(tmp_path: Path, people: Team) -> tuple[object, ...]:
    ring = people.write(tmp_path / "keyring.json")
    return ("--keyring", ring, "--root", people.fingerprint)


@pytest.fixture
def many(tmp_path: Path, anchor: tuple[object, ...], sakse_seal: Seal) -> Seal:
    def call(source: Path, *more: object) -> int:
        return sakse_seal("many", source, *anchor, "--out", tmp_path / "out", *more)

    return call


def texts(people: Team, out: Path) -> list[str]:
    return sorted(people.read(path).narrative for path in out.iterdir())


def test_each_line_of_a_spreadsheet_becomes_one_sealed_file(
    tmp_path: Path, people: Team, many: Seal
) -> None:
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds/a.opus").write_bytes(b"sound")
    source = tmp_path / "F.csv"
    source.write_bytes(
        "\ufefflang,c1,i1,d1.year,narrative,attachments,w1,w3,w6\r\n"
        'en,yes,killed;roundup,2026,"သူတို့ ခေါ်သွားတယ်။\nပြန်မလာဘူး။",sounds/a.opus,2026-11-02,no,INV-1\r\n'
        "en,yes,roundup killed,,Shanhte shi hpe woi sa wa sai.,,,,INV-2\r\n".encode()
    )
    assert many(source) == 0
    read = {t.answers["w6"]: t for t in map(people.read, (tmp_path / "out").iterdir())}
    first, second = read["INV-1"], read["INV-2"]
    assert first.narrative == "သူတို့ ခေါ်သွားတယ်။\nပြန်မလာဘူး။" and first.consent_lang == "en"
    assert first.answers["i1"] == second.answers["i1"] == "roundup killed"
    assert (first.answers["w1"], first.answers["w3"]) == ("2026-11-02", "no")
    assert [file.name for file in first.attachments] == ["a.opus"]
    assert second.attachments == () and second.raw == ""


def test_who_comes_back_is_sealed_with_the_code_they_have(
    tmp_path: Path, people: Team, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = code.show("1234567" * 4)
    head = "lang,c1,u1,code,narrative\n"
    (tmp_path / "F.csv").write_text(f"{head}en,,withdraw,{shown},\nen,yes,add,{shown},More.\n")
    assert many(tmp_path / "F.csv") == 0
    read = [people.read(path) for path in (tmp_path / "out").iterdir()]
    assert {t.answers["u1"]: t.narrative for t in read} == {"withdraw": "", "add": "More."}
    assert {t.code for t in read} == {"1234567" * 4}
    (tmp_path / "G.csv").write_text(f"{head}en,yes,add,new,More.\nen,yes,danger,,\n")
    assert many(tmp_path / "G.csv", "--codes", tmp_path / "codes.csv") == 1
    assert capsys.readouterr().err.count("needs the code") == 2


def test_names_and_times_of_the_files_tell_neither_order_nor_hour(
    tmp_path: Path, people: Team, many: Seal
) -> None:
    source = write(tmp_path / "F.jsonl", [told(f"{n:02d}") for n in range(30)])
    assert many(source) == 0
    files = sorted((tmp_path / "out").iterdir())
    assert all(path.name.startswith("notes-") and path.suffix == ".bin" for path in files)
    assert {path.stat().st_mtime for path in files} == {946684800}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    in_order = [f"{n:02d}" for n in range(30)]
    by_name = [people.read(path).narrative for path in files]
    by_change = sorted(files, key=lambda path: path.stat().st_ctime_ns)
    assert by_name != in_order and [people.read(path).narrative for path in by_change] != in_order


WRONG: list[tuple[Any, str]] = [
    ({"lang": "en", "answers": {"a1": "adult"}, "narrative": "x"}, "no consent"),
    (told("x", attachments=["gone.jpg"]), "gone.jpg cannot be attached"),
    (told("x", attachments=["empty.jpg"]), "empty.jpg is empty"),
    (told("x", attachments=["large.mp4"]), "larger than 100 MiB"),
    (told("x", attachments=["small.jpg"] * 17), "more than 16 files"),
    (told("x", code="1234"), "eight groups"),
    (told("x", name="invented"), "must hold"),
    ({**told("x"), "answers": {**ANSWERS, "c9": "yes"}}, "no field 'c9'"),
    ({**told("x"), "answers": {**ANSWERS, "w1": "2026-13-01"}}, "The answer to w1"),
    ({**told("x"), "answers": {**ANSWERS, "c4": "channel"}, "contact": "x" * 4097}, "shorten it"),
    ({**told("x"), "answers": {"c1": "yes", "a1": "under_18"}}, "under 18 is not asked"),
    (told("good"), "same as line 1"),
]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "small.jpg").write_bytes(b"x")
    with (tmp_path / "large.mp4").open("wb") as stream:
        stream.truncate((100 << 20) + 1)
    return write(tmp_path / "F.jsonl", [told("good"), *(line for line, _ in WRONG), told("too")])


def test_if_a_line_is_wrong_all_wrong_lines_are_named_and_nothing_is_sealed(
    tmp_path: Path, wrong: Path, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    assert many(wrong) == 1
    *lines, last = capsys.readouterr().err.splitlines()
    for number, (line, (_, why)) in enumerate(zip(lines, WRONG, strict=True), 2):
        assert line.startswith(f"line {number}: ") and why in line
    assert last.startswith("error: 12 lines of") and "nothing was" in last
    assert {path.name for path in tmp_path.iterdir()} - before <= {"state"}


def test_bad_lines_are_skipped_into_a_list_to_mend_and_the_good_ones_sealed_once(
    tmp_path: Path,
    people: Team,
    wrong: Path,
    many: Seal,
    capsys: pytest.CaptureFixture[str],
) -> None:
    list_before = wrong.read_bytes()
    assert many(wrong, "--skip-bad") == 1
    spare = tmp_path / "F.bad.jsonl"
    assert str(spare) in capsys.readouterr().err
    assert texts(people, tmp_path / "out") == ["good", "too"]
    assert [json.loads(line) for line in spare.read_text().splitlines()] == [w for w, _ in WRONG]
    assert wrong.read_bytes() == list_before
    assert many(wrong, "--skip-bad") == 1
    assert len(list((tmp_path / "out").iterdir())) == 2
    spare.write_text("someone is mending this")
    assert many(write(wrong, [told("third"), 3]), "--skip-bad") == 1
    assert spare.read_text() == "someone is mending this"
    assert texts(people, tmp_path / "out") == ["good", "too"]


def test_the_bad_rows_of_a_spreadsheet_keep_every_byte_and_their_header(
    tmp_path: Path, people: Team, many: Seal
) -> None:
    head = "\ufefflang,c1,narrative\r\n"
    bad = 'en,,"no consent,\r\nyet"\r\n'
    (tmp_path / "F.csv").write_bytes(f"{head}en,yes,x\r\n{bad}".encode())
    assert many(tmp_path / "F.csv", "--skip-bad") == 1
    spare = tmp_path / "F.bad.csv"
    assert spare.read_bytes() == f"{head}{bad}".encode()
    spare.write_bytes(spare.read_bytes().replace(b"en,,", b"en,yes,"))
    assert many(spare, "--out", tmp_path / "mended") == 0
    assert texts(people, tmp_path / "mended") == ["no consent,\r\nyet"]


def test_the_same_list_again_seals_nothing_twice_and_what_was_added_once(
    tmp_path: Path, people: Team, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.opus").write_bytes(b"sound")
    source = write(tmp_path / "F.jsonl", [told("one", attachments=["a.opus"]), told("two")])
    assert many(source) == 0
    (tmp_path / "a.opus").unlink()
    for path in (tmp_path / "out").iterdir():
        path.rename(tmp_path / path.name)  # carried away
    for more in ((), ("--out", tmp_path / "elsewhere")):
        assert many(source, *more) == 0
        assert "sealed: 0 accounts" in capsys.readouterr().out.splitlines()[-1]
    write(source, [told("three"), told("two")])
    assert many(source) == 0
    assert texts(people, tmp_path / "out") == ["three"]


def test_two_runs_at_once_do_not_seal_a_list_twice(
    tmp_path: Path, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "F.jsonl", [told("one")])
    with source.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert many(source) == 1
    assert "Another run is sealing" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert many(source) == 0


def test_a_folder_that_holds_something_else_is_refused(
    tmp_path: Path, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    assert many(write(tmp_path / "F.jsonl", [told("x")])) == 1
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_stopped_and_run_again_it_seals_the_rest_with_the_codes_it_noted(
    tmp_path: Path,
    people: Team,
    many: Seal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = write(tmp_path / "F.jsonl", [told(str(n), code=n % 2 == 0) for n in range(8)])
    codes, really, left = tmp_path / "codes.csv", account.seal, [3, 2]

    def stopping(*args: Any) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        really(*args)

    monkeypatch.setattr(account, "seal", stopping)
    assert many(source, "--codes", codes) == 1
    first = codes.read_text()
    assert many(source, "--out", tmp_path / "other", "--codes", codes) == 1
    assert f"half sealed into {tmp_path / 'out'}" in capsys.readouterr().err
    left[:] = [100]
    assert many(source, "--codes", codes) == 0
    assert texts(people, tmp_path / "out") == [str(n) for n in range(8)]
    assert codes.read_text() == first and codes.stat().st_mode & 0o777 == 0o600
    noted = {
        int(row["line"]): code.parse(row["code"]) for row in csv.DictReader(first.splitlines())
    }
    read = {int(t.narrative): t.code for t in map(people.read, (tmp_path / "out").iterdir())}
    assert read == {n: noted.get(n + 1, "") for n in range(8)}
    assert len(set(noted.values())) == 4
    kept = (tmp_path / "F.jsonl.sealed").read_text()
    assert not any(name in kept for name in ("notes-", *noted.values()))


def test_killed_again_and_again_every_account_is_sealed_exactly_once(
    tmp_path: Path, people: Team, anchor: tuple[object, ...]
) -> None:
    count, out = 24, tmp_path / "out"
    source = write(tmp_path / "F.jsonl", [told(f"{n:02d}") for n in range(count)])
    command = [sys.executable, "-c", "from field.cli import main; main()", "many", source, *anchor,
               "--out", out]  # fmt: skip
    kills, codes = 0, []
    while not codes:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
        target = len(list(out.glob("*.bin"))) + 5
        while process.poll() is None and len(list(out.glob("*.bin"))) < target:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            kills += 1
        else:
            codes.append(process.returncode)
    assert codes == [0] and kills >= 3
    assert {path.stat().st_mtime for path in out.iterdir()} == {946684800}
    assert texts(people, out) == [f"{n:02d}" for n in range(count)]


def test_a_power_cut_that_tears_the_last_line_of_the_journal_seals_nothing_twice(
    tmp_path: Path,
    people: Team,
    many: Seal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = write(tmp_path / "F.jsonl", [told("one"), told("two")])

    def torn(self: journal.Journal, key: str) -> None:
        with self.path.open("ab") as stream:
            stream.write(b'{"sealed":"' + key[:9].encode())
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal.Journal, "done", torn)
        assert many(source) == 1
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert many(source) == 0
    assert texts(people, tmp_path / "out") == ["one", "two"]


@pytest.mark.parametrize("damage", [b"", b"[]\n", b"{}\n", b'{"out":"x","salt":"yy"}\n', b"\xff\n"])
def test_a_damaged_journal_is_named_and_nothing_is_sealed(
    tmp_path: Path, many: Seal, capsys: pytest.CaptureFixture[str], damage: bytes
) -> None:
    (tmp_path / "F.jsonl.sealed").write_bytes(damage)
    assert many(write(tmp_path / "F.jsonl", [told("x")])) == 1
    assert "F.jsonl.sealed is damaged" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_that_changes_after_the_check_fails_its_line_alone(
    tmp_path: Path,
    people: Team,
    many: Seal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.opus").write_bytes(b"sound")
    source = write(tmp_path / "F.jsonl", [told("one", attachments=["a.opus"]), told("two")])
    really = journal.Journal.begin

    def meanwhile(*args: Any) -> None:
        really(*args)
        (tmp_path / "a.opus").unlink(missing_ok=True)

    with monkeypatch.context() as patch:
        patch.setattr(journal.Journal, "begin", meanwhile)
        assert many(source) == 1
    said = capsys.readouterr()
    assert "line 1: The file" in said.err and "1 line of" in said.err
    assert "sealed: 1 account into" in said.out
    assert texts(people, tmp_path / "out") == ["two"]
    (tmp_path / "a.opus").write_bytes(b"sound")
    assert many(source) == 0
    assert texts(people, tmp_path / "out") == ["one", "two"]


def test_codes_are_made_only_when_the_list_asks_and_written_only_where_asked(
    tmp_path: Path, people: Team, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "F.jsonl", [told("one", code=True), told("two")])
    assert many(source) == 1
    assert "Line 1 asks for a receipt code" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []
    plain = write(tmp_path / "G.jsonl", [told("two")])
    assert many(plain, "--codes", tmp_path / "codes.csv") == 0
    assert (tmp_path / "codes.csv").read_text() == "line,code\n"


def test_no_bar_is_drawn_where_nobody_watches(
    tmp_path: Path, many: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert many(write(tmp_path / "F.jsonl", [told("one")])) == 0
    assert capsys.readouterr().err == ""


def test_a_person_at_a_terminal_sees_how_far_it_is(
    tmp_path: Path, anchor: tuple[object, ...]
) -> None:
    source = write(tmp_path / "F.jsonl", [told(f"{n:02d}") for n in range(20)])
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    command = [sys.executable, "-c", "from field.cli import main; main()", "many", source, *anchor,
               "--out", tmp_path / "out"]  # fmt: skip
    with open(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen([str(word) for word in command], stderr=theirs)
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while part := screen.read(4096):
                seen += part
    assert process.wait() == 0
    assert b"sealed: 100%" in seen and b"20/20" in seen
