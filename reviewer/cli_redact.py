"""`sakse-review` suggest and redact (reviewer's laptop)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from envelope.cli import echo_json, json_option, passphrase_option
from envelope.errors import SakseError
from envelope.offline import forbid_network
from release.content import NARRATIVE
from reviewer import decisions, notes
from reviewer.cli_common import offline, open_vault, vault_command
from reviewer.decisions import KINDS, Finding
from reviewer.screen import safe_line
from reviewer.store import Entry
from reviewer.vault import Vault

_SPAN = re.compile(r"(?:([a-z0-9_.]+):)?([0-9]{1,9}):([0-9]{1,9}):([A-Za-z_]+)")
_AROUND = 24  # code points of text shown on either side of a finding


@click.command()
@click.argument("testimonies", nargs=-1, metavar="[ID]...")
@click.option("--jsonl", type=click.Path(path_type=Path), help="Measure: read texts, no vault.")
@click.option("--out", type=click.Path(path_type=Path), help="With --jsonl: where spans go.")
@click.option("--vault", "vault_folder", type=click.Path(path_type=Path), help="Your vault.")
@passphrase_option
@click.pass_context
def suggest(
    context: click.Context,
    *,
    testimonies: tuple[str, ...],
    jsonl: Path | None,
    out: Path | None,
    vault_folder: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Find identities: as findings in the vault, or with --jsonl as spans in a file."""
    if jsonl is not None or out is not None:
        if jsonl is None or out is None or testimonies:
            raise click.UsageError("use either --jsonl IN --out OUT, or one ID or more.")
        forbid_network()
        from reviewer.suggest import run

        run(jsonl, out)
        return
    if not testimonies:
        raise click.UsageError("name one ID or more.")
    _suggest(context, vault_folder, passphrase_file, testimonies)


@offline
def _suggest(
    context: click.Context,
    folder: Path | None,
    passphrase_file: Path | None,
    testimonies: tuple[str, ...],
) -> None:
    from reviewer.finder import find

    with open_vault(context, folder, passphrase_file) as vault:
        entries = [decisions.seek(notes.get(vault, name), find) for name in testimonies]
        for entry in entries:
            notes.put(vault, entry)
        vault.commit()
        for entry in entries:
            click.echo(f"{entry.id}: {decisions.undecided(entry)} findings to decide")


@click.command()
@click.argument("testimonies", nargs=-1, required=True, metavar="ID...")
@click.option("--list", "list_", is_flag=True, help="List the findings with their numbers.")
@click.option("--accept-all", is_flag=True, help="Decide all left as their labels do by default.")
@click.option("--accept", type=int, multiple=True, metavar="N", help="Replace finding N.")
@click.option("--instead", metavar="WORD", help="With --accept: a coarser word, no token.")
@click.option("--reject", type=int, multiple=True, metavar="N", help="Keep what finding N covers.")
@click.option("--reason", default="", help="Why, for --reject.")
@click.option("--add", multiple=True, metavar="[FIELD:]START:END:LABEL|TEXT", help="Your own.")
@click.option("--label", default="PERSON", help="Label of a TEXT added with --add.")
@json_option
@vault_command
def redact(
    vault: Vault,
    *,
    testimonies: tuple[str, ...],
    list_: bool,
    accept_all: bool,
    accept: tuple[int, ...],
    instead: str | None,
    reject: tuple[int, ...],
    reason: str,
    add: tuple[str, ...],
    label: str,
    as_json: bool,
) -> None:
    """Decide about findings; numbers are those of --list, for one testimony at a time.

    Within one command --reject comes first, then --accept, --add and --accept-all. With several
    testimonies whatever was accepted in one is then replaced in all of them. Coarser words are
    like [Hpakant township], [Kachin region], [2024-03], [2024] and [20–29].
    """
    before = [notes.get(vault, name) for name in testimonies]
    if len(before) > 1 and (accept or reject or add or as_json):
        raise click.UsageError("--accept, --reject, --add and --json are for one ID at a time.")
    if instead is not None and not accept:
        raise click.UsageError("--instead goes with --accept.")
    after = [_decide(entry, reject, reason, accept) for entry in before]
    after = [decisions.coarsen(one, accept, instead) for one in after] if instead else after
    for spec in add:
        after = [_add(entry, spec, label, vault.me) for entry in after]
    after = [decisions.accept(entry, None) for entry in after] if accept_all else after
    after = decisions.spread(after) if accept_all else after
    for old, new in zip(before, after, strict=True):
        if new.review != old.review:
            notes.put(vault, new)
            vault.log("redacted", new.sha256, **_counts(new))
    vault.commit()  # what is shown must outlive this moment
    for new in after:
        _show(new, list_, as_json)


def _decide(entry: Entry, reject: tuple[int, ...], reason: str, accept: tuple[int, ...]) -> Entry:
    if not decisions.is_sought(entry):
        raise SakseError(f"Nothing was sought in {entry.id} yet; run sakse-review suggest first.")
    entry = decisions.reject(entry, reject, reason) if reject else entry
    return decisions.accept(entry, accept) if accept else entry


def _add(entry: Entry, spec: str, label: str, by: str) -> Entry:
    match = _SPAN.fullmatch(spec)
    if match is None:
        return decisions.add_text(entry, spec, label, by)
    span = (match[1] or NARRATIVE, int(match[2]), int(match[3]))
    return decisions.add(entry, span, match[4], by)


def _counts(entry: Entry) -> dict[str, int]:
    states = [finding.state for finding in decisions.findings(entry)]
    return {
        state: states.count(state)
        for state in (decisions.ACCEPTED, decisions.REJECTED, decisions.UNDECIDED)
    }


def _show(entry: Entry, list_: bool, as_json: bool) -> None:
    if as_json:
        echo_json(list(_rows(entry)))
        return
    if list_:
        for row in sorted(_rows(entry), key=lambda row: (str(row["field"]), row["start"])):
            click.echo(_line(row))
    counts = ", ".join(f"{count} {state}" for state, count in _counts(entry).items())
    click.echo(f"{entry.id}: {counts}")


def _rows(entry: Entry) -> Iterator[dict[str, str | int]]:
    texts = decisions.texts(entry.testimony) if entry.testimony else {}
    for number, found in enumerate(decisions.findings(entry), 1):
        yield {"number": number, **_row(found, texts[found.field])}


def _row(found: Finding, text: str) -> dict[str, str | int]:
    return {
        "field": found.field,
        "start": found.start,
        "end": found.end,
        "label": found.label,
        "kind": KINDS[found.label],
        "state": found.state,
        "reason": found.reason,
        "why": found.why,
        "instead": found.instead,
        "before": text[max(0, found.start - _AROUND) : found.start],
        "text": text[found.start : found.end],
        "after": text[found.end : found.end + _AROUND],
    }


def _line(row: dict[str, str | int]) -> str:
    where = f"{row['field']}:{row['start']}:{row['end']}"
    shown = safe_line(f"…{row['before']}[[{row['text']}]]{row['after']}…")
    why = f" (kept: {row['why']})" if row["why"] else ""
    head = f"{row['number']:>4} {row['state']:<9} {row['label']:<12} {where}"
    head += f" as {row['instead']}" if row["instead"] else ""
    return f"{head}  {shown}  {safe_line(str(row['reason']))}{safe_line(why)}"
