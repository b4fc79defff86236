"""Destroying a testimony: two reviewers, every trace in the vaults, and never taken in again. All invented."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from envelope import canonical, code, receipt, sshsig
from reviewer import destroying, releases
from reviewer.destroying import Order
from reviewer.errors import DestroyError
from tests.reviewer.leaking import vault
from tests.reviewer.test_release_flow import arrive, decide, propose
from tests.reviewer.world import PASSPHRASE, World, seal, transfer

TEXT = "They took U Tun Tun at night. Canaryword."


def order(world: World, name: str, place: str = "order", reason: str = "She asked, invented") -> Path:
    folder = world.folder / place
    world.ok("ana", "destroy", name, "--reason", reason, "--out", folder)
    return folder


def destroy(world: World, name: str, place: str = "order") -> Path:
    folder = order(world, name, place)
    world.ok("bo", "destroy", "--sign", folder, "--yes")
    world.ok("ana", "destroy", "--apply", folder, "--yes")
    return folder


def last(world: World, who: str) -> dict[str, object]:
    found = json.loads((world.vault(who) / "custody.jsonl").read_text().splitlines()[-1])
    assert isinstance(found, dict)
    return found


def record_names(world: World) -> list[str]:
    with closing(sqlite3.connect(world.vault("ana") / "vault.db")) as opened:
        return [name for (name,) in opened.execute("SELECT name FROM records")]


def said_in(world: World) -> str:
    """Everything that ana's vault holds decrypted: rows, decisions and records."""
    with vault(world) as mine:
        return repr([*mine.store.entries(), *map(mine.store.record, record_names(world))])


def names(world: World, who: str) -> set[str]:
    return {row["id"] for row in json.loads(world.ok(who, "list", "--json"))}


@pytest.fixture
def told(world: World) -> tuple[str, str]:
    """Two testimonies in both vaults; in ana's the first is decided on, noted and grouped."""
    first, second = arrive(world, seal(world.ring, TEXT), seal(world.ring, "They took Daw Hla."))
    decide(world, first)
    decide(world, second)
    note = world.folder / "note.txt"
    note.write_text("A note about Canaryword.")
    world.ok("ana", "translate", first, "--text", note)
    world.ok("ana", "assess", first, "--source", "unsure", "--account", "unsure")
    world.ok("ana", "event", first, second)
    return first, second


def test_nothing_is_destroyed_before_two_reviewers_signed(world: World, told) -> None:
    first, _ = told
    folder = order(world, first)
    assert first in names(world, "ana")
    assert "Only one reviewer signed" in world.refused("ana", "destroy", "--apply", folder, "--yes")
    assert "You wrote this down yourself" in world.refused("ana", "destroy", "--sign", folder, "--yes")
    assert first in names(world, "ana") & names(world, "bo")


def test_after_two_signatures_no_trace_of_its_content_is_left_in_a_vault(world: World, told) -> None:
    first, second = told
    with vault(world) as mine:
        sha256 = mine.store.get(first).sha256
    assert "Canaryword" in said_in(world) and sha256 in said_in(world)
    destroy(world, first)
    for who in ("ana", "bo"):
        assert names(world, who) == {second}
        assert not (world.vault(who) / "sealed" / f"{sha256}.age").exists()
    assert "Canaryword" not in said_in(world)
    with vault(world) as mine:
        assert mine.store.record("events") == []
        assert list(destroying.destroyed(mine)) == [sha256]
        assert not [name for name in record_names(world) if mine.about(sha256) in name]


def test_a_clean_copy_of_its_attachment_goes_too(world: World) -> None:
    picture = world.folder / "invented.png"
    Image.new("RGB", (40, 30), "green").save(picture)
    (name,) = arrive(world, seal(world.ring, TEXT, files=(picture,)))
    world.ok("ana", "attach", name, "1", "--clean")
    assert len(list((world.vault("ana") / "clean").iterdir())) == 1
    destroy(world, name)
    assert list((world.vault("ana") / "clean").iterdir()) == []


def test_both_logs_say_that_it_was_destroyed_on_whose_order_by_which_two(world: World, told) -> None:
    destroy(world, told[0])
    for who in ("ana", "bo"):
        found = last(world, who)
        assert found["event"] == "destroyed" and found["about"]
        assert found["detail"]["signers"] == ["ana", "bo"]
    assert last(world, "ana")["detail"] == last(world, "bo")["detail"]
    world.ok("ana", "log", "verify")


def test_what_was_destroyed_is_never_taken_in_again_and_the_next_return_names_it(
    world: World,
) -> None:
    body = seal(world.ring, TEXT)
    (name,) = arrive(world, body)
    destroy(world, name)
    again = transfer(world, [body], 2)
    for who in ("ana", "bo"):
        assert "0 opened, 1 known already" in world.ok(who, "import", again)
        assert names(world, who) == set()
    world.ok("ana", "receipt", "--out", world.folder / "out")
    made = receipt.parse((world.folder / "out/sakse-return-0002/data/receipt.json").read_bytes())
    assert (len(made.destroyed), len(made.opened), len(made.set_aside)) == (1, 0, 0)
    world.ok("bo", "receipt", "--sign", world.folder / "out", "--yes")


