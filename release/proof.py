"""SR1 proofs: show part of a testimony so that anyone can recompute the root it was sealed under.

Written on the reviewer's laptop, verified on the legal team's computer. A proof is the canonical
JSON object {"R", "U", "format", "units"}; each of the U units is
["o", k_u, text] open, ["h", D_u] hidden whole, or ["p", [cell, ...]] open in part, where a cell
is [salt, text] open or a digest hidden. All byte strings are lower-case hex. What a verifier
refuses, and the forgery each rule stops, is listed in tests/vectors/sr1-forgeries.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from envelope import commit
from envelope.form import Form
from envelope.padding import MAX_ATTACHMENTS
from release.errors import ProofError

FORMAT: Final = "sakse-proof@v1"
DIGEST: Final = 32
WHOLE: Final = ((0, -1),)
"""Stands in `hidden` for a unit that is hidden whole."""

Spans = Sequence[tuple[int, int]]
"""Half-open spans in code points."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the units of one form lie: meta, the fields, raw, 16 attachments, the narrative."""

    fields: tuple[str, ...]
    free: frozenset[str]

    @classmethod
    def of(cls, form: Form) -> Layout:
        """Return the layout of a form; only its typed answers are free text."""
        typed = [field for q in form.questions if q.kind == "text" for field in q.fields]
        return cls(form.fields, frozenset(typed))

    @property
    def raw(self) -> int:
        """Index of the unit of typed texts that differ from what was shown."""
        return 1 + len(self.fields)

    @property
    def narrative(self) -> int:
        """Index of the narrative's first unit."""
        return self.raw + 1 + MAX_ATTACHMENTS

    def divisible(self, unit: int) -> bool:
        """Return whether a unit may be open in part: free text and the narrative only."""
        if unit >= self.narrative:
            return True
        return 1 <= unit < self.raw and self.fields[unit - 1] in self.free

    def name(self, unit: int) -> str:
        """Return what a person calls this unit."""
        if unit == 0:
            return "unit 0 (form and consent)"
        if unit < self.raw:
            return f"unit {unit} ({self.fields[unit - 1]})"
        if unit == self.raw:
            return f"unit {unit} (typed texts)"
        if unit < self.narrative:
            return f"unit {unit} (attachment {unit - self.raw})"
        return f"unit {unit} (narrative)"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof shows of one unit: its open text, and the offsets in it where cells are hidden.

    `kind` is "o", "h" or "p"; offsets count code points of `text`.
    """

    kind: str
    text: str
    gaps: frozenset[int]


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A proof whose units lead to `root`."""

    root: bytes
    units: tuple[Shown, ...]


def cover(
    layout: Layout, units: Sequence[str], fields: Mapping[str, Spans], narrative: Spans
) -> dict[int, Spans]:
    """Return `hidden` for `prove`: spans per form field (or WHOLE), and spans of the narrative."""
    hidden = {1 + layout.fields.index(name): spans for name, spans in fields.items()}
    start = 0
    for u in range(layout.narrative, len(units)):
        end = start + len(units[u])
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in narrative]
        if any(a < b for a, b in inside):
            hidden[u] = [(a, b) for a, b in inside if a < b]
        start = end
    return hidden


def prove(
    seed: bytes, units: Sequence[str], hidden: Mapping[int, Spans], layout: Layout
) -> dict[str, Any]:
    """Return the proof of `units` under `seed` that hides what `hidden` names.

    Padding and a non-empty `raw` unit are hidden whatever `hidden` says. Raises ProofError if
    unit 0 would be hidden, a coded unit hidden in part, or a span lies outside its unit.
    """
    entries: list[list[Any]] = []
    for u, text in enumerate(units):
        spans = hidden.get(u, ())
        if (u == layout.raw and text) or (u >= layout.narrative and not text):
            spans = WHOLE
        entries.append(_entry(layout, u, commit.unit_key(seed, u), text, spans))
    return {
        "R": commit.root(seed, units).hex(),
        "U": len(units),
        "format": FORMAT,
        "units": entries,
    }


def _entry(layout: Layout, u: int, key: bytes, text: str, spans: Spans) -> list[Any]:
    if not spans:
        return ["o", key.hex(), text]
    if u == 0:
        raise ProofError("Form and consent (unit 0) are open in every proof; leave them open.")
    covered = _covered(layout.name(u), text, spans)
    if len(covered) == len(text):
        return ["h", commit.unit_digest(key, text).hex()]
    if not layout.divisible(u):
        raise ProofError(f"{layout.name(u)} can be hidden only whole; hide all of it or nothing.")
    return ["p", _cells(key, text, covered)]


def _covered(name: str, text: str, spans: Spans) -> set[int]:
    if spans == WHOLE:
        return set(range(len(text)))
    if any(not 0 <= a < b <= len(text) for a, b in spans):
        raise ProofError(f"A span to hide lies outside {name}; mark it again.")
    return {i for a, b in spans for i in range(a, b)}


