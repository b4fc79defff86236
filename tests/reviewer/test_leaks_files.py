"""Release tests 14-29: what can ride along with a PDF, an office file, a picture, sound or a film."""

from __future__ import annotations

import io
import random
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from reviewer import cleaning
from reviewer.cleaning import Box, pixels
from reviewer.leaks.subject import Subject
from reviewer.plan import Attached
from tests.cleaning.test_faces import face
from tests.reviewer import leaking
from tests.reviewer.leaking import Plant, Planted

PDF, JPEG, PNG, FILM, SOUND = "01.pdf", "02.jpg", "03.png", "04.mp4", "05.opus"
BOX = (0, 0, 250_000, 250_000, 250_000, 250_000)
Spoil = Callable[[bytes], bytes]


def picture(side: int = 400, *, filled: bool = True) -> Image.Image:
    """Coloured noise, and black where the box lies."""
    image = Image.frombytes("RGB", (40, 40), random.Random(1).randbytes(4800)).resize((side, side))
    if filled:
        quarter = side // 4
        ImageDraw.Draw(image).rectangle((quarter, quarter, 2 * quarter, 2 * quarter), fill="black")
    return image


def made(line: str) -> bytes:
    """What ffmpeg makes, in a file it can seek in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        subprocess.run(["ffmpeg", "-v", "error", *line.split(), str(path)], check=True)
        return path.read_bytes()


@cache
def film(*, boxes: bool = True, sound: bool = False) -> bytes:
    source = made("-f lavfi -i testsrc=d=2:s=320x240:r=10 -f lavfi -i sine=d=2 -f matroska")
    drawn = [Box(0, 1, *(part / 1_000_000 for part in BOX[2:]))] if boxes else []
    return cleaning.clean(source, drawn, sound=sound).data


@cache
def opus() -> bytes:
    return cleaning.clean(made("-f lavfi -i sine=d=1 -f wav"), sound=True).data


@cache
def good(name: str) -> bytes:
    """What the cleaner writes."""
    write = {
        PDF: lambda: pixels.pdf([picture()]),
        JPEG: lambda: pixels.jpeg(picture()),
        PNG: lambda: pixels.png(picture()),
        FILM: film,
        SOUND: opus,
    }
    return write[name]()


def holds(name: str, content: bytes | Callable[[], bytes], *, boxes: bool = True, voice: bool = False) -> Plant:
    """The English account has this clean copy, and the plan says so."""

    def plant(subject: Subject) -> Subject:
        testimony = leaking.about(subject, "His brother")
        data = content if isinstance(content, bytes) else content()
        one = Attached(
            ordinal=int(name[:2]),
            file=name,
            type="image/png",
            sha256=sha256(data).hexdigest(),
            size=len(data),
            done=("written anew from pixels",),
            boxes=(BOX,) if boxes else (),
            voice=voice,
        )
        given = replace(subject, plan=replace(subject.plan, files={testimony: (one,)}))
        return leaking.with_file(given, subject.of(testimony, f"attachments/{name}"), data)

    return plant


def spoiled(name: str, spoil: Spoil, **given) -> Plant:
    return holds(name, lambda: spoil(good(name)), **given)


def put(old: bytes, new: bytes) -> Spoil:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def edited(change: Callable[[pikepdf.Pdf], None]) -> Spoil:
    """A PDF changed with a PDF library, as a cleaner that is at fault would write it."""

    def spoil(data: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as opened:
            change(opened)
            opened.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()

    return spoil


def says(program: bytes) -> Spoil:
    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        page.Contents = opened.make_stream(page.Contents.read_bytes() + b"\n" + program)

    return edited(change)


def root(key: str, value: object) -> Spoil:
    return edited(lambda opened: opened.Root.__setitem__(key, value))


def note(opened: pikepdf.Pdf) -> None:
    one = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Contents="a name")
    opened.pages[0].Annots = pikepdf.Array([opened.make_indirect(one)])


def described(opened: pikepdf.Pdf) -> None:
    opened.docinfo["/Author"] = "an invented author"


def packed(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def office(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return out.getvalue()


def exif(data: bytes) -> bytes:
    image = Image.open(io.BytesIO(data))
    tags = Image.Exif()
    tags[0x010F] = "an invented camera"
    out = io.BytesIO()
    image.save(out, image.format, exif=tags)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> Spoil:
    def add(data: bytes) -> bytes:
        crc = zlib.crc32(kind + body).to_bytes(4, "big")
        whole = len(body).to_bytes(4, "big") + kind + body + crc
        end = data.index(b"IEND") - 4
        return data[:end] + whole + data[end:]

    return add


def thumbnail(data: bytes) -> bytes:
    """A JPEG with a small one in its head, as cameras write it."""
    body = b"JFXX\0\x10" + pixels.jpeg(picture(40, filled=False))
    return data[:2] + b"\xff\xe0" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]


def unrecorded(subject: Subject) -> Subject:
    spoilt = holds(JPEG, good(JPEG))(subject)
    return replace(spoilt, plan=replace(spoilt.plan, files={}))


def tagged() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        path.write_bytes(film())
        return made(f"-i {path} -c copy -metadata title=invented -f mp4")


def wide(data: bytes) -> bytes:
    at = data.index(b"avc1", data.index(b"moov")) + 28
    return data[:at] + (1920).to_bytes(2, "big") + data[at + 2 :]


TEXT = b"BT /F1 12 Tf (a name) Tj ET"
PLANTED = [
    Planted(14, "text drawn on a page", spoiled(PDF, says(TEXT)), PDF),
    Planted(14, "a page packed another way", spoiled(PDF, put(b"/FlateDecode", b"/LZWDecode")), PDF),
    Planted(15, "an earlier version inside", spoiled(PDF, lambda d: d + d), PDF),
    Planted(15, "something after the end", spoiled(PDF, lambda d: d + b"Zau"), PDF),
    Planted(16, "a font", spoiled(PDF, root("/AA", pikepdf.Dictionary(BaseFont=pikepdf.Name.Helvetica))), PDF),
    Planted(16, "a font by another spelling of its name", spoiled(PDF, put(b"/MediaBox", b"/F#6fnt << >> /MediaBox")), PDF),
    Planted(17, "two pictures with a gap between", spoiled(PDF, says(b"1 0 0 1 9 9 cm /P Do")), PDF),
    Planted(17, "a picture that leaves a margin", spoiled(PDF, says(b"Q")), PDF),
    Planted(18, "a note", spoiled(PDF, edited(note)), PDF),
    Planted(18, "a script", spoiled(PDF, root("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))), PDF),
    Planted(18, "an attachment", spoiled(PDF, root("/Names", pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary()))), PDF),
    Planted(18, "an outline", spoiled(PDF, root("/Outlines", pikepdf.Dictionary())), PDF),
    Planted(18, "a layer", spoiled(PDF, root("/OCProperties", pikepdf.Dictionary())), PDF),
    Planted(18, "a form", spoiled(PDF, root("/AcroForm", pikepdf.Dictionary())), PDF),
    Planted(18, "objects packed out of sight", spoiled(PDF, packed), PDF),
    Planted(19, "who wrote it", spoiled(PDF, edited(described)), PDF),
    Planted(19, "XMP", spoiled(PDF, put(b"/MediaBox", b"/Metadata 6 0 R /MediaBox")), PDF),
    Planted(19, "an ID of its own", spoiled(PDF, put(b"31415926535897932384626433832795", b"a1" * 16)), PDF),
    Planted(20, "a tracked deletion", holds(PDF, office(word__document_xml="<w:del w:id='1'>")), PDF),
    Planted(20, "a tracked insertion", holds(PDF, office(word__document_xml="<w:ins w:id='1'>")), PDF),
    Planted(20, "comments", holds(PDF, office(word__comments_xml="")), PDF),
    Planted(20, "editing sessions", holds(PDF, office(word__settings_xml="<w:rsid w:val='1'/>")), PDF),
    Planted(20, "properties", holds(PDF, office(docProps__core_xml="")), PDF),
    Planted(20, "changes in OpenDocument", holds(PDF, office(content_xml="<text:tracked-changes>")), PDF),
    Planted(21, "a hidden sheet", holds(PDF, office(xl__workbook_xml='<sheet state="veryHidden"/>')), PDF),
    Planted(21, "an embedded object", holds(PDF, office(word__embeddings__a_xml="")), PDF),
    Planted(21, "an office file with nothing to hide", holds(PDF, office(word__document_xml="x")), PDF),
    Planted(21, "an old office file", holds(PDF, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), PDF),
    Planted(22, "a camera's name", spoiled(JPEG, exif), JPEG),
    Planted(22, "a text in a PNG", spoiled(PNG, chunk(b"tEXt", b"Author\0an invented one")), PNG),
    Planted(22, "an author of a PDF", spoiled(PDF, edited(described)), PDF),
    Planted(22, "no picture at all", holds(JPEG, b"an invented text"), JPEG),
    Planted(23, "bytes after a JPEG", spoiled(JPEG, lambda d: d + b"x"), JPEG),
    Planted(23, "a second JPEG after the first", spoiled(JPEG, lambda d: d + d), JPEG),
    Planted(23, "bytes after a PNG", spoiled(PNG, lambda d: d + b"x"), PNG),
    Planted(23, "bytes after a PDF", spoiled(PDF, lambda d: d + b"x"), PDF),
    Planted(23, "a JPEG cut short", spoiled(JPEG, lambda d: d[:-2]), JPEG),
    Planted(23, "a file of no kind", holds(JPEG, b"GIF89a"), JPEG),
    Planted(24, "a thumbnail in a JPEG", spoiled(JPEG, thumbnail), JPEG),
    Planted(24, "Exif, which can hold one", spoiled(JPEG, exif), JPEG),
    Planted(24, "a further chunk in a PNG", spoiled(PNG, chunk(b"eXIf", b"MM\0*")), PNG),
    Planted(24, "a thumbnail in a PDF", spoiled(PDF, put(b"/MediaBox", b"/Thumb 6 0 R /MediaBox")), PDF),
    Planted(24, "a picture of a PDF with a thumbnail", holds(PDF, b"%PDF-1.3\n<< /Subtype /Image /Filter /DCTDecode >> stream\n" + thumbnail(pixels.jpeg(picture())) + b"\nendstream\n%%EOF\n"), PDF),
    Planted(25, "an open box on a picture", holds(PNG, pixels.png(picture(filled=False))), PNG),
    Planted(25, "a box on a JPEG that one can see through", holds(JPEG, pixels.jpeg(Image.blend(picture(), picture(filled=False), 0.3))), JPEG),
    Planted(25, "an open box on a page", holds(PDF, pixels.pdf([picture(filled=False)])), PDF),
    Planted(25, "a page that is not there", holds(PDF, b"%PDF-1.3\nnothing"), PDF),
    Planted(26, "a copy nobody recorded", unrecorded, JPEG),
    Planted(26, "a face left open", holds(PNG, lambda: pixels.png(face(150))), PNG),
    Planted(26, "a copy that can not be looked at", holds(JPEG, b"\xff\xd8\xff"), JPEG),
    Planted(28, "a picture as a camera takes it", holds(JPEG, pixels.jpeg(picture(2400))), JPEG),
    Planted(28, "a large PNG", holds(PNG, pixels.png(picture(2400))), PNG),
    Planted(28, "a page scanned too finely", holds(PDF, pixels.pdf([picture(2800)])), PDF),
    Planted(29, "a sound nobody decided about", holds(SOUND, b"OggS\0\2" + bytes(40)), SOUND),
    Planted(29, "a film that is none of ours", holds(FILM, b"\0\0\0\x08ftypisom"), FILM),
]  # fmt: skip
FILMS = [
    Planted(22, "a title in a film", holds(FILM, tagged), FILM),
    Planted(23, "bytes after a film", spoiled(FILM, lambda d: d + b"x" * 9), FILM),
    Planted(23, "a box of no list in a film", spoiled(FILM, lambda d: d + b"\0\0\0\x09skipx"), FILM),
    Planted(23, "bytes after a sound", spoiled(SOUND, lambda d: d + b"x", voice=True), SOUND),
    Planted(24, "a cover picture in a film", spoiled(FILM, put(b"mvhd", b"covr")), FILM),
    Planted(27, "an open box in a film", holds(FILM, lambda: film(boxes=False)), FILM),
    Planted(27, "a film no frame of which can be read", holds(FILM, b"\0\0\0\x08ftypisom"), FILM),
    Planted(28, "a large film", spoiled(FILM, wide), FILM),
    Planted(29, "a film with sound", holds(FILM, lambda: film(sound=True)), FILM),
]  # fmt: skip


def caught(clean: Subject, planted: Planted) -> None:
    leaks = leaking.found(planted.plant(clean), planted.number)
    assert leaks and any(leak.file.endswith(planted.file) for leak in leaks), leaks


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: f"{p.number}: {p.what}")
def test_what_is_planted_is_caught_and_the_file_named(clean, planted):
    caught(clean, planted)


@pytest.mark.long
@pytest.mark.parametrize("planted", FILMS, ids=lambda p: f"{p.number}: {p.what}")
def test_what_is_planted_in_film_and_sound_is_caught(clean, planted):
    caught(clean, planted)


def passes(clean: Subject, name: str, **given) -> None:
    subject = holds(name, good(name), **given)(clean)
    for number in range(14, 30):
        assert leaking.found(subject, number) == [], number


@pytest.mark.parametrize("name", [PDF, JPEG, pytest.param(PNG, marks=pytest.mark.long)])
def test_what_the_cleaner_writes_passes(clean, name):
    passes(clean, name)


@pytest.mark.long
def test_a_film_and_a_voice_that_somebody_let_leave_pass(clean):
    passes(clean, FILM)
    passes(clean, SOUND, boxes=False, voice=True)
    assert leaking.found(holds(FILM, film(sound=True), voice=True)(clean), 29) == []


@pytest.mark.long
def test_a_picture_whose_faces_were_filled_passes(clean):
    open_ = pixels.png(face(150))
    copy = cleaning.clean(open_, cleaning.inspect(open_).faces).data
    assert leaking.found(holds(PNG, copy, boxes=False)(clean), 26) == []
