"""Errors of the reviewer's laptop; every one is a sentence for the person at the keyboard."""

from __future__ import annotations

from envelope.errors import SakseError


class ReviewerError(SakseError):
    """Root of everything the reviewer's commands refuse."""


class NetworkUpError(ReviewerError):
    """The machine has a way to a network."""


class VaultError(ReviewerError):
    """The vault is missing, locked by another command, damaged, or does not hold what is asked."""


class CustodyError(ReviewerError):
    """The custody log is broken, cut, or signed by the wrong key."""


class StickError(ReviewerError):
    """A stick is for another purpose or team, not marked, or not mounted as it must be."""


class TransferError(ReviewerError):
    """A transfer is not what the drop signed."""


class ContactError(ReviewerError):
    """A witness left no contact, or this is not the officer it is sealed to."""


class RedactionError(ReviewerError):
    """A finding or a decision does not fit the text."""


class NoteError(ReviewerError):
    """A translation or an assessment is refused."""


class ConsentError(ReviewerError):
    """The witness's consent does not cover a release."""


class ProposalError(ReviewerError):
    """A proposal, an approval or a release is refused."""


class LeakError(ProposalError):
    """Something that must not leave is in a release."""


class SandboxError(ReviewerError):
    """The sandbox that opens files can not be made here."""


class SandboxLimitError(SandboxError):
    """What ran in the sandbox reached a limit and was ended; the message is a verb phrase."""


class CleaningError(ReviewerError):
    """An attachment can not be opened or cleaned; `why` is the reason alone."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This file can not be released: {why}; withhold it.")
        self.why = why


class SwapError(ReviewerError):
    """Memory could be written to a disk in clear."""


class DeskError(ReviewerError):
    """The desk can not start, or refuses what its page asked."""


class EventError(ReviewerError):
    """Testimonies can not be grouped, or taken apart, as asked."""


class ActError(ReviewerError):
    """What needs two reviewers is not signed as it must be, or gives no reason."""


class ReturnError(ReviewerError):
    """A return can not be written or signed: this vault does not hold what it names."""


class DestroyError(ReviewerError):
    """A testimony can not be destroyed as asked."""
