"""What a release test looks at: the bag as it would leave, and what must not be in it (laptop).

Every test is a function from a Subject to leaks. It reads nothing else, so that what is planted in
a Subject is what a test finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from envelope.errors import SakseError
from release.content import LEVELS, NARRATIVE
from release.derived import derived
from reviewer.plan import Plan
from reviewer.tokens import Mark

SAME_IN_ALL = ("data/method/", "data/verify/", "data/consent-texts/", "data/README.txt")
"""Files that are the program's own, byte for byte (the approver compares): no word of a witness."""
RING = ("data/custody/keyring.json", "data/custody/keys.allowed_signers")
"""What the root signed before, the same in every release."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that must not leave: the file, and a clause that names no identity."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Form:
    """A confirmed identity as it was written, and the kind of its token.

    `testimony` is the release id it was replaced in, "" for one confirmed elsewhere in the vault,
    `token` what stands there instead.
    """

    text: str = field(repr=False)
    kind: str
    testimony: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the bag: its file, the testimony's release id or "", the words, and the field.

    `field` is NARRATIVE or a form field for a text that was sealed, "" for any other.
    """

    file: str
    testimony: str
    words: str = field(repr=False)
    field: str = ""


@dataclass(frozen=True)
class Subject:
    """One release before it is signed.

    `files` is name in the bag → bytes, `forms` what must not be readable, `kept` release id →
    words the redactor decided to keep, `secret` strings of the vault that name a testimony,
    `earlier` the plans of releases that went out, `crowd` what each testimony that counts towards
    k shows (`sets.shown`), `townships` release id → P-code she answered, `read` name → SHA-256 of
    the files shown to the approver (None before she reads), `canaries` names planted in a
    practice case and `practice` whether it is one.
    """

    files: Mapping[str, bytes]
    plan: Plan
    forms: tuple[Form, ...] = ()
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secret: tuple[str, ...] = ()
    earlier: tuple[Plan, ...] = ()
    crowd: tuple[Mapping[str, str], ...] = ()
    townships: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, str] | None = None
    practice: bool = False
    canaries: tuple[str, ...] = ()

    @cached_property
    def release(self) -> dict[str, Any]:
        """The content of data/release.json."""
        return dict(self.json("data/release.json"))

    def json(self, name: str) -> Any:
        """One JSON file of the bag."""
        return json.loads(self.files[name])

    def of(self, testimony: str, name: str) -> str:
        """The name in the bag of a testimony's file."""
        return f"data/testimonies/{testimony}/{name}"

    @property
    def testimonies(self) -> list[str]:
        """Release ids of the testimonies, in order."""
        return sorted(self.plan.testimonies)

    def answers(self, testimony: str) -> dict[str, str]:
        """The answers of a testimony that leave."""
        return dict(self.json(self.of(testimony, "testimony.json"))["answers"])

    @cached_property
    def computed(self) -> frozenset[str]:
        """The files that are what is computed from the others: they hold no word of their own."""
        data = {name.removeprefix("data/"): data for name, data in self.files.items()}
        try:
            made = derived(data).items()
        except (SakseError, LookupError, TypeError, ValueError):
            return frozenset()  # nothing can be computed from what is no bundle: all is read
        return frozenset(f"data/{name}" for name, found in made if data.get(name) == found)

    @cached_property
    def told(self) -> tuple[Text, ...]:
        """The texts with tokens that leave: accounts, readings, typed answers, translations."""
        return tuple(self._told())

    def _told(self) -> Iterator[Text]:
        for testimony in self.testimonies:
            for tail in (f"{NARRATIVE}.txt", f"{NARRATIVE}.reading.txt"):
                if (name := self.of(testimony, tail)) in self.files:
                    yield Text(name, testimony, self.files[name].decode("utf-8", "replace"))
            where = self.of(testimony, "testimony.json")
            for name, answer in self.answers(testimony).items():
                yield Text(where, testimony, answer, name)
        yield from self.team

    @cached_property
    def team(self) -> tuple[Text, ...]:
        """The texts the team wrote itself: purpose, translations, transcripts, reasons, views."""
        return tuple(self._team())

    def _team(self) -> Iterator[Text]:
        yield Text("data/release.json", "", str(self.release["purpose"]))
        for testimony in self.testimonies:
            name = self.of(testimony, "testimony.json")
            for item in self.json(name)["attachments"]:
                yield Text(name, testimony, str(item["reason"]))
            name = self.of(testimony, "assessment.json")
            for value in map(str, self.json(name).values()):
                if value not in (*LEVELS, "sakse-assessment@v1", testimony):
                    yield Text(name, testimony, value)
            for name in sorted(self.files):
                if name.startswith(self.of(testimony, "")) and _by_team(name):
                    yield Text(name, testimony, self.files[name].decode("utf-8", "replace"))

    def place(self, file: str, start: int, end: int, field: str = "") -> str:
        """Say where a span of a file's text, or of a field in it, is to be decided about.

        In a sealed text that is FIELD:START:END as `sakse-review redact --add` takes it.
        """
        field = NARRATIVE if file.endswith(f"/{NARRATIVE}.txt") else field
        if not field:
            return f"characters {start} to {end}"
        marks = self.plan.marks.get(file.split("/")[2], {}).get(field, ())
        return f"{field}:{_sealed(marks, start)}:{_sealed(marks, end)}"

    @property
    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """The files that were cleaned and leave, transcripts left out."""
        for name, data in sorted(self.files.items()):
            if "/attachments/" in name and not name.endswith(".txt"):
                yield name, data


def _sealed(marks: Sequence[Mark], at: int) -> int:
    """The offset in the text as sealed of an offset in the text as released."""
    longer = 0
    for mark in marks:
        if at <= mark.start + longer:
            break
        longer += len(mark.token) - (mark.end - mark.start)
    return at - longer


def _by_team(name: str) -> bool:
    tail = name.rsplit("/", 1)[1]
    translated = tail.startswith(f"{NARRATIVE}.") and tail.count(".") == 2
    return (translated and ".reading." not in tail) or tail.endswith(".transcript.txt")


def read_bag(folder: Path) -> dict[str, bytes]:
    """Every file of a bag but its signatures: name → bytes."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sig")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
