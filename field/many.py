"""`sakse-seal many`: a list of written-down accounts, one sealed file each (documenter's laptop).

Order of things: all lines are checked before one is sealed; where each goes, and its code, is on
the disk before it is sealed; a sealed file appears whole or not at all. So a run can stop anywhere,
and the same command again does the rest and nothing twice.
"""

from __future__ import annotations

import fcntl
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click
from tqdm import tqdm

from envelope import code
from envelope.disk import replace, write_new
from envelope.errors import SakseError
from envelope.keyring import Keyring
from field import account, lists
from field.account import Account
from field.errors import ListError
from field.journal import Journal, Plan
from field.lists import Line, Listing
from field.options import keyring_options
from field.serials import load_newest

# A name that says nothing, as the page gives one; six digits, so that the files of several lists
# can lie in one folder.
_NAMES = range(100_000, 1_000_000)
_RANDOM = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class _Item:
    """A line that can be sealed, and its key in the journal."""

    line: Line
    account: Account
    key: str


@dataclass(frozen=True, slots=True)
class _Bad:
    """A line that cannot, and why."""

    line: Line
    why: str


@click.command()
@click.argument("source", metavar="LIST", type=click.Path(path_type=Path))
@keyring_options
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option(
    "--codes",
    type=click.Path(path_type=Path),
    help="Where fresh receipt codes go, as CSV of line and code. It says which code is whose: hand"
    " the codes to the witnesses and destroy it.",
)
@click.option("--skip-bad", is_flag=True, help="Seal the good lines; copy the others to mend.")
def many(
    *, source: Path, keyring: Path, root: str, out: Path, codes: Path | None, skip_bad: bool
) -> None:
    """Seal each line of LIST (.jsonl or .csv, UTF-8) into a file of its own.

    A line of JSON is what `sakse-seal file` reads. A CSV begins with the names of its columns:
    fields of the form (i1, d1.year, w6, …; several codes with a space or ; between), lang,
    narrative, contact, attachments (names beside the list, with ; between), and code ("new" makes
    a receipt code; a follow-up has the code of the witness). Texts are sealed as typed, Zawgyi too.

    All lines are checked first, and nothing is sealed if one is wrong. With --skip-bad the good
    ones are sealed and the wrong ones copied to a list beside this one, NAME.bad.csv (or .jsonl):
    mend that copy and seal it as a list of its own.

    Run again after a stop, it seals what is left, and what was added to the list since. LIST.sealed
    says which accounts are sealed, so that none is sealed twice; delete it together with the list.
    """
    ring = load_newest(keyring, root)
    with source.open("rb") as held:
        _hold(held, source)
        _seal_list(source, ring, out, codes, skip_bad)


