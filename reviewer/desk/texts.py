"""The words of the desk, in the reviewer's language (reviewer's laptop)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates" / "desk"
LANGUAGES = {"en": "English", "my": "မြန်မာ"}


def texts(lang: str) -> dict[str, str]:
    """Key → words in one language; a key that it lacks is a fault, found by a test."""
    return _read(f"texts.{lang}.json")


def reason(why: str, lang: str) -> str:
    """Why something was found, in the reader's language; in English where nobody wrote it yet."""
    return why if lang == "en" else _read(f"reasons.{lang}.json").get(why, why)


@cache
def _read(name: str) -> dict[str, str]:
    file = TEMPLATES / name
    found: dict[str, str] = json.loads(file.read_text("utf-8"))["texts"]
    return found
