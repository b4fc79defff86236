"""Release tests 14-19: a PDF that leaves is pictures of pages and nothing else (laptop).

Read without a PDF library: what is written is so plain that anything a pattern here does not know
is a reason to refuse, and so is every way to hide an object from it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping

from reviewer.leaks.subject import Leak, Subject

_STREAM = re.compile(rb"<<((?:[^<>]|<<[^<>]*>>)*)>>\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NAME = re.compile(rb"/([^\s/<>\[\]()%]+)")
_PAGE = re.compile(rb"[0-9.]{1,9} 0 0 [0-9.]{1,9} 0 0 cm /P Do\s*")
"""The only thing a page does: draw its picture over all of itself."""
_KNOWN = frozenset(
    b"Pages Type Catalog Count Kids Contents MediaBox Parent Resources XObject P Page Length Filter"
    b" FlateDecode BitsPerComponent ColorSpace DeviceRGB DCTDecode Height Subtype Image Width Root"
    b" Size ID".split()
)
_FONTS = re.compile(rb"Font\w*|BaseFont|Encoding|ToUnicode|CIDSystemInfo|DescendantFonts")
_SOURCE = re.compile(
    rb"Info|Metadata|XML|Producer|Creator|Author|Title|\w*Date|PieceInfo|LastModified"
)
_STATIC_ID = b"<31415926535897932384626433832795>" * 2
_LONGEST_PAGE = 1 << 20  # bytes of a page's own program, unfolded


def text_layer(subject: Subject) -> Iterator[Leak]:
    """14: the text layer is empty: no page does anything but draw its picture."""
    for name, data in _pdfs(subject):
        for head, body in _streams(data):
            program = b"" if _picture(head) else _unfolded(head, body)
            if program is None or re.search(rb"\bBT\b|\bTj\b|\bTJ\b|[()]", program):
                yield Leak(name, "has text behind its pictures")


def end(subject: Subject) -> Iterator[Leak]:
    """15: one end of file, at the end: no earlier version, nothing after it."""
    for name, data in _pdfs(subject):
        if data.count(b"%%EOF") != 1 or not data.rstrip().endswith(b"%%EOF"):
            yield Leak(name, "has an earlier version in it, or something after its end")


def fonts(subject: Subject) -> Iterator[Leak]:
    """16: no fonts."""
    for name, data in _pdfs(subject):
        if any(_FONTS.fullmatch(one) for one in _names(data)):
            yield Leak(name, "has a font")


def gaps(subject: Subject) -> Iterator[Leak]:
    """17: one picture over the whole page, so that no gap has the width of a name."""
    for name, data in _pdfs(subject):
        programs = [
            _unfolded(head, body) or b"" for head, body in _streams(data) if not _picture(head)
        ]
        pages = _bare(data).count(b"/Type /Page ") + _bare(data).count(b"/Type /Page>")
        whole = all(_PAGE.fullmatch(program) for program in programs)
        if not pages or not whole or len(programs) != pages:
            yield Leak(name, "has a page that is more than one picture over all of it")


def active(subject: Subject) -> Iterator[Leak]:
    """18: no annotation, script, attachment, outline, layer or form; nothing unknown at all."""
    for name, data in _pdfs(subject):
        odd = {one for one in _names(data) if one not in _KNOWN}
        odd = {one for one in odd if not _FONTS.fullmatch(one) and not _SOURCE.fullmatch(one)}
        if odd or b"ObjStm" in data or b"/Encrypt" in data:
            yield Leak(
                name, "has more in it than pictures (notes, scripts, files, layers or forms)"
            )


def source(subject: Subject) -> Iterator[Leak]:
    """19: no Info, XMP or ID of the source."""
    for name, data in _pdfs(subject):
        given = re.search(rb"/ID\s*\[(.*?)\]", _bare(data), re.DOTALL)
        own = given is None or re.sub(rb"\s", b"", given[1]) == _STATIC_ID
        if not own or any(_SOURCE.fullmatch(one) for one in _names(data)) or b"<?xpacket" in data:
            yield Leak(name, "tells where it comes from (Info, XMP or ID)")


def pictures(data: bytes) -> Iterator[bytes]:
    """The JPEG of each page of a PDF."""
    return (body for head, body in _streams(data) if _picture(head))


def _pdfs(subject: Subject) -> Iterator[tuple[str, bytes]]:
    for name, data in subject.attachments:
        if b"%PDF-" in data[:1024] or name.endswith(".pdf"):
            yield name, data


def _streams(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((match[1], match[2]) for match in _STREAM.finditer(data))


def _picture(head: bytes) -> bool:
    return b"/Subtype /Image" in head and b"/Filter /DCTDecode" in head


def _bare(data: bytes) -> bytes:
    """A PDF without the bytes of its streams; names written with #xx are spelled out."""
    bare = _STREAM.sub(lambda match: b"<<" + match[1] + b">>", data)
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), bare)


def _names(data: bytes) -> set[bytes]:
    return set(_NAME.findall(_bare(data)))


def _unfolded(head: bytes, body: bytes) -> bytes | None:
    """A stream as it reads; None if it is packed in a way that is not ours."""
    if b"/Filter" not in head:
        return body
    if b"/Filter /FlateDecode" not in head:
        return None
    try:
        return zlib.decompressobj().decompress(body, _LONGEST_PAGE)
    except zlib.error:
        return None


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {
    14: text_layer,
    15: end,
    16: fonts,
    17: gaps,
    18: active,
    19: source,
}
