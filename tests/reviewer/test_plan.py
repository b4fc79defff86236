"""A plan says what a release is made of, in one form of bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import canonical
from release.content import Addressee, Counts, CustodyEvent
from reviewer import plan, releases
from reviewer.errors import ProposalError
from reviewer.plan import Attached, Kept, Plan, Said
from reviewer.tokens import Mark
from tests.reviewer.leaking import vault
from tests.reviewer.test_release_flow import arrive, decide, propose
from tests.reviewer.world import seal

WORDS = st.text(st.characters(exclude_categories=("C",)), max_size=8)
NUMBERS = st.integers(0, 2**40)
IDS = st.from_regex(r"T-[a-z0-9]{4}", fullmatch=True)
BOXES = st.lists(st.tuples(*[st.integers(0, 1_000_000)] * 6), max_size=2).map(tuple)
PLANS = st.builds(
    Plan,
    release_id=WORDS,
    day=WORDS,
    purpose=WORDS,
    recipient=st.builds(Addressee, WORDS, WORDS, st.none() | WORDS),
    redactor=WORDS,
    transfer=NUMBERS,
    counts=st.builds(Counts, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    custody_head=WORDS,
    custody=st.lists(st.builds(CustodyEvent, *[WORDS] * 5), max_size=2).map(tuple),
    testimonies=st.dictionaries(IDS, WORDS, max_size=2),
    marks=st.dictionaries(
        IDS,
        st.dictionaries(
            WORDS, st.lists(st.builds(Mark, NUMBERS, NUMBERS, WORDS), max_size=2).map(tuple), max_size=2
        ),
        max_size=2,
    ),
    kept=st.lists(st.builds(Kept, IDS, WORDS, NUMBERS, NUMBERS, WORDS, WORDS, WORDS), max_size=2).map(tuple),
    withheld=st.dictionaries(IDS, st.lists(WORDS, max_size=2).map(tuple), max_size=2),
    files=st.dictionaries(
        IDS,
        st.lists(
            st.builds(Attached, NUMBERS, WORDS, WORDS, WORDS, WORDS, NUMBERS, st.just(("x",)), BOXES, st.booleans(), WORDS),
            max_size=2,
        ).map(tuple),
        max_size=2,
    ),
    said=st.dictionaries(IDS, st.builds(Said, WORDS, WORDS, WORDS), max_size=2),
)  # fmt: skip


@given(PLANS)
@settings(max_examples=30)
def test_a_plan_is_read_as_it_was_written(made):
    assert plan.parse(made.encode()) == made


@given(PLANS, st.data())
@settings(max_examples=30)
def test_a_member_too_many_or_too_few_is_refused(made, data):
    value = json.loads(made.encode())
    key = data.draw(st.sampled_from(sorted(value)))
    for changed in ({**value, "more": 1}, {k: v for k, v in value.items() if k != key}):
        with pytest.raises(ProposalError):
            plan.parse(canonical.dumps(changed))


@pytest.mark.parametrize("box", [["0", 0, 1, 1, 1, 1], [True, 0, 1, 1, 1, 1], [None]])
def test_a_box_that_is_no_whole_numbers_is_refused(box):
    made = Plan("R", "", "", Addressee("x", "un", None), "", 0, Counts(0, 0, 0, 0), "", (), {}, {}, ())
    value = json.loads(made.encode())
    one = json.loads(canonical.dumps({"boxes": [box], "done": [], "ordinal": 1}))
    whole = {"file": "", "reason": "", "sha256": "", "size": 0, "transcript": "", "type": "", "voice": False}
    value["files"] = {"T-2222": [{**whole, **one}]}
    with pytest.raises(ProposalError):
        plan.parse(canonical.dumps(value))


@pytest.mark.parametrize(
    ("where", "part", "value"),
    [("kept", "start", "0"), ("kept", "text", 1), ("custody", "day", None), ("kept", "end", True)],
)
def test_a_part_of_another_type_is_refused(where, part, value):
    kept = (Kept("T-2222", "narrative", 0, 2, "PERSON", "a reason"),)
    event = (CustodyEvent("2026-11-07", "opened", "ana", "", "00"),)
    made = Plan("R", "", "", Addressee("x", "un", None), "", 0, Counts(0, 0, 0, 0), "", event, {}, {}, kept)
    changed = json.loads(made.encode())
    changed[where][0][part] = value
    with pytest.raises(ProposalError):
        plan.parse(canonical.dumps(changed))


@given(st.binary(max_size=60))
def test_anything_else_is_refused_in_one_sentence(data):
    with pytest.raises(ProposalError):
        plan.parse(data)


@given(PLANS)
@settings(max_examples=10)
def test_ids_that_are_no_pairs_are_refused_in_one_sentence(made):
    changed = {**json.loads(made.encode()), "testimonies": ["abc"]}
    with pytest.raises(ProposalError):
        plan.parse(canonical.dumps(changed))


def test_both_reviewers_remember_what_went_out(world, tmp_path):
    (name,) = arrive(world, seal(world.ring, "They took Zau Tu."))
    decide(world, name, "Zau Tu")
    folder = propose(world, name)
    with vault(world) as opened:
        assert list(releases.earlier(opened)) == []  # proposed only
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    plans = []
    for who in ("ana", "bo"):
        with vault(world, who) as opened:
            plans += releases.earlier(opened)
    assert plans[0] == plans[1] and plans[0].marks
