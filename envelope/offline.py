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

_installed: list[bool] = []  # an audit hook cannot be taken out, so one is enough


class NetworkRefusedError(SakseError):
    """Something in this process tried to use the network."""


def forbid_network() -> None:
    """Refuse connect, bind, send and name look-ups in this process until it ends.

    An audit hook cannot be taken out again. It guards against a library that phones home, not
    against hostile code in the process, and it does not reach child processes.

    Raises NetworkRefusedError out of any later socket call of that kind.
    """
    if not _installed:
        sys.addaudithook(_refuse)
        _installed.append(True)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event in REFUSED_EVENTS:
        raise NetworkRefusedError(
            f"This command must stay offline and refused {event}; "
            "take the machine off every network and report what you ran."
        )
