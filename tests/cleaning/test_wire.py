"""What crosses from the sandbox is read strictly; what a file is, its first bytes say."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import cleaning
from reviewer.cleaning import child, wire
from reviewer.cleaning.kinds import OTHER, sniff
from reviewer.cleaning.wire import Page, WireError
from reviewer.errors import CleaningError
from reviewer.sandbox import Finished
from tests.cleaning import office_samples
from tests.cleaning.samples import Canaries

part = st.integers(0, 4000).map(lambda n: n / 10_000)
size = st.integers(1, 5000).map(lambda n: n / 10_000)


@given(st.integers(1, 500), st.integers(1, 40), st.integers(1, 40), st.binary(max_size=3))
def test_a_page_survives_its_encoding_and_no_other_length_does(pages, width, height, more):
    page = Page(pages, width, height, bytes(width * height * 3))
    data = page.encode()
    assert wire.pages(data) == [page]
    assert pages == 1 or wire.pages(data * 2) == [page, page]
    for wrong in (data[:-1], data + b"\0" + more, data[:11], data * (pages + 1)):
        with pytest.raises(WireError):
            wire.pages(wrong)


@given(st.binary(max_size=64))
def test_no_bytes_make_reading_a_page_or_faces_fail_otherwise(data):
    for read in (wire.pages, wire.faces):
        try:
            read(data)
        except WireError:
            continue


@pytest.mark.parametrize("head", [(0, 1, 1), (501, 1, 1), (1, 0, 1), (1, 5000, 1), (1, 1, 2**32 - 1)])
def test_sizes_that_no_page_has_are_refused(head):
    with pytest.raises(WireError):
        wire.pages(struct.pack(">III", *head) + b"\0\0\0")


@given(st.lists(st.tuples(part, part, size, size), max_size=20))
def test_faces_survive_their_encoding(faces):
    assert wire.faces(wire.encode_faces(faces)) == [pytest.approx(face, abs=1e-9) for face in faces]


@pytest.mark.parametrize("face", [(9000, 0, 2000, 10), (0, 0, 0, 10), (0, 9999, 10, 2)])
def test_a_face_outside_of_its_picture_is_refused(face):
    with pytest.raises(WireError):
        wire.faces(struct.pack(">HHHH", *face))


@pytest.mark.parametrize(
    "answer",
    [Finished(0, b"", b""), Finished(0, b"<html>", b""), Finished(1, b"", b"Traceback"), Finished(139, b"", b""),
     Finished(0, struct.pack(">III", 1, 4096, 4096), b"")],
)  # fmt: skip
def test_whatever_a_child_that_was_taken_over_answers_is_a_sentence(answer, monkeypatch):
    monkeypatch.setattr(child.sandbox, "run", lambda *_, **__: answer)
    with pytest.raises(CleaningError, match="damaged"):
        cleaning.clean(b"\xff\xd8\xff\xe0 anything")
    assert cleaning.inspect(b"\xff\xd8\xff\xe0 anything").kind == OTHER


def test_a_program_that_is_missing_is_named(monkeypatch):
    with pytest.raises(CleaningError, match="no-such-program is missing; install it"):
        child.program(["no-such-program"], b"")
    monkeypatch.setattr(child, "_PRINT", "cat > /tmp/in && no-such-office")
    found = cleaning.inspect(office_samples.odt(Canaries()))
    assert found.why_not == "LibreOffice is missing; install it from the laptop's stick"


@given(st.binary(max_size=40))
def test_any_beginning_has_a_format_and_what_is_not_opened_says_why(data):
    found = sniff(data)
    assert (found.kind == OTHER) == bool(found.why_not)


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"\xff\xd8\xff\xe1", "picture"), (b"RIFF\0\0\0\0WEBPVP8 ", "picture"), (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
     (b"RIFF\0\0\0\0AVI LIST", "other"), (b"\0\0\0\x18ftypheic", "other"), (b"\0\0\0\x18ftypisom", "film"),
     (b"%PDF-1.7", "document"), (b"\n%PDF-1.7", "other"), (b"PK\x03\x04", "office"), (b"PK\x05\x06", "other"),
     (b"ID3\x04", "sound"), (b"\xff\xfb\x90\x00", "sound"), (b"\xff\xfe<\0", "other"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "other"),
     (b"<svg xmlns", "other"), (b"#EXTM3U", "other"), (b"ffconcat version 1.0", "other"), (b"", "other"),
     (b"GIF89a", "other"), (b"#!AMR\n", "sound"), (b"\x7fELF", "other")],
)  # fmt: skip
def test_the_first_bytes_decide(data, kind):
    assert sniff(data).kind == kind
