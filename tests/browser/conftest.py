"""Two browsers for all page tests, a team with invented keys, and a drop that serves its page."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.drivers import BROWSERS, Browser, browser
from tests.browser.world import Site, Team, serve

_ONE_QUICK = (
    "test_asked",
    "test_core",
    "test_leaving",
    "test_looks",
    "test_modules",
    "test_page",
    "test_receipt",
    "test_relay",
    "test_trouble",
)
"""Slow tests of what the browsers do alike: quick in one browser, long in both."""


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave Firefox's part of these tests to the long run."""
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        if item.path.stem in _ONE_QUICK and params.get("tab") == "firefox":
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def team() -> Team:
    return Team.invented()


@pytest.fixture(scope="session")
def site(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve(team, tmp_path_factory.mktemp("drop")) as site:
        yield site


@pytest.fixture(scope="session")
def _browsers() -> Iterator[Callable[[str], Browser]]:
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda name: stack.enter_context(browser(name)))


@pytest.fixture(params=BROWSERS)
def tab(request: pytest.FixtureRequest, _browsers: Callable[[str], Browser]) -> Browser:
    """A browser on an empty page; the same one for all tests, since starting costs seconds."""
    found = _browsers(request.param)
    found.open("about:blank")
    for left in found.downloads.iterdir():
        left.unlink()
    return found


@pytest.fixture
def modules(tab: Browser, site: Site, tmp_path: Path) -> Browser:
    """A browser with the page's modules as `window.sakse`, on a page without a policy."""
    tab.open(site.url + "/modules")
    return tab
