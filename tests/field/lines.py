"""Bad lines and a proxy, on loopback: a line that breaks, and a SOCKS5 server that takes notes."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from typing import Any


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that breaks is what these are for."""


@contextlib.contextmanager
def serving(handle: Any) -> Iterator[int]:
    """Run `handle(socket)` for each connection; yields the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            handle(self.request)

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _copy(source: socket.socket, target: socket.socket, budget: int | None) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if budget is not None:
                data, budget = data[:budget], budget - len(data[:budget])
            target.sendall(data)
            if budget == 0:
                break
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _join(client: socket.socket, port: int, budget: int | None) -> None:
    with socket.create_connection(("127.0.0.1", port)) as drop:
        back = threading.Thread(target=_copy, args=(drop, client, None))
        back.start()
        _copy(client, drop, budget)
        back.join()


@contextlib.contextmanager
def breaking(port: int, budgets: list[int]) -> Iterator[int]:
    """A line to `port` whose n-th connection breaks after budgets[n] bytes; the later ones hold."""

    def handle(client: socket.socket) -> None:
        _join(client, port, budgets.pop(0) if budgets else None)

    with serving(handle) as line:
        yield line


@contextlib.contextmanager
def socks(port: int, seen: list[tuple[bytes, str, int]]) -> Iterator[int]:
    """A SOCKS5 proxy (RFC 1928, 1929) that leads everyone to `port` and notes (user, host, port)."""

    def handle(client: socket.socket) -> None:
        stream = client.makefile("rb")
        methods = stream.read(stream.read(2)[1])
        assert 2 in methods
        client.sendall(b"\x05\x02")
        user = stream.read(stream.read(2)[1])
        stream.read(stream.read(1)[0])
        client.sendall(b"\x01\x00")
        assert stream.read(4) == b"\x05\x01\x00\x03"  # connect to a name, not an address
        host = stream.read(stream.read(1)[0]).decode()
        seen.append((user, host, int.from_bytes(stream.read(2), "big")))
        client.sendall(b"\x05\x00\x00\x01" + bytes(6))
        _join(client, port, None)

    with serving(handle) as proxy:
        yield proxy
