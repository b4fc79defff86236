"""What a proposal decided, from which any reviewer's vault builds the same bundle (laptop).

A plan holds no word of a witness: only ids, hashes, spans and tokens. Her words come from the vault
of whoever builds, so an approver who builds the same bytes has checked every one of them. What the
redactor wrote herself (transcripts, reasons) and the clean copies of attachments, which no other
machine makes byte for byte again, come with the plan and its bag, and are tested and looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from envelope import canonical
from envelope.errors import FormatError
from release.content import Addressee, Counts, CustodyEvent, Event, Tally
from reviewer.errors import ProposalError
from reviewer.tokens import Mark

FORMAT = "sakse-proposal@v1"
MAX_SIZE = 64 << 20
TRANSLATED = "translation"
"""`Kept.field` of what was kept in a translation."""
_Of = TypeVar("_Of")
MILLIONTHS = 1_000_000
"""Parts of a picture's width and height that boxes are measured in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding the redactor rejected, and why: shown to the approver, never in the bundle.

    `text` is what it covers where no other vault holds the words (`field` TRANSLATED), else "".
    """

    testimony: str
    field: str
    start: int
    end: int
    label: str
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the team says of one testimony: a translation with tokens, and two levels."""

    translation: str = ""
    source: str = "unknown"
    account: str = "unknown"


@dataclass(frozen=True, slots=True)
class Attached:
    """What happens to one attachment: it stays for a `reason`, or a clean copy of it leaves.

    `file` is the copy's name in the bag ("" if none leaves), `type`, `sha256` and `size` its own,
    `done` how it was made, `boxes` what was filled: first and last page (or second), then left,
    top, width, height in millionths. `voice` says that sound may leave. `transcript` is the
    redactor's own text, which leaves beside the copy or instead of it.
    """

    ordinal: int
    reason: str = ""
    file: str = ""
    type: str = ""
    sha256: str = ""
    size: int = 0
    done: tuple[str, ...] = ()
    boxes: tuple[tuple[int, ...], ...] = ()
    voice: bool = False
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whom one testimony may go to (codes of c2), how (c3), and what that rests on."""

    audiences: tuple[str, ...]
    level: str
    basis: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One proposed release.

    `testimonies` is release id `T-xxxx` → SHA-256 of the sealed file, `marks` the same ids →
    field → marks, `transfer` the redactor's last transfer, `custody_head` before the proposal,
    `withheld` the same ids → answers held back because too few testimonies say the same, `files`
    the same ids → what happens to each attachment, `said` the same ids → the team's own words,
    `events` which of them tell of one event. `aggregates`, `counted` and `frozen` are the table of
    counts (reviewer.counting), `supersedes` an earlier release to the same recipient,
    `allowed` the ids → the consent of each.
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
    files: Mapping[str, tuple[Attached, ...]] = field(default_factory=dict)
    said: Mapping[str, Said] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    aggregates: tuple[Tally, ...] = ()
    counted: tuple[str, ...] = ()
    frozen: Mapping[str, str] = field(default_factory=dict)
    supersedes: str | None = None
    allowed: Mapping[str, Allowed] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The bytes of proposal.json."""
        return canonical.dumps({"format": FORMAT, **asdict(self)})

    def without(self, gone: Collection[str]) -> Plan:
        """The plan without what it says of the content of these testimonies (ids `T-xxxx`)."""

        def left(part: Mapping[str, _Of]) -> dict[str, _Of]:
            return {name: value for name, value in part.items() if name not in gone}

        return replace(
            self,
            allowed=left(self.allowed),
            files=left(self.files),
            kept=tuple(one for one in self.kept if one.testimony not in gone),
            marks=left(self.marks),
            said=left(self.said),
            withheld=left(self.withheld),
        )


def parse(data: bytes) -> Plan:
    """Read proposal.json; ProposalError unless it re-encodes to the same bytes.

    What it says is checked by building the bundle from it.
    """
    try:
        value = canonical.loads_canonical(data, what="proposal.json", limit=MAX_SIZE)
        plan = _plan(value)
        if plan.encode() == data:
            return plan
    except (FormatError, KeyError, TypeError, ValueError, AttributeError):
        pass
    raise ProposalError("This proposal is damaged or by another release of Sakse; ask for it anew.")


def _plan(value: dict[str, Any]) -> Plan:
    value.pop("format")
    return _exact(
        Plan,
        value
        | {
            "recipient": _exact(Addressee, value["recipient"]),
            "counts": _exact(Counts, value["counts"]),
            "custody": tuple(_exact(CustodyEvent, item) for item in value["custody"]),
            "testimonies": dict(value["testimonies"]),
            "marks": {
                name: {
                    field: tuple(_exact(Mark, one) for one in marks) for field, marks in f.items()
                }
                for name, f in value["marks"].items()
            },
            "aggregates": tuple(_exact(Tally, item) for item in value["aggregates"]),
            "allowed": {name: _allowed(item) for name, item in value["allowed"].items()},
            "counted": tuple(value["counted"]),
            "frozen": dict(value["frozen"]),
            "events": tuple(map(_event, value["events"])),
            "kept": tuple(_exact(Kept, item) for item in value["kept"]),
            "files": {name: tuple(map(_attached, f)) for name, f in value["files"].items()},
            "said": {name: _exact(Said, item) for name, item in value["said"].items()},
            "withheld": {name: tuple(fields) for name, fields in value["withheld"].items()},
        },
    )


def _allowed(value: dict[str, Any]) -> Allowed:
    return _exact(Allowed, value | {"audiences": tuple(value["audiences"])})


def _event(value: dict[str, Any]) -> Event:
    return _exact(Event, {name: tuple(names) for name, names in value.items()})


def _attached(value: dict[str, Any]) -> Attached:
    boxes = tuple(map(tuple, value["boxes"]))
    if any(type(number) is not int for box in boxes for number in box):
        raise TypeError
    return _exact(Attached, value | {"done": tuple(value["done"]), "boxes": boxes})


_Made = TypeVar("_Made")
_PLAIN: Mapping[object, type] = {"str": str, "int": int, "bool": bool}


def _exact(made: type[_Made], value: dict[str, Any]) -> _Made:
    """Make one of these of exactly its parts; TypeError for a part of another type."""
    for one in fields(made):  # type: ignore[arg-type]  # every class here is a dataclass
        if type(value[one.name]) is not _PLAIN.get(one.type, type(value[one.name])):
            raise TypeError
    return made(**value)
