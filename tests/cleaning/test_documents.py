"""PDFs: every page a picture, nothing else of the original left, boxes filled on their pages."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest

from reviewer import cleaning
from reviewer.cleaning import Box
from reviewer.errors import CleaningError
from tests.cleaning import samples
from tests.cleaning.samples import LEFT, Canaries, exiftool
from tests.scenarios.attachments import pdf as plain_pdf


def drawn(data: bytes, page: int):
    """One page as a third program draws it."""
    with pypdfium2.PdfDocument(data) as opened:
        return opened[page].render(scale=1).to_pil().convert("RGB")


@pytest.fixture(scope="module")
def planted():
    canaries = Canaries()
    return canaries, samples.pdf(canaries, None)


def test_no_canary_is_left_in_a_document_and_each_was_there(planted):
    canaries, data = planted
    assert canaries.in_(data) == set(canaries.places) and len(canaries.places) > 24
    clean = cleaning.clean(data, [Box(0, 1, *LEFT)]).data
    with pikepdf.open(io.BytesIO(clean)) as opened:
        whole = clean + b"".join(one.read_raw_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream))
        whole += b"".join(one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image")
    assert canaries.in_(whole) == set()
    assert canaries.in_(exiftool(clean, "-a", "-u", "-b", "-G1").encode()) == set()


def test_a_clean_document_holds_pages_and_pictures_and_nothing_else(planted):
    clean = cleaning.clean(planted[1]).data
    with pikepdf.open(io.BytesIO(clean)) as opened:
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
        assert len(opened.pages) == 2 and set(opened.trailer.keys()) == {"/Root", "/Size", "/ID"}
        for page in opened.pages:
            assert set(page.obj.keys()) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
            assert set(page.obj.Resources.keys()) == {"/XObject"}
    assert clean.count(b"%%EOF") == 1 and clean.endswith(b"%%EOF\n")
    with pypdfium2.PdfDocument(clean) as opened:
        assert [page.get_textpage().get_text_range() for page in opened] == ["", ""]


def test_the_identifier_is_the_same_for_every_document(planted):
    with pikepdf.open(io.BytesIO(cleaning.clean(planted[1]).data)) as one, pikepdf.open(io.BytesIO(cleaning.clean(plain_pdf("Invented")).data)) as other:
        assert list(one.trailer.ID) == list(other.trailer.ID)


def test_a_box_is_solid_on_its_page_alone(planted):
    clean = cleaning.clean(planted[1], [Box(1, 1, *LEFT)]).data
    first, second = drawn(clean, 0), drawn(clean, 1)
    assert first.getpixel((120, 140))[0] > 190
    inside = second.crop((66, 92, 232, 246))
    assert max(high for _, high in inside.getextrema()) < 4
    assert second.getpixel((450, 700))[1] > 150  # the green field is still there


def test_a_page_keeps_its_size_and_what_is_drawn_of_it(planted):
    clean = cleaning.clean(planted[1]).data
    with pypdfium2.PdfDocument(clean) as opened:
        assert [round(n) for n in opened[0].get_size()] == [595, 842]
    picture = drawn(clean, 0)
    dark = sum(max(pixel) < 90 for pixel in picture.crop((300, 120, 500, 150)).get_flattened_data())
    assert dark > 50  # words are seen, though no text is there
    hidden = picture.crop((290, 530, 500, 550))
    assert min(low for low, _ in hidden.getextrema()) > 240  # a layer that was off is not drawn


def test_a_box_beyond_the_last_page_changes_nothing(planted):
    assert cleaning.clean(planted[1], [Box(7, 9)]).data == cleaning.clean(planted[1]).data


def test_a_document_under_a_password_says_so():
    made = pikepdf.open(io.BytesIO(plain_pdf("Invented")))
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(user="invented", owner="invented"))
    assert cleaning.inspect(out.getvalue()).why_not == "it is locked with a password"
    with pytest.raises(CleaningError, match="locked with a password; withhold it"):
        cleaning.clean(out.getvalue())


def test_a_page_that_is_not_there_has_no_preview(planted):
    with pytest.raises(CleaningError, match="no such page"):
        cleaning.preview(planted[1], 2)
