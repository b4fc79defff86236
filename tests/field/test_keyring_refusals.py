"""Every command that seals, or writes what seals, refuses a keyring with a fault and does nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from envelope import keyring
from keys.identity import AgeIdentity
from tests.field import team
from tests.field.team import Team

OTHER_ROOT = "-".join(["00001"] * 8)


def age_keys(path: Path) -> list[bytes]:
    return [item["age"].encode() for item in json.loads(path.read_bytes())["recipients"]]


def swapped(path: Path, people: Team) -> None:
    """Somebody puts a key of their own in a reviewer's place."""
    stranger = AgeIdentity.generate().recipient.encode()
    path.write_bytes(path.read_bytes().replace(age_keys(path)[0], stranger))


def exchanged(path: Path, people: Team) -> None:
    """Two reviewers' keys change places, so that names no longer say who can read."""
    first, second = age_keys(path)
    data = path.read_bytes().replace(first, b"?").replace(second, first).replace(b"?", second)
    path.write_bytes(data)


def repeated(path: Path, people: Team) -> None:
    """The root itself signed one reviewer twice."""
    one = people.keyring.recipients[0]
    people.write(path, recipients=(one, dataclasses.replace(one, id="reviewer-9")))


def added(path: Path, people: Team) -> None:
    """A recipient that the root never signed stands beside those it did."""
    stranger = team.make().keyring.recipients[0]
    ring = dataclasses.replace(
        people.keyring,
        recipients=(*people.keyring.recipients, dataclasses.replace(stranger, id="reviewer-9")),
    )
    path.write_bytes(keyring.encode(ring))


def older(path: Path, people: Team) -> None:
    people.write(path, serial=people.keyring.serial - 1)


def unsigned(path: Path, people: Team) -> None:
    path.with_name(path.name + ".sig").unlink()


def signature_changed(path: Path, people: Team) -> None:
    signature = path.with_name(path.name + ".sig")
    lines = signature.read_bytes().split(b"\n")
    lines[3] = lines[3][:5] + (b"A" if lines[3][5:6] != b"A" else b"B") + lines[3][6:]
    signature.write_bytes(b"\n".join(lines))


def signed_by_another(path: Path, people: Team) -> None:
    team.make().write(path)


COMMANDS = {
    "file": ("file", "--answers", "F.json", "--out", "out"),
    "many": ("many", "F.jsonl", "--out", "out"),
    "form": ("form", "--config", "config.toml", "--out", "out"),
    "leaflet": ("leaflet", "--address", "http://127.0.0.1:8000", "--out", "out"),
}
FAULTS: dict[Callable[[Path, Team], None], str] = {
    swapped: "does not fit what it should sign",
    exchanged: "does not fit what it should sign",
    repeated: "one person or one key stands in it twice",
    added: "does not fit what it should sign",
    older: "has seen 7 of the same root",
    unsigned: "keyring.json.sig: No such file",
    signature_changed: "This keyring is refused",
    signed_by_another: "another root",
}


@pytest.fixture
def run(
    tmp_path: Path, people: Team, sakse_seal: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """Run a command in a folder with all it needs, on a machine that knows the keyring."""
    monkeypatch.chdir(tmp_path)
    account = {"lang": "en", "answers": {"c1": "yes"}, "narrative": "Told."}
    for name in ("F.json", "F.jsonl"):
        Path(name).write_text(json.dumps(account))
    Path("config.toml").write_text('[page]\nlanguages = ["en"]\n')
    people.write(Path("keyring.json"))

    def call(command: str, root: str = people.fingerprint) -> int:
        return sakse_seal(*COMMANDS[command], "--keyring", "keyring.json", "--root", root)

    return call


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_faulty_keyring_is_refused_in_one_sentence_and_nothing_is_made(
    tmp_path: Path,
    people: Team,
    run: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    fault: Callable[[Path, Team], None],
    command: str,
) -> None:
    assert run("many") == 0  # the machine has seen the good one
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    (tmp_path / "out").rmdir()
    (tmp_path / "F.jsonl.sealed").unlink()
    fault(Path("keyring.json"), people)
    before = {path.name for path in tmp_path.iterdir()}
    capsys.readouterr()
    assert run(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and FAULTS[fault] in said and said.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("root", "why"), [(OTHER_ROOT, "another root"), ("12345", "eight groups of five")]
)
def test_a_wrong_fingerprint_is_refused_in_one_sentence_and_nothing_is_made(
    tmp_path: Path,
    run: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    command: str,
    root: str,
    why: str,
) -> None:
    assert run(command, root) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and why in said and said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_keyring_without_a_fault_is_taken(
    tmp_path: Path, run: Callable[..., int], command: str
) -> None:
    assert run(command) == 0
    assert (tmp_path / "out").exists()
