"""One written-down account, read and sealed one way by `file` and `many` (documenter's laptop).

A typed text is sealed as it stands, Zawgyi too: the reviewers' laptop converts it for reading.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from envelope import form, testimony
from envelope.code import DIGITS, parse
from envelope.disk import writing_new
from envelope.keyring import Keyring
from envelope.testimony import Testimony
from field.errors import AnswersError

_NEEDED = {"lang", "answers", "narrative"}
_KEYS = {*_NEEDED, "contact", "attachments", "code"}
_TIME = 946_684_800  # 2000-01-01, of every file: none tells when or in what order it was made
_BARE_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Account:
    """What a documenter wrote down. `code` is "" or the 28 digits the witness has already.

    `new_code` asks for a fresh code; the attachments are paths from where the program runs.
    """

    lang: str
    answers: Mapping[str, str]
    narrative: str
    contact: str
    attachments: tuple[Path, ...]
    code: str
    new_code: bool


def read(value: Any, folder: Path, what: str) -> Account:
    """Read an account from JSON; attachments are relative to `folder`, `what` names it in errors.

    Raises AnswersError or FormatError, each one sentence.
    """
    if not _is_account(value):
        raise AnswersError(
            f'{what} must hold {{"lang": …, "answers": {{…}}, "narrative": …}} and nothing else'
            ' but "contact", "attachments" (a list of names) and "code"; correct it.'
        )
    answers, typed = value["answers"], value.get("code", False)
    if any("\0" in text for text in _texts(value)):
        raise AnswersError(f"{what} holds a NUL, which no text has; save it as UTF-8 text again.")
    if (answers.get("c4") == "channel") != bool(value.get("contact")):
        raise AnswersError('Give "contact" exactly when the answer to c4 is "channel".')
    code = _code(typed) if isinstance(typed, str) else ""
    if "u1" in answers and not code:  # a fresh one would lead to nothing
        raise AnswersError(
            'A follow-up (u1) needs the code that the witness was given; add it as "code".'
        )
    return Account(
        lang=value["lang"],
        answers=answers,
        narrative=value["narrative"],
        contact=value.get("contact", ""),
        attachments=tuple(folder / name for name in value.get("attachments", [])),
        code=code,
        new_code=typed is True,
    )


def prepare(account: Account, ring: Keyring, code: str) -> Testimony:
    """Return the testimony this account becomes; `code` is "" or the 28 digits it carries.

    Raises AnswersError or FormatError if it may not be sealed to this keyring.
    """
    for path in account.attachments:
        _readable(path)
    testimony.check_contact(account.contact, ring)
    return testimony.build(
        form.load(),
        lang=account.lang,
        answers=account.answers,
        narrative=account.narrative,
        attachments=account.attachments,
        code=code,
    )


def seal(account: Account, ring: Keyring, out: Path, code: str) -> None:
    """Seal an account into the new file `out`, which appears whole or not at all."""
    told = prepare(account, ring, code)
    with writing_new(out) as stream:
        files = account.attachments
        testimony.seal_testimony(told, files, ring, stream, contact=account.contact)
        stream.flush()
        os.utime(stream.fileno(), (_TIME, _TIME))


def _is_account(value: Any) -> TypeGuard[dict[str, Any]]:
    return (
        isinstance(value, dict)
        and _NEEDED <= set(value) <= _KEYS
        and isinstance(value["answers"], dict)
        and all(isinstance(value.get(key, ""), str) for key in ("lang", "narrative", "contact"))
        and isinstance(value.get("attachments", []), list)
        and all(isinstance(name, str) and name for name in value.get("attachments", []))
        and isinstance(value.get("code", ""), str | bool)
    )


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value:
            yield from _texts(item)
            if isinstance(value, dict):
                yield from _texts(value[item])


def _code(typed: str) -> str:
    # 28 bare digits is how a testimony holds a code; people have the check group as well.
    return typed if _BARE_CODE.fullmatch(typed) else parse(typed)


def _readable(path: Path) -> None:
    why = "it is not there, or is no file"
    if path.is_file():
        try:
            path.open("rb").close()
        except OSError as error:
            why = error.strerror or "it cannot be read"
        else:
            return
    raise AnswersError(f"The file {path} cannot be attached: {why}; correct its name or rights.")
