"""Opening in child processes: what a hostile file can break, and what an import makes of it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import openers, sandbox
from reviewer.openers import Died, Openers
from reviewer.opening import Opener, Opening, Unopened
from tests.reviewer.leaking import vault
from tests.reviewer.test_transfer import listed
from tests.reviewer.world import seal, short, transfer

# A child whose opener dies at files with a mark, as one would that a hostile file has broken.
BREAKABLE = """
import os, signal, sys
from reviewer import openchild
from reviewer.opening import Opener
class Breakable(Opener):
    def open(self, data):
        if {mark} in data:
            {how}
        return super().open(data)
openchild.Opener = Breakable
openchild.main()
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
MEMORY = "bytes(2 << 30)"
LIES = "print('{{}}', flush=True)"


def breaking(monkeypatch, bad: bytes, how: str) -> None:
    """From now on every child breaks at the sealed file `bad`."""
    program = BREAKABLE.format(mark=repr(bad[-32:]), how=how)
    monkeypatch.setattr(openers, "_CHILD", (sys.executable, "-I", "-c", program))


@pytest.fixture
def three(world):
    """A transfer of three files, the second of which breaks what opens it."""
    files = [seal(world.ring, f"Account {n}, invented.") for n in range(3)]
    return files, transfer(world, files)


@pytest.mark.parametrize("how", [KILL, MEMORY, "os._exit(0)", "raise ValueError('her words')", LIES])
def test_a_file_that_breaks_its_opener_twice_is_set_aside_and_the_rest_is_opened(
    world, three, monkeypatch, how
):
    files, folder = three
    bad = short(files[1])
    breaking(monkeypatch, files[1], how)
    result = world.run("ana", "import", folder)
    assert result.exit_code == 0 and "2 opened, 0 known already, 1 set aside" in result.stdout
    assert f"{bad} broke what opens it; it is tried once more, alone." in result.stderr
    assert f"{bad} set aside: it broke the program that opens it, twice" in result.stderr
    assert "her words" not in result.output
    assert listed(world)[bad]["state"] == "set_aside"
    kept = {path.read_bytes() for path in (world.vault("ana") / "sealed").iterdir()}
    assert kept == set(files)
    log = map(json.loads, (world.vault("ana") / "custody.jsonl").read_text().splitlines())
    assert [line["detail"]["reason"] for line in log if line["event"] in ("error", "set_aside")] == [
        "opener_died", "broke",
    ]  # fmt: skip
    monkeypatch.undo()
    assert "1 opened, 2 known already" in world.ok("ana", "import", folder)


def test_a_child_that_died_by_chance_costs_nothing(world, three, monkeypatch):
    _, folder = three
    real, calls = openers._Child.open, []

    def struck(child, source):
        calls.append(child)
        if len(calls) == 2:
            child._started().kill()
            child._process.wait()
        return real(child, source)

    monkeypatch.setattr(openers._Child, "open", struck)
    result = world.run("ana", "import", folder)
    assert "3 opened, 0 known already, 0 set aside" in result.stdout
    assert "tried once more" in result.stderr


def test_an_opener_that_never_ends_is_ended(world, three, monkeypatch):
    files, folder = three
    program = BREAKABLE.format(mark=repr(files[1][-32:]), how="openchild.signal.alarm(1)\n            while True: pass")
    monkeypatch.setattr(openers, "_CHILD", (sys.executable, "-I", "-c", program))
    assert "2 opened, 0 known already, 1 set aside" in world.ok("ana", "import", folder)


@pytest.mark.long
def test_the_largest_files_are_opened_within_the_memory_of_a_child(world, tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(100 << 20))
    files = [seal(world.ring, "a" * 1_000_000, [path]) for _ in range(2)]
    assert "2 opened" in world.ok("ana", "import", transfer(world, files))


