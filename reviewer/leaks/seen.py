"""Release tests 25-27: what was covered is covered, in every frame, and no face is left (laptop).

Pixels come out of the sandbox as bare numbers (`reviewer.cleaning`); nothing is decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from reviewer import cleaning
from reviewer.cleaning import child, media
from reviewer.cleaning.kinds import DOCUMENT, FILM, PICTURE, sniff
from reviewer.cleaning.wire import Page
from reviewer.errors import CleaningError
from reviewer.leaks.subject import Leak, Subject
from reviewer.plan import MILLIONTHS, Attached

_DARK = 48  # of 255: black, and what JPEG makes of it beside a bright edge
_EDGE = 4  # pixels from the border of a box that JPEG may blur
_ROWS = re.compile(rb"signalstats\.YMAX=([0-9]{1,3})")


def solid(subject: Subject) -> Iterator[Leak]:
    """25: every box a reviewer drew on a picture or a page is solid black."""
    for name, data, one in _copies(subject):
        kind = sniff(data).kind
        if kind not in (PICTURE, DOCUMENT):
            continue
        for box in one.boxes:
            for number in range(box[0], box[1] + 1):
                try:
                    if not _is_solid(child.page(kind, data, number), box):
                        yield Leak(name, f"shows something under a box on page {number + 1}")
                except CleaningError as error:
                    yield Leak(name, f"page {number + 1} can not be looked at: {error.why}")


def confirmed(subject: Subject) -> Iterator[Leak]:
    """26: a reviewer recorded each copy as looked at, and no face can be found in it any more.

    Badges, plates and screens no program finds: she looks for them, and so does the approver (33).
    """
    known = {name: one for name, _, one in _copies(subject)}
    for name, data in subject.attachments:
        if name not in known:
            yield Leak(name, "leaves without a record that somebody looked at it")
            continue
        looked = cleaning.inspect(data, known[name].type)
        if looked.why_not:
            yield Leak(name, f"can not be looked at: {looked.why_not}")
        for page in sorted({box.first for box in looked.faces}):
            yield Leak(name, f"shows a face on page or second {page}; fill it")


def every_frame(subject: Subject) -> Iterator[Leak]:
    """27: in a film a box is solid in every frame of its seconds."""
    for name, data, one in _copies(subject):
        if sniff(data).kind != FILM:
            continue
        for box in one.boxes:
            brightest = _brightest(data, box)
            if not brightest:
                yield Leak(name, f"no frame can be looked at from second {box[0]} on")
            elif max(brightest) > _DARK:
                yield Leak(name, f"shows something under a box after second {box[0]}")


def _copies(subject: Subject) -> Iterator[tuple[str, bytes, Attached]]:
    for testimony, files in subject.plan.files.items():
        for one in files:
            name = subject.of(testimony, f"attachments/{one.file}")
            if one.file and name in subject.files:
                yield name, subject.files[name], one


def _is_solid(page: Page, box: tuple[int, ...]) -> bool:
    left, right = _inside(box[2], box[4], page.width)
    top, bottom = _inside(box[3], box[5], page.height)
    rows = (
        page.rgb[3 * (row * page.width + left) : 3 * (row * page.width + right)]
        for row in range(top, bottom)
    )
    return all(max(row) <= _DARK for row in rows)


def _inside(start: int, length: int, pixels: int) -> tuple[int, int]:
    """The half-open range of pixels well inside a box; one pixel of a box that is narrow."""
    first, last = start * pixels // MILLIONTHS, -(-(start + length) * pixels // MILLIONTHS)
    if last - first > 2 * _EDGE + 1:
        return first + _EDGE, min(last, pixels) - _EDGE
    middle = min((first + last) // 2, pixels - 1)
    return middle, middle + 1


def _brightest(data: bytes, box: tuple[int, ...]) -> list[int]:
    """The brightest point under a box in each frame of its seconds (0 to 255)."""
    x, y, w, h = (f"{part / MILLIONTHS:.6f}" for part in box[2:])
    crop = f"crop=max(iw*{w}-8\\,2):max(ih*{h}-8\\,2):iw*{x}+4:ih*{y}+4"
    line = ["ffmpeg", "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-f", "mov"]
    line += ["-ss", str(box[0]), "-i", "/proc/self/fd/0", "-t", str(box[1] + 1 - box[0]), "-an"]
    line += ["-vf", f"{crop},signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=-"]
    try:
        said = child.program([*line, "-f", "null", "-"], data, seconds=120 + media.LONGEST_FILM)
    except CleaningError:
        return []
    return [int(found) for found in _ROWS.findall(said)]


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {25: solid, 26: confirmed, 27: every_frame}
