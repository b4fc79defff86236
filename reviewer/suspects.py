"""Finds in one testimony what was replaced in another one, in part or otherwise spelled (laptop).

The same searches as release tests 2 and 3 (reviewer.leaks.text), while there is still a person
who decides: what they would stop at the end becomes a row to decide now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from reviewer.case import Case, Findings
from reviewer.decisions import ACCEPTED, KINDS, Finding
from reviewer.finder import propagate
from reviewer.finder.words import Finding as Found
from reviewer.finder.words import lowered
from reviewer.leaks.search import WEAK, common
from reviewer.leaks.text import LEAST_SOUND
from reviewer.recognise import Index, Unit, sound, units, words

_SOUGHT = ("P", "L")
_PART = "may be part of a name replaced elsewhere"
_SPELLING = "may be another spelling of a name replaced elsewhere"


def seek(case: Case, sha256: str) -> int:
    """Add what is suspect in a testimony as rows to decide; return how many mentions."""
    parts, sounds = _indexes({*_accepted(case)})
    found = case.findings(sha256)
    for field, passage in case.passages(sha256).items():
        cut = units(passage.source)
        heard = [Unit(sound(u.word), u.start, u.end) for u in cut if not _ordinary(u.word)]
        for index, those, why in ((parts, cut, _PART), (sounds, heard, _SPELLING)):
            for label, (start, end) in index.find(those):
                made = Finding(field, start, end, label, why, "finder")
                found = _with(found, made)
    fresh = len(found) - len(case.findings(sha256))
    case.change({sha256: found})
    return fresh


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
