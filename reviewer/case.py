"""The case on the desk: one row for each person or thing over all its testimonies (laptop).

The findings in the vault are the truth; rows are read from them. Every change is written and
committed before it is shown, and can be undone until the session ends. Deciding changes nothing of
what was sealed: it says what a release will replace.
"""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewer import alias, decisions
from reviewer.decisions import ACCEPTED, REJECTED, UNDECIDED, Find, Finding
from reviewer.errors import RedactionError
from reviewer.passage import Passage
from reviewer.store import Entry
from reviewer.vault import Vault

Findings = tuple[Finding, ...]
Changes = Mapping[str, Findings]
"""SHA-256 of a sealed file → all its findings from now on."""

MIXED = "mixed"
_UNLOGGED = "desk"  # the record with what the custody log has not been told yet


@dataclass(frozen=True, slots=True)
class Row:
    """One person or thing as the desk lists it.

    `forms` are its spellings, the most frequent first, `count` its mentions in the case and
    `testimonies` how many tell of it, `here` the places in one testimony as indexes of its
    findings. `state` is that of all its mentions, or MIXED; `instead` a coarser word for them.
    """

    id: str
    label: str
    forms: tuple[str, ...]
    count: int
    testimonies: int
    here: tuple[int, ...]
    state: str
    reasons: tuple[str, ...]
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class _Testimony:
    """What is known of one testimony's findings: passages by field, a row id for each finding."""

    passages: Mapping[str, Passage]
    findings: Findings
    rows: tuple[str, ...]
    sought: bool


