"""What a person decided about each finding in a testimony (reviewer's laptop).

A finding is a half-open span of code points in the text as it was sealed. It is undecided until a
person accepts it (it will be replaced) or rejects it (it stays, with a reason). Accepting or adding
one accepts the same form wherever else it stands, unless that very place was rejected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from envelope.testimony import Testimony
from release import coarse
from release.content import NARRATIVE
from reviewer.errors import RedactionError
from reviewer.policy import is_text
from reviewer.recognise import only_here
from reviewer.store import Entry

UNDECIDED, ACCEPTED, REJECTED = "undecided", "accepted", "rejected"

KINDS: Mapping[str, str] = {
    "PERSON": "P",
    "PERPETRATOR": "P",
    "PLACE_FINE": "L",
    "ADDRESS": "L",
    "PHONE": "N",
    "NATIONAL_ID": "N",
    "ACCOUNT": "N",
    "VEHICLE_PLATE": "N",
    "GPS": "N",
    "URL": "N",
    "DATE_EXACT": "D",
    "AGE": "A",
    "ORG": "O",
    "RELATIVE": "R",
    "OCCUPATION_UNIQUE": "W",
    "ETHNO_RELIGIOUS": "X",
    "OTHER": "X",
}
"""Label of a finding → kind of its token (doc/FORMAT.md)."""

COARSER: Mapping[str, str] = {
    "PLACE_FINE": "L",
    "ADDRESS": "L",
    "GPS": "L",
    "DATE_EXACT": "D",
    "AGE": "A",
}
"""Label → kind of the coarser words (`release.coarse`) that may stand instead of a token."""

KEPT = {"PERPETRATOR"}
"""Labels that stay in a release unless a person accepts them one by one."""

_KEPT_WHY = "perpetrators are evidence and stay by default"

# Words that also stand where they identify nobody: only the place that was found is replaced.
ONLY_HERE = {"AGE", "RELATIVE", "OCCUPATION_UNIQUE", "ETHNO_RELIGIOUS"}
# A Burmese syllable goes on with a mark or a final consonant; U+1031 begins the next one in Zawgyi.
_GOES_ON = r"(?![\u102b-\u1030\u1032-\u103e]|[\u1000-\u1021]\u1037?[\u1039\u103a])"
_LEAST_FORM = 2  # code points; a shorter form would be found inside half of all words

Place = tuple[str, int, int]
"""A field and a half-open span of code points in its text."""

Find = Callable[[str], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A possible identity in one text of a testimony.

    `field` is NARRATIVE or a form field, `reason` why it was found, `by` the finder or a
    reviewer's id, `why` the reason of a rejection, `who` the person or thing a reviewer said it
    is ("" while only its words tell): one token for all of one `who` in a release. `instead` is a
    word of `release.coarse` that is to stand there, "" for a token.
    """

    field: str
    start: int
    end: int
    label: str
    reason: str
    by: str
    state: str = UNDECIDED
    why: str = ""
    who: str = ""
    instead: str = ""

    def record(self) -> dict[str, str | int]:
        """What the vault keeps; by hand, since asdict copies deeply and a decision writes many."""
        return {
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "label": self.label,
            "reason": self.reason,
            "by": self.by,
            "state": self.state,
            "why": self.why,
            "who": self.who,
            "instead": self.instead,
        }


def texts(testimony: Testimony) -> dict[str, str]:
    """The texts of a testimony that may leave: the account, and the typed answers that may."""
    typed = {field: text for field, text in testimony.answers.items() if is_text(field)}
    return {NARRATIVE: testimony.narrative, **typed}


def findings(entry: Entry) -> list[Finding]:
    """The findings of an opened testimony in the order of their numbers (the first is 1)."""
    return [Finding(**item) for item in (entry.review or {}).get("findings", ())]


def is_sought(entry: Entry) -> bool:
    """Whether the finder was run; what was decided elsewhere can reach a testimony before it."""
    return bool((entry.review or {}).get("sought"))


def undecided(entry: Entry) -> int | None:
    """How many findings wait for a decision; None while the finder was not run."""
    if not is_sought(entry):
        return None
    return sum(finding.state == UNDECIDED for finding in findings(entry))


