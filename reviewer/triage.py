"""The triage list: what came, and what needs somebody first, before an account is read (laptop).

It shows codes, counts and flags, never her words. Setting aside is a person's decision, with a
reason, and can be undone; the custody log has the reason's word, the vault has the note.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from envelope import canonical
from envelope.testimony import Testimony
from reviewer import consent
from reviewer.errors import VaultError
from reviewer.store import OPENED, Entry
from reviewer.vault import Vault

REASONS = ("spam", "doubtful", "duplicate")
MAX_NOTE = 1000  # code points
DANGER, PERHAPS = "yes", "perhaps"
_URGENCY = (DANGER, PERHAPS, "")


@dataclass(frozen=True, slots=True)
class Row:
    """One sealed file in the triage list.

    `state` is `opened`, `unopened` (then `why` is a sentence) or `set_aside` by a person (`why` is
    her reason and note). `danger` is DANGER, PERHAPS or "". `share_with` are the codes of c2 and
    `level` that of c3, by her last statement and as far as reviewers leave it open, `open_to` the
    classes a release may go to after all. `files` are the media types as the sealer named them.
    `follow_up` is u1; `mark` stands for the receipt code, the same for the same code in this vault
    only. `conditions` is whether c5 names what must never be shared. `same_account` and
    `same_files` are the ids of others with an equal account, or with one of its files.
    """

    id: str
    state: str
    transfer: int
    day: str
    why: str = ""
    danger: str = ""
    lang: str = ""
    characters: int = 0
    consent: bool = False
    share_with: tuple[str, ...] = ()
    level: str = ""
    open_to: tuple[str, ...] = ()
    conditions: bool = False
    under_18: bool = False
    withdrawn: bool = False
    contact: bool = False
    files: tuple[str, ...] = ()
    follow_up: str = ""
    mark: str = ""
    same_account: tuple[str, ...] = ()
    same_files: tuple[str, ...] = ()
    commitment: str = ""


def rows(vault: Vault) -> list[Row]:
    """Every sealed file of a vault: danger first, what one code joins together, aside last."""
    entries = list(vault.store.entries())
    known = consent.said(entries)
    accounts = _sharing((entry.id, _account(entry)) for entry in entries)
    files = _sharing((entry.id, entry.facts.attachments) for entry in entries)
    found = []
    for entry in entries:
        row = _row(vault, entry, known)
        same = accounts.get(entry.id, ()), files.get(entry.id, ())
        found.append(replace(row, same_account=same[0], same_files=same[1]))
    return _ordered(found)


def set_aside(vault: Vault, entries: Sequence[Entry], reason: str, note: str = "") -> None:
    """Set testimonies aside for one of REASONS; they stay in the vault and in no release."""
    if reason not in REASONS:
        raise VaultError(f"{reason[:40]!r} is no reason; give one of {', '.join(REASONS)}.")
    if len(note) > MAX_NOTE:
        raise VaultError(f"The note is longer than {MAX_NOTE} characters; shorten it.")
    for entry in entries:
        vault.store.put(replace(entry, facts=replace(entry.facts, aside=reason, note=note)))
        vault.log("set_aside", entry.sha256, reason=reason)
    vault.commit()


def take_back(vault: Vault, entries: Sequence[Entry]) -> None:
    """Undo `set_aside`; VaultError, and nothing is undone, if one was not set aside by a person."""
    for entry in entries:
        if not entry.facts.aside:
            raise VaultError(f"{entry.id} was not set aside by anybody; see sakse-review triage.")
    for entry in entries:
        vault.store.put(replace(entry, facts=replace(entry.facts, aside="", note="")))
        vault.log("set_aside", entry.sha256, reason="undone")
    vault.commit()


def _row(vault: Vault, entry: Entry, known: consent.Said) -> Row:
    facts, found = entry.facts, entry.testimony
    state, why = (OPENED, "") if found else ("unopened", facts.why)
    if facts.aside:
        state, why = "set_aside", ": ".join(filter(None, (facts.aside, facts.note)))
    row = Row(entry.id, state, facts.transfer, facts.day, why)
    if found is None:
        return row
    return replace(
        row,
        commitment=facts.commitment,
        open_to=consent.open_to(entry, known),
        mark=vault.mark(found.code) if found.code else "",
        withdrawn=found.answers.get("u1") == "withdraw"
        or (bool(found.code) and known[found.code].withdrawn),
        **_said(found),
        share_with=consent.audiences(entry, known),
        level=consent.level(entry, known),
    )


def _said(found: Testimony) -> dict[str, Any]:
    answers = found.answers
    return {
        "danger": _danger(found),
        "lang": found.consent_lang,
        "characters": len(found.narrative),
        "consent": answers.get("c1") == "yes",
        "conditions": bool(answers.get("c5")),
        "under_18": answers.get("a1") == "under_18",
        "contact": answers.get("c4") == "channel",
        "files": tuple(attachment.type for attachment in found.attachments),
        "follow_up": answers.get("u1", ""),
    }


def _danger(found: Testimony) -> str:
    answers = found.answers
    if answers.get("u1") == "danger" or answers.get("f1") == "yes":
        return DANGER
    return PERHAPS if answers.get("f1") == "dont_know" or answers.get("f1.text") else ""


def _account(entry: Entry) -> Iterator[str]:
    """A hash of all she told, the same when she sent it twice; none if she only marked choices."""
    found, files = entry.testimony, entry.facts.attachments
    if found and (found.narrative or files):
        told = [{**found.answers, "written_on": ""}, found.narrative, files]
        yield sha256(canonical.dumps(told)).hexdigest()


def _sharing(given: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """Id → the other ids that have one of its values."""
    holders: dict[str, set[str]] = defaultdict(set)
    named = [(name, set(values)) for name, values in given]
    for name, values in named:
        for value in values:
            holders[value].add(name)
    return {
        name: tuple(sorted(set().union(*(holders[value] for value in values)) - {name}))
        for name, values in named
    }


def _ordered(found: Sequence[Row]) -> list[Row]:
    def urgency(row: Row) -> tuple[bool, int, bool]:
        return row.state == "set_aside", _URGENCY.index(row.danger), row.state != OPENED

    groups: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        groups[row.mark or row.id].append(row)
    return [
        row
        for _, name in sorted((min(map(urgency, group)), name) for name, group in groups.items())
        for row in sorted(groups[name], key=lambda row: (urgency(row), row.transfer, row.id))
    ]


def types(row: Row) -> str:
    """How many files of which type a row has, for a person: `2 image/jpeg, 1 unknown`."""
    counts = Counter(name or "unknown" for name in row.files)
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
