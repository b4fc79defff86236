"""Reads a bundle's own files as plain data, for all that is computed from them; both sides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from envelope import form
from envelope.padding import MAX_ATTACHMENTS
from release import aggregates
from release.content import UNOFFICIAL, Redaction, Tally
from release.files import text_of
from release.texts import read_redactions

FIRST_HAND = frozenset({"self", "saw"})
"""Answers to k1 of who was there."""
_FOLDER = "testimonies"


@dataclass(frozen=True, slots=True)
class Account:
    """One released testimony. `summary`, `consent` and `assessment` are its JSON files.

    `reading` and `translation` are "" where there is none, the latter without the line above it;
    `transcripts` is ordinal → text.
    """

    id: str
    summary: Mapping[str, Any]
    consent: Mapping[str, Any]
    assessment: Mapping[str, Any]
    narrative: str
    reading: str
    translation: str
    redactions: tuple[Redaction, ...]
    transcripts: Mapping[int, str] = field(default_factory=dict)

    @property
    def answers(self) -> Mapping[str, str]:
        """Field → released answer."""
        answers: Mapping[str, str] = self.summary["answers"]
        return answers

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes of an answer that say something; none for what is held back or not known."""
        return form.told(self.answers, name)

    @property
    def month(self) -> str:
        """`YYYY-MM`, `YYYY`, or "" when nothing of the date is released."""
        return form.month(self.answers)

    @property
    def is_first_hand(self) -> bool:
        """Whether who tells it was taken or saw it."""
        return bool(FIRST_HAND & set(self.codes("k1")))


@dataclass(frozen=True, slots=True)
class Incident:
    """What one or more accounts tell of: a group the reviewers made, or one account alone.

    `dependent` are accounts of the group that rest on another of it: they count as no source.
    """

    id: str
    accounts: tuple[Account, ...]
    dependent: frozenset[str]

    @property
    def month(self) -> str:
        """The earliest month of its accounts, the finest first; "" if none is known."""
        months = sorted((a.month for a in self.accounts if a.month), key=_later)
        return months[0] if months else ""

    def codes(self, name: str) -> tuple[str, ...]:
        """Every code its accounts answered, sorted."""
        return tuple(sorted({code for a in self.accounts for code in a.codes(name)}))

    @property
    def sources(self) -> str:
        """Independent first-hand sources as a band: `0`, `1`, `2`, `3+`."""
        number = sum(a.is_first_hand and a.id not in self.dependent for a in self.accounts)
        return str(number) if number <= 2 else "3+"


@dataclass(frozen=True, slots=True)
class Contents:
    """What the accounts of a bundle say, in order of their ids, and what they tell of.

    `incident_of` is account's id → the id of its incident, `tallies` the table of counts.
    """

    release: Mapping[str, Any]
    accounts: tuple[Account, ...]
    incidents: tuple[Incident, ...]
    incident_of: Mapping[str, str]
    tallies: tuple[Tally, ...]


def contents(files: Mapping[str, bytes]) -> Contents:
    """Return what these files say (name below data/ → bytes); they are those of a checked bag."""
    release: dict[str, Any] = json.loads(files["release.json"])
    accounts = tuple(_account(files, name) for name in release["testimonies"])
    incidents = _incidents(accounts, release["events"])
    incident_of = {account.id: one.id for one in incidents for account in one.accounts}
    tallies = aggregates.read(files[aggregates.FILE], release["tier"], release["day"])
    return Contents(release, accounts, incidents, incident_of, tallies)


def _account(files: Mapping[str, bytes], name: str) -> Account:
    folder = f"{_FOLDER}/{name}"

    def text(file: str) -> str:
        return text_of(files.get(f"{folder}/{file}", b""), f"{folder}/{file}")

    return Account(
        id=name,
        summary=json.loads(files[f"{folder}/testimony.json"]),
        consent=json.loads(files[f"{folder}/consent.json"]),
        assessment=json.loads(files[f"{folder}/assessment.json"]),
        narrative=text("narrative.txt"),
        reading=text("narrative.reading.txt"),
        translation=text("narrative.en.txt").removeprefix(f"{UNOFFICIAL}\n\n").strip("\n"),
        redactions=read_redactions(files[f"{folder}/redactions.csv"], f"{folder}/redactions.csv"),
        transcripts={
            ordinal: text(file)
            for ordinal in range(1, MAX_ATTACHMENTS + 1)
            if f"{folder}/{(file := f'attachments/{ordinal:02}.transcript.txt')}" in files
        },
    )


def _incidents(
    accounts: Sequence[Account], events: Sequence[Mapping[str, Any]]
) -> tuple[Incident, ...]:
    """Each account in exactly one incident; numbered by month, then by the accounts' ids."""
    by_id = {account.id: account for account in accounts}
    groups = [(one["testimonies"], frozenset(one["dependent"])) for one in events]
    grouped = {name for names, _ in groups for name in names}
    groups += [([name], frozenset()) for name in by_id if name not in grouped]
    made = [Incident("", tuple(by_id[n] for n in names), dependent) for names, dependent in groups]
    made.sort(key=lambda one: (_later(one.month), one.accounts[0].id))
    width = max(2, len(str(len(made))))
    return tuple(
        Incident(f"E-{number:0{width}}", one.accounts, one.dependent)
        for number, one in enumerate(made, 1)
    )


def _later(month: str) -> str:
    """Sorts months, a year alone after its months, and what is not known last."""
    return f"{month}~" if len(month) < len("YYYY-MM") else month