def seek(entry: Entry, find: Find) -> Entry:
    """Run the finder over every text; decisions stay, undecided findings are made anew."""
    kept = [finding for finding in findings(entry) if finding.state != UNDECIDED]
    places = {(finding.field, finding.start, finding.end) for finding in kept}
    fresh = [
        Finding(field, found.start, found.end, found.label, found.reason, "finder")
        for field, text in texts(_opened(entry)).items()
        for found in find(text)
        if (field, found.start, found.end) not in places
    ]
    sought = with_findings(entry, kept + fresh)
    return replace(sought, review={**(sought.review or {}), "sought": True})


def accept(entry: Entry, numbers: Sequence[int] | None) -> Entry:
    """Accept these findings; None decides every undecided one as its label does by default."""
    found = findings(entry)
    for at in _indexes(found, numbers):
        if numbers is None and found[at].label in KEPT:
            found[at] = replace(found[at], state=REJECTED, why=_KEPT_WHY)
        else:
            found[at] = replace(found[at], state=ACCEPTED, why="")
    return with_findings(entry, _propagated(entry, found))


def coarsen(entry: Entry, numbers: Sequence[int], word: str) -> Entry:
    """Accept these findings, and the same words wherever accepted, with a coarser word instead.

    RedactionError for a word that is in no list of `release.coarse`, or of another kind.
    """
    entry = accept(entry, numbers)
    all_texts, found = texts(_opened(entry)), findings(entry)
    for at in _indexes(found, numbers):
        one = found[at]
        if word and coarse.kind(word) != COARSER.get(one.label, ""):
            raise RedactionError(
                f"{word[:40]!r} can not stand for {one.label}; take a word like [Hpakant township],"
                " [Kachin region], [2024-03], [2024] or [20–29]."
            )
        form = all_texts[one.field][one.start : one.end]
        for n, other in enumerate(found):
            same = all_texts[other.field][other.start : other.end] == form
            if same and other.state == ACCEPTED and other.label == one.label:
                found[n] = replace(other, instead=word)
    return with_findings(entry, found)


def reject(entry: Entry, numbers: Sequence[int], why: str) -> Entry:
    """Reject these findings with a reason; RedactionError without one."""
    if not why.strip():
        raise RedactionError("A rejection needs its reason; give it with --reason TEXT.")
    found = findings(entry)
    for at in _indexes(found, numbers):
        found[at] = replace(found[at], state=REJECTED, why=why)
    return with_findings(entry, found)


def add(entry: Entry, span: Place, label: str, by: str) -> Entry:
    """Add and accept a finding of one's own at (field, start, end)."""
    field, start, end = span
    text = texts(_opened(entry)).get(field)
    if text is None or not 0 <= start < end <= len(text):
        raise RedactionError(f"{field}:{start}:{end} lies outside the text; see redact ID --list.")
    finding = Finding(field, start, end, _label(label), "added by hand", by, ACCEPTED)
    others = [one for one in findings(entry) if (one.field, one.start, one.end) != span]
    return with_findings(entry, _propagated(entry, [*others, finding]))


def add_text(entry: Entry, form: str, label: str, by: str) -> Entry:
    """Add and accept a form wherever it stands; RedactionError if it stands nowhere."""
    found = findings(entry)
    places = list(_occurrences(form, texts(_opened(entry))))
    if not places:
        raise RedactionError(f"{form!r} does not stand in this testimony; type it as it stands.")
    taken = {(one.field, one.start, one.end): n for n, one in enumerate(found)}
    for place in places:
        finding = Finding(*place, _label(label), "added by hand", by, ACCEPTED)
        if place in taken:
            found[taken[place]] = finding
        else:
            found.append(finding)
    return with_findings(entry, found)


