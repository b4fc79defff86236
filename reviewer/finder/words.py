"""Word lists of the finder, read once from data/ (laptop)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")

IDENTITY = (
    "PERSON", "PHONE", "NATIONAL_ID", "ADDRESS", "PLACE_FINE", "ACCOUNT", "VEHICLE_PLATE", "GPS",
    "URL", "DATE_EXACT", "AGE", "RELATIVE", "OCCUPATION_UNIQUE", "ORG", "ETHNO_RELIGIOUS",
)  # fmt: skip
"""What a release covers unless a person decides otherwise."""

KEPT = ("PERPETRATOR",)
"""What is found and asked about, and stays in a release unless a person decides otherwise."""

LABELS = IDENTITY + KEPT


@dataclass(frozen=True, slots=True)
class Finding:
    """A proposed identity: half-open code point offsets, its kind, and why it was found."""

    start: int
    end: int
    label: str
    reason: str


@cache
def entries(name: str) -> tuple[str, ...]:
    """Return the entries of data/<name>.txt in order; lines that begin with # are notes."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    rows = (row.strip() for row in text.splitlines())
    return tuple(row for row in rows if row and not row.startswith("#"))


@cache
def listed(name: str) -> frozenset[str]:
    """Return data/<name>.txt as a set."""
    return frozenset(entries(name))


@cache
def lowered(name: str) -> frozenset[str]:
    """Return data/<name>.txt as a set in lower case."""
    return frozenset(entry.lower() for entry in entries(name))


@cache
def _loose_kept() -> frozenset[str]:
    return frozenset(entry.lower() for entry in entries("keep_words") if not entry.isupper())


def is_kept(word: str) -> bool:
    """Say whether a word names a people, a make or the like; "PIN" is kept, "Pin" is not."""
    return word in listed("keep_words") or word.lower() in _loose_kept()
