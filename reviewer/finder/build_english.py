"""Rebuilds english_wide.txt from Debian's SCOWL dictionaries; run by hand (developer).

usage: python -m reviewer.finder.build_english /usr/share/dict
with wamerican-small and wbritish-small 2020.12.07-2 installed
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from reviewer.finder.words import DATA

_SOURCES = ("american-english-small", "british-english-small")
_WORD = re.compile("[a-z]{2,}")
_HEAD = """\
# English words in lower case; a capital does not make them a name. Size 35 of SCOWL.
# Made by reviewer/finder/build_english.py from wamerican-small and wbritish-small 2020.12.07-2.
# The collective work is Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify,
# distribute and sell these word lists, the associated scripts, the output created from the scripts,
# and its documentation for any purpose is hereby granted without fee, provided that the above
# copyright notice appears in all copies and that both that copyright notice and this permission
# notice appear in supporting documentation. Kevin Atkinson makes no representations about the
# suitability of this array for any purpose. It is provided "as is" without express or implied
# warranty. The parts of this size are public domain or under the same terms (see data/README.md).
"""


def main(folder: Path) -> None:
    """Write every word of both dictionaries that holds lower-case ASCII letters only."""
    texts = ((folder / name).read_text(encoding="utf-8") for name in _SOURCES)
    words = {row for text in texts for row in text.splitlines() if _WORD.fullmatch(row)}
    rows = "".join(f"{word}\n" for word in sorted(words))
    (DATA / "english_wide.txt").write_text(_HEAD + rows, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
