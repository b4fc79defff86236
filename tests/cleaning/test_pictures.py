"""Pictures: written anew from pixels, nothing else of the original left, boxes filled."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from reviewer import cleaning
from reviewer.cleaning import Box, pixels
from reviewer.cleaning.wire import Page
from reviewer.errors import CleaningError
from tests.cleaning import samples
from tests.cleaning.samples import LEFT, Canaries, exiftool

MAKERS = {"jpeg": samples.jpeg, "png": samples.png, "webp": samples.webp}
# All that exiftool may say of a clean picture.
ALLOWED = re.compile(
    r"(ExifTool Version Number|File (Size|Type|Type Extension|Permissions|[\w/ ]*Date/Time)|MIME Type|Image (Width|Height|Size)|Megapixels"
    r"|JFIF Version|Resolution Unit|[XY] Resolution|Encoding Process|Bits Per Sample|Color Components"
    r"|Y Cb Cr Sub Sampling|Bit Depth|Color Type|Compression|Filter|Interlace)$"
)


@cache
def planted(kind: str) -> tuple[Canaries, bytes]:
    """A picture full of canaries; exiftool takes a while to write them all."""
    canaries = Canaries()
    with TemporaryDirectory() as folder:
        return canaries, MAKERS[kind](canaries, Path(folder))


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def at(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    return picture.getpixel((int(x * picture.width), int(y * picture.height)))


@pytest.mark.parametrize("kind", MAKERS)
def test_no_canary_is_left_in_a_picture_and_each_was_there(kind):
    canaries, data = planted(kind)
    said = exiftool(data, "-a", "-u", "-G1", "-s", "-b").encode() + data
    assert len(canaries.in_(said)) >= {"jpeg": 38, "png": 30, "webp": 4}[kind], canaries.places
    clean = cleaning.clean(data, [Box(0, 0, *LEFT)])
    assert canaries.in_(clean.data) == set()
    lines = exiftool(clean.data, "-a", "-u").splitlines()
    assert [row for row in lines if not ALLOWED.match(row.partition(":")[0].strip())] == []


@pytest.mark.parametrize("kind", MAKERS)
def test_boxes_are_solid_in_the_pixels_and_the_rest_is_as_it_was(kind):
    _, data = planted(kind)
    before = decoded(cleaning.clean(data).data)
    after = decoded(cleaning.clean(data, [Box(0, 0, *LEFT)]).data)
    assert at(before, 0.2, 0.15)[0] > 190
    inside = after.crop((80 + 16, 60 + 16, 320 - 16, 180 - 16))  # at its edges JPEG rings, from outside
    assert inside.getextrema() == ((0, 0),) * 3
    assert at(after, 0.8, 0.8)[1] > 150 and at(after, 0.5, 0.5)[0] > 180


def test_a_png_box_is_exactly_black_to_its_edges():
    out = io.BytesIO()
    samples.image((101, 97)).save(out, "PNG")
    after = decoded(cleaning.clean(out.getvalue(), [Box(0, 0, 0.333, 0.5, 0.333, 0.25)]).data)
    black = [(x, y) for x in range(101) for y in range(97) if after.getpixel((x, y)) == (0, 0, 0)]
    assert (min(black), max(black)) == ((33, 48), (67, 72))
    assert len(black) == 35 * 25


def test_the_end_marker_is_the_last_thing():
    assert cleaning.clean(planted("jpeg")[1]).data.endswith(b"\xff\xd9")
    assert cleaning.clean(planted("png")[1]).data.endswith(b"IEND\xaeB`\x82")


def test_a_picture_is_turned_as_its_camera_said_and_made_small():
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    samples.image((4000, 3000)).save(out, "JPEG", exif=exif)
    clean = cleaning.clean(out.getvalue())
    picture = decoded(clean.data)
    assert picture.size == (1536, 2048)
    assert at(picture, 0.8, 0.2)[0] > 190 and at(picture, 0.8, 0.2)[1] < 40  # the red field
    assert not decoded(clean.data).getexif()


def test_what_lies_under_transparent_pixels_does_not_come_out():
    shown = Image.new("RGBA", (200, 100), (10, 20, 30, 255))
    shown.paste((250, 1, 1, 0), (0, 0, 100, 100))
    out = io.BytesIO()
    shown.save(out, "PNG")
    picture = decoded(cleaning.clean(out.getvalue()).data)
    assert picture.getpixel((50, 50)) == (255, 255, 255)
    assert picture.getpixel((150, 50)) == (10, 20, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_colour_comes_out_as_plain_colours(mode):
    out = io.BytesIO()
    plain = samples.image((64, 48)).convert("L") if mode == "I;16" else samples.image((64, 48))
    plain.convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert Image.open(io.BytesIO(cleaning.clean(out.getvalue()).data)).mode == "RGB"


def test_the_same_picture_becomes_the_same_bytes():
    _, data = planted("jpeg")
    assert cleaning.clean(data).data == cleaning.clean(data).data


def test_a_preview_is_a_bare_png_and_shows_the_boxes():
    canaries, data = planted("jpeg")
    shown = cleaning.preview(data, 0, [Box(0, 0, *LEFT)])
    assert shown.startswith(b"\x89PNG") and canaries.in_(shown) == set()
    assert at(decoded(shown), 0.2, 0.15) == (0, 0, 0)


def test_a_warning_says_when_a_file_is_not_what_it_was_called():
    found = cleaning.inspect(planted("png")[1], "image/jpeg", seek_faces=False)
    assert (found.kind, found.pages, found.why_not) == ("picture", 1, "")
    assert found.warning == "it was sealed as image/jpeg and is image/png"


@pytest.mark.parametrize("box", [(0, 0, 0.5, 0.5, 0, 0.1), (0, 0, -0.1, 0, 0.5, 0.5), (2, 1), (0, 0, 0, 0, 1.1, 1), (0, 0, float("nan"), 0, 1, 1)])
def test_a_box_that_covers_nothing_is_refused(box):
    with pytest.raises(CleaningError, match="draw the box again"):
        cleaning.clean(planted("png")[1], [Box(*box)])


fraction = st.floats(0, 1)


@given(fraction, fraction, st.floats(1e-6, 1), st.floats(1e-6, 1), st.integers(1, 40), st.integers(1, 40))
def test_every_pixel_that_a_box_touches_is_black(x, y, w, h, width, height):
    page = Page(1, width, height, b"\xff" * (width * height * 3))
    made = pixels.drawn(page, [Box(0, 0, x, y, w, h)])
    for column in range(width):
        for row in range(height):
            touched = column < (x + w) * width - 1e-9 and column + 1 > x * width + 1e-9 and row < (y + h) * height - 1e-9 and row + 1 > y * height + 1e-9
            assert not touched or made.getpixel((column, row)) == (0, 0, 0)
