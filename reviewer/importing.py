"""Takes transfers into a vault: opens all, sets aside what does not open (laptop).

The law: a transfer was proved before anything of it is copied (reviewer.transfer). Each file's
bytes are hashed again as they are copied, kept byte for byte, and only then opened. A file that
does not open is set aside with one line that says why, and never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from envelope.disk import replace as replace_file
from envelope.header import MAX_HEADER
from envelope.padding import LARGEST, payload_size
from reviewer import consent, custody
from reviewer.openers import Died, Openers
from reviewer.opening import Opening, Unopened
from reviewer.store import DESTROYED, MISMATCH, OK, OPENED, SET_ASIDE, Entry, Facts, short_id
from reviewer.transfer import TRANSFERS, SealedFile, Transfer, last_number, missing, ranges, taken
from reviewer.vault import Vault

MAX_FILE = payload_size(LARGEST) + MAX_HEADER
BATCH = 128
"""Files opened between two commits: what a power cut makes an import do again."""

Tell = Callable[[str], None]
Listed = tuple[Transfer, SealedFile]
Progress = Callable[[list[Listed]], Iterable[Listed]]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many files were opened, known already, set aside, or left as too large to be sealed.

    `mismatches` counts those opened that are not what their seal committed to.
    """

    opened: int = 0
    known: int = 0
    set_aside: int = 0
    left: int = 0
    mismatches: int = 0


def take_in(vault: Vault, transfers: Sequence[Transfer], progress: Progress, tell: Tell) -> Taken:
    """Copy and open every file of some transfers that was not opened before; return the counts.

    `progress` passes the files on one by one; `tell` gets one line for each file set aside or in
    doubt, and for what is odd about a transfer.
    """
    transfers = sorted(transfers, key=lambda transfer: transfer.number)
    for transfer in transfers:
        _arrived(vault, transfer, tell)
    vault.commit()  # that the drop had signed for a file must be on record before it is opened
    work = _Import(vault, tell)
    work.run([(one, file) for one in transfers for file in one.files], progress)
    numbers = {str(transfer.number): transfer.tag_sha256 for transfer in transfers}
    vault.store.set_record(TRANSFERS, {**taken(vault), **numbers})
    _note_withdrawn(vault, frozenset(work.withdrew))
    vault.commit()
    if gaps := missing(vault):
        tell(
            f"Transfers that never came here: {ranges(gaps)}. The newest holds all that the drop"
            " still had; ask the operator where those sticks are."
        )
    return work.taken


