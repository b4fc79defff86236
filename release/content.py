"""What one release says, as plain data handed from the reviewer's laptop to the bag writer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COURT = frozenset({"iimm", "icc", "courts_abroad"})
PARTNER = frozenset({"un", "ngo"})
PUBLIC = frozenset({"public"})
KINDS = "PLNDAORWX"
"""Token kinds: person, place, number or id, date, age, organisation, relative, work, other."""

NARRATIVE = "narrative"
READING = "reading"
"""`Redaction.field` of narrative.txt and narrative.reading.txt; other values are form fields."""

FROM_TRANSFER = "signed by the drop before opening"
REVIEWERS_ONLY = "reviewers only"
"""What stands behind a testimony's commitment (doc/FORMAT.md, commitments)."""

RELEASABLE = ("text", "identity")
"""Answers to c3 that let text leave, the narrower first; identity itself is never released."""

AS_SEALED, NARROWED, LATER = "as sealed", "narrowed by reviewers", "a later statement of hers"
BASES = (AS_SEALED, NARROWED, LATER)
"""What a consent rests on; only a later statement of hers is wider than what was sealed."""

COPIES = {
    "application/pdf": "pdf",
    "audio/ogg": "opus",
    "image/jpeg": "jpg",
    "image/png": "png",
    "video/mp4": "mp4",
}
"""Media type of a clean copy → how its name ends."""

LEVELS = (
    "highly_reliable", "likely_reliable", "unsure", "likely_unreliable", "highly_unreliable",
    "unknown",
)  # fmt: skip
"""How far reviewers rely on a source or an account: the terms of HURIDOCS list 42, as codes."""

UNOFFICIAL = (
    "Unofficial translation by a reviewer; the words that count are those that were sealed."
)
"""Stands above a translation wherever one is shown."""

_UPPER = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_release_id() -> str:
    """Return a random release id: 6 characters, none of which look alike."""
    return "".join(secrets.choice(_UPPER) for _ in range(6))


def new_testimony_ids(count: int) -> list[str]:
    """Return `count` different random ids `T-xxxx`, derived from nothing."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["T-" + "".join(secrets.choice(_UPPER.lower()) for _ in range(4))] = None
    return list(found)


def tier(audience: str) -> str:
    """Return `court`, `partner` or `public` for one code of c2; ValueError for another word."""
    for name, codes in (("court", COURT), ("partner", PARTNER), ("public", PUBLIC)):
        if audience in codes:
            return name
    raise ValueError(f"{audience!r} is not a class of recipients")


def band(number: int) -> str:
    """Return the band a count falls into for those who are no court."""
    return "0" if number == 0 else "1-9" if number < 10 else "10+"


def consent_basis(audience: str) -> str:
    """Return the rule every testimony of a release to `audience` has to meet."""
    return f"c2 names {audience}; c3 is text or identity"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who the bundle is for: `audience` is one code of c2, `age` is None for the public."""

    name: str
    audience: str
    age: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Testimonies of the vault at the proposal; written exactly for courts, in bands for others."""

    received: int
    released: int
    withheld: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """One token in a released text: half-open span in code points of the RELEASED text."""

    field: str
    start: int
    end: int
    token: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """An attachment that stays behind: its place (1..16), media type, size in bytes, and why."""

    ordinal: int
    type: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A clean copy of an attachment that leaves: its place (1..16), name in the bag, media type.

    `done` says how it was made, a phrase each.
    """

    ordinal: int
    file: str
    type: str
    data: bytes = field(repr=False)
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """What the witness agreed to: form, language, hash of the text shown, c2 codes, c3 code.

    `basis` is one of BASES.
    """

    form: int
    lang: str
    sha256: str
    audiences: tuple[str, ...]
    level: str
    basis: str = AS_SEALED


@dataclass(frozen=True, slots=True)
class Assessment:
    """Reviewers' view of source and account; `unknown` until somebody assessed it."""

    source: str = "unknown"
    account: str = "unknown"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One consent text as shown; the SHA-256 of its UTF-8 bytes is what consents name."""

    form: int
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class CustodyEvent:
    """One custody log line as released: by day, with the SHA-256 (hex) of the full log line.

    `testimony` is a release id `T-xxxx` or "" for an event about no testimony of this release.
    """

    day: str
    event: str
    by: str
    testimony: str
    line: str


@dataclass(frozen=True, slots=True)
class ReleasedTestimony:
    """One testimony as it leaves.

    `narrative` is the committed text with tokens; `reading` the converted one, None if equal.
    `translation` is into English, with tokens, "" if there is none.
    `copies` are the attachments that leave, `transcripts` ordinal → what is heard or read in one.
    `answers` are the released fields (free text may hold tokens); `withheld_fields` were answered
    but stay behind. `proof` is what `release.proof.prove` returned (court tier), else None.
    """

    release_id: str
    lang: str
    narrative: str
    reading: str | None
    redactions: tuple[Redaction, ...]
    answers: Mapping[str, str]
    withheld_fields: tuple[str, ...]
    attachments: tuple[Withheld, ...]
    consent: Consent
    commitment: str = REVIEWERS_ONLY
    assessment: Assessment = field(default_factory=Assessment)
    proof: Mapping[str, Any] | None = None
    translation: str = ""
    copies: tuple[Copy, ...] = ()
    transcripts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Testimonies (release ids) that reviewers say tell of one event.

    `dependent` are those among them that rest on another one: no source of their own.
    """

    testimonies: tuple[str, ...]
    dependent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """One row of aggregates.csv: how many reports were received about a period, place and party.

    `period` is a month or a quarter (2026-Q3), `state` and `township` P-codes, "unknown" or "any",
    `party` sorted codes of x1, "unknown" or "any".
    """

    period: str
    state: str
    township: str
    party: str
    reports: int


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """One bundle for one addressee; `keyring` and `keyring_sig` are the exact signed bytes.

    `redactor` is the keyring id of the proposer, `custody_head` the SHA-256 (hex) of the last
    custody line before the proposal, `day` the proposal's date (YYYY-MM-DD). `aggregates` counts
    every testimony that may be counted for this class of recipients, not only those released.
    """

    release_id: str
    day: str
    recipient: Addressee
    purpose: str
    keyring: bytes
    keyring_sig: bytes
    counts: Counts
    redactor: str
    custody_head: str
    custody: tuple[CustodyEvent, ...]
    testimonies: tuple[ReleasedTestimony, ...]
    consent_texts: tuple[ConsentText, ...]
    events: tuple[Event, ...] = ()
    aggregates: tuple[Tally, ...] = ()
    supersedes: str | None = None

    @property
    def folder(self) -> str:
        """Name of the bag folder."""
        return f"sakse-{self.release_id}"
