"""Asks the sandbox for pages, faces and stripped files, and trusts no byte of them (laptop)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from reviewer import sandbox
from reviewer.cleaning import wire
from reviewer.cleaning.kinds import DOCUMENT
from reviewer.cleaning.wire import SENTENCES, Page, Refusal
from reviewer.errors import CleaningError, SandboxLimitError

MEMORY = 640 << 20
"""Bytes a child may hold: with this process beside it, less than 1 GB."""
SECONDS = 60
PRINT_SECONDS = 120
_NOT_FOUND = 127  # exit code of a shell, and of prlimit, for a program that is not there
# Constant: no name or word of a file is ever in it.
_PRINT = """cat > /tmp/in && mkdir /tmp/out &&
soffice -env:UserInstallation=file:///tmp/profile --headless --norestore --nologo \\
    --convert-to pdf --outdir /tmp/out /tmp/in >&2 && cat /tmp/out/in.pdf"""
Answer = TypeVar("Answer")


def page(kind: str, data: bytes, number: int = 0) -> Page:
    """One page of a picture or a PDF as pixels."""
    return pages(kind, data, number)[0]


def pages(kind: str, data: bytes, first: int = 0, count: int = 1) -> list[Page]:
    """Pages of a picture or a PDF from `first` on as pixels: at least one, perhaps not all."""
    numbers = [str(first), str(count)] if kind == DOCUMENT else []
    return _read(wire.pages, _worker([kind, *numbers], data))


def faces(seen: Page) -> list[tuple[float, float, float, float]]:
    """(left, top, width, height) of a box for each face on a page, as fractions."""
    return _read(wire.faces, _worker(["faces", str(seen.width), str(seen.height)], seen.rgb))


def office_pdf(data: bytes) -> bytes:
    """An office file as it prints, as PDF: without tracked deletions, comments and hidden parts.

    What comes back is as hostile as what went in.
    """
    printed = _printed(data)
    if isinstance(printed, CleaningError):
        raise CleaningError(printed.why)
    return printed


@lru_cache(maxsize=1)  # pages are asked for one by one, also of a file that took minutes and failed
def _printed(data: bytes) -> bytes | CleaningError:
    try:
        line, stripped = ["sh", "-c", _PRINT], _worker(["office"], data)
        return program(line, stripped, name="LibreOffice", seconds=PRINT_SECONDS)
    except CleaningError as error:
        return error


def program(
    line: Sequence[str], data: bytes, *, name: str = "", seconds: int = SECONDS
) -> bytes:
    """What a Debian program in the sandbox makes of some bytes; CleaningError when it fails.

    `name` is what a person calls the program, if not by the first word of its line.
    """
    try:
        done = sandbox.run(line, seconds=seconds, memory=MEMORY, stdin=data)
    except SandboxLimitError as error:
        raise CleaningError(f"it {error} when it was opened") from error
    if done.code == _NOT_FOUND:
        raise CleaningError(f"{name or line[0]} is missing; install it from the laptop's stick")
    if done.code != 0:
        raise CleaningError(SENTENCES[Refusal.DAMAGED])
    return done.stdout


def _worker(task: list[str], data: bytes) -> bytes:
    line = sandbox.python("reviewer.cleaning.worker", *task)
    try:
        done = sandbox.run(line, seconds=SECONDS, memory=MEMORY, stdin=data)
    except SandboxLimitError as error:
        raise CleaningError(f"it {error} when it was opened") from error
    if done.code != 0:
        known = done.code in set(Refusal)
        raise CleaningError(SENTENCES[Refusal(done.code) if known else Refusal.DAMAGED])
    return done.stdout


def _read(reader: Callable[[bytes], Answer], data: bytes) -> Answer:
    try:
        return reader(data)
    except wire.WireError:
        raise CleaningError(SENTENCES[Refusal.DAMAGED]) from None
