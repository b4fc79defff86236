"""The words of the desk, in the reviewer's language (reviewer's laptop)."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates" / "desk"
# Between two findings of the release tests, whose own clauses have semicolons too.
_TEST = r"(?<=\(release test \d\)); ", r"(?<=\(release test \d\d\)); "
_LEAKS = re.compile(f"(?:{'|'.join(_TEST)})(?!.*propose again\\.$)")
LANGUAGES = {"en": "English", "my": "မြန်မာ"}


def texts(lang: str) -> dict[str, str]:
    """Key → words in one language; a key that it lacks is a fault, found by a test."""
    return _read(f"texts.{lang}.json")


def reason(why: str, lang: str) -> str:
    """Why something was found, in the reader's language; in English where nobody wrote it yet."""
    return why if lang == "en" else _read(f"reasons.{lang}.json").get(why, why)


def sentence(said: str, lang: str) -> str:
    """A refusal in the reader's language, with the parts that vary as they are.

    What nobody translated yet stays in English: no word of it is lost.
    """
    if lang == "en":
        return said
    clauses = _LEAKS.split(said)
    for pattern, template in _patterns(lang) if len(clauses) == 1 else ():
        if match := pattern.fullmatch(said):
            parts = [sentence(part, lang) if part != said else part for part in match.groups()]
            return template.format(*parts)
    clauses = clauses if len(clauses) > 1 else said.split("; ")
    return "၊ ".join(sentence(one, lang) for one in clauses) if len(clauses) > 1 else said


@cache
def _patterns(lang: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """English as a pattern, {} for what varies, and its translation; what says most comes first."""
    found = _read(f"sentences.{lang}.json")
    ordered = sorted(found.items(), key=lambda one: -len(one[0].replace("{}", "")))
    return tuple((_pattern(english), template) for english, template in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    # A list of clauses stands behind a colon, or in a sentence that has several itself.
    lists = any(sign in english for sign in ("; ", ": {}", "(release test"))
    part = "(.*?)" if lists else "((?:(?!; ).)*?)"
    return re.compile(part.join(map(re.escape, english.split("{}"))), re.DOTALL)


@cache
def _read(name: str) -> dict[str, str]:
    file = TEMPLATES / name
    found: dict[str, str] = json.loads(file.read_text("utf-8"))["texts"]
    return found
