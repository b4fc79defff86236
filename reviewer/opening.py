"""Opens one sealed testimony, checks it against its commitment, or says why not (laptop).

It runs in a child process of reviewer.openers, never beside the vault's key.

The order is law: header rules, file key and MAC, every chunk, the padded size, the strict tar, the
strict document, and last the commitment root recomputed from everything that was sealed.
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Collection
from dataclasses import dataclass, field

from envelope import archive, commit, testimony
from envelope.errors import FormatError, SakseError
from envelope.form import load
from envelope.header import grease_body
from envelope.padding import BUCKETS
from envelope.testimony import Testimony
from keys.agefile import Opened, open_file
from keys.errors import NoIdentity
from keys.identity import AgeIdentity


@dataclass(frozen=True, slots=True)
class Opening:
    """A testimony that opened, its file key, the SR1 units of its files, and its commitment.

    `commitment_ok` is False when what was sealed is not what the file's header committed to.
    """

    testimony: Testimony
    file_key: bytes = field(repr=False)
    attachments: tuple[str, ...]
    commitment_ok: bool


class Unopened(SakseError):  # noqa: N818 - a result as much as an error
    """A sealed file that does not open; `reason` is one word for the custody log."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Opener:
    """Opens many files with one person's identities; the one that fitted last is tried first."""

    def __init__(self, identities: Collection[AgeIdentity]) -> None:
        self._identities = list(identities)

    def open(self, data: bytes) -> Opening:
        """Open the bytes of one sealed testimony; raises Unopened."""
        try:
            opened = self._header(data)
            plain = bytearray()
            for chunk in opened.chunks:  # joining a list of them would hold all of it twice
                plain += chunk
            return _checked(opened, memoryview(plain))
        except NoIdentity:
            raise Unopened(
                "no_identity", "opens with no key of yours (sealed to others, or epoch burned?)"
            ) from None
        except FormatError as error:
            raise Unopened("damaged", f"is not a testimony as it is sealed: {error}") from error

    def _header(self, data: bytes) -> Opened:
        for n, identity in enumerate(self._identities):
            try:
                opened = open_file(io.BytesIO(data), [identity], testimony=True)
            except NoIdentity:
                continue
            self._identities.insert(0, self._identities.pop(n))
            return opened
        raise NoIdentity("No key fits.")


def _checked(opened: Opened, plain: memoryview) -> Opening:
    if len(plain) not in BUCKETS:
        raise FormatError("its padded size is none that a sealed testimony has.")
    members = archive.unpack_testimony(plain)
    found = testimony.from_members(members)
    units = testimony.units_of(found, members)
    sealed = commit.commitment(found.r, commit.root(found.seed, units))
    first = 2 + len(load().fields)  # after meta, the fields and raw
    return Opening(
        testimony=found,
        file_key=opened.file_key,
        attachments=tuple(units[first : first + len(found.attachments)]),
        commitment_ok=hmac.compare_digest(sealed, grease_body(opened.header)),
    )
