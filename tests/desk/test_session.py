"""A whole session at two desks by keyboard: import, decide, propose, read again, sign, seal.

Slow, and it prints seconds and keys for each testimony. All accounts are invented.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from reviewer.zawgyi import SYLLABLE
from tests.browser.drivers import ENTER, SPACE, wait_for
from tests.browser.traces import in_files
from tests.desk.reader import Reader
from tests.desk.station import make, opened

COUNT = int(os.environ.get("SAKSE_SESSION_ACCOUNTS", "3"))
CANARIES = ("U Tun Tun", "Maw Sisa", "ဦးထွန်းထွန်း")
PERPETRATORS = "evidence against a perpetrator"


def decide(reader: Reader) -> None:
    """Read one testimony to its end and decide each row: perpetrators and lone syllables stay, all others go."""
    for _ in range(400):
        waiting = [row for row in reader.rows() if row["state"] in ("undecided", "mixed")]
        if not waiting:
            break
        (row,) = [row for row in reader.rows() if row["chosen"]]
        if row["state"] not in ("undecided", "mixed"):
            reader.go(waiting[0]["who"])
        elif row["kind"] == "Perpetrator":
            reader.press(SPACE + PERPETRATORS + ENTER)
        elif len(SYLLABLE.findall(row["who"])) == 1:  # what a person sees to be no name
            reader.press(SPACE + "no name here" + ENTER)
        else:
            reader.press(ENTER)
    for _ in range(60):
        if "ready" in reader.status():
            return
        reader.press("n")
        time.sleep(0.8)  # a paragraph counts as seen once it has stayed on the screen
    raise AssertionError(reader.status())


def propose(reader: Reader, card: Path, out: Path) -> bool:
    """Propose all that is ready; whether the desk agreed."""
    reader.visit("/release")
    reader.tab.run("for (const one of document.getElementsByName('id')) one.checked = true;")
    reader.fill(card=card, purpose="Case 1", out=out)
    return "Proposed" in reader.page()


@pytest.mark.long
def test_a_session_by_keyboard_goes_from_the_stick_to_a_sealed_release(tab, tmp_path):
    station = make(tmp_path, COUNT, taken_in=False)
    (stick,) = station.folder.glob("sakse-transfer-*")
    out, sealed = station.folder / "out", station.folder / "release.age"
    with opened(station) as desk:
        reader = Reader(tab, desk)
        reader.visit("/import")
        reader.fill(folder=stick)
        assert f"{COUNT + 3} opened" in reader.page()
        seconds = keys = 0.0
        for _ in range(8):  # a name replaced in a later one can bring back an earlier one
            start, before = time.monotonic(), reader.keys
            for link in reader.links():
                reader.keys += 2  # Tab and Enter
                tab.open(link)
                decide(reader)
            seconds, keys = seconds + time.monotonic() - start, keys + reader.keys - before
            if propose(reader, station.folder / "iimm.card.json", out):
                break
        print(f"{seconds / (COUNT + 3):.1f} s and {keys / (COUNT + 3):.1f} keys a testimony")
        assert "Proposed" in reader.page(), reader.page()
    with opened(station, "bo") as desk:
        reader = Reader(tab, desk)
        reader.visit("/import")
        reader.fill(folder=stick)
        reader.visit("/second")
        reader.fill(folder=out)
        shown = reader.page()
        assert "same bytes" in shown and "[P-" in shown and "U Tun Tun" not in shown.partition("files of the bundle")[2]
        tab.run("document.getElementsByName('read')[0].focus();")
        reader.type(SPACE + ENTER)
        wait_for(tab, "document.querySelector('[role=status]')")
    with opened(station) as desk:
        reader = Reader(tab, desk)
        reader.visit("/release")
        tab.run("document.getElementsByName('folder')[0].focus();")
        reader.fill(folder=out, file=sealed)
        assert "Sealed, signed by ana, bo" in reader.page(), reader.page()
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1")
    assert "lines hold" in station.ok("ana", "log", "verify")
    # Vaults, sticks, logs and the browser's own files: what was on the screen is nowhere in clear.
    left = [place for folder in (tmp_path, tab.home) for place in in_files(folder, CANARIES)]
    assert left == []
    (tmp_path / "planted").write_text(f"a note about {CANARIES[0]}")
    assert [place.partition(":")[0] for place in in_files(tmp_path, CANARIES)] == ["planted"]
