"""Proposes which words of a testimony identify somebody; a person decides (laptop).

Order: read (Zawgyi, unseen characters), fold (digits, look-alikes), patterns, names, places, keep
rules, the trained model, then every further mention. No network; a text gives the same findings
everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from reviewer.finder import (
    crf,
    dates,
    keep,
    latin,
    lower,
    native,
    normalise,
    papers,
    patterns,
    places,
    propagate,
    roles,
    told,
)
from reviewer.finder.lexicon import is_element, ordinary
from reviewer.finder.words import IDENTITY, KEPT, LABELS, Finding, listed
from reviewer.zawgyi import Span

__all__ = ["IDENTITY", "KEPT", "LABELS", "Finding", "find"]

_WHOLE = ("PLACE_FINE", "ADDRESS", "ORG", "OCCUPATION_UNIQUE")
"""A town or unit inside one of these is part of it."""


_WORD = re.compile(r"(?<![\d'])[^\W\d_]{2,}|[\u1000-\u109f]|(?<![\w'])[A-Za-z](?![\w'])")
"""What a name holds: letters, but not alone the rd of 3rd or the s of a genitive."""
_NO_NAME = re.compile(
    r"(?<!\w)\d+(?!\w)|\b(?:he|she|it|they|we|you|the|this|that|these|those|my|his|her|our|their|and|but|or|if|when"
    r"|where|who|what|was|is|are|were|has|had|have|to|of|for|with|from|by|not|I|He|She|It|They|We|You"
    r"|The|This|That|These|Those|My|His|Her|Our|Their|And|But|If|When|Where|Who|What)\b"
)
"""In no name: numbers and words of English grammar, but for a, an, in, on, no, which can be."""
_ENDLESS = re.compile(r"\S{20000,}")
"""Longer than any word or line of Burmese: a file in letters, or a text made to stop the finder."""


def find(text: str) -> list[Finding]:
    """Return the identities of a text in order, without overlap, in code points of the text."""
    findings, at = list[Finding](), 0
    for run in _ENDLESS.finditer(text):
        findings += _shifted(_part(text[at : run.start()]), at)
        findings.append(Finding(*run.span(), "ACCOUNT", "letters without end, hiding anything"))
        at = run.end()
    return findings + _shifted(_part(text[at:]), at)


def _shifted(findings: Iterable[Finding], by: int) -> list[Finding]:
    return [Finding(f.start + by, f.end + by, f.label, f.reason) for f in findings]


def _part(text: str) -> list[Finding]:
    reading = normalise.read(text)
    folded = normalise.fold(reading.text)
    findings = _resolve(folded, _found(folded))
    mapped = [Finding(*reading.span(f.start, f.end), f.label, f.reason) for f in findings]
    return _separate(text, mapped)


def _found(text: str) -> list[Finding]:
    """Return the findings of every rule, strongest rules first, keep rules applied."""
    fixed = [*patterns.find(text), *papers.find(text), *dates.find(text)]
    units, towns = list(keep.units(text)), list(keep.known(text))
    known = [*towns, *keep.makes(text), *keep.money(text), *keep.things(text)]
    names = [*native.introduced(text), *told.find(text), *latin.find(text), *lower.find(text)]
    names += native.persons(text)
    persons = [f for f in names if f.label == "PERSON"]
    names += [*native.listed_with(text, persons), *lower.listed_with(text, persons)]
    around = [*places.find(text), *roles.find(text), *native.places(text), *native.groups(text)]
    numbers = sorted([*units, *keep.money(text)])
    seen = [p for f in crf.find(text) if dates.tells(text, f) for p in _cut(f, numbers)]
    seen = [p for f in seen for p in _of_words(text, f)]
    seen = [f for f in seen if _WORD.search(text, f.start, f.end)]
    seen = [f for f in seen if not _is_spoken(text[f.start : f.end])]
    spared = _spare(text, [*around, *names, *seen], units, known)
    sure = [f for f in spared if not _is_guessed(f)]
    again = _spare(text, propagate.find(text, sure), units, known)
    again += _spare(text, places.chained(text, spared + again), units, known)
    ages = dates.after_names(text, [f for f in spared if f.label == "PERSON"])
    return fixed + spared + again + list(ages)


def _inside(spans: Iterable[Span], finding: Finding) -> bool:
    return any(start <= finding.start and finding.end <= end for start, end in spans)


def _spare(
    text: str, findings: Iterable[Finding], units: Sequence[Span], known: Sequence[Span]
) -> list[Finding]:
    """Drop findings inside what is kept, and cut what is kept out of persons."""
    left, kept = list[Finding](), sorted([*units, *known])
    for finding in findings:
        if _inside(kept, finding):
            continue
        if finding.label in _WHOLE:
            if places.tells(text, finding, kept):
                left.append(places.shorn(text, finding, units, known))
        else:
            pieces = _cut(finding, kept)
            left += [f for f in pieces if f == finding or _stands(text, f)]
    return left


def _stands(text: str, piece: Finding) -> bool:
    """Say whether what is left of a finding, once a unit or town is cut out, is still somebody."""
    surface = text[piece.start : piece.end].strip(" .,'")
    return (len(surface) > 4 or is_element(surface)) and not _is_spoken(surface)


def _of_words(text: str, finding: Finding) -> list[Finding]:
    """Cut numbers and words of grammar out of a person found on the model's word alone."""
    if finding.label != "PERSON":
        return [finding]
    alien = [m.span() for m in _NO_NAME.finditer(text, finding.start, finding.end)]
    return _cut(finding, alien)


