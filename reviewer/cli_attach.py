"""`sakse-review attach`: look at attachments, clean or withhold them (reviewer's laptop)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from envelope.cli import echo_json, json_option
from reviewer import attachments, cleaning
from reviewer.attachments import Record
from reviewer.cleaning import Box
from reviewer.cli_common import vault_command
from reviewer.screen import safe_line
from reviewer.store import Entry
from reviewer.vault import Vault


@click.command()
@click.argument("testimony", metavar="ID")
@click.argument("number", type=int, required=False, metavar="[N]")
@click.option("--clean", "clean_", is_flag=True, help="Make a clean copy; look at it first.")
@click.option("--box", multiple=True, metavar="PAGE[-LAST]:X,Y,W,H", help="Fill, in percent.")
@click.option("--faces", is_flag=True, help="With --clean: fill every face that is found.")
@click.option("--sound", is_flag=True, help="With --clean: the voice itself may leave.")
@click.option("--withhold", default=None, metavar="REASON", help="Keep it back.")
@click.option("--transcript", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@vault_command
def attach(
    vault: Vault,
    *,
    testimony: str,
    number: int | None,
    clean_: bool,
    box: tuple[str, ...],
    faces: bool,
    sound: bool,
    withhold: str | None,
    transcript: Path | None,
    as_json: bool,
) -> None:
    """List a testimony's attachments, tell what one is, and clean or withhold it.

    Pages and seconds count from 0. A box on a sound silences its seconds (PAGE[-LAST] alone).
    """
    entry = vault.store.get(testimony)
    decided = clean_ or withhold is not None or transcript is not None
    if (decided and number is None) or (clean_ and withhold is not None):
        raise click.UsageError("decide about one N at a time: --clean or --withhold.")
    if (box or faces or sound) and not clean_:
        raise click.UsageError("--box, --faces and --sound go with --clean.")
    if number is not None and clean_:
        boxes = [*map(attachments.read_box, box), *(_found(vault, entry, number) if faces else ())]
        attachments.clean(vault, entry, number, boxes, sound=sound)
    if number is not None and withhold is not None:
        attachments.withhold(vault, entry, number, withhold)
    if number is not None and transcript is not None:
        attachments.transcribe(vault, entry, number, transcript.read_text(encoding="utf-8"))
    if number is not None and not decided:
        _tell(vault, entry, number, as_json)
        return
    _list(vault, entry, as_json)


def _found(vault: Vault, entry: Entry, number: int) -> tuple[Box, ...]:
    return cleaning.inspect(attachments.original(vault, entry, number)).faces


def _tell(vault: Vault, entry: Entry, number: int, as_json: bool) -> None:
    declared = attachments.listed(entry)[number - 1 : number]
    data = attachments.original(vault, entry, number)
    found = cleaning.inspect(data, declared[0].type)
    if as_json:
        echo_json({"kind": found.kind, "pages": found.pages, "seconds": found.seconds,
                   "faces": len(found.faces), "why_not": found.why_not,
                   "warning": found.warning})  # fmt: skip
        return
    length = f"{found.seconds} seconds" if found.seconds else f"{found.pages} pages"
    click.echo(f"{number:02d} {found.kind}, {length}, {len(found.faces)} faces proposed")
    for note in filter(None, (found.why_not and f"not released: {found.why_not}", found.warning)):
        click.echo(f"   {note}")


def _list(vault: Vault, entry: Entry, as_json: bool) -> None:
    kept = attachments.records(vault, entry)
    rows = [_row(n, one) for n, one in enumerate(kept, 1)]
    if as_json:
        echo_json(rows)
        return
    for row, file in zip(rows, attachments.listed(entry), strict=True):
        said = [str(value) for value in row.values() if value not in ("", 0)]
        click.echo(f"{'  '.join(said)}  {file.size} bytes  {safe_line(file.name)}")


def _row(number: int, kept: Record) -> dict[str, Any]:
    return {
        "number": number,
        "state": kept.state,
        "reason": safe_line(kept.reason),
        "type": kept.media_type,
        "done": "; ".join(kept.done),
        "sha256": kept.sha256,
        "transcript": f"transcript of {len(kept.transcript)} characters" if kept.transcript else "",
    }
