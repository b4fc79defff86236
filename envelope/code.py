"""The receipt code: 28 random decimal digits and a check group, in any script's digits."""

from __future__ import annotations

import secrets

from envelope.errors import FormatError

DIGITS = 28  # 93 bits (FORMAT.md "receipt code")
GROUP = 4
# The largest prime below 10^4: the check group notices every wrong digit and every swap.
CHECK_MODULUS = 9973
_SEPARATORS = str.maketrans("", "", " \t\n\u00a0\u200b-\u2010\u2011\u2013")


def generate() -> str:
    """Return a fresh code of 28 ASCII digits, without its check group."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def show(code: str) -> str:
    """Return 28 digits and the check group as eight groups of four, as a person copies them."""
    digits = code + _check_group(code)
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def parse(text: str) -> str:
    """Return the 28 ASCII digits of a typed code; Myanmar digits, spaces and hyphens are fine.

    Raises FormatError, which never repeats the code, if a digit is wrong or missing.
    """
    typed = text.translate(_SEPARATORS)
    digits = "".join(str(int(char)) for char in typed if char.isdecimal())
    if len(digits) != len(typed) or len(digits) != DIGITS + GROUP:
        raise FormatError("A code has eight groups of four digits; type all of them.")
    code, check = digits[:DIGITS], digits[DIGITS:]
    if _check_group(code) != check:
        raise FormatError("A digit of this code is wrong; compare it with what was written down.")
    return code


def _check_group(code: str) -> str:
    return f"{int(code) % CHECK_MODULUS:0{GROUP}d}"
