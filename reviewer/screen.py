"""Makes a witness's words safe to show on a terminal (reviewer's laptop)."""

from __future__ import annotations

import unicodedata

# Zero-width space and (non-)joiners stand in ordinary Burmese text and do nothing to a terminal.
_HARMLESS = "\n\u200b\u200c\u200d"
# Separators of lines, and what Unicode calls control, format, private use or unassigned.
_SHOWN_AS_CODE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe(text: str) -> str:
    """Return the text with control, bidi, tag and invisible characters written as ‹U+XXXX›.

    Line feeds stay. A text can so neither move the cursor nor turn or hide what is shown.
    """
    return "".join(_shown(char) for char in text)


def safe_line(text: str) -> str:
    """As `safe`, for one line: line feeds too are written as a code."""
    return safe(text).replace("\n", "‹U+000A›")


def _shown(char: str) -> str:
    if char in _HARMLESS or unicodedata.category(char) not in _SHOWN_AS_CODE:
        return char
    return f"‹U+{ord(char):04X}›"
