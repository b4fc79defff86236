"""What the five commands share: late imports, one-sentence errors, passphrases (every machine)."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from envelope.errors import SakseError

EXIT_REFUSED = 1
EXIT_USAGE = 64  # EX_USAGE of sysexits.h, so that 1 and 2 keep their own meaning
EXIT_FAULT = 70  # EX_SOFTWARE of sysexits.h
# NIST SP 800-63B-4 §3.1.1.2: a password that is the only factor has at least 15 characters.
PASSPHRASE_ADVISED = 15
PASSPHRASE_FILE_LIMIT = 4096


class PassphraseError(SakseError):
    """No usable passphrase was given."""


class LazyGroup(click.Group):
    """A click group that imports a sub-command only when it is called.

    `lazy` maps each name to ("module:attribute", "one line of help"). Errors that leave a
    sub-command become one sentence on stderr and an exit code, never a trace.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return list(self.lazy)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one sub-command, or None when the table does not name it."""
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is no click command")
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table into the help text without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.lazy.items()])

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run as a program: exit 0, or say in one sentence what is wrong and exit non-zero."""
        kwargs["standalone_mode"] = False
        sys.exit(_guarded(lambda: super(LazyGroup, self).main(*args, **kwargs)))


def run(group: LazyGroup) -> NoReturn:
    """Run a command group on this process's arguments; what a console script calls."""
    group.main()


passphrase_option = click.option(
    "--passphrase-file",
    envvar="SAKSE_PASSPHRASE_FILE",
    type=click.Path(path_type=Path),
    help="Read the passphrase from this file instead of asking.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON for another program to read."
)


def read_passphrase(file: Path | None, prompt: str, *, confirm: bool = False) -> str:
    """Return the passphrase from a file (without its line end) or from a hidden prompt.

    `confirm` is for a passphrase being chosen: the prompt asks twice, and a short one is warned
    about on stderr. Raises PassphraseError when it is empty, too long or not UTF-8.
    """
    passphrase = _ask(prompt, confirm) if file is None else _first_line(file)
    if not passphrase:
        raise PassphraseError("The passphrase is empty; give one of several words.")
    if confirm and len(passphrase) < PASSPHRASE_ADVISED:
        warn(f"This passphrase is shorter than {PASSPHRASE_ADVISED} characters and can be guessed.")
    return passphrase


def _ask(prompt: str, confirm: bool) -> str:
    try:
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))
    except click.Abort:
        raise PassphraseError(
            "No passphrase was given; type it, or name a file with --passphrase-file."
        ) from None


def _first_line(file: Path) -> str:
    with file.open("rb") as source:
        data = source.read(PASSPHRASE_FILE_LIMIT + 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise PassphraseError(f"{file} is not UTF-8 text; write the passphrase again.") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if len(data) > PASSPHRASE_FILE_LIMIT or "\n" in text:
        raise PassphraseError(f"{file} must hold the passphrase alone, in one line.")
    return text


def warn(sentence: str) -> None:
    """Write one warning to stderr."""
    click.echo(f"warning: {sentence}", err=True)


def echo_json(value: object) -> None:
    """Write a value to stdout as readable JSON in UTF-8."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def _guarded(call: Callable[[], object]) -> int:
    """Run a click command; whatever leaves it becomes a sentence on stderr and an exit code."""
    try:
        code = call()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - nobody is shown a trace
        sentence, code = _explain(error)
        click.echo(f"error: {sentence}", err=True)
    return code if type(code) is int else 0  # ctx.exit(n) arrives here as n


def _explain(error: BaseException) -> tuple[str, int]:
    match error:
        case SakseError():
            return str(error), error.exit_code
        case click.UsageError():
            where = error.ctx.command_path if error.ctx else "the command"
            text = " ".join(error.format_message().split()).rstrip(".")
            return f"{text} (see {where} --help).", EXIT_USAGE
        case click.ClickException():
            return error.format_message(), error.exit_code
        case click.Abort() | KeyboardInterrupt():
            return "Stopped before the end; run the command again.", EXIT_REFUSED
        case OSError():
            return _disk_sentence(error), EXIT_REFUSED
    if sys.flags.dev_mode:
        raise error
    return _fault_sentence(error), EXIT_FAULT


def _disk_sentence(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename is not None else ""
    why = error.strerror or type(error).__name__
    return f"{what}{why}; check the path, its rights and the disk."


def _fault_sentence(error: BaseException) -> str:
    """Name the place of a programming fault, but not its message, which could hold testimony."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "an unknown place"
    if trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
    return f"A fault in the program ({type(error).__name__} in {place}); please report this line."
