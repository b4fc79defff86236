"""Takes the pictures of the reviewer's guide: a real desk of an invented team, in Chromium.

`.venv/bin/python -m doc.pictures.desk` from the root of the checkout, where no network is:
`unshare -rnm sh -c 'ip link set lo up && exec .venv/bin/python -m doc.pictures.desk'`.
"""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

from tests.browser.drivers import ENTER, Chromium, browser, wait_for
from tests.desk.reader import Reader
from tests.desk.station import Station, opened

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1024, 720  # CSS pixels of the smallest screen the desk is made for
COLOURS = 64  # of a picture here: few enough to be small, enough for smooth letters

TAKEN = """[invented] On the night of 3 March 2026 soldiers of LIB 999 took U Tun Tun \
from his shop in Maw Sisa village.
Maung Zaw Lin saw it and called me on 09 444 222 111.

U Tun Tun came home after nine days. Tun Tun does not speak of it, and Zaw Lin has left for Hpakant.
Sergeant Aung Moe asked his wife, Ma Nu Nu, for 500,000 kyat."""
BURMESE = (
    "[တီထွင်ထားသည်] ၂၀၂၆ ခုနှစ် မတ်လ ၃ ရက်နေ့ညက "
    "စစ်သားတွေက ဦးထွန်းထွန်း ကို မော်စီစာရွာက ဆိုင်ကနေ "
    "ဖမ်းသွားတယ်။ ဖုန်း ၀၉ ၄၄၄ ၂၂၂ ၁၁၁။ ဦးထွန်းထွန်း ပြန်မလာသေးဘူး။"
)
GATE = (
    "[invented] I took a picture of the gate of Ja Seng Company, and of Brang Awng who stood there."
)
BACK = "[invented] I told you of the shop. Ma Nu Nu has now been asked for money a second time."
CODE = "1234567" * 4  # her receipt code, invented


def photo(folder: Path) -> Path:
    """A drawn gate and a truck with a plate: no photograph of anything."""
    picture = Image.new("RGB", (960, 600), "#cfd8dc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 420, 960, 600), fill="#a1887f")
    draw.rectangle((80, 150, 420, 420), fill="#8d6e63", outline="#4e342e", width=6)
    draw.rectangle((120, 90, 380, 150), fill="#fff8e1", outline="#4e342e", width=4)
    draw.text((150, 105), "INVENTED GATE", fill="#212121", font_size=26)
    draw.rectangle((520, 280, 880, 430), fill="#546e7a", outline="#263238", width=5)
    draw.ellipse((560, 400, 630, 470), fill="#263238")
    draw.ellipse((770, 400, 840, 470), fill="#263238")
    draw.rectangle((640, 375, 760, 415), fill="#fdd835", outline="#212121", width=3)
    draw.text((652, 380), "0X-0000", fill="#212121", font_size=26)
    path = folder / "gate.jpg"
    picture.save(path)
    return path


def make(folder: Path) -> None:
    """A team whose two reviewers took in six accounts; its process can use no network after."""
    from tests.reviewer.world import make_world, seal, transfer

    world = make_world(folder)
    where = {
        "d1__year": "2026",
        "d1__month": "3",
        "p1__state": "MMR001",
        "p1__township": "MMR001009",
    }
    files = [
        seal(world.ring, TAKEN, code=CODE, **where),
        seal(world.ring, BURMESE),
        seal(world.ring, GATE, [photo(folder)]),
        seal(world.ring, BACK, code=CODE, u1="add", f1="yes"),
        seal(world.ring, "", a1="under_18", i1="child_recruited", c2="", c3=""),
        seal(world.ring, "[invented] buy cheap phones"),
    ]  # fmt: skip
    bag = transfer(world, files)
    for who in ("ana", "bo"):
        world.ok(who, "import", bag)


def main() -> None:
    """Write the pictures of the list, of reading in two languages and of a box on a picture."""
    with tempfile.TemporaryDirectory() as place:
        station = Station(Path(place))
        again = [sys.executable, "-m", "doc.pictures.desk", place]
        subprocess.run(again, check=True, env=station.environment(), capture_output=True)
        with browser("chromium") as tab:
            assert isinstance(tab, Chromium)
            size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
            tab.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            with opened(station) as desk:
                session(Reader(tab, desk))


def session(reader: Reader) -> None:
    """The redactor: the list, accounts half decided, a box on a picture."""
    tab = reader.tab
    reader.visit("/")
    tab.run("document.querySelector('#find').requestSubmit();")
    wait_for(tab, "document.querySelector('.list') && !document.querySelector('#find')")
    shoot(tab, "desk-list.png")
    reader.open(BURMESE[:9])
    burmese(reader)
    reader.open(TAKEN[:40])
    for _ in range(2):
        reader.press(ENTER)
    shoot(tab, "desk-reading.png")
    reader.open(GATE[:30])
    tab.open(tab.run("return document.querySelector('h1 a').href;") + "?boxes=0:65.5,60,14.5,11")
    wait_for(tab, "document.querySelector('#sheet').complete")
    wait_for(tab, "document.querySelector('#sheet').naturalWidth")
    shoot(tab, "desk-picture.png")


def burmese(reader: Reader) -> None:
    """The Burmese account under the Burmese interface."""
    reader.tab.run("document.querySelector('.languages button').click();")
    wait_for(
        reader.tab, "document.documentElement.lang === 'my' && document.querySelector('#panes')"
    )
    reader.press(ENTER)
    shoot(reader.tab, "desk-burmese.png")
    reader.tab.run("document.querySelector('.languages button').click();")
    wait_for(reader.tab, "document.documentElement.lang === 'en'")


def shoot(tab: Chromium, name: str) -> None:
    """Write what the window shows, in few colours."""
    wait_for(tab, "document.fonts.status === 'loaded'")
    data = base64.b64decode(
        tab.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    )
    picture = (
        Image.open(io.BytesIO(data)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    )
    picture.save(HERE / name, optimize=True)


if __name__ == "__main__":
    make(Path(sys.argv[1])) if sys.argv[1:] else main()
