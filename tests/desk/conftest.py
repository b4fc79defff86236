"""One invented team for all tests of the desk, a copy for each, and one Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.drivers import Browser, browser
from tests.desk.station import Open, Station, make, opened


@pytest.fixture(scope="session")
def first_station(tmp_path_factory) -> Station:
    return make(tmp_path_factory.mktemp("station"))


@pytest.fixture
def station(first_station: Station, tmp_path: Path) -> Station:
    return Station(shutil.copytree(first_station.folder, tmp_path / "station"))


@pytest.fixture
def desk(station: Station) -> Iterator[Open]:
    with opened(station) as found:
        yield found


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Browser]:
    with browser("chromium") as tab:
        yield tab


@pytest.fixture
def tab(_chromium: Browser) -> Browser:
    """The same Chromium for every test, since starting one costs seconds."""
    _chromium.open("about:blank")
    return _chromium
