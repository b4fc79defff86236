"""Reads any encoding of a testimony: Zawgyi converted beside the text as sealed (laptop)."""

from __future__ import annotations

from collections.abc import Mapping

from envelope.form import Question, load
from envelope.testimony import Testimony
from reviewer.zawgyi import to_unicode


def reading_of(text: str) -> str | None:
    """The text converted for reading, None when it reads as it stands."""
    reading = to_unicode(text)
    return reading.text if reading.converted else None


def answers_for_reading(testimony: Testimony, lang: str = "en") -> dict[str, str]:
    """Every answer in form order, as `field (question)` → answer in words of one language."""
    form = load()
    texts = form.texts(lang)
    return {
        f"{field} ({asked(texts, field)})": _said(
            texts, form.by_field[field], testimony.answers[field]
        )
        for field in form.fields
        if field in testimony.answers
    }


def asked(texts: Mapping[str, str], field: str) -> str:
    """What is asked for a field, in the form's texts of one language; briefly if it has a label."""
    return texts.get(f"l.{field}") or texts.get(f"q.{load().by_field[field].id}") or field


def _said(texts: dict[str, str], question: Question, answer: str) -> str:
    labels = [texts.get(f"{question.id}.{code}") for code in answer.split(" ")]
    if question.kind != "text" and all(labels):
        return "; ".join(label for label in labels if label)
    return reading_of(answer) or answer  # typed
