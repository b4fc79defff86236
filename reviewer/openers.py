"""Opens many sealed files at once, in children that a hostile file may break (laptop).

A child runs in the sandbox, gets the age identities and the bytes of sealed files through a pipe,
nothing else, and answers in JSON that is read as strictly as any. One that dies is told of, and its
file is tried once more when no other is being opened; if the child dies again, the file counts as
unopened.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

from envelope import canonical, testimony
from envelope.errors import FormatError
from envelope.testimony import MAX_JSON
from keys.identity import AgeIdentity
from reviewer import sandbox
from reviewer.opening import Opening, Unopened

AHEAD = 8  # files that wait for each child, so that none waits for the disk
ONE_CHILD_FOR = 16  # files: below this, starting another takes longer than it saves
MAX_ANSWER = 2 * MAX_JSON + (1 << 16)  # testimony.json once more as a JSON text
_CHILD = sandbox.python("reviewer.openchild")

T = TypeVar("T")


class Died(Exception):  # noqa: N818 - not shown: what comes of it is Unopened
    """A child ended, or answered with nothing it may say."""


class Openers:
    """Children that open files with one person's identities; a context manager that ends them."""

    def __init__(self, identities: Collection[AgeIdentity], files: int) -> None:
        """Make as many as are worth it for this number of files; each starts when it is needed."""
        count = min(len(os.sched_getaffinity(0)), 1 + files // ONE_CHILD_FOR)
        self._idle = [_Child(identities) for _ in range(count)]
        self._all = tuple(self._idle)

    def __enter__(self) -> Self:
        """Return the openers themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every child."""
        for child in self._all:
            child.stop()

    def open(
        self, files: Iterable[tuple[T, BinaryIO]]
    ) -> Iterator[tuple[T, Opening | Unopened | Died]]:
        """Yield (name, what came of it) for each (name, file open at its first byte), and close it.

        Died says that the child of a file ended, and comes before the result of its second trial.
        """
        again: list[tuple[T, BinaryIO]] = []
        for name, source, future in self._futures(files):
            result = future.result()
            yield name, result
            if isinstance(result, Died):
                again.append((name, source))
            else:
                source.close()
        for child in self._all:  # those of the threads, which end with them
            child.stop()
        for name, source in again:
            result = self._open(source)
            yield name, _twice() if isinstance(result, Died) else result
            source.close()

    def _futures(
        self, files: Iterable[tuple[T, BinaryIO]]
    ) -> Iterator[tuple[T, BinaryIO, Future[Opening | Unopened | Died]]]:
        """Let every child work while the caller does; in the order of the files."""
        ahead: deque[tuple[T, BinaryIO, Future[Opening | Unopened | Died]]] = deque()
        try:
            with ThreadPoolExecutor(len(self._all)) as pool:
                for name, source in files:
                    ahead.append((name, source, pool.submit(self._open, source)))
                    if len(ahead) > AHEAD * len(self._all):
                        yield ahead.popleft()
                while ahead:
                    yield ahead.popleft()
        finally:
            for _, source, _ in ahead:  # if the caller gave up
                source.close()

    def _open(self, source: BinaryIO) -> Opening | Unopened | Died:
        child = self._idle.pop()  # there are as many as threads
        try:
            return child.open(source)
        except Unopened as error:
            return error
        except Died as error:
            child.stop()
            return error
        finally:
            self._idle.append(child)


class _Child:
    """One child process, started when it is first asked and again after it died."""

    def __init__(self, identities: Collection[AgeIdentity]) -> None:
        self._identities = canonical.dumps([identity.encode() for identity in identities])
        self._process: subprocess.Popen[bytes] | None = None

    def open(self, source: BinaryIO) -> Opening:
        """Open one file; raises Unopened or Died."""
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        try:
            process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"%d\n" % size)
            shutil.copyfileobj(source, process.stdin)
            process.stdin.flush()
            return _opening(process.stdout.readline(MAX_ANSWER))
        except (BrokenPipeError, FormatError, ValueError) as error:
            raise Died from error

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()  # closes the pipes
        self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            pipe = subprocess.PIPE
            line, quiet = sandbox.line(_CHILD), subprocess.DEVNULL
            self._process = subprocess.Popen(
                line, stdin=pipe, stdout=pipe, stderr=quiet, cwd="/", env={}
            )
            assert self._process.stdin is not None
            self._process.stdin.write(self._identities + b"\n")
        return self._process


def _opening(answer: bytes) -> Opening:
    """Read a child's answer as if a stranger had written it."""
    value = canonical.loads(answer, what="The answer", limit=MAX_ANSWER)
    match value:
        case {"reason": str(reason), "why": str(why)} if len(value) == 2:
            raise Unopened(reason, why)
        case {
            "attachments": [*units],
            "commitment_ok": bool(),
            "document": str(),
            "file_key": str(),
        } if len(value) == 4 and all(isinstance(unit, str) for unit in units):
            return _of(value)
    raise FormatError("The answer has not the parts it should have.")


def _of(value: dict[str, Any]) -> Opening:
    return Opening(
        testimony=testimony.parse(value["document"].encode()),
        file_key=bytes.fromhex(value["file_key"]),
        attachments=tuple(value["attachments"]),
        commitment_ok=value["commitment_ok"],
    )


def _twice() -> Unopened:
    return Unopened(
        "broke", "broke the program that opens it, twice; report this, with nothing of the file"
    )
