"""Runs a program that reads hostile bytes where it reaches nothing (reviewer's laptop).

bubblewrap gives it namespaces of its own: no network, no processes but its own, no files but
programs and what the caller names, folders in memory only, an empty environment, no capability, no
further user namespace. Input and output are files in memory that neither side can grow past a
limit, so nothing in clear touches a disk. prlimit bounds each process; a watch bounds time and
memory of all of them together and ends them all.

What this is not: a wall against a fault in the kernel. A program that has been taken over can still
fill files in memory, one limit each, until the machine's memory is short; it can take nothing out.
"""

from __future__ import annotations

import fcntl
import functools
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import SandboxError, SandboxLimitError
from reviewer.screen import safe_line

MIB = 1 << 20
OUTPUT = 256 * MIB
"""Bytes of standard output, standard error and any other file, unless the caller says less."""
PROCESSES = 128  # for users other than root; for root the kernel does not count
OPEN_FILES = 256
_PROGRAM = "bwrap"
_FIRST = ("--unshare-all", "--unshare-user")
_SEALED = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
_TICK = 0.05  # seconds between two looks at a child
_GRACE = 2  # seconds
_PAGE = os.sysconf("SC_PAGE_SIZE")
_CHECKOUT = Path(__file__).resolve().parent.parent
_ROOMS = ("envelope", "keys", "release", "reviewer")
_ETC = ("alternatives", "fonts", "ld.so.cache", "libreoffice")
_ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108 - the sandbox's own, in memory
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code (128 + signal if one ended it) and all it wrote."""

    code: int
    stdout: bytes
    stderr: bytes


def run(
    argv: Sequence[str],
    *,
    ro: Sequence[Path] = (),
    rw: Path | None = None,
    seconds: int,
    memory: int,
    stdin: bytes | memoryview = b"",
    output: int = OUTPUT,
) -> Finished:
    """Run a program in the sandbox, with `stdin` as a file it can also seek in.

    `ro` are read there under their own paths, `rw` can be written as well. `memory` (bytes) bounds
    what each process allocates and what all of them hold together; files under /tmp may take half
    as much again. Raises SandboxLimitError when a limit was reached, SandboxError when the sandbox
    can not be made.
    """
    with ExitStack() as held:
        given = _file(held, stdin)
        out, err = _file(held), _file(held)
        told, tell = os.pipe()
        held.callback(os.close, told)
        line = [*_walls(ro, rw, memory // 2), "--info-fd", str(tell), "--"]
        line += [*_limits(seconds, memory, output), *argv]
        try:
            process = subprocess.Popen(
                line, stdin=given, stdout=out, stderr=err, env={}, cwd="/", pass_fds=[tell]
            )
        finally:
            os.close(tell)
        first = _first(held, os.read(told, 4096))
        try:
            _watch(process, seconds, memory)
        finally:
            _end(process, first)
        finished = Finished(process.returncode, _content(out, output), _content(err, output))
    _refuse(finished)
    return finished


def python(module: str, *args: str) -> list[str]:
    """The line that runs a module of this checkout with this Python, isolated from settings."""
    return [sys.executable, "-I", "-X", "utf8", "-m", module, *args]


def line(argv: Sequence[str]) -> list[str]:
    """The line that runs a program in the sandbox without any file, to be talked to by pipes.

    It bounds neither memory nor time: the program does that itself. It ends with the thread that
    started it. Raises SandboxError without bubblewrap.
    """
    return [*_walls((), None, MIB), "--", *argv]


def _file(held: ExitStack, data: bytes | memoryview | None = None) -> int:
    """An open file in memory; one with `data` can not be changed any more."""
    handle = os.memfd_create("sandbox", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    held.callback(os.close, handle)
    if data is not None:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.lseek(handle, 0, os.SEEK_SET)
        fcntl.fcntl(handle, fcntl.F_ADD_SEALS, _SEALED)
    return handle


def _content(handle: int, limit: int) -> bytes:
    if os.fstat(handle).st_size >= limit:
        raise SandboxLimitError(f"wrote more than {limit // MIB} MiB")
    return os.pread(handle, limit, 0)


def _limits(seconds: int, memory: int, output: int) -> list[str]:
    # data, not address space: Python, LibreOffice and thread stacks reserve far more than they use
    bounds = {
        "core": 0,
        "cpu": 2 * seconds,  # two cores may work for one program
        "data": memory,
        "fsize": output,
        "nofile": OPEN_FILES,
        "nproc": PROCESSES,
    }
    # ends by itself soon after the watch would have ended it, should the watch be gone
    last = ["/usr/bin/timeout", "--signal=KILL", str(seconds + _GRACE)]
    return ["/usr/bin/prlimit", *(f"--{name}={bound}" for name, bound in bounds.items()), *last]


def _walls(ro: Sequence[Path], rw: Path | None, files: int) -> list[str]:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise SandboxError(
            "Files can not be opened safely here: bwrap is missing; install Debian's package"
            " bubblewrap."
        )
    bury(program)
    line = [program, *_FIRST, "--disable-userns", "--die-with-parent"]
    line += ["--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--clearenv"]
    for name, value in _ENVIRONMENT.items():
        line += ["--setenv", name, value]
    in_memory = ["--size", str(files), "--tmpfs"]
    line += [*in_memory, "/tmp"]  # noqa: S108 - its own; first, as a checkout may lie under it
    line += [*_programs(), "--proc", "/proc", "--dev", "/dev", *in_memory, "/dev/shm"]  # noqa: S108
    for path in ro:
        line += ["--ro-bind", str(path.resolve()), str(path.resolve())]
    if rw is not None:
        line += ["--bind", str(rw.resolve()), str(rw.resolve())]
    return [*line, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]  # noqa: S108


@functools.cache  # once a process
def bury(program: str) -> None:
    """End what killed commands left of this user's sandboxes, and the files they hold in memory.

    bubblewrap (0.8) that is killed together with its caller while it makes a sandbox leaves one
    process waiting inside for ever; nothing was run in it yet.
    """
    begins = "\0".join((program, *_FIRST, "")).encode()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            is_one = entry.name.isdecimal() and (entry / "cmdline").read_bytes().startswith(begins)
            if is_one and not _is_held(entry):
                os.kill(int(entry.name), signal.SIGKILL)


def _is_held(entry: Path) -> bool:
    """Whether a sandbox's process is the child of a program of ours, or of its own sandbox's."""
    parent = (entry / "stat").read_bytes().rpartition(b")")[2].split()[1].decode()
    with suppress(OSError):  # of another user: none of ours
        held = Path("/proc", parent, "exe").readlink().name
        return held == _PROGRAM or held.startswith("python")
    return False


def _programs() -> Iterator[str]:
    """Debian's programs, a few settings they need, and Python with Sakse's own code."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "lib", "lib64", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        else:
            yield from ("--ro-bind-try", str(path), str(path))
    python = [Path(sys.prefix), Path(sys.base_prefix), *(_CHECKOUT / room for room in _ROOMS)]
    for path in [*(Path("/etc", name) for name in _ETC), *python]:
        if not path.is_relative_to("/usr"):
            yield from ("--ro-bind-try", str(path), str(path))


