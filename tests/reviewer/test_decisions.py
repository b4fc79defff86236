"""Decisions about findings: what they cover, what they spread to, what is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import testimony
from envelope.form import load
from reviewer import decisions
from reviewer.decisions import ACCEPTED, REJECTED, UNDECIDED
from reviewer.errors import RedactionError
from reviewer.store import Entry, Facts
from tests.reviewer.world import CONSENT, seal, short, transfer

TEXT = "Zau Tu ran. They beat zau tu and ZAU TUN. Zau Tu is 20."


@dataclass
class Found:
    start: int
    end: int
    label: str
    reason: str = "a test"


def entry(narrative: str = TEXT, **answers: str) -> Entry:
    given_ = CONSENT | {key.replace("__", "."): value for key, value in answers.items()}
    made = testimony.build(load(), lang="en", answers=given_, narrative=narrative, attachments=())
    return Entry("ab" * 32, Facts("opened", 1, "2026-11-22"), bytes(16), made)


def covered(one: Entry) -> list[str]:
    texts = decisions.texts(one.testimony)
    found = [f for f in decisions.findings(one) if f.state == ACCEPTED]
    return [
        texts[f.field][f.start : f.end] for f in sorted(found, key=lambda f: (f.field, f.start))
    ]


def test_an_added_form_is_found_everywhere_in_any_case_as_a_whole_word():
    one = decisions.add_text(entry(), "Zau Tu", "PERSON", "ana")
    assert covered(one) == ["Zau Tu", "zau tu", "Zau Tu"]


def test_an_added_span_spreads_to_its_other_places():
    one = decisions.add(entry(), ("narrative", 0, 6), "PERSON", "ana")
    assert covered(one) == ["Zau Tu", "zau tu", "Zau Tu"]


def test_a_form_spreads_from_the_account_into_the_typed_answers():
    one = decisions.add_text(entry(x3__commander="Captain Zau Tu"), "Zau Tu", "PERSON", "ana")
    assert {f.field for f in decisions.findings(one)} == {"narrative", "x3.commander"}


def test_an_age_is_replaced_only_where_it_was_found():
    text = "He is 20. They took 20 bags."
    one = decisions.seek(entry(text), lambda _: [Found(6, 8, "AGE")])
    assert covered(decisions.accept(one, [1])) == ["20"]


def test_a_place_that_was_rejected_is_not_taken_back_by_spreading():
    one = decisions.seek(entry(), lambda _: [Found(0, 6, "PERSON"), Found(22, 28, "PERSON")])
    one = decisions.reject(one, [2], "another man")
    one = decisions.accept(one, [1])
    assert covered(one) == ["Zau Tu", "Zau Tu"]
    assert decisions.still_shown([one], {}) == []


def test_accept_all_keeps_perpetrators_by_default_and_says_why():
    one = decisions.seek(entry(), lambda _: [Found(0, 6, "PERPETRATOR"), Found(12, 16, "PERSON")])
    states = [f.state for f in decisions.findings(decisions.accept(one, None))]
    assert states == [REJECTED, ACCEPTED]
    assert decisions.findings(decisions.accept(one, None))[0].why


def test_accept_all_leaves_what_was_rejected():
    one = decisions.seek(entry(), lambda _: [Found(0, 6, "PERSON"), Found(12, 16, "PERSON")])
    one = decisions.accept(decisions.reject(one, [1], "a test"), None)
    assert [f.state for f in decisions.findings(one)] == [REJECTED, ACCEPTED]


def test_a_perpetrator_can_be_replaced_by_number():
    one = decisions.seek(entry(), lambda _: [Found(0, 6, "PERPETRATOR")])
    assert covered(decisions.accept(one, [1]))


def test_seeking_again_keeps_decisions_and_drops_what_is_found_no_more():
    one = decisions.seek(entry(), lambda _: [Found(0, 6, "PERSON"), Found(12, 16, "ORG")])
    one = decisions.reject(one, [1], "a test")
    again = decisions.seek(one, lambda _: [Found(0, 6, "PERSON"), Found(17, 21, "ORG")])
    assert [(f.start, f.state) for f in decisions.findings(again)] == [
        (0, REJECTED),
        (17, UNDECIDED),
    ]


def test_texts_that_never_leave_are_not_sought_in():
    one = entry(p2__village="Invented village", x3__unit="Invented unit", c5="secret")
    assert set(decisions.texts(one.testimony)) == {"narrative", "x3.unit"}


@pytest.mark.parametrize(
    "act",
    [
        lambda one: decisions.add(one, ("narrative", 0, 999), "PERSON", "ana"),
        lambda one: decisions.add(one, ("narrative", 5, 5), "PERSON", "ana"),
        lambda one: decisions.add(one, ("c5", 0, 1), "PERSON", "ana"),
        lambda one: decisions.add(one, ("narrative", 0, 6), "NOBODY", "ana"),
        lambda one: decisions.add_text(one, "not there", "PERSON", "ana"),
        lambda one: decisions.add_text(one, "Z", "PERSON", "ana"),
        lambda one: decisions.accept(one, [1]),
        lambda one: decisions.reject(one, [0], "why"),
        lambda one: decisions.seek(Entry("ab" * 32, Facts("set_aside", 1, "")), lambda _: []),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(act):
    with pytest.raises(RedactionError):
        act(entry())


def test_a_rejection_without_a_reason_is_refused():
    one = decisions.seek(entry(), lambda _: [Found(0, 6, "PERSON")])
    with pytest.raises(RedactionError, match="needs its reason"):
        decisions.reject(one, [1], "  ")


def test_an_identity_accepted_in_one_testimony_is_missed_in_another():
    one = decisions.add_text(entry(), "Zau Tu", "PERSON", "ana")
    other = decisions.seek(entry("We hid with Zau Tu."), lambda _: [])
    assert decisions.still_shown([one, other], {}) == [(other.id, "Zau Tu"), (other.id, "zau tu")]
    assert decisions.still_shown([one], {"the purpose": "About Zau  Tu"}) == []
    assert decisions.still_shown([one], {"the purpose": "About Zau Tu"})


def test_an_ordinary_word_that_is_a_name_in_one_testimony_stays_in_the_others():
    one = decisions.add_text(entry("Saw came, and Saw left."), "Saw", "PERSON", "ana")
    other = decisions.seek(entry("I saw the lorries."), lambda _: [])
    assert decisions.still_shown([one, other], {}) == []
    one, other = decisions.spread([one, other])
    assert len(decisions.findings(one)) == 2 and decisions.findings(other) == []


def test_what_was_accepted_in_one_is_replaced_in_all_but_where_it_was_rejected():
    one = decisions.add_text(entry(), "Zau Tu", "PERSON", "ana")
    other = decisions.seek(entry("Zau Tu, not my Zau Tu."), lambda _: [Found(0, 6, "PERSON")])
    other = decisions.reject(other, [1], "a commander")
    one, other = decisions.spread([one, other])
    assert [(f.start, f.state) for f in decisions.findings(other)] == [
        (0, REJECTED),
        (15, ACCEPTED),
    ]
    assert one.id in decisions.findings(other)[1].reason
    assert decisions.still_shown([one, other], {}) == []


WORDS = st.lists(st.sampled_from(["Zau", "Tu", "ဇော်", "တူ", " ", "\n", "20", "."]), max_size=30)


@given(WORDS, st.data())
def test_after_adding_a_form_it_stands_nowhere_undecided(words, data):
    text = "".join(words)
    forms = [form for form in ("Zau", "ဇော်", "Tu Zau", "20") if form in text]
    one = entry(text or "x")
    for form in forms:
        try:
            one = decisions.add_text(one, form, "PERSON", "ana")
        except RedactionError:
            continue  # only inside longer words
    assert decisions.still_shown([one], {}) == []
    assert decisions.undecided(one) in (None, 0)


def test_the_command_lists_decides_and_refuses(world):
    data = seal(world.ring, TEXT)
    world.ok("ana", "import", transfer(world, [data]))
    name = short(data)
    assert "run sakse-review suggest" in world.refused("ana", "redact", name, "--list")
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", name, "--add", "narrative:0:6:PERSON")
    rows = json.loads(world.ok("ana", "redact", name, "--json"))
    assert {row["state"] for row in rows if row["text"].lower() == "zau tu"} == {"accepted"}
    assert "[[Zau Tu]]" in world.ok("ana", "redact", name, "--list")
    number = rows[0]["number"]
    assert "needs its reason" in world.refused("ana", "redact", name, "--reject", number)
    world.ok("ana", "redact", name, "--reject", number, "--reason", "a test")
    again = json.loads(world.ok("ana", "redact", name, "--json"))
    assert again[number - 1]["state"] == "rejected" and again[number - 1]["why"] == "a test"


def test_a_coarser_word_stands_for_every_place_of_the_same_words():
    one = decisions.add_text(entry("In Lungzep, near Lungzep."), "Lungzep", "PLACE_FINE", "ana")
    one = decisions.coarsen(one, [1], "[Hpakant township]")
    assert [f.instead for f in decisions.findings(one)] == ["[Hpakant township]"] * 2
    again = decisions.coarsen(one, [1], "")
    assert [f.instead for f in decisions.findings(again)] == [""] * 2


@pytest.mark.parametrize("word", ["[Lungzep township]", "[2024-03]", "a village", "[20–29]"])
def test_a_word_of_no_list_or_another_kind_is_refused(word):
    one = decisions.add_text(entry("In Lungzep."), "Lungzep", "PLACE_FINE", "ana")
    with pytest.raises(RedactionError, match="take a word like"):
        decisions.coarsen(one, [1], word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ဆို ပြန်လာတယ်", 1),
        ("ဆိုကို ခေါ်တယ်", 1),
        ("ဆိုင်မှာ", 0),  # a shop: another syllable that begins the same
        ("ဆိုင္မွာ", 0),  # the same in Zawgyi
        ("ဆိုေျပာတယ္", 1),  # in Zawgyi the vowel of the next syllable comes first
    ],
)
def test_a_form_stands_as_whole_syllables(text, found):
    assert len(list(decisions._occurrences("ဆို", {"narrative": text}))) == found
