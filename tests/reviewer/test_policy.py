"""What leaves of each answer."""

from __future__ import annotations

import pytest

from envelope.form import load
from reviewer.policy import TABLE, Way, is_hidden, is_text, rule


def test_every_field_of_the_form_has_a_rule_with_a_reason():
    assert set(TABLE) == set(load().fields)
    assert all(found.reason for found in TABLE.values())


def test_a_field_nobody_decided_on_is_withheld():
    assert is_hidden("z9", {"z9": "x"})


@pytest.mark.parametrize(
    "field",
    ["a1", "d1.day", "p2.tract", "p2.ward", "p2.village", "f1.text", "c4", "c5", "w1", "w6",
     "written_on"],
)  # fmt: skip
def test_what_identifies_never_leaves_answered_or_not(field):
    assert is_hidden(field, {}) and is_hidden(field, {field: "adult"}) and not is_text(field)


@pytest.mark.parametrize(
    ("field", "hidden", "shown"),
    [
        ("o1", ["escaped", "still_missing escaped", "dont_know", "not_say", ""], ["still_missing"]),
        ("x2", ["know_them", "uniform_badge know_them", "dont_know", ""], ["uniform_badge"]),
        ("p3", ["home", "dont_know", ""], ["checkpoint"]),
        ("n1.count", ["0", "1", "4", ""], ["5", "300"]),
    ],
)
def test_a_hidden_answer_looks_like_no_answer(field, hidden, shown):
    for value in hidden:
        assert is_hidden(field, {field: value} if value else {}), value
    for value in shown:
        assert not is_hidden(field, {field: value})


def test_how_exact_a_hidden_number_was_is_hidden_too():
    assert is_hidden("n1.kind", {"n1.count": "2", "n1.kind": "exact"})
    assert not is_hidden("n1.kind", {"n1.count": "20", "n1.kind": "exact"})


def test_only_typed_answers_go_the_way_of_text():
    typed = {field for q in load().questions if q.kind == "text" for field in q.fields}
    assert {field for field in TABLE if rule(field).way is Way.TEXT} <= typed
    assert not {field for field in typed if rule(field).way in (Way.OPEN, Way.MIXED)}
