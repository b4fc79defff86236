"""Locked files: what opens them, what does not, and what a hostile one may cost."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import lock
from keys.errors import LockError

OPENER = Path(__file__).resolve().parents[2] / "doc" / "openers" / "open_identity.py"
SECRET = b"thirty-two bytes that open a lot"
WORDS = "six invented words in one row"

# Made with argon2-cffi and PyNaCl alone: salt 00..0f, nonce 00..17, passphrase "café at five" in NFC.
KNOWN = (
    b"sakse-locked@v1 identity argon2id m=64 t=1 p=1 000102030405060708090a0b0c0d0e0f\n"
) + bytes.fromhex(
    "000102030405060708090a0b0c0d0e0f1011121314151617b883a3fa2f194a3f1c5beefacaefe1db"
    "fe1cb9fe356974f11a4bf4b361354bf5ca1ae3d907c6c3e705ae91007f0d085b"
)


def header(memory: int, passes: int, lanes: int) -> bytes:
    cost = f"m={memory} t={passes} p={lanes}"
    return f"sakse-locked@v1 identity argon2id {cost} {'00' * 16}\n".encode()


@settings(deadline=None, max_examples=40)
@given(secret=st.binary(max_size=3000), words=st.text(min_size=1, max_size=60))
def test_what_is_locked_opens_with_its_passphrase_and_kind(secret: bytes, words: str) -> None:
    try:
        words.encode()
    except UnicodeEncodeError:
        words = "a passphrase typed on a keyboard"
    assert lock.unlock(lock.lock(secret, words, kind="vault"), words, kind="vault") == secret


def test_the_same_letters_typed_in_another_order_of_marks_open_it() -> None:
    locked = lock.lock(SECRET, "cafe\u0301 at five", kind="identity")
    assert lock.unlock(locked, "caf\u00e9 at five", kind="identity") == SECRET


@pytest.mark.parametrize("words", ["caf\u00e9 at five", "cafe\u0301 at five"])
def test_a_known_locked_file_opens(words: str) -> None:
    assert lock.unlock(KNOWN, words, kind="identity") == SECRET


def test_another_passphrase_is_refused_with_a_sentence() -> None:
    with pytest.raises(LockError, match="does not open this file"):
        lock.unlock(lock.lock(SECRET, WORDS, kind="identity"), WORDS + " ", kind="identity")


def test_another_kind_is_refused_before_any_work() -> None:
    with pytest.raises(LockError, match="a locked root, not a locked identity"):
        lock.unlock(lock.lock(SECRET, WORDS, kind="root"), WORDS, kind="identity")


def test_every_single_bit_flip_is_refused() -> None:
    locked = lock.lock(SECRET, WORDS, kind="identity")
    for bit in range(len(locked) * 8):
        broken = bytearray(locked)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(LockError):
            lock.unlock(bytes(broken), WORDS, kind="identity")


def test_every_truncation_and_an_added_byte_are_refused() -> None:
    locked = lock.lock(SECRET, WORDS, kind="identity")
    for broken in [*(locked[:n] for n in range(len(locked))), locked + b"\0"]:
        with pytest.raises(LockError):
            lock.unlock(broken, WORDS, kind="identity")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_locked_file_are_refused(data: bytes) -> None:
    with pytest.raises(LockError):
        lock.unlock(data, WORDS, kind="identity")
    assert lock.locked_kind(data) is None


def test_two_locks_of_one_secret_share_no_salt_nonce_or_ciphertext() -> None:
    one, two = (lock.lock(SECRET, WORDS, kind="identity") for _ in range(2))
    assert one.split()[6] != two.split()[6]
    assert one.split(b"\n", 1)[1][:24] != two.split(b"\n", 1)[1][:24]
    assert SECRET not in one


@pytest.mark.parametrize(
    "cost", [(2 * 1024 * 1024 + 1, 3, 4), (99_999_999, 3, 4), (262144, 17, 4), (262144, 3, 17)]
)
def test_a_file_that_asks_for_too_much_is_refused_at_once(cost: tuple[int, int, int]) -> None:
    started = time.process_time()
    with pytest.raises(LockError, match="more memory or time"):
        lock.unlock(header(*cost) + bytes(60), WORDS, kind="identity")
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("cost", [(262143, 3, 4), (262144, 2, 4), (64, 1, 1)])
def test_a_weak_lock_is_refused_without_the_test_setting(
    cost: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(lock.WEAK_SETTING)
    with pytest.raises(LockError, match="too weakly"):
        lock.unlock(header(*cost) + bytes(60), WORDS, kind="identity")


def test_impossible_parameters_are_refused_with_a_sentence() -> None:
    with pytest.raises(LockError, match="impossible"):
        lock.unlock(header(64, 3, 16) + bytes(60), WORDS, kind="identity")


def test_the_test_setting_warns_each_time_it_locks(capsys: pytest.CaptureFixture[str]) -> None:
    lock.lock(SECRET, WORDS, kind="identity")
    assert "this lock is for tests and protects nothing" in capsys.readouterr().err


def test_a_real_lock_names_at_least_256_mib_and_opens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(lock.WEAK_SETTING)
    locked = lock.lock(SECRET, WORDS, kind="identity")
    assert capsys.readouterr().err == ""
    found = re.match(rb"sakse-locked@v1 identity argon2id m=(\d+) t=(\d+) p=(\d+) ", locked)
    assert found and int(found[1]) >= 256 * 1024 and int(found[2]) >= 3
    assert lock.unlock(locked, WORDS, kind="identity") == SECRET


@pytest.mark.parametrize(
    "call", ["unlock(DATA, 'words', kind='root')", "lock(b'', 'w', kind='root')"]
)
def test_a_lock_that_needs_more_memory_than_there_is_is_refused_with_a_sentence(call: str) -> None:
    line = header(2 * 1024 * 1024, 3, 16).replace(b"identity", b"root")
    code = (
        "import os, resource\n"
        "from keys import lock\nfrom keys.errors import LockError\n"
        f"DATA = {line!r} + bytes(60)\n"
        "del os.environ[lock.WEAK_SETTING]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))\n"
        f"try: lock.{call}\n"
        "except LockError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert re.fullmatch(
        r"This machine cannot spare the (2048|256) MiB .* memory\.\n", done.stdout
    ), done.stderr


def test_threads_that_the_system_refuses_are_a_sentence_too() -> None:
    line = header(1024, 1, 16)
    code = (
        "import resource\nfrom pathlib import Path\n"
        "from keys import lock\nfrom keys.errors import LockError\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "room = used + (20 << 20)  # for the memory of the lock, not for sixteen stacks\n"
        "resource.setrlimit(resource.RLIMIT_AS, (room, room))\n"
        f"try: lock.unlock({line!r} + bytes(60), 'words', kind='identity')\n"
        "except LockError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("This machine cannot spare the 1 MiB"), done.stderr


def test_the_thirty_line_opener_in_doc_opens_it_too(tmp_path: Path) -> None:
    assert len(OPENER.read_text().splitlines()) <= 40
    (tmp_path / "locked").write_bytes(lock.lock(SECRET, WORDS, kind="identity"))
    code = (
        "import getpass, runpy, sys\n"
        f"getpass.getpass = lambda _prompt: {WORDS!r}\n"
        f"sys.argv = ['open', {str(tmp_path / 'locked')!r}]\n"
        f"runpy.run_path({str(OPENER)!r}, run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, SECRET, b"")
