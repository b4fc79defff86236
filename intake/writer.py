"""One thread that writes: what waits is committed together, and answered only once on disk."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from intake.errors import RefusedError

BATCH = 32  # jobs of one commit
ANSWER_SECONDS = 30
_FULL = ("database or disk is full", "No space left on device", "disk I/O error")

T = TypeVar("T")
Job = Callable[[Connection], Any]


class Writer:
    """Runs jobs one after another under the write lock; several share a commit.

    A job checks first and writes last: once it has written it may raise nothing but a database
    error, which undoes the whole batch and is told to everyone in it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._open = threading.Event()
        self._open.set()
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._thread.start()

    def run(self, job: Callable[[Connection], T]) -> T:
        """Return what `job` returns, after its transaction is on disk.

        Raises the job's own RefusedError, or one of "full" or "busy" when nothing was stored for
        certain.
        """
        if not self._open.is_set():
            raise RefusedError("busy")
        answer: Future[T] = Future()
        self._jobs.put((job, answer))
        try:
            return answer.result(ANSWER_SECONDS)
        except FutureTimeout:
            raise RefusedError("busy") from None

    def alone(self, work: Callable[[], T]) -> T:
        """Run `work` with no job under way; whoever comes meanwhile is told "busy" at once."""
        self._open.clear()
        try:
            answer: Future[None] = Future()
            self._jobs.put((lambda _: None, answer))
            answer.exception()  # waits for what is under way, whatever comes of it
            return work()
        finally:
            self._open.set()

    def close(self) -> None:
        """Finish what is waiting, then end the thread."""
        self._open.clear()
        self._jobs.put(None)
        self._thread.join()

    def _loop(self) -> None:
        while True:
            batch, last = self._take()
            if batch:
                self._commit(batch)
            if last:
                self._disconnect()
                return

    def _take(self) -> tuple[list[tuple[Job, Future[Any]]], bool]:
        item = self._jobs.get()
        batch: list[tuple[Job, Future[Any]]] = []
        while item is not None:
            batch.append(item)
            if len(batch) == BATCH or self._jobs.empty():
                return batch, False
            item = self._jobs.get()
        return batch, True

    def _commit(self, batch: list[tuple[Job, Future[Any]]]) -> None:
        answers: list[Callable[[], None]] = []
        try:
            # Kept from batch to batch: taking one from the pool costs as much as two statements.
            connection = self._connection = self._connection or self._engine.connect()
            with connection.begin():
                for job, future in batch:
                    answers.append(_attempt(connection, job, future))
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may be told "received"
            refusal = _refusal(error)
            for _, future in batch:
                future.set_exception(refusal)
            self._disconnect()
            return
        for answer in answers:
            answer()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _attempt(connection: Connection, job: Job, future: Future[Any]) -> Callable[[], None]:
    try:
        result = job(connection)
    except RefusedError as refused:
        reason = refused
        return lambda: future.set_exception(reason)
    return lambda: future.set_result(result)


def _refusal(error: Exception) -> RefusedError:
    """A full disk is final for now; everything else (a lock, a lost connection) may pass."""
    full = isinstance(error, DBAPIError) and any(word in str(error.orig) for word in _FULL)
    return RefusedError("full" if full else "busy")
