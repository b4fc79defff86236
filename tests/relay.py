"""A bad line on loopback: it cuts, crawls, lags, loses answers, and can be switched off.

    with Relay(port, mean_bytes=300_000, rate=13_000, latency=0.5, seed=7) as line:
        line.port           # what goes in here comes out at `port`
        line.off()          # no network: every connection ends, new ones end at once
        line.on()
        line.cuts           # connections it has cut
        line.up, line.down  # bytes it has carried
        line.mean_bytes = 0 # from the next connection on

Whoever uses one says its seed, so that a failure can be played again.
"""

from __future__ import annotations

import contextlib
import queue
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from types import TracebackType

from tests.ports import HOST

CHUNK = 4096  # bytes carried at once
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is closed so answers with a reset, as cut lines do
_END = b""


class _Wire:
    """One direction of a line, shared by its connections: `rate` bytes a second, 0 for no limit."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._free = 0.0

    def carry(self, size: int) -> None:
        """Return once `size` bytes have had their time."""
        if not self.rate:
            return
        with self._lock:
            self._free = max(self._free, time.monotonic()) + size / self.rate
            until = self._free
        time.sleep(max(0.0, until - time.monotonic()))


class _Connection:
    """A client's connection and the one to the target behind it; it ends whole."""

    def __init__(self, client: socket.socket, target: socket.socket, budget: int | None) -> None:
        self.ends = (client, target)
        self.left = budget
        self.is_cut = False
        self.is_asked = False
        self._lock = threading.Lock()

    def allow(self, data: bytes) -> bytes:
        """What still gets through of `data`, in either direction."""
        with self._lock:
            if self.left is not None:
                data = data[: self.left]
                self.left -= len(data)
                self.is_cut = self.left == 0
            return data

    def is_new_answer(self, *, is_answer: bool) -> bool:
        """Whether bytes in this direction are the first after a request."""
        with self._lock:
            was_asked, self.is_asked = self.is_asked, not is_answer
            return is_answer and was_asked

    def close(self) -> None:
        """End both ends now; whoever waits in them wakes up."""
        for end in self.ends:
            with contextlib.suppress(OSError):  # gone already
                if self.is_cut:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Relay:
    """A line from `port` of this machine to `target`, another one.

    Each connection is cut after a random number of bytes (exponentially distributed, `mean_bytes`
    on average, 0: never); both directions carry `rate` bytes a second (0: as fast as they can) and
    each byte `latency` seconds late. `lose` is asked about the n-th answer, from 1, before its first
    byte is carried: True cuts the connection there, so that the target has it and the client never
    hears of it.
    """

    def __init__(
        self, target: int, *, mean_bytes: float = 0, rate: float = 0, latency: float = 0, seed: int = 0
    ) -> None:
        self._target = target
        self.mean_bytes = mean_bytes
        self._latency = latency
        self._random = random.Random(seed)
        self._wires = (_Wire(rate), _Wire(rate))
        self._is_on = True
        self._open: set[_Connection] = set()
        self._lock = threading.Lock()
        self.lose: Callable[[int], bool] = lambda _n: False
        self.answers = self.cuts = 0
        self.up = self.down = 0

    def __enter__(self) -> Relay:
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.off()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._thread.join()
        self._listener.close()

    @property
    def url(self) -> str:
        """The address of what is behind the line, through it."""
        return f"http://{HOST}:{self.port}"

    def off(self) -> None:
        """No network: nothing is connected and nothing can be."""
        with self._lock:
            self._is_on = False
            gone = list(self._open)
        for connection in gone:
            self._end(connection)

    def on(self) -> None:
        """The network is back."""
        with self._lock:
            self._is_on = True

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                budget = 1 + int(self._random.expovariate(1 / self.mean_bytes)) if self.mean_bytes else None
                threading.Thread(target=self._join, args=(client, budget), daemon=True).start()

    def _join(self, client: socket.socket, budget: int | None) -> None:
        target = socket.socket()
        connection = _Connection(client, target, budget)
        with self._lock:
            is_on = self._is_on
            self._open.add(connection)
        try:
            if not is_on:
                raise OSError("no network")
            target.connect((HOST, self._target))
        except OSError:
            self._end(connection)
            return
        there, back = self._wires
        self._carry(connection, client, target, there, is_answer=False)
        self._carry(connection, target, client, back, is_answer=True)

    def _carry(
        self, connection: _Connection, source: socket.socket, sink: socket.socket, wire: _Wire, *, is_answer: bool
    ) -> None:
        """Two threads: one takes in and notes when each chunk is due, the other hands on."""
        waiting: queue.Queue[tuple[float, bytes]] = queue.Queue(16 if not self._latency else 0)
        takes = (connection, source, waiting, wire, is_answer)
        threading.Thread(target=self._take, args=takes, daemon=True).start()
        threading.Thread(target=self._hand_on, args=(connection, sink, waiting), daemon=True).start()

    def _take(
        self, connection: _Connection, source: socket.socket, waiting: queue.Queue[tuple[float, bytes]],
        wire: _Wire, is_answer: bool,
    ) -> None:  # fmt: skip
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if connection.is_new_answer(is_answer=is_answer) and self._is_lost():
                    connection.is_cut = True
                else:
                    wire.carry(len(data))
                    data = connection.allow(data)
                    self._count(len(data), is_answer=is_answer)
                    waiting.put((time.monotonic() + self._latency, data))
                if connection.is_cut:
                    self.cuts += 1
                    break
        waiting.put((time.monotonic() + self._latency, _END))

    def _count(self, size: int, *, is_answer: bool) -> None:
        with self._lock:
            self.down += size * is_answer
            self.up += size * (not is_answer)

    def _is_lost(self) -> bool:
        with self._lock:
            self.answers += 1
            return self.lose(self.answers)

    def _hand_on(
        self, connection: _Connection, sink: socket.socket, waiting: queue.Queue[tuple[float, bytes]]
    ) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = waiting.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if data == _END:
                    break
                sink.sendall(data)
        self._end(connection)

    def _end(self, connection: _Connection) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()
