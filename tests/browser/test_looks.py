"""Every screen in every language fits a phone and a desk, with no text cut, raw or of another language.

Pictures of them are kept for a person to look at: in the folder SAKSE_PICTURES (`make pictures`), else by pytest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from envelope.config import LANGUAGES
from tests.browser import looks, tour
from tests.browser.drivers import Browser, Chromium, browser, wait_for
from tests.browser.tor_browser import ANY_WIDTH, NO_FONTS, SAFER, STANDARD
from tests.browser.witness import ROOT, open_page
from tests.browser.world import Site

# `tab` is Chromium and Firefox with plain settings; Tor Browser's take a Firefox of their own.
LEVELS: dict[str, dict[str, Any]] = {"standard": STANDARD | ANY_WIDTH, "safer": SAFER | ANY_WIDTH}
OWN_FONTS = STANDARD | ANY_WIDTH | NO_FONTS
WIDTHS = (320, 1280)


def look_at(tab: Browser, site: Site, lang: str, width: int, names: list[str], folder: Path) -> list[str]:
    """Go through tours, keep a picture of each screen, and return what is wrong with any."""
    wrong, seen = [], []
    with tab.wide(width):
        for name in names:
            for screen in tour.TOURS[name](tab, site, lang):
                wait_for(tab, "innerWidth === arguments[0]", width)
                said = looks.texts(tab)
                assert len(said) > 5, f"{screen}: nothing to read"
                found = looks.spoilt(tab) + looks.untranslated(said, tour.TYPED[lang])
                wrong += [f"{screen}: {fault}" for fault in found]
                tab.screenshot(folder / f"{len(seen):02} {screen}.png")
                seen.append(screen)
    assert len(seen) == len(set(seen)) > 4
    return wrong


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_screen_of_an_account_fits_a_phone(tab: Browser, site: Site, tmp_path: Path, lang: str) -> None:
    folder = looks.pictures(tmp_path, tab.name, 320, lang)
    assert look_at(tab, site, lang, 320, ["account"], folder) == []


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_screen_there_is_fits_a_phone_and_a_desk(
    tab: Browser, site: Site, tmp_path: Path, lang: str, width: int
) -> None:
    folder = looks.pictures(tmp_path, tab.name, width, lang)
    assert look_at(tab, site, lang, width, list(tour.TOURS), folder) == []


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_screen_of_an_account_fits_with_tor_browser_s_settings(
    site: Site, tmp_path: Path, level: str, lang: str, width: int
) -> None:
    folder = looks.pictures(tmp_path, "tor", level, width, lang)
    with browser("firefox", prefs=LEVELS[level]) as tab:
        assert look_at(tab, site, lang, width, ["account", "trouble"], folder) == []


@pytest.mark.long
def test_the_burmese_page_fits_a_phone_that_refuses_its_font(site: Site, tmp_path: Path) -> None:
    folder = looks.pictures(tmp_path, "no-fonts", 320, "my")
    with browser("firefox", prefs=OWN_FONTS) as tab:
        assert look_at(tab, site, "my", 320, ["account"], folder) == []


_LETTERS = """
const [letters] = arguments;
const line = document.createElement("p");
line.id = "letters";
line.append(...letters.map((letter) => Object.assign(document.createElement("span"), { textContent: letter })));
document.getElementById("page").shadowRoot.getElementById("wizard").append(line);
"""


@pytest.mark.parametrize("tab", ["chromium"], indirect=True)  # Firefox tells no driver its fonts
def test_every_letter_of_the_burmese_page_comes_from_its_own_font(tab: Browser, site: Site) -> None:
    assert isinstance(tab, Chromium)
    said = {text for screen in tour.account(tab, site, "my") for lang, text in looks.texts(tab) if lang == "my"}
    letters = sorted({cluster for text in said - {tour.TYPED["my"]} for cluster in looks.clusters(text)})
    assert len(letters) > 200
    open_page(tab, site.url + "/my")
    assert fonts(tab, ["က", "\u1000\u1039\u1001", "A"]) == {"က": True, "\u1000\u1039\u1001": True, "A": False}
    assert [letter for letter, own in fonts(tab, letters).items() if not own] == []


def fonts(tab: Chromium, letters: list[str]) -> dict[str, bool]:
    """Whether each of the letters is drawn with fonts of the page only."""
    tab.run(_LETTERS, letters)
    ask = tab.driver.execute_cdp_cmd
    ask("DOM.enable", {})
    ask("CSS.enable", {})
    ask("DOM.getDocument", {"depth": 0})
    found = {}
    for n, letter in enumerate(letters, 1):
        where = f"{ROOT}.querySelector('#letters span:nth-child({n})')"
        thing = ask("Runtime.evaluate", {"expression": where})["result"]["objectId"]
        node = ask("DOM.requestNode", {"objectId": thing})["nodeId"]
        used = ask("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found[letter] = bool(used) and all(font["isCustomFont"] for font in used)
    tab.run(f"{ROOT}.getElementById('letters').remove();")
    return found


# Each is a fault, and a word of what is said of it.
FAULTS = {
    "e.style.width = '400px'; e.textContent = 'wide';": "reaches out of the window",
    "e.style.cssText = 'width: 3em; overflow: hidden; white-space: nowrap'; e.textContent = 'cut at its side';": "cut at its side",
    "e.style.cssText = 'height: 1em; overflow: hidden'; e.append('one', document.createElement('br'), 'two');": "cut below",
    "e.style.lineHeight = '0.7'; e.textContent = 'tight';": "letters of",
    "const s = document.createElement('select'); s.style.width = '5em'; s.append(new Option('a choice that is long')); e.append(s);": "choice is cut",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_put_into_a_screen_is_noticed(tab: Browser, site: Site, fault: str) -> None:
    plant = f"const e = document.createElement('div'); %s.append(e); {fault}"  # the policy allows no style in HTML
    with tab.wide(320):
        for place in ("document.body", f"{ROOT}.getElementById('wizard')"):
            open_page(tab, site.url + "/en")
            wait_for(tab, "innerWidth === 320")
            assert looks.spoilt(tab) == []
            tab.run(plant % place)
            found = looks.spoilt(tab)
            assert any(FAULTS[fault] in line for line in found), (place, found)


@pytest.mark.parametrize(
    "said",
    [("my", "l.p2.tract"), ("en", "undefined"), ("kac", "Step {step} of 5"), ("my", "Seal and send"), ("en", "error_step"),
     ("kac", "Hpaji hte the account is not here"), ("en", "[object HTMLElement]")],
)  # fmt: skip
def test_a_text_that_is_raw_or_of_another_language_is_noticed(said: tuple[str, str]) -> None:
    assert looks.untranslated([said], "") == [": ".join(said)]


def test_a_right_text_is_not_blamed() -> None:
    said = [("en", "Seal and send"), ("my", "မြန်မာဘာသာ"), ("kac", "Jinghpaw"), ("my", "1234 5678"), ("kac", "Tor")]
    assert looks.untranslated([*said, ("my", "hers, and in English")], "hers, and in English") == []
