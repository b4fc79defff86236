"""`sakse-seal fields`: what a list of accounts can hold, to write one by (documenter's laptop)."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

import click

from envelope import form, places


@click.command()
@click.option("--lang", default="en", show_default=True, help="The language of the words.")
def fields(lang: str) -> None:
    """Print every field of the form with its codes and their words, as CSV for a spreadsheet."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("field", "code", "words"))
    rows.writerows(_rows(form.load(), lang))


def _rows(known: form.Form, lang: str) -> Iterator[tuple[str, str, str]]:
    texts = known.texts(lang)
    for question in known.questions:
        for field in question.fields:
            yield field, "", texts.get(f"l.{field}") or texts.get(f"q.{question.id}", "")
            rule, part = question.rule(field), field.rpartition(".")[2]
            if part in form.PLACES:
                yield from ((field, code, name) for code, name in places.names(part, lang).items())
            if not rule("?"):  # no field of free text
                known_codes = filter(rule, question.choices)
                yield from ((field, c, texts.get(f"{question.id}.{c}", "")) for c in known_codes)
