"""The bad line that other tests use is as bad as it says."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.ports import HOST
from tests.relay import Relay

BODY = bytes(300_000)


@pytest.fixture
def asked() -> list[int]:
    """The size of every body the target has received."""
    return []


@pytest.fixture
def target(asked: list[int]) -> Iterator[int]:
    """A server that answers "whole" to what has arrived whole."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            if len(self.rfile.read(size)) < size:
                self.close_connection = True
                return
            asked.append(size)
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"whole")

        def log_message(self, *_: object) -> None:
            """A test's output says what failed."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A cut line is what this is for."""

    with Server((HOST, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def post(port: int, body: bytes = BODY) -> bytes:
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=30)) as line:
        line.request("POST", "/", body)
        return line.getresponse().read()


def fails(port: int, body: bytes = b"") -> bool:
    try:
        return post(port, body) != b"whole"
    except (OSError, http.client.HTTPException):
        return True


def test_without_a_fault_all_of_it_gets_through(target: int, asked: list[int]) -> None:
    with Relay(target) as line:
        assert post(line.port) == b"whole"
    assert (asked, line.cuts) == ([len(BODY)], 0)


def test_connections_are_cut_after_the_bytes_of_the_seed(target: int) -> None:
    def run(seed: int) -> list[bool]:
        with Relay(target, mean_bytes=len(BODY), seed=seed) as line:
            return [fails(line.port, BODY) for _ in range(12)]

    once = run(5)
    assert once == run(5) != run(6)
    assert 0 < sum(once) < 12


def test_bytes_take_their_time_in_both_directions(target: int) -> None:
    with Relay(target, rate=300_000, latency=0.2) as line:
        start = time.monotonic()
        assert post(line.port) == b"whole"
        assert time.monotonic() - start > 1.0 + 2 * 0.2


def test_a_lost_answer_was_heard_by_the_target_only(target: int, asked: list[int]) -> None:
    with Relay(target) as line:
        line.lose = lambda n: n == 1
        assert fails(line.port, b"invented")
        assert post(line.port, b"invented") == b"whole"
    assert asked == [len(b"invented")] * 2


def test_switched_off_it_carries_nothing_and_switched_on_again_everything(target: int) -> None:
    with Relay(target) as line:
        kept = http.client.HTTPConnection(HOST, line.port, timeout=30)
        kept.request("POST", "/", b"invented")
        kept.getresponse().read()
        line.off()
        with pytest.raises((OSError, http.client.HTTPException)):
            kept.request("POST", "/", BODY)
            kept.getresponse()
        kept.close()
        assert fails(line.port)
        line.on()
        assert post(line.port) == b"whole"
