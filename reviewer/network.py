"""Refuses to work while this machine has a way to a network (reviewer's laptop).

Two sources, because one can be blind: the flags of every interface, and the routing tables. Names
and routes come from /proc/net, which is this process's own network namespace; /sys/class/net can
show another's, so it only tells the flags of a name already known.
"""

from __future__ import annotations

from pathlib import Path

from reviewer.errors import NetworkUpError

PROC_NET = Path("/proc/net")
SYS_NET = Path("/sys/class/net")
# linux/if.h
IFF_UP = 0x1
IFF_LOOPBACK = 0x8
LOOPBACK = "lo"
# linux/route.h: the kernel's reject routes carry this flag and lead nowhere.
RTF_REJECT = 0x200


def refuse_if_up(proc_net: Path = PROC_NET, sys_net: Path = SYS_NET) -> None:
    """Raise NetworkUpError naming an interface that is up, or one that a route leads through.

    Also raises when the kernel does not say: what can not be checked is not trusted.
    """
    for name in _interfaces(proc_net):
        if _is_up(sys_net / name):
            raise _refusal(f"the network interface {name} is up")
    for name in _routes(proc_net):
        raise _refusal(f"a route leads out through {name}")


def _refusal(why: str) -> NetworkUpError:
    return NetworkUpError(
        f"This laptop is on a network ({why}); pull the cable, switch every radio off, and try"
        " again."
    )


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
        return path.read_text()
    except OSError:
        raise NetworkUpError(
            f"Whether this machine is on a network can not be checked ({path} is not readable);"
            " run this on the Linux laptop that is kept for it."
        ) from None
