"""sakse-verify as a lawyer runs it, and the steps README.txt prints, run as printed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from envelope import archive
from envelope.seal import seal
from keys import ceremony
from keys.person import new_reader
from release.content import KINDS
from release.texts import TOKEN
from tests.release.sample import Team, content, make_bundle, make_team

SCRIPTS = Path(sys.executable).parent
TOOLS = {
    "python3": Path(sys.executable).resolve(),
    **{name: Path(shutil.which(name) or name) for name in ("ssh-keygen", "sha256sum")},
}
"""All that the steps of a bundle's README need, besides a shell and bagit.py."""
PASSPHRASE = "an invented passphrase"


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team()


@pytest.fixture(scope="module")
def bundle(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("bundle"), team, content(team))


@pytest.fixture(scope="module")
def desk(team: Team, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The legal team's folder: its identity, the passphrase and the sealed bundle."""
    folder = tmp_path_factory.mktemp("legal")
    (folder / "passphrase").write_text(PASSPHRASE + "\n")
    ceremony.save_person(team.legal, folder, PASSPHRASE)
    ceremony.save_person(team.reviewers[0], folder, PASSPHRASE)
    files = sorted(p for p in bundle.rglob("*") if p.is_file())
    members = [(p.relative_to(bundle.parent).as_posix(), p) for p in files]
    with (folder / "sealed.age").open("wb") as out:
        seal(archive.pack(members), out, [team.legal.age.recipient], grease=None)
    (folder / "keyring.json").write_bytes(team.keyring)
    (folder / "keyring.json.sig").write_bytes(team.keyring_sig)
    return folder


def verify(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    code = "from release.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_sealed_bundle_opens_verifies_and_says_where_it_is(
    desk: Path, team: Team, tmp_path: Path
) -> None:
    run = verify(
        "bundle", desk / "sealed.age", "--root", team.fingerprint, "--identity",
        desk / "legal-one.identity", "--out", tmp_path / "out", "--passphrase-file", desk / "passphrase",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    path = tmp_path / "out" / "sakse-R7K2Q9"
    assert run.stdout.splitlines()[-1] == f"bundle: {path}"
    assert verify("bundle", path, "--root", team.fingerprint).returncode == 0


def test_a_bundle_sealed_on_to_another_team_is_refused(
    desk: Path, bundle: Path, team: Team, tmp_path: Path
) -> None:
    other = new_reader("legal-two", "iimm")
    ceremony.save_person(other, tmp_path, PASSPHRASE)
    files = sorted(p for p in bundle.rglob("*") if p.is_file())
    members = [(p.relative_to(bundle.parent).as_posix(), p) for p in files]
    with (tmp_path / "sealed.age").open("wb") as out:
        seal(archive.pack(members), out, [other.age.recipient], grease=None)
    (identity,) = tmp_path.glob("*.identity")
    run = verify(
        "bundle", tmp_path / "sealed.age", "--root", team.fingerprint, "--identity", identity,
        "--out", tmp_path / "out", "--passphrase-file", desk / "passphrase",
    )  # fmt: skip
    assert run.returncode == 1 and "released to another team" in run.stderr


def test_a_reviewers_identity_does_not_open_a_bundle(desk: Path, tmp_path: Path) -> None:
    run = verify(
        "bundle", desk / "sealed.age", "--identity", desk / "ana.identity",
        "--out", tmp_path / "out", "--passphrase-file", desk / "passphrase",
    )  # fmt: skip
    assert run.returncode == 1 and "reviewer" in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_sealed_bundle_that_was_cut_leaves_nothing_behind(
    desk: Path, team: Team, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.age"
    cut.write_bytes((desk / "sealed.age").read_bytes()[:-1])
    run = verify(
        "bundle", cut, "--root", team.fingerprint, "--identity", desk / "legal-one.identity",
        "--out", tmp_path / "out", "--passphrase-file", desk / "passphrase",
    )  # fmt: skip
    assert run.returncode == 1 and run.stderr.startswith("error: ")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_is_left_alone(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    run = verify(
        "bundle", desk / "sealed.age", "--identity", desk / "legal-one.identity",
        "--out", tmp_path, "--passphrase-file", desk / "passphrase",
    )  # fmt: skip
    assert run.returncode == 1 and "not empty" in run.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_exit_code_says_whether_all_holds(bundle: Path, team: Team, tmp_path: Path) -> None:
    assert verify("bundle", bundle, "--root", team.fingerprint).returncode == 0
    own = bundle / "data/custody/keys.allowed_signers"
    assert verify("bundle", bundle, "--signers", own).returncode == 0
    unknown = verify("bundle", bundle)
    assert unknown.returncode == 2 and "unknown keys" in unknown.stderr
    other = verify("bundle", bundle, "--root", make_team().fingerprint)
    assert other.returncode == 1 and other.stderr.startswith("error: data/custody/keyring.json")
    copy = shutil.copytree(bundle, tmp_path / bundle.name)
    (copy / "data/release.json").write_text("{}")
    broken = verify("bundle", copy)
    assert broken.returncode == 1 and "data/release.json" in broken.stderr
    assert verify("bundle", bundle, "--root", "1", "--signers", own).returncode == 64
    assert verify("bundle", bundle / "bagit.txt").returncode == 64
    assert verify("bundle", tmp_path / "nothing").returncode == 64


def test_the_report_can_be_read_by_a_program(bundle: Path, team: Team) -> None:
    report = json.loads(verify("bundle", bundle, "--root", team.fingerprint, "--json").stdout)
    assert report["anchored"] and report["signers"] == ["ana", "ben"]
    assert report["keyring"] == "1 of Invented team, for 2026-11-01 to 2026-11-30"
    assert report["root"] == team.fingerprint and report["bundle"] == str(bundle)


def test_a_keyring_is_checked_against_the_fingerprint(desk: Path, team: Team) -> None:
    good = verify("keyring", desk / "keyring.json", "--root", team.fingerprint)
    assert good.returncode == 0 and "reviewer ana: " in good.stdout
    facts = json.loads(
        verify("keyring", desk / "keyring.json", "--root", team.fingerprint, "--json").stdout
    )
    assert facts["serial"] == 1 and set(facts["reviewers"]) == {"ana", "ben", "cho"}
    bad = verify("keyring", desk / "keyring.json", "--root", make_team().fingerprint)
    assert bad.returncode == 1 and "another root" in bad.stderr


def test_a_log_whose_line_was_changed_or_taken_out_is_refused(bundle: Path, tmp_path: Path) -> None:
    lines = (bundle / "data/custody/log.jsonl").read_bytes().splitlines(keepends=True)
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(lines))
    good = verify("log", log)
    assert good.returncode == 0 and good.stdout.startswith("2 lines")
    for wrong in (
        lines[1:],
        [lines[0].replace(b"received", b"released"), lines[1]],
        [lines[0][:-1]],
    ):
        log.write_bytes(b"".join(wrong))
        run = verify("log", log)
        assert run.returncode == 1 and "log.jsonl" in run.stderr


def test_every_subcommand_explains_itself_and_the_network_is_refused() -> None:
    assert verify("--help").returncode == 0
    for name in ("bundle", "keyring", "log"):
        assert verify(name, "--help").returncode == 0
    code = (
        "import socket, click\n"
        "from click.testing import CliRunner\n"
        "from release.commands import log\n"
        "CliRunner().invoke(log, ['/dev/null'])\n"
        "socket.socket().connect(('127.0.0.1', 9))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "NetworkRefusedError" in run.stderr


def steps(bundle: Path) -> list[str]:
    readme = (bundle / "data/README.txt").read_text("utf-8")
    return [line.removeprefix("    ") for line in readme.splitlines() if line.startswith("    ")]


def run_steps(bundle: Path, fingerprint: str) -> subprocess.CompletedProcess[str]:
    """Run the printed commands one after the other, as one person at one shell would.

    The machine has openssh-client, coreutils, bagit and python3, and nothing of Sakse.
    """
    script = "set -e\n" + "\n".join(steps(bundle)) + "\n"
    with tempfile.TemporaryDirectory() as tools:
        for tool, where in TOOLS.items():
            Path(tools, tool).symlink_to(where)
        Path(tools, "bagit.py").symlink_to(Path(SCRIPTS) / "bagit.py")
        return subprocess.run(
            [shutil.which("bash") or "", "-c", script],
            cwd=bundle,
            env={"PATH": tools, "PYTHONWARNINGS": "ignore"},
            input=fingerprint + "\n",
            capture_output=True,
            text=True,
        )


def test_the_steps_of_the_readme_run_as_printed(bundle: Path, team: Team) -> None:
    assert len(steps(bundle)) == 7
    run = run_steps(bundle, team.fingerprint)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count('Good "sakse-release@v1" signature for') == 2
    assert 'Good "sakse-keyring@v1" signature' in run.stdout
    assert "Everything holds" in run.stdout


def test_the_steps_of_the_readme_fail_for_a_changed_bundle_or_another_root(
    bundle: Path, team: Team, tmp_path: Path
) -> None:
    assert run_steps(bundle, make_team().fingerprint).returncode != 0
    copy = shutil.copytree(bundle, tmp_path / bundle.name)
    (copy / "data/method/METHOD.txt").write_text("another")
    run = run_steps(copy, team.fingerprint)
    assert run.returncode != 0 and "METHOD.txt" in run.stdout + run.stderr


def test_the_readme_names_no_file_that_is_not_there(bundle: Path) -> None:
    text = "".join((bundle / n).read_text() for n in ("data/README.txt", "data/method/METHOD.txt"))
    for word in text.replace("(", " ").replace(")", " ").replace("`", " ").split():
        name = word.strip(".,:;\"'")
        if name.startswith("data/"):
            assert (bundle / name).exists(), name


def test_every_kind_of_token_is_explained(bundle: Path) -> None:
    method = (bundle / "data/method/METHOD.txt").read_text()
    explained = method[method.index("Words in brackets") : method.index("The same person")]
    for kind in KINDS:
        assert TOKEN.fullmatch(f"[{kind}-07]")
        assert re.search(rf"\b{kind}\s+(an?\s|work|other)", explained), kind
