"""Takes out of an office file what a printed page must not show (laptop, in the sandbox).

LibreOffice prints tracked deletions as text that is struck through, and comments where a file asks
for it; this takes them out before it prints. The result is only ever printed, never released.
Office Open XML: ECMA-376 part 1; OpenDocument 1.3 part 3.
"""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

MAX_MEMBERS = 5_000
MAX_BYTES = 200 << 20
"""Bytes of all members unfolded together."""
MAX_XML = 40 << 20
"""Bytes of one XML part: parsed, it takes ten times as much."""
_KINDS = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "content.xml")
# Whole parts: comments, macros, embedded files, custom data, thumbnails, notes.
_PARTS = re.compile(
    r"(.*/)?(comments?[^/]*\.xml|threadedComments/.*|persons/.*|vbaProject.*|embeddings/.*"
    r"|activeX/.*|customXml/.*|notesSlides/.*|externalLinks/.*|Thumbnails/.*|thumbnail\.\w+"
    r"|Basic/.*|Scripts/.*|ObjectReplacements/.*|layout-cache)",
    re.IGNORECASE,
)
# Elements that go with all they hold, by local name: deletions, comments and their marks.
_GONE = {
    "del", "moveFrom", "delText", "delInstrText", "commentRangeStart", "commentRangeEnd",
    "commentReference", "legacyDrawing", "legacyDrawingHF", "oleObjects", "attachedTemplate",
    "tracked-changes", "change", "change-start", "change-end", "annotation", "annotation-end",
    "event-listeners", "scripts", "object-ole", "dde-source", "dde-connection-decls",
}  # fmt: skip
_ATTRIBUTES = re.compile(r"(\{[^}]*\})?(cellComments|print-annotations|showComments)")


class NotOfficeError(Exception):
    """A zip file that is no office file."""


class LockedError(Exception):
    """An office file under a password."""


class TooLargeError(Exception):
    """An office file that unfolds to more than it may."""


def strip(data: bytes) -> bytes:
    """Return the file anew, with the same parts in the same order, less what must not print."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        _check(source)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
            for member in source.infolist():
                if not member.is_dir() and not _PARTS.fullmatch(member.filename):
                    target.writestr(zipfile.ZipInfo(member.filename), _part(source, member))
    return out.getvalue()


def _check(source: zipfile.ZipFile) -> None:
    members = source.infolist()
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_BYTES:
        raise TooLargeError
    if any(one.flag_bits & 0x1 for one in members):
        raise LockedError
    names = source.namelist()
    if not any(kind in names for kind in _KINDS):
        raise NotOfficeError
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in source.read(manifest):
        raise LockedError


def _part(source: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with source.open(member) as stream:
        content = stream.read(member.file_size + 1)  # a size that lies ends here
    if len(content) > member.file_size:
        raise TooLargeError
    if not member.filename.endswith((".xml", ".rels")):
        return content
    if len(content) > MAX_XML:
        raise TooLargeError
    root = etree.fromstring(content, _parser())
    _prune(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, standalone=True))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _prune(root: etree._Element) -> None:
    """Take elements and attributes out, and links to whatever lies outside of the file."""
    for element in list(root.iter()):
        for name in [name for name in element.attrib if _ATTRIBUTES.fullmatch(str(name))]:
            del element.attrib[name]
        parent = element.getparent()
        if parent is not None and _is_gone(element):
            _keep_tail(parent, element)
            parent.remove(element)


def _is_gone(element: etree._Element) -> bool:
    if element.get("TargetMode") == "External":
        return True
    if _local(element) == "tr":  # a table row that was deleted says so in its properties
        return any(_local(mark) == "del" for rule in element for mark in rule if _is_rule(rule))
    return _local(element) in _GONE


def _is_rule(element: etree._Element) -> bool:
    return _local(element) == "trPr"


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _keep_tail(parent: etree._Element, element: etree._Element) -> None:
    """What stands after an element (OpenDocument's running text) is not a part of it."""
    before = element.getprevious()
    if not element.tail:
        return
    if before is None:
        parent.text = (parent.text or "") + element.tail
    else:
        before.tail = (before.tail or "") + element.tail