class Case:
    """The opened testimonies of a vault, taken together."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._entries: dict[str, Entry] = {}
        self._known: dict[str, _Testimony] = {}
        self._before: list[Changes] = []
        for entry in vault.store.entries():
            if entry.testimony is not None and not entry.facts.is_aside:
                self._entries[entry.sha256] = entry
                passages = {f: Passage(t) for f, t in decisions.texts(entry.testimony).items()}
                found = tuple(decisions.findings(entry))
                full = {field: passage for field, passage in passages.items() if passage.source}
                self._known[entry.sha256] = _Testimony(
                    full, found, _rows(passages, found), decisions.is_sought(entry)
                )

    # --- reading

    def entries(self) -> list[Entry]:
        """Every testimony of the case, in the order of its hash."""
        return list(self._entries.values())

    def entry(self, name: str) -> Entry:
        """The testimony with this short name; RedactionError if it is not in the case."""
        for entry in self._entries.values():
            if entry.id == name:
                return entry
        raise RedactionError(f"{name[:40]!r} is not in this case; go back to the list.")

    def passages(self, sha256: str) -> Mapping[str, Passage]:
        """Field → text of everything in a testimony that may leave and is not empty."""
        return self._known[sha256].passages

    def findings(self, sha256: str) -> Findings:
        """The findings of a testimony, in the order of their numbers."""
        return self._known[sha256].findings

    def row_of(self, sha256: str, number: int) -> str:
        """The row a finding is in; RedactionError if there is no such finding."""
        try:
            return self._known[sha256].rows[number]
        except IndexError:
            raise RedactionError("That mention is gone; look at the page again.") from None

    def rows(self, sha256: str) -> list[Row]:
        """The rows with a mention in one testimony, by where each stands first."""
        known = self._known[sha256]
        places: dict[str, list[int]] = {}
        order = {field: n for n, field in enumerate(known.passages)}
        for n in sorted(range(len(known.findings)), key=lambda n: _place(known, order, n)):
            places.setdefault(known.rows[n], []).append(n)
        members = self.members(places)
        return [self._row(row, members[row], tuple(here)) for row, here in places.items()]

    def all_rows(self) -> list[Row]:
        """Every row of the case, those with most mentions first."""
        members = self.members({row for known in self._known.values() for row in known.rows})
        rows = [self._row(row, found, ()) for row, found in members.items()]
        return sorted(rows, key=lambda row: (-row.count, row.id))

    def members(self, rows: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
        """Row → (SHA-256, index) of every finding in it."""
        wanted: dict[str, list[tuple[str, int]]] = {row: [] for row in rows}
        for sha256, known in self._known.items():
            for n, row in enumerate(known.rows):
                if row in wanted:
                    wanted[row].append((sha256, n))
        return wanted

    def form(self, sha256: str, number: int) -> str:
        """The words of one finding, as shown."""
        known = self._known[sha256]
        one = known.findings[number]
        return known.passages[one.field].form(one.start, one.end)

    # --- what is left to do

    def is_sought(self, sha256: str) -> bool:
        """Whether the finder was run over a testimony."""
        return self._known[sha256].sought

    def undecided(self, sha256: str) -> int:
        """How many rows of a testimony wait for a decision."""
        known = self._known[sha256]
        states = zip(known.rows, known.findings, strict=True)
        return len({row for row, one in states if one.state == UNDECIDED})

    def seen(self, sha256: str) -> set[tuple[str, int]]:
        """(field, number) of the paragraphs that were on the screen."""
        review = self._entries[sha256].review or {}
        return {(field, n) for field, n in review.get("seen", ())}

    def unseen(self, sha256: str) -> list[tuple[str, int]]:
        """The paragraphs that were not on the screen yet, in their order."""
        seen = self.seen(sha256)
        every = [(f, n) for f, p in self.passages(sha256).items() for n in range(len(p.paragraphs))]
        return [one for one in every if one not in seen]

    def is_ready(self, sha256: str) -> bool:
        """Whether a release is unlocked: sought, each row decided, each paragraph seen."""
        return self.is_sought(sha256) and not self.undecided(sha256) and not self.unseen(sha256)

    # --- changing

    def seek(self, sha256: str, find: Find) -> None:
        """Run the finder over a testimony for the first time; this can not be undone."""
        entry = self._entries[sha256]
        if not self.is_sought(sha256):
            find = functools.cache(find)  # the same texts again for each step of undo
            sought = decisions.seek(entry, find)
            self._keep(sought, tuple(decisions.findings(sought)))
            self._before = [self._with_sought(step, entry, find) for step in self._before]
            self._put([sha256])
            self._vault.commit()

    def _with_sought(self, step: Changes, entry: Entry, find: Find) -> Changes:
        """A step of undo from before a search, with what that found, or undo would lose it."""
        if entry.sha256 not in step:
            return step
        sought = decisions.seek(decisions.with_findings(entry, step[entry.sha256]), find)
        return {**step, entry.sha256: tuple(decisions.findings(sought))}

    def look(self, sha256: str, places: Iterable[tuple[str, int]]) -> None:
        """Note that these paragraphs were on the screen, once the finder has marked them."""
        if not self.is_sought(sha256):
            return
        fresh = self.seen(sha256) | (set(places) & set(self.unseen(sha256)))
        if fresh != self.seen(sha256):
            entry = self._entries[sha256]
            review = {**(entry.review or {}), "seen": sorted(fresh)}
            self._entries[sha256] = replace(entry, review=review)
            self._put([sha256])
            self._vault.commit()

    def change(self, changes: Changes, *, undoable: bool = True) -> int:
        """Write changed findings, all or none; return how many testimonies changed.

        What nobody decided is not `undoable`: undo would take it back, and not the last decision.
        """
        real = {s: found for s, found in changes.items() if found != self.findings(s)}
        if real:
            if undoable:
                self._before.append({sha256: self.findings(sha256) for sha256 in real})
            self._write(real)
        return len(real)

    def undo(self) -> bool:
        """Take the last change of this session back; False when there is none left."""
        if not self._before:
            return False
        self._write(self._before.pop())
        return True

    def note_decisions(self) -> None:
        """Tell the custody log, once for each testimony, what was decided since the last time."""
        for sha256 in self._vault.store.record(_UNLOGGED) or ():
            if sha256 in self._known:
                states = Counter(one.state for one in self.findings(sha256))
                counts = {state: states[state] for state in (ACCEPTED, REJECTED, UNDECIDED)}
                self._vault.log("redacted", sha256, **counts)
        if self._vault.store.record(_UNLOGGED):
            self._vault.store.set_record(_UNLOGGED, [])
            self._vault.commit()

    def _write(self, changes: Changes) -> None:
        for sha256, found in changes.items():
            self._keep(decisions.with_findings(self._entries[sha256], found), found)
        self._put(changes)
        unlogged = set(self._vault.store.record(_UNLOGGED) or ())
        if not unlogged.issuperset(changes):
            self._vault.store.set_record(_UNLOGGED, sorted(unlogged.union(changes)))
        self._vault.commit()

    def _keep(self, entry: Entry, found: Findings) -> None:
        self._entries[entry.sha256] = entry
        known = self._known[entry.sha256]
        rows = known.rows if _same(known.findings, found) else _rows(known.passages, found)
        self._known[entry.sha256] = _Testimony(
            known.passages, found, rows, decisions.is_sought(entry)
        )

    def _put(self, changed: Iterable[str]) -> None:
        self._vault.store.put_reviews({s: self._entries[s].review or {} for s in changed})

    # --- rows

    def _row(self, row: str, members: Sequence[tuple[str, int]], here: tuple[int, ...]) -> Row:
        ones = [self._known[sha256].findings[n] for sha256, n in members]
        forms = Counter(self.form(sha256, n) for sha256, n in members)
        states = {one.state for one in ones}
        labels = Counter(one.label for one in ones)
        return Row(
            id=row,
            label=labels.most_common(1)[0][0],
            forms=tuple(form for form, _ in forms.most_common()),
            count=len(ones),
            testimonies=len({sha256 for sha256, _ in members}),
            here=here,
            state=states.pop() if len(states) == 1 else MIXED,
            reasons=tuple(dict.fromkeys(one.reason for one in ones))[:3],
            why=next((one.why for one in ones if one.why), ""),
            instead=next((one.instead for one in ones if one.instead), ""),
        )


def _rows(passages: Mapping[str, Passage], found: Findings) -> tuple[str, ...]:
    """The row of each finding of one testimony."""
    named = [(one.label, passages[one.field].form(one.start, one.end)) for one in found]
    keys = [alias.key(label, form) for label, form in named]
    longer = alias.joined(set(named))
    return tuple(
        one.who or row_id(longer.get(key, key)) for one, key in zip(found, keys, strict=True)
    )


def _same(before: Findings, after: Findings) -> bool:
    """Whether all stand where they stood for whom they stood: then a decision moves no row."""
    return len(before) == len(after) and all(
        (one.field, one.start, one.end, one.label, one.who)
        == (two.field, two.start, two.end, two.label, two.who)
        for one, two in zip(before, after, strict=True)
    )


def row_id(key: str) -> str:
    """The short name of a row, the same for the same key in every testimony."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _place(known: _Testimony, order: Mapping[str, int], n: int) -> tuple[int, int, int]:
    one = known.findings[n]
    return order.get(one.field, 0), one.start, one.end
