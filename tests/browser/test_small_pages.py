"""The drop's small pages, which a person sees in place of an answer, can be read on a narrow phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import looks
from tests.browser.drivers import Browser, wait_for
from tests.browser.world import Site


@pytest.mark.parametrize("path", ["/nothing", "/sealed-form"])
def test_a_small_page_is_readable_on_a_narrow_phone_asks_for_nothing_and_leads_back(
    tab: Browser, site: Site, tmp_path: Path, path: str
) -> None:
    site.asked.clear()
    with tab.wide(320):
        tab.open(site.url + path)
        wait_for(tab, "innerWidth === arguments[0]", 320)
        assert looks.spoilt(tab) == []
        assert tab.run("return parseFloat(getComputedStyle(document.querySelector('p')).fontSize);") == 17
        tab.screenshot(tmp_path / "answer.png")  # for whoever wants to look
        said = tab.run("return [...document.querySelectorAll('[role=status] p')].map((p) => p.lang);")
        assert said == ["en", "my", "kac"]
        tab.run("setTimeout(() => document.querySelector('a').click(), 0);")
        wait_for(tab, "location.pathname === '/'")
    assert [asked.path for asked in site.asked] == [path, "/"]
