"""Composes what a bundle says from a plan and the texts of one's own vault (reviewer's laptop)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from envelope import commit
from envelope.form import load
from envelope.testimony import Testimony
from release.content import (
    FROM_TRANSFER,
    LATER,
    NARRATIVE,
    READING,
    REVIEWERS_ONLY,
    Assessment,
    Consent,
    ConsentText,
    Copy,
    Redaction,
    ReleaseContent,
    ReleasedTestimony,
    Withheld,
    tier,
)
from release.proof import WHOLE, Layout, Spans, cover, prove
from reviewer import tokens
from reviewer.decisions import texts
from reviewer.errors import ProposalError
from reviewer.plan import Allowed, Attached, Plan, Said
from reviewer.policy import is_hidden, is_text
from reviewer.store import OK, Entry
from reviewer.tokens import Mark
from reviewer.vault import Vault

UNKNOWN_TYPE = "application/octet-stream"
TYPES = {
    "application/pdf", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus", "audio/x-wav",
    "image/gif", "image/heic", "image/jpeg", "image/png", "image/webp", "text/plain",
    "video/3gpp", "video/mp4", "video/quicktime", "video/webm",
}  # fmt: skip
"""Media types named in a release; any other word in a testimony's list could be a name."""

_REPLACED = ("c2", "c3")

Copies = Callable[[str, Attached], bytes]
"""Gives the bytes of a testimony's (release id) clean copy, whose SHA-256 the plan names."""


def content(vault: Vault, plan: Plan, copies: Copies) -> ReleaseContent:
    """Return the whole content of the planned bundle, with the words of this vault.

    Raises ProposalError for a copy that is not the planned one, VaultError for a testimony this
    vault does not hold, RedactionError for marks that do not fit its text.
    """
    entries = {name: vault.store.by_hash(sealed) for name, sealed in plan.testimonies.items()}
    released = tuple(_released(name, one, plan, copies) for name, one in sorted(entries.items()))
    form = load()
    return ReleaseContent(
        release_id=plan.release_id,
        day=plan.day,
        recipient=plan.recipient,
        purpose=plan.purpose,
        keyring=vault.keyring_bytes,
        keyring_sig=vault.keyring_sig,
        counts=plan.counts,
        redactor=plan.redactor,
        custody_head=plan.custody_head,
        custody=plan.custody,
        testimonies=released,
        events=plan.events,
        aggregates=plan.aggregates,
        supersedes=plan.supersedes,
        consent_texts=tuple(
            ConsentText(form.version, lang, form.consent_text(lang))
            for lang in sorted({one.consent.lang for one in released})
        ),
    )


def _released(name: str, entry: Entry, plan: Plan, copies: Copies) -> ReleasedTestimony:
    found = entry.testimony
    if found is None:
        raise ProposalError(f"{entry.id} is set aside in this vault and can not be released.")
    marks = plan.marks.get(name, {})
    shown, redactions = _replaced(found, marks)
    narrative = shown.pop(NARRATIVE)
    reading, read_redactions = _reading(found.narrative, marks.get(NARRATIVE, ()), narrative)
    said = plan.said.get(name, Said())
    held, planned = plan.withheld.get(name, ()), plan.files.get(name, ())
    if plan.allowed[name].basis == LATER:
        held = (*held, *_REPLACED)  # what she ticked first is no consent any more
    court = tier(plan.recipient.audience) == "court"
    return ReleasedTestimony(
        release_id=name,
        lang=found.consent_lang,
        narrative=narrative,
        reading=reading,
        redactions=(*redactions, *read_redactions),
        answers=_answers(found, shown, held),
        withheld_fields=_hidden(found, held),
        attachments=_withheld(found, planned),
        consent=_consent(found, plan.allowed[name]),
        commitment=FROM_TRANSFER if entry.facts.commitment == OK else REVIEWERS_ONLY,
        proof=_proof(entry, found, marks, held) if court else None,
        assessment=Assessment(said.source, said.account),
        translation=said.translation,
        copies=tuple(_copy(one, copies(name, one)) for one in planned if one.file),
        transcripts={one.ordinal: one.transcript for one in planned if one.transcript},
    )


def _replaced(
    found: Testimony, marks: Mapping[str, Sequence[Mark]]
) -> tuple[dict[str, str], list[Redaction]]:
    """Every text that leaves, with tokens, typed answers first in form order, the account last."""
    sources = texts(found)
    if not set(marks) <= set(sources):
        raise ProposalError("A proposal replaces words in an answer that is not released.")
    shown: dict[str, str] = {}
    redactions: list[Redaction] = []
    for field in [*(f for f in load().fields if f in sources), NARRATIVE]:
        shown[field], made = tokens.apply(field, sources[field], marks.get(field, ()))
        redactions += made
    return shown, redactions


def _reading(
    text: str, marks: Sequence[Mark], narrative: str
) -> tuple[str | None, list[Redaction]]:
    converted = tokens.for_reading(text, marks)
    if converted is None:
        return None, []
    reading, redactions = tokens.apply(READING, *converted)
    return (None, []) if reading == narrative else (reading, redactions)


def _hidden(found: Testimony, held: Collection[str]) -> tuple[str, ...]:
    """The fields that stay: by policy, and those this release holds back besides."""
    return tuple(f for f in load().fields if f in held or is_hidden(f, found.answers))


def _answers(found: Testimony, shown: Mapping[str, str], held: Collection[str]) -> dict[str, str]:
    hidden = _hidden(found, held)
    return {
        field: shown[field] if is_text(field) else found.answers[field]
        for field in load().fields
        if field in found.answers and field not in hidden
    }


def _withheld(found: Testimony, planned: Sequence[Attached]) -> tuple[Withheld, ...]:
    reasons = {one.ordinal: one.reason for one in planned if not one.file}
    if sorted(one.ordinal for one in planned) != list(range(1, len(found.attachments) + 1)):
        raise ProposalError("A proposal does not say what happens to each attachment.")
    return tuple(
        Withheld(n, a.type if a.type in TYPES else UNKNOWN_TYPE, a.size, reasons[n])
        for n, a in enumerate(found.attachments, 1)
        if n in reasons
    )


def _copy(one: Attached, data: bytes) -> Copy:
    if sha256(data).hexdigest() != one.sha256 or len(data) != one.size:
        raise ProposalError(f"The clean copy {one.file} is not the one that was looked at.")
    return Copy(one.ordinal, one.file, one.type, data, one.done)


def _consent(found: Testimony, allowed: Allowed) -> Consent:
    return Consent(
        form=found.form,
        lang=found.consent_lang,
        sha256=found.consent_sha256,
        audiences=allowed.audiences,
        level=allowed.level,
        basis=allowed.basis,
    )


def _proof(
    entry: Entry, found: Testimony, marks: Mapping[str, Sequence[Mark]], held: Collection[str]
) -> dict[str, Any]:
    """A proof that hides what the marks cover, what policy withholds, `raw` and all files."""
    form = load()
    layout = Layout.of(form)
    units = commit.units(form, found, entry.facts.attachments)
    spans = {name: [(mark.start, mark.end) for mark in those] for name, those in marks.items()}
    narrative = spans.pop(NARRATIVE, [])
    fields: dict[str, Spans] = {**spans}
    fields |= dict.fromkeys(_hidden(found, held), WHOLE)
    hidden = cover(layout, units, fields, narrative)
    hidden |= dict.fromkeys(range(layout.raw, layout.narrative), WHOLE)
    return prove(found.seed, units, hidden, layout)
