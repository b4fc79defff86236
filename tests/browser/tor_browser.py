"""Tor Browser's preferences at each security level, for Debian's Firefox ESR; tests.

`tor_browser.json` names their sources, what is left out, and what stands in for NoScript.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = json.loads(Path(__file__).with_name("tor_browser.json").read_text())
LEVELS = ("standard", "safer", "safest")


def preferences(level: str) -> dict[str, Any]:
    """What Firefox is started with to be as Tor Browser at `level`, one of LEVELS."""
    noscript: dict[str, Any] = DATA["noscript_stands_in"][level]
    return {**DATA["base"], **DATA["levels"][level], **noscript}


STANDARD, SAFER, SAFEST = (preferences(level) for level in LEVELS)
# A page that may bring no font of its own, where scripts still run: shows what a phone has.
NO_FONTS: dict[str, Any] = {"gfx.downloadable_fonts.enabled": False}
# Letterboxing rounds a window to hundreds of pixels; no phone does that.
ANY_WIDTH: dict[str, Any] = {"privacy.resistFingerprinting.letterboxing": False}
