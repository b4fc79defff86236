"""Refuses to work while this machine has a way to a network (reviewer's laptop).

Two sources, because one can be blind: the flags of every interface, and the routing tables. Names
and routes come from /proc/net, which is this process's own network namespace; /sys/class/net can
show another's, so it only tells the flags of a name already known.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from reviewer.errors import NetworkUpError

PROC_NET = Path("/proc/net")
SYS_NET = Path("/sys/class/net")
# linux/if.h
IFF_UP = 0x1
IFF_LOOPBACK = 0x8
LOOPBACK = "lo"
# linux/route.h: the kernel's reject routes carry this flag and lead nowhere.
RTF_REJECT = 0x200
EVERY = 10.0
"""Seconds between two looks while a command runs."""
GRACE = 5.0
"""Seconds a command has to give up what it was doing, and the desk to close its window."""
DEMO = "reviewer.demo_network"
"""Where click's context keeps that `--demo-network` was given."""

_demos: list[Watch] = []  # while one is in here nothing is refused


class Watch:
    """No network at its start, nor until its end: a context manager for a whole command.

    Looks again every `EVERY` seconds. When a network comes up the main thread is broken off as by
    Ctrl-C, so that open files and the vault's transaction are given up, and NetworkUpError leaves
    the block, whatever the block made of the break. A process that is still in it `GRACE` seconds
    later ends as by a power cut, with the same sentence. `demo` looks at nothing and lets
    `refuse_if_up` pass until the block ends; who asks for it must be loud about it.
    """

    def __init__(self, *, demo: bool = False) -> None:
        self._demo = demo
        self._over = threading.Event()
        self._refusal: NetworkUpError | None = None
        self._thread = threading.Thread(target=self._look, name="network watch", daemon=True)

    def __enter__(self) -> Self:
        """Refuse when a network is up already, else begin to look."""
        if self._demo:
            _demos.append(self)
        else:
            refuse_if_up()
            _hear_interrupts()
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop looking; raise NetworkUpError when the block was broken off."""
        if self._demo:
            _demos.remove(self)
            return
        try:
            self._over.set()
            self._thread.join()
        except KeyboardInterrupt:
            if self._refusal is None:
                raise
        if self._refusal is not None:
            raise self._refusal from None

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            try:
                refuse_if_up()
            except NetworkUpError as error:
                self._break_off(error)
                return
            except Exception as error:  # noqa: BLE001 - a watch that ends would watch no more
                self._break_off(
                    NetworkUpError(
                        "Whether this laptop is on a network can not be checked any more"
                        f" ({type(error).__name__}); switch every radio off, and try again."
                    )
                )
                return

    def _break_off(self, refusal: NetworkUpError) -> None:
        self._refusal = refusal
        main = threading.main_thread().ident
        if main is not None:
            signal.pthread_kill(main, signal.SIGINT)
        if not self._over.wait(GRACE):
            sys.stderr.write(f"error: {refusal}\n")
            sys.stderr.flush()
            os._exit(refusal.exit_code)


def _hear_interrupts() -> None:
    """Have SIGINT raise KeyboardInterrupt also in a script's background job, which ignores it."""
    here = threading.current_thread() is threading.main_thread()
    if here and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def refuse_if_up(proc_net: Path = PROC_NET, sys_net: Path = SYS_NET) -> None:
    """Raise NetworkUpError naming an interface that is up, or one that a route leads through.

    Also raises when the kernel does not say: what can not be checked is not trusted. Passes
    inside a `Watch` for a demo.
    """
    if not _demos and (why := way_out(proc_net, sys_net)):
        raise NetworkUpError(
            f"This laptop is on a network ({why}); pull the cable, switch every radio off, and try"
            " again."
        )


def way_out(proc_net: Path = PROC_NET, sys_net: Path = SYS_NET) -> str:
    """Say what leads to a network, "" for nothing; NetworkUpError when the kernel does not say."""
    for name in _interfaces(proc_net):
        if _is_up(sys_net / name):
            return f"the network interface {name} is up"
    for name in _routes(proc_net):
        return f"a route leads out through {name}"
    return ""


def _interfaces(proc_net: Path) -> list[str]:
    lines = _read(proc_net / "dev").splitlines()[2:]
    return [name for line in lines if (name := line.partition(":")[0].strip()) != LOOPBACK]


def _is_up(interface: Path) -> bool:
    """Say whether an interface is up; one whose flags can not be read counts as up."""
    try:
        flags = int((interface / "flags").read_text(), 16)
        state = (interface / "operstate").read_text().strip()
    except (OSError, ValueError):
        return True
    return not flags & IFF_LOOPBACK and (bool(flags & IFF_UP) or state == "up")


def _routes(proc_net: Path) -> list[str]:
    """Interfaces that a route leads through, loopback and reject routes left out."""
    rows = [line.split() for line in _read(proc_net / "route").splitlines()[1:]]
    found = [row[0] for row in rows if row]
    if (proc_net / "ipv6_route").exists():  # absent when the kernel has no IPv6
        rows = [line.split() for line in _read(proc_net / "ipv6_route").splitlines()]
        found += [row[9] for row in rows if len(row) == 10 and not int(row[8], 16) & RTF_REJECT]
    return [name for name in found if name != LOOPBACK]


def _read(path: Path) -> str:
    try:
        # The kernel lets an interface have a name in any bytes.
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise NetworkUpError(
            f"Whether this machine is on a network can not be checked ({path} is not readable);"
            " run this on the Linux laptop that is kept for it."
        ) from None
