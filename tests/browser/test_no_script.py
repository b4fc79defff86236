"""At Tor Browser's level Safest, where no script runs, every page says what to do and takes a sealed file only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from envelope.config import LANGUAGES
from envelope.render import WITNESS
from intake.errors import ANSWERS
from tests.browser import looks
from tests.browser.drivers import Firefox, browser, wait_for
from tests.browser.tor_browser import ANY_WIDTH, SAFEST
from tests.browser.world import Site, Team


@pytest.fixture(scope="module")
def tab() -> Iterator[Firefox]:
    with browser("firefox", prefs=SAFEST | ANY_WIDTH) as found:
        assert isinstance(found, Firefox)
        yield found


def send(tab: Firefox, url: str, file: Path) -> str:
    """What the drop answers to a file sent with the form of a page."""
    tab.open(url)
    tab.driver.find_element("id", "sealed-file").send_keys(str(file))
    tab.driver.find_element("css selector", "noscript button").click()
    return str(tab.driver.find_element("css selector", "[role=status]").text)


def require_answer(said: str, key: str) -> None:
    """Said in every language, and nothing else."""
    assert said.split("\n") == [*ANSWERS["pages"][key].values()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_scripts_are_off_and_the_page_says_what_to_do_in_its_language(tab: Firefox, site: Site, lang: str) -> None:
    tab.open(f"{site.url}/{lang}")
    said = tab.driver.find_element("css selector", "body").text
    texts = json.loads((WITNESS / f"texts.{lang}.json").read_bytes())
    for key, text in texts["static"].items():
        assert not key.startswith("no_script") or text in said, key
    assert texts["script"]["step1"] not in said
    fields = tab.driver.find_elements("css selector", "input, textarea, select")
    assert [field.get_attribute("type") for field in fields] == ["file"]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/", *(f"/{lang}" for lang in LANGUAGES)])
def test_what_is_said_without_scripts_fits_a_phone_and_a_desk(
    tab: Firefox, site: Site, tmp_path: Path, path: str, width: int
) -> None:
    with tab.wide(width):
        tab.open(site.url + path)
        wait_for(tab, "innerWidth === arguments[0]", width)
        said = looks.texts(tab)
        assert len(said) > 5
        folder = looks.pictures(tmp_path, "tor", "safest", width)
        tab.screenshot(folder / f"{path.strip('/') or 'chooser'}.png")
        assert looks.spoilt(tab) + looks.untranslated(said, "") == []


def test_scripts_are_off_and_the_chooser_says_what_to_do_in_three_languages(
    tab: Firefox, site: Site
) -> None:
    tab.open(site.url + "/")
    text = tab.driver.find_element("css selector", "noscript").text
    entries = json.loads((WITNESS / "chooser.json").read_bytes())["languages"]
    assert [entry["lang"] for entry in entries if entry["no_script"] in text] == ["en", "my", "kac"]
    fields = tab.driver.find_elements("css selector", "input, textarea, select")
    assert [field.get_attribute("type") for field in fields] == ["file"]


@pytest.mark.parametrize("path", ["/", "/en"])
def test_a_sealed_file_arrives_without_scripts(
    tab: Firefox, site: Site, team: Team, tmp_path: Path, path: str
) -> None:
    before = site.kept()
    file = team.seal(tmp_path / "notes.bin")
    require_answer(send(tab, site.url + path, file), "received")
    assert site.newest(before) == file.read_bytes()
    tab.driver.find_element("css selector", "a").click()
    assert tab.address() == site.url + "/"


@pytest.mark.parametrize("path", ["/", "/en"])
def test_a_file_that_is_not_sealed_is_refused_without_scripts(
    tab: Firefox, site: Site, tmp_path: Path, path: str
) -> None:
    before = site.kept()
    plain = tmp_path / "plain.txt"
    plain.write_text("not sealed (invented)")
    require_answer(send(tab, site.url + path, plain), "not_sealed")
    assert site.kept() == before


def test_the_same_file_twice_is_kept_once_without_scripts(
    tab: Firefox, site: Site, team: Team, tmp_path: Path
) -> None:
    before = site.kept()
    file = team.seal(tmp_path / "notes.bin")
    for _ in range(2):
        require_answer(send(tab, site.url + "/", file), "received")
    assert site.newest(before) == file.read_bytes()
