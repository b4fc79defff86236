"""Every screen at both widths and in both languages: nothing cut, nothing untranslated.

With SAKSE_PICTURES=FOLDER each is written there, for a person to look at.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from reviewer.desk.texts import LANGUAGES, TEMPLATES, reason, texts
from reviewer.finder import crf, find
from tests.browser.drivers import wait_for
from tests.browser.looks import pictures, spoilt
from tests.desk.reader import Reader
from tests.desk.station import Station, make, opened

PRACTICE = Path(__file__).parents[1] / "corpus/practice.jsonl"
SCREENS = ("/", "/people", "/import", "/release", "/second", "/custody", "/keys", "/help")
WIDTHS = ((1280, 800), (1024, 768))
# Panes that scroll on purpose.
SCROLLS = re.compile(r"^cut below: (main|section|ol|div|body|form|pre)\b")


@pytest.fixture(scope="module")
def reader(tmp_path_factory, _chromium):
    """A reader at a desk with the first three accounts and four of the corpus, found in."""
    station = make(tmp_path_factory.mktemp("looks"), 5)
    with opened(Station(station.folder)) as desk:
        found = Reader(_chromium, desk)
        found.visit("/")
        found.tab.run("document.querySelector('#find').requestSubmit();")
        wait_for(found.tab, "document.querySelector('.list') && !document.querySelector('#find')")
        yield found


def screens(reader):
    reader.visit("/")
    links = reader.tab.run("return [...document.querySelectorAll('.go')].map((a) => a.pathname);")
    yield from SCREENS
    yield from links[:6]


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_screen_is_cut_at_either_width(reader, lang, tmp_path):
    folder, wrong = pictures(tmp_path, "desk", lang), []
    reader.visit("/")
    if reader.tab.run("return document.documentElement.lang;") != lang:
        reader.tab.run("document.querySelector('.languages button').click();")
        wait_for(reader.tab, "document.documentElement.lang === arguments[0]", lang)
    for width, height in WIDTHS:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        reader.tab._cdp("Emulation.setDeviceMetricsOverride", **size)
        for n, path in enumerate(list(screens(reader))):
            reader.visit(path)
            wait_for(reader.tab, "document.fonts.status === 'loaded'")
            name = path.strip("/") if path in SCREENS[1:] else "list" if path == "/" else f"read-{n}"
            shot = reader.tab._cdp("Page.captureScreenshot")["data"]
            (folder / f"{name.replace('/', '-')}-{width}.png").write_bytes(base64.b64decode(shot))
            wrong += [f"{name} {width}: {one}" for one in spoilt(reader.tab) if not SCROLLS.match(one)]
    reader.tab._cdp("Emulation.clearDeviceMetricsOverride")
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_a_screen_asks_for_is_in_the_catalogue(lang):
    asked = set()
    for path in TEMPLATES.glob("*.html"):
        asked |= set(re.findall(r"t\[[\"']([\w.]+)[\"']\]", path.read_text("utf-8")))
    assert asked and asked <= set(texts(lang))


def test_both_catalogues_have_the_same_keys_and_the_same_places_for_numbers():
    english, burmese = texts("en"), texts("my")
    assert set(english) == set(burmese)
    assert [key for key in english if english[key].count("{}") != burmese[key].count("{}")] == []


def test_the_burmese_catalogue_is_burmese_and_says_that_it_awaits_review():
    whole = json.loads((TEMPLATES / "texts.my.json").read_text("utf-8"))
    assert "awaiting native review" in whole["language"]
    plain = {key for key, text in whole["texts"].items() if not re.search("[\u1000-\u109f]", text)}
    assert plain == {"share.iimm", "share.icc", "help.space", "import.count"}


@pytest.mark.long
def test_every_reason_of_the_finder_is_said_in_burmese_too():
    texts_ = [json.loads(row)["text"] for row in PRACTICE.read_text("utf-8").splitlines()]
    found = {one.reason for text in texts_[::3] for one in find(text)} | {*crf._REASONS.values()}
    assert len(found) > 30 and {why for why in found if reason(why, "my") == why} == set()
    assert {reason(why, "en") for why in found} == found


def test_a_whole_page_uses_no_font_but_the_bundled_one_for_burmese(reader):
    reader.open("စစ်သား")
    used = reader.tab.run("return [...document.fonts].filter((one) => one.status === 'loaded').map((one) => one.family);")
    assert used == ["Padauk"]
