"""The sandbox: what runs in it reaches nothing, holds little and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reviewer import sandbox
from reviewer.errors import SandboxError, SandboxLimitError
from reviewer.sandbox import MIB

PYTHON = [sys.executable, "-I", "-c"]


def inside(program: str, **limits) -> sandbox.Finished:
    """Run a few lines of Python in the sandbox."""
    return sandbox.run([*PYTHON, program], **{"seconds": 20, "memory": 256 * MIB, **limits})


def said(program: str, **limits) -> str:
    """What these lines print; they must end well."""
    finished = inside(program, **limits)
    assert finished.code == 0, finished.stderr.decode()
    return finished.stdout.decode().strip()


def alive(mark: str) -> list[int]:
    """Every process of this machine whose command line holds a word."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                if mark.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def becomes(state) -> bool:
    """Whether something comes true within the time a busy machine needs."""
    deadline = time.monotonic() + 30
    while not state() and time.monotonic() < deadline:
        time.sleep(0.05)
    return state()


def test_input_output_and_exit_code_pass_through():
    program = "import sys; d = sys.stdin.buffer.read(); print(len(d), file=sys.stderr); sys.stdout.buffer.write(d[::-1]); sys.exit(7)"
    finished = inside(program, stdin=b"\0abc" * 300_000)
    assert (finished.code, finished.stderr) == (7, b"1200000\n")
    assert finished.stdout == b"cba\0" * 300_000


def test_the_input_can_be_sought_in_and_not_changed():
    program = """
import os
os.lseek(0, 4, os.SEEK_SET); print(os.read(0, 4).decode())
try: os.write(os.open('/proc/self/fd/0', os.O_RDWR), b'x'); print('written')
except OSError: print('refused')
"""
    assert said(program, stdin=b"one two three").split() == ["two", "refused"]


def test_there_is_no_network_inside():
    program = """
import os, socket
print(*(os.readlink('/proc/self/ns/' + name) for name in ('net', 'pid', 'ipc', 'user', 'mnt', 'uts')))
print([line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]])
for family, address in ((socket.AF_INET, ('192.0.2.1', 80)), (socket.AF_INET6, ('2001:db8::1', 80))):
    try: socket.socket(family, socket.SOCK_DGRAM).connect(address); print('reached')
    except OSError: print('no way')
"""
    spaces, *rest = said(program).splitlines()
    assert rest == ["['lo']", "no way", "no way"]
    ours = [os.readlink(f"/proc/self/ns/{name}") for name in ("net", "pid", "ipc", "user", "mnt", "uts")]
    assert set(spaces.split()) & set(ours) == set()  # even where this test itself has no network


def test_home_the_vault_and_the_checkout_are_not_there(tmp_path, monkeypatch):
    home, vault = tmp_path / "home", tmp_path / "vault"
    for folder in (home, vault):
        folder.mkdir()
        (folder / "secret").write_text("invented")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SAKSE_VAULT", str(vault))
    root = Path(__file__).parents[2]
    looked = [home / "secret", vault / "secret", root / "Makefile", root / "tests", "/etc/passwd", "/var"]
    program = f"""
import os
print([path for path in {list(map(str, looked))} if os.path.exists(path)])
print(sorted(os.environ), os.environ['HOME'])
"""
    assert all(Path(path).exists() for path in looked[:4])
    there, names = said(program).splitlines()
    assert there == "[]"
    assert "SAKSE_VAULT" not in names and names.endswith("/tmp")


def test_what_is_named_can_be_read_and_nothing_but_rw_and_tmp_written(tmp_path):
    shown, out = tmp_path / "shown", tmp_path / "out"
    shown.mkdir(), out.mkdir()
    (shown / "in").write_text("read me")
    program = f"""
print(open({str(shown / 'in')!r}).read())
for path in ({str(shown / 'new')!r}, '/usr/new', '/new', '/dev/new', {sys.prefix + '/new'!r}, '/tmp/new', {str(out / 'new')!r}):
    try: open(path, 'w').write('written'); print('yes', end=' ')
    except OSError: print('no', end=' ')
"""
    assert said(program, ro=[shown], rw=out).split() == ["read", "me", *["no"] * 5, "yes", "yes"]
    assert (out / "new").read_text() == "written"
    assert os.listdir(shown) == ["in"]


def test_other_processes_are_not_seen_and_no_rights_are_left():
    program = """
import os
print(sorted(int(name) for name in os.listdir('/proc') if name.isdecimal())[-1] < 10, os.getuid())
print([line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff')])
"""
    assert said(program).split() == ["True", "65534", "['0000000000000000']"]


