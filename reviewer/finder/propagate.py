"""Finds every further mention of what was found once, in its short forms too (laptop)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reviewer.finder import burmese
from reviewer.finder.lexicon import elements
from reviewer.finder.words import Finding, listed, lowered
from reviewer.zawgyi import SYLLABLE, Span

_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"(?<![A-Za-z'.])[A-Za-z]+")
_GOES_ON = re.compile(r"[A-Za-z]|'[a-rt-z]")


def _without_title(name: str) -> str:
    words = name.split(" ")
    while len(words) > 1 and (words[0] in listed("titles") or words[0] in listed("ranks")):
        words = words[1:]
    name = " ".join(words)
    for title in sorted(burmese.titles(), key=len, reverse=True):
        rest = name[len(title) :].lstrip(" ")
        if (
            name.startswith(title)
            and rest
            and SYLLABLE.match(name)
            and not re.match("[\u102b-\u103e]", rest)
        ):
            return rest
    return name


def _latin_forms(name: str) -> Iterator[str]:
    words = [w for w in _without_title(name).split(" ") if w]
    yield " ".join(words)
    if len(words) >= 2:
        yield "".join(words)
        yield " ".join(words[1:])
        yield " ".join(words[:2])
        yield ".".join(w[0].upper() for w in words) + "."
        yield ". ".join(w[0].upper() for w in words) + "."
    if len(words) >= 3:
        yield " ".join(words[-2:])
        yield ".".join(w[0].upper() for w in words[-2:]) + "."
    yield from words


def _burmese_forms(name: str) -> Iterator[str]:
    core = _without_title(name)
    yield core
    for clan in burmese.clans():
        if core.startswith(clan) and len(core) > len(clan):
            yield core[len(clan) :].lstrip(" ")
    pieces = SYLLABLE.findall(core)
    if len(pieces) >= 3:
        yield "".join(pieces[-2:])
        yield "".join(pieces[:2])


def forms(finding: Finding, text: str) -> frozenset[str]:
    """Return the spellings under which a found person or place may come back."""
    surface = text[finding.start : finding.end]
    if finding.label == "PLACE_FINE":
        return frozenset(_place_forms(surface))
    made = _latin_forms(surface) if _LATIN.search(surface) else _burmese_forms(surface)
    return frozenset(
        form.strip(" .'\"") if len(form) > 4 else form for form in made if len(form) > 1
    )


def _place_forms(surface: str) -> Iterator[str]:
    yield surface
    plain = lowered("place_heads") | lowered("english_words") | lowered("place_heads_kachin")
    for run in re.findall(r"[A-Z][\w']+(?: [A-Z][\w']+){0,3}", surface):
        words = run.split(" ")
        while words and words[-1].lower() in plain:
            words.pop()
        while words and words[0].lower() in plain:
            words.pop(0)
        if words and (len(words) > 1 or len(words[0]) > 4):
            yield " ".join(words)


def _worth(form: str, label: str) -> bool:
    if _LATIN.search(form):
        low = form.lower()
        if " " not in form and "." not in form and len(form) < 4 and low not in elements():
            return len(form) == 2 and form.isupper()
        return low not in lowered("english_words") or (low in elements() and len(low) > 3)
    return len(SYLLABLE.findall(form)) >= 2 or label == "PERSON"


def _words(text: str) -> dict[str, list[int]]:
    """Return where each Latin word of a text begins, by its lower case."""
    places = dict[str, list[int]]()
    for match in _WORD.finditer(text):
        places.setdefault(match[0].lower(), []).append(match.start())
    return places


def _mentions(text: str, form: str, words: dict[str, list[int]]) -> Iterator[Span]:
    """Yield where a form stands in a text; Latin ones only as whole words."""
    if not (first := _WORD.match(form)):
        at = text.find(form)
        while at >= 0:
            yield at, at + len(form)
            at = text.find(form, at + len(form))
        return
    loose = len(form) > 5 or " " in form
    for start in words.get(first[0].lower(), ()):
        end = start + len(form)
        same = text[start:end] == form or (loose and text[start:end].lower() == form.lower())
        if same and not _GOES_ON.match(text, end):
            yield start, end


def _fits(text: str, start: int, end: int, form: str) -> bool:
    """A single Burmese syllable must stand alone and before a particle."""
    if _LATIN.search(form):
        return True
    after = text[end : end + 2]
    if after and (re.match("[\u102b-\u103e]", after) or re.match("[\u1000-\u1021]\u103a", after)):
        return False
    if len(SYLLABLE.findall(form)) >= 2:
        return True
    alone = start == 0 or not burmese.RUN.match(text, start - 1)
    rest = text[end : end + 8]
    ends = not rest or not burmese.RUN.match(rest)
    return alone and (ends or any(rest.startswith(p) for p in listed("burmese_particles")))


def find(text: str, confirmed: Iterable[Finding]) -> Iterator[Finding]:
    """Yield every mention, in a folded text, of the persons and small places given."""
    seen, words = dict[str, str](), _words(text)
    for finding in confirmed:
        if finding.label in ("PERSON", "PERPETRATOR", "PLACE_FINE"):
            for form in sorted(forms(finding, text)):
                if form not in seen or finding.label == "PERSON":
                    seen[form] = finding.label
    for form, label in sorted(seen.items()):
        if _worth(form, label):
            for start, end in _mentions(text, form, words):
                if _fits(text, start, end, form):
                    yield Finding(start, end, label, "another mention of one found before")
