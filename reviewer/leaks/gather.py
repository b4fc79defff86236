"""Gathers what the release tests look at, from a bag, its plan and one's own vault (laptop).

The redactor and the approver gather by the same function: what a plan hides, the approver's own
copy of the testimonies spells out, and both add what their own vault has confirmed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from envelope import places
from envelope.testimony import Testimony
from release.texts import kind
from reviewer import consent, decisions, notes, releases, tokens
from reviewer.leaks import sets
from reviewer.leaks.subject import Form, Subject, read_bag
from reviewer.plan import Plan
from reviewer.recognise import words
from reviewer.store import OPENED, Entry
from reviewer.tokens import Mark
from reviewer.vault import Vault

PRACTICE = "practice"
"""A team of this name (or one that begins so) is no real team: its cases are for training."""
_EVERYWHERE = "PLNDO"
"""Kinds whose words identify wherever they stand; the others ("my brother") only in their place."""
_ELSEWHERE = "PLN"
"""Kinds that are sought in a release though they were confirmed in a testimony outside it."""
_TYPED_PLACES = ("p2.tract", "p2.ward", "p2.village")


def gather(
    vault: Vault,
    made: Plan,
    bag: Path,
    *,
    read: Mapping[str, str] | None = None,
    canaries: Sequence[str] = (),
) -> Subject:
    """Return the Subject of a planned release whose bag lies in `bag`."""
    entries = list(vault.store.entries())
    by_hash = {entry.sha256: entry for entry in entries}
    ours = {name: by_hash[sealed] for name, sealed in made.testimonies.items()}
    told = {name: entry.testimony for name, entry in ours.items() if entry.testimony}
    return Subject(
        files=read_bag(bag),
        plan=made,
        forms=(*_forms(made, told, entries), *_of_notes(vault, ours)),
        kept=_kept(made, told),
        secret=tuple(_secrets(ours.values())),
        earlier=tuple(releases.earlier(vault)),
        crowd=crowd(entries, made.recipient.audience),
        townships={name: one.answers.get("p1.township", "") for name, one in told.items()},
        read=read,
        practice=vault.keyring.team.casefold().startswith(PRACTICE),
        canaries=tuple(canaries),
    )


def crowd(entries: Sequence[Entry], audience: str) -> tuple[Mapping[str, str], ...]:
    """What each testimony shows that counts towards k for this class of recipients."""
    said = consent.said(entries)
    return tuple(
        sets.shown(entry.testimony.answers)
        for entry in entries
        if entry.facts.state == OPENED
        and entry.testimony
        and not any(consent.objections(entry, audience, said))
    )


def _forms(made: Plan, told: Mapping[str, Testimony], entries: Iterable[Entry]) -> Iterator[Form]:
    for name, one in told.items():
        for field, text in decisions.texts(one).items():
            marks = [
                m for m in made.marks.get(name, {}).get(field, ()) if kind(m.token) in _EVERYWHERE
            ]
            for whole, there in [(text, marks), *_converted(text, marks)]:
                for mark in there:
                    yield Form(whole[mark.start : mark.end], kind(mark.token), name, mark.token)
        public = {"".join(words(place)) for place in _public()}
        for field in _TYPED_PLACES:
            if (typed := one.answers.get(field)) and "".join(words(typed)) not in public:
                yield Form(typed, "L", name)
    for entry in entries:
        if entry.testimony:
            for label, form in decisions.confirmed(entry):
                if (letter := decisions.KINDS[label]) in _ELSEWHERE:
                    yield Form(form, letter)


def _of_notes(vault: Vault, ours: Mapping[str, Entry]) -> Iterator[Form]:
    """What the redactor replaced in her own translations; another vault does not hold them."""
    for name, entry in ours.items():
        for note in notes.notes_of(vault, entry):
            for label, form in decisions.confirmed(note):
                if (letter := decisions.KINDS[label]) in _EVERYWHERE:
                    yield Form(form, letter, name)


def _converted(text: str, marks: Sequence[Mark]) -> Iterator[tuple[str, list[Mark]]]:
    if (converted := tokens.for_reading(text, marks)) is not None:
        yield converted


def _public() -> Iterator[str]:
    for part in ("township", "state"):
        for lang in ("en", "my"):
            yield from places.names(part, lang).values()


def _kept(made: Plan, told: Mapping[str, Testimony]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for kept in made.kept:
        if (one := told.get(kept.testimony)) is not None:
            text = decisions.texts(one).get(kept.field, "")
            words_of = kept.text or text[kept.start : kept.end]
            found.setdefault(kept.testimony, []).append(words_of)
    return {name: tuple(texts) for name, texts in found.items()}


def _secrets(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from (entry.sha256, entry.id)
        if entry.testimony:
            yield entry.testimony.seed.hex()
            if entry.testimony.code:
                yield entry.testimony.code
