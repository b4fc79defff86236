"""Makes the example leaflets: invented keys, an address that leads nowhere, SVG and PDF.

`.venv/bin/python -m doc.guides.leaflet.make` from the root of the checkout, with Debian's Chromium.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import sshsig
from envelope.config import LANGUAGES
from field.leaflet import render
from tests.browser.drivers import Chromium, browser

HERE = Path(__file__).resolve().parent
ADDRESS = "http://127.0.0.1:8000"
# Everybody can make this key: nobody may use it.
ROOT = Ed25519PrivateKey.from_private_bytes(b"an invented example, never a key")


def main() -> None:
    """Write leaflet-LANGUAGE.svg and .pdf beside this file."""
    fingerprint = sshsig.fingerprint(ROOT.public_key().public_bytes_raw())
    with browser("chromium") as tab:
        assert isinstance(tab, Chromium)
        for lang in LANGUAGES:
            path = HERE / f"leaflet-{lang}.svg"
            path.write_text(render(lang, ADDRESS, fingerprint), encoding="utf-8")
            path.with_suffix(".pdf").write_bytes(printed(tab, path))


def printed(tab: Chromium, path: Path) -> bytes:
    """What Chromium prints of a leaflet, without the time of printing."""
    tab.open(path.as_uri())
    wishes = {"preferCSSPageSize": True, "printBackground": True}
    answer = tab.driver.execute_cdp_cmd("Page.printToPDF", wishes)
    pdf = base64.b64decode(answer["data"])
    return re.sub(rb"(/(?:Creation|Mod)Date \(D:)[0-9+']+", _no_time, pdf)


def _no_time(found: re.Match[bytes]) -> bytes:
    # As long as it was, since a PDF says where everything in it stands.
    time = b"20000101000000+00'00'"
    return found[1] + time[: len(found[0]) - len(found[1])]


if __name__ == "__main__":
    main()