def _cells(key: bytes, text: str, covered: set[int]) -> list[Any]:
    """Return the cells of a unit open in part; an empty cell beside a hidden one is hidden too."""
    out: list[Any] = []
    i = 0  # code points passed so far: an empty cell here lies between i - 1 and i
    for c, cell in enumerate(commit.cells(key, text)):
        hide = i in covered if cell else bool({i - 1, i} & covered)
        if hide:
            out.append(commit.cell_digest(key, c, cell).hex())
        else:
            out.append([commit.cell_salt(key, c).hex(), cell])
        i += bool(cell)
    return out


def verify_proof(proof: object, layout: Layout) -> VerifiedProof:
    """Return what a proof shows; raises ProofError unless its units lead to its root R.

    `proof` is parsed JSON of any shape. Every rule refuses a proof that would otherwise show
    another text, or another number of units, under the same root.
    """
    if not isinstance(proof, dict) or set(proof) != {"R", "U", "format", "units"}:
        raise _refused("a proof has exactly the members R, U, format and units")
    if proof["format"] != FORMAT:
        raise _refused(f"the proof's format is not {FORMAT}")
    root = _hex(proof["R"], DIGEST, "the root R")
    units = proof["units"]
    if not isinstance(units, list) or type(proof["U"]) is not int or proof["U"] != len(units):
        raise _refused("U is not the number of units")
    if not units or len(units) % commit.UNIT_MULTIPLE:
        raise _refused(f"{len(units)} units are not a multiple of {commit.UNIT_MULTIPLE}")
    if len(units) < layout.narrative:
        raise _refused("the proof has fewer units than the form has fields")
    digests, shown = zip(*(_unit(layout, u, unit) for u, unit in enumerate(units)), strict=True)
    if commit.root_of_digests(digests) != root:
        raise _refused("the units do not lead to the root R")
    return VerifiedProof(root, shown)


def _unit(layout: Layout, u: int, unit: object) -> tuple[bytes, Shown]:
    name = layout.name(u)
    match unit:
        case ["o", key, str(text)]:
            _characters(text, name)
            if not text and u >= layout.narrative:
                raise _refused(f"{name} is padding and must be hidden")
            digest = commit.unit_digest(_hex(key, DIGEST, f"the key of {name}"), text)
            return digest, Shown("o", text, frozenset())
        case ["h", digest] if u:
            return _hex(digest, DIGEST, f"the digest of {name}"), Shown("h", "", frozenset({0}))
        case ["p", [*cells]] if layout.divisible(u):
            return _part(cells, name)
    if u == 0:
        raise _refused("unit 0 (form and consent) is not open")
    raise _refused(f"{name} is neither open, nor hidden whole, nor a part that may be shown")


def _part(cells: Sequence[object], name: str) -> tuple[bytes, Shown]:
    """Check the cells of a unit open in part; return its digest and what it shows."""
    parsed = [_cell(cell, name) for cell in cells]
    texts = [text for _, text in parsed]
    if None not in texts or not any(texts):
        raise _refused(f"{name} is shown in part, but hides nothing or shows nothing")
    if texts[0]:
        raise _refused(f"{name} does not start with an empty cell")
    for left, right in pairwise(texts):
        if (left, right) in ((None, ""), ("", None)):
            raise _refused(f"{name} shows an empty cell beside a hidden one")
    open_text = "".join(text or "" for text in texts)
    return commit.node(digest for digest, _ in parsed), Shown("p", open_text, _gaps(texts))


def _cell(cell: object, name: str) -> tuple[bytes, str | None]:
    match cell:
        case str():
            return _hex(cell, DIGEST, f"a hidden cell of {name}"), None
        case [salt, str(text)]:
            if len(text) > 1:
                raise _refused(f"a cell of {name} holds more than one code point")
            _characters(text, name)
            salt = _hex(salt, commit.SALT_BYTES, f"a salt of {name}")
            return commit.salted_digest(salt, text), text
    raise _refused(f"a cell of {name} is neither open nor hidden")


def _gaps(texts: Iterable[str | None]) -> frozenset[int]:
    gaps, offset = set(), 0
    for text in texts:
        if text is None:
            gaps.add(offset)
        offset += len(text or "")
    return frozenset(gaps)


def _characters(text: str, name: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _refused(f"{name} holds half a character (a lone surrogate)")


def _hex(value: object, size: int, what: str) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", value):
        raise _refused(f"{what} is not lower-case hex")
    if len(value) != 2 * size:
        raise _refused(f"{what} is not {size} bytes long")
    return bytes.fromhex(value)


def _refused(why: str) -> ProofError:
    return ProofError(f"This proof is refused: {why}; ask the team for a correct one.")
