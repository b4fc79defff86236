"""Two browsers for all page tests, a team with invented keys, and a drop that serves its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.drivers import BROWSERS, Browser, browser
from tests.browser.world import Site, Team, serve


@pytest.fixture(scope="session")
def team() -> Team:
    return Team.invented()


@pytest.fixture(scope="session")
def site(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve(team, tmp_path_factory.mktemp("drop")) as site:
        yield site


@pytest.fixture(scope="session", params=BROWSERS)
def _session_tab(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with browser(request.param) as tab:
        yield tab


@pytest.fixture
def tab(_session_tab: Browser) -> Browser:
    """A browser on an empty page; the same one for all tests, since starting costs seconds."""
    _session_tab.open("about:blank")
    for left in _session_tab.downloads.iterdir():
        left.unlink()
    return _session_tab


@pytest.fixture
def modules(tab: Browser, site: Site, tmp_path: Path) -> Browser:
    """A browser with the page's modules as `window.sakse`, on a page without a policy."""
    tab.open(site.url + "/modules")
    return tab
