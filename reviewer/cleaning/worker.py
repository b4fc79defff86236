"""Runs in the sandbox: reads one hostile file from standard input, writes what `wire` allows.

    python -m reviewer.cleaning.worker picture          a picture's pixels
    python -m reviewer.cleaning.worker document N M     M pages of a PDF from N (from 0) on
    python -m reviewer.cleaning.worker office           an office file without what must not print
    python -m reviewer.cleaning.worker faces W H        faces in W × H pixels

Nothing here is trusted by who reads the answer: not its size, not its form, not its exit code.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from reviewer.cleaning.wire import BATCH, PAGES, Page, Refusal, encode_faces

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from pypdfium2 import PdfPage

PICTURE_SIDE = 2048
"""Pictures are made no larger than this (pixels on the longer side)."""
_DOTS = 150 / 72  # pixels a PDF point: 150 dpi
_PAGE_SIDE = 2600  # pixels; a sheet larger than A3 is drawn smaller
# JPEG is scaled while it is decoded; the others must be held whole.
_PIXELS = {"JPEG": 260_000_000, "PNG": 80_000_000, "WEBP": 80_000_000}


class RefusedError(Exception):
    """The file is refused for a reason that has a code."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code


def picture(data: bytes) -> bytes:
    """Decode the first frame, turn it upright, make it small, and lay it on white."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the limit is our own
    image: Image.Image = Image.open(io.BytesIO(data), formats=list(_PIXELS))
    if image.width * image.height > _PIXELS[str(image.format)]:
        raise RefusedError(Refusal.TOO_LARGE)
    image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
    image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    image = ImageOps.exif_transpose(image)
    seen = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    flat = Image.new("RGB", seen.size, "white")
    # what lies under transparent pixels was never seen, and does not come out
    flat.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    return Page(1, flat.width, flat.height, flat.tobytes()).encode()


def document(data: bytes, first: int, count: int) -> bytes:
    """Draw pages of a PDF as they look, forms and visible notes with them."""
    import pypdfium2

    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise RefusedError(Refusal.LOCKED if locked else Refusal.DAMAGED) from error
    opened.init_forms()
    pages = len(opened)
    if not 0 < pages <= PAGES:
        raise RefusedError(Refusal.TOO_LARGE if pages else Refusal.DAMAGED)
    if not 0 <= first < pages:
        raise RefusedError(Refusal.NO_SUCH_PAGE)
    answer = bytearray()
    for number in range(first, min(first + count, pages)):
        if len(answer) < BATCH:
            image = _sheet(opened[number])
            answer += Page(pages, image.width, image.height, image.tobytes()).encode()
    return bytes(answer)


def _sheet(sheet: PdfPage) -> Picture:
    scale = min(_DOTS, _PAGE_SIDE / max(*sheet.get_size(), 1))
    image: Picture = sheet.render(scale=scale, may_draw_forms=True).to_pil()
    return image.convert("RGB")


def office(data: bytes) -> bytes:
    """Take out what a printed page must not show."""
    from reviewer.cleaning import office as rules

    try:
        return rules.strip(data)
    except rules.LockedError as error:
        raise RefusedError(Refusal.LOCKED) from error
    except rules.TooLargeError as error:
        raise RefusedError(Refusal.TOO_LARGE) from error
    except rules.NotOfficeError as error:
        raise RefusedError(Refusal.UNKNOWN) from error


def faces(data: bytes, width: int, height: int) -> bytes:
    """Propose a box for every face."""
    from reviewer.cleaning import faces as detector

    return encode_faces(detector.find(data, width, height))


TASKS: dict[str, Callable[..., bytes]] = {
    "picture": picture,
    "document": document,
    "office": office,
    "faces": faces,
}


def main() -> None:
    """Do one task; exit 0 with an answer or with a code of Refusal and nothing else."""
    task, *numbers = sys.argv[1:]
    try:
        answer = TASKS[task](sys.stdin.buffer.read(), *map(int, numbers))
    except RefusedError as error:
        os._exit(error.code)
    except (MemoryError, RecursionError, OverflowError):
        os._exit(Refusal.TOO_LARGE)
    except Exception:  # noqa: BLE001 - whatever a decoder raises on hostile bytes
        os._exit(Refusal.DAMAGED)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
