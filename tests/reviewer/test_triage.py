"""The triage list and setting aside: what a person sees before she reads an account."""

from __future__ import annotations

import json

import pytest

from tests.reviewer.world import PASSPHRASE, seal, short, transfer

CODE, OTHER = "1234567890123456789012345678", "8765432109876543210987654321"

NOTHING = dict.fromkeys(("c1", "c2", "c3", "a1"), "")  # answers of who only comes back


def told(world, who="ana"):
    """The rows of the triage list by id, in its order."""
    return {row["id"]: row for row in json.loads(world.ok(who, "triage", "--json"))["rows"]}


def brought(world, *files, number=1):
    world.ok("ana", "import", transfer(world, list(files), number))
    return [short(data) for data in files]


def test_whoever_is_in_danger_comes_first(world):
    calm = seal(world.ring, "Calm, invented.")
    unsure = seal(world.ring, "Unsure, invented.", f1="dont_know")
    danger = seal(world.ring, "Danger, invented.", f1="yes")
    back = seal(world.ring, "", u1="danger", code=CODE, **NOTHING)
    names = brought(world, calm, unsure, danger, back)
    rows = told(world)
    assert set(list(rows)[:2]) == {names[2], names[3]}
    assert list(rows)[2:] == [names[1], names[0]]
    assert [rows[name]["danger"] for name in names] == ["", "perhaps", "yes", "yes"]
    line = f"{names[3]}  IN DANGER  en, 0 characters  code {rows[names[3]]['mark']} to danger  transfer 1"
    assert line in world.ok("ana", "triage").splitlines()


def test_language_length_consent_and_files_are_told_and_no_word_of_the_account(world, tmp_path):
    photo = tmp_path / "a name of hers.jpg"
    photo.write_bytes(b"\xff\xd8invented\xff\xd9")
    data = seal(world.ring, "Nobody reads this yet.", [photo], c5="never to my uncle")
    (name,) = brought(world, data)
    row = told(world)[name]
    assert (row["lang"], row["characters"], row["files"]) == ("en", 22, ["image/jpeg"])
    assert (row["share_with"], row["level"], row["conditions"]) == (["iimm", "un"], "text", True)
    said = world.ok("ana", "triage")
    assert f"{name}  en, 22 characters  share with iimm, un, text, with a condition (c5)" in said
    assert "files: 1 image/jpeg" in said
    for word in ("reads", "hers", "uncle"):
        assert word not in said + json.dumps(row)


def test_a_hostile_media_type_does_not_move_the_terminal(world, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"invented")
    brought(world, seal(world.ring, files=[path], media="a\x1b[2J\u202e\n"))
    said = world.ok("ana", "triage")
    assert "a‹U+001B›[2J‹U+202E›‹U+000A›" in said


def test_follow_ups_are_joined_by_their_code_which_is_never_shown(world):
    first, other = seal(world.ring, "First.", code=CODE), seal(world.ring, "Other.", code=OTHER)
    more = seal(world.ring, "More.", u1="add", code=CODE)
    alone = seal(world.ring, "Alone.")
    names = brought(world, first, other, more, alone)
    rows = told(world)
    marks = [rows[name]["mark"] for name in names]
    assert marks[0] == marks[2] != marks[1] and all(marks[:3]) and marks[3] == ""
    order = list(rows)
    assert abs(order.index(names[0]) - order.index(names[2])) == 1
    said = world.ok("ana", "triage") + json.dumps(list(rows.values()))
    assert CODE not in said and CODE[:8] not in said and OTHER not in said


def test_a_mark_says_nothing_in_another_vault(world):
    folder = transfer(world, [data := seal(world.ring, "First.", code=CODE)])
    for who in ("ana", "bo"):
        world.ok(who, "import", folder)
    assert told(world, "ana")[short(data)]["mark"] != told(world, "bo")[short(data)]["mark"]


