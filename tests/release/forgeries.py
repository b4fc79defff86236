"""Proofs that show another text, or more than they may, and how a verifier without rules falls.

`python -m tests.release.forgeries` writes tests/vectors/sr1-forgeries.json. The accounts are
invented. Every case leads to its root for `naive_root`, which checks hashes and nothing else; most
lead to the very root of the genuine proof.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from envelope import commit
from release.proof import FORMAT, WHOLE, Layout, prove

VECTORS = Path(__file__).parents[1] / "vectors" / "sr1-forgeries.json"
LAYOUT = Layout(fields=("i1", "h1.hurt", "h1.killed", "x3.unit"), free=frozenset({"x3.unit"}))
NARRATIVE = "I did not see who shot 5 people, Example did\ufffd.\nIt was dark."
META = "1 en " + "ab" * 32
FIRST = LAYOUT.narrative
Edit = Callable[[dict[str, Any]], None]
RULES: dict[str, str] = {
    "a salt of other than 16 bytes": "is not 16 bytes long",
    "a hidden cell of other than 32 bytes": "is not 32 bytes long",
    "a unit digest of other than 32 bytes": "is not 32 bytes long",
    "a key k_u of other than 32 bytes": "is not 32 bytes long",
    "an open cell of more than one code point": "more than one code point",
    "a lone surrogate": "half a character",
    "a number of units that is 0 or no multiple of 16": "multiple of 16",
    "fewer units than the form has": "fewer units",
    "U that is not the number of units": "not the number of units",
    "unit 0 that is not open": "is not open",
    "anything but lower-case hex": "not lower-case hex",
    "a member too many": "exactly the members",
    "an item too many": "neither open",
    "open padding": "padding",
    "part of a unit that is shown or hidden whole": "nor a part that may be shown",
    "a part that hides nothing": "hides nothing",
    "a part that shows nothing": "shows nothing",
    "an open empty cell beside a hidden one": "beside a hidden one",
    "a first cell that is not empty": "start with an empty cell",
}
"""What a verifier must refuse → what `release.proof.verify_proof` says then."""


def units() -> list[str]:
    """The genuine units: the unit number of the account's first sentence is FIRST."""
    fields = ["tortured killed", "2", "", "Unit Ex-1"]
    files = [commit.attachment_unit([b"invented"]), *[""] * 15]
    raw = '{"narrative":"invented, typed otherwise"}'
    found = [META, *fields, raw, *files, *commit.split_narrative(NARRATIVE)]
    return found + [""] * (-len(found) % commit.UNIT_MULTIPLE)


def seed() -> bytes:
    """The first seed by which two forgeries work: some salts must end in useful bytes."""
    for number in range(1 << 20):
        candidate = sha256(b"forgeries" + number.to_bytes(4, "big")).digest()
        if _digit_cell(candidate) is not None and _bare_pair(candidate) is not None:
            return candidate
    raise AssertionError("no seed serves")


def _cells(candidate: bytes, u: int = FIRST) -> list[tuple[bytes, str]]:
    key = commit.unit_key(candidate, u)
    return [
        (commit.cell_salt(key, c), cell) for c, cell in enumerate(commit.cells(key, units()[u]))
    ]


def _digit_cell(candidate: bytes) -> int | None:
    """An empty cell right before "5" whose salt ends in a digit: 5 people can become 15."""
    cells = _cells(candidate)
    five = next(c for c, (_, cell) in enumerate(cells) if cell == "5")
    salt, cell = cells[five - 1]
    return five - 1 if cell == "" and salt[-1:] in (b"1", b"2", b"3") else None


def _bare_pair(candidate: bytes) -> int | None:
    """A place in "did see" with no empty cell between two open letters."""
    cells = _cells(candidate)
    return next(
        (c for c, ((_, a), (_, b)) in enumerate(pairwise(cells)) if (a, b) == ("d", " ")), None
    )


SEED = seed()
NAME = NARRATIVE.index("Example")
GENUINE = prove(SEED, units(), {FIRST: [(NAME, NAME + 7)], LAYOUT.raw + 1: WHOLE}, LAYOUT)


def forgeries() -> Iterator[dict[str, Any]]:
    """Yield each forgery: name, rule, what it pretends, the proof."""
    for rule, pretends, edit in _edits():
        proof = copy.deepcopy(GENUINE)
        edit(proof)
        yield _case(rule, pretends, proof)
    for rule, pretends, proof in _own_roots():
        yield _case(rule, pretends, proof)


def _case(rule: str, pretends: str, proof: dict[str, Any]) -> dict[str, Any]:
    same = proof["R"] == GENUINE["R"]
    return {"pretends": pretends, "proof": proof, "rule": rule, "same_root": same}


