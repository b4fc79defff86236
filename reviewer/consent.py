"""Whether a witness's consent lets her testimony go to one class of recipients (laptop).

Asked three times: by who proposes, by who approves (in her own vault), and at the release. Nothing
here widens a consent; what is missing or unknown counts as no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from envelope.errors import FormatError
from envelope.form import load
from envelope.testimony import Testimony
from release.content import AS_SEALED, LATER, NARROWED, tier
from reviewer.errors import ConsentError
from reviewer.store import OK, WORDS, Entry

RELEASABLE = ("text", "identity")
"""Answers to c3 that let text leave; identity itself is recorded and never released."""


def withdrawn(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the receipt codes with which something was withdrawn: obeyed whoever sent it."""
    found = (entry.testimony for entry in entries)
    return frozenset(t.code for t in found if t is not None and t.answers.get("u1") == "withdraw")


def is_withdrawn(entry: Entry, withdrawn: frozenset[str]) -> bool:
    """Whether the receipt code of this testimony is among the `withdrawn`."""
    found = entry.testimony
    return found is not None and bool(found.code) and found.code in withdrawn


def require(entries: Iterable[Entry], audience: str, withdrawn: frozenset[str]) -> None:
    """Raise ConsentError naming each testimony that may not go to this class (c2), and all why.

    `withdrawn` are the receipt codes withdrawn in this vault.
    """
    against = {
        entry.id: found
        for entry in entries
        if (found := list(objections(entry, audience, withdrawn)))
    }
    if len(against) == 1:
        ((name, reasons),) = against.items()
        raise ConsentError(f"{name} may not be released to {audience}: {'; '.join(reasons)}.")
    if against:
        said = "; ".join(f"{name} may not, since {'; '.join(why)}" for name, why in against.items())
        raise ConsentError(
            f"{len(against)} testimonies may not be released to {audience}: {said}."
        )


def open_to(entry: Entry, withdrawn: frozenset[str]) -> tuple[str, ...]:
    """Return the classes of recipients (c2) to which nothing stands against this testimony."""
    classes = load().question("c2").choices
    return tuple(code for code in classes if not any(objections(entry, code, withdrawn)))


def objections(entry: Entry, audience: str, withdrawn: frozenset[str]) -> Iterator[str]:
    """Yield each reason why this testimony may not go to this class of recipients."""
    yield from _to_any_use(entry, withdrawn)
    if (found := entry.testimony) is None:
        return
    yield from _not_to(entry, audience)
    if level(entry) not in RELEASABLE:
        yield "she allowed counting only, not her text (c3)"
    if WORDS in entry.facts.closed:
        yield "a reviewer closed its words to everybody"
    if found.answers.get("a1") == "under_18":
        yield _CHILD
    if _has_stop_list(entry):
        yield _STOP_LIST
    if entry.facts.commitment != OK and tier(audience) == "court":
        yield "it is not what its seal committed to, so no proof can be made"


def not_counted(entry: Entry, audience: str, withdrawn: frozenset[str]) -> Iterator[str]:
    """Yield each reason why this testimony is no number in a table for this class of recipients.

    Who is under 18 was not asked with whom to share; she is a number for the public alone.
    """
    yield from _to_any_use(entry, withdrawn)
    if (found := entry.testimony) is None:
        return
    child = found.answers.get("a1") == "under_18"
    if child and audience != "public":
        yield _CHILD
    if not child:
        yield from _not_to(entry, audience)
    if _has_stop_list(entry):
        yield _STOP_LIST


def audiences(entry: Entry) -> tuple[str, ...]:
    """Return the classes (c2) she chose, by her last statement, without those reviewers closed."""
    return tuple(code for code in _chosen(entry) if code not in entry.facts.closed)


def level(entry: Entry) -> str:
    """Return how it may be shared (c3), by her last statement."""
    return entry.facts.stated.get("c3", _answers(entry).get("c3", ""))


def basis(entry: Entry) -> str:
    """Return what the consent of a release rests on: one of release.content.BASES."""
    if "c2" in entry.facts.stated or "c3" in entry.facts.stated:
        return LATER
    return NARROWED if set(audiences(entry)) < set(_chosen(entry)) else AS_SEALED


_CHILD = "she is under 18 (a1)"
_STOP_LIST = "she named something never to be shared (c5), which nobody has dealt with"


def _answers(entry: Entry) -> Mapping[str, str]:
    return entry.testimony.answers if entry.testimony else {}


def _chosen(entry: Entry) -> list[str]:
    return entry.facts.stated.get("c2", _answers(entry).get("c2", "")).split()


def _has_stop_list(entry: Entry) -> bool:
    return bool(_answers(entry).get("c5")) and "c5" not in entry.facts.stated


def _not_to(entry: Entry, audience: str) -> Iterator[str]:
    if audience not in _chosen(entry):
        yield f"she did not choose to share with {audience} (c2)"
    elif audience in entry.facts.closed:
        yield f"a reviewer closed it to {audience}"


def _to_any_use(entry: Entry, withdrawn: frozenset[str]) -> Iterator[str]:
    """What stands against words and numbers alike, whoever asks."""
    found = entry.testimony
    if found is None:
        yield "it is set aside and was never opened"
        return
    if entry.facts.aside:
        yield f"it was set aside as {entry.facts.aside}"
    if is_withdrawn(entry, withdrawn):
        yield "it was withdrawn with its receipt code (u1)"
    if found.answers.get("c1") != "yes":
        yield "she did not tick the consent (c1)"
    if not _text_known(found):
        yield "the consent text she agreed to is not known"


def _text_known(found: Testimony) -> bool:
    form = load()
    try:
        return found.form == form.version and (
            form.consent_sha256(found.consent_lang) == found.consent_sha256
        )
    except FormatError:
        return False