def test_what_was_withdrawn_with_its_code_says_so(world):
    first, back = (
        seal(world.ring, "First.", code=CODE),
        seal(world.ring, "", u1="withdraw", code=CODE, **NOTHING),
    )
    names = brought(world, first, back, seal(world.ring, "Another."))
    assert [told(world)[name]["withdrawn"] for name in names] == [True, True, False]
    assert sum(row["withdrawn"] for row in told(world).values()) == 2
    assert world.ok("ana", "triage").count("WITHDRAWN") == 2


def test_a_child_is_marked(world):
    (name,) = brought(world, seal(world.ring, "", a1="under_18", i1="taken_home", c2="", c3=""))
    assert told(world)[name]["under_18"] and "under 18" in world.ok("ana", "triage")


def test_an_account_sent_twice_and_a_shared_file_are_named(world, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8invented\xff\xd9")
    twice = [seal(world.ring, "The same account.") for _ in range(2)]
    with_file = [seal(world.ring, f"Account {n}.", [photo]) for n in range(2)]
    boxes = [seal(world.ring, "", i1="taken_home") for _ in range(2)]
    a, b, c, d, e, f = brought(world, *twice, *with_file, *boxes)
    rows = told(world)
    assert rows[a]["same_account"] == [b] and rows[b]["same_account"] == [a]
    assert rows[c]["same_files"] == [d] and rows[c]["same_account"] == []
    assert rows[e]["same_account"] == rows[f]["same_account"] == []


def test_a_file_that_does_not_open_is_listed_with_its_reason(world):
    bad = bytearray(seal(world.ring))
    bad[-1] ^= 1
    (name,) = brought(world, bytes(bad))
    assert told(world)[name]["state"] == "unopened"
    assert f"{name}  unopened: is not a testimony" in world.ok("ana", "triage")


def test_transfers_that_never_came_are_named(world):
    for number in (2, 5, 6):
        result = world.run("ana", "import", transfer(world, [seal(world.ring)], number))
    assert "Transfers that never came here: 1, 3-4." in result.stderr
    assert "Transfers that never came here: 1, 3-4." in world.ok("ana", "triage")
    assert json.loads(world.ok("ana", "triage", "--json"))["missing_transfers"] == [[1, 1], [3, 4]]
    world.ok("ana", "import", transfer(world, [], 1))
    assert "never came here: 3-4." in world.ok("ana", "triage")


def test_a_number_beyond_all_bounds_costs_nothing(world):
    world.ok("ana", "import", transfer(world, [], (1 << 53) - 1))
    assert f"1-{(1 << 53) - 2}." in world.ok("ana", "triage")


def test_what_is_set_aside_is_last_and_can_be_taken_back(world):
    names = brought(world, seal(world.ring, "One.", f1="yes"), seal(world.ring, "Two."))
    note = world.folder / "note"
    note.write_text("an advertisement\n")
    said = world.ok("ana", "set-aside", names[0], "--reason", "spam", "--note", note)
    assert said == f"{names[0]}: set aside as spam.\n"
    assert list(told(world)) == [names[1], names[0]]
    assert told(world)[names[0]]["state"] == "set_aside"
    assert "set aside: spam: an advertisement" in world.ok("ana", "triage")
    assert f"{names[0]}  set aside as spam  transfer 1" in world.ok("ana", "show", names[0])
    states = {row["id"]: row["state"] for row in json.loads(world.ok("ana", "list", "--json"))}
    assert states == {names[0]: "set_aside", names[1]: "opened"}
    world.ok("ana", "set-aside", "--undo", names[0])
    assert list(told(world)) == names and told(world)[names[0]]["state"] == "opened"


def test_setting_aside_is_logged_by_its_word_alone(world):
    (name,) = brought(world, seal(world.ring))
    note = world.folder / "note"
    note.write_text("the canary note")
    world.ok("ana", "set-aside", name, "--reason", "doubtful", "--note", note)
    assert json.loads(world.ok("ana", "triage", "--json"))["rows"][0]["why"] == "doubtful: the canary note"
    world.ok("ana", "set-aside", name, "--undo")
    lines = (world.vault("ana") / "custody.jsonl").read_text().splitlines()
    logged = [line["detail"] for line in map(json.loads, lines) if line["event"] == "set_aside"]
    assert logged == [{"reason": "doubtful"}, {"reason": "undone"}]
    for path in world.vault("ana").rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes()
    world.ok("ana", "log", "verify")


def test_a_set_aside_testimony_is_in_no_release_whichever_of_the_two_set_it_aside(world, tmp_path):
    folder = transfer(world, [data := seal(world.ring, "Nobody is named here.")])
    name, card, out = short(data), world.folder / "iimm.card.json", tmp_path / "out.age"
    propose = ("propose", name, "--to", card, "--purpose", "A test", "--out")
    for who in ("ana", "bo"):
        world.ok(who, "import", folder)
    world.ok("ana", "suggest", name)
    world.ok("ana", "set-aside", name, "--reason", "duplicate")
    refused = world.refused("ana", *propose, tmp_path / "p")
    assert f"{name} may not be released to iimm: it was set aside as duplicate" in refused
    world.ok("ana", "set-aside", name, "--undo")
    world.ok("ana", *propose, tmp_path / "p")
    world.ok("bo", "set-aside", name, "--reason", "doubtful")
    assert "set aside as doubtful" in world.refused("bo", "approve", tmp_path / "p", "--yes")
    world.ok("bo", "set-aside", name, "--undo")
    world.ok("bo", "approve", tmp_path / "p", "--yes")
    world.ok("ana", "set-aside", name, "--reason", "spam")
    assert "set aside as spam" in world.refused("ana", "release", tmp_path / "p", "--out", out)
    assert not out.exists()
    world.ok("ana", "set-aside", name, "--undo")
    world.ok("ana", "release", tmp_path / "p", "--out", out)


def test_setting_aside_outlives_a_further_import(world):
    bad = bytearray(seal(world.ring))
    bad[-1] ^= 1
    (name,) = brought(world, bytes(bad))
    world.ok("ana", "set-aside", name, "--reason", "spam")
    brought(world, bytes(bad), number=2)
    assert told(world)[name]["why"] == "spam"


@pytest.mark.parametrize(
    "line",
    [("x",), ("x", "--reason", "boring"), ("x", "--undo", "--reason", "spam"),
     ("x", "--undo", "--note", "why")],
)  # fmt: skip
def test_an_odd_wish_is_refused_before_the_vault_changes(world, line):
    assert world.run("ana", "set-aside", *line).exit_code == 64


def test_nobody_takes_back_what_nobody_set_aside(world):
    names = brought(world, seal(world.ring, "One."), seal(world.ring, "Two."))
    world.ok("ana", "set-aside", names[0], "--reason", "spam")
    assert "was not set aside by anybody" in world.refused("ana", "set-aside", "--undo", *names)
    assert told(world)[names[0]]["state"] == "set_aside"


def test_a_note_that_is_a_whole_account_is_refused(world):
    from reviewer import triage
    from reviewer.errors import VaultError
    from reviewer.vault import Vault

    (name,) = brought(world, seal(world.ring))
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        entry = vault.store.get(name)
        with pytest.raises(VaultError, match="longer than 1000"):
            triage.set_aside(vault, [entry], "spam", "x" * 1001)
        with pytest.raises(VaultError, match="no reason"):
            triage.set_aside(vault, [entry], "boring")


def test_what_is_written_of_a_file_is_all_that_is_known_of_it():
    from dataclasses import asdict

    from reviewer.store import Facts

    said = {"c2": "un"}
    facts = Facts("opened", 1, "2026-11-05", "w", "ok", ("sha256:00", ""), "spam", "n", ("un",), said)
    lists = {"attachments": list(facts.attachments), "closed": list(facts.closed)}
    assert facts.as_json() == {**asdict(facts), **lists}
