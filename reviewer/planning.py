"""Plans a release: whom each `T-xxxx` stands for, what is hidden where, what stays (laptop)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from envelope.testimony import Testimony
from release.content import (
    COPIES,
    NARRATIVE,
    Addressee,
    Assessment,
    Counts,
    CustodyEvent,
    Event,
    new_release_id,
    new_testimony_ids,
)
from reviewer import (
    assessment,
    attachments,
    consent,
    counting,
    custody,
    decisions,
    differences,
    events,
    leaks,
    releases,
    tokens,
    translation,
)
from reviewer.decisions import ACCEPTED, REJECTED, Finding
from reviewer.notes import Note
from reviewer.plan import TRANSLATED, Allowed, Attached, Kept, Plan, Said
from reviewer.store import Entry
from reviewer.tokens import Mark
from reviewer.transfer import last_number
from reviewer.vault import Vault

_EVENTS = {"received", "opened", "commitment_ok", "commitment_mismatch", "converted", "redacted"}


def planned(vault: Vault, entries: Sequence[Entry], recipient: Addressee, purpose: str) -> Plan:
    """Return the plan of a release of these decided testimonies, under new random ids."""
    names = dict(zip(new_testimony_ids(len(entries)), entries, strict=True))
    translations = {n: note for n, e in names.items() if (note := translation.of(vault, e))}
    ids = {entry.sha256: name for name, entry in names.items()}
    marks = _marks(names.items(), translations)
    crowd = leaks.crowd(list(vault.store.entries()), recipient.audience)
    withheld = _rare(names, crowd, recipient.audience)
    day, transfer = custody.today(), last_number(vault)
    tallies = counting.counted(vault, recipient.audience, day, transfer)
    return Plan(
        release_id=new_release_id(),
        day=day,
        purpose=purpose,
        recipient=recipient,
        redactor=vault.me,
        transfer=transfer,
        counts=_counts(vault, len(entries)),
        custody_head=vault.head,
        custody=_extract(vault, {vault.about(sha256): name for sha256, name in ids.items()}),
        testimonies={name: sha256 for sha256, name in ids.items()},
        marks={name: fields for name in names if (fields := _own(marks, name))},
        kept=(*_kept(names.items()), *_kept_in(translations)),
        said={
            name: _said(assessment.of(vault, entry), translations.get(name), marks.get(name, {}))
            for name, entry in names.items()
        },
        events=tuple(
            one
            for one in events.of_release(vault, ids)
            if leaks.may_link(_released(names, one, withheld), crowd, recipient.audience)
        ),
        aggregates=tallies.rows,
        counted=tallies.sealed,
        frozen=tallies.frozen,
        allowed=_allowed(vault, names),
        supersedes=differences.superseded(releases.earlier(vault), recipient, ids),
        files={name: tuple(_attached(vault, entry)) for name, entry in names.items()},
        withheld=withheld,
    )


def _rare(
    names: Mapping[str, Entry], crowd: tuple[Mapping[str, str], ...], audience: str
) -> dict[str, tuple[str, ...]]:
    """The answers each testimony holds back because too few say the same."""
    return {
        name: held
        for name, entry in names.items()
        if (held := leaks.coarsened(_testimony(entry).answers, crowd, audience))
    }


def _released(
    names: Mapping[str, Entry], event: Event, withheld: Mapping[str, Collection[str]]
) -> list[dict[str, str]]:
    """The answers of an event's testimonies, without those that each holds back."""
    return [
        {f: v for f, v in _testimony(names[n]).answers.items() if f not in withheld.get(n, ())}
        for n in event.testimonies
    ]


def _counts(vault: Vault, released: int) -> Counts:
    known = vault.store.facts().values()
    aside = sum(facts.is_aside for facts in known)
    return Counts(len(known), released, len(known) - released - aside, aside)


def _allowed(vault: Vault, names: Mapping[str, Entry]) -> dict[str, Allowed]:
    said = consent.said(vault.store.entries())
    found = {}
    for name, entry in names.items():
        shared, how = consent.audiences(entry, said), consent.level(entry, said)
        found[name] = Allowed(shared, how, consent.basis(entry, shared, how))
    return found


Marks = dict[str, dict[str, tuple[Mark, ...]]]


def _marks(entries: Collection[tuple[str, Entry]], translations: Mapping[str, Note]) -> Marks:
    """One token for one person or form over the whole release, wherever it was accepted."""
    spans: dict[tuple[str, str], list[tokens.Hidden]] = {}
    for name, entry in entries:
        for field, text in decisions.texts(_testimony(entry)).items():
            spans[name, field] = tokens.covered(text, _hides(entry, field))
    for name, note in translations.items():
        spans[name, TRANSLATED] = tokens.covered(note.text, _hides(note, NARRATIVE))
    marks: Marks = {}
    for (name, field), made in tokens.marks(spans).items():
        if made:
            marks.setdefault(name, {})[field] = made
    return marks


def _own(marks: Marks, name: str) -> dict[str, tuple[Mark, ...]]:
    """The marks of a testimony's own texts; those of a translation are applied to it here."""
    return {field: those for field, those in marks.get(name, {}).items() if field != TRANSLATED}


def _said(made: Assessment, note: Note | None, marks: Mapping[str, Sequence[Mark]]) -> Said:
    text = tokens.apply(TRANSLATED, note.text, marks.get(TRANSLATED, ()))[0] if note else ""
    return Said(text, made.source, made.account)


def _testimony(entry: Entry) -> Testimony:
    assert entry.testimony is not None
    return entry.testimony


def _hides(entry: Entry, field: str) -> list[tokens.Hide]:
    found = [one for one in decisions.findings(entry) if one.field == field]
    return [_hide(one) for one in found if one.state == ACCEPTED]


def _hide(one: Finding) -> tokens.Hide:
    return tokens.Hide(one.start, one.end, one.label, one.who, one.instead)


def _kept(entries: Collection[tuple[str, Entry]]) -> Iterator[Kept]:
    for name, entry in entries:
        for one in decisions.findings(entry):
            if one.state == REJECTED:
                yield Kept(name, one.field, one.start, one.end, one.label, one.why)


def _kept_in(translations: Mapping[str, Note]) -> Iterator[Kept]:
    for name, note in translations.items():
        for one in decisions.findings(note):
            if one.state == REJECTED:
                text = note.text[one.start : one.end]
                yield Kept(name, TRANSLATED, one.start, one.end, one.label, one.why, text)


def _attached(vault: Vault, entry: Entry) -> Iterator[Attached]:
    """What happens to each attachment: a clean copy leaves, or it stays and says why."""
    for ordinal, one in enumerate(attachments.records(vault, entry), 1):
        if one.state == attachments.CLEANED:
            yield Attached(
                ordinal=ordinal,
                file=f"{ordinal:02}.{COPIES[one.media_type]}",
                type=one.media_type,
                sha256=one.sha256,
                size=one.size,
                done=one.done,
                boxes=tuple(map(tuple, attachments.in_millionths(one))),
                voice=any("kept" in phrase for phrase in one.done),
                transcript=one.transcript,
            )
        else:
            reason = one.reason or "nobody has looked at it yet"
            yield Attached(ordinal=ordinal, reason=reason, transcript=one.transcript)


def _extract(vault: Vault, names: dict[str, str]) -> tuple[CustodyEvent, ...]:
    """What the log says about these testimonies (salted hash → release id), by day."""
    return tuple(
        CustodyEvent(e.day, e.event, e.by, names[e.about], line.sha256)
        for line in custody.verify(vault.custody_path, vault.own_key)
        if (e := line.event).about in names and e.event in _EVENTS
    )