def test_nobody_signs_a_return_that_calls_destroyed_what_is_not_destroyed_in_her_vault(
    world: World, told
) -> None:
    first, _ = told
    folder = order(world, first)
    world.ok("bo", "destroy", "--sign", folder, "--yes")
    world.ok("bo", "receipt", "--out", world.folder / "out")
    assert "carry out its order" in world.refused("ana", "receipt", "--sign", world.folder / "out", "--yes")
    world.ok("ana", "destroy", "--apply", folder, "--yes")
    world.ok("ana", "receipt", "--sign", world.folder / "out", "--yes")


def test_a_vault_that_never_had_it_refuses_it_from_then_on(world: World) -> None:
    body = seal(world.ring, TEXT)
    stick = transfer(world, [body])
    world.ok("ana", "import", stick)
    (name,) = names(world, "ana")
    folder = order(world, name)
    assert "does not hold" in world.refused("bo", "destroy", "--sign", folder, "--yes")
    world.ok("bo", "import", stick)
    world.ok("bo", "destroy", "--sign", folder, "--yes")
    assert "was destroyed in this vault before" in world.refused("bo", "destroy", "--apply", folder, "--yes")


def test_a_withdrawal_is_not_destroyed_by_an_order_where_what_it_withdraws_is_still_here(
    world: World,
) -> None:
    mine = code.generate()
    told, gone = arrive(
        world,
        seal(world.ring, TEXT, code=mine),
        seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3=""),
    )
    first = order(world, told, "first")
    world.ok("bo", "destroy", "--sign", first, "--yes")
    world.ok("bo", "destroy", gone, "--reason", "Invented", "--out", world.folder / "second")
    refusal = world.refused("ana", "destroy", "--sign", world.folder / "second", "--yes")
    assert f"withdraws or narrows {told}" in refusal
    world.ok("ana", "destroy", "--apply", first, "--yes")
    world.ok("ana", "destroy", "--sign", world.folder / "second", "--yes")


def test_an_order_is_not_carried_out_where_the_testimony_never_came(world: World) -> None:
    world.ok("ana", "import", transfer(world, [seal(world.ring, TEXT)]))
    (name,) = names(world, "ana")
    folder = order(world, name)
    assert "import the transfer" in world.refused("bo", "destroy", "--sign", folder, "--yes")


def test_who_can_still_open_it_and_until_when_is_said(world: World, told) -> None:
    said = world.ok("bo", "destroy", "--sign", order(world, told[0]), "--yes")
    assert "sealed to 2 reviewers (the keyring now: ana, bo)" in said
    assert f"an identity of {world.ring.epoch} until" in said and "backup made before" in said


def test_a_file_that_never_opened_can_be_destroyed(world: World) -> None:
    broken = seal(world.ring).replace(b"mlkem768x25519", b"mlkem768x25518")
    for body in (broken, b"age-encryption.org/v1\nnot a testimony, invented\n"):
        (name,) = arrive(world, body, number=1 + len(list(world.folder.glob("sakse-transfer-*"))))
        said = world.ok("bo", "destroy", "--sign", order(world, name, name), "--yes")
        assert "No identity in this vault opens it" in said
        assert name not in names(world, "bo")


@pytest.mark.parametrize(
    ("epoch", "day"),
    [("2026-11", "2027-05-31"), ("2026-05", "2026-11-30"), ("2026-08", "2027-02-28"), ("2026-06", "2026-12-31")],
)
def test_identities_of_a_month_are_due_to_be_burned_six_months_later(epoch: str, day: str) -> None:
    assert destroying._burned_after(epoch) == day


def test_a_release_that_held_it_is_to_be_recalled_and_remembers_none_of_its_content(
    world: World, told
) -> None:
    first, second = told
    folder = propose(world, first, second)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", world.folder / "r.age")
    said = world.ok("bo", "destroy", "--sign", order(world, first), "--yes")
    assert "TO BE RECALLED from team-iimm: release" in said
    world.ok("ana", "destroy", "--apply", world.folder / "order", "--yes")
    (row,) = json.loads(world.ok("ana", "releases", "--json"))
    assert list(row["recall"].values()) == [first]
    with vault(world) as mine:
        (made,) = releases.earlier(mine)
        (gone,) = [name for name, sha in made.testimonies.items() if sha not in mine.store.facts()]
        for part in (made.marks, made.files, made.said, made.allowed, made.withheld):
            assert gone not in part
    world.ok("ana", "log", "verify")
    propose(world, second, out="again")


