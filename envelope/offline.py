"""Refuses every network call of this process, on the machines that must stay offline (laptop)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
AF_INET = 2  # IPv4, Linux ip(7)
BIND = "socket.bind"
LOOPBACK = "127.0.0.1"
# An accepted connection is a new socket too: the methods of CPython's socket.py that make one.
_ACCEPTING = ("__init__", "accept")

_installed: list[bool] = []  # an audit hook cannot be taken out, so one is enough
_openings: list[set[str]] = []  # what the one listener may still do; it is never asked twice


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


@contextmanager
def one_loopback_listener() -> Iterator[None]:
    """Let the block make one IPv4 socket and bind it to 127.0.0.1, once in a process's life.

    Afterwards that socket's own accept() is the only way to another one. Raises
    NetworkRefusedError the second time.
    """
    if _openings:
        raise NetworkRefusedError("This command listens already; start it anew.")
    _openings.append({NEW_SOCKET, BIND})
    try:
        yield
    finally:
        _openings[0].clear()


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in REFUSED_EVENTS or (event == NEW_SOCKET and arguments[1] != AF_UNIX):
        if _openings and (_opens(event, arguments) or _accepts(event)):
            return
        raise NetworkRefusedError(
            f"This command must stay offline and refused {event}; "
            "take the machine off every network and report what you ran."
        )


def _opens(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether this is what the one listener may still do; then it may not do it again."""
    if event not in _openings[0]:
        return False
    address = arguments[1]
    if event == NEW_SOCKET:
        fits = address == AF_INET  # for this event the argument after the object is the family
    else:
        fits = isinstance(address, tuple) and address[0] == LOOPBACK
    if fits:
        _openings[0].remove(event)
    return fits


def _accepts(event: str) -> bool:
    """Whether a socket is being made around a connection that socket.accept() took."""
    if event != NEW_SOCKET:
        return False
    frame = sys._getframe(2)  # below this function and the hook: who calls
    names = [(frame.f_globals.get("__name__"), frame.f_code.co_name)]
    if frame.f_back is not None:
        names.append((frame.f_back.f_globals.get("__name__"), frame.f_back.f_code.co_name))
    return names == [("socket", name) for name in _ACCEPTING]
