"""`sakse-review event` (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from envelope.cli import echo_json, json_option
from reviewer import events
from reviewer.cli_common import vault_command
from reviewer.errors import EventError
from reviewer.events import Group
from reviewer.store import Entry, short_id
from reviewer.vault import Vault

_TOGETHER = ("p1.township", "d1.year", "d1.month", "d1.day", "x1", "i1", "n1.count")


@click.command()
@click.argument("testimonies", nargs=-1, metavar="[ID...]")
@click.option("--rests", multiple=True, metavar="ID", help="One that rests on another of them.")
@click.option("--apart", is_flag=True, help="Take these out of their groups again.")
@click.option("--suggest", is_flag=True, help="List what may belong together.")
@json_option
@vault_command
def event(
    vault: Vault,
    *,
    testimonies: tuple[str, ...],
    rests: tuple[str, ...],
    apart: bool,
    suggest: bool,
    as_json: bool,
) -> None:
    """Say which testimonies tell of one event, or without ids list the groups.

    A release counts independent first-hand sources of an event: name with --rests who only passes
    on what another one of the group told.
    """
    if ((apart or rests) and not testimonies) or (suggest and testimonies):
        raise EventError("Name the testimonies to group, or none to list; see event --help.")
    if testimonies:
        entries = [vault.store.get(name) for name in testimonies]
        if apart:
            events.ungroup(vault, entries)
        else:
            events.group(vault, entries, {vault.store.get(name).sha256 for name in rests})
    if suggest:
        found = events.suggest(vault.store.entries(), events.groups(vault))
        rows = [{"testimonies": [entry.id for entry in one]} for one in found]
        lines = ["  ".join(map(_said, one)) for one in found]
        last = f"{len(found)} suggestions; read the accounts before you group them."
    else:
        rows = [_row(one) for one in events.groups(vault)]
        lines = list(_lines(events.groups(vault)))
        last = f"{len(lines)} groups."
    if as_json:
        echo_json(rows)
        return
    for line in (*lines, last):
        click.echo(line)


def _row(one: Group) -> dict[str, list[str]]:
    return {
        "testimonies": [short_id(name) for name in one.testimonies],
        "rests": [short_id(name) for name in one.dependent],
    }


def _lines(found: tuple[Group, ...]) -> Iterator[str]:
    for one in found:
        names = [
            f"{short_id(name)}{' (rests on another)' if name in one.dependent else ''}"
            for name in one.testimonies
        ]
        yield f"{', '.join(names)}; by {one.by} on {one.day}"


def _said(entry: Entry) -> str:
    assert entry.testimony is not None
    said = (entry.testimony.answers.get(field, "") for field in _TOGETHER)
    return f"{entry.id} ({' '.join(filter(None, said))})"
