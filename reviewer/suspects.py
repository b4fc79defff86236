"""Finds in one testimony what was replaced in another one, in part or otherwise spelled (laptop).

The same searches as release tests 2 and 3 (reviewer.leaks.text), while there is still a person
who decides: what they would stop at the end becomes a row to decide now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reviewer.case import Case, Findings
from reviewer.decisions import ACCEPTED, KINDS, Finding
from reviewer.finder import propagate
from reviewer.finder.words import Finding as Found
from reviewer.finder.words import lowered
from reviewer.leaks.text import LEAST_SOUND
from reviewer.recognise import WEAK, Index, Unit, common, sound, units, words

_SOUGHT = ("P", "L")
_PART = "may be part of a name replaced elsewhere"
_STOP = "a release test stopped at it"
# As reviewer.leaks writes it: `… (of abcdefgh) … identity (P) stands at narrative:307:311 …`
_STOPPED = re.compile(
    r"\(of ([a-z2-7]{8})\) [^;]*?(?:\(([A-Z])\) stands)?[^;]*? at ([a-z0-9_.]+):([0-9]+):([0-9]+)"
)
_OF_LETTER = {"P": "PERSON", "L": "PLACE_FINE", "D": "DATE_EXACT", "N": "PHONE", "A": "AGE"}
_SPELLING = "may be another spelling of a name replaced elsewhere"


def seek(case: Case, sha256: str) -> int:
    """Add what is suspect in a testimony as rows to decide; return how many mentions."""
    parts, sounds = _indexes({*_accepted(case)})
    made = []
    for field, passage in case.passages(sha256).items():
        cut = units(passage.source)
        heard = [Unit(sound(u.word), u.start, u.end) for u in cut if not _ordinary(u.word)]
        for index, those, why in ((parts, cut, _PART), (sounds, heard, _SPELLING)):
            for label, (start, end) in index.find(those):
                made.append(Finding(field, start, end, label, why, "finder"))
    found = case.findings(sha256)
    for one in sorted(made, key=lambda one: one.start - one.end):  # the longest first
        found = _with(found, one)
    fresh = len(found) - len(case.findings(sha256))
    case.change({sha256: found}, undoable=False)
    return fresh


def stopped(case: Case, refusal: str) -> list[str]:
    """Make rows of the places a release test names in its refusal; return the testimonies' ids.

    The refusal is a sentence for people; a place in it that is not of the case is left out.
    """
    ids = {entry.id: entry.sha256 for entry in case.entries()}
    touched = []
    for match in _STOPPED.finditer(refusal):
        name, letter, field, start, end = match.groups()
        passage = case.passages(ids[name]).get(field) if name in ids else None
        if passage is None or not 0 <= int(start) < int(end) <= len(passage.source):
            continue
        label = _OF_LETTER.get(letter or "N", "OTHER")
        made = Finding(field, int(start), int(end), label, _STOP, "finder")
        found = _with(case.findings(ids[name]), made)
        if case.change({ids[name]: found}, undoable=False):
            touched.append(name)
    return touched


def _with(found: Findings, made: Finding) -> Findings:
    """The findings with one more, unless something is found or decided there already."""
    for one in found:
        if one.field == made.field and one.start < made.end and made.start < one.end:
            return found
    return (*found, made)


def _accepted(case: Case) -> Iterator[tuple[str, str]]:
    for entry in case.entries():
        for n, one in enumerate(case.findings(entry.sha256)):
            if one.state == ACCEPTED and KINDS[one.label] in _SOUGHT:
                yield one.label, case.form(entry.sha256, n)


def _indexes(named: Iterable[tuple[str, str]]) -> tuple[Index, Index]:
    """Index of parts and of sounds; what they give back is a label."""
    parts, sounds = Index(), Index()
    for label, form in sorted(named):
        for short in _parts(label, form):
            parts.add(short, label)
            heard = [sound(word) for word in short]
            if len("".join(heard)) >= LEAST_SOUND:
                sounds.add(heard, label)
    return parts, sounds


@lru_cache(1 << 13)
def _parts(label: str, form: str) -> tuple[tuple[str, ...], ...]:
    whole = Found(0, len(form), label, "")
    made = ([*words(short)] for short in {form, *propagate.forms(whole, form)})
    # A weaker word means somebody in its own account only, where the finder looks for it.
    return tuple(tuple(one) for one in made if len("".join(one)) >= WEAK and not common(one))


def _ordinary(word: str) -> bool:
    return word in lowered("english_words")


def forget() -> None:
    """Forget every name that was taken apart, when a vault closes."""
    _parts.cache_clear()