def test_a_withdrawal_is_not_destroyed_before_what_it_withdraws(world: World) -> None:
    mine = code.generate()
    told, gone = arrive(
        world,
        seal(world.ring, TEXT, code=mine),
        seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3=""),
    )
    wish = ("--reason", "Invented", "--out", world.folder / "order")
    assert told in world.refused("ana", "destroy", gone, *wish)
    destroy(world, told, "first")
    destroy(world, gone, "second")
    assert names(world, "ana") == set()


def test_a_wish_that_is_not_whole_is_refused_in_a_sentence(world: World, told) -> None:
    for wish in ((), (told[0],), ("--out", world.folder / "o"), (told[0], "--sign", world.folder)):
        assert "Name a testimony and --out" in world.refused("ana", "destroy", *wish)
    assert "Say why" in world.refused("ana", "destroy", told[0], "--out", world.folder / "o")
    assert "no destroy.age" in world.refused("ana", "destroy", "--sign", world.folder)


def test_a_power_cut_in_the_middle_leaves_an_order_that_can_be_carried_out(
    world: World, told, monkeypatch
) -> None:
    first, second = told
    folder = order(world, first)

    def cut(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(destroying.events, "forget", cut)
        assert world.run("bo", "destroy", "--sign", folder, "--yes").exit_code == 70
    assert first in names(world, "bo")
    world.ok("bo", "destroy", "--apply", folder, "--yes")
    assert names(world, "bo") == {second}


@pytest.mark.parametrize(
    "change",
    [{"testimony": "0" * 63}, {"testimony": "x" * 64}, {"by": 1}, {"format": "other"}, {"more": ""},
     {"testimony": "AB" * 32}, {"day": "x\x1b[2K"}, {"day": "20261101"}, {"reason": ""}, {"reason": "a\nb"}],
)
def test_an_order_that_no_laptop_writes_is_refused(change: dict[str, object]) -> None:
    value = canonical.loads(Order("0" * 64, "why", "ana", "2026-11-01").encode(), what="it")
    with pytest.raises(DestroyError):
        destroying._parse(canonical.dumps({**value, **change}))


def test_a_signature_over_another_order_does_not_count(world: World, told) -> None:
    first, second = told
    one, other = order(world, first), order(world, second, "other")
    data = Order("0" * 64, "why", "ana", "2026-11-01").encode()
    forged = sshsig.sign(world.persons["bo"].sign, sshsig.APPROVAL, data)
    (one / "destroy.json.bo.sig").write_bytes(forged)
    assert "not a reviewer's signature" in world.refused("ana", "destroy", "--apply", one, "--yes")
    world.ok("bo", "destroy", "--sign", other, "--yes")
    (one / "destroy.json.bo.sig").write_bytes((other / "destroy.json.bo.sig").read_bytes())
    assert "not a reviewer's signature" in world.refused("ana", "destroy", "--apply", one, "--yes")


# --- backups -----------------------------------------------------------------------------------


def backed_up(world: World) -> Path:
    world.ok("ana", "backup", "--out", world.folder / "disk")
    (found,) = (world.folder / "disk").iterdir()
    return found


def restored(world: World, copy: Path) -> str:
    return world.ok("back", "restore", copy)


def test_a_restored_vault_holds_what_the_backup_held_and_its_log_goes_on(world: World, told) -> None:
    before = world.ok("ana", "list", "--json")
    copy = backed_up(world)
    assert last(world, "ana")["event"] == "backup"
    assert "custody lines hold" in restored(world, copy)
    assert world.ok("back", "list", "--json") == before
    assert json.loads(world.ok("back", "log", "verify", "--json"))["events"]["backup"] == 2
    for path in (world.vault("ana") / "sealed").iterdir():
        assert (world.vault("back") / "sealed" / path.name).read_bytes() == path.read_bytes()


def test_a_backup_opens_with_the_passphrase_alone_and_shows_no_word(world: World, told) -> None:
    copy = backed_up(world)
    for path in copy.rglob("*"):
        assert path.is_dir() or b"Canaryword" not in path.read_bytes()
    (world.folder / "passphrase").write_text(PASSPHRASE + "x")
    world.refused("back", "restore", copy)


def test_a_backup_that_was_changed_or_is_none_makes_no_vault(world: World, told) -> None:
    copy = backed_up(world)
    assert "is there already" in world.refused("ana", "backup", "--out", world.folder / "disk")
    assert "is not empty" in world.refused("ana", "restore", copy)
    stick = next(world.folder.glob("sakse-transfer-*"))
    assert "is no backup of a vault" in world.refused("back", "restore", stick)
    database = copy / "data/vault.db"
    database.write_bytes(database.read_bytes()[:-1] + b"!")
    assert "it was changed" in world.refused("back", "restore", copy)
    assert not (world.vault("back") / "vault.locked").exists()


def test_a_failed_backup_leaves_nothing_behind(world: World, told, monkeypatch) -> None:
    from reviewer import backup

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "flush", full)
    assert world.run("ana", "backup", "--out", world.folder / "disk").exit_code != 0
    assert list((world.folder / "disk").iterdir()) == []
