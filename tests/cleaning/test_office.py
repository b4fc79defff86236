"""Office files: printed without what must not print, and only pictures of the pages leave."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest

from reviewer import cleaning
from reviewer.cleaning import child, office
from reviewer.errors import CleaningError
from tests.cleaning.office_samples import MAKERS, SHOWN, archive, links
from tests.cleaning.samples import Canaries
from tests.cleaning.test_canaries import left_in


def words(data: bytes) -> str:
    """The text of every page of a PDF."""
    with pypdfium2.PdfDocument(data) as opened:
        return "".join(page.get_textpage().get_text_range() for page in opened)


def unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return b"".join(opened.namelist()[n].encode() + opened.read(one) for n, one in enumerate(opened.infolist()))


GONE = {
    "docx": {"tracked deletion", "moved away", "deleted row", "comment", "embedded object", "macro", "custom xml", "thumbnail"},
    "xlsx": {"comment", "custom xml", "thumbnail"},
    "pptx": {"comment", "speaker notes", "custom xml", "thumbnail"},
    "odt": {"tracked deletion", "comment", "comment author", "macro", "thumbnail"},
}  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
def test_what_must_not_print_is_taken_out_before_anything_prints(kind):
    canaries = Canaries()
    data = MAKERS[kind](canaries)
    assert canaries.in_(unpacked(data)) == set(canaries.places)
    assert canaries.in_(unpacked(office.strip(data))) & GONE[kind] == set()
    assert all(word.encode() in unpacked(office.strip(data)) for word in SHOWN)


def test_text_that_runs_on_after_a_comment_stays():
    assert b" tail</text:p>" in unpacked(office.strip(MAKERS["odt"](Canaries())))


def test_links_to_other_files_are_taken_out():
    rels = links(("image", "http://192.0.2.1/x.png"), mode=' TargetMode="External"')
    data = archive({"word/document.xml": "<a/>", "word/_rels/document.xml.rels": rels})
    assert b"192.0.2.1" in unpacked(data) and b"192.0.2.1" not in unpacked(office.strip(data))


def test_no_entity_is_resolved():
    secret = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'
    made = unpacked(office.strip(archive({"word/document.xml": secret})))
    with open("/etc/hostname", "rb") as file:
        assert file.read().strip() not in made


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"word/document.xml": b" " * (60 << 20)}, "unfolds to more"),
        ({f"word/{n}.xml": b"<a/>" for n in range(6000)}, "unfolds to more"),
        ({"readme.txt": b"a zip file"}, "files of its kind are not opened"),
        ({"word/document.xml": b"<a>" * 100_000}, "damaged"),
        ({"word/document.xml": b"not xml"}, "damaged"),
        ({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<m><encryption-data/></m>"}, "password"),
    ],
)  # fmt: skip
def test_a_zip_file_that_is_no_good_is_a_sentence(parts, why):
    with pytest.raises(CleaningError, match=why):
        cleaning.clean(archive(parts))


@pytest.mark.long
@pytest.mark.parametrize("kind", MAKERS)
def test_no_canary_of_an_office_file_prints_or_leaves(kind):
    canaries = Canaries()
    data = MAKERS[kind](canaries)
    printed = child.office_pdf(data)
    assert canaries.in_(words(printed).encode()) == set()
    assert all(word in words(printed) for word in SHOWN)
    clean = cleaning.clean(data)
    assert clean.media_type == "application/pdf" and words(clean.data).strip() == ""
    assert left_in(clean.data, ".pdf", canaries) == set()


@pytest.mark.long
def test_libreoffice_would_print_what_was_deleted():
    canaries = Canaries()
    printed = child.program(["sh", "-c", child._PRINT], MAKERS["docx"](canaries), seconds=120)
    assert "tracked deletion" in canaries.in_(words(printed).encode())
