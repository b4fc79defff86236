"""Which files a bundle has and what stands in each JSON file of it; laptop and legal team."""

from __future__ import annotations

from envelope.padding import MAX_ATTACHMENTS
from release.content import (
    BASES,
    COPIES,
    COURT,
    FROM_TRANSFER,
    LEVELS,
    PARTNER,
    PUBLIC,
    RELEASABLE,
    REVIEWERS_ONLY,
)
from release.shape import day, line, list_of, matches, number, one_of, or_none, parts, texts

SHA256 = matches("[0-9a-f]{64}")
RELEASE_ID = matches("[0-9A-Z]{6}")
TESTIMONY_ID = matches("T-[0-9a-z]{4}")
ID = matches("[a-z0-9][a-z0-9-]{0,31}")
LANG = matches("[a-z]{2,3}")


def _count(value: object) -> bool:
    """Accept a number (for courts) or a band (for others); release.checks says which."""
    return number(value) or value in ("0", "1-9", "10+")


def _ordinal(value: object) -> bool:
    """Accept the place of an attachment."""
    return isinstance(value, int) and number(value) and 1 <= value <= MAX_ATTACHMENTS


RELEASE = parts(
    consent=line,
    counts=parts(received=_count, released=_count, set_aside=_count, withheld=_count),
    custody_head=SHA256,
    day=day,
    events=list_of(
        parts(dependent=list_of(TESTIMONY_ID), testimonies=list_of(TESTIMONY_ID)),
    ),
    format=one_of("sakse-release@v1"),
    id=RELEASE_ID,
    keyring=parts(serial=number, sha256=SHA256),
    purpose=line,
    recipient=parts(
        **{"class": one_of(*COURT, *PARTNER, *PUBLIC)},
        fingerprint=or_none(matches("[0-9]{5}(-[0-9]{5}){7}")),
        name=line,
    ),
    redactor=ID,
    supersedes=or_none(RELEASE_ID),
    testimonies=list_of(TESTIMONY_ID),
    tier=one_of("court", "partner", "public"),
    tool=parts(sha256=SHA256, version=line),
)
TESTIMONY = parts(
    answers=texts,
    attachments=list_of(
        parts(
            ordinal=_ordinal,
            reason=line,
            size=number,
            type=matches("[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}"),
        )
    ),
    commitment=one_of(FROM_TRANSFER, REVIEWERS_ONLY),
    copies=list_of(
        parts(
            done=list_of(line),
            file=matches("[0-9]{2}\\.[a-z0-9]{3,4}"),
            ordinal=_ordinal,
            sha256=SHA256,
            size=number,
            type=one_of(*COPIES),
        )
    ),
    format=one_of("sakse-released-testimony@v1"),
    id=TESTIMONY_ID,
    lang=LANG,
    withheld=list_of(line),
)
CONSENT = parts(
    audiences=list_of(one_of(*COURT, *PARTNER, *PUBLIC)),
    basis=one_of(*BASES),
    form=number,
    format=one_of("sakse-consent@v1"),
    lang=LANG,
    level=one_of(*RELEASABLE),
    sha256=SHA256,
    testimony=TESTIMONY_ID,
)
ASSESSMENT = parts(
    account=one_of(*LEVELS),
    format=one_of("sakse-assessment@v1"),
    source=one_of(*LEVELS),
    testimony=TESTIMONY_ID,
)
CUSTODY = parts(
    by=ID,
    day=day,
    event=matches("[a-z_]{1,40}"),
    line=SHA256,
    prev=SHA256,
    testimony=lambda t: t == "" or TESTIMONY_ID(t),
)