class _Import:
    def __init__(self, vault: Vault, tell: Tell) -> None:
        self.vault, self.tell = vault, tell
        self.taken = Taken()
        self.withdrew: set[str] = set()
        self._facts = vault.store.facts()
        self._destroyed: Mapping[str, Any] = vault.store.record(DESTROYED) or {}
        self._begun: set[str] = set()

    def run(self, listed: list[Listed], progress: Progress) -> None:
        """Open whatever is new, and commit now and then."""
        identities = tuple(self.vault.person.epochs.values())
        with Openers(identities, len(listed)) as openers:
            results = openers.open(self._copies(progress(listed)))
            for number, ((transfer, file), result) in enumerate(results, 1):
                self._came(transfer, file, result)
                if number % BATCH == 0:
                    self.vault.commit()

    def _copies(self, listed: Iterable[Listed]) -> Iterator[tuple[Listed, BinaryIO]]:
        """Keep each file that is not known byte for byte, and pass its copy on."""
        for transfer, file in listed:
            if file.sha256 in self._begun or self._is_known(file.sha256):
                self._count("known")
            elif file.size > MAX_FILE:
                self._count("left")
                self.vault.log("error", file.sha256, reason="too_large")
                self.tell(f"{file.path.name} is larger than any sealed testimony; left there.")
            else:
                self._begun.add(file.sha256)
                copy = self.vault.keep_sealed(file.sha256, file.pieces())
                yield (transfer, file), copy.open("rb")

    def _is_known(self, sha256: str) -> bool:
        """Whether it is here, opened, with its sealed copy; or was destroyed and stays away."""
        known = self._facts.get(sha256)
        here = known is not None and known.state == OPENED
        return sha256 in self._destroyed or (here and self.vault.sealed_copy(sha256).exists())

    def _came(
        self, transfer: Transfer, file: SealedFile, result: Opening | Unopened | Died
    ) -> None:
        if isinstance(result, Died):
            self.vault.log("error", file.sha256, reason="opener_died")
            self.tell(f"{short_id(file.sha256)} broke what opens it; it is tried once more, alone.")
            return
        before = self._facts.get(file.sha256)
        if before is None:
            self.vault.log("received", file.sha256, transfer=transfer.number)
        facts = Facts(OPENED, transfer.number, custody.today())
        if before:  # a person's decision outlives another try
            facts = replace(before, state=OPENED, why="", transfer=facts.transfer, day=facts.day)
        if isinstance(result, Unopened) and before and before.state == OPENED:
            self.vault.log("error", file.sha256, reason=result.reason)
            self.tell(f"{short_id(file.sha256)} does not open again: it {result}")
        elif isinstance(result, Unopened):
            self.vault.store.put(self._set_aside(file.sha256, facts, result))
        else:
            self.vault.store.put(self._opened(file.sha256, facts, result))

    def _set_aside(self, sha256: str, facts: Facts, why: Unopened) -> Entry:
        self._count("set_aside")
        self.vault.log("set_aside", sha256, reason=why.reason)
        self.tell(f"{short_id(sha256)} set aside: it {why}")
        return Entry(sha256, replace(facts, state=SET_ASIDE, why=str(why)))

    def _opened(self, sha256: str, facts: Facts, opening: Opening) -> Entry:
        self._count("opened")
        self.vault.log("opened", sha256)
        commitment = self._commitment(sha256, opening.commitment_ok)
        facts = replace(facts, commitment=commitment, attachments=opening.attachments)
        if opening.testimony.answers.get("u1") == "withdraw" and opening.testimony.code:
            self.withdrew.add(opening.testimony.code)
        return Entry(sha256, facts, opening.file_key, opening.testimony)

    def _commitment(self, sha256: str, holds: bool) -> str:
        if holds:
            self.vault.log("commitment_ok", sha256)
            return OK
        self._count("mismatches")
        self.vault.log("commitment_mismatch", sha256)
        self.tell(
            f"{short_id(sha256)} in doubt: it is not what its seal committed to; this mark stays"
            " with it."
        )
        return MISMATCH

    def _count(self, name: str) -> None:
        self.taken = replace(self.taken, **{name: getattr(self.taken, name) + 1})


def _note_withdrawn(vault: Vault, codes: frozenset[str]) -> None:
    """Log each testimony that one of these receipt codes has just withdrawn."""
    for entry in vault.store.entries() if codes else ():
        if consent.is_withdrawn(entry, codes):
            vault.log("withdrawn", entry.sha256)


def _arrived(vault: Vault, transfer: Transfer, tell: Tell) -> None:
    """Keep what the drop signed, before anything is opened; name what is odd about it."""
    for sentence in _doubts(vault, transfer, taken(vault)):
        tell(sentence)
    folder = vault.folder / TRANSFERS / f"{transfer.number:04d}-{transfer.tag_sha256[:8]}"
    (folder / "data").mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in transfer.kept.items():
        replace_file(folder / name, data)
    vault.log(
        "medium_in",
        transfer=transfer.number,
        keyring_serial=transfer.keyring_serial,
        tagmanifest=transfer.tag_sha256,
        files=len(transfer.files),
    )


def _doubts(vault: Vault, transfer: Transfer, seen: Mapping[str, str]) -> Iterator[str]:
    highest = last_number(vault)
    before = seen.get(str(transfer.number))
    if before is not None and before != transfer.tag_sha256:
        yield (
            f"Transfer {transfer.number} was taken in before with other content; ask the operator"
            " whether the drop was restored from a backup."
        )
    elif before is None and transfer.number < highest:
        yield f"Transfer {transfer.number} is older than transfer {highest}, taken in before."
    if transfer.keyring_serial > vault.keyring.serial:
        yield (
            f"The drop serves keyring {transfer.keyring_serial}, this vault has"
            f" {vault.keyring.serial}; ask for the newer one."
        )
