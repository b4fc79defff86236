"""`sakse-seal file`: what it seals opens with each reviewer's key, and what it refuses."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envelope import code, testimony
from keys.agefile import open_file
from tests.field.team import Team

ACCOUNT: dict[str, Any] = {
    "lang": "en",
    "answers": {"c1": "yes", "a1": "adult", "c2": "iimm"},
    "narrative": "သူတို့ ခေါ်သွားတယ်။ Shanhte shi hpe woi sa wa sai.",
}


@pytest.fixture
def seal(
    tmp_path: Path, people: Team, sakse_seal: Callable[..., int]
) -> Callable[..., tuple[int, Path]]:
    ring = people.write(tmp_path / "keyring.json")

    def call(account: object = ACCOUNT, *more: object) -> tuple[int, Path]:
        answers, out = tmp_path / "F.json", tmp_path / "T.age"
        answers.write_text(json.dumps(account))
        anchor = ("--keyring", ring, "--root", people.fingerprint)
        return sakse_seal("file", *anchor, "--answers", answers, "--out", out, *more), out

    return call


def test_a_sealed_account_opens_with_a_reviewers_key(
    seal: Callable[..., tuple[int, Path]], tmp_path: Path, people: Team
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" * 1000)
    exit_code, out = seal(ACCOUNT, "--attach", photo)
    found = people.members(out)
    read = testimony.from_members(found)
    assert exit_code == 0
    assert read.narrative == ACCOUNT["narrative"] and read.answers["c2"] == "iimm"
    assert read.code == "" and read.attachments[0].name == "photo.jpg"
    assert bytes(found["attachments/01"]) == photo.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600


def test_the_code_is_printed_once_and_lies_inside(
    seal: Callable[..., tuple[int, Path]], people: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = seal(ACCOUNT, "--code")
    printed = capsys.readouterr().out.strip()
    assert testimony.from_members(people.members(out)).code == code.parse(printed)


@pytest.mark.parametrize("typed", [code.show("1234567" * 4), "1234567" * 4])
def test_a_follow_up_carries_the_code_the_witness_has(
    seal: Callable[..., tuple[int, Path]],
    people: Team,
    capsys: pytest.CaptureFixture[str],
    typed: str,
) -> None:
    exit_code, out = seal({**ACCOUNT, "code": typed})
    assert exit_code == 0 and people.read(out).code == "1234567" * 4
    assert capsys.readouterr().out == ""


def test_the_account_itself_can_ask_for_a_code_and_name_its_files(
    seal: Callable[..., tuple[int, Path]],
    people: Team,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one.opus", "two.jpg"):
        (tmp_path / name).write_text(name)
    more = ("--attach", tmp_path / "two.jpg")
    _, out = seal({**ACCOUNT, "code": True, "attachments": ["one.opus"]}, *more)
    read = people.read(out)
    assert read.code == code.parse(capsys.readouterr().out)
    assert [file.name for file in read.attachments] == ["one.opus", "two.jpg"]


def test_a_file_of_100_mib_is_sealed_in_little_memory(
    people: Team, tmp_path: Path, sakse_seal: Callable[..., int]
) -> None:
    video, answers = tmp_path / "video.mp4", tmp_path / "F.json"
    with video.open("wb") as stream:
        stream.truncate(100 << 20)
    answers.write_text(json.dumps(ACCOUNT))
    ring = people.write(tmp_path / "keyring.json")
    command = [
        "file", "--keyring", ring, "--root", people.fingerprint, "--answers", answers,
        "--attach", video, "--out", tmp_path / "T.age",
    ]  # fmt: skip
    source = (
        "import re, sys; from field.cli import cli\n"
        "try: cli.main(args=sys.argv[1:])\n"
        "finally: print(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])"
    )
    said = subprocess.run(
        [sys.executable, "-c", source, *map(str, command)], capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    assert int(said.stdout) < 90 << 10  # KiB; the interpreter with its libraries takes 50 MiB
    assert (tmp_path / "T.age").stat().st_size > 100 << 20


def test_a_file_that_changes_while_it_is_sealed_leaves_no_sealed_file(
    seal: Callable[..., tuple[int, Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sound = tmp_path / "sound.opus"
    sound.write_bytes(b"a" * 1000)
    really = testimony.seal

    def slow(*args: Any, **options: Any) -> None:
        sound.write_bytes(b"b" * 1000)  # of the same size, after it was committed to
        really(*args, **options)

    monkeypatch.setattr(testimony, "seal", slow)
    exit_code, _ = seal(ACCOUNT, "--attach", sound)
    assert exit_code == 1 and "changed while it was sealed" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        "F.json", "keyring.json", "keyring.json.sig", "sound.opus"
    }  # fmt: skip


def test_a_contact_is_sealed_to_protection_and_not_in_the_testimony(
    seal: Callable[..., tuple[int, Path]], people: Team
) -> None:
    answers = {**ACCOUNT["answers"], "c4": "channel"}
    exit_code, out = seal({**ACCOUNT, "answers": answers, "contact": "the shop, at noon"})
    found = people.members(out)
    assert exit_code == 0
    assert b"the shop" not in b"".join(bytes(content) for content in found.values())
    inner = open_file(io.BytesIO(found["contact.age"]), [people.protection], testimony=False)
    assert b"".join(inner.chunks).startswith(b"the shop, at noon\0")


@pytest.mark.parametrize(
    ("change", "why"),
    [({"answers": {"a1": "adult"}}, "no consent"), ({"lang": "xx"}, "no texts in 'xx'"),
     ({"narrative": ""}, "Nothing is told"), ({"narrative": 3}, "must hold"),
     ({"contact": "x"}, "contact"), ({"more": "x"}, "must hold"), ({"answers": []}, "must hold"),
     ({"answers": {"c1": "yes", "c4": "channel"}}, "contact"),
     ({"answers": {"c1": "yes", "x1": "kia military"}}, "x1"), ({"answers": {"c1": 1}}, "c1"),
     ({"code": "1234 5678"}, "eight groups"), ({"code": 28}, "must hold"),
     ({"code": "1234567" * 4 + "0000"}, "digit of this code is wrong"),
     ({"answers": {"c1": "yes", "u1": "withdraw"}}, "needs the code"),
     ({"answers": {"c1": "yes", "u1": "add"}, "code": True}, "needs the code"),
     ({"attachments": "a.jpg"}, "must hold"), ({"attachments": ["no.jpg"]}, "no.jpg"),
     ({"attachments": ["."]}, "is no file"), ({"attachments": [""]}, "must hold"),
     ({"narrative": "a\0b"}, "NUL"), ({"answers": {"c1": "yes", "c5": "\0"}}, "NUL"),
     ({"attachments": ["a\0b"]}, "NUL")],
)  # fmt: skip
def test_an_account_that_may_not_be_sealed_is_refused_in_one_sentence(
    seal: Callable[..., tuple[int, Path]],
    capsys: pytest.CaptureFixture[str],
    change: dict[str, Any],
    why: str,
) -> None:
    exit_code, out = seal({**ACCOUNT, **change})
    said = capsys.readouterr().err
    assert exit_code == 1 and not out.exists()
    assert said.startswith("error: ") and why in said and said.count("\n") == 1


def test_a_file_that_is_there_is_never_overwritten(
    seal: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = seal()
    before = out.read_bytes()
    exit_code, _ = seal()
    assert exit_code == 1 and out.read_bytes() == before
    assert "never overwritten" in capsys.readouterr().err


def test_answers_that_are_no_json_or_not_there_are_refused(
    tmp_path: Path, people: Team, sakse_seal: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    ring = people.write(tmp_path / "keyring.json")
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"\xff{")
    for answers in (broken, tmp_path / "nothing.json"):
        anchor = ("--keyring", ring, "--root", people.fingerprint)
        assert sakse_seal("file", *anchor, "--answers", answers, "--out", tmp_path / "o") == 1
        assert str(answers) in capsys.readouterr().err


def test_an_older_keyring_and_one_of_another_root_are_refused(
    seal: Callable[..., tuple[int, Path]],
    tmp_path: Path,
    people: Team,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert seal()[0] == 0
    people.write(tmp_path / "keyring.json", serial=6)
    exit_code, _ = seal(ACCOUNT, "--out", tmp_path / "older.age")
    assert exit_code == 1 and "serial 6" in capsys.readouterr().err
    wrong = "-".join(["00001"] * 8)
    exit_code, _ = seal(ACCOUNT, "--root", wrong, "--out", tmp_path / "other.age")
    assert exit_code == 1 and "another root" in capsys.readouterr().err
    people.write(tmp_path / "keyring.json", serial=8)
    assert seal(ACCOUNT, "--out", tmp_path / "newer.age")[0] == 0
