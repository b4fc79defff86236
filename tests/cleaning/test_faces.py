"""Faces are proposed as boxes. The faces here are drawn: nobody has them."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from reviewer import cleaning
from reviewer.cleaning import faces
from tests.cleaning import samples

SKIN = (214, 165, 132)


def face(size: int) -> Image.Image:
    """A drawn head and shoulders, the face `size` × 0.92 high in a square of twice the size."""
    s, side = size, size * 2
    picture = Image.new("RGB", (side, side), (120, 140, 160))
    draw = ImageDraw.Draw(picture)

    def oval(x: float, y: float, rx: float, ry: float, colour: tuple[int, ...]) -> None:
        x, y = side / 2 + x * s, side / 2 + y * s
        draw.ellipse((x - rx * s, y - ry * s, x + rx * s, y + ry * s), fill=colour)

    hair, shade, eye = (35, 25, 20), (205, 155, 123), (240, 238, 235)
    draw.rectangle((side / 2 - 0.18 * s, side / 2 + 0.3 * s, side / 2 + 0.18 * s, side / 2 + 0.75 * s), fill=(190, 140, 110))
    oval(0, 1.1, 0.75, 0.5, (50, 60, 90))
    oval(0, -0.12, 0.40, 0.50, hair)
    oval(0, 0, 0.34, 0.46, SKIN)
    draw.pieslice((side / 2 - 0.36 * s, side / 2 - 0.52 * s, side / 2 + 0.36 * s, side / 2 + 0.05 * s), 180, 360, fill=hair)
    for left in (-1, 1):
        oval(left * 0.35, 0, 0.05, 0.09, (200, 150, 120))
        oval(left * 0.145, -0.035, 0.07, 0.032, eye)
        oval(left * 0.145, -0.035, 0.033, 0.033, (60, 40, 25))
        oval(left * 0.145, -0.13, 0.09, 0.015, hair)
        oval(left * 0.035, 0.155, 0.016, 0.01, (110, 70, 55))
    oval(0, 0.14, 0.07, 0.035, shade)
    oval(0, 0.265, 0.12, 0.035, (170, 85, 80))
    return picture.filter(ImageFilter.GaussianBlur(s * 0.012))


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_the_model_is_the_one_whose_hash_is_written_beside_it():
    read_me = faces.MODEL.with_name("README.md").read_text(encoding="utf-8")
    (digest,) = re.findall(r"`([0-9a-f]{64})`", read_me)
    assert hashlib.sha256(faces.MODEL.read_bytes()).hexdigest() == digest
    assert faces.MODEL.read_bytes().count(faces._FIXED) == 1


@pytest.mark.parametrize("size", [60, 200])
def test_a_face_is_found_whole_whatever_its_size(size):
    picture = face(size)
    found = faces.find(picture.tobytes(), *picture.size)
    assert len(found) == 1
    left, top, width, height = (n * 2 * size for n in found[0])
    assert left <= size * 0.67 and left + width >= size * 1.33  # the drawn face, from ear to ear
    assert top <= size * 0.75 and top + height >= size * 1.4  # from brow to chin
    assert width < size and height < size * 1.3


def test_every_face_of_a_picture_is_proposed_and_filled():
    picture = Image.new("RGB", (1600, 900), (120, 140, 160))
    for at in ((50, 50), (650, 250), (1150, 100)):
        picture.paste(face(180), at)
    found = cleaning.inspect(png(picture))
    assert len(found.faces) == 3
    clean = Image.open(io.BytesIO(cleaning.clean(png(picture), found.faces).data)).convert("RGB")
    left = sum(pixel == SKIN for pixel in clean.get_flattened_data())
    assert left < sum(pixel == SKIN for pixel in picture.get_flattened_data()) / 50


def test_no_face_is_proposed_where_none_is():
    picture = samples.image()
    assert faces.find(picture.tobytes(), *picture.size) == []


@pytest.mark.long
def test_faces_on_later_pages_are_proposed_on_their_pages(tmp_path):
    sheets = [samples.image((600, 800)), face(300), samples.image((600, 800))]
    path = Path(tmp_path, "three.pdf")
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    data = path.read_bytes()
    assert [(box.first, box.last) for box in cleaning.faces_on(data, 1)] == [(1, 1)]
    assert cleaning.faces_on(data, 2) == []
    found = cleaning.inspect(data, seek_faces=False)
    assert (found.pages, found.faces, found.warning) == (3, (), "")


@pytest.mark.long
def test_that_faces_were_sought_in_part_only_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(cleaning, "FACES_ON", 1)
    path = tmp_path / "two.pdf"
    samples.image().save(path, save_all=True, append_images=[samples.image()])
    assert cleaning.inspect(path.read_bytes()).warning == "faces were sought in the first 1 of 2 pages or seconds only"
