"""Talks HTTP to a drop, directly on this machine or through a SOCKS proxy (documenter, checker).

Name look-ups are the proxy's work, and each Drop uses a Tor circuit of its own (a proxy user name
of its own: Tor's IsolateSOCKSAuth), so that two files cannot be linked by their way.
"""

from __future__ import annotations

import http.client
import random
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import socks

from field.errors import SendError

TRIES = 9
FIRST_WAIT = 1.0  # seconds, doubled after each failure; the first is tried again at once
LONGEST_WAIT = 60.0
TIMEOUT = 300.0  # seconds without a byte; an onion service can be slow
ANSWER_LIMIT = 64 << 10  # bytes
SENTENCE_LIMIT = 300
TOO_MANY = 429
FULL = 507
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class RefusedError(SendError):
    """The drop says no, and the same request again will not help."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Drop:
    """One drop at `url` ("http://host[:port]"), through the SOCKS proxy "host:port" if given.

    Raises SendError for an address it would not open.
    """

    def __init__(self, url: str, proxy: str | None) -> None:
        self.url = url.rstrip("/")
        host, port = _address(self.url)
        if proxy is None and host not in _LOOPBACK:
            raise SendError(
                f"{host} is not this machine; add --socks HOST:PORT of Tor (127.0.0.1:9050, say)."
            )
        self._line = _Line(host, port, _proxy(proxy) if proxy else None)

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the body of a 2xx answer, trying again after a growing, uneven wait.

        Raises RefusedError when the drop says no, SendError when every try failed.
        """
        for attempt in range(TRIES):
            if attempt > 1:  # one cut is normal on a line that cuts
                _wait(attempt - 1)
            try:
                self._line.request(method, path, body, headers or {})
                answer = self._line.getresponse()
                text = answer.read(ANSWER_LIMIT)
            except (OSError, http.client.HTTPException):
                self._line.close()
                continue
            if answer.will_close:
                self._line.close()
            if answer.status // 100 == 2:
                return self._from_drop(text)
            if answer.status != TOO_MANY and (answer.status < 500 or answer.status == FULL):
                raise RefusedError(answer.status, _sentence(answer.status, text))
        raise SendError(
            f"{self.url} does not answer; run the same command again later, it goes on where it"
            " stopped."
        )

    def _from_drop(self, text: bytes) -> bytes:
        # A login page of the place she is in also answers 200.
        if text == b"received\n" or text.startswith(b"{"):
            return text
        raise SendError(f"{self.url} answers, but is no drop; check the address and the line.")


class _Line(http.client.HTTPConnection):
    """A connection that a SOCKS proxy opens, when one is given."""

    def __init__(self, host: str, port: int, proxy: tuple[str, int] | None) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._socks = proxy
        self._circuit = secrets.token_hex(8)

    def connect(self) -> None:
        """Open the connection; the proxy looks the name up."""
        if self._socks is None:
            super().connect()
            return
        self.sock = socks.create_connection(
            (self.host, self.port),
            timeout=self.timeout,
            proxy_type=socks.SOCKS5,
            proxy_addr=self._socks[0],
            proxy_port=self._socks[1],
            proxy_rdns=True,
            proxy_username=self._circuit,
            proxy_password=self._circuit,
        )


def _wait(attempt: int) -> None:
    # Uneven, so that many who failed together do not come back together; no secret rests on it.
    seconds = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    time.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if host is None or url not in (f"http://{host}", f"http://{_bracket(host)}:{port}"):
        raise SendError(f"{url} is no address of a drop; write http://HOST or http://HOST:PORT.")
    return host, port


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _proxy(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise SendError(f"{text} is no proxy; write HOST:PORT, for Tor 127.0.0.1:9050.")
    return host.strip("[]"), int(port)


def _sentence(status: int, text: bytes) -> str:
    """Return what the drop says, as one printable line."""
    words = " ".join(text.decode("utf-8", "replace").split())
    said = "".join(char for char in words if char.isprintable())[:SENTENCE_LIMIT]
    return said or f"The drop refused this with status {status}; check the address."
