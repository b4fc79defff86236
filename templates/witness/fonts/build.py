"""Cuts the Burmese page's font out of `source.woff2`; prints nothing, writes the file named.

    python templates/witness/fonts/build.py templates/witness/fonts/burmese.woff2

All that Burmese writing needs, and nothing for other languages of the script: only the `mym2` rules
of the default language, which every shaper in use prefers. Shapes stay exactly the source's.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE = Path(__file__).with_name("source.woff2")
FAMILY = "Sakse Burmese"  # a changed font must not bear the reserved name of its source

BURMESE = (
    *range(0x1000, 0x1022),  # consonants
    *range(0x1023, 0x1028),  # independent vowels; 1022 is Shan, 1028 Mon
    *range(0x1029, 0x1033),
    *range(0x1036, 0x1050),  # anusvara, virama, medials, great sa, digits, punctuation
)
OTHERS = (0x20, 0xA0, 0x200B, 0x200C, 0x200D, 0x2060, 0x25CC)  # spaces, joiners, dotted circle

NAMES = {
    0: "Copyright (c) 2002-2022 SIL International. Changed: cut to Burmese and renamed.",
    1: FAMILY,
    2: "Regular",
    4: FAMILY,
    6: FAMILY.replace(" ", ""),
    13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
    14: "https://openfontlicense.org",
}


def build() -> bytes:
    """Return the font as WOFF2; locked fontTools and Brotli make the same bytes every time."""
    options = Options(
        hinting=False, glyph_names=False, notdef_outline=True, layout_scripts=["mym2.dflt"]
    )
    font = TTFont(SOURCE, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*BURMESE, *OTHERS])
    subsetter.subset(font)
    font["name"].names = []
    for number, text in NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(build())
