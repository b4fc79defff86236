"""Release tests 20 and 21: no office file leaves, and no part of one (laptop).

Their pages leave as pictures. Should one ever get into a bag, these say what it still holds.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping

from reviewer.leaks.subject import Leak, Subject

_CONTAINERS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf")
_MAX_MEMBERS = 5_000
_MAX_XML = 40 << 20  # bytes of one part, unfolded
_REVISED = re.compile(
    rb"<w:(?:del|ins|moveFrom|moveTo)[ >/]|w:rsid|<text:tracked-changes|<office:annotation"
)
_REVISED_PART = re.compile(r"comments?[^/]*\.xml|docProps/|meta\.xml|(?:.*/)?people\.xml", re.I)
_HIDDEN = re.compile(
    rb"state=\"(?:very)?[hH]idden\"|show=\"0\"|<w:vanish[ />]|table:display=\"false\"|hidden=\"1\""
)
_HIDDEN_PART = re.compile(
    r"(?:.*/)?(?:embeddings/|vbaProject|externalLinks/|activeX/|Object \d|oleObject|customXml/)",
    re.I,
)


def revisions(subject: Subject) -> Iterator[Leak]:
    """20: no w:del, w:ins, comments, rsid, docProps."""
    for name, part, data in _parts(subject):
        if _REVISED_PART.search(part) or _REVISED.search(data):
            yield Leak(name, "holds changes, comments or properties of an office file")


def hidden(subject: Subject) -> Iterator[Leak]:
    """21: no hidden sheet, no embedded object; an office file never leaves as one."""
    for name, data in subject.attachments:
        if data.startswith(_CONTAINERS):
            yield Leak(name, "is an office file or an archive; only pictures of its pages leave")
    for name, part, data in _parts(subject):
        if _HIDDEN_PART.match(part) or _HIDDEN.search(data):
            yield Leak(name, "holds a hidden sheet or an embedded object")


def _parts(subject: Subject) -> Iterator[tuple[str, str, bytes]]:
    """Yield (file, part, bytes) of every zip archive, wherever it begins, and of plain XML."""
    for name, data in subject.attachments:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for item in archive.infolist()[:_MAX_MEMBERS]:
                    with archive.open(item) as part:
                        yield name, item.filename, part.read(_MAX_XML)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ):
            yield name, "", data if data.lstrip().startswith(b"<") else b""


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {20: revisions, 21: hidden}
