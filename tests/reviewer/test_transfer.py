"""Taking a transfer in: what is opened, what is set aside, what is refused whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import archive, bag, commit, sshsig, testimony
from envelope.errors import BagError
from envelope.form import load
from envelope.padding import bucket
from envelope.seal import seal as seal_raw
from keys.person import current_epoch, new_reviewer
from reviewer.importing import take_in
from reviewer.transfer import read
from reviewer.vault import Vault
from tests.reviewer.world import CONSENT, PASSPHRASE, seal, short, transfer


def listed(world, who="ana"):
    return {row["id"]: row for row in json.loads(world.ok(who, "list", "--json"))}


def test_a_transfer_is_opened_and_listed(world):
    files = [seal(world.ring, f"Account {n}, invented.") for n in range(3)]
    said = world.ok("ana", "import", transfer(world, files))
    assert "3 opened" in said and "0 set aside" in said
    rows = listed(world)
    assert set(rows) == {short(data) for data in files}
    assert {row["commitment"] for row in rows.values()} == {"ok"}


def test_the_sealed_original_is_kept_byte_for_byte(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    (path,) = (world.vault("ana") / "sealed").iterdir()
    assert path.read_bytes() == data


def test_both_reviewers_give_a_testimony_the_same_id(world):
    bag_folder = transfer(world, [seal(world.ring)])
    for who in ("ana", "bo"):
        world.ok(who, "import", bag_folder)
    assert list(listed(world, "ana")) == list(listed(world, "bo"))


def test_show_gives_the_account_and_the_answers(world):
    data = seal(world.ring, "They came at night.", p1__township="", x1="military kia")
    world.ok("ana", "import", transfer(world, [data]))
    shown = world.ok("ana", "show", short(data))
    assert "They came at night." in shown
    assert "Myanmar military (Tatmadaw); Kachin Independence Army (KIA)" in shown


def test_a_terminal_is_not_moved_by_a_hostile_account_or_name(world, tmp_path):
    path = tmp_path / "a\u202egpj.exe\x1b[2J"
    path.write_bytes(b"invented")
    data = seal(world.ring, "before\x1b[2J\u202eafter\U000e0041", [path])
    world.ok("ana", "import", transfer(world, [data]))
    shown = world.ok("ana", "show", short(data))
    assert "\x1b" not in shown and "\u202e" not in shown and "\U000e0041" not in shown
    assert "before‹U+001B›[2J‹U+202E›after‹U+E0041›" in shown


def test_a_file_with_one_flipped_bit_is_set_aside_and_kept(world):
    good, bad = seal(world.ring), bytearray(seal(world.ring))
    bad[len(bad) // 2] ^= 1
    result = world.run("ana", "import", transfer(world, [good, bytes(bad)]))
    assert "1 opened" in result.stdout and "1 set aside" in result.stdout
    assert f"{short(bytes(bad))} set aside: it is not a testimony as it is sealed" in result.stderr
    assert listed(world)[short(bytes(bad))]["state"] == "set_aside"
    kept = {path.read_bytes() for path in (world.vault("ana") / "sealed").iterdir()}
    assert kept == {good, bytes(bad)}


@pytest.mark.parametrize("at", [0, 25, 900, 1500, 3000, -1, -17, -65536])
def test_a_bit_flipped_anywhere_never_opens(world, at):
    data = bytearray(seal(world.ring))
    data[at] ^= 4
    world.ok("ana", "import", transfer(world, [bytes(data)]))
    assert listed(world)[short(bytes(data))]["state"] == "set_aside"


def test_a_file_sealed_to_others_is_set_aside_by_name(world):
    strangers = tuple(
        replace(r, age=new_reviewer("eve", current_epoch()).epochs[current_epoch()].recipient)
        for r in world.ring.recipients
    )
    data = seal(replace(world.ring, recipients=strangers))
    result = world.run("ana", "import", transfer(world, [data]))
    assert "opens with no key of yours" in result.stderr
    assert world.refused("ana", "suggest", short(data)).startswith(short(data))


def raw_sealed(world, members, size=bucket, grease=bytes(32)):
    import io

    out = io.BytesIO()
    recipients = [r.age for r in world.ring.recipients]
    seal_raw(archive.pack(members, size), out, recipients, grease=grease)
    return out.getvalue()


def document(narrative="Invented.", **changes):
    made = testimony.build(load(), lang="en", answers=CONSENT, narrative=narrative, attachments=())
    value = json.loads(made.encode())
    return {**value, **changes}


def encoded(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


HOSTILE = {
    "no testimony": lambda w: raw_sealed(w, [("other.json", b"{}")]),
    "climbing name": lambda w: bytes(seal(w.ring)).replace(b"age", b"agf", 1),
    "extra member": lambda w: raw_sealed(
        w, [("testimony.json", encoded(document())), ("attachments/02", b"x")]
    ),
    "unlisted file": lambda w: raw_sealed(
        w, [("testimony.json", encoded(document())), ("attachments/01", b"x")]
    ),
    "spaces in JSON": lambda w: raw_sealed(
        w, [("testimony.json", json.dumps(document()).encode())]
    ),
    "unknown field": lambda w: raw_sealed(
        w, [("testimony.json", encoded(document(answers={"zz": "1"})))]
    ),
    "another form": lambda w: raw_sealed(w, [("testimony.json", encoded(document(form=2)))]),
    "no padding": lambda w: raw_sealed(w, [("testimony.json", encoded(document()))], lambda n: n),
    "no commitment": lambda w: raw_sealed(
        w, [("testimony.json", encoded(document()))], grease=None
    ),
    "not age": lambda w: b"They took my brother." * 4000,
    "empty": lambda w: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_set_aside_and_the_rest_goes_on(world, name):
    good, bad = seal(world.ring), HOSTILE[name](world)
    result = world.run("ana", "import", transfer(world, [good, bad]))
    assert result.exit_code == 0 and "1 opened" in result.stdout, result.output
    rows = listed(world)
    assert rows[short(bad)]["state"] == "set_aside" and rows[short(good)]["state"] == "opened"


def test_a_wrong_root_is_opened_but_marked_for_ever(world):
    made = document("What I saw, invented.")
    r, seed = bytes.fromhex(made["r"]), bytes.fromhex(made["seed"])
    other = commit.units(load(), testimony.parse(encoded({**made, "narrative": "Other."})), [])
    wrong = commit.commitment(r, commit.root(seed, other))
    data = raw_sealed(world, [("testimony.json", encoded(made))], grease=wrong)
    result = world.run("ana", "import", transfer(world, [data]))
    assert "1 in doubt" in result.stdout and "in doubt: it is not what its seal" in result.stderr
    world.ok("ana", "import", transfer(world, [data], number=2))
    assert listed(world)[short(data)]["commitment"] == "mismatch"
    assert "commitment_mismatch" in (world.vault("ana") / "custody.jsonl").read_text()


def test_the_same_file_in_a_later_transfer_is_known_already(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    result = world.run("ana", "import", transfer(world, [data, seal(world.ring)], number=2))
    assert "1 opened, 1 known already" in result.stdout


def test_an_older_transfer_is_named(world):
    world.ok("ana", "import", transfer(world, [seal(world.ring)], number=5))
    result = world.run("ana", "import", transfer(world, [seal(world.ring)], number=3))
    assert "Transfer 3 is older than transfer 5" in result.stderr and result.exit_code == 0


def test_the_same_number_with_other_content_is_named(world):
    world.ok("ana", "import", transfer(world, [seal(world.ring)]))
    result = world.run("ana", "import", transfer(world, [seal(world.ring)]))
    assert "was taken in before with other content" in result.stderr


def test_a_newer_keyring_at_the_drop_is_named(world):
    result = world.run("ana", "import", transfer(world, [], serial=7))
    assert "The drop serves keyring 7, this vault has 1" in result.stderr


def test_a_transfer_signed_by_another_key_is_refused_whole(world):
    folder = transfer(world, [seal(world.ring)], key=Ed25519PrivateKey.generate())
    assert "tagmanifest-sha256.txt.drop.sig is refused" in world.refused("ana", "import", folder)
    assert listed(world) == {}


def test_an_unsigned_transfer_is_refused(world):
    folder = transfer(world, [seal(world.ring)])
    (folder / "tagmanifest-sha256.txt.drop.sig").unlink()
    assert "is not signed by the drop" in world.refused("ana", "import", folder)


def test_a_file_changed_on_the_stick_is_refused_by_name(world):
    folder = transfer(world, [seal(world.ring)])
    (path,) = (folder / "data/sealed").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert path.name in world.refused("ana", "import", folder)


def test_a_stick_that_changes_while_it_is_read_stops_the_import(world):
    folder = transfer(world, [seal(world.ring)])

    def failing_stick(listed):
        for one, file in listed:
            file.path.write_bytes(file.path.read_bytes()[:-1] + b"x")
            yield one, file

    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        found = read(folder, world.ring.drop)
        with pytest.raises(BagError, match="changed while it was read"):
            take_in(vault, [found], failing_stick, print)


def test_a_list_that_does_not_name_its_files_is_refused(world):
    folder = transfer(world, [seal(world.ring)])
    (folder / "data/transfer.json").write_bytes(
        (folder / "data/transfer.json").read_bytes().replace(b'"number":1', b'"number":0')
    )
    bag.write(folder, {"Payload-Oxum": "0.0"})
    bag.sign(folder, world.drop, sshsig.TRANSFER, "drop")
    assert "transfer.json is refused" in world.refused("ana", "import", folder)


def test_what_the_drop_signed_is_kept_and_still_verifies(world):
    folder = transfer(world, [seal(world.ring)])
    world.ok("ana", "import", folder)
    (kept,) = (world.vault("ana") / "transfers").iterdir()
    assert "drop" in bag.verify(kept, sshsig.TRANSFER, {"drop": world.ring.drop})


def test_every_step_is_in_the_custody_log_and_the_log_verifies(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    world.ok("ana", "show", short(data))
    lines = (world.vault("ana") / "custody.jsonl").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events == ["medium_in", "received", "opened", "commitment_ok", "viewed"]
    assert "5 lines hold" in world.ok("ana", "log", "verify")
