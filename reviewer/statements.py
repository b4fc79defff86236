"""Consent closed by one reviewer, widened only by a later statement of hers and two reviewers.

Closing is one reviewer's decision, obeyed in her own vault, and can be taken back: she gives back
no more than the witness chose. What widens is a statement, a file sealed to the reviewers: what the
witness said later (in a testimony with the same receipt code, or on a documented contact), or that
what she named under c5 was taken out. It counts in a vault once two different reviewers signed
it. A withdrawal is obeyed whatever a statement says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from envelope import canonical
from envelope.errors import FormatError
from envelope.form import load
from reviewer import acts, consent, custody
from reviewer.errors import ConsentError
from reviewer.store import WORDS, Entry
from reviewer.vault import Vault

NAME = "statement"
FORMAT = "sakse-statement@v1"
_DONE = "done"
_COUNTED = "statements"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement says of the sealed file `testimony` (SHA-256).

    `stated` is c2 or c3 → her new answer, or "c5" → "done"; `source` the SHA-256 of the testimony
    that says so, "" for a documented contact or for c5; `reason` how it is documented; `by` and
    `day` who wrote it down, and when.
    """

    testimony: str
    stated: Mapping[str, str]
    source: str
    reason: str
    by: str
    day: str

    def encode(self) -> bytes:
        """The bytes that are signed."""
        return canonical.dumps({**asdict(self), "format": FORMAT})


def close(vault: Vault, entries: Sequence[Entry], codes: Collection[str], reason: str) -> None:
    """Close testimonies to these classes (c2) or, by WORDS, to all but being counted."""
    known = (*load().question("c2").choices, WORDS)
    if not codes or not set(codes) <= set(known):
        raise ConsentError(f"Name what to close it to: some of {', '.join(known)}.")
    acts.require_reason(reason)
    for entry in entries:
        closed = tuple(code for code in known if code in {*entry.facts.closed, *codes})
        vault.store.put(replace(entry, facts=replace(entry.facts, closed=closed)))
        vault.log("consent_checked", entry.sha256, closed=sorted(codes))
    vault.commit()


def reopen(vault: Vault, entries: Sequence[Entry]) -> None:
    """Take back what was closed here: she gets what she chose, and nothing more."""
    for entry in entries:
        if not entry.facts.closed:
            raise ConsentError(f"{entry.id} was not closed to anybody in this vault.")
    for entry in entries:
        vault.store.put(replace(entry, facts=replace(entry.facts, closed=())))
        vault.log("consent_checked", entry.sha256, closed=[])
    vault.commit()


def from_follow_up(vault: Vault, entry: Entry, later: Entry) -> Statement:
    """What a later testimony with the same receipt code says about consent.

    Raises ConsentError for another code, one that is not later, or one without a consent of hers.
    """
    old, new = entry.testimony, later.testimony
    if old is None or new is None or not old.code or old.code != new.code or entry == later:
        raise ConsentError(
            f"{later.id} did not come with the receipt code of {entry.id}; only that or a"
            " documented contact widens a consent."
        )
    if (new.answers.get("u1"), new.answers.get("c1")) != ("add", "yes") or "c2" not in new.answers:
        raise ConsentError(f"{later.id} says nothing new about whom to share with (u1, c1, c2).")
    if "u1" in old.answers and later.facts.transfer <= entry.facts.transfer:
        raise ConsentError(
            f"{later.id} did not come in a later transfer than {entry.id}, so nobody knows which"
            " was said last; write down what she says on a contact."
        )
    if new.answers.get("a1") == "under_18":
        raise ConsentError(f"{later.id} says that she is under 18, and no child widens a consent.")
    stated = {field: new.answers.get(field, "") for field in ("c2", "c3")}
    return Statement(entry.sha256, stated, later.sha256, "", vault.me, custody.today())


