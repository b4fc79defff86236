"""What a proposal decided, from which any reviewer's vault builds the same bundle (laptop).

A plan holds no text: only ids, hashes of sealed files, spans and tokens. The words come from the
vault of whoever builds, so an approver who builds the same bytes has checked every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from envelope import canonical
from envelope.errors import FormatError
from release.content import Addressee, Counts, CustodyEvent
from reviewer.errors import ProposalError
from reviewer.tokens import Mark

FORMAT = "sakse-proposal@v1"
MAX_SIZE = 64 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding the redactor rejected, and why: shown to the approver, never in the bundle."""

    testimony: str
    field: str
    start: int
    end: int
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One proposed release.

    `testimonies` is release id `T-xxxx` → SHA-256 of the sealed file, `marks` the same ids →
    field → marks, `transfer` the redactor's last transfer, `custody_head` before the proposal,
    `withheld` the same ids → answers held back because too few testimonies say the same.
    """

    release_id: str
    day: str
    purpose: str
    recipient: Addressee
    redactor: str
    transfer: int
    counts: Counts
    custody_head: str
    custody: tuple[CustodyEvent, ...]
    testimonies: Mapping[str, str]
    marks: Mapping[str, Mapping[str, tuple[Mark, ...]]]
    kept: tuple[Kept, ...]
    withheld: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The bytes of proposal.json."""
        return canonical.dumps({"format": FORMAT, **asdict(self)})


def parse(data: bytes) -> Plan:
    """Read proposal.json; ProposalError unless it re-encodes to the same bytes.

    What it says is checked by building the bundle from it.
    """
    try:
        value = canonical.loads_canonical(data, what="proposal.json", limit=MAX_SIZE)
        plan = _plan(value)
        if plan.encode() == data and type(plan.transfer) is int:
            return plan
    except (FormatError, KeyError, TypeError, AttributeError):
        pass
    raise ProposalError("This proposal is damaged or by another release of Sakse; ask for it anew.")


def _plan(value: dict[str, Any]) -> Plan:
    return Plan(
        release_id=value["release_id"],
        day=value["day"],
        purpose=value["purpose"],
        recipient=Addressee(**value["recipient"]),
        redactor=value["redactor"],
        transfer=value["transfer"],
        counts=Counts(**value["counts"]),
        custody_head=value["custody_head"],
        custody=tuple(CustodyEvent(**item) for item in value["custody"]),
        testimonies=dict(value["testimonies"]),
        marks={
            name: {field: tuple(Mark(**mark) for mark in marks) for field, marks in fields.items()}
            for name, fields in value["marks"].items()
        },
        kept=tuple(Kept(**item) for item in value["kept"]),
        withheld={name: tuple(fields) for name, fields in value["withheld"].items()},
    )
