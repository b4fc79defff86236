"""Which spellings and short forms are one person, by their words alone (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from reviewer.decisions import KINDS
from reviewer.finder.propagate import forms
from reviewer.finder.words import Finding
from reviewer.passage import spelled

PERSONS = ("PERSON", "PERPETRATOR")


@lru_cache(1 << 14)
def key(label: str, form: str) -> str:
    """What the same person, place or number is known by wherever it stands.

    Its token's letter and its words without case and blanks.
    """
    return f"{KINDS[label]}|{''.join(spelled(form).split())}"


@lru_cache(1 << 14)
def bare(label: str, form: str) -> str:
    """A person's whole name without titles; any other form as it is."""
    if label not in PERSONS:
        return form
    made = forms(Finding(0, len(form), label, ""), form)
    return max((one for one in made if "." not in one), key=len, default=form)


@lru_cache(1 << 14)
def shorter(label: str, form: str) -> frozenset[str]:
    """Keys of the titles left out, parts and initials by which a person may come back."""
    if label not in PERSONS:
        return frozenset()
    made = forms(Finding(0, len(form), label, ""), form)
    return frozenset(key(label, short) for short in made) - {key(label, form)}


def joined(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Key → key of the one longer name it is short for, among (label, form) of one testimony.

    A short form that fits two persons stays a row of its own: a person decides.
    """
    by_key = {key(label, form): (label, form) for label, form in named}
    longer: dict[str, set[str]] = {}
    for whole, (label, form) in by_key.items():
        for short in shorter(label, form) & by_key.keys():
            if len(short) < len(whole):
                longer.setdefault(short, set()).add(whole)
    found = {}
    for short, wholes in longer.items():
        # A whole that is itself short for another one names the same person.
        last = {whole for whole in wholes if not longer.get(whole, set()) & wholes}
        if len(last) == 1:
            found[short] = next(iter(last))
    return {short: _end(found, whole) for short, whole in found.items()}


def _end(found: dict[str, str], whole: str) -> str:
    while whole in found:  # each step is to a longer key, so it ends
        whole = found[whole]
    return whole


def forget() -> None:
    """Forget every name that was compared, when a vault closes."""
    for remembering in (key, bare, shorter):
        remembering.cache_clear()