def from_contact(vault: Vault, entry: Entry, stated: Mapping[str, str], reason: str) -> Statement:
    """What she said on a contact that `reason` documents, or that her c5 was dealt with."""
    acts.require_reason(reason)
    if set(stated) == {"c5"}:
        if not (entry.testimony and entry.testimony.answers.get("c5")):
            raise ConsentError(f"{entry.id} names nothing never to be shared (c5).")
    else:
        _require_answers(stated)
    return Statement(entry.sha256, dict(stated), "", reason, vault.me, custody.today())


def hand_on(vault: Vault, made: Statement, out: Path) -> Path:
    """Sign a statement and seal it to the reviewers; it counts nowhere yet."""
    data = made.encode()
    digest = acts.digest(data)
    vault.log("consent_checked", made.testimony, statement=digest, signers=[vault.me])
    vault.commit()
    return acts.hand_on(vault, NAME, data, out)


def opened(vault: Vault, folder: Path) -> Statement:
    """Open a statement another reviewer wrote down and signed; SakseError if it is not whole."""
    data, signers = acts.read(vault, NAME, folder)
    made = _parse(data)
    acts.require_writer(vault, NAME, signers, made.by)
    return made


def countersign(vault: Vault, made: Statement, folder: Path) -> Path:
    """Check a statement against one's own vault, sign it, and let it count here.

    Raises ConsentError for one that a testimony in this vault does not bear out.
    """
    entry = vault.store.by_hash(made.testimony)
    if made.source:
        ours = from_follow_up(vault, entry, vault.store.by_hash(made.source))
        if ours.stated != made.stated:
            raise ConsentError("Her later testimony says something else; do not sign this.")
    path = acts.sign(vault, NAME, made.encode(), folder)
    _count(vault, entry, made, [made.by, vault.me])
    return path


def apply(vault: Vault, folder: Path) -> Statement:
    """Let a statement count in this vault that two different reviewers signed."""
    data, signers = acts.read(vault, NAME, folder)
    made = _parse(data)
    acts.require_two(NAME, signers, made.by)
    _count(vault, vault.store.by_hash(made.testimony), made, signers)
    return made


def _count(vault: Vault, entry: Entry, made: Statement, signers: list[str]) -> None:
    """Let a statement count, once: brought again it could undo a later one."""
    digest = acts.digest(made.encode())
    counted = vault.store.record(_COUNTED) or []
    if digest in counted:
        raise ConsentError("This statement was taken in before; it counts once and no more.")
    vault.store.set_record(_COUNTED, [*counted, digest])
    stated = {**entry.facts.stated, **made.stated}
    vault.store.put(replace(entry, facts=replace(entry.facts, stated=stated)))
    vault.log("consent_checked", entry.sha256, statement=digest, signers=signers)
    vault.commit()


def _parse(data: bytes) -> Statement:
    try:
        value: dict[str, Any] = canonical.loads_canonical(data, what=f"{NAME}.json")
        if value.pop("format") == FORMAT:
            made = Statement(**value)
            texts = (made.testimony, made.source, made.reason, made.by, made.day)
            if all(isinstance(text, str) for text in (*texts, *made.stated.values())):
                if set(made.stated) != {"c5"}:
                    _require_answers(made.stated)
                elif made.stated["c5"] != _DONE:
                    raise TypeError
                return made
    except (FormatError, KeyError, TypeError, AttributeError):
        pass
    raise ConsentError("This statement is damaged or by another release of Sakse; ask for it anew.")


def _require_answers(stated: Mapping[str, str]) -> None:
    """ConsentError unless these are answers to c2 and c3 that the form allows."""
    if not stated or not set(stated) <= {"c2", "c3"}:
        raise ConsentError("A statement is about whom to share with (c2) and how (c3).")
    load().validate({field: value for field, value in stated.items() if value})


def describe(entry: Entry, said: consent.Said) -> str:
    """What a testimony's consent is now, in a line for a reviewer."""
    shared, how = consent.audiences(entry, said), consent.level(entry, said)
    closed = f"; closed to {', '.join(entry.facts.closed)}" if entry.facts.closed else ""
    basis = consent.basis(entry, shared, how)
    return f"{entry.id}: {', '.join(shared) or 'nobody'} ({how or 'not said'}), {basis}{closed}"
