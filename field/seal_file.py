"""`sakse-seal file`: one written-down account becomes one sealed file (documenter's laptop)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, TypeGuard

import click

from envelope import canonical, code, form
from envelope.disk import write_new
from envelope.testimony import MAX_JSON, build, seal_testimony
from field.errors import AnswersError
from field.options import keyring_options
from field.serials import load_newest

_KEYS = {"lang", "answers", "narrative", "contact"}


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
    the fields of the form, and "contact" if the answer to c4 is "channel".
    """
    ring = load_newest(keyring, root)
    account = _read(answers)
    digits = code.generate() if with_code else ""
    testimony = build(
        form.load(),
        lang=account["lang"],
        answers=account["answers"],
        narrative=account["narrative"],
        attachments=attach,
        code=digits,
    )
    sealed = io.BytesIO()
    seal_testimony(testimony, attach, ring, sealed, contact=account.get("contact", ""))
    write_new(out, sealed.getvalue())
    if digits:
        click.echo(code.show(digits))


def _read(path: Path) -> dict[str, Any]:
    account = canonical.loads(path.read_bytes(), what=str(path), limit=MAX_JSON)
    if not _is_account(account):
        raise AnswersError(
            f'{path} must hold {{"lang": …, "answers": {{…}}, "narrative": …}} and nothing else'
            ' but "contact"; correct it.'
        )
    if (account["answers"].get("c4") == "channel") != bool(account.get("contact")):
        raise AnswersError('Give "contact" exactly when the answer to c4 is "channel".')
    return account


def _is_account(value: Any) -> TypeGuard[dict[str, Any]]:
    return (
        isinstance(value, dict)
        and {"lang", "answers", "narrative"} <= set(value) <= _KEYS
        and isinstance(value["answers"], dict)
        and all(isinstance(value[key], str) for key in set(value) - {"answers"})
    )
