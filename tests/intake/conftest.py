"""A drop of its own for a test, or one served to all that only look whether it changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from envelope.config import DropConfig
from intake import db
from intake.store import Store
from tests.intake.rig import Client, Served, Site, make_site, serving


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.fixture
def served(site: Site) -> Iterator[Served]:
    with serving(site) as running:
        yield running


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One running drop for the tests of a whole session."""
    with serving(make_site(tmp_path_factory.mktemp("shared"))) as running:
        yield running


@pytest.fixture
def client(shared: Served) -> Iterator[Client]:
    opened = shared.client()
    yield opened
    opened.http.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with room for little: 16 MiB, 4 of them for text."""
    config = DropConfig(state=tmp_path, quota_mib=16, text_reserve_mib=4, open_uploads=3)
    engine = db.engine(config)
    db.create(engine)
    opened = Store(engine, config)
    yield opened
    opened.close()