def _hold(held: BinaryIO, source: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ListError(f"Another run is sealing {source}; wait until it ends.") from None


def _seal_list(source: Path, ring: Keyring, out: Path, codes: Path | None, skip_bad: bool) -> None:
    listing, journal = lists.load(source), Journal(source)
    good, bad = _check(listing, source.parent, ring, journal)
    for wrong in bad:
        click.echo(f"line {wrong.line.number}: {wrong.why}", err=True)
    if bad and not skip_bad:
        raise ListError(
            f"{_lines(bad)} of {source} cannot be sealed, so nothing was; mend what is named above,"
            " or seal the others with --skip-bad."
        )
    spare = _spare(source, listing, bad)
    failed = _seal_good(good, ring, journal, out, codes)
    if failed:
        raise ListError(f"{_lines(failed)} of {source} could not be sealed; run this again.")
    if spare:
        raise ListError(f"{_lines(bad)} of {source} were not sealed; mend {spare} and seal it too.")


def _check(
    listing: Listing, folder: Path, ring: Keyring, journal: Journal
) -> tuple[list[_Item], list[_Bad]]:
    good: dict[str, _Item] = {}
    bad = []
    for line in listing.lines:
        try:
            item = _item(line, folder, ring, journal)
            if item.key in good:
                raise ListError(
                    f"This line is the same as line {good[item.key].line.number}; remove it, or"
                    " tell the two apart in w6."
                )
            good[item.key] = item
        except SakseError as error:
            bad.append(_Bad(line, str(error)))
    return list(good.values()), bad


def _item(line: Line, folder: Path, ring: Keyring, journal: Journal) -> _Item:
    if line.fault:
        raise ListError(line.fault)
    told = account.read(line.value, folder, "This line")
    key = journal.key(line.value)
    if key not in journal.sealed:  # the files of one that is sealed may be gone, as they should
        account.prepare(told, ring, told.code)
    return _Item(line, told, key)


def _plan(todo: Sequence[_Item], journal: Journal, out: Path) -> dict[str, Plan]:
    """Return key → plan of what is to be sealed, as noted by a run that was stopped, or new."""
    begun = journal.pending()
    if begun and journal.out != out.resolve():
        raise ListError(
            f"This list is half sealed into {journal.out}; name that folder with --out to go on."
        )
    if out.exists() and journal.out != out.resolve() and any(out.iterdir()):
        raise ListError(f"{out} is not empty; name a new folder.")
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    taken = {path.name for path in out.iterdir()} | {plan.name for plan in journal.plans.values()}
    drawn = _RANDOM.sample(_NAMES, len(todo) + len(taken))
    names = (name for n in drawn if (name := f"notes-{n}.bin") not in taken)
    return {item.key: begun.get(item.key) or _new_plan(item, next(names)) for item in todo}


def _new_plan(item: _Item, name: str) -> Plan:
    return Plan(name, code.generate() if item.account.new_code else item.account.code)


def _note_codes(fresh: Mapping[int, str], path: Path) -> None:
    """Add the fresh codes of these lines to the file they were asked for in.

    The journal has them already and no sealed file has them yet: whenever the program is stopped,
    each code that is inside a file is in here too.
    """
    old = path.read_text("utf-8") if path.exists() else "line,code\n"
    rows = [f"{number},{code.show(digits)}\n" for number, digits in sorted(fresh.items())]
    replace(path, (old + "".join(row for row in rows if row not in old)).encode())


def _seal_good(
    good: Sequence[_Item], ring: Keyring, journal: Journal, out: Path, codes: Path | None
) -> list[_Bad]:
    """Seal what is not sealed yet, and say how many that were; return what failed."""
    todo = [item for item in good if item.key not in journal.sealed]
    failed: list[_Bad] = []
    if todo:
        plans = _plan(todo, journal, out)
        fresh = {item.line.number: plans[item.key].code for item in todo if item.account.new_code}
        if fresh and codes is None:
            raise ListError(
                f"Line {min(fresh)} asks for a receipt code; say with --codes FILE where it goes."
            )
        journal.begin(out, plans)
        if codes:
            _note_codes(fresh, codes)
        failed = _seal_all(todo, plans, ring, journal, out)
        journal.forget()
    before = f", {len(good) - len(todo)} before" if len(todo) < len(good) else ""
    count = len(todo) - len(failed)
    click.echo(f"sealed: {count} account{'s' * (count != 1)} into {out}{before}")
    return failed


def _seal_all(
    todo: Sequence[_Item], plans: Mapping[str, Plan], ring: Keyring, journal: Journal, out: Path
) -> list[_Bad]:
    """Seal in random order, so that the order on the disk says nothing of the list."""
    failed = []
    for item in tqdm(_RANDOM.sample(todo, len(todo)), desc="sealed", unit="", disable=None):
        path = out / plans[item.key].name
        try:
            account.seal(item.account, ring, path, plans[item.key].code)
        except SakseError as error:  # its file changed since the check; the others go on
            click.echo(f"line {item.line.number}: {error}", err=True)
            failed.append(_Bad(item.line, str(error)))
        else:
            journal.done(item.key)
    return failed


def _spare(source: Path, listing: Listing, bad: Sequence[_Bad]) -> Path | None:
    """Copy the wrong lines to a new list to mend, before the others are sealed."""
    if not bad:
        return None
    path = source.with_suffix(f".bad{source.suffix}")
    raw = [wrong.line.raw for wrong in bad]
    text = listing.head + "".join(line if line.endswith("\n") else f"{line}\n" for line in raw)
    if not path.exists() or path.read_bytes() != text.encode():
        write_new(path, text.encode())
    return path


def _lines(some: Sequence[_Bad]) -> str:
    return "1 line" if len(some) == 1 else f"{len(some)} lines"
