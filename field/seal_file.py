"""`sakse-seal file`: one written-down account becomes one sealed file (documenter's laptop)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from envelope import canonical, code
from envelope.testimony import MAX_JSON
from field import account
from field.errors import AnswersError
from field.options import keyring_options
from field.serials import load_newest


@click.command()
@keyring_options
@click.option("--answers", required=True, type=click.Path(path_type=Path), help="Answers, as JSON.")
@click.option("--attach", multiple=True, type=click.Path(path_type=Path), help="A file to seal in.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The new sealed file.")
@click.option("--code", "with_code", is_flag=True, help="Make a receipt code and print it.")
def file(
    *, keyring: Path, root: str, answers: Path, attach: tuple[Path, ...], out: Path, with_code: bool
) -> None:
    """Seal one account to the reviewers of a keyring.

    The answers file is JSON: {"lang": "en", "answers": {"c1": "yes", …}, "narrative": "…"} with
    the fields of the form; "contact" if the answer to c4 is "channel"; "attachments", a list of
    names beside it; and "code": true makes a receipt code as --code does, "1234 5678 …" is the one
    the witness has, for a follow-up. Texts are sealed as typed; Zawgyi is converted only for
    reading, on the reviewers' laptop.
    """
    ring = load_newest(keyring, root)
    value = canonical.loads(answers.read_bytes(), what=str(answers), limit=MAX_JSON)
    told = account.read(value, answers.parent, str(answers))
    if told.code and with_code:
        raise AnswersError("This account names the code the witness has; leave --code out.")
    told = dataclasses.replace(told, attachments=(*told.attachments, *attach))
    fresh = code.generate() if with_code or told.new_code else ""
    account.seal(told, ring, out, told.code or fresh)
    if fresh:
        click.echo(code.show(fresh))
