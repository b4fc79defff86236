"""The attachments of a testimony: looked at, boxed, cleaned, heard, written down (laptop).

The browser is given pixels and plain sound that the sandbox made, never a file as it came. Boxes
are lines `PAGE[-LAST]:X,Y,W,H` in percent, drawn with the mouse or written; pages and seconds
count from 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from reviewer import attachments, cleaning
from reviewer.attachments import Record
from reviewer.cleaning import Box, Inspected
from reviewer.desk.sitting import desk
from reviewer.errors import CleaningError, RedactionError
from reviewer.store import Entry

views = Blueprint("files", __name__)

MAX_BOXES = 200


@dataclass(frozen=True, slots=True)
class File:
    """One attachment on the screen: what it was sealed as, what it is, what was decided."""

    number: int
    name: str
    size: int
    found: Inspected
    kept: Record

    @property
    def length(self) -> int:
        """Pages, or pictures of a film, that can be looked at."""
        return self.found.pages or (self.found.seconds if self.found.kind == "film" else 0)


@views.get("/read/<name>/files/<int:number>")
def show(name: str, number: int) -> str:
    """One page of one attachment, with the boxes of `?boxes=` filled."""
    entry = desk().case.entry(name)
    file = _file(entry, number)
    given = request.args.get("boxes")
    lines = _lines(file.kept.boxes) if given is None else given
    boxes = read_boxes(lines)
    page = min(_whole(request.args.get("page", "0")), max(file.length - 1, 0))
    desk().view(entry.sha256)
    return render_template(
        "files.html", entry=entry, file=file, page=page, lines=lines, boxes=_drawn(boxes),
        faces=_lines(file.found.faces), count=len(attachments.listed(entry)),
    )  # fmt: skip


@views.get("/read/<name>/files/<int:number>/page")
def page(name: str, number: int) -> Response:
    """The pixels of one page, boxes filled."""
    data = attachments.original(desk().vault, desk().case.entry(name), number)
    boxes = read_boxes(request.args.get("boxes", ""))
    try:
        shown = cleaning.preview(data, _whole(request.args.get("page", "0")), boxes)
    except CleaningError:
        abort(404)
    return Response(shown, content_type="image/png")


@views.get("/read/<name>/files/<int:number>/sound")
def sound(name: str, number: int) -> Response:
    """The sound of a file as plain WAV."""
    data = attachments.original(desk().vault, desk().case.entry(name), number)
    return Response(cleaning.listen(data), content_type="audio/wav")


@views.post("/read/<name>/files/<int:number>/decide")
def decide(name: str, number: int) -> Answer:
    """Look with other boxes, clean, withhold, or keep what was heard or read in it as text."""
    vault, entry = desk().vault, desk().case.entry(name)
    typed = request.form.get("typed", "")
    match request.form.get("do", ""):
        case "look":
            page = _whole(request.form.get("page", "0"))
            to = url_for("files.show", name=name, number=number, page=page, boxes=typed)
            return redirect(to, 303)
        case "clean":
            boxes = read_boxes(looked := request.form.get("boxes", ""))
            if typed.split() != looked.split():
                raise RedactionError(
                    "Boxes were written and not looked at; look at the page with them, then clean."
                )
            voice = request.form.get("sound") == "yes"
            attachments.clean(vault, entry, number, boxes, sound=voice)
        case "withhold":
            attachments.withhold(vault, entry, number, request.form.get("reason", ""))
        case "transcribe":
            attachments.transcribe(vault, entry, number, request.form.get("transcript", ""))
        case _:
            abort(400)
    return redirect(url_for("files.show", name=name, number=number), 303)


def read_boxes(lines: str) -> list[Box]:
    """The boxes of a form, one a line; RedactionError or CleaningError for a line that is none."""
    words = lines.split()
    if len(words) > MAX_BOXES:
        raise RedactionError(
            f"More than {MAX_BOXES} boxes; fill whole pages, or withhold the file."
        )
    found = [attachments.read_box(word) for word in words]
    for box in found:
        box.check()
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """One box as a person reads it, in whole percent; `others` are the lines without it."""

    first: int
    last: int
    sides: tuple[int, int, int, int]
    others: str


def _drawn(boxes: Sequence[Box]) -> list[Drawn]:
    return [
        Drawn(
            box.first + 1,
            box.last + 1,
            _percent(box.x, box.x + box.w, box.y, box.y + box.h),
            _lines([*boxes[:at], *boxes[at + 1 :]]),
        )
        for at, box in enumerate(boxes)
    ]


def _percent(left: float, right: float, top: float, bottom: float) -> tuple[int, int, int, int]:
    return round(left * 100), round(right * 100), round(top * 100), round(bottom * 100)


def _lines(boxes: Iterable[Box]) -> str:
    return "\n".join(map(_line, boxes))


def _line(box: Box) -> str:
    """A box as a form writes it, never smaller than it was."""
    # To the nearest millionth first: 0.35 is a little less than 35 hundredths.
    left, top = (math.floor(round(n * 1e6, 3)) / 1e4 for n in (box.x, box.y))
    size = [min(100.0, math.ceil(round(n * 1e6, 3)) / 1e4) for n in (box.w, box.h)]
    pages = f"{box.first}" if box.first == box.last else f"{box.first}-{box.last}"
    return f"{pages}:{left:g},{top:g},{size[0]:g},{size[1]:g}"


def _file(entry: Entry, number: int) -> File:
    """What an attachment is; looking for faces takes seconds, so the last one looked at is kept."""
    kept = attachments.record(desk().vault, entry, number)
    declared = attachments.listed(entry)[number - 1]
    name = f"{entry.sha256}/{number}"
    found = desk().kept(name)
    if not isinstance(found, Inspected):
        data = attachments.original(desk().vault, entry, number)
        found = cleaning.inspect(data, declared.type)
        desk().keep(name, found)
    return File(number, declared.name, declared.size, found, kept)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise RedactionError("There is no such page.")
    return int(text)
