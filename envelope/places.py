"""The P-codes and names of states, townships and Kachin's village tracts; every machine."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path

_FILE = Path(__file__).parent / "vocabulary" / "places.json"
_PARENT_CODE = {"state": 3, "township": 6, "tract": 9}  # length of the P-code around a place


def names(part: str, lang: str = "en") -> dict[str, str]:
    """Return P-code → name of every `part` ("state", "township" or "tract") known.

    Tracts are those of Kachin State. A place without a name in `lang` has its English one.
    """
    packed = lists("en") | lists(lang)
    return {
        f"{parent}{number:03}": name
        for parent, inside in packed.items()
        if len(parent) == _PARENT_CODE[part]
        for number, name in _numbered(inside)
    }


@functools.cache
def _english() -> dict[str, str]:
    return {**names("state"), **names("township")}


def name(code: str) -> str:
    """Return the English name of a state or township by its P-code; any other word as it is."""
    return _english().get(code, code)


@functools.cache
def codes(part: str) -> frozenset[str]:
    """Return every P-code of a `part`, as `names` does."""
    return frozenset(names(part))


def lists(lang: str) -> dict[str, str]:
    """Return P-code → the names of all that lies inside that place, as short as a page wants them.

    "A|B|7|C" names places 001, 002 and 007. English where there are no names in `lang`.
    """
    data: dict[str, dict[str, str]] = _read()["inside"]
    return data.get(lang, data["en"])


def _numbered(packed: str) -> Iterator[tuple[int, str]]:
    number = 1
    for part in packed.split("|"):
        if part.isdecimal():
            number = int(part)
        else:
            yield number, part
            number += 1


@functools.cache
def _read() -> dict[str, dict[str, dict[str, str]]]:
    data: dict[str, dict[str, dict[str, str]]] = json.loads(_FILE.read_bytes())
    return data


@functools.cache
def points() -> dict[str, tuple[float, float]]:
    """Return P-code → (longitude, latitude) in degrees of the middle of nearly every township."""
    data = json.loads(_FILE.with_name("points.json").read_bytes())["points"]
    return {code: (lon, lat) for code, (lon, lat) in data.items()}
