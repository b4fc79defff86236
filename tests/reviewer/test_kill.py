"""The laptop tool killed at random moments: nothing it had confirmed is ever lost."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keys import lock
from keys.errors import LockError
from reviewer import custody, decisions, sandbox
from reviewer.store import OPENED
from reviewer.vault import Vault
from tests.reviewer.world import PASSPHRASE, seal, short, transfer

QUICK, LONG = 4, 100  # kills of each kind
BATCH = 3  # so that an import commits often
FILES = 9

IMPORT = f"""
import sys
from reviewer import importing
from reviewer.cli import group
importing.BATCH = {BATCH}
print("begun", flush=True)
group.main(sys.argv[1:])
"""
REDACT = """
import contextlib, sys
from reviewer.cli import group
vault, name, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
print("begun", flush=True)
for n in range(first, 1000):
    with contextlib.suppress(SystemExit):
        group.main(["--vault", vault, "redact", name, "--add", f"word{n:03d}"])
"""


def started(world, program: str, *args: object) -> subprocess.Popen[str]:
    """A process of its own that has just begun its work."""
    env = {**os.environ, "SAKSE_PASSPHRASE_FILE": str(world.folder / "passphrase")}
    line = [sys.executable, "-c", program, *map(str, args)]
    process = subprocess.Popen(
        line, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    return process


def killed(process: subprocess.Popen[str], after: float) -> str:
    """Kill it so many seconds later; return what it had printed.

    Nothing it started is left, but at worst a sandbox that was being made: the next command ends
    that.
    """
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    if not all_gone(process.pid):
        sandbox.bury.__wrapped__(shutil.which("bwrap"))
        assert all_gone(process.pid), of_session(process.pid)
    return said


def all_gone(leader: int) -> bool:
    """Whether nothing runs any more in a session, within some seconds."""
    deadline = time.monotonic() + 10
    while of_session(leader) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not of_session(leader)


def of_session(leader: int) -> list[str]:
    """The command lines of what runs in a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                if int(fields[3]) == leader and fields[0] != b"Z":
                    found.append((entry / "cmdline").read_text())
            except OSError:  # it has just ended
                continue
    return found


def vault_of(world) -> Vault:
    return Vault(world.vault("ana"), PASSPHRASE)


def whole(vault: Vault) -> set[str]:
    """The hashes of what is open in a vault, all of which is as it must be, and logged."""
    entries = list(vault.store.entries())
    for entry in entries:
        assert entry.facts.state == OPENED
        assert hashlib.sha256(vault.sealed_copy(entry.sha256).read_bytes()).hexdigest() == entry.sha256
    keys = {"ana": vault.person.sign.public_key().public_bytes_raw()}
    lines = custody.verify(vault.custody_path, keys)
    logged = {line.event.about for line in lines if line.event.event == "opened"}
    assert logged == {vault.about(entry.sha256) for entry in entries}
    return {entry.sha256 for entry in entries}


@pytest.mark.parametrize("kills", [QUICK, pytest.param(LONG, marks=pytest.mark.long)])
def test_an_import_killed_again_and_again_loses_nothing_it_had_kept(world, kills):
    chance = random.Random(seed := random.randrange(10**9))
    confirmed: set[str] = set()
    longest = 0.0
    for number in range(1, kills + 1):
        files = [seal(world.ring, f"Account {number}, {n}, invented.") for n in range(FILES)]
        folder = transfer(world, files, number)
        begun = time.monotonic()
        process = started(world, IMPORT, "--vault", world.vault("ana"), "import", folder)
        if number == 1:
            assert f"{FILES} opened" in process.communicate()[0]
            longest = time.monotonic() - begun
        else:
            killed(process, chance.uniform(0, longest))
        with vault_of(world) as vault:
            now = whole(vault)
        assert confirmed <= now, f"seed {seed}"
        confirmed = now
        sent = {hashlib.sha256(data).hexdigest() for data in files}
        if number % 3 == 0:  # the others are left as they are
            said = world.ok("ana", "import", folder)
            assert f"{len(sent - now)} opened, {len(sent & now)} known already" in said
            confirmed |= sent


@pytest.mark.parametrize("kills", [QUICK, pytest.param(LONG, marks=pytest.mark.long)])
def test_a_decision_that_the_screen_had_confirmed_outlives_every_kill(world, kills):
    chance = random.Random(seed := random.randrange(10**9))
    words = " ".join(f"word{n:03d}" for n in range(1000))
    data = seal(world.ring, words)
    name = short(data)
    world.ok("ana", "import", transfer(world, [data]))
    world.ok("ana", "suggest", name)
    confirmed, longest = 0, 0.0
    for number in range(kills):
        process = started(world, REDACT, world.vault("ana"), name, confirmed)
        begun, first = time.monotonic(), ""
        if number == 0:  # this one is not killed before it has confirmed something
            first = process.stdout.readline()
            longest = 2 * (time.monotonic() - begun)
        said = first + killed(process, chance.uniform(0, longest))
        shown = [int(count) for count in re.findall(r": (\d+) accepted", said)]
        with vault_of(world) as vault:
            found = decisions.findings(vault.store.get(name))
            whole(vault)
        accepted = {words[one.start : one.end] for one in found if one.state == decisions.ACCEPTED}
        assert accepted == {f"word{n:03d}" for n in range(len(accepted))}, f"seed {seed}"
        assert len(accepted) >= max([confirmed, *shown]), f"seed {seed}"
        confirmed = len(accepted)


def test_a_wrong_passphrase_costs_all_that_the_right_one_costs(world, monkeypatch):
    """Counted, not timed: every try asks Argon2id for the memory and passes the vault names."""
    asked = []
    real = lock.hash_secret_raw

    def counted(*args, **kwargs):
        asked.append({key: kwargs[key] for key in ("memory_cost", "time_cost", "parallelism")})
        return real(*args, **kwargs)

    monkeypatch.setattr(lock, "hash_secret_raw", counted)
    vault_of(world).__exit__(None, None, None)
    for wrong in ("", "x", PASSPHRASE[:-1], PASSPHRASE + " "):
        with pytest.raises(LockError, match="does not open"):
            Vault(world.vault("ana"), wrong)
    head = (world.vault("ana") / "vault.locked").read_bytes().split(b"\n")[0].decode()
    named = dict(re.findall(r" ([mtp])=(\d+)", head))
    cost = {"memory_cost": int(named["m"]), "time_cost": int(named["t"]), "parallelism": int(named["p"])}
    assert asked == [cost] * 5


def test_a_wrong_passphrase_of_a_real_vault_takes_as_long_as_the_right_one(world, monkeypatch):
    """CPU time of all threads, so that a busy machine does not matter."""
    path = world.vault("ana") / "vault.locked"
    secret = lock.unlock(path.read_bytes(), PASSPHRASE, kind="vault")
    monkeypatch.delenv(lock.WEAK_SETTING)
    path.write_bytes(lock.lock(secret, PASSPHRASE, kind="vault"))
    begun = time.process_time()
    lock.unlock(path.read_bytes(), PASSPHRASE, kind="vault")
    right = time.process_time() - begun
    begun = time.process_time()
    with pytest.raises(LockError, match="does not open"):
        Vault(world.vault("ana"), "another passphrase")
    wrong = time.process_time() - begun
    assert wrong > right / 2 > 0.05
