"""The drop's web server: waitress on a unix socket or loopback, telling no time and no name."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import create_server
from waitress.task import ErrorTask, Task, WSGITask

from envelope.config import DropConfig, listen_address
from intake import answers
from intake.errors import IntakeError, RefusedError
from intake.form import MULTIPART_BYTES
from intake.store import PIECE_SIZE

SOCKET_MODE = "660"  # tor reaches it through a group of its own
IDLE_SECONDS = 60  # a silent connection is closed after this
REQUEST_SECONDS = 600  # a request that is not whole after this is cut off, however it trickles
MAX_HEADERS = 16 << 10  # bytes of a request's headers
RECEIVE = 64 << 10  # bytes read from a socket at once
FORM_MEMORY = 128 << 20  # bytes of all forms held at once; pieces of 1,000 connections add as much
DRAIN = 64 << 20  # a body up to this size is read and thrown away so that its sender can be told
_DATE = re.compile(rb"\r\nDate: [^\r]*")
SWITCH_SECONDS = 0.0002  # of Python's threads: at its 5 ms a commit waits for its turn to answer
_PR_SET_DUMPABLE = 4  # linux/prctl.h


class Nothing:
    """A buffer that keeps nothing of a body that is refused anyway."""

    def append(self, data: bytes) -> None:
        """Forget `data`."""

    def close(self) -> None:
        """Nothing to close."""

    def __len__(self) -> int:
        return 0


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a body by its declared length, before a byte of it is kept."""

    body_rcv: Any

    refusal: RefusedError | None = None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; a body that is too long, or of unknown length, is not kept."""
        super().parse_header(header_plus)
        limit = PIECE_SIZE
        if self.path == answers.FORM_PATH:
            limit = int(self.adj.inbuf_overflow) - 1
        if self.chunked:
            self.refuse("length")
            self.completed = True
        elif self.content_length > limit:
            self.refuse("too_large")

    def refuse(self, key: str) -> None:
        """Answer with this refusal, once the rest of the body has been thrown away."""
        self.refusal = self.error = RefusedError(key)
        if self.body_rcv is not None and not self.chunked:
            left = self.content_length - self.body_bytes_received
            self.body_rcv.getbuf().close()
            self.body_rcv = FixedStreamReceiver(left, Nothing())

    def held(self) -> int:
        """Bytes of a form's body in memory."""
        return len(self.body_rcv) if self.body_rcv and self.path == answers.FORM_PATH else 0


class Quiet(Task):  # type: ignore[misc]
    """An answer without the host's clock."""

    def build_response_header(self) -> bytes:
        """The header lines, less the Date that waitress always adds."""
        return _DATE.sub(b"", super().build_response_header(), count=1)


class QuietTask(Quiet, WSGITask):  # type: ignore[misc]
    """An answer of the application."""


class QuietError(Quiet, ErrorTask):  # type: ignore[misc]
    """An answer to a request that never reaches the application."""

    def execute(self) -> None:
        """Write a sentence instead of waitress's own page."""
        error = self.request.error
        if not isinstance(error, RefusedError):
            error = RefusedError({413: "too_large", 500: "fault"}.get(error.code, "request"))
        body, kind = answers.refusal(error, getattr(self.request, "path", ""))
        self.status = f"{error.status} Refused"
        self.response_headers = [*answers.HEADERS.items(), ("Content-Type", kind)]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection; together they hold a bounded amount of forms in memory."""

    parser_class = Parser
    task_class = QuietTask
    error_task_class = QuietError

    began = 0.0

    def received(self, data: bytes) -> bool:
        """Take in what has arrived; a form that no longer fits is told to come back."""
        if self.request is None:
            self.began = time.monotonic()
        elif time.monotonic() - self.began > REQUEST_SECONDS:
            self.will_close = True
            return False
        taken: bool = super().received(data)
        request = self.request
        if request is not None and request.held() and _held(self.server) > FORM_MEMORY:
            request.refuse("busy")
        return taken


def _held(server: Any) -> int:
    channels = list(server.active_channels.values())
    requests = [r for c in channels for r in (c.request, *c.requests) if r is not None]
    return sum(request.held() for request in requests)


def build(app: Flask, config: DropConfig) -> Any:
    """A waitress server that is bound and listens; `run()` serves until SystemExit."""
    _silence()
    sys.setswitchinterval(SWITCH_SECONDS)
    address = listen_address(config.listen)
    where: dict[str, Any]
    if isinstance(address, Path):
        where = {"unix_socket": str(address), "unix_socket_perms": SOCKET_MODE}
    else:
        host, port = address
        where = {"host": host.strip("[]"), "port": port}
    try:
        server = create_server(
            app,
            _start=False,
            threads=config.threads,
            ident="",
            connection_limit=config.connection_limit,
            channel_timeout=IDLE_SECONDS,
            max_request_header_size=MAX_HEADERS,
            max_request_body_size=DRAIN,
            inbuf_overflow=(config.form_mib << 20) + MULTIPART_BYTES + 1,
            recv_bytes=RECEIVE,
            asyncore_use_poll=True,
            log_socket_errors=False,
            **where,
        )
    except OSError as error:
        raise IntakeError(
            f"{config.listen} cannot be listened on ({error.strerror}): correct drop.listen."
        ) from None
    server.channel_class = Channel
    server.accept_connections()
    return server


def harden() -> None:
    """No core dump, and no other process of this user may read this one's memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise IntakeError(f"The kernel keeps this process dumpable ({reason}); do not serve here.")


def _silence() -> None:
    """Waitress logs paths and load; the drop logs neither."""
    for name in ("waitress", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
