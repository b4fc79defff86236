"""Consent: closed by one reviewer, widened by her own later words and two of them. All invented."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from envelope import canonical, code, sshsig
from reviewer import acts, statements
from tests.reviewer.leaking import vault
from tests.reviewer.test_release_flow import arrive, decide, opened_bundle, propose, refuse_proposal
from tests.reviewer.world import World, seal

TEXT = "They took U Tun Tun at night."


def consent_of(world: World, folder: Path) -> dict[str, object]:
    (path,) = (folder / "data/testimonies").glob("*/consent.json")
    found: dict[str, object] = json.loads(path.read_bytes())
    return found


def released(world: World, name: str, audience: str = "iimm", out: str = "p") -> Path:
    folder = propose(world, name, audience=audience, out=out)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", world.folder / f"{out}.age")
    return opened_bundle(world, world.folder / f"{out}.age", audience, world.folder / f"o-{out}")


@pytest.fixture
def told(world: World) -> str:
    (name,) = arrive(world, seal(world.ring, TEXT))
    decide(world, name)
    return name


@pytest.fixture
def coded(world: World) -> tuple[str, str]:
    """An account that may go to the UN only, and what she added later with her code."""
    mine = code.generate()
    said = {"c2": "iimm icc un", "c3": "text", "u1": "add"}
    files = [
        seal(world.ring, TEXT, code=mine, c2="un"),
        seal(world.ring, "You may share it with the courts.", code=mine, **said),
    ]
    first, later = arrive(world, *files)
    decide(world, first)
    return first, later


def state(world: World, name: str, *given: object) -> Path:
    folder = world.folder / "statement"
    world.ok("ana", "consent", name, *given, "--out", folder)
    return folder


# --- narrowing ---------------------------------------------------------------------------------


def test_what_a_reviewer_closed_goes_there_no_more_and_back_as_far_as_she_chose(
    world: World, told: str
) -> None:
    world.ok("ana", "consent", told, "--close", "iimm", "--reason", "Invented fear")
    assert "closed it to iimm" in refuse_proposal(world, told)
    assert consent_of(world, released(world, told, "un"))["audiences"] == ["un"]
    world.ok("ana", "consent", told, "--reopen")
    assert "iimm, un" in world.ok("ana", "consent", told)
    assert consent_of(world, released(world, told, out="q"))["basis"] == "as sealed"


def test_closed_words_go_to_nobody(world: World, told: str) -> None:
    world.ok("ana", "consent", told, "--close", "words", "--reason", "Invented fear")
    for audience in ("iimm", "un"):
        assert "closed its words" in refuse_proposal(world, told, audience=audience)


def test_a_release_says_that_reviewers_narrowed_it(world: World, told: str) -> None:
    world.ok("ana", "consent", told, "--close", "un", "--reason", "Invented fear")
    said = consent_of(world, released(world, told))
    assert (said["audiences"], said["basis"]) == (["iimm"], "narrowed by reviewers")


def test_the_other_reviewer_does_not_approve_what_she_closed_in_her_own_vault(
    world: World, told: str
) -> None:
    folder = propose(world, told)
    world.ok("bo", "consent", told, "--close", "un", "--reason", "Invented fear")
    assert "to fewer than this proposal says" in world.refused("bo", "approve", folder, "--yes")
    world.ok("bo", "consent", told, "--close", "iimm", "--reason", "Invented fear")
    assert "closed it to iimm" in world.refused("bo", "approve", folder, "--yes")


def test_what_was_closed_after_its_release_is_to_be_recalled(world: World, told: str) -> None:
    released(world, told)
    assert "0 to be recalled" in world.ok("bo", "releases")
    world.ok("bo", "consent", told, "--close", "iimm", "--reason", "Invented fear")
    assert "1 to be recalled" in world.ok("bo", "releases")


def test_closing_needs_a_reason_and_reopening_something_closed(world: World, told: str) -> None:
    assert "Say why" in world.refused("ana", "consent", told, "--close", "un")
    assert "not closed" in world.refused("ana", "consent", told, "--reopen")
    assert "Name a testimony" in world.refused("ana", "consent")
    assert "one thing" in world.refused("ana", "consent", told, "--reopen", "--close", "un")


# --- a later statement of hers -----------------------------------------------------------------


def test_her_later_words_with_her_code_widen_it_once_two_signed(
    world: World, coded: tuple[str, str]
) -> None:
    first, later = coded
    assert "c2" in refuse_proposal(world, first)
    folder = state(world, first, "--later", later)
    assert "c2" in refuse_proposal(world, first), "one signature widens nothing"
    assert "Only one reviewer" in world.refused("ana", "consent", "--apply", folder)
    assert "wrote this down yourself" in world.refused("ana", "consent", "--sign", folder, "--yes")
    world.ok("bo", "consent", "--sign", folder, "--yes")
    world.ok("ana", "consent", "--apply", folder)
    bag = released(world, first)
    said = consent_of(world, bag)
    assert said["audiences"] == ["iimm", "icc", "un"] and said["basis"] == "a later statement of hers"
    (summary,) = (bag / "data/testimonies").glob("*/testimony.json")
    assert {"c2", "c3"} <= set(json.loads(summary.read_bytes())["withheld"])


def test_what_came_with_another_code_or_no_consent_widens_nothing(
    world: World, coded: tuple[str, str]
) -> None:
    first, later = coded
    (other,) = arrive(world, seal(world.ring, "Another.", code=code.generate(), u1="add"), number=2)
    out = ("--out", world.folder / "s")
    assert "receipt code" in world.refused("ana", "consent", first, "--later", other, *out)
    assert "receipt code" in world.refused("ana", "consent", first, "--later", first, *out)
    assert "nothing new" in world.refused("ana", "consent", later, "--later", first, *out)
    assert not (world.folder / "s").exists()


def test_a_documented_contact_needs_words_on_it_and_two_reviewers(world: World) -> None:
    (name,) = arrive(world, seal(world.ring, TEXT, c2="un", c3="numbers"))
    decide(world, name)
    said = ("--share", "iimm un", "--level", "text")
    assert "Say why" in world.refused("ana", "consent", name, *said, "--out", world.folder / "x")
    folder = state(world, name, *said, "--reason", "Invented: met her on 3 November, note 7")
    world.ok("bo", "consent", "--sign", folder, "--yes")
    world.ok("ana", "consent", "--apply", folder)
    assert consent_of(world, released(world, name))["level"] == "text"


def test_what_she_named_never_to_be_shared_is_dealt_with_by_two(world: World) -> None:
    (name,) = arrive(world, seal(world.ring, TEXT, c5="my uncle"))
    decide(world, name)
    assert "c5" in refuse_proposal(world, name)
    folder = state(world, name, "--named-taken-out", "--reason", "Invented: no uncle is left")
    world.ok("bo", "consent", "--sign", folder, "--yes")
    world.ok("ana", "consent", "--apply", folder)
    assert consent_of(world, released(world, name))["basis"] == "as sealed"


def test_a_withdrawal_wins_over_any_statement_and_a_child_stays_one(
    world: World, coded: tuple[str, str]
) -> None:
    first, later = coded
    folder = state(world, first, "--later", later)
    world.ok("bo", "consent", "--sign", folder, "--yes")
    world.ok("ana", "consent", "--apply", folder)
    with vault(world) as opened:
        mine = opened.store.get(first).testimony.code
    gone = seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3="")
    arrive(world, gone, number=2)
    assert "withdrawn" in refuse_proposal(world, first)


def test_a_statement_that_was_changed_or_signed_by_a_stranger_counts_nowhere(
    world: World, coded: tuple[str, str], tmp_path: Path
) -> None:
    first, later = coded
    folder = state(world, first, "--later", later)
    name = "statement.json.bo.sig"
    (folder / name).write_bytes(sshsig.sign(world.drop, sshsig.APPROVAL, b"another"))
    assert "not a reviewer's signature" in world.refused("ana", "consent", "--apply", folder)
    (folder / name).unlink()
    (folder / "statement.json.eve.sig").write_bytes(b"x")
    assert "not a reviewer's signature" in world.refused("ana", "consent", "--apply", folder)
    shutil.rmtree(folder)
    folder.mkdir()
    assert "There is no statement.age" in world.refused("bo", "consent", "--sign", folder, "--yes")


def test_one_key_twice_is_one_reviewer(world: World, coded: tuple[str, str]) -> None:
    folder = state(world, coded[0], "--later", coded[1])
    with vault(world) as opened:
        data, _ = acts.read(opened, statements.NAME, folder)
        signature = sshsig.sign(opened.person.sign, sshsig.APPROVAL, data)
    (folder / "statement.json.bo.sig").write_bytes(signature)
    assert "not a reviewer's signature" in world.refused("ana", "consent", "--apply", folder)


def test_a_statement_brought_again_undoes_no_later_one(world: World, coded: tuple[str, str]) -> None:
    first, later = coded
    folder = state(world, first, "--later", later)
    world.ok("bo", "consent", "--sign", folder, "--yes")
    world.ok("ana", "consent", "--apply", folder)
    assert "taken in before" in world.refused("ana", "consent", "--apply", folder)
    (folder / "statement.json.bo.sig").unlink()
    assert "taken in before" in world.refused("bo", "consent", "--sign", folder, "--yes")


def test_a_statement_with_other_parts_is_refused(world: World, told: str) -> None:
    with vault(world) as opened:
        entry = opened.store.get(told)
        made = statements.from_contact(opened, entry, {"c2": "iimm"}, "Invented")
    for wrong in (b"{}", b"x", made.encode().replace(b'"c2":"iimm"', b'"a1":"adult"')):
        with pytest.raises(statements.ConsentError):
            statements._parse(wrong)
    assert statements._parse(made.encode()) == made
    assert canonical.loads_canonical(made.encode(), what="it")["format"] == statements.FORMAT


def test_of_two_follow_ups_only_one_of_a_later_transfer_is_later(world: World) -> None:
    mine = code.generate()
    said = {"c2": "iimm un", "c3": "text", "u1": "add"}
    first, second = arrive(
        world, *(seal(world.ring, f"More, {n}.", code=mine, **said) for n in range(2))
    )
    (third,) = arrive(world, seal(world.ring, "And more.", code=mine, **said), number=2)
    out = ("--out", world.folder / "s")
    assert "later transfer" in world.refused("ana", "consent", first, "--later", second, *out)
    assert "later transfer" in world.refused("ana", "consent", third, "--later", first, *out)
    world.ok("ana", "consent", first, "--later", third, *out)


def test_what_she_adds_with_a_narrower_consent_closes_what_came_first(world: World) -> None:
    mine = code.generate()
    (first,) = arrive(world, seal(world.ring, TEXT, code=mine, c2="iimm un", c3="text"))
    decide(world, first)
    more = seal(world.ring, "Not the courts.", code=mine, u1="add", c2="un", c3="text")
    arrive(world, more, number=2)
    assert "another account" in refuse_proposal(world, first)
    said = consent_of(world, released(world, first, "un"))
    assert (said["audiences"], said["basis"]) == (["un"], "narrowed by reviewers")
