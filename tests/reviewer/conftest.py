"""One invented team a test, made anew in its own folder."""

from __future__ import annotations

import pytest

from tests.reviewer.world import World, make_world


def pytest_configure(config) -> None:
    """myanmartools 1.2.1, its last release, reads its model by an old function of importlib."""
    config.addinivalue_line("filterwarnings", "ignore:open_binary is deprecated:DeprecationWarning")


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path)
