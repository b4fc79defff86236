"""`sakse-keys` as people run it: the ceremony told as a story, then everything it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from envelope import bech32, keyring, sshsig
from envelope.recipient import parse_recipient
from keys import ceremony
from keys.cli import cli
from keys.identity import AgeIdentity
from keys.person import current_epoch, months, new_reviewer, parse_card

WORDS = "six invented words in one row"
NOW = current_epoch()


@dataclass(frozen=True, slots=True)
class Team:
    """A folder with a root, two reviewers, a protection officer, a legal team, a drop's key."""

    folder: Path

    def __call__(self, *arguments: object) -> Result:
        """Run sakse-keys in this process."""
        environment = {"SAKSE_PASSPHRASE_FILE": str(self / "words")}
        return CliRunner().invoke(cli, [str(a) for a in arguments], env=environment)

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def sign(self, out: Path, *more: object, cards: tuple[str, ...] = ("anna", "bawm")) -> Result:
        """Run `sakse-keys keyring` with the cards of these persons."""
        options = [part for name in cards for part in ("--card", self / f"{name}.card.json")]
        return self(
            "keyring", "--root", self / "root.identity", "--drop", self / "drop.pub",
            "--out", out, *options, *more,
        )  # fmt: skip


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    made = Team(tmp_path_factory.mktemp("team"))
    (made / "words").write_text(WORDS + "\n")
    for arguments in (
        ["root"],
        ["new", "anna"],
        ["new", "bawm"],
        ["new", "guard", "--protection"],
        ["new", "mechanism", "--legal", "iimm"],
    ):
        result = made(*arguments, "--out", made.folder)
        assert result.exit_code == 0, result.stderr
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "drop", "-f", made / "drop"],
        check=True,
    )
    return made


