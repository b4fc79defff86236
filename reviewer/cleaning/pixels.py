"""Fills boxes and writes pictures and PDFs anew from bare pixels (reviewer's laptop).

Everything encoded here comes from pixels alone, outside the sandbox: a decoder that was taken over
can choose colours, not bytes of a file.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageDraw

from reviewer.cleaning.wire import Page
from reviewer.errors import CleaningError

QUALITY = 90  # of JPEG; a page of print stays readable
_POINTS = 72 / 150  # of a PDF for each pixel: pages are drawn at 150 dpi


@dataclass(frozen=True, slots=True)
class Box:
    """What is filled with black: x, y, w, h as fractions of width and height, from the top left.

    It lies on every page from `first` to `last` (from 0, both included): pages of a document,
    whole seconds of a film or of sound (which it silences), 0 for a picture.
    """

    first: int
    last: int
    x: float = 0.0
    y: float = 0.0
    w: float = 1.0
    h: float = 1.0

    def check(self) -> None:
        """Raise CleaningError for a box that covers nothing or lies outside."""
        inside = 0 <= self.first <= self.last and 0 <= self.x <= 1 and 0 <= self.y <= 1
        if not (inside and 0 < self.w <= 1 and 0 < self.h <= 1):
            raise CleaningError("a box drawn on it lies outside of it; draw the box again")

    def on(self, page: int) -> bool:
        """Whether it lies on this page (or second)."""
        return self.first <= page <= self.last


def drawn(page: Page, boxes: Iterable[Box]) -> Image.Image:
    """The page as a picture with these boxes filled, each grown outward to whole pixels."""
    image = Image.frombytes("RGB", (page.width, page.height), page.rgb)
    draw = ImageDraw.Draw(image)
    for box in boxes:
        left, top = math.floor(box.x * page.width), math.floor(box.y * page.height)
        right = math.ceil((box.x + box.w) * page.width) - 1
        bottom = math.ceil((box.y + box.h) * page.height) - 1
        draw.rectangle((left, top, max(left, right), max(top, bottom)), fill="black")
    return image


def jpeg(image: Image.Image) -> bytes:
    """A JPEG with nothing but pixels in it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """A PNG with nothing but pixels in it."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pdf(sheets: Iterable[Image.Image]) -> bytes:
    """A PDF of pictures only: no text, no font, no date, no identifier of any source."""
    made = Pdf.new()
    for image in sheets:
        _add(made, image)
    out = io.BytesIO()
    made.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _add(made: Pdf, image: Image.Image) -> None:
    width, height = image.width * _POINTS, image.height * _POINTS
    stream = made.make_stream(
        jpeg(image),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(width, 2), round(height, 2)]),
        Resources=Dictionary(XObject=Dictionary(P=stream)),
        Contents=made.make_stream(f"{width:.2f} 0 0 {height:.2f} 0 0 cm /P Do".encode()),
    )
    made.pages.append(pikepdf.Page(made.make_indirect(page)))
