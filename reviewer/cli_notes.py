"""`sakse-review` translate and assess (reviewer's laptop)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from envelope.cli import warn
from envelope.testimony import MAX_NARRATIVE
from release.content import LEVELS, UNOFFICIAL, Assessment
from reviewer import assessment, decisions, notes, translation
from reviewer.cli_common import vault_command
from reviewer.errors import NoteError
from reviewer.notes import Note
from reviewer.screen import safe
from reviewer.vault import Vault

_MOST = 4 * MAX_NARRATIVE  # bytes of UTF-8
_LEVEL = click.Choice(LEVELS)


@click.command()
@click.argument("testimony", metavar="ID")
@click.option("--text", metavar="FILE|-", help="Your translation; - reads what you type or pipe.")
@click.option("--lang", default="en", type=click.Choice(translation.LANGUAGES), show_default=True)
@vault_command
def translate(vault: Vault, testimony: str, text: str | None, lang: str) -> None:
    """Keep your unofficial translation, or without --text show it.

    Identities in it are findings of ID.en; decide them with redact ID ID.en.
    """
    from reviewer.finder import find

    entry = vault.store.get(testimony)
    if text is not None:
        made = translation.translate(vault, entry, lang, words(text), find)
        click.echo(f"{made.id}: {decisions.undecided(made)} findings to decide")
        return
    note = translation.of(vault, entry, lang)
    if note is None:
        raise NoteError(f"{entry.id} is not translated; give a translation with --text FILE.")
    vault.log("viewed", entry.sha256)
    vault.commit()
    click.echo(f"{UNOFFICIAL}\n{_page(note)}")


@click.command()
@click.argument("testimony", metavar="ID")
@click.option("--source", type=_LEVEL, help="How far you rely on who told it.")
@click.option("--account", type=_LEVEL, help="How far you rely on what is told.")
@click.option("--reason", metavar="FILE|-", help="Why, in your words; - reads what you type.")
@vault_command
def assess(
    vault: Vault,
    *,
    testimony: str,
    source: str | None,
    account: str | None,
    reason: str | None,
) -> None:
    """Say how far you rely on source and account, or without options show it.

    Identities in the reason are findings of ID.assessment; decide them with redact.
    """
    from reviewer.finder import find

    entry = vault.store.get(testimony)
    known = assessment.of(vault, entry)
    if source or account or reason is not None:
        known = Assessment(source or known.source, account or known.account)
        why = None if reason is None else words(reason)
        assessment.assess(vault, entry, known, find, reason=why)
    click.echo(f"{entry.id}: source {known.source}, account {known.account}")
    if note := notes.find_note(vault, entry, assessment.REASON):
        click.echo(_page(note))


def _page(note: Note) -> str:
    left = f"{decisions.undecided(note)} findings to decide"
    return f"{note.id}, by {note.by} on {note.day}, {left}\n{safe(note.text)}"


def words(source: str) -> str:
    """The text of a file or of standard input; NoteError for anything but UTF-8."""
    try:
        if source == "-":
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(_MOST + 1)
            warn(f"{source} holds these words in clear; delete it once they are kept.")
        if len(data) > _MOST:
            raise NoteError(f"This text is larger than {_MOST >> 20} MiB; shorten it.")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("This text is not UTF-8; save it as UTF-8 plain text.") from None
    except OSError as error:
        raise NoteError(f"{source} can not be read ({error.strerror}); name another.") from None