def test_no_further_user_namespace_can_be_made():
    finished = sandbox.run(["unshare", "-Ur", "true"], seconds=10, memory=64 * MIB)
    assert finished.code != 0


def test_what_takes_too_long_is_ended_with_all_it_started():
    program = """
import subprocess, sys, time
for _ in range(3): subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(97531)'], start_new_session=True)
time.sleep(97531)
"""
    before = time.monotonic()
    with pytest.raises(SandboxLimitError, match="longer than 1 second"):
        inside(program, seconds=1)
    assert time.monotonic() - before < 20
    assert alive("97531") == []


def test_nothing_outlives_a_program_that_ends():
    program = """
import subprocess, sys
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(97532)'], start_new_session=True)
"""
    assert said(program) == ""
    assert alive("97532") == []


def test_a_killed_caller_takes_the_sandbox_with_it(tmp_path):
    inner = f"import time; open('{tmp_path}/up', 'w'); time.sleep(97533)"
    caller = f"""
from pathlib import Path
from reviewer import sandbox
sandbox.run([{sys.executable!r}, '-c', {inner!r}], rw=Path({str(tmp_path)!r}), seconds=600, memory=1 << 28)
"""
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", caller], os.environ)
    assert becomes((tmp_path / "up").exists)
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert becomes(lambda: alive("97533") == [])


def test_what_a_killed_command_left_of_a_sandbox_is_ended_by_the_next_and_nothing_else_is():
    watched = subprocess.Popen(sandbox.line([sys.executable, "-c", "import time; time.sleep(97537)"]))
    line = sandbox.line([sys.executable, "-c", "import time; time.sleep(97539)"])
    line.remove("--die-with-parent")  # as while bwrap makes a sandbox: its end tells nobody inside
    left = subprocess.Popen(line)
    assert becomes(lambda: len(alive("97537")) >= 3 and len(alive("97539")) >= 3)
    left.kill()
    left.wait()
    assert alive("97539")
    sandbox.bury.__wrapped__(line[0])
    assert becomes(lambda: alive("97539") == [])
    assert alive("97537")
    watched.kill()
    watched.wait()


def test_what_lost_its_watch_ends_by_itself(monkeypatch):
    monkeypatch.setattr(sandbox, "_watch", lambda process, *_: process.wait())
    finished = inside("import time; time.sleep(97535)", seconds=1)
    assert finished.code == 128 + 9


def test_one_process_gets_no_more_memory_than_it_may_have():
    finished = inside("x = bytearray(400 << 20)", memory=128 * MIB)
    assert finished.code == 1
    assert b"MemoryError" in finished.stderr


def test_many_processes_together_get_no_more_either():
    program = """
import subprocess, sys, time
line = [sys.executable, '-c', 'import time; x = b"x" * (60 << 20); time.sleep(97534)']
children = [subprocess.Popen(line) for _ in range(8)]
time.sleep(97534)
"""
    with pytest.raises(SandboxLimitError, match="128 MiB of memory"):
        inside(program, memory=128 * MIB)
    assert alive("97534") == []


@pytest.mark.parametrize("path", ["/tmp/a", "/dev/shm/a"])
def test_files_in_memory_are_bounded(path):
    program = f"""
try:
    with open({path!r}, 'wb') as file:
        for _ in range(100): file.write(bytes(1 << 20))
except OSError as error: print(error.errno)
"""
    assert said(program, memory=100 * MIB) == "28"


def test_output_without_end_is_bounded():
    with pytest.raises(SandboxLimitError, match="wrote"):
        sandbox.run(["cat", "/dev/zero"], seconds=10, memory=64 * MIB, output=MIB)


def test_a_program_that_is_not_there_fails_and_raises_nothing():
    assert sandbox.run(["/usr/bin/not-there"], seconds=10, memory=64 * MIB).code != 0


def test_without_bubblewrap_the_sentence_names_the_package(monkeypatch):
    monkeypatch.setattr(sandbox, "_PROGRAM", "bwrap-is-not-here")
    with pytest.raises(SandboxError, match="install Debian's package bubblewrap"):
        inside("pass")


def test_a_sandbox_that_can_not_be_made_is_a_sentence(tmp_path):
    with pytest.raises(SandboxError, match="can not be opened safely here"):
        inside("pass", ro=[tmp_path / "gone"])


def test_an_error_inside_is_no_error_of_the_sandbox():
    assert inside("raise SystemExit('bad: file')").code == 1
