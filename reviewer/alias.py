"""Which spellings and short forms are one person, by their words alone (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from reviewer.decisions import KINDS
from reviewer.finder.propagate import same
from reviewer.finder.spelling import glue, syllable_keys
from reviewer.passage import spelled
from reviewer.tokens import without_titles

PERSONS = ("PERSON", "PERPETRATOR")


@lru_cache(1 << 14)
def key(label: str, form: str) -> str:
    """What the same person, place or number is known by wherever it stands.

    Its token's letter and its words without case and blanks; of a person the sounds of her name
    in either script, without titles.
    """
    sounds = glue(*syllable_keys(without_titles(form.strip()))) if label in PERSONS else ""
    return f"{KINDS[label]}|{sounds or ''.join(spelled(form).split())}"


@lru_cache(1 << 14)
def bare(label: str, form: str) -> str:
    """A person's whole name without titles; any other form as it is."""
    return without_titles(form) if label in PERSONS else form


@lru_cache(1 << 14)
def _same(one: str, other: str) -> bool:
    return same(one, other)


def joined(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Key → key of the one longer name it is short for, among (label, form) of one testimony.

    A short form that fits two persons stays a row of its own: a person decides.
    """
    persons = {key(label, form): form for label, form in named if label in PERSONS}
    longer = {
        short: {
            whole
            for whole, full in persons.items()
            if len(whole) > len(short) and _same(form, full)
        }
        for short, form in persons.items()
    }
    found = {}
    for short, wholes in longer.items():
        # A whole that is itself short for another one names the same person.
        last = {whole for whole in wholes if not longer[whole] & wholes}
        if len(last) == 1:
            found[short] = next(iter(last))
    return {short: _end(found, whole) for short, whole in found.items()}


def _end(found: dict[str, str], whole: str) -> str:
    while whole in found:  # each step is to a longer key, so it ends
        whole = found[whole]
    return whole


def forget() -> None:
    """Forget every name that was compared, when a vault closes."""
    for remembering in (key, bare, _same):
        remembering.cache_clear()
