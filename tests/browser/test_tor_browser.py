"""Firefox ESR takes Tor Browser's preferences, and each level takes away what it should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import witness
from tests.browser.drivers import Firefox, browser
from tests.browser.tor_browser import DATA, LEVELS, preferences
from tests.browser.world import Site

PROBE = """
const drawn = document.createElement("canvas").getContext("2d");
drawn.fillStyle = "#204060";
drawn.fillRect(0, 0, 16, 16);
const pixels = drawn.getImageData(0, 0, 16, 16).data;
let storage;
try { storage = typeof navigator.serviceWorker; } catch (error) { storage = "refused"; }
return {
  wasm: typeof WebAssembly, shared: typeof SharedArrayBuffer, service: storage,
  zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  canvas: pixels.every((value, i) => value === [0x20, 0x40, 0x60, 0xff][i % 4]),
};
"""
# Names this Firefox does not have, or holds with another type or value.
UNKNOWN = """
const read = { boolean: "getBoolPref", number: "getIntPref", string: "getCharPref" };
const builtin = Services.prefs.getDefaultBranch("");
return Object.entries(arguments[0]).filter(([name, value]) => {
  const get = read[typeof value];
  try {
    builtin[get](name); // throws for a name that only we know
    return Services.prefs[get](name) !== value;
  } catch {
    return true;
  }
}).map(([name]) => name);
"""


@pytest.fixture(scope="module", params=LEVELS)
def level(request: pytest.FixtureRequest) -> Iterator[tuple[str, Firefox]]:
    with browser("firefox", prefs={**preferences(request.param), "sakse.invented": True}) as tab:
        assert isinstance(tab, Firefox)
        yield request.param, tab


def test_this_firefox_knows_and_keeps_every_preference(level: tuple[str, Firefox]) -> None:
    name, tab = level
    with tab.driver.using_context("chrome"):
        asked = {**preferences(name), "sakse.invented": True}
        unknown: list[str] = tab.driver.execute_script(UNKNOWN, [asked])
    assert sorted(unknown) == sorted([*DATA["without_default_in_esr_153"]["names"], "sakse.invented"])


def test_a_level_takes_away_what_it_should(level: tuple[str, Firefox], site: Site) -> None:
    name, tab = level
    tab.open(site.url + "/en")
    if name == "safest":
        assert tab.driver.find_elements("css selector", "noscript form")
        return
    found = tab.run(PROBE)
    assert found["wasm"] == ("undefined" if name == "safer" else "object")
    assert found["shared"] == "undefined"
    assert found["service"] == "undefined"
    assert found["canvas"] is False  # resistFingerprinting gives noise
    assert found["zone"] in ("UTC", "Atlantic/Reykjavik", "GMT")


@pytest.mark.parametrize("prefs", [preferences("standard"), preferences("safer")], ids=["standard", "safer"])
def test_nothing_stays_in_the_address_or_the_window(prefs: dict[str, Any], site: Site) -> None:
    with browser("firefox", prefs=prefs) as tab:
        assert witness.testify(tab, site.url + "/en", witness.SHORT) == "received"
        assert tab.run("return [document.cookie, window.name, location.hash, history.state];") == ["", "", "", None]
