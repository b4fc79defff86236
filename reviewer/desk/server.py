"""The desk's web server: waitress on one loopback port, one request at a time (laptop)."""

from __future__ import annotations

import logging
import socket
import sys
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from envelope.offline import LOOPBACK, one_loopback_listener
from reviewer.errors import DeskError

MAX_BODY = 1 << 20  # bytes; a form with a few words, or a paragraph of a translation
MAX_HEADERS = 16 << 10
IDLE_SECONDS = 60
_NEVER = sys.maxsize  # bytes that stay in memory; beyond them waitress writes to a file in /tmp


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Serves on a socket that is bound already, and looks no name up."""

    def getsockname(self) -> tuple[str, int]:
        """Address and port as the socket says them; waitress would ask a resolver."""
        host, port = self.socket.getsockname()
        return host, port


def listener(port: int = 0) -> socket.socket:
    """The one socket this process may listen on; 0 takes any free port of 127.0.0.1."""
    with one_loopback_listener():
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            made.bind((LOOPBACK, port))
        except OSError as error:
            made.close()
            raise DeskError(
                f"Port {port} of {LOOPBACK} can not be used ({error.strerror}); leave --port out."
            ) from None
    return made


def build(app: Flask, bound: socket.socket) -> Any:
    """A server that listens; `run()` serves until SystemExit or KeyboardInterrupt."""
    for name in ("waitress", "waitress.queue"):  # they would log paths
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    settings = Adjustments(
        listen="",
        threads=1,  # a vault is one hand's work
        ident="",
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=MAX_HEADERS,
        max_request_body_size=MAX_BODY,
        inbuf_overflow=_NEVER,
        outbuf_overflow=_NEVER,
        log_socket_errors=False,
    )
    about = (bound.family, bound.type, bound.proto, bound.getsockname())
    return Server(app, adj=settings, _sock=bound, bind_socket=False, sockinfo=about)
