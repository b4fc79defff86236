"""Ports of this machine's loopback that nothing listens on."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Ports nothing listens on; all are held until the last is found."""
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in held]
    for sock in held:
        sock.close()
    return ports


def free_port() -> int:
    """One such port."""
    return free_ports(1)[0]
