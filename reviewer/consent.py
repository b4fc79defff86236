"""Whether a witness's consent lets her testimony go to one class of recipients (laptop).

Asked three times: by who proposes, by who approves (in her own vault), and at the release. Nothing
here widens a consent; what is missing or unknown counts as no. Accounts with one receipt code are
one person's: what any of them refuses, all refuse, whichever came first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from envelope.errors import FormatError
from envelope.form import load
from envelope.testimony import Testimony
from release.content import AS_SEALED, LATER, NARROWED, RELEASABLE, tier
from reviewer.errors import ConsentError
from reviewer.store import OK, WORDS, Entry

_NARROWEST = ("numbers", *RELEASABLE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What all accounts of one person let be done with each of them.

    `audiences` (c2) and `level` (c3) are None and "" where none of them says anything about it.
    """

    withdrawn: bool = False
    child: bool = False
    stop_list: bool = False
    audiences: frozenset[str] | None = None
    level: str = ""


Said = Mapping[str, Limits]
"""Receipt code → what the accounts with it say together."""
_NONE = Limits()


def said(entries: Iterable[Entry]) -> dict[str, Limits]:
    """Return what each receipt code's accounts say together; obeyed whoever sent them."""
    found: dict[str, Limits] = {}
    for entry in entries:
        if entry.testimony and (code := entry.testimony.code):
            found[code] = _both(found.get(code, _NONE), _own(entry))
    return found


def is_withdrawn(entry: Entry, withdrawn: frozenset[str]) -> bool:
    """Whether the receipt code of this testimony is among the `withdrawn`."""
    found = entry.testimony
    return found is not None and bool(found.code) and found.code in withdrawn


def require(entries: Iterable[Entry], audience: str, known: Said) -> None:
    """Raise ConsentError naming each testimony that may not go to this class (c2), and all why.

    `known` is what `said` makes of every testimony in this vault.
    """
    against = {
        entry.id: found
        for entry in entries
        if (found := list(objections(entry, audience, known)))
    }
    if len(against) == 1:
        ((name, reasons),) = against.items()
        raise ConsentError(f"{name} may not be released to {audience}: {'; '.join(reasons)}.")
    if against:
        said = "; ".join(f"{name} may not, since {'; '.join(why)}" for name, why in against.items())
        raise ConsentError(
            f"{len(against)} testimonies may not be released to {audience}: {said}."
        )


def open_to(entry: Entry, known: Said) -> tuple[str, ...]:
    """Return the classes of recipients (c2) to which nothing stands against this testimony."""
    classes = load().question("c2").choices
    return tuple(code for code in classes if not any(objections(entry, code, known)))


def counts_for(entry: Entry, known: Said) -> tuple[str, ...]:
    """Return the classes of recipients (c2) whose tables may count this testimony."""
    classes = load().question("c2").choices
    return tuple(code for code in classes if not any(not_counted(entry, code, known)))


def objections(entry: Entry, audience: str, known: Said) -> Iterator[str]:
    """Yield each reason why this testimony may not go to this class of recipients."""
    yield from _to_any_use(entry, known)
    if entry.testimony is None:
        return
    yield from _not_to(entry, audience, known)
    if level(entry, known) not in RELEASABLE:
        yield "she allowed counting only, not her text (c3)"
    if WORDS in entry.facts.closed:
        yield "a reviewer closed its words to everybody"
    if _limits(entry, known).child:
        yield _CHILD
    if _limits(entry, known).stop_list:
        yield _STOP_LIST
    if entry.facts.commitment != OK and tier(audience) == "court":
        yield "it is not what its seal committed to, so no proof can be made"


def not_counted(entry: Entry, audience: str, known: Said) -> Iterator[str]:
    """Yield each reason why this testimony is no number in a table for this class of recipients.

    Who is under 18 was not asked with whom to share; she is a number for the public alone.
    """
    yield from _to_any_use(entry, known)
    if entry.testimony is None:
        return
    child = _limits(entry, known).child
    if child and audience != "public":
        yield _CHILD
    if not child:
        yield from _not_to(entry, audience, known)
    if _limits(entry, known).stop_list:
        yield _STOP_LIST


def audiences(entry: Entry, known: Said) -> tuple[str, ...]:
    """Return the classes (c2) she chose in each of her accounts, without those reviewers closed."""
    limit = _limits(entry, known).audiences
    chosen = (code for code in _chosen(entry) if code not in entry.facts.closed)
    return tuple(code for code in chosen if limit is None or code in limit)


def level(entry: Entry, known: Said) -> str:
    """Return how it may be shared (c3): the narrowest she said, "" where this account says none."""
    return _limits(entry, known).level if _level(entry) else ""


def basis(entry: Entry, shared: Collection[str], how: str) -> str:
    """Return what a consent to share with these classes (c2), so (c3), rests on: one of BASES."""
    if "c2" in entry.facts.stated or "c3" in entry.facts.stated:
        return LATER
    return AS_SEALED if (set(shared), how) == (set(_chosen(entry)), _level(entry)) else NARROWED


def _limits(entry: Entry, known: Said) -> Limits:
    code = entry.testimony.code if entry.testimony else ""
    return _both(_own(entry), known.get(code, _NONE) if code else _NONE)


def _own(entry: Entry) -> Limits:
    """What one account lets be done; a class or a level that it does not name limits no other."""
    answers = _answers(entry)
    chosen = frozenset(_chosen(entry))
    has_code = entry.testimony is not None and bool(entry.testimony.code)
    return Limits(
        withdrawn=has_code and answers.get("u1") == "withdraw",
        child=answers.get("a1") == "under_18",
        stop_list=bool(answers.get("c5")) and "c5" not in entry.facts.stated,
        audiences=chosen or None,
        level=_level(entry),
    )


def _both(one: Limits, other: Limits) -> Limits:
    """What two accounts of one person allow alike."""
    chosen = [limit.audiences for limit in (one, other) if limit.audiences is not None]
    levels = {one.level, other.level} - {""}
    return Limits(
        withdrawn=one.withdrawn or other.withdrawn,
        child=one.child or other.child,
        stop_list=one.stop_list or other.stop_list,
        audiences=frozenset.intersection(*chosen) if chosen else None,
        level=min(levels, key=_rank) if levels else "",
    )


def _rank(how: str) -> int:
    return _NARROWEST.index(how) if how in _NARROWEST else -1


_CHILD = "she is under 18 (a1)"
_STOP_LIST = "she named something never to be shared (c5), which nobody has dealt with"


def _answers(entry: Entry) -> Mapping[str, str]:
    return entry.testimony.answers if entry.testimony else {}


def _chosen(entry: Entry) -> list[str]:
    return entry.facts.stated.get("c2", _answers(entry).get("c2", "")).split()


def _level(entry: Entry) -> str:
    return entry.facts.stated.get("c3", _answers(entry).get("c3", ""))


def _not_to(entry: Entry, audience: str, known: Said) -> Iterator[str]:
    if audience not in _chosen(entry):
        yield f"she did not choose to share with {audience} (c2)"
    elif audience in entry.facts.closed:
        yield f"a reviewer closed it to {audience}"
    elif audience not in audiences(entry, known):
        yield f"another account with its receipt code is not to be shared with {audience} (c2)"


def _to_any_use(entry: Entry, known: Said) -> Iterator[str]:
    """What stands against words and numbers alike, whoever asks."""
    found = entry.testimony
    if found is None:
        yield "it is set aside and was never opened"
        return
    if entry.facts.aside:
        yield f"it was set aside as {entry.facts.aside}"
    if _limits(entry, known).withdrawn:
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
