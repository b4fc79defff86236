"""The words of the desk, in the reviewer's language (reviewer's laptop)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates" / "desk"
LANGUAGES = {"en": "English", "my": "မြန်မာ"}


@cache
def texts(lang: str) -> dict[str, str]:
    """Key → words in one language; a key that it lacks is a fault, found by a test."""
    file = TEMPLATES / f"texts.{lang}.json"
    found: dict[str, str] = json.loads(file.read_text("utf-8"))["texts"]
    return found