def _account(proof: dict[str, Any]) -> list[Any]:
    cells: list[Any] = proof["units"][FIRST][1]
    return cells


def _where(text: str) -> list[int]:
    """Cell numbers of the code points of `text` in the account's first sentence."""
    cells = _cells(SEED)
    points = [c for c, (_, cell) in enumerate(cells) if cell]
    start = units()[FIRST].index(text)
    return points[start : start + len(text)]


def _edits() -> Iterator[tuple[str, str, Edit]]:
    """Forgeries by changing the genuine proof; the root stays."""

    def drop_not(proof: dict[str, Any]) -> None:
        for c in _where("not "):
            salt, text = _account(proof)[c]
            _account(proof)[c] = [salt + text.encode().hex(), ""]

    def fifteen(proof: dict[str, Any]) -> None:
        c = _digit_cell(SEED)
        assert c is not None
        salt = bytes.fromhex(_account(proof)[c][0])
        _account(proof)[c] = [salt[:-1].hex(), salt[-1:].decode()]

    def mark_nothing(proof: dict[str, Any]) -> None:
        c = _bare_pair(SEED)
        assert c is not None
        _account(proof).insert(c + 1, "")

    def join_hidden(proof: dict[str, Any]) -> None:
        cells = _account(proof)
        c = next(i for i, cell in enumerate(cells) if isinstance(cell, str))
        cells[c : c + 2] = ["".join(cells[c : c + 2])]

    def shift(proof: dict[str, Any], *, count: bool = True) -> None:
        two, three, four = (_digest(u) for u in (2, 3, 4))
        hurt = proof["units"][2]
        proof["units"][2:5] = [["h", ""], hurt, ["h", three + four]]
        assert two == commit.unit_digest(bytes.fromhex(hurt[1]), hurt[2]).hex()

    def merge(proof: dict[str, Any]) -> None:
        proof["units"][-2:] = [["h", "".join(unit[1] for unit in proof["units"][-2:])]]

    def surrogate(proof: dict[str, Any]) -> None:
        (c,) = _where("\ufffd")
        _account(proof)[c][1] = "\ud800"

    def surrogate_open(proof: dict[str, Any]) -> None:
        proof["units"][FIRST] = ["o", commit.unit_key(SEED, FIRST).hex(), _first("\udfff")]

    def unit(u: int, value: list[Any]) -> Edit:
        return lambda proof: proof["units"].__setitem__(u, value)

    def upper(path: str) -> Edit:
        def edit(proof: dict[str, Any]) -> None:
            if path == "R":
                proof["R"] = proof["R"].upper()
            elif path == "key":
                proof["units"][0][1] = proof["units"][0][1].upper()
            else:
                proof["units"][-1][1] = proof["units"][-1][1].upper()

        return edit

    def spaced(proof: dict[str, Any]) -> None:
        cell = next(cell for cell in _account(proof) if isinstance(cell, list))
        cell[0] = cell[0][:2] + " " + cell[0][2:]

    def beside(proof: dict[str, Any]) -> None:
        start, *_, end = _where("Example")
        cells = _cells(SEED)
        c = next(i for i in range(start, end) if cells[i][1] == "")
        _account(proof)[c] = [cells[c][0].hex(), ""]

    yield "a salt of other than 16 bytes", "I did see who shot", drop_not
    yield "a salt of other than 16 bytes", "15, 25 or 35 people, not 5", fifteen
    yield "a hidden cell of other than 32 bytes", "something is hidden after did", mark_nothing
    yield "a hidden cell of other than 32 bytes", "fewer cells are hidden", join_hidden
    yield "a unit digest of other than 32 bytes", "2 killed instead of 2 hurt", shift
    yield "U that is not the number of units", "one unit less", merge
    yield "a lone surrogate", "another sign than was sealed", surrogate
    yield "a lone surrogate", "another sign in an open unit", surrogate_open
    yield "unit 0 that is not open", "any consent", unit(0, ["h", _digest(0)])
    yield "unit 0 that is not open", "part of a consent", unit(0, _part(0, {5, 6}))
    for where in ("R", "key", "digest"):
        yield "anything but lower-case hex", f"the same in other letters ({where})", upper(where)
    yield "anything but lower-case hex", "the same with a space", spaced
    yield "a member too many", "a note nobody vouches for", lambda p: p.update(note="true")
    yield "an item too many", "a note in an open unit", lambda p: p["units"][2].append("true")
    yield "an item too many", "a note in a hidden unit", lambda p: p["units"][-1].append("true")
    yield "open padding", "how many sentences there are", unit(31, ["o", _key(31), ""])
    yield (
        "part of a unit that is shown or hidden whole",
        "tortured, and not killed",
        unit(1, _part(1, set(range(8, 15)))),
    )
    yield (
        "part of a unit that is shown or hidden whole",
        "part of the typed texts",
        unit(LAYOUT.raw, _part(LAYOUT.raw, {1, 2})),
    )
    yield (
        "part of a unit that is shown or hidden whole",
        "part of an attachment's hash",
        unit(LAYOUT.raw + 1, _part(LAYOUT.raw + 1, {10})),
    )
    yield "a part that hides nothing", "nothing new", unit(FIRST, _part(FIRST, set()))
    yield (
        "a part that shows nothing",
        "how long a hidden sentence is",
        unit(FIRST + 1, _part(FIRST + 1, set(range(99)))),
    )
    yield "an open empty cell beside a hidden one", "how long a name is", beside


