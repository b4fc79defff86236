"""What the drop says no to: sentences for the operator, and keyed ones for a witness (drop)."""

from __future__ import annotations

from collections.abc import Mapping

from envelope.errors import SakseError


class IntakeError(SakseError):
    """Root of the drop's errors; as it stands it speaks to the operator."""


# key → (HTTP status, English). Other languages join as further tables with the same keys.
SENTENCES: Mapping[str, tuple[int, str]] = {
    "not_found": (404, "There is nothing at this address; go back to the first page."),
    "method": (405, "This address does not take that kind of request; go back to the first page."),
    "request": (400, "This request cannot be read; send it again with the page or sakse-seal."),
    "length": (411, "This request does not say how long it is; send it with the page."),
    "digest": (400, "The file was changed on its way, or its digest is missing; send it again."),
    "type": (415, "Only sealed files are taken here; seal it with the page or sakse-seal first."),
    "not_sealed": (
        422,
        "This is not a sealed file and nothing of it was kept; seal it with the page first.",
    ),
    "no_file": (400, "No sealed file was chosen; choose one, and send nothing else with it."),
    "too_large": (
        413,
        "This is too large to send in this way; send it with the page's script or with sakse-seal.",
    ),
    "unknown": (404, "This upload is not known any more; send the sealed file from the start."),
    "declared": (
        422,
        "The number of pieces does not fit the size; send the sealed file from the start.",
    ),
    "piece_size": (422, "This piece does not have the size it must have; send it again."),
    "rewritten": (409, "Other bytes were stored for this piece; send the file from the start."),
    "incomplete": (409, "Some pieces have not arrived yet; ask which, send them, then finish."),
    "full": (
        507,
        "This drop is full; keep the sealed file and hand it on by another way, or try tomorrow.",
    ),
    "busy": (503, "This drop is busy for a few minutes; keep the page open and try again."),
    "fault": (500, "The drop made a mistake and stored nothing; try again in a few minutes."),
}


class RefusedError(IntakeError):
    """A witness's request is refused; `status` is HTTP's, `str(self)` the sentence she reads."""

    def __init__(self, key: str, sentence: str = "") -> None:
        """Take a key of SENTENCES, and a more exact sentence if there is one."""
        self.key = key
        self.status, usual = SENTENCES[key]
        super().__init__(sentence or usual)
