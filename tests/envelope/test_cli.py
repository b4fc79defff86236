"""The command frame: what people see when something is wrong, and what is imported when."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from envelope.cli import (
    LazyGroup,
    PassphraseError,
    echo_json,
    json_option,
    passphrase_option,
    read_passphrase,
)
from envelope.errors import SakseError


class NoAnchor(SakseError):
    """An error with an exit code of its own."""

    exit_code = 2


@click.command()
@click.argument("what")
def fail(what: str) -> None:
    """Fail in the way asked for."""
    if what == "sakse":
        raise SakseError("the keyring is too old; bring a newer one")
    if what == "anchor":
        raise NoAnchor("no anchor was given; add --root")
    if what == "disk":
        Path("/nonexistent/file").read_bytes()
    if what == "exit":
        click.get_current_context().exit(3)
    if what == "stop":
        raise KeyboardInterrupt
    if what == "fault":
        raise KeyError("the words of a witness")


@click.command()
@passphrase_option
@json_option
def ask(passphrase_file: Path | None, as_json: bool) -> None:
    """Read a passphrase."""
    passphrase = read_passphrase(passphrase_file, "Passphrase", confirm=True)
    if as_json:
        echo_json({"passphrase": passphrase})


group = LazyGroup(
    name="sakse-sample",
    lazy={
        "fail": (f"{__name__}:fail", "Fail as asked."),
        "ask": (f"{__name__}:ask", "Read a passphrase."),
        "absent": ("envelope.no_such_module:command", "Cannot be imported."),
        "wrong": ("envelope.cli:EXIT_USAGE", "Is no command."),
    },
)


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(group, arguments, input=typed)


@pytest.mark.parametrize(
    ("what", "code", "sentence"),
    [
        ("sakse", 1, "error: the keyring is too old; bring a newer one\n"),
        ("anchor", 2, "error: no anchor was given; add --root\n"),
        ("exit", 3, ""),
        ("nothing", 0, ""),
    ],
)
def test_an_error_is_one_sentence_and_its_exit_code(what: str, code: int, sentence: str) -> None:
    result = run("fail", what)
    assert (result.exit_code, result.stderr, result.stdout) == (code, sentence, "")


def test_a_missing_file_is_named_in_a_sentence() -> None:
    result = run("fail", "disk")
    assert result.exit_code == 1
    assert result.stderr == (
        "error: /nonexistent/file: No such file or directory; "
        "check the path, its rights and the disk.\n"
    )


def test_a_key_press_that_stops_the_program_leaves_no_trace() -> None:
    result = run("fail", "stop")
    assert result.exit_code == 1
    assert result.stderr.strip() == "error: Stopped before the end; run the command again."


def test_a_programming_fault_names_its_place_but_not_what_it_was_about() -> None:
    result = run("fail", "fault")
    assert result.exit_code == 70
    assert "KeyError in test_cli.py line" in result.stderr
    assert "witness" not in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [("fail",), ("nonsense",), ("fail", "--nonsense", "x")])
def test_wrong_usage_is_one_sentence_with_an_exit_code_of_its_own(
    arguments: tuple[str, ...],
) -> None:
    result = run(*arguments)
    assert result.exit_code == 64
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1


def test_help_names_every_command_and_imports_none() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "absent" in result.output and "Cannot be imported." in result.output


def test_a_command_that_cannot_be_imported_is_a_fault_without_a_trace() -> None:
    for name in ("absent", "wrong"):
        result = run(name)
        assert result.exit_code == 70 and "Traceback" not in result.stderr


def test_calling_one_command_leaves_the_other_modules_unimported() -> None:
    code = (
        "import sys\nfrom envelope.cli import LazyGroup\n"
        "g = LazyGroup(name='g', lazy={'a': ('json.tool:main', 'A.'), 'b': ('wave:open', 'B.')})\n"
        "try: g.main(['--help'])\nexcept SystemExit: pass\n"
        "print('json.tool' in sys.modules, 'wave' in sys.modules)\n"
        "try: g.main(['b'])\nexcept SystemExit: pass\n"
        "print('json.tool' in sys.modules, 'wave' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-2:] == ["False False", "False True"]


def test_a_passphrase_file_gives_its_line_without_the_line_end(tmp_path: Path) -> None:
    for data in ("စကားဝှက် ရှည်ရှည် တစ်ခု\n", "စကားဝှက် ရှည်ရှည် တစ်ခု\r\n", "စကားဝှက် ရှည်ရှည် တစ်ခု"):
        (tmp_path / "p").write_bytes(data.encode())
        result = run("ask", "--json", "--passphrase-file", str(tmp_path / "p"))
        assert json.loads(result.stdout) == {"passphrase": "စကားဝှက် ရှည်ရှည် တစ်ခု"}
        assert result.stderr == ""


def test_the_environment_can_name_the_passphrase_file(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("several words in a row")
    result = CliRunner().invoke(
        group, ["ask", "--json"], env={"SAKSE_PASSPHRASE_FILE": str(tmp_path / "p")}
    )
    assert json.loads(result.stdout) == {"passphrase": "several words in a row"}


@pytest.mark.parametrize("data", [b"", b"\n", b"two\nlines\n", b"\xff\xfe", b"x" * 5000])
def test_an_unusable_passphrase_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "p").write_bytes(data)
    with pytest.raises(PassphraseError):
        read_passphrase(tmp_path / "p", "Passphrase")


def test_a_chosen_passphrase_is_asked_for_twice_and_not_echoed() -> None:
    result = run("ask", "--json", typed="several words in a row\nseveral words in a row\n")
    assert json.loads(result.stdout) == {"passphrase": "several words in a row"}
    assert "several" not in result.stderr


def test_a_prompt_that_nobody_answers_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import group; group.main(['ask'])"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "error: No passphrase was given; type it, or name a file with --passphrase-file."
    )
    assert "Traceback" not in done.stderr


def test_a_short_chosen_passphrase_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("short")
    result = run("ask", "--passphrase-file", str(tmp_path / "p"))
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: This passphrase is shorter than 15 characters")
