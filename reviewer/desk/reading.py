"""The reading screen: people and things, the text, and what would be released (laptop)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from envelope.errors import SakseError
from envelope.form import load
from release import coarse
from reviewer import edits, suspects
from reviewer.case import MIXED, Case, Changes, Row
from reviewer.decisions import KINDS, UNDECIDED
from reviewer.desk import look
from reviewer.desk.sitting import desk, spoken
from reviewer.errors import RedactionError
from reviewer.finder import find
from reviewer.reading import answers_for_reading, asked
from reviewer.store import Entry

views = Blueprint("reading", __name__)

FIRST_KINDS = (
    "PERSON", "PERPETRATOR", "PLACE_FINE", "ADDRESS", "PHONE", "NATIONAL_ID", "DATE_EXACT", "ORG",
    "OTHER",
)  # fmt: skip
"""The kinds of the keys 1 to 9."""
ALL_KINDS = FIRST_KINDS + tuple(kind for kind in KINDS if kind not in FIRST_KINDS)
PART = "X-Desk-Part"  # the script asks for the changed part of the page only
WAITING = (UNDECIDED, MIXED)
_DECIDING = ("accept", "reject", "coarsen")


@views.get("/read/<name>")
def read(name: str) -> str:
    """One testimony, with the row that `?row=` names in hand."""
    entry = desk().case.entry(name)
    desk().case.seek(entry.sha256, find)
    suspects.seek(desk().case, entry.sha256)
    desk().view(entry.sha256)
    return _page(entry, request.args.get("row", ""))


@views.post("/read/<name>/act")
def act(name: str) -> Response | str | tuple[str, int]:
    """Do what a button or key asked; written before it is shown."""
    entry = desk().case.entry(name)
    case, row = desk().case, request.form.get("row", "")
    wish = request.form.get("do", "")
    before = case.rows(entry.sha256)
    try:
        said = _act(case, entry, wish, row)
    except SakseError as error:
        return _answer(entry, row, sentence=str(error), status=400)
    if wish != "undo" and not case.undecided(entry.sha256):  # before it counts as ready
        suspects.seek(case, entry.sha256)
    after = request.form.get("into", row) if wish == "merge" else row
    if wish in _DECIDING:
        after = _next(case.rows(entry.sha256), before, row)
    return _answer(entry, after, said=said)


@views.post("/read/<name>/seen")
def seen(name: str) -> Response | tuple[str, int]:
    """Note paragraphs that were on the screen, as FIELD:NUMBER."""
    entry = desk().case.entry(name)
    places = [one.rpartition(":") for one in request.form.getlist("seen")]
    numbers = [(field, int(n)) for field, _, n in places if n.isascii() and n.isdigit()]
    desk().case.look(entry.sha256, numbers)
    if PART in request.headers:
        return "", 204
    return redirect(url_for("reading.read", name=name), 303)


def _act(case: Case, entry: Entry, wish: str, row: str) -> str:
    """Do one thing; return the key of what to say about it, "" for nothing."""
    if wish == "undo":
        return "said.undone" if case.undo() else "said.nothing_to_undo"
    if wish not in _ACTIONS:
        raise RedactionError("The desk does not know what to do; press a button of the page.")
    return "" if case.change(_ACTIONS[wish](case, entry, row)) else "said.no_change"


def _stretch(side: str, by: int) -> Callable[[Case, Entry, str], Changes]:
    def change(case: Case, entry: Entry, row: str) -> Changes:
        return edits.stretch(case, entry.sha256, _at(case, entry, row), side, by)

    return change


def _added(case: Case, entry: Entry, _row: str) -> Changes:
    """Add the marked words, or else the typed ones."""
    label, by = request.form.get("label", ""), desk().vault.me
    field, start, end = (request.form.get(key, "") for key in ("field", "start", "end"))
    if not field:
        return edits.add_words(case, request.form.get("words", ""), label, by)
    passage = case.passages(entry.sha256).get(field)
    span = passage.whole(_number(start), _number(end)) if passage else None
    if span is None:
        raise RedactionError("Nothing is marked there; mark words and try again.")
    return edits.add(case, entry.sha256, (field, *span), label, by)


_ACTIONS: dict[str, Callable[[Case, Entry, str], Changes]] = {
    "accept": lambda case, _entry, row: edits.accept(case, row),
    "reject": lambda case, _entry, row: edits.reject(case, row, request.form.get("reason", "")),
    "reopen": lambda case, _entry, row: edits.reopen(case, row),
    "kind": lambda case, _entry, row: edits.relabel(case, row, request.form.get("label", "")),
    "merge": lambda case, _entry, row: edits.merge(case, row, request.form.get("into", "")),
    "coarsen": lambda case, _entry, row: edits.coarsen(case, row, request.form.get("word", "")),
    "split": lambda case, entry, row: edits.split(case, entry.sha256, _at(case, entry, row)),
    "add": _added,
    "grow": _stretch(edits.RIGHT, 1),
    "shrink": _stretch(edits.RIGHT, -1),
    "grow_left": _stretch(edits.LEFT, 1),
    "shrink_left": _stretch(edits.LEFT, -1),
}


def _at(case: Case, entry: Entry, row: str) -> int:
    """The mention in hand, or else the first one of the row."""
    given = request.form.get("at", "")
    number = _number(given) if given else -1
    here = [n for one in case.rows(entry.sha256) if one.id == row for n in one.here]
    if not here:
        raise RedactionError("Choose a row first.")
    return number if number in here else here[0]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RedactionError("A place in the text is missing; mark words and try again.")
    return int(text)


def _next(rows: list[Row], before: list[Row], row: str) -> str:
    """The next row that waits, below the one just decided or else from the top."""
    order = [one.id for one in before]
    at = order.index(row) if row in order else 0
    waiting = {one.id for one in rows if one.state in WAITING}
    return next((one for one in order[at + 1 :] + order[:at] if one in waiting), row)


def _answer(
    entry: Entry, row: str, *, said: str = "", sentence: str = "", status: int = 200
) -> Response | tuple[str, int]:
    """The changed part for the script; for a plain form the page again, or what is wrong."""
    if PART in request.headers:
        return _page(entry, row, said=said, sentence=sentence, part=True), status
    if sentence:
        return _page(entry, row, sentence=sentence), status
    return redirect(url_for("reading.read", name=entry.id, row=row), 303)


def _page(entry: Entry, row: str, *, said: str = "", sentence: str = "", part: bool = False) -> str:
    case = desk().case
    rows = case.rows(entry.sha256)
    waiting = [one for one in rows if one.state in WAITING]
    chosen = next((one for one in rows if one.id == row), next(iter(waiting or rows), None))
    assert entry.testimony is not None
    return render_template(
        "panes.html" if part else "reading.html",
        entry=entry,
        rows=rows,
        chosen=chosen,
        others=[one for one in rows if chosen and one.id != chosen.id],
        waiting=len(waiting),
        unseen=len(case.unseen(entry.sha256)),
        ready=case.is_ready(entry.sha256),
        texts=look.texts(case, entry.sha256),
        questions=_questions(spoken()),
        answers=answers_for_reading(entry.testimony, spoken()),
        kinds=ALL_KINDS,
        coarser=_coarser(entry.testimony.answers),
        said=said,
        sentence=sentence,
    )


def _coarser(answers: Mapping[str, str]) -> list[str]:
    """Coarser words that come to mind: of the place and month she gave, and the bands of ages."""
    given = (answers.get("p1.township"), answers.get("p1.state"))
    found = [word for code in given for word, its in coarse.areas().items() if its == code]
    if year := answers.get("d1.year"):
        month = answers.get("d1.month", "")
        found += [f"[{year}-{month.zfill(2)}]"] * bool(month) + [f"[{year}]"]
    return [word for word in [*found, *coarse.AGES] if coarse.kind(word)]


def _questions(lang: str) -> dict[str, str]:
    """Field → its question in a language."""
    form = load()
    words = form.texts(lang)
    return {field: asked(words, field) for field in form.by_field}
