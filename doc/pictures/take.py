"""Takes the README's pictures: the real page of a real drop in headless Chromium at phone width.

`.venv/bin/python -m doc.pictures.take` from the root of the checkout.
"""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from tests.browser import witness
from tests.browser.drivers import Chromium, browser, wait_for
from tests.browser.world import Team, serve

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 320, 640  # CSS pixels of the narrowest phone the page is made for
STORY = "They came to the mine before light and took my brother. (invented)"


def main() -> None:
    """Write pictures of the first step, the second in Burmese, and the field for her account."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Team.invented(), Path(folder)) as site,
        browser("chromium") as tab,
    ):
        tab.open(site.url + "/en")
        wait_for(tab, f"{witness.ROOT} && {witness.ROOT}.getElementById('wizard')")
        shoot(tab, "witness-320.png")
        witness.fill(tab, {"c1": "yes", "a1": "adult"}, STORY)
        for _ in range(3):
            witness.click(tab, "next")
        shoot(tab, "writing-320.png")
        witness.open_page(tab, site.url + "/my")
        witness.fill(tab, {"c1": "yes", "a1": "adult", "i1": "taken_work roundup"})
        witness.click(tab, "next")
        shoot(tab, "burmese-320.png")


def shoot(tab: Chromium, name: str) -> None:
    """Write the first screenful, as sharp as a phone shows it."""
    phone = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": False}
    tab.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    tab.run("scrollTo(0, 0);")
    picture = tab.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    (HERE / name).write_bytes(base64.b64decode(picture["data"]))


if __name__ == "__main__":
    main()
