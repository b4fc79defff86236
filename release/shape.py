"""Small tests for the parts of a JSON object, put together into shapes; legal team's computer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]
LINE = 1000
"""Code points of one line of text for a person."""


def matches(pattern: str) -> Check:
    """Accept a string that is wholly as the pattern says."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def one_of(*values: str) -> Check:
    """Accept one of these strings."""
    return lambda value: isinstance(value, str) and value in values


def or_none(check: Check) -> Check:
    """Accept null, or what `check` accepts."""
    return lambda value: value is None or check(value)


def list_of(check: Check) -> Check:
    """Accept a list whose items all pass."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def parts(**shape: Check) -> Check:
    """Accept an object with exactly these members, each passing."""
    return lambda value: (
        isinstance(value, dict)
        and set(value) == set(shape)
        and all(check(value[key]) for key, check in shape.items())
    )


def line(value: Any) -> bool:
    """Accept one printable line that is not empty."""
    return isinstance(value, str) and 0 < len(value) <= LINE and value.isprintable()


def day(value: Any) -> bool:
    """Accept a date YYYY-MM-DD."""
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def number(value: Any) -> bool:
    """Accept a whole number from 0."""
    return type(value) is int and value >= 0


def texts(value: Any) -> bool:
    """Accept an object of strings that are not empty."""
    return isinstance(value, dict) and all(isinstance(v, str) and v for v in value.values())
