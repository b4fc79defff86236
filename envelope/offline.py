"""Refuses every network call of this process, on the machines that must stay offline (laptop)."""

from __future__ import annotations

import sys

from envelope.errors import SakseError

# The audit events of CPython's socketmodule.c that open, address or name a peer.
# https://docs.python.org/3.11/library/audit_events.html
REFUSED_EVENTS = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
    }
)

# listen() gives an address to a socket that has none and is no event: such sockets are not made.
# Arguments: the object, then family, type, protocol as given; family -1 when it was left out.
NEW_SOCKET = "socket.__new__"
AF_UNIX = 1  # address family of sockets inside one machine, Linux socket(2); asyncio wakes by it

_installed: list[bool] = []  # an audit hook cannot be taken out, so one is enough


class NetworkRefusedError(SakseError):
    """Something in this process tried to use the network."""


def forbid_network() -> None:
    """Refuse new network sockets, connect, bind, send and name look-ups until this process ends.

    An audit hook cannot be taken out again. It guards against a library that phones home, not
    against hostile code in the process. It does not cover child processes (os.system, exec and
    subprocess stay allowed, and a child has no hook), native code that calls the system itself
    (ctypes, extension modules), or sockets made before the hook or inherited: those can still
    listen and accept.

    Raises NetworkRefusedError out of any later socket call of that kind.
    """
    if not _installed:
        sys.addaudithook(_refuse)
        _installed.append(True)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in REFUSED_EVENTS or (event == NEW_SOCKET and arguments[1] != AF_UNIX):
        raise NetworkRefusedError(
            f"This command must stay offline and refused {event}; "
            "take the machine off every network and report what you ran."
        )
