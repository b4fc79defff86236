"""The vault: what lies on the disk, who may open it, and what a power cut leaves."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import canonical
from keys import lock
from keys.ceremony import IDENTITY_KIND
from keys.person import current_epoch, new_reader, new_reviewer
from reviewer import custody
from reviewer.cells import Cells
from reviewer.errors import VaultError
from reviewer.store import short_id
from reviewer.vault import Vault
from tests.reviewer.world import PASSPHRASE, seal, short, transfer

OPENER = Path(__file__).resolve().parents[2] / "doc/openers/open_vault.py"
CANARY = "the canary sang in the invented village at noon"
BURMESE = "ကျွန်တော် ထွက်ပြေးခဲ့ရတယ်"


def vault_of(world, who="ana") -> Vault:
    return Vault(world.vault(who), PASSPHRASE)


def holds(folder: Path, text: str) -> list[str]:
    """Files that hold a text in UTF-8 or UTF-16, as it is or in upper or lower case."""
    forms = {text, text.lower(), text.upper()}
    needles = [form.encode(code) for form in forms for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


def test_no_word_of_a_testimony_lies_on_the_disk_after_a_session(world, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8" + CANARY.upper().encode() + b"\xff\xd9")
    data = seal(world.ring, f"{CANARY}. {BURMESE}", [photo], p2__village="Canary village")
    photo.unlink()
    world.ok("ana", "import", transfer(world, [data]))
    name = short(data)
    world.ok("ana", "show", name)
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", name, "--add", "the canary sang", "--accept-all")
    card = world.folder / "iimm.card.json"
    world.ok("ana", "propose", name, "--to", card, "--purpose", "A test", "--out", tmp_path / "p")
    for text in (CANARY, "canary", BURMESE, "Canary village"):
        assert holds(world.folder, text) == []
        assert holds(Path("/dev/shm"), text) == []


def test_the_scan_for_plaintext_finds_one_planted_on_purpose(world):
    connection = sqlite3.connect(world.vault("ana") / "vault.db")
    connection.execute("INSERT INTO records VALUES ('x', 1, ?)", (CANARY,))
    connection.commit()
    connection.close()
    assert holds(world.folder, CANARY) == ["vault.db"]


def test_everything_in_a_vault_is_for_its_owner_alone(world):
    world.ok("ana", "import", transfer(world, [seal(world.ring)]))
    for path in (world.vault("ana"), *world.vault("ana").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_wrong_passphrase_is_refused_in_one_sentence(world):
    (world.folder / "passphrase").write_text("another passphrase")
    assert "passphrase does not open" in world.refused("ana", "list")


def test_a_folder_that_is_no_vault_is_named(world, tmp_path):
    assert "is not a vault" in world.refused("ana", "list", "--vault", tmp_path)


def test_no_vault_named_is_said(world):
    from click.testing import CliRunner

    from reviewer.cli import group

    result = CliRunner().invoke(group, ["list"], env={"SAKSE_VAULT": None})
    assert result.exit_code == 1 and "No vault is named" in result.stderr


def test_one_command_at_a_time_works_in_a_vault(world):
    with vault_of(world):
        assert "Another command is working" in world.refused("ana", "list")
    world.ok("ana", "list")


def test_a_vault_is_never_made_over_another(world):
    said = world.refused(
        "ana", "init", "--identity", world.folder / "ana.identity",
        "--keyring", world.folder / "keyring.json", "--root", world.root,
    )  # fmt: skip
    assert "never overwritten" in said


def refuse_init(world, person, **paths) -> str:
    secret = lock.lock(canonical.dumps(person.as_json()), PASSPHRASE, kind=IDENTITY_KIND)
    (world.folder / "new.identity").write_bytes(secret)
    given_ = {"keyring": world.folder / "keyring.json", "root": world.root, **paths}
    options = [part for name, value in given_.items() for part in (f"--{name}", value)]
    said = world.refused("new", "init", "--identity", world.folder / "new.identity", *options)
    assert not (world.vault("new") / "vault.locked").exists()
    return said


def test_a_keyring_of_another_root_makes_no_vault(world):
    person = world.persons["ana"]
    assert "another root" in refuse_init(world, person, root="-".join(["00000"] * 8))


def test_a_person_outside_the_keyring_gets_no_vault(world):
    said = refuse_init(world, new_reviewer("eve", current_epoch()))
    assert "does not name you" in said


def test_a_legal_team_gets_no_vault(world):
    assert "Only a reviewer has a vault" in refuse_init(world, new_reader("law", "iimm"))


def test_a_keyring_changed_in_the_vault_is_refused(world):
    path = world.vault("ana") / "keyring.json"
    path.write_bytes(path.read_bytes().replace(b'"serial":1', b'"serial":2'))
    assert "keyring is refused" in world.refused("ana", "list")


def test_a_value_moved_to_another_row_is_noticed(world):
    world.ok("ana", "import", transfer(world, [seal(world.ring, "One."), seal(world.ring, "Two.")]))
    connection = sqlite3.connect(world.vault("ana") / "vault.db")
    (first,), (second,) = connection.execute("SELECT sha256 FROM testimonies").fetchall()
    connection.execute(
        "UPDATE testimonies SET document = (SELECT document FROM testimonies WHERE sha256 = ?)"
        " WHERE sha256 = ?", (first, second),
    )  # fmt: skip
    connection.commit()
    connection.close()
    assert "testimonies.document" in world.refused("ana", "show", short_id(second))


def test_an_older_value_put_back_is_noticed(world):
    data = seal(world.ring, "U Tun Tun ran.")
    world.ok("ana", "import", transfer(world, [data]))
    world.ok("ana", "suggest", short(data))
    connection = sqlite3.connect(world.vault("ana") / "vault.db")
    (old,) = connection.execute("SELECT review FROM reviews").fetchone()
    world.ok("ana", "redact", short(data), "--accept-all")
    connection.execute("UPDATE reviews SET review = ?", (old,))
    connection.commit()
    connection.close()
    assert "reviews.review" in world.refused("ana", "redact", short(data), "--list")


def test_the_opener_in_the_documents_reads_a_vault_without_sakse(world):
    data = seal(world.ring, f"{CANARY}.")
    world.ok("ana", "import", transfer(world, [data]))
    secret = lock.unlock(
        (world.vault("ana") / "vault.locked").read_bytes(), PASSPHRASE, kind="vault"
    )
    line = [sys.executable, str(OPENER), str(world.vault("ana"))]
    done = subprocess.run(line, input=secret, capture_output=True, check=True, cwd="/")
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    (row,) = (row for row in rows if row["table"] == "testimonies")
    assert row["document"]["narrative"] == f"{CANARY}."
    with vault_of(world) as vault:
        assert row["file_key"] == vault.store.get(short(data)).file_key.hex()


def test_nothing_of_an_older_version_stays_in_the_database_file(world):
    data = seal(world.ring, "U Tun Tun ran.")
    world.ok("ana", "import", transfer(world, [data]))
    path = world.vault("ana") / "vault.db"
    connection = sqlite3.connect(path)
    (old,) = connection.execute("SELECT document FROM testimonies").fetchone()
    connection.close()
    pieces = [old[at : at + 64] for at in range(0, len(old) - 64, 512)]
    assert any(piece in path.read_bytes() for piece in pieces)
    world.ok("ana", "suggest", short(data))
    assert not any(piece in path.read_bytes() for piece in pieces)


def test_the_database_says_nothing_but_hashes_and_counts(world):
    world.ok("ana", "import", transfer(world, [seal(world.ring)]))
    connection = sqlite3.connect(world.vault("ana") / "vault.db")
    columns = {
        table: {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    connection.close()
    assert columns == {
        "testimonies": {
            "sha256": "VARCHAR", "version": "INTEGER", "facts": "BLOB", "file_key": "BLOB",
            "document": "BLOB",
        },
        "reviews": {"sha256": "VARCHAR", "version": "INTEGER", "review": "BLOB"},
        "records": {"name": "VARCHAR", "version": "INTEGER", "value": "BLOB"},
    }  # fmt: skip


def test_a_long_account_and_a_short_one_look_alike_in_the_database(world):
    files = [seal(world.ring, "Short."), seal(world.ring, "Long, invented. " * 60)]
    world.ok("ana", "import", transfer(world, files))
    connection = sqlite3.connect(world.vault("ana") / "vault.db")
    sizes = connection.execute("SELECT DISTINCT length(document) FROM testimonies").fetchall()
    connection.close()
    assert len(sizes) == 1


def test_a_custody_log_cut_deeper_than_its_last_commit_is_noticed(world):
    for number in (1, 2):
        world.ok("ana", "import", transfer(world, [seal(world.ring)], number))
    path = world.vault("ana") / "custody.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    assert "not the one this vault wrote" in world.refused("ana", "list")


def test_a_line_added_to_the_custody_log_is_noticed(world):
    world.ok("ana", "import", transfer(world, [seal(world.ring)]))
    path = world.vault("ana") / "custody.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])
    assert "not the one this vault wrote" in world.refused("ana", "list")


def test_a_changed_early_line_is_found_by_log_verify(world):
    for number in (1, 2):
        world.ok("ana", "import", transfer(world, [seal(world.ring)], number))
    path = world.vault("ana") / "custody.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"event":"received"', b'"event":"released"', 1))
    assert "Line 3 of the custody log" in world.refused("ana", "log", "verify")


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_power_cut_between_database_and_log_is_mended(world, keep):
    """The lines are in the database; only some of their bytes reached the log."""
    with vault_of(world) as vault:
        vault.log("error", reason="first")
        vault.commit()
        size = vault.custody_path.stat().st_size
        vault.log("error", reason="second")
        vault.log("error", reason="third")
        vault.commit()
        path, head = vault.custody_path, vault.head
    whole = path.read_bytes()
    path.write_bytes(whole[:size] + whole[size:][:keep])
    with vault_of(world) as vault:
        assert vault.head == head
        vault.log("error", reason="fourth")
        vault.commit()
    keys = {"ana": world.persons["ana"].sign.public_key().public_bytes_raw()}
    _, *lines = custody.verify(path, keys)  # the first says whose keys these are
    reasons = [line.event.detail["reason"] for line in lines]
    assert reasons == ["first", "second", "third", "fourth"]


def test_a_log_begins_with_the_keyring_it_was_made_under_and_says_so_once(world):
    for _ in range(2):
        world.ok("ana", "log", "verify")
        with vault_of(world) as vault:
            vault.log("error")
            vault.commit()
            path, serial = vault.custody_path, vault.keyring.serial
            digest = hashlib.sha256(vault.keyring_bytes).hexdigest()
    keys = {"ana": world.persons["ana"].sign.public_key().public_bytes_raw()}
    first, *others = [line.event for line in custody.verify(path, keys)]
    assert first.event == "key_ceremony"
    assert first.detail == {"keyring": digest, "root": world.root, "serial": serial}
    assert [one.event for one in others] == ["error", "error"]


def test_what_is_not_committed_is_in_neither_database_nor_log(world):
    with vault_of(world) as vault:
        vault.store.set_record("x", 1)
        vault.log("error")
    with vault_of(world) as vault:
        assert vault.store.record("x") is None and vault.custody_path.read_bytes() == b""


def test_a_failure_in_the_middle_of_an_import_leaves_whole_testimonies(world, monkeypatch):
    from reviewer import importing, openers
    from reviewer.transfer import last_number

    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(openers, "AHEAD", 0)
    files = [seal(world.ring, f"Account {n}.") for n in range(5)]
    folder = transfer(world, files)
    kept = Vault.keep_sealed
    calls = []

    def failing(self, sha256, data):
        calls.append(sha256)
        if len(calls) == 4:
            raise OSError(28, "No space left on device", "vault")
        return kept(self, sha256, data)

    monkeypatch.setattr(Vault, "keep_sealed", failing)
    assert "No space left on device" in world.refused("ana", "import", folder)
    with vault_of(world) as vault:
        assert len(vault.store.facts()) == 2
        assert last_number(vault) == 0
    monkeypatch.setattr(Vault, "keep_sealed", kept)
    assert "3 opened, 2 known already" in world.ok("ana", "import", folder)
    world.ok("ana", "log", "verify")


def test_a_killed_import_can_be_done_again_and_loses_nothing(world):
    files = [seal(world.ring, f"Account {n}.") for n in range(40)]
    folder = transfer(world, files)
    env = {**os.environ, "SAKSE_PASSPHRASE_FILE": str(world.folder / "passphrase")}
    line = [sys.executable, "-c", "from reviewer.cli import main; main()", "--vault",
            str(world.vault("ana")), "import", str(folder)]  # fmt: skip
    process = subprocess.Popen(line, env=env, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    sealed = world.vault("ana") / "sealed"
    deadline = time.monotonic() + 30
    while len(list(sealed.iterdir())) < 5 and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    world.ok("ana", "import", folder)
    with vault_of(world) as vault:
        assert {facts.state for facts in vault.store.facts().values()} == {"opened"}
        assert len(vault.store.facts()) == 40
    kept = {path.read_bytes() for path in sealed.iterdir() if not path.name.startswith(".")}
    assert kept == set(files)
    world.ok("ana", "log", "verify")


def test_every_command_refuses_while_a_network_is_up(world, monkeypatch):
    from reviewer import network
    from reviewer.errors import NetworkUpError

    def up() -> None:
        raise NetworkUpError("This laptop is on a network.")

    monkeypatch.setattr(network, "refuse_if_up", up)
    commands = {
        "init": ["--identity", world.folder / "ana.identity", "--keyring",
                 world.folder / "keyring.json", "--root", world.root],
        "import": [world.folder], "triage": [], "set-aside": ["x", "--reason", "spam"],
        "contact": ["x", "--out", "o"], "list": [], "show": ["x"], "suggest": ["x"], "redact": ["x"],
        "propose": ["x", "--to", world.folder / "iimm.card.json", "--purpose", "p", "--out", "o"],
        "approve": [world.folder], "release": [world.folder, "--out", "o"], "log": ["verify"],
        "attach": ["x"], "translate": ["x"], "assess": ["x"], "desk": ["--no-browser"],
        "stick": ["new", "--role", "in", world.folder], "releases": [], "event": [], "consent": ["x"],
        "receipt": ["--out", "o"], "keyring": [], "destroy": ["x", "--out", "o"],
        "backup": ["--out", "o"], "restore": [world.folder],
    }  # fmt: skip
    from reviewer.cli import _COMMANDS

    assert set(commands) == set(_COMMANDS)
    for name, arguments in commands.items():
        assert world.refused("ana", name, *arguments) == "This laptop is on a network."


def test_help_works_while_a_network_is_up(world, monkeypatch):
    from reviewer import network

    monkeypatch.setattr(network, "refuse_if_up", lambda: 1 / 0)
    for line in (["--help"], ["import", "--help"], ["log", "verify", "--help"]):
        assert world.run("ana", *line).exit_code == 0


PLACE = ("testimonies", "document", "ab" * 32, 1)


@given(st.binary(max_size=9000))
def test_a_cell_opens_to_what_was_sealed_and_has_few_sizes(value):
    cells = Cells(bytes(32))
    sealed = cells.seal(PLACE, value)
    assert cells.open(PLACE, sealed) == value
    assert (len(sealed) - 40) % 4096 == 0


@given(st.integers(0, 4135), st.integers(0, 7))
def test_a_cell_with_any_bit_flipped_is_refused(at, bit):
    cells = Cells(bytes(32))
    sealed = bytearray(cells.seal(PLACE, b"invented"))
    sealed[at] ^= 1 << bit
    with pytest.raises(VaultError):
        cells.open(PLACE, bytes(sealed))


@pytest.mark.parametrize(
    "place",
    [("records", *PLACE[1:]), (PLACE[0], "review", *PLACE[2:]), (*PLACE[:2], "cd" * 32, 1),
     (*PLACE[:3], 2)],
)  # fmt: skip
def test_a_cell_does_not_open_in_another_place(place):
    cells = Cells(bytes(32))
    with pytest.raises(VaultError):
        cells.open(place, cells.seal(PLACE, b"invented"))


@given(st.binary(min_size=32, max_size=32))
def test_a_short_id_is_the_beginning_of_the_base32_form(digest):
    import base64

    assert short_id(digest.hex()) == base64.b32encode(digest).decode().lower()[:8]
