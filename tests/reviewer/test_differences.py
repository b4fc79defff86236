"""A release beside earlier ones: what it supersedes, and what both together would show."""

from __future__ import annotations

import json

import pytest

from tests.reviewer.test_release_flow import arrive, opened_bundle, propose
from tests.reviewer.world import World, seal

TEXT = "They took U Tun Tun. Who keeps the old bell saw it."
BELL = f"narrative:{TEXT.index('Who')}:{TEXT.index(' saw')}:OCCUPATION_UNIQUE"


def release(world: World, name: str, audience: str, out: str) -> dict[str, object]:
    """Propose, approve and release; return release.json as the recipient reads it."""
    folder = propose(world, name, audience=audience, out=f"p-{out}")
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", world.folder / f"{out}.age")
    bag = opened_bundle(world, world.folder / f"{out}.age", audience, world.folder / out)
    return json.loads((bag / "data/release.json").read_bytes())


@pytest.fixture
def decided(world: World) -> str:
    """One account whose person is replaced, and another is not."""
    (name,) = arrive(world, seal(world.ring, TEXT))
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", name, "--accept-all")
    return name


def test_a_second_release_to_the_same_recipient_names_the_first(world: World, decided: str) -> None:
    first = release(world, decided, "iimm", "one")
    assert first["supersedes"] is None
    second = release(world, decided, "iimm", "two")
    assert second["supersedes"] == first["id"] and second["testimonies"] != first["testimonies"]


def test_a_release_to_another_recipient_supersedes_nothing(world: World, decided: str) -> None:
    release(world, decided, "iimm", "one")
    assert release(world, decided, "un", "two")["supersedes"] is None


def test_what_another_recipient_was_shown_is_named_to_both_reviewers(
    world: World, decided: str
) -> None:
    first = release(world, decided, "iimm", "one")
    world.ok("ana", "redact", decided, "--add", BELL, "--accept-all")
    folder, card = world.folder / "p-two", world.folder / "un.card.json"
    said = ("--to", card, "--purpose", "Invented", "--out", folder)
    for result in (
        world.run("ana", "propose", decided, *said),
        world.run("bo", "approve", folder, "--yes"),
    ):
        assert result.exit_code == 0, result.output
        warned = f"are shown in release {first['id']} to team-iimm: who holds both can read them"
        assert warned in result.stderr


def test_nothing_is_named_where_both_hide_the_same(world: World, decided: str) -> None:
    release(world, decided, "iimm", "one")
    folder = world.folder / "p-two"
    said = ("--to", world.folder / "un.card.json", "--purpose", "Invented", "--out", folder)
    assert "who holds both" not in world.run("ana", "propose", decided, *said).stderr