def _is_spoken(surface: str) -> bool:
    """One common word without a capital is nobody on the model's word alone."""
    word = surface.strip(" .,'")
    if word in listed("burmese_words"):
        return word not in listed("burmese_given")
    return word.isascii() and word.islower() and word in ordinary()


def _cut(finding: Finding, kept: Sequence[Span]) -> list[Finding]:
    pieces, at = list[Finding](), finding.start
    for start, end in kept:
        if end <= at or start >= finding.end:
            continue
        if start > at:
            pieces.append(Finding(at, start, finding.label, finding.reason))
        at = end
    if at < finding.end:
        pieces.append(Finding(at, finding.end, finding.label, finding.reason))
    return pieces


def _resolve(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Lay findings over the text, earlier and longer ones first; none loses a character."""
    order = sorted(range(len(findings)), key=lambda n: (_rank(findings[n]), n))
    taken, kept = bytearray(len(text)), list[Finding]()
    for n in order:
        finding = findings[n]
        at = finding.start
        while at < finding.end:
            while at < finding.end and taken[at]:
                at += 1
            stop = at
            while stop < finding.end and not taken[stop]:
                stop += 1
            if stop > at and _solid(text, at, stop):
                kept.append(Finding(at, stop, finding.label, finding.reason))
                taken[at:stop] = b"\1" * (stop - at)
            at = max(stop, at + 1)
    return sorted(kept, key=lambda f: f.start)


def _rank(finding: Finding) -> tuple[int, int]:
    """Numbers first, longer ones first; last an officer on the model's word, who would be shown."""
    first = 0 if finding.label in ("NATIONAL_ID", "URL", "ACCOUNT", "GPS") else 1
    return (2 if _is_guessed(finding) else first, finding.start - finding.end)


def _is_guessed(finding: Finding) -> bool:
    """Whether somebody would be shown as an officer on the model's word alone."""
    return finding.label in KEPT and finding.reason.startswith("words that stand")


def _solid(text: str, start: int, end: int) -> bool:
    return any(unicodedata.category(c)[0] in "LMN" for c in text[start:end])


def _separate(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Take from each finding what an earlier one already covers, and blanks at its ends."""
    kept, done = list[Finding](), 0
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        start, end = max(finding.start, done), finding.end
        while start < end and not _solid(text, start, start + 1):
            start += 1
        while end > start and text[end - 1] in " \t\r\n,;:၊။":
            end -= 1
        if end > start:
            kept.append(Finding(start, end, finding.label, finding.reason))
            done = end
    return kept
