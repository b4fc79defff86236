"""What the drop says no to: sentences for the operator, and keyed answers for a witness (drop)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from envelope.errors import SakseError
from envelope.render import WITNESS


class IntakeError(SakseError):
    """Root of the drop's errors; as it stands it speaks to the operator."""


# `pages` are what people may read, in every language; `scripts` what only scripts may, in English.
ANSWERS: Mapping[str, Any] = json.loads((WITNESS / "answers.json").read_bytes())
STATUS: Mapping[str, int] = {
    "not_found": 404,
    "method": 405,
    "request": 400,
    "length": 411,
    "digest": 400,
    "type": 415,
    "not_sealed": 422,
    "no_file": 400,
    "too_large": 413,
    "unknown": 404,
    "declared": 422,
    "piece_size": 422,
    "rewritten": 409,
    "incomplete": 409,
    "full": 507,
    "busy": 503,
    "fault": 500,
}


def sentence(key: str) -> str:
    """What a script is told, for a key of STATUS."""
    scripts: Mapping[str, str] = ANSWERS["scripts"]
    return scripts.get(key) or str(ANSWERS["pages"][key]["en"])


class RefusedError(IntakeError):
    """A witness's request is refused; `status` is HTTP's, `str(self)` what a script is told."""

    def __init__(self, key: str, exact: str = "") -> None:
        """Take a key of STATUS, and a more exact sentence if there is one."""
        self.key = key
        self.status = STATUS[key]
        super().__init__(exact or sentence(key))
