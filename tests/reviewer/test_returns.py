"""What goes back to the drop: signed by two who hold the same bytes, and taken by the drop. All invented."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import bag, canonical, keyring, receipt, sshsig
from envelope.errors import FormatError
from envelope.receipt import Receipt
from reviewer.store import short_id
from tests.reviewer.leaking import vault
from tests.reviewer.test_release_flow import arrive
from tests.reviewer.world import World, seal, transfer

HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
FILES = st.dictionaries(HEX, HEX.map(lambda half: half * 2), max_size=4)


def written(world: World, who: str = "ana", place: str = "out") -> Path:
    world.ok(who, "receipt", "--out", world.folder / place)
    (found,) = (world.folder / place).glob("sakse-return-*")
    return found


def named(folder: Path) -> Receipt:
    return receipt.parse((folder / "data/receipt.json").read_bytes())


@pytest.fixture
def told(world: World) -> list[str]:
    """Two testimonies, in both vaults."""
    return arrive(world, seal(world.ring), seal(world.ring, "They took Daw Hla."))


# --- what it says ------------------------------------------------------------------------------


def test_a_return_names_every_file_of_the_newest_transfer_by_the_drops_id(
    world: World, told: list[str]
) -> None:
    found = written(world)
    made = named(found)
    (listed,) = world.folder.glob("sakse-transfer-*/data/transfer.json")
    files = json.loads(listed.read_bytes())["files"]
    assert made.opened == {one["id"]: one["sha256"] for one in files}
    assert (made.by, made.transfer, dict(made.set_aside), dict(made.destroyed)) == ("ana", 1, {}, {})
    assert found.name == "sakse-return-0001"
    assert (found / "data/keyring.json").read_bytes() == (world.folder / "keyring.json").read_bytes()


def test_a_return_carries_the_head_of_its_writers_log_and_the_second_signer_keeps_it(
    world: World, told: list[str]
) -> None:
    before = json.loads(world.ok("ana", "log", "verify", "--json"))["head"]
    found = written(world)
    assert named(found).custody_head == before
    world.ok("bo", "receipt", "--sign", found, "--yes")
    last = json.loads((world.vault("bo") / "custody.jsonl").read_text().splitlines()[-1])
    assert last["event"] == "exported"
    assert last["detail"] == {
        "by": "ana", "custody_head": before, "files": 2, "transfer": 1, "what": "receipt",
    }  # fmt: skip
    world.ok("ana", "log", "verify", "--head", last["detail"]["custody_head"])


def test_what_does_not_open_is_named_as_set_aside(world: World) -> None:
    arrive(world, seal(world.ring), b"age-encryption.org/v1\nnot a testimony, invented\n")
    made = named(written(world))
    assert (len(made.opened), len(made.set_aside)) == (1, 1)


def test_a_bag_of_two_signatures_is_whole_for_common_tools(world: World, told: list[str]) -> None:
    found = written(world)
    world.ok("bo", "receipt", "--sign", found, "--yes")
    bag.validate(found)
    assert set(bag.verify(found, sshsig.RECEIPT, world.ring.signers())) == {"ana", "bo"}


@given(FILES, FILES, FILES, st.integers(1, 10**9))
def test_a_receipt_reads_back_as_it_was_written(opened, aside, gone, number: int) -> None:
    made = Receipt("ana", "0" * 64, number, opened, aside, gone)
    if len(made.named()) == len(opened) + len(aside) + len(gone):
        assert receipt.parse(made.encode()) == made
    else:
        with pytest.raises(FormatError, match="not a receipt"):
            receipt.parse(made.encode())


@pytest.mark.parametrize(
    "change",
    [
        {"transfer": 0}, {"transfer": True}, {"transfer": "1"}, {"by": 1}, {"by": None},
        {"custody_head": "0" * 63}, {"custody_head": "A" * 64}, {"format": "sakse-receipt@v2"},
        {"opened": {}}, {"opened": [{"id": "0" * 32}]}, {"opened": [{"id": "0" * 31, "sha256": "0" * 64}]},
        {"opened": [{"id": [], "sha256": "0" * 64}]}, {"opened": [{"id": "0" * 32, "sha256": 0}]},
        {"more": 1}, {"opened": [{"id": "0" * 32, "sha256": "0" * 64, "size": 1}]},
        {"opened": [{"id": "0" * 32, "sha256": "0" * 64}] * 2},
        {"opened": [{"id": "1" * 32, "sha256": "0" * 64}, {"id": "0" * 32, "sha256": "0" * 64}]},
    ],
)  # fmt: skip
def test_a_receipt_that_no_laptop_writes_is_refused(change: dict[str, object]) -> None:
    value = canonical.loads(Receipt("ana", "0" * 64, 1, {}, {}, {}).encode(), what="it")
    with pytest.raises(FormatError, match="not a receipt"):
        receipt.parse(canonical.dumps({**value, **change}))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_a_receipt_or_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(FormatError):
        receipt.parse(data)


# --- who signs ---------------------------------------------------------------------------------


def test_one_reviewer_does_not_sign_twice(world: World, told: list[str]) -> None:
    assert "wrote this return yourself" in world.refused("ana", "receipt", "--sign", written(world))


def test_nobody_signs_for_what_is_not_in_her_own_vault(world: World) -> None:
    stick = transfer(world, [seal(world.ring)])
    world.ok("ana", "import", stick)
    assert "import transfer 1 first" in world.refused("bo", "receipt", "--sign", written(world), "--yes")
    assert "took in no transfer yet" in world.refused("bo", "receipt", "--out", world.folder / "o")


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_nobody_signs_for_a_copy_that_is_not_what_came_and_an_import_brings_it_back(
    world: World, told: list[str], damage: str
) -> None:
    found = written(world)
    with vault(world, "bo") as mine:
        copy = next(iter((mine.folder / "sealed").glob("*.age")))
    if damage == "gone":
        copy.unlink()
    else:
        copy.write_bytes(bytes([copy.read_bytes()[0] ^ 1]) + copy.read_bytes()[1:])
    for wish in (("--sign", found, "--yes"), ("--out", world.folder / "other")):
        assert short_id(copy.stem) in world.refused("bo", "receipt", *wish)
    copy.unlink(missing_ok=True)
    (stick,) = world.folder.glob("sakse-transfer-*")
    assert "1 opened, 1 known" in world.ok("bo", "import", stick)
    world.ok("bo", "receipt", "--sign", found, "--yes")


def test_a_return_changed_on_its_way_is_not_signed(world: World, told: list[str]) -> None:
    found = written(world)
    path = found / "data/receipt.json"
    path.write_bytes(path.read_bytes().replace(b'"transfer":1', b'"transfer":2'))
    assert "it was changed" in world.refused("bo", "receipt", "--sign", found, "--yes")
    digests = {
        name: bag._sha256(found / name)
        for name in ("data/keyring.json", "data/keyring.json.sig", "data/receipt.json")
    }
    for name, data in bag.tag_files((found / "bag-info.txt").read_bytes(), digests).items():
        (found / name).write_bytes(data)
    assert "does not fit" in world.refused("bo", "receipt", "--sign", found, "--yes")


def test_a_file_more_in_a_return_is_refused(world: World, told: list[str]) -> None:
    found = written(world)
    (found / "data/more.txt").write_text("invented")
    bag.write(found, {})
    bag.sign(found, world.persons["ana"].sign, sshsig.RECEIPT, "ana")
    assert "does not hold what a return holds" in world.refused("bo", "receipt", "--sign", found)


def test_a_return_with_an_older_keyring_than_ones_own_is_not_signed(
    world: World, told: list[str]
) -> None:
    found = written(world)
    world.ok("bo", "keyring", world.newer(2))
    assert "give her the newer one" in world.refused("bo", "receipt", "--sign", found, "--yes")


def test_two_keyrings_of_one_serial_are_noticed(world: World, told: list[str]) -> None:
    world.ok("ana", "keyring", world.newer(2))
    found = written(world)
    (world.folder / "other").mkdir()
    other = replace(world, folder=world.folder, ring=replace(world.ring, team="another team"))
    world.ok("bo", "keyring", other.newer(2))
    assert "two keyrings" in world.refused("bo", "receipt", "--sign", found, "--yes")


def test_two_returns_on_one_stick_are_signed_by_name(world: World, told: list[str]) -> None:
    found = written(world)
    shutil.copytree(found, found.with_name("sakse-return-0002"))
    assert "holds 2 returns" in world.refused("bo", "receipt", "--sign", found.parent, "--yes")
    assert "there already" in world.refused("ana", "receipt", "--out", found.parent)
    assert "--out, or sign" in world.refused("ana", "receipt")


# --- keyrings ----------------------------------------------------------------------------------


def test_a_newer_keyring_is_taken_in_logged_and_carried_to_the_drop(
    world: World, told: list[str]
) -> None:
    path = world.newer(2)
    assert "keyring 2, " in world.ok("ana", "keyring", path)
    assert "ana (you)" in world.ok("ana", "keyring")
    found = written(world)
    assert (found / "data/keyring.json").read_bytes() == path.read_bytes()
    lines = (world.vault("ana") / "custody.jsonl").read_text().splitlines()
    ceremonies = [one for one in map(json.loads, lines) if one["event"] == "key_ceremony"]
    assert [one["detail"]["serial"] for one in ceremonies] == [1, 2]


def test_a_keyring_that_is_older_of_another_root_or_without_me_is_refused(
    world: World, told: list[str]
) -> None:
    assert "only a newer one" in world.refused("ana", "keyring", world.folder / "keyring.json")
    path = world.newer(3, reviewers=("bo",))
    assert "does not name you" in world.refused("ana", "keyring", path)
    path = world.newer(3)
    path.write_bytes(path.read_bytes().replace(b"invented team", b"another team!"))
    assert "refused" in world.refused("ana", "keyring", path)
    assert "keyring 1, " in world.ok("ana", "keyring")


def test_a_medium_that_shows_another_keyring_at_a_second_look_changes_nothing(
    world: World, monkeypatch
) -> None:
    path = world.newer(2)
    shown, real = [], Path.read_bytes

    def once(one: Path) -> bytes:
        if one == path:
            shown.append(one)
            return real(one) if len(shown) == 1 else b"{}"
        return real(one)

    monkeypatch.setattr(Path, "read_bytes", once)
    world.ok("ana", "keyring", path)
    monkeypatch.undo()
    assert "keyring 2, " in world.ok("ana", "keyring")


@pytest.mark.parametrize("step", range(4))
def test_a_power_cut_while_a_keyring_is_put_in_place_leaves_one_that_is_whole(
    world: World, monkeypatch, step: int
) -> None:
    path, kept = world.newer(2), world.vault("ana") / "keyring.json"
    old = kept.read_bytes()
    done = 0
    cut = RuntimeError("the power went")

    def counting(real):
        def work(*arguments, **named):
            nonlocal done
            if done == step:
                raise cut
            done += 1
            return real(*arguments, **named)

        return work

    with monkeypatch.context() as patched:
        patched.setattr(keyring, "write_new", counting(keyring.write_new))
        patched.setattr(Path, "replace", counting(Path.replace))
        with pytest.raises(RuntimeError):
            keyring.install(kept, path.read_bytes(), keyring.beside(path).read_bytes())
    with vault(world, "ana") as mine:
        assert mine.keyring.serial == (2 if step == 3 else 1)
    assert kept.read_bytes() == (path.read_bytes() if step == 3 else old)
