"""Makes a clean copy of an attachment, or says why it can not (reviewer's laptop).

Nothing is stripped in place: a file is decoded in the sandbox (`reviewer.sandbox`) to pixels or to
sound, and a new one is written from those. What a file is, its first bytes say.

    picture   JPEG, PNG, WebP → JPEG, or PNG from PNG; first frame only
    document  PDF → PDF of pictures
    office    docx, xlsx, pptx, odt, ods, odp → PDF of pictures
    sound     Ogg, MP3, WAV, FLAC, AMR → Opus, only if the reviewer says that the voice may leave
    film      MP4, MOV, 3GP, WebM, Matroska → MP4 without sound
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL.Image import Image

from reviewer.cleaning import child, media, pixels
from reviewer.cleaning.child import office_pdf
from reviewer.cleaning.kinds import DOCUMENT, FILM, OFFICE, OTHER, PICTURE, SOUND, Format, sniff
from reviewer.cleaning.pixels import Box
from reviewer.cleaning.wire import Page
from reviewer.errors import CleaningError
from reviewer.screen import safe_line

__all__ = ["Box", "Clean", "Inspected", "clean", "faces_on", "inspect", "listen", "preview"]

FACES_ON = 20
"""Pages or seconds of one file in which faces are sought; later ones are looked at by a person."""
BATCH = 8
"""Pages asked for at once: a start of the sandbox costs as much as drawing one."""
_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file is: kind of `kinds`, pages, whole seconds, a box for each face proposed.

    `why_not` is "" for a file that can be cleaned, else the reason. `warning` is "" or what a
    person should know: that it is not what it was called, or that faces were sought in part only.
    """

    kind: str
    pages: int = 0
    seconds: int = 0
    faces: tuple[Box, ...] = ()
    why_not: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Clean:
    """A clean copy, its media type, and what was done, one phrase each."""

    data: bytes = field(repr=False)
    media_type: str
    what_was_done: tuple[str, ...]


def inspect(data: bytes, declared: str = "", *, seek_faces: bool = True) -> Inspected:
    """Look at a file; never raises for its content. `declared` is the type it was sealed with.

    Seeking faces takes a second or two a page; without it, ask `faces_on` for one page at a time.
    """
    found = sniff(data)
    try:
        kind = _kind(data)
        pages, seconds = _length(kind, data)
        length = 0 if kind == SOUND else pages or seconds
        sought = min(length, FACES_ON) if seek_faces else 0
        faces = [box for number in range(sought) for box in faces_on(data, number)]
    except CleaningError as error:
        return Inspected(OTHER, why_not=error.why)
    warnings = [*_misnamed(declared, found), *(_unsought(length) if seek_faces else [])]
    return Inspected(kind, pages, seconds, tuple(faces), "", "; ".join(warnings))


def preview(data: bytes, page: int = 0, boxes: Sequence[Box] = ()) -> bytes:
    """One page, or one second of a film, as a PNG of bare pixels; CleaningError if it has none."""
    return pixels.png(pixels.drawn(_page(data, page), [box for box in boxes if box.on(page)]))


def faces_on(data: bytes, page: int) -> list[Box]:
    """A box for each face proposed on one page, or at the begin of one second of a film."""
    try:
        shown = _page(data, page)
    except CleaningError:
        if page and sniff(data).kind == FILM:
            return []  # its sound is longer than its pictures
        raise
    return [Box(page, page, *face) for face in child.faces(shown)]


def listen(data: bytes) -> bytes:
    """A sound, or the sound of a film, as plain WAV for the reviewer's ears."""
    return media.wav(media.pcm(data))


def clean(data: bytes, boxes: Sequence[Box] = (), *, sound: bool = False) -> Clean:
    """Write a new file from what can be seen or heard, boxes filled; CleaningError with a reason.

    `sound` says that the voice itself may leave: a voice is an identity, and no change of pitch
    hides it. Without it a film is silent and a sound is refused.
    """
    for box in boxes:
        box.check()
    kind = _kind(data)
    if kind == SOUND:
        return _sound(data, boxes, sound)
    filled = [f"{len(boxes)} boxes filled"] if boxes else []
    if kind == FILM:
        done = ("every frame written anew", "sound kept" if sound else "sound taken out", *filled)
        return Clean(media.film(data, boxes, sound=sound), "video/mp4", done)
    if kind == PICTURE:
        write, name = (pixels.png, "png") if sniff(data).name == "png" else (pixels.jpeg, "jpeg")
        made = write(pixels.drawn(_page(data, 0), boxes))
        return Clean(made, f"image/{name}", ("written anew from pixels", *filled))
    made = pixels.pdf(_sheets(data, boxes))
    return Clean(made, "application/pdf", ("every page made a picture", *filled))


def _sound(data: bytes, boxes: Sequence[Box], leaves: bool) -> Clean:
    if not leaves:
        raise CleaningError("a voice leaves only if you say so; write a transcript, or say so")
    silenced = [f"{len(boxes)} parts silenced"] if boxes else []
    made = media.opus(media.pcm(data), boxes)
    return Clean(made, "audio/ogg", ("written anew as mono Opus", "voice kept", *silenced))


def _kind(data: bytes) -> str:
    """The kind of a file, by its first bytes and, for a film, by what it shows."""
    found = sniff(data)
    if found.why_not:
        raise CleaningError(found.why_not)
    return SOUND if found.kind == FILM and not media.shows(data) else found.kind


def _length(kind: str, data: bytes) -> tuple[int, int]:
    """Pages and whole seconds; one of them is 0."""
    if kind == SOUND:
        return 0, -(-len(media.pcm(data)) // media.SECOND)
    return (0, media.seconds(data)) if kind == FILM else (_page(data, 0).pages, 0)


def _page(data: bytes, number: int) -> Page:
    """One page, or the picture at the begin of one second of a film, as pixels."""
    found = sniff(data)
    if found.why_not:
        raise CleaningError(found.why_not)
    if found.kind == SOUND:
        raise CleaningError("it is sound and shows nothing")
    if found.kind == FILM:
        return media.frame(data, number)
    return _pages(data, number, 1)[0]


def _pages(data: bytes, first: int, count: int) -> list[Page]:
    kind = sniff(data).kind
    if kind == OFFICE:
        return child.pages(DOCUMENT, office_pdf(data), first, count)
    return child.pages(kind, data, first, count)


def _sheets(data: bytes, boxes: Sequence[Box]) -> Iterator[Image]:
    number, pages = 0, 1
    while number < pages:
        for page in _pages(data, number, BATCH):
            pages = page.pages
            yield pixels.drawn(page, [box for box in boxes if box.on(number)])
            number += 1


def _misnamed(declared: str, found: Format) -> list[str]:
    real = _TYPES.get(found.name)
    differs = bool(declared) and real is not None and declared != real
    return [f"it was sealed as {safe_line(declared[:60])} and is {real}"] if differs else []


def _unsought(length: int) -> list[str]:
    few = f"faces were sought in the first {FACES_ON} of {length} pages or seconds only"
    return [few] if length > FACES_ON else []
