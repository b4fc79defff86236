"""One invented team, and for each test a copy of its own."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from tests.reviewer import leaking
from tests.reviewer.world import World, make_world, seal, short, transfer


@pytest.fixture(scope="session")
def first_world(tmp_path_factory) -> World:
    """Made once: keys and vaults take half a second."""
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(first_world, tmp_path) -> World:
    folder = shutil.copytree(first_world.folder, tmp_path / "world")
    return replace(first_world, folder=folder)


@pytest.fixture(scope="session")
def clean(first_world, tmp_path_factory):
    """A release of two accounts, as it is before anybody signs it (tests/reviewer/leaking.py)."""
    folder = tmp_path_factory.mktemp("clean")
    world = replace(first_world, folder=shutil.copytree(first_world.folder, folder / "world"))
    return leaking.release(world, leaking.two_accounts(world), folder)


@pytest.fixture
def name(world) -> str:
    """The name of a testimony that lies in ana's vault, nothing decided yet."""
    data = seal(world.ring, "ကိုမင်းသူကို ခေါ်သွားတယ်။ Ko Min Thu.", x3__commander="Captain Aung Aung")
    world.ok("ana", "import", transfer(world, [data]))
    return short(data)