def refused(result: Result) -> str:
    """The one sentence of a refusal."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("warning: ")]
    assert result.exit_code == 1 and len(lines) == 1 and lines[0].startswith("error: "), result
    return lines[0]


def test_the_root_is_locked_and_its_fingerprint_is_that_of_its_public_line(
    team: Team, tmp_path: Path
) -> None:
    result = team("root", "--out", tmp_path / "new" / "folder")
    raw = sshsig.parse_public((tmp_path / "new" / "folder" / "root.pub").read_text())
    assert result.stdout == f"fingerprint: {sshsig.fingerprint(raw)}\n"
    private = ceremony.open_root(tmp_path / "new" / "folder" / "root.identity", WORDS)
    assert private.public_key().public_bytes_raw() == raw
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0


def test_private_files_are_for_their_owner_alone_and_hold_no_key_in_clear(team: Team) -> None:
    for name in ("root", "anna", "guard", "mechanism"):
        path = team / f"{name}.identity"
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"AGE-SECRET" not in path.read_bytes()


def test_a_person_opens_what_her_card_says(team: Team) -> None:
    person = ceremony.open_identity(team / "anna.identity", WORDS)
    assert person.card() == (team / "anna.card.json").read_bytes()
    card = parse_card(person.card())
    assert list(card.epochs) == months(NOW, 12)


def test_nothing_is_ever_overwritten(team: Team, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in team.folder.iterdir()}
    for arguments in (["root"], ["new", "anna"], ["new", "guard", "--protection"]):
        assert "never overwritten" in refused(team(*arguments, "--out", team.folder))
    (tmp_path / "dora.card.json").write_text("hers")
    assert "never overwritten" in refused(team("new", "dora", "--out", tmp_path))
    assert not (tmp_path / "dora.identity").exists()
    assert before == {path: path.read_bytes() for path in team.folder.iterdir()}


def test_a_keyring_is_signed_so_that_ssh_keygen_and_every_machine_accept_it(
    team: Team, tmp_path: Path
) -> None:
    out = tmp_path / "keyring.json"
    result = team.sign(out, "--protection", team / "guard.card.json", "--team", "Team River")
    assert result.exit_code == 0, result.stderr
    root = sshsig.parse_public((team / "root.pub").read_text())
    assert f"root: {sshsig.fingerprint(root)}\n" in result.stdout
    signed = keyring.load(out, sshsig.fingerprint(root))
    card = parse_card((team / "anna.card.json").read_bytes())
    assert (signed.team, signed.epoch) == ("Team River", NOW)
    assert signed.recipients[0] == keyring.Recipient("anna", card.epochs[NOW], card.sign or b"")
    assert signed.protection == parse_card((team / "guard.card.json").read_bytes()).age
    assert signed.drop == sshsig.parse_public((team / "drop.pub").read_text())
    assert ssh_keygen_accepts(team, out, out.read_bytes(), tmp_path)
    assert not ssh_keygen_accepts(team, out, out.read_bytes() + b" ", tmp_path)


def ssh_keygen_accepts(team: Team, out: Path, message: bytes, scratch: Path) -> bool:
    signers = scratch / "allowed_signers"
    signers.write_text(f"root {(team / 'root.pub').read_text()}")
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "root", "-n", "sakse-keyring@v1",
         "-s", f"{out}.sig"],
        input=message, capture_output=True,
    )  # fmt: skip
    return done.returncode == 0


def test_the_next_two_months_can_be_signed_ahead_and_serials_rise(
    team: Team, tmp_path: Path
) -> None:
    serials = []
    for epoch in months(NOW, 3):
        assert team.sign(tmp_path / epoch, "--epoch", epoch).exit_code == 0
        signed = keyring.parse((tmp_path / epoch).read_bytes())
        assert signed.epoch == epoch and signed.valid_from == f"{epoch}-01"
        assert signed.valid_until[:7] == epoch and int(signed.valid_until[8:]) >= 28
        serials.append(signed.serial)
    assert serials == [serials[0], serials[0] + 1, serials[0] + 2]
    assert "used up" in refused(team.sign(tmp_path / "again", "--serial", serials[-1]))
    jump = str(serials[-1] + 10)
    assert team.sign(tmp_path / "jump", "--serial", jump).exit_code == 0
    assert (team / "root.serial").read_text() == f"{jump}\n"


def test_a_refused_keyring_leaves_no_file_and_uses_no_serial(team: Team, tmp_path: Path) -> None:
    team.sign(tmp_path / "first")
    before = (team / "root.serial").read_bytes()
    refused(team.sign(tmp_path / "out", cards=("anna",)))
    assert (team / "root.serial").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"first", "first.sig"}


@pytest.mark.parametrize(
    ("cards", "more", "sentence"),
    [
        ((), (), "at least two reviewers"),
        (("anna",), (), "at least two reviewers"),
        (("anna", "anna"), (), "One person stands in this keyring twice"),
        (("anna", "bawm", "anna"), (), "One person stands in this keyring twice"),
        (("anna", "mechanism"), (), "not a reviewer's"),
        (("anna", "guard"), (), "not a reviewer's"),
        (("anna", "bawm"), ("--epoch", months(NOW, 4)[3]), "this month or the next two"),
        (("anna", "bawm"), ("--epoch", "2001-01"), "this month or the next two"),
        (("anna", "bawm"), ("--epoch", "soon"), "this month or the next two"),
        (("anna", "bawm"), ("--team", ""), "team name"),
        (("anna", "bawm"), ("--drop", "ssh-rsa AAAA"), "not an ssh-ed25519"),
        (("anna", "bawm"), ("--drop", "/nonexistent"), "No such file"),
        (("anna", "bawm"), ("--root", "/nonexistent"), "No such file"),
        (("anna", "nobody"), (), "No such file"),
    ],
)
def test_a_keyring_that_would_be_wrong_is_refused_with_a_sentence(
    team: Team, tmp_path: Path, cards: tuple[str, ...], more: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(team.sign(tmp_path / "keyring.json", *more, cards=cards))
    assert list(tmp_path.iterdir()) == []


def test_a_protection_card_of_another_kind_is_refused(team: Team, tmp_path: Path) -> None:
    for name in ("anna", "mechanism"):
        result = team.sign(tmp_path / "out", "--protection", team / f"{name}.card.json")
        assert "not a protection card" in refused(result)


def test_the_same_signing_key_under_two_names_is_one_person(team: Team, tmp_path: Path) -> None:
    anna = ceremony.open_identity(team / "anna.identity", WORDS)
    twin = new_reviewer("twin", NOW)
    object.__setattr__(twin, "sign", anna.sign)  # type: ignore[union-attr]
    (tmp_path / "twin.card.json").write_bytes(twin.card())
    result = team.sign(tmp_path / "out", "--card", tmp_path / "twin.card.json")
    assert "twice" in refused(result)


def test_the_roots_own_key_and_the_drops_serve_no_second_role(team: Team, tmp_path: Path) -> None:
    assert "another role" in refused(team.sign(tmp_path / "a", "--drop", team / "root.pub"))
    anna = parse_card((team / "anna.card.json").read_bytes())
    line = sshsig.public_line(anna.sign or b"")
    assert "twice" in refused(team.sign(tmp_path / "b", "--drop", line))


def test_a_card_without_a_key_for_the_month_is_refused(team: Team, tmp_path: Path) -> None:
    old = new_reviewer("old", "2020-01")
    (tmp_path / "old.card.json").write_bytes(old.card())
    result = team.sign(tmp_path / "out", "--card", tmp_path / "old.card.json")
    assert f"has no key for {NOW}" in refused(result)


# Shares of low order, which X25519 turns to zero (RFC 7748 §6.1): 0, 1, p - 1, one of order 8.
LOW_ORDER = [bytes(32), bytes([1, *bytes(31)]), ((1 << 255) - 20).to_bytes(32, "little")]
LOW_ORDER.append(bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"))


@pytest.mark.parametrize("share", [None, *LOW_ORDER], ids="broken 0 1 minus-1 order-8".split())
def test_no_keyring_is_signed_to_a_key_that_nobody_can_seal_to(
    team: Team, tmp_path: Path, share: bytes | None
) -> None:
    team.sign(tmp_path / "first")
    before = (team / "root.serial").read_bytes()
    for name, more in (("anna", ("--card",)), ("guard", ("--protection",))):
        card = parse_card((team / f"{name}.card.json").read_bytes())
        good = card.age or card.epochs[NOW]
        whole = parse_recipient(good)
        bad = bech32.encode("age1pq", whole[:-32] + share if share else b"\xff" * len(whole))
        path = tmp_path / f"{name}.card.json"
        path.write_text((team / path.name).read_text().replace(good, bad))
        cards = ("bawm",) if more == ("--card",) else ("anna", "bawm")
        sentence = refused(team.sign(tmp_path / "out", *more, path, cards=cards))
        assert f"Nothing can be sealed to a key in the card of {name}" in sentence
        assert refused(team("show", path)) == sentence
    assert not list(tmp_path.glob("out*"))
    assert (team / "root.serial").read_bytes() == before


def test_a_damaged_serial_file_is_refused_rather_than_begun_again(
    team: Team, tmp_path: Path
) -> None:
    team.sign(tmp_path / "first")
    kept = (team / "root.serial").read_bytes()
    (team / "root.serial").write_bytes(b"many\n")
    assert "last signed serial" in refused(team.sign(tmp_path / "second"))
    (team / "root.serial").write_bytes(kept)


def test_show_says_what_each_kind_of_file_holds(team: Team, tmp_path: Path) -> None:
    out = tmp_path / "keyring.json"
    team.sign(out)
    root = sshsig.fingerprint(sshsig.parse_public((team / "root.pub").read_text()))
    assert f"signed by root: {root}" in team("show", out).stdout
    assert "file: reviewer card\nname: anna\n" in team("show", team / "anna.card.json").stdout
    assert "class: iimm" in team("show", team / "mechanism.card.json").stdout
    assert "file: locked identity" in team("show", team / "anna.identity").stdout
    assert "file: locked root" in team("show", team / "root.identity").stdout
    assert root in team("show", team / "root.pub").stdout
    facts = json.loads(team("show", "--json", out).stdout)
    assert set(facts["reviewers"]) == {"anna", "bawm"} and facts["epoch"] == NOW


def test_show_says_when_a_keyring_is_not_signed_and_refuses_a_false_signature(
    team: Team, tmp_path: Path
) -> None:
    out, signature = tmp_path / "keyring.json", tmp_path / "keyring.json.sig"
    team.sign(out)
    data = signature.read_bytes()
    signature.unlink()
    assert "NOT SIGNED" in team("show", out).stdout
    out.write_bytes(out.read_bytes().replace(b'"team":"team"', b'"team":"Team"'))
    signature.write_bytes(data)
    assert "does not fit" in refused(team("show", out))


@pytest.mark.parametrize("data", [b"", b"hello", b"{}", b"[1]", b"\xff" * 100, b"x" * 300_000])
def test_show_refuses_a_file_that_is_none_of_ours(team: Team, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    refused(team("show", tmp_path / "file"))


def test_a_pipe_or_a_device_is_refused_rather_than_waited_for(team: Team, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", "/dev/zero"):
        done = in_a_process(team, "from keys.cli import main; main()", "show", name, timeout=20)
        assert done.stderr == f"error: {name} is not a regular file; copy what it holds into one.\n"
    assert "not a regular file" in refused(team.sign(tmp_path / "out", "--card", tmp_path / "pipe"))


def test_unlock_warns_and_prints_a_key_for_every_epoch(team: Team) -> None:
    result = team("unlock", team / "anna.identity")
    assert "warning: These are private keys" in result.stderr
    lines = result.stdout.splitlines()
    card = parse_card((team / "anna.card.json").read_bytes())
    assert lines[::2] == [f"# anna, {epoch}" for epoch in card.epochs]
    assert [AgeIdentity.parse(key).recipient for key in lines[1::2]] == list(card.epochs.values())


def test_unlock_refuses_the_root_and_a_wrong_passphrase(team: Team, tmp_path: Path) -> None:
    assert "not a locked identity" in refused(team("unlock", team / "root.identity"))
    (tmp_path / "other").write_text("other words")
    result = team("unlock", team / "anna.identity", "--passphrase-file", tmp_path / "other")
    assert "does not open this file" in refused(result) and result.stdout == ""


def test_legal_and_protection_together_are_wrong_usage(team: Team, tmp_path: Path) -> None:
    result = team("new", "both", "--legal", "un", "--protection", "--out", tmp_path)
    assert result.exit_code == 64 and list(tmp_path.iterdir()) == []


def in_a_process(
    team: Team, code: str, *arguments: object, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, timeout=timeout,
        env=os.environ | {"SAKSE_PASSPHRASE_FILE": str(team / "words")},
    )  # fmt: skip


def test_the_real_program_runs_and_refuses_the_network_first(team: Team, tmp_path: Path) -> None:
    done = in_a_process(team, "from keys.cli import main; main()", "new", "cora", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"cora.identity", "cora.card.json"}
    probe = (
        "import socket\nfrom keys.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    socket.create_connection(('127.0.0.1', 9))\n"
    )
    done = in_a_process(team, probe, "show", team / "root.pub")
    assert "NetworkRefusedError" in done.stderr and "fingerprint" in done.stdout


def test_the_real_program_shows_no_trace_for_a_wrong_file(team: Team) -> None:
    done = in_a_process(
        team, "from keys.cli import main; main()", "unlock", team / "anna.card.json"
    )
    assert done.returncode == 1
    assert done.stderr == "error: This is not a locked file of Sakse; name another file.\n"