def _watch(process: subprocess.Popen[bytes], seconds: int, memory: int) -> None:
    """Wait for the end; SandboxLimitError as soon as the time or the memory is used up."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TICK)
            return
        if time.monotonic() > deadline:
            raise SandboxLimitError(f"took longer than {seconds} seconds")
        if sum(_tree(process.pid).values()) > memory:
            raise SandboxLimitError(f"needed more than {memory // MIB} MiB of memory")


def _first(held: ExitStack, told: bytes) -> int | None:
    """A handle on the first process inside, without which no other lives; None if there is none."""
    match = re.search(rb'"child-pid": ([0-9]+)', told)
    with suppress(ProcessLookupError):
        if match is not None:
            handle = os.pidfd_open(int(match[1]))
            held.callback(os.close, handle)
            return handle
    return None


def _end(process: subprocess.Popen[bytes], first: int | None) -> None:
    """End everything in the sandbox, then the sandbox; nothing is left when this returns."""
    if first is None:
        process.kill()
    else:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(first, signal.SIGKILL)
        select.select([first], [], [])  # it is dead, and so are all others there
    process.wait()


def _tree(root: int) -> dict[int, int]:
    """Resident bytes of a process and of all that descend from it, by process id."""
    parents, resident = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                # proc(5): pid (name) state ppid …; field 24 is rss in pages
                fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                resident[int(entry.name)] = int(fields[21]) * _PAGE
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: resident.get(pid, 0) for pid in found}


def _refuse(finished: Finished) -> None:
    if finished.code and finished.stderr.startswith(b"bwrap: "):
        why = safe_line(finished.stderr[:200].decode("utf-8", "replace").strip())
        raise SandboxError(
            f"Files can not be opened safely here ({why}); allow user namespaces on this laptop"
            " (doc/decisions/22-attachments.md)."
        )
    if finished.code in (128 + signal.SIGXCPU, 128 + signal.SIGXFSZ):
        raise SandboxLimitError("used up its time or wrote too much")
