"""Every attack on a custody log that anything is known against: refused, or named in METHOD.txt."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from envelope import canonical
from reviewer import custody
from tests.reviewer.leaking import vault
from tests.reviewer.test_release_flow import arrive, decide, opened_bundle, propose
from tests.reviewer.world import World, seal

METHOD = Path(__file__).parents[2] / "templates/release/METHOD.txt"
Lines = list[dict[str, object]]


@pytest.fixture(scope="module")
def gone(first_world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str]:
    """A team after a whole release, and custody_head of the bundle that is out."""
    folder = tmp_path_factory.mktemp("gone")
    world = replace(first_world, folder=shutil.copytree(first_world.folder, folder / "world"))
    (name,) = arrive(world, seal(world.ring, "They took U Tun Tun at night."))
    decide(world, name)
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", world.folder / "r.age")
    bag = opened_bundle(world, world.folder / "r.age", "iimm", world.folder / "opened")
    return world, json.loads((bag / "data/release.json").read_bytes())["custody_head"]


@pytest.fixture
def released(gone: tuple[World, str], world: World) -> str:
    """The test's own team is that one; returns the head that is out."""
    shutil.rmtree(world.folder)
    shutil.copytree(gone[0].folder, world.folder)
    return gone[1]


def log_of(world: World, who: str = "ana") -> Path:
    return world.vault(who) / "custody.jsonl"


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1]


def signed_again(world: World, lines: list[bytes], who: str = "ana") -> list[bytes]:
    """The same events chained and signed anew, as the owner of the key can."""
    made, prev = [], custody.FIRST
    for line in lines:
        v = json.loads(line)
        event = custody.Event(v["event"], v["by"], v["day"], v["about"], v["detail"])
        made.append(custody.write(event, prev, world.persons[who].sign))
        prev = custody.digest(made[-1])
    return made


def edited(line: bytes, **parts: object) -> bytes:
    return canonical.dumps({**json.loads(line), **parts})


ATTACKS: dict[str, Callable[[World, list[bytes]], list[bytes]]] = {
    "a detail changed": lambda _, ls: [edited(ls[0], detail={}), *ls[1:]],
    "a day changed": lambda _, ls: [*ls[:-1], edited(ls[-1], day="2026-01-01")],
    "a line taken out": lambda _, ls: [*ls[:2], *ls[3:]],
    "the first line taken out": lambda _, ls: ls[1:],
    "two lines swapped": lambda _, ls: [*ls[:2], ls[3], ls[2], *ls[4:]],
    "a line twice": lambda _, ls: [*ls[:3], ls[2], *ls[3:]],
    "the end cut off": lambda _, ls: ls[:-3],
    "everything cut off": lambda _, ls: [],
    "an event said to be the other reviewer's": lambda _, ls: [*ls[:-1], edited(ls[-1], by="bo")],
    "signed by the other reviewer": lambda w, ls: signed_again(w, ls, "bo"),
    "another event signed at the end": lambda w, ls: [
        *ls,
        custody.write(custody.Event("exported", "ana", "2026-12-31"), custody.digest(ls[-1]), w.persons["ana"].sign),
    ],
    "an event left out and all signed anew": lambda w, ls: signed_again(w, [*ls[:2], *ls[3:]]),
    "the other reviewer's log put in its place": lambda w, _: lines_of(log_of(w, "bo")),
}


@pytest.mark.parametrize("what", ATTACKS)
def test_a_changed_log_opens_no_vault(world: World, released: str, what: str) -> None:
    """The database ends with the log's last lines, so whoever opens the vault sees the change."""
    path = log_of(world)
    made = ATTACKS[what](world, lines_of(path))
    path.write_bytes(b"".join(line + b"\n" for line in made))
    refusal = world.refused("ana", "log", "verify")
    assert "custody log" in refusal or "custody line" in refusal.lower()


def test_the_last_lines_cut_off_are_put_back_from_the_database(
    world: World, released: str
) -> None:
    path = log_of(world)
    whole = path.read_bytes()
    path.write_bytes(b"".join(line + b"\n" for line in lines_of(path)[:-1]))
    world.ok("ana", "log", "verify", "--head", released)
    assert path.read_bytes() == whole


def test_a_log_and_database_rolled_back_together_lack_the_head_that_is_out(
    world: World, released: str, tmp_path: Path
) -> None:
    """Nothing in a vault tells that it is an old copy of itself; a bundle's head does."""
    old = tmp_path / "old"
    shutil.copytree(world.vault("ana"), old)
    (name,) = arrive(world, seal(world.ring, "They took U Tun Tun again."), number=2)
    decide(world, name)
    propose(world, name, out="later")
    head = json.loads(lines_of(log_of(world))[-2])["prev"]
    world.ok("ana", "log", "verify", "--head", head, "--head", released)
    shutil.rmtree(world.vault("ana"))
    shutil.copytree(old, world.vault("ana"))
    assert "lines hold" in world.ok("ana", "log", "verify", "--head", released)
    assert "lines were cut off" in world.refused("ana", "log", "verify", "--head", head)


def test_a_log_rewritten_whole_by_its_owner_contradicts_its_own_releases(
    world: World, released: str
) -> None:
    """Log and database written anew with the owner's key: the plan of a release has another head."""
    path = log_of(world)
    made = signed_again(world, lines_of(path)[:1] + lines_of(path)[2:])
    data = b"".join(line + b"\n" for line in made)
    with vault(world) as opened:
        head = {"batch": data.decode(), "head": custody.digest(made[-1]), "size": 0}
        opened.store.set_record("custody", head)
        opened.store.commit()
    path.write_bytes(data)
    assert "another custody log" in world.refused("ana", "log", "verify")


def test_a_clock_set_back_is_an_event_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(world, seal(world.ring))
    monkeypatch.setattr(custody, "today", lambda: "2020-01-01")
    arrive(world, seal(world.ring), number=2)
    assert "clock was set back 1 times" in world.run("ana", "log", "verify").stderr
    found = json.loads(world.ok("ana", "log", "verify", "--json"))
    assert found["events"]["clock_set"] == 1 and found["clock_set"] == 1


def test_days_that_go_back_without_a_word_are_refused(world: World) -> None:
    from reviewer.audit import _require_days
    from reviewer.errors import CustodyError

    events = [custody.Event("viewed", "ana", day) for day in ("2026-11-02", "2026-11-01")]
    lines = [custody.Line(n, event, f"{n:064}") for n, event in enumerate(events, 1)]
    with pytest.raises(CustodyError, match=r"Line 2 .* earlier day"):
        _require_days(lines)


def test_a_withdrawal_is_logged_about_what_it_withdrew(world: World) -> None:
    from envelope import code

    mine = code.generate()
    arrive(world, seal(world.ring, "They came.", code=mine))
    gone = seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3="")
    arrive(world, gone, number=2)
    events = json.loads(world.ok("ana", "log", "verify", "--json"))["events"]
    assert events["withdrawn"] == 2  # the account, and what withdrew it


def test_what_no_check_can_find_is_named_in_the_method_paper() -> None:
    text = " ".join(METHOD.read_text("utf-8").split())
    for limit in (
        "A chain can not show that its end was cut off",
        "A reviewer can write her own log anew",
        "Both reviewers together can",
        "days are what the machine said",
    ):
        assert limit in text, limit
