"""Taking a transfer in: what is opened, what is set aside, what is refused whole."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from envelope import archive, bag, commit, sshsig, testimony
from envelope.errors import BagError
from envelope.form import load
from envelope.padding import bucket
from envelope.seal import seal as seal_raw
from keys.person import current_epoch, new_reviewer
from reviewer import bagchild
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


def test_a_transfer_is_on_record_before_anything_of_it_is_opened(world, monkeypatch):
    from reviewer import importing

    log, seen = world.vault("ana") / "custody.jsonl", []

    class Watched(importing.Openers):
        def open(self, files):
            seen.extend(json.loads(line)["event"] for line in log.read_text().splitlines())
            return super().open(files)

    monkeypatch.setattr(importing, "Openers", Watched)
    world.ok("ana", "import", transfer(world, [seal(world.ring)]))
    assert seen == ["key_ceremony", "medium_in"]


def test_every_step_is_in_the_custody_log_and_the_log_verifies(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    world.ok("ana", "show", short(data))
    lines = (world.vault("ana") / "custody.jsonl").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    opened = ["medium_in", "received", "opened", "commitment_ok", "viewed"]
    assert events == ["key_ceremony", *opened]
    assert "6 lines hold" in world.ok("ana", "log", "verify")


def stick(world, *folders):
    """A stick's folder with these transfers under the drop's names, and somebody's other files."""
    place = world.folder / "stick"
    (place / "holiday").mkdir(parents=True)
    (place / "holiday" / "bagit.txt").write_text("no bag")
    for number, folder in enumerate(folders, 1):
        folder.rename(place / f"sakse-transfer-{number:04d}")
    return place


def test_all_transfers_of_a_stick_are_taken_in_at_once(world):
    both, first, second = (seal(world.ring, f"Account {n}, invented.") for n in range(3))
    place = stick(
        world, transfer(world, [both, first]), transfer(world, [both, second], number=2)
    )
    result = world.run("ana", "import", place)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Transfer 1, 2: 3 opened, 1 known already, 0 set aside")
    rows = listed(world)
    assert {rows[short(data)]["transfer"] for data in (both, first)} == {1}
    assert rows[short(second)]["transfer"] == 2
    assert "never came" not in result.stderr
    assert "0 opened, 4 known already" in world.ok("ana", "import", place)


def test_a_transfer_that_is_refused_does_not_keep_the_others_of_its_stick_out(world):
    good, bad = seal(world.ring, "Good."), seal(world.ring, "Bad.")
    broken = transfer(world, [bad])
    next((broken / "data/sealed").iterdir()).write_bytes(b"x")
    result = world.run("ana", "import", stick(world, broken, transfer(world, [good], number=2)))
    assert result.exit_code == 1 and "Transfer 2: 1 opened" in result.stdout
    assert "Nothing of sakse-transfer-0001: " in result.stderr
    assert result.stderr.splitlines()[-1].startswith("error: 1 of the transfers there were refused")
    assert list(listed(world)) == [short(good)]


def test_a_place_without_a_transfer_is_named(world):
    assert "holds none (sakse-transfer-*)" in world.refused("ana", "import", stick(world))


LIES = {
    "a file less": lambda v: v["files"].pop(),
    "another hash": lambda v: v["files"][0].update(sha256="0" * 64),
    "another number": lambda v: v.update(number=2),
    "another keyring": lambda v: v.update(keyring_serial=9),
    "a file more": lambda v: v["files"].append({"id": "f" * 32, "sha256": "0" * 64, "size": 1}),
    "a climbing name": lambda v: v["files"][0].update(id="../../../etc/passwd"),
    "a negative size": lambda v: v["files"][0].update(size=-1),
    "an unknown part": lambda v: v.update(more=1),
    "no number": lambda v: v.update(number=True),
    "another size": lambda v: v["files"][0].update(size=5),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_the_child_says_of_a_stick_is_not_believed(world, monkeypatch, lie):
    from reviewer import transfer as transfers

    files = [seal(world.ring, f"Account {n}.") for n in range(2)]
    folder = transfer(world, files)
    value = json.loads((folder / "data/transfer.json").read_bytes())
    LIES[lie](value)
    monkeypatch.setattr(transfers, "_looked", lambda _: value)
    assert "export again" in world.refused("ana", "import", folder)
    assert listed(world) == {}


@pytest.mark.parametrize("name", ["data/sealed", "tagmanifest-sha256.txt", "bag-info.txt"])
def test_a_link_on_a_stick_leads_nowhere(world, name):
    folder = transfer(world, [seal(world.ring)])
    path = folder / name
    path.rename(world.folder / "elsewhere")
    path.symlink_to(world.folder / "elsewhere")
    assert "is a link or a device" in world.refused("ana", "import", folder)


@pytest.mark.parametrize("name", ["tagmanifest-sha256.txt.drop.sig", "bag-info.txt"])
def test_a_link_put_there_after_the_child_looked_leads_nowhere(world, monkeypatch, name):
    from reviewer import transfer as transfers

    folder = transfer(world, [seal(world.ring)])
    looked = transfers._looked

    def swapped(place):
        value = looked(place)
        (folder / name).rename(world.folder / "elsewhere")
        (folder / name).symlink_to(world.folder / "elsewhere")
        return value

    monkeypatch.setattr(transfers, "_looked", swapped)
    assert "Too many levels of symbolic links" in world.refused("ana", "import", folder)


def test_a_child_that_falls_over_a_stick_refuses_it(world, monkeypatch):
    from reviewer import sandbox

    monkeypatch.setattr(sandbox, "python", lambda *_: ["/bin/sh", "-c", "echo '{}'; exit 3"])
    said = world.refused("ana", "import", transfer(world, [seal(world.ring)]))
    assert "can not be read; the stick may be failing" in said


def test_without_bubblewrap_nothing_is_imported_and_its_package_is_named(world, monkeypatch):
    folder = transfer(world, [seal(world.ring)])
    monkeypatch.setenv("PATH", str(world.folder))
    assert "bubblewrap" in world.refused("ana", "import", folder)
    monkeypatch.undo()
    assert listed(world) == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(
    st.binary(max_size=99)
    | json_values.map(encoded)
    | st.fixed_dictionaries({"files": json_values}).map(encoded)
    | st.lists(st.fixed_dictionaries({"id": json_values}), max_size=2).map(
        lambda files: encoded({"files": files})
    )
)
def test_whatever_stands_in_a_list_is_read_or_refused_in_a_sentence(data):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / "data/transfer.json").write_bytes(data)
        bag.write(folder, {"Payload-Oxum": "0.0"})
        said = bagchild.look(folder)
        if "refused" not in said:  # then it says of itself that the bag has no file
            assert said == {"list": json.loads(data)} and said["list"]["files"] in ([], {}, "")
        else:
            assert said["refused"].endswith("export again.")


@given(json_values)
def test_whatever_a_child_says_is_a_list_or_refused(value):
    from envelope.errors import FormatError
    from reviewer import transfer as transfers

    with pytest.raises(FormatError):
        transfers._files(Path("x"), value)
