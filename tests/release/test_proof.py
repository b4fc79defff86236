"""Proofs: what is shown is what was sealed, and every forgery is refused by both verifiers."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from bench.proofs import name_lengths, told_bits
from envelope import canonical, commit
from envelope.form import load
from release import standalone
from release.errors import ProofError
from release.proof import WHOLE, Layout, Shown, cover, prove, verify_proof
from tests.release import forgeries
from tests.release.sample import LAYOUT as REAL

STORED = json.loads(forgeries.VECTORS.read_bytes())
SMALL = forgeries.LAYOUT
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def stand_alone(proof: Any, layout: Layout = SMALL) -> list[Shown]:
    shown = standalone.check_proof(proof, list(layout.fields), set(layout.free))
    return [Shown(kind, text, frozenset(gaps)) for kind, text, gaps in shown]


def test_the_stored_forgeries_are_those_the_generator_makes() -> None:
    assert forgeries.VECTORS.read_bytes() == forgeries.document()


def test_every_rule_has_a_forgery() -> None:
    assert {case["rule"] for case in STORED["cases"]} == set(forgeries.RULES)


def test_the_genuine_proof_is_accepted_by_both_verifiers() -> None:
    genuine = STORED["genuine"]
    assert list(verify_proof(genuine, SMALL).units) == stand_alone(genuine)
    shown = verify_proof(genuine, SMALL).units[SMALL.narrative]
    assert shown.text == commit.split_narrative(STORED["narrative"])[0].replace("Example", "")


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["pretends"])
def test_a_forgery_leads_to_its_root_for_a_verifier_without_rules(case: dict[str, Any]) -> None:
    assert forgeries.naive_root(case["proof"]) == case["proof"]["R"].lower()
    assert (case["proof"]["R"] == STORED["genuine"]["R"]) == case["same_root"]


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["pretends"])
def test_a_forgery_is_refused_by_its_rule(case: dict[str, Any]) -> None:
    with pytest.raises(ProofError) as refusal:
        verify_proof(case["proof"], SMALL)
    assert forgeries.RULES[case["rule"]] in str(refusal.value)


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["pretends"])
def test_a_forgery_is_refused_by_the_stand_alone_verifier(case: dict[str, Any]) -> None:
    with pytest.raises(standalone.Refused):
        stand_alone(case["proof"])


MALFORMED = [
    None,
    [],
    {},
    STORED["genuine"] | {"R": STORED["genuine"]["R"][:-2]},
    STORED["genuine"] | {"R": STORED["genuine"]["R"] + "00"},
    STORED["genuine"] | {"R": 7},
    STORED["genuine"] | {"U": True},
    STORED["genuine"] | {"U": "32"},
    STORED["genuine"] | {"U": 32.0},
    STORED["genuine"] | {"U": 48},
    STORED["genuine"] | {"units": 5, "U": 5},
    STORED["genuine"] | {"format": "sakse-proof@v2"},
    STORED["genuine"] | {"units": {}},
    STORED["genuine"] | {"units": [["x", ""]] * 32},
    STORED["genuine"] | {"units": [["o", "00" * 32, 5]] * 32},
    STORED["genuine"] | {"units": ["o"] * 32},
    STORED["genuine"] | {"units": [None] * 32},
]


@pytest.mark.parametrize("proof", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_proof_is_refused_in_a_sentence(proof: Any) -> None:
    with pytest.raises(ProofError, match=r"^This proof is refused: .*\.$"):
        verify_proof(proof, SMALL)
    with pytest.raises(standalone.Refused):
        stand_alone(proof)


def test_no_unit_of_a_proof_can_be_swapped_edited_dropped_or_added() -> None:
    for u in range(1, 32):
        for change in ("swap", "edit", "drop", "add"):
            proof = copy.deepcopy(STORED["genuine"])
            units = proof["units"]
            if change == "swap":
                units[u], units[u - 1] = units[u - 1], units[u]
            elif change == "edit":
                units[u] = ["h", "00" * 32]
            elif change == "drop":
                del units[u]
            else:
                units.insert(u, ["h", "00" * 32])
            with pytest.raises(ProofError):
                verify_proof(proof, SMALL)
            with pytest.raises(standalone.Refused):
                stand_alone(proof)


def test_a_changed_letter_of_the_shown_part_is_refused() -> None:
    proof = copy.deepcopy(STORED["genuine"])
    cell = next(c for c in proof["units"][SMALL.narrative][1] if isinstance(c, list) and c[1])
    cell[1] = "X"
    with pytest.raises(ProofError, match="root"):
        verify_proof(proof, SMALL)
    with pytest.raises(standalone.Refused, match="root"):
        stand_alone(proof)


@st.composite
def hidings(draw: st.DrawFn) -> tuple[bytes, list[str], str, list[tuple[int, int]], dict[str, Any]]:
    seed = draw(st.binary(min_size=32, max_size=32))
    fields = {f: draw(TEXT) for f in SMALL.fields}
    narrative = draw(st.text("ab။.\n\ufffd\U0001f600", max_size=60))
    raw = draw(st.sampled_from(["", '{"x":"typed"}']))
    units = [forgeries.META, *fields.values(), raw, *[""] * 16, *commit.split_narrative(narrative)]
    units += [""] * (-len(units) % 16)
    cuts = sorted(draw(st.lists(st.integers(0, len(narrative)), max_size=6)))
    spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]
    hidden: dict[str, Any] = {}
    if draw(st.booleans()):
        hidden["i1"] = WHOLE
    unit = fields["x3.unit"]
    if unit and draw(st.booleans()):
        a = draw(st.integers(0, len(unit) - 1))
        hidden["x3.unit"] = [(a, draw(st.integers(a + 1, len(unit))))]
    return seed, units, narrative, spans, hidden


@settings(max_examples=60, deadline=None)
@given(hidings())
def test_what_is_proved_verifies_to_the_sealed_root_and_shows_what_is_not_hidden(case: Any) -> None:
    seed, units, narrative, spans, fields = case
    proof = prove(seed, units, cover(SMALL, units, fields, spans), SMALL)
    encoded = canonical.dumps(proof)
    verified = verify_proof(canonical.loads_canonical(encoded, what="a proof"), SMALL)
    assert verified.root == commit.root(seed, units)
    assert list(verified.units) == stand_alone(json.loads(encoded))
    covered = {i for a, b in spans for i in range(a, b)}
    shown = "".join(u.text for u in verified.units[SMALL.narrative :])
    assert shown == "".join(c for i, c in enumerate(narrative) if i not in covered)
    for field, unit in zip(SMALL.fields, verified.units[1:], strict=False):
        if field not in fields:
            assert unit == Shown("o", units[1 + SMALL.fields.index(field)], frozenset())


@settings(max_examples=60, deadline=None)
@given(hidings())
def test_nothing_hidden_stands_in_a_proof(case: Any) -> None:
    seed, units, _narrative, spans, fields = case
    proof = prove(seed, units, cover(SMALL, units, fields, spans), SMALL)
    hidden_units = [u for u, unit in enumerate(proof["units"]) if unit[0] == "h"]
    text = json.dumps(proof)
    for u in hidden_units:
        assert commit.unit_key(seed, u).hex() not in text
    for u, unit in enumerate(proof["units"]):
        if unit[0] == "p":
            key = commit.unit_key(seed, u)
            assert key.hex() not in text
            for c, cell in enumerate(unit[1]):
                assert isinstance(cell, list) or commit.cell_salt(key, c).hex() not in text


def test_typed_texts_and_padding_are_hidden_without_being_asked() -> None:
    proof = prove(forgeries.SEED, forgeries.units(), {}, SMALL)
    assert proof["units"][SMALL.raw][0] == "h"
    assert [unit[0] for unit in proof["units"][SMALL.narrative + 2 :]] == ["h"] * 8


def test_typed_texts_that_do_not_differ_are_open_unless_asked() -> None:
    units = forgeries.units()
    units[SMALL.raw] = ""
    assert prove(forgeries.SEED, units, {}, SMALL)["units"][SMALL.raw][0] == "o"
    hidden = {SMALL.raw: WHOLE}
    assert prove(forgeries.SEED, units, hidden, SMALL)["units"][SMALL.raw][0] == "h"


def test_form_and_consent_can_not_be_hidden() -> None:
    with pytest.raises(ProofError, match="leave them open"):
        prove(forgeries.SEED, forgeries.units(), {0: WHOLE}, SMALL)


@pytest.mark.parametrize("unit", [0, 1, SMALL.raw + 1])
def test_a_unit_that_is_shown_or_hidden_whole_can_not_be_hidden_in_part(unit: int) -> None:
    with pytest.raises(ProofError):
        prove(forgeries.SEED, forgeries.units(), {unit: [(0, 1)]}, SMALL)


@pytest.mark.parametrize("span", [(-1, 1), (0, 999), (3, 3), (4, 2)])
def test_a_span_outside_its_unit_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ProofError, match="outside"):
        prove(forgeries.SEED, forgeries.units(), {SMALL.narrative: [span]}, SMALL)


def test_only_typed_answers_of_the_real_form_can_be_hidden_in_part() -> None:
    assert REAL.free >= {"x3.unit", "m1.office", "f1.text", "c5"}
    assert not REAL.free & {"i1", "d1.day", "p1.township", "p2.village", "n1.count", "c2", "written_on"}


def _parts(proof: Any) -> list[list[Any]]:
    return [unit[1] for unit in proof["units"] if unit[0] == "p"]


def merge_cells(proof: Any, pick: Callable[[int], int]) -> None:
    """Two open cells become one of two code points: "did", " " and "not" of one length."""
    cells = _parts(proof)[pick(len(_parts(proof)))]
    at = pick(len(cells) - 1)
    left, right = cells[at : at + 2]
    if isinstance(left, list) and isinstance(right, list):
        cells[at : at + 2] = [[left[0], left[1] + right[1]]]
    else:
        del cells[at]


def split_cell(proof: Any, pick: Callable[[int], int]) -> None:
    cells = _parts(proof)[pick(len(_parts(proof)))]
    at = pick(len(cells))
    cells.insert(at, copy.deepcopy(cells[at]))


def move_cell(proof: Any, pick: Callable[[int], int]) -> None:
    cells = _parts(proof)[pick(len(_parts(proof)))]
    cells.insert(pick(len(cells)), cells.pop(pick(len(cells))))


def resegment(proof: Any, pick: Callable[[int], int]) -> None:
    """The end of one sentence becomes the start of the next."""
    units = [unit for unit in proof["units"][SMALL.narrative :] if unit[0] == "o"]
    one, other = units[pick(len(units))], units[pick(len(units))]
    cut = pick(len(one[2]) + 1)
    one[2], other[2] = one[2][:cut], one[2][cut:] + other[2]


def padding(proof: Any, pick: Callable[[int], int]) -> None:
    """Sixteen units of padding more, and a number of units that agrees."""
    digest = "00" * 32 if pick(2) else proof["units"][-1][1]
    proof["units"] += [["h", digest] for _ in range(16)]
    proof["U"] = len(proof["units"])


def less_padding(proof: Any, pick: Callable[[int], int]) -> None:
    del proof["units"][-16:]
    proof["U"] = len(proof["units"])


def open_to_hidden(proof: Any, pick: Callable[[int], int]) -> None:
    unit = proof["units"][pick(len(proof["units"]))]
    unit[:] = ["h", "11" * 32]


def another_salt(proof: Any, pick: Callable[[int], int]) -> None:
    cells = [cell for part in _parts(proof) for cell in part if isinstance(cell, list)]
    cells[pick(len(cells))][0] = "22" * 16


GAMES = [
    merge_cells, split_cell, move_cell, resegment, padding, less_padding, open_to_hidden, another_salt,
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(hidings(), st.sampled_from(GAMES), st.data())
def test_no_game_with_cells_sentences_or_padding_keeps_the_root(
    case: Any, game: Any, data: st.DataObject
) -> None:
    seed, units, _narrative, spans, fields = case
    proof = prove(seed, units, cover(SMALL, units, fields, spans), SMALL)
    played = copy.deepcopy(proof)
    try:
        game(played, lambda below: data.draw(st.integers(0, below - 1)))
    except (ValueError, IndexError, InvalidArgument):  # nothing there to play with
        return
    if played == proof:
        return
    with pytest.raises(ProofError):
        verify_proof(played, SMALL)
    with pytest.raises(standalone.Refused):
        stand_alone(played)


def test_a_date_and_a_place_are_open_to_the_level_that_leaves_and_hidden_below() -> None:
    form, levels = load(), {
        "d1.year": "2024",
        "d1.month": "3",
        "d1.day": "10",
        "p1.township": "MMR001009",
        "p2.village": "Examplegahtawng",
    }
    layout = Layout.of(form)
    fields = [levels.get(field, "") for field in form.fields]
    units = [forgeries.META, *fields, "", *[""] * 16]
    units += [""] * (-len(units) % 16)
    hidden = {"d1.day": WHOLE, "p2.village": WHOLE}
    proof = prove(bytes(32), units, cover(layout, units, hidden, []), layout)
    shown = dict(zip(form.fields, verify_proof(proof, layout).units[1:], strict=False))
    assert [shown[field].text for field in levels] == ["2024", "3", "", "MMR001009", ""]
    assert [shown[field].kind for field in levels] == ["o", "o", "h", "o", "h"]
    other = copy.deepcopy(proof)
    other["units"][1 + form.fields.index("d1.month")][2] = "4"
    with pytest.raises(ProofError, match="root"):
        verify_proof(other, layout)
    with pytest.raises(standalone.Refused, match="root"):
        stand_alone(other, layout)


def test_the_length_of_a_hidden_name_tells_at_most_1_2_bits() -> None:
    assert told_bits(name_lengths(), 20_000, random.Random(1)) <= 1.2


def test_as_many_cells_are_hidden_as_the_measure_says() -> None:
    """The name's own cells, and the empty ones before each of its letters and after the last."""
    for n in range(30):
        seed, name = random.Random(n).randbytes(32), "x" * (n % 9 + 1)
        units = [forgeries.META, *[""] * (SMALL.narrative - 1), f"I saw {name} fall."]
        units += [""] * (-len(units) % 16)
        spans = [(6, 6 + len(name))]
        proof = prove(seed, units, cover(SMALL, units, {}, spans), SMALL)
        cells = proof["units"][SMALL.narrative][1]
        key = commit.unit_key(seed, SMALL.narrative)
        plain = commit.cells(key, units[SMALL.narrative])
        first = [i for i, cell in enumerate(plain) if cell][5]
        last = [i for i, cell in enumerate(plain) if cell][6 + len(name)]
        assert sum(isinstance(cell, str) for cell in cells) == last - first - 1
