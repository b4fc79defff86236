"""The offline page of a bundle: every account to read and print, in English or Burmese words.

It needs no script and loads nothing; its own script only filters. Like the tables it is computed
from the bundle's other files.
"""

from __future__ import annotations

import base64
import functools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from envelope import form
from envelope.render import environment, source_hash
from release.account import Account, Contents, Incident
from release.aggregates import ANY, UNKNOWN
from release.content import UNOFFICIAL, Tally
from release.errors import ReleaseError
from release.texts import TOKEN
from release.tool import ROOT, TEMPLATES

FILE = "index.html"
LANGUAGES = ("en", "my")
_FONT = ROOT / "templates" / "witness" / "fonts" / "burmese.woff2"
_FILTERS = {"incident": "", "township": "p1", "type": "i1", "party": "x1", "language": ""}
_FIELD = {"township": "p1.township", "type": "i1", "party": "x1"}

Words = dict[str, str]
"""Language → text."""


def page(found: Contents, pictures: Iterable[bytes]) -> bytes:
    """Return index.html; `pictures` are SVG files made from the same contents."""
    script = (TEMPLATES / "reader.js").read_text("utf-8")
    values = {
        "release": found.release,
        "audience": _answer("c2", found.release["recipient"]["class"]),
        "texts": _own_texts(),
        "tallies": [_tally(one) for one in found.tallies],
        "incidents": [_incident(one) for one in found.incidents],
        "accounts": [_account(found, one) for one in found.accounts],
        "filters": {name: _choices(found, name) for name in _FILTERS},
        "pictures": [Markup(svg.decode("utf-8")) for svg in pictures],  # noqa: S704 - made by us
        "unofficial": UNOFFICIAL,
        "font": base64.b64encode(_FONT.read_bytes()).decode(),
        "css": Markup((TEMPLATES / "reader.css").read_text("utf-8")),  # noqa: S704 - ours
        "script": Markup(script),  # noqa: S704 - ours
        "script_hash": source_hash(script),
    }
    try:
        return _environment().get_template("reader.html").render(values).encode()
    except jinja2.TemplateError as error:
        raise ReleaseError("index.html has no words for a part of this bundle.") from error


@functools.cache
def _environment() -> jinja2.Environment:
    return environment(TEMPLATES)


@functools.cache
def _own_texts() -> Mapping[str, Words]:
    texts: dict[str, Words] = json.loads((TEMPLATES / "reader.json").read_bytes())["texts"]
    return texts


def _tally(one: Tally) -> dict[str, Any]:
    def words(question: str, codes: str) -> Words:
        rest = {ANY: _own_texts()["any"], UNKNOWN: dict.fromkeys(LANGUAGES, "")}
        return rest[codes] if codes in rest else _answer(question, codes)

    return {
        "period": one.period,
        "state": words("p1", one.state),
        "township": words("p1", one.township),
        "party": words("x1", one.party),
        "reports": one.reports,
    }


def _incident(one: Incident) -> dict[str, Any]:
    return {
        "id": one.id,
        "month": one.month,
        "sources": one.sources,
        "accounts": [account.id for account in one.accounts],
        **{name: _answer(_FILTERS[name], " ".join(one.codes(f))) for name, f in _FIELD.items()},
    }


def _account(found: Contents, one: Account) -> dict[str, Any]:
    folder = f"testimonies/{one.id}"
    consent = one.consent
    return {
        "id": one.id,
        "incident": found.incident_of[one.id],
        "month": one.month,
        "lang": one.summary["lang"],
        "codes": {name: " ".join(one.codes(field)) for name, field in _FIELD.items()},
        "township": _answer("p1", " ".join(one.codes("p1.township"))),
        "party": _answer("x1", " ".join(one.codes("x1"))),
        "narrative": _marked(one.reading or one.narrative),
        "is_reading": bool(one.reading),
        "translation": _marked(one.translation),
        "answers": list(_answers(one)),
        "held": [_asked(field) for field in one.summary["withheld"]],
        "files": list(_files(one, folder)),
        "assessment": one.assessment,
        "audiences": _answer("c2", " ".join(consent["audiences"])),
        "consent_text": f"consent-texts/form-{consent['form']}.{consent['lang']}.txt",
        "commitment": one.summary["commitment"],
        "marks": _counted(one),
        "folder": folder,
        "names": _names(found, one),
    }


def _names(found: Contents, one: Account) -> list[str]:
    optional = {
        "narrative.reading.txt": one.reading,
        "narrative.en.txt": one.translation,
        "proof.json": found.release["tier"] == "court",
    }
    fixed = ["narrative.txt", "testimony.json", "redactions.csv", "consent.json", "assessment.json"]
    return [*fixed, *(name for name, there in optional.items() if there)]


def _files(one: Account, folder: str) -> Iterator[dict[str, Any]]:
    for item in one.summary["copies"]:
        yield {
            "ordinal": item["ordinal"],
            "path": f"{folder}/attachments/{item['file']}",
            "what": "; ".join(item["done"]),
            "transcript": _marked(one.transcripts.get(item["ordinal"], "")),
        }
    for item in one.summary["attachments"]:
        yield {
            "ordinal": item["ordinal"],
            "path": "",
            "type": item["type"],
            "size": item["size"],
            "what": item["reason"],
            "transcript": _marked(one.transcripts.get(item["ordinal"], "")),
        }


def _answers(one: Account) -> Iterator[dict[str, Words]]:
    for field in form.load().fields:
        if field in one.answers:
            question = form.load().by_field[field].id
            said = one.answers[field]
            typed = field not in form.load().coded
            answer = dict.fromkeys(LANGUAGES, said) if typed else _answer(question, said)
            yield {"question": _asked(field), "answer": answer}


@functools.cache
def _texts(lang: str) -> Mapping[str, str]:
    return form.load().texts(lang)


def _asked(field: str) -> Words:
    """What was asked for a field, in each language."""
    question = form.load().by_field[field]
    return {
        lang: " – ".join(
            _texts(lang)[key] for key in (f"q.{question.id}", f"l.{field}") if key in _texts(lang)
        )
        or field
        for lang in LANGUAGES
    }


def _answer(question: str, codes: str) -> Words:
    """What codes of a question mean, in each language; "" for none."""
    return {
        lang: "; ".join(_texts(lang).get(f"{question}.{code}", code) for code in codes.split())
        for lang in LANGUAGES
    }


def _choices(found: Contents, name: str) -> list[tuple[str, str]]:
    """The values of a filter that occur, each with its words."""
    if name == "incident":
        return [(one.id, one.id) for one in found.incidents]
    if name == "language":
        return [(lang, lang) for lang in sorted({a.summary["lang"] for a in found.accounts})]
    codes = sorted({code for one in found.accounts for code in one.codes(_FIELD[name])})
    words = ((code, _answer(_FILTERS[name], code)) for code in codes)
    return [(code, " / ".join(dict.fromkeys(said.values()))) for code, said in words]


def _counted(one: Account) -> str:
    """How many marks of each kind stand in an account, like "P 3, L 1"."""
    counts = Counter(item.kind for item in one.redactions if item.field != "reading")
    return ", ".join(f"{kind} {number}" for kind, number in sorted(counts.items()))


def _marked(text: str) -> Markup | str:
    """A text with its words in brackets set apart."""
    pieces: list[Markup | str] = []
    at = 0
    for match in TOKEN.finditer(text):
        pieces += [text[at : match.start()], Markup("<mark>{}</mark>").format(match[0])]
        at = match.end()
    return Markup("").join([*pieces, text[at:]]) if text else ""