def still_shown(entries: Sequence[Entry], others: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where an identity accepted in one of these testimonies still stands in any of them.

    Returns (testimony's id, form), also for `others`, texts (by a name of their own) that leave
    with them. A place that was accepted or rejected itself does not count.
    """
    own = [{form for _, form in _spreading(entry, findings(entry))} for entry in entries]
    forms = {form for some in own for form in some if not only_here(form)}
    found = set()
    for entry, here in zip(entries, own, strict=True):
        decided = [one for one in findings(entry) if one.state != UNDECIDED]
        for form in forms | here:
            places = _occurrences(form, texts(_opened(entry)))
            if any(not _is_decided(decided, place) for place in places):
                found.add((entry.id, form))
    found |= {(name, form) for form in forms for name, *_ in _occurrences(form, others)}
    return sorted(found)


def confirmed(entry: Entry) -> list[tuple[str, str]]:
    """(label, form) of every accepted finding whose form is replaced wherever it stands."""
    found = findings(entry)
    return [(found[number - 1].label, form) for number, form in _spreading(entry, found)]


def spread(entries: Sequence[Entry]) -> list[Entry]:
    """Accept, in every one of these testimonies, what was accepted in any other of them.

    But for what tells who is meant only where it was decided (`recognise.only_here`).
    """
    spread_from = [
        (replace(found[number - 1], reason=f"the same form as in {entry.id}"), form)
        for entry in entries
        if (found := findings(entry))
        for number, form in _spreading(entry, found)
        if not only_here(form)
    ]
    return [with_findings(entry, _filled(entry, findings(entry), spread_from)) for entry in entries]


def _propagated(entry: Entry, found: list[Finding]) -> list[Finding]:
    """Accept every further place of each accepted form."""
    forms = [
        (replace(found[number - 1], reason=f"the same form as finding {number}"), form)
        for number, form in _spreading(entry, found)
    ]
    return _filled(entry, found, forms)


def _filled(
    entry: Entry, found: list[Finding], forms: Iterable[tuple[Finding, str]]
) -> list[Finding]:
    """Accept every undecided place of these forms, each after the pattern of its finding."""
    all_texts = texts(_opened(entry))
    decided = [one for one in found if one.state != UNDECIDED]
    fresh: dict[Place, Finding] = {}
    for one, form in forms:
        for field, start, end in _occurrences(form, all_texts):
            if not _is_decided(decided, (field, start, end)):
                copy = replace(one, field=field, start=start, end=end)
                fresh.setdefault((field, start, end), copy)
    taken = {(one.field, one.start, one.end): n for n, one in enumerate(found)}
    for place, finding in fresh.items():
        if place in taken:  # the finder had it too, undecided
            found[taken[place]] = finding
        else:
            found.append(finding)
    return found


def _spreading(entry: Entry, found: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield (number, form) of the accepted findings whose form is replaced everywhere."""
    all_texts = texts(_opened(entry))
    for number, one in enumerate(found, 1):
        if one.state == ACCEPTED and not (one.label in ONLY_HERE and one.by == "finder"):
            yield number, all_texts[one.field][one.start : one.end]


def _is_decided(decided: Sequence[Finding], place: Place) -> bool:
    field, start, end = place
    inside = [one for one in decided if one.field == field and one.start < end and start < one.end]
    return any(one.state == REJECTED or (one.start <= start and end <= one.end) for one in inside)


def _occurrences(form: str, all_texts: Mapping[str, str]) -> Iterator[Place]:
    """Yield (field, start, end) wherever a form stands, as whole words or Burmese syllables.

    Upper and lower case are the same. A form too short to mean itself is found nowhere.
    """
    form = form.strip()
    if len(form) < _LEAST_FORM:
        return
    before = r"(?<![A-Za-z0-9])" if _is_latin(form[0]) else ""
    after = r"(?![A-Za-z0-9])" if _is_latin(form[-1]) else _GOES_ON
    pattern = re.compile(before + re.escape(form) + after, re.IGNORECASE)
    for field, text in all_texts.items():
        for match in pattern.finditer(text):
            yield field, match.start(), match.end()


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _indexes(found: Sequence[Finding], numbers: Sequence[int] | None) -> list[int]:
    if numbers is None:
        return [at for at, finding in enumerate(found) if finding.state == UNDECIDED]
    for number in numbers:
        if not 1 <= number <= len(found):
            raise RedactionError(f"There is no finding {number}; see redact ID --list.")
    return [number - 1 for number in numbers]


def _label(label: str) -> str:
    if label.upper() not in KINDS:
        raise RedactionError(f"{label[:40]!r} is no label; use one of {', '.join(KINDS)}.")
    return label.upper()


def _opened(entry: Entry) -> Testimony:
    if entry.testimony is None:
        raise RedactionError(f"{entry.id} is set aside and was never opened; nothing to redact.")
    return entry.testimony


def with_findings(entry: Entry, found: Iterable[Finding]) -> Entry:
    """The testimony with these findings; whatever else its review holds stays."""
    kept = entry.review or {}
    return replace(entry, review={**kept, "findings": [one.record() for one in found]})
