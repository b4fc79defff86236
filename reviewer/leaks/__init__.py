"""The 34 tests a release must pass before anybody signs it (laptop).

Each is a small function over a `Subject`; doc/decisions/23-release-tests.md lists them by number.
A sentence about a leak names test, file and place, and never the identity itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from reviewer.errors import LeakError
from reviewer.leaks import bundle, media, office, pdf, seen, sets, text
from reviewer.leaks.gather import crowd, gather
from reviewer.leaks.sets import coarsened, may_link
from reviewer.leaks.subject import Leak, Subject
from reviewer.store import short_id

__all__ = [
    "CHECKS", "IDS", "READER", "Leak", "Subject", "coarsened", "crowd", "gather", "leaks",
    "may_link", "refuse",
]  # fmt: skip

Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {
    number: check
    for module in (text, bundle, pdf, office, media, seen, sets)
    for number, check in module.CHECKS.items()
}
"""Number of a release test → the function that does it."""

READER = 33
"""The test that only an approver can pass: she was shown every file."""

IDS = 5
"""The test of random ids, which chance alone can fail."""

_NAMED = 5  # leaks named in one sentence; the rest are counted


def leaks(subject: Subject, numbers: Collection[int] = ()) -> Iterator[tuple[int, Leak]]:
    """Yield (number of the test, leak) for everything these tests (all, if none) find."""
    for number in numbers or sorted(CHECKS):
        yield from ((number, leak) for leak in CHECKS[number](subject))


def refuse(subject: Subject, numbers: Collection[int] = ()) -> None:
    """Raise LeakError naming test, file and place of what must not leave."""
    found = list(dict.fromkeys(leaks(subject, numbers)))
    if not found:
        return
    said = [
        f"{leak.file}{_of(subject, leak.file)} {leak.why} (release test {number})"
        for number, leak in found[:_NAMED]
    ]
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    raise LeakError(
        f"Nothing is signed: {'; '.join(said)}{more}. Replace it there, or keep it with a reason"
        " (sakse-review redact), and propose again."
    )


def _of(subject: Subject, file: str) -> str:
    """The name by which the vaults know the testimony of a file."""
    parts = file.split("/")
    sealed = subject.plan.testimonies.get(parts[2] if len(parts) > 2 else "")
    return f" (of {short_id(sealed)})" if sealed else ""
