"""`sakse-seal file`: what it seals opens with each reviewer's key, and what it refuses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envelope import archive, code, testimony
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


def members(sealed: Path, people: Team) -> dict[str, memoryview]:
    stream = io.BytesIO(sealed.read_bytes())
    chunks = open_file(stream, [people.reviewers[1]], testimony=True).chunks
    return archive.unpack_testimony(b"".join(chunks))


def test_a_sealed_account_opens_with_a_reviewers_key(
    seal: Callable[..., tuple[int, Path]], tmp_path: Path, people: Team
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" * 1000)
    exit_code, out = seal(ACCOUNT, "--attach", photo)
    found = members(out, people)
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
    assert testimony.from_members(members(out, people)).code == code.parse(printed)


def test_a_contact_is_sealed_to_protection_and_not_in_the_testimony(
    seal: Callable[..., tuple[int, Path]], people: Team
) -> None:
    answers = {**ACCOUNT["answers"], "c4": "channel"}
    exit_code, out = seal({**ACCOUNT, "answers": answers, "contact": "the shop, at noon"})
    found = members(out, people)
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
     ({"answers": {"c1": "yes", "x1": "kia military"}}, "x1"), ({"answers": {"c1": 1}}, "c1")],
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