def test_many_files_come_back_each_under_its_name_whatever_order(world):
    texts = {f"Account {n}, invented." for n in range(60)}
    identities = world.persons["bo"].epochs.values()
    with Openers(identities, 60) as crew:
        given_ = ((text, io.BytesIO(seal(world.ring, text))) for text in sorted(texts))
        found = dict(crew.open(given_))
    assert {text: result.testimony.narrative for text, result in found.items()} == {
        text: text for text in texts
    }


def test_an_import_that_stops_leaves_no_child_and_no_open_file(world):
    sources = [io.BytesIO(seal(world.ring, "Invented.")) for _ in range(6)]

    def failing():
        yield from enumerate(sources)
        raise OSError(28, "No space left on device")

    with (
        pytest.raises(OSError, match="No space"),
        Openers(world.persons["ana"].epochs.values(), 6) as crew,
    ):
        list(crew.open(failing()))
    assert all(source.closed for source in sources) and started() == []


def test_a_child_finds_what_the_opener_finds_in_one_process(world, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8invented\xff\xd9")
    data = seal(world.ring, "သူတို့က ခေါ်သွားတယ်။", [photo])
    identities = world.persons["ana"].epochs.values()
    with Openers(identities, 1) as crew:
        ((_, found),) = crew.open([(0, io.BytesIO(data))])
    assert isinstance(found, Opening)
    assert found == Opener(identities).open(data)


def test_no_child_outlives_an_import_and_none_has_a_key_on_its_command_line(world, monkeypatch):
    data = seal(world.ring)
    with Openers(world.persons["ana"].epochs.values(), 1) as crew:
        results = crew.open((n, io.BytesIO(data)) for n in range(2 * openers.AHEAD))
        next(results)
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in started()]
        assert lines and all(line.endswith(b"-m\0reviewer.openchild\0") for line in lines)
        names = {pid: Path(f"/proc/{pid}/exe").readlink().name for pid in started()}
        (pid,) = (pid for pid, name in names.items() if name.startswith("python"))
        assert b"PASSPHRASE" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits)
        assert re.search(rf"Max address space +{1 << 30} +{1 << 30} ", limits)
        list(results)
    assert started() == []


def started() -> list[int]:
    """What this process started and what that started, dead ones left out."""
    tree = sandbox._tree(os.getpid())
    return [pid for pid, resident in tree.items() if resident and pid != os.getpid()]


def test_a_child_refuses_the_network(world, monkeypatch):
    connect = "import socket; socket.socket()"
    data = seal(world.ring)
    breaking(monkeypatch, data, connect)
    with Openers(world.persons["ana"].epochs.values(), 1) as crew:
        first, second = (result for _, result in crew.open([(0, io.BytesIO(data))]))
    assert isinstance(first, Died) and second.reason == "broke"


ANSWER = {"attachments": [], "commitment_ok": True, "document": "{}", "file_key": "00" * 16}


@given(st.one_of(
    st.binary(max_size=200),
    st.fixed_dictionaries({key: st.one_of(st.text(), st.booleans(), st.lists(st.text())) for key in ANSWER}).map(lambda v: json.dumps(v).encode()),
    st.fixed_dictionaries({"reason": st.none() | st.text(), "why": st.text() | st.integers()}).map(lambda v: json.dumps(v).encode()),
))  # fmt: skip
def test_whatever_a_child_answers_is_read_or_refused(answer):
    from envelope.errors import FormatError

    with contextlib.suppress(FormatError, ValueError, Unopened):
        assert isinstance(openers._opening(answer), Opening)


def test_what_was_opened_keeps_its_words_when_it_does_not_open_again(world, monkeypatch):
    data = seal(world.ring, "They came at night, invented.")
    folder = transfer(world, [data])
    world.ok("ana", "import", folder)
    with vault(world) as opened:
        entry = opened.store.get(short(data))
        opened.sealed_copy(entry.sha256).unlink()
    breaking(monkeypatch, data, KILL)
    assert "0 set aside" in world.ok("ana", "import", folder)
    with vault(world) as opened:
        assert opened.store.get(short(data)) == entry
