"""Canonical JSON for every machine: one value has exactly one encoding (doc/FORMAT.md)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from envelope.errors import FormatError

MAX_DEPTH = 32
DEFAULT_LIMIT = 1 << 20
# Every integer survives a JavaScript number, so the page and Python read the same value.
MAX_INTEGER = (1 << 53) - 1


def dumps(value: Any) -> bytes:
    """The canonical encoding: sorted keys, no spaces, UTF-8, no floats, no lone surrogates.

    Raises FormatError if ``value`` has no canonical encoding.
    """
    _check(value, "this value", 0)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def loads(data: bytes, *, what: str, limit: int = DEFAULT_LIMIT) -> Any:
    """Parse strict JSON of at most ``limit`` bytes; ``what`` names it in an error.

    Refuses anything but UTF-8, a duplicate key, a float, a lone surrogate, an integer beyond
    2^53 - 1 and nesting deeper than 32, with a FormatError.
    """
    if len(data) > limit:
        raise FormatError(f"{what} is larger than {limit} bytes; ask for a correct one.")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=lambda pairs: _object(pairs, what),
            parse_float=lambda text: _refuse(what, f"the number {text[:20]} is not whole"),
            parse_constant=lambda text: _refuse(what, f"{text} is not a number"),
        )
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{what} is not readable JSON; ask for a correct one.") from error
    _check(value, what, 0)
    return value


def loads_canonical(data: bytes, *, what: str, limit: int = DEFAULT_LIMIT) -> Any:
    """As ``loads``, and ``data`` must be the canonical encoding of what it says."""
    value = loads(data, what=what, limit=limit)
    if dumps(value) != data:
        _refuse(what, "it is not in canonical form")
    return value


def _object(pairs: list[tuple[str, Any]], what: str) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        _refuse(what, "a key stands in it twice")
    return result


def _check(value: Any, what: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        _refuse(what, f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):  # first, as most values are texts, and most of those ASCII
        _check_text(value, what)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                _refuse(what, "a key in it is not text")
            _check_text(key, what)
            _check(item, what, depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item, what, depth + 1)
    elif isinstance(value, bool) or value is None:
        pass
    elif not isinstance(value, int) or abs(value) > MAX_INTEGER:
        _refuse(what, "a number in it is not a whole number below 2^53")


def _check_text(text: str, what: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse(what, "a text in it holds half a character")


def _refuse(what: str, why: str) -> NoReturn:
    raise FormatError(f"{what} is refused: {why}; ask for a correct one.")
