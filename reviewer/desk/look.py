"""What the reading screen shows of a testimony, piece by piece, ready for a template (laptop)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewer import tokens
from reviewer.case import Case, Findings
from reviewer.decisions import ACCEPTED, UNDECIDED
from reviewer.passage import Passage
from reviewer.screen import safe
from reviewer.tokens import Mark
from reviewer.zawgyi import Span


@dataclass(frozen=True, slots=True)
class Run:
    """Words to show. `at` is their code point offset in the shown text of their passage.

    `code` says that they stand for one sign that could not be shown as it is. Of a finding,
    `number`, `row`, `state` and `label` say which.
    """

    at: int
    text: str
    code: bool = False
    number: int = -1
    row: str = ""
    state: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one text, and whether it was on the screen."""

    field: str
    number: int
    seen: bool
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a testimony in both panes; `released` is pairs of words and whether a token."""

    field: str
    converted: bool
    paragraphs: tuple[Paragraph, ...]
    released: tuple[tuple[str, bool], ...]


def texts(case: Case, sha256: str) -> list[Text]:
    """Every text of a testimony, typed answers in form order after the account."""
    seen, marks = case.seen(sha256), _marks(case, sha256)
    return [
        Text(
            field,
            passage.shown.converted,
            tuple(_paragraphs(case, sha256, field, passage, seen)),
            tuple(_released(passage, marks[field])),
        )
        for field, passage in case.passages(sha256).items()
    ]


def _paragraphs(
    case: Case, sha256: str, field: str, passage: Passage, seen: set[tuple[str, int]]
) -> Iterator[Paragraph]:
    places = _places(passage, field, case.findings(sha256))
    for number, (start, end) in enumerate(passage.paragraphs):
        runs = [
            made
            for first, last, n in _cut(start, end, places)
            for made in _runs(case, sha256, passage, (first, last), n)
        ]
        yield Paragraph(field, number, (field, number) in seen, tuple(runs))


def _places(passage: Passage, field: str, found: Findings) -> list[tuple[int, int, int]]:
    """(start, end, index) of the findings of a text, in the shown text, one after the other.

    Where two overlap, what is still to be decided lies on top, and then the longer one.
    """
    mine = [n for n, one in enumerate(found) if one.field == field]
    mine.sort(key=lambda n: (found[n].state != UNDECIDED, found[n].start - found[n].end))
    taken: list[tuple[int, int, int]] = []
    for n in mine:
        start, end = passage.to_shown(found[n].start, found[n].end)
        taken += [(s, e, n) for s, e in _free(start, end, taken)]
    return sorted(taken)


def _free(start: int, end: int, taken: Sequence[tuple[int, int, int]]) -> list[Span]:
    """The parts of a span that nothing lies on."""
    free = [(start, end)]
    for first, last, _ in taken:
        free = [
            part
            for s, e in free
            for part in ((s, min(e, first)), (max(s, last), e))
            if part[0] < part[1]
        ]
    return free


def _cut(
    start: int, end: int, places: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, int, int]]:
    """Cut a paragraph into (start, end, finding's index or -1)."""
    at = start
    for first, last, n in places:
        if last <= at or first >= end:
            continue
        if first > at:
            yield at, first, -1
        yield max(at, first), min(last, end), n
        at = min(last, end)
    if at < end:
        yield at, end, -1


def _runs(case: Case, sha256: str, passage: Passage, span: Span, number: int) -> Iterator[Run]:
    """The runs of one span: signs that turn or hide what is shown come one by one, as codes."""
    start, end = span
    made = Run(0, "", number=number)
    if number >= 0:
        one, row = case.findings(sha256)[number], case.row_of(sha256, number)
        made = replace(made, row=row, state=one.state, label=one.label)
    text = passage.shown.text
    at = start
    for here in sorted(passage.codes.intersection(range(start, end))):
        if here > at:
            yield replace(made, at=at, text=text[at:here])
        yield replace(made, at=here, text=safe(text[here]), code=True)
        at = here + 1
    if at < end:
        yield replace(made, at=at, text=text[at:end])


def _released(passage: Passage, marks: Sequence[Mark]) -> Iterator[tuple[str, bool]]:
    """What would leave of a text, as pairs of words and whether a token or coarser word."""
    text = passage.source
    text, marks = tokens.for_reading(text, marks) or (text, marks)
    at = 0
    for mark in marks:
        if mark.start > at:
            yield safe(text[at : mark.start]), False
        yield mark.token, True
        at = mark.end
    if at < len(text):
        yield safe(text[at:]), False


def _marks(case: Case, sha256: str) -> dict[str, list[Mark]]:
    """Field → marks of a testimony, numbered as they come; a release draws other numbers."""
    spans = {
        field: tokens.covered(passage.source, _hides(case.findings(sha256), field))
        for field, passage in case.passages(sha256).items()
    }
    keys = tokens.identities(one for group in spans.values() for one in group)
    names: dict[tokens.Key, str] = {}
    for one in (one for group in spans.values() for one in group):
        kind = keys[one][0]
        number = 1 + sum(other == kind for other, _ in names)
        names.setdefault(keys[one], f"[{kind}-{number:02}]")
    return {
        field: [Mark(one.start, one.end, one.instead or names[keys[one]]) for one in group]
        for field, group in spans.items()
    }


def _hides(found: Findings, field: str) -> list[tokens.Hide]:
    return [
        tokens.Hide(one.start, one.end, one.label, one.who, one.instead)
        for one in found
        if one.field == field and one.state == ACCEPTED
    ]