def _own_roots() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Forgeries by a sealer who does not keep to the format; they lead to a root of their own."""

    def rooted(entries: list[Any]) -> dict[str, Any]:
        proof = {"R": "", "U": len(entries), "format": FORMAT, "units": entries}
        return proof | {"R": naive_root(proof)}

    def replaced(u: int, entry: list[Any]) -> dict[str, Any]:
        entries = copy.deepcopy(GENUINE["units"])
        entries[u] = entry
        return rooted(entries)

    salts = [(n * 17 % 256).to_bytes(1, "big").hex() * 16 for n in range(4)]
    secret = sha256(b"hidden").hexdigest()
    long_cell = ["p", [[salts[0], ""], [salts[1], "not "], [salts[2], "I"], secret]]
    yield (
        "an open cell of more than one code point",
        "words as one cell",
        replaced(FIRST, long_cell),
    )
    bare = ["p", [[salts[1], "I"], secret]]
    yield "a first cell that is not empty", "cells no sealer makes", replaced(FIRST, bare)
    for size in (31, 33):
        key = ["o", "0b" * size, "It was dark."]
        yield "a key k_u of other than 32 bytes", f"a key of {size} bytes", replaced(FIRST + 1, key)
    yield "a number of units that is 0 or no multiple of 16", "nothing", rooted([])
    entries = copy.deepcopy(GENUINE["units"])
    padded = rooted([*entries[:-1]])
    yield "a number of units that is 0 or no multiple of 16", "how many sentences", padded
    yield "fewer units than the form has", "no account", rooted(entries[:16])


def _key(u: int) -> str:
    return commit.unit_key(SEED, u).hex()


def _digest(u: int) -> str:
    return commit.unit_digest(commit.unit_key(SEED, u), units()[u]).hex()


def _first(sign: str) -> str:
    return units()[FIRST].replace("\ufffd", sign)


def _part(u: int, covered: set[int]) -> list[Any]:
    """A unit open in part, whatever kind it is, hiding the code points `covered` and no more."""
    out: list[Any] = []
    i = 0
    for salt, cell in _cells(SEED, u):
        hide = i in covered if cell else bool({i - 1, i} & covered)
        digest = commit.salted_digest(salt, cell).hex()
        out.append(digest if hide else [salt.hex(), cell])
        i += bool(cell)
    return ["p", out]


def naive_root(proof: dict[str, Any]) -> str:
    """What a verifier computes that hashes and checks nothing; text as a browser encodes it."""
    digests = b"".join(_naive_unit(unit) for unit in proof["units"])
    return sha256(b"SR1-root" + proof["U"].to_bytes(4, "big") + digests).hexdigest()


def _naive_unit(unit: list[Any]) -> bytes:
    match unit:
        case ["o", key, text, *_]:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return commit.unit_digest(bytes.fromhex(key), text)
        case ["h", digest, *_]:
            return bytes.fromhex(digest)
    cells = [c if isinstance(c, str) else _naive_cell(*c) for c in unit[1]]
    return sha256(b"SR1-node" + b"".join(map(bytes.fromhex, cells))).digest()


def _naive_cell(salt: str, text: str) -> str:
    data = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    return sha256(b"SR1-cell" + bytes.fromhex(salt) + data).hexdigest()


def document() -> bytes:
    """The bytes of tests/vectors/sr1-forgeries.json."""
    value = {
        "about": "Each case must be refused; all lead to their root for a verifier that only hashes."
        " Invented accounts. fields and free stand for a form's fields and its free texts.",
        "cases": list(forgeries()),
        "fields": list(LAYOUT.fields),
        "free": sorted(LAYOUT.free),
        "genuine": GENUINE,
        "narrative": NARRATIVE,
        "seed": SEED.hex(),
    }
    return json.dumps(value, indent=None, separators=(",", ":"), sort_keys=True).encode() + b"\n"


if __name__ == "__main__":
    VECTORS.write_bytes(document())
