"""Makes an invented team whose reviewers have taken in a few accounts; a program of its own.

Its commands forbid every network call of their process, and a test has to talk to a browser.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.reviewer.world import make_world, seal, transfer
from tests.scenarios.attachments import opus

CORPUS = Path(__file__).parents[1] / "vectors/corpus/dev.jsonl"
ACCOUNT = """On the night of 3 March 2026 soldiers took U Tun Tun from his shop in Maw Sisa village.
Maung Zaw Lin saw it and called me on 09 444 222 111.

U Tun Tun came home after nine days. Tun Tun does not speak of it, and Zaw Lin has left."""
BURMESE = "စစ်သားတွေက ဦးထွန်းထွန်း ကို ဖမ်းသွားတယ်။ ဦးထွန်းထွန်း ပြန်မလာသေးဘူး။"
HOSTILE = "They asked for \u202eU Tun Tun\u202c <script>alert(1)</script> & \U000e0041 nobody else."
RECORDED = "I kept what was said at the gate."
PICTURED = "I took a picture of the gate, and wrote down the plate."
FIRST = (ACCOUNT, BURMESE, HOSTILE)


def corpus(count: int) -> list[str]:
    """Accounts of every language and encoding in turn, the longest of each first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for line in CORPUS.read_text("utf-8").splitlines():
        row = json.loads(line)
        groups.setdefault((row["lang"], row["encoding"]), []).append(row["text"])
    turns = zip(*(texts[::-1] * (1 + count // len(texts)) for texts in groups.values()), strict=False)
    return [text for turn in turns for text in turn][:count]


def attached(folder: Path) -> list[Path]:
    """A picture with a red field, and a drawing that nobody opens."""
    from tests.cleaning.samples import image

    picture, drawing = folder / "gate of Tun Tun.jpg", folder / "map.svg"
    image().save(picture)
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    return [picture, drawing]


def recorded(folder: Path) -> Path:
    """Two seconds of sound as a phone keeps it."""
    path = folder / "kept by Tun Tun.opus"
    path.write_bytes(opus(seconds=2))
    return path


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    world = make_world(folder)
    files = [seal(world.ring, text) for text in [*FIRST, *corpus(count)]]
    if "child" in sys.argv[4:]:
        files.append(seal(world.ring, "", a1="under_18", c2="", c3="", i1="child_recruited"))
    if "sound" in sys.argv[4:]:
        files.append(seal(world.ring, RECORDED, [recorded(folder)]))
    if "files" in sys.argv[4:]:
        files.append(seal(world.ring, PICTURED, attached(folder)))
    bag = transfer(world, files)
    if sys.argv[3] == "import":
        for who in ("ana", "bo"):
            world.ok(who, "import", bag)
    (folder / "root").write_text(world.root)


if __name__ == "__main__":
    main()
