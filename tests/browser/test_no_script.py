"""With scripts off, the page takes a sealed file and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.drivers import Firefox, browser
from tests.browser.world import Site, Team


@pytest.fixture(scope="module")
def tab() -> Iterator[Firefox]:
    with browser("firefox", prefs={"javascript.enabled": False}) as found:
        assert isinstance(found, Firefox)
        yield found


def send(tab: Firefox, site: Site, file: Path) -> str:
    tab.open(site.url + "/en")
    tab.driver.find_element("id", "sealed-file").send_keys(str(file))
    tab.driver.find_element("css selector", "noscript button").click()
    return str(tab.driver.find_element("css selector", "[role=status]").text)


def test_scripts_are_off_and_the_page_says_what_to_do(tab: Firefox, site: Site) -> None:
    tab.open(site.url + "/en")
    text = tab.driver.find_element("css selector", "body").text
    assert "Scripts are off in this browser" in text
    assert "Standard or Safer" in text
    assert "Step 1" not in text


def test_a_sealed_file_arrives_without_scripts(
    tab: Firefox, site: Site, team: Team, tmp_path: Path
) -> None:
    before = site.kept()
    file = team.seal(tmp_path / "notes.bin")
    assert "received" in send(tab, site, file)
    assert site.newest(before) == file.read_bytes()


def test_a_file_that_is_not_sealed_is_refused_without_scripts(
    tab: Firefox, site: Site, tmp_path: Path
) -> None:
    before = site.kept()
    plain = tmp_path / "plain.txt"
    plain.write_text("not sealed (invented)")
    assert "received" not in send(tab, site, plain)
    assert site.kept() == before
