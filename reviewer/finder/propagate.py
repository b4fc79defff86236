"""Finds what was found once again: short forms, other spellings, the other script (laptop).

`key` and `same` serve the desk too: they propose which mentions of a case are one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reviewer.finder import burmese
from reviewer.finder.lexicon import elements, ordinary
from reviewer.finder.spelling import glue, key, syllable_keys
from reviewer.finder.words import Finding, listed, lowered
from reviewer.zawgyi import SYLLABLE, Span

__all__ = ["find", "forms", "key", "same"]

_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"(?<![A-Za-z'.])[A-Za-z]+")
_TOKEN = re.compile(r"[A-Za-z]+(?:['\-][A-Za-z]+)*|[\u1000-\u103f]+")
_GOES_ON = re.compile(r"[A-Za-z]|'[a-rt-z]")
_INITIALS = re.compile(r"(?:[A-Z]\.? ?){2,4}")
_GAPS = frozenset((" ", "-", "\n", ""))
_LONGEST = 4
"""Words of one name looked for in another spelling; of Burmese twice as many syllables."""


def _without_title(name: str) -> str:
    words = name.split(" ")
    titles = listed("titles") | listed("ranks")
    while len(words) > 1 and not titles.isdisjoint((words[0], words[0].title())):
        words = words[1:]
    name = " ".join(words)
    if name.startswith(tuple(burmese.clans())):  # မ is a title, မရစ် a clan
        return name
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
    trimmed = (form.strip(" .'\"") if len(form) > 4 else form for form in made if len(form) > 1)
    return frozenset(form for form in trimmed if any(c.isalpha() for c in form))


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
    loose = " " in form or (len(form) > 3 and form.lower() not in ordinary())
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


@lru_cache(maxsize=16_384)
def _parts(name: str) -> tuple[str, ...]:
    return syllable_keys(_without_title(name.strip()))


def _suffixes(parts: tuple[str, ...]) -> set[str]:
    """Return the keys of a whole name and of its ends of two elements or more."""
    return {glue(*parts[i:]) for i in range(max(1, len(parts) - 1))}


def same(form_a: str, form_b: str) -> bool:
    """Say whether two mentions may be of one person.

    True for other spellings and the other script, for a name without its clan or first element,
    and for initials; a title tells nothing. One element alone is nobody's.
    """
    a, b = _parts(form_a), _parts(form_b)
    if not a or not b:
        return False
    for short, long in ((form_a, b), (form_b, a)):
        letters = re.sub("[^A-Z]", "", short)
        if _INITIALS.fullmatch(short.strip()) and len(letters) > 1:
            begin = "".join(part[0] for part in long)
            return len(long) == len(letters) and _initial_keys(letters) == begin
    return not _suffixes(a).isdisjoint({glue(*b)}) or not _suffixes(b).isdisjoint({glue(*a)})


def _initial_keys(letters: str) -> str:
    """Return the letters of initials as keys begin: H of Hkun is k, J of Ja is z."""
    return letters.lower().translate(str.maketrans("jcq", "zkk"))


@lru_cache(maxsize=65_536)
def _word_key(word: str) -> str:
    return key(word)


def _respelled(text: str, wanted: dict[str, str]) -> Iterator[tuple[Span, str]]:
    """Yield what has the key of a name, in any spelling, spacing or script, and that key."""
    tokens = [(m.span(), m[0]) for m in _TOKEN.finditer(text)]
    for i, ((start, _), word) in enumerate(tokens):
        if not word.isascii():
            yield from _in_burmese(word, start, wanted)
            continue
        joined, stop = "", start
        for span, part in tokens[i : i + _LONGEST]:
            if text[stop : span[0]] not in _GAPS:
                break
            joined, stop = glue(joined, _word_key(part)), span[1]
            if joined in wanted and _deserves(text[start:stop]):
                yield (start, stop), joined


def _deserves(surface: str) -> bool:
    """Common words without a capital are no respelled name."""
    words = re.split(r"[ \-\n]", surface)
    return any(w[:1].isupper() or w.lower() not in ordinary() for w in words)


def _in_burmese(run: str, start: int, wanted: dict[str, str]) -> Iterator[tuple[Span, str]]:
    cuts = [m.span() for m in SYLLABLE.finditer(run)]
    for i in range(len(cuts)):
        for j in range(min(i + 2 * _LONGEST, len(cuts)), i + 1, -1):
            found = key(run[cuts[i][0] : cuts[j - 1][1]])
            if found in wanted:
                yield (start + cuts[i][0], start + cuts[j - 1][1]), found
                break


def _wanted(text: str, confirmed: Iterable[Finding]) -> dict[str, str]:
    """Return the keys of names to look for in other spellings, and their label."""
    found = dict[str, str]()
    for finding in confirmed:
        if finding.label in ("PERSON", "PERPETRATOR"):
            parts = _parts(text[finding.start : finding.end])
            if len(parts) <= 2 * _LONGEST:
                for form in _suffixes(parts):
                    if len(form) > 4 or len(parts) > 1:
                        found.setdefault(form, finding.label)
    return found


def find(text: str, confirmed: Iterable[Finding]) -> Iterator[Finding]:
    """Yield every mention, in a folded text, of the persons and small places given."""
    confirmed = list(confirmed)
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
    wanted = _wanted(text, confirmed)
    for (start, end), found in _respelled(text, wanted) if wanted else ():
        yield Finding(start, end, wanted[found], "another spelling of a name found before")
