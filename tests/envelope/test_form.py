"""The form: its frozen order, its texts in every language, and what answers may be."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import form, places
from envelope.errors import FormatError

FORM = form.load()
EN = FORM.texts("en")

# Frozen with form v1: commitments depend on it. A change is form v2.
# fmt: off
FIELDS = [
    "c1", "a1", "k1", "i1", "d1.year", "d1.month", "d1.day", "d1.precision", "p1.state",
    "p1.township", "p2.tract", "p2.ward", "p2.village", "p3", "x1", "x2", "x3.unit",
    "x3.commander", "x3.vehicle", "n1.count", "n1.kind", "n2.women", "n2.under_18", "h1.hurt",
    "h1.killed", "h1.died_fleeing", "o2", "o1", "m1", "m1.band", "m1.office", "t2", "f1",
    "f1.text", "f2", "c2", "c3", "c4", "c5", "u1", "w1", "w2", "w3", "w4", "w5", "w6", "written_on",
]
# fmt: on

NO_UNSURE = {"s1", "c1", "a1", "c2", "c3", "c4", "u1", "w2", "w3", "w4", "w5"}


def test_the_order_of_the_fields_is_frozen() -> None:
    assert list(FORM.fields) == FIELDS


def test_the_questions_fill_the_fields_in_order() -> None:
    assert [field for q in FORM.questions for field in q.fields] == FIELDS
    assert [q.step for q in FORM.questions] == sorted(q.step for q in FORM.questions)


def test_conditions_and_short_forms_name_questions_and_choices_there_are() -> None:
    ids = [q.id for q in FORM.questions]
    assert set(FORM.under_18) <= set(ids)
    assert set(FORM.follow_up) <= set(FORM.question("u1").choices)
    assert {question for asked in FORM.follow_up.values() for question in asked} <= set(ids)
    assert {q.when for q in FORM.questions} - {""} == set(FORM.conditions)
    for condition in FORM.conditions.values():
        for question, codes in condition.items():
            assert set(codes) <= {"", "*", *FORM.question(question).choices}


def test_a_question_comes_after_those_it_depends_on() -> None:
    ids = [q.id for q in FORM.questions]
    for q in FORM.questions:
        assert all(ids.index(other) < ids.index(q.id) for other in FORM.conditions.get(q.when, ()))


def test_every_question_choice_and_part_has_an_english_text_and_no_text_is_left_over() -> None:
    wanted = {f"q.{q.id}" for q in FORM.questions}
    wanted |= {f"{q.id}.{code}" for q in FORM.questions for code in q.choices}
    wanted |= {f"l.{f}" for q in FORM.questions if len(q.fields) > 1 for f in q.fields}
    wanted |= {f"{q}.{code}" for part, q in form.PLACES.items() for code in places.names(part)}
    assert {key for key in EN if not key.startswith("h.")} == wanted
    assert {key[2:] for key in EN if key.startswith("h.")} <= {q.id for q in FORM.questions}
    assert all(text.strip() == text and text for text in EN.values())


@pytest.mark.parametrize("lang", ["my", "kac"])
def test_every_text_is_there_in_each_language_with_the_same_keys(lang: str) -> None:
    here = FORM.languages[lang]
    assert list(here) == list(FORM.languages["en"])
    assert len(here["consent"]) == len(FORM.languages["en"]["consent"])
    assert all(text.strip() == text and text for text in [*FORM.texts(lang).values(), *here["consent"]])
    untranslated = [key for key, text in FORM.languages[lang].items() if text == FORM.languages["en"][key]]
    assert set(untranslated) <= {"x1.pyu_saw_htee"}  # a name, in the same letters


def test_every_choice_question_offers_not_knowing_and_not_saying() -> None:
    for q in FORM.questions:
        if q.choices and q.id not in NO_UNSURE:
            assert q.choices[-2:] == form.UNSURE, q.id
    assert "not_say" in FORM.question("a1").choices


@pytest.mark.parametrize("lang", FORM.languages)
def test_parties_are_shown_sorted_by_their_label(lang: str) -> None:
    shown = FORM.shown_choices("x1", lang)
    labels = [FORM.texts(lang)[f"x1.{code}"] for code in shown[:-2]]
    assert labels == sorted(labels)
    assert shown[-2:] == form.UNSURE
    assert sorted(shown) == sorted(FORM.question("x1").choices)
    assert FORM.shown_choices("i1", "en") == FORM.question("i1").choices


def test_every_party_but_the_unsure_answers_has_a_vocabulary_code() -> None:
    assert set(form.huridocs("x1")) == set(FORM.question("x1").choices) - set(form.UNSURE)
    assert set(form.huridocs("i1")) <= set(FORM.question("i1").choices)
    assert all(re.fullmatch(r"\d{14}", c) for q in ("i1", "x1") for c in form.huridocs(q).values())


@pytest.mark.parametrize(
    "phrase",
    ["read it", "new consent", "stops future sharing", "cannot be called back",
     "lost code cannot be recovered", "Without a code", "At the end you can take a code",
     "keeps your account for", "Nobody may read it soon", "no payment", "team named on this page",
     "Do not take photos", "do not go back", "do not ask others to write",
     "do not keep it where someone can find it", "no promise of help or protection", "stop at any"],
)  # fmt: skip
def test_the_consent_text_says_what_it_must(phrase: str) -> None:
    assert phrase in FORM.consent_text("en")


def test_the_consent_hash_is_of_the_sentences_joined_by_line_feeds() -> None:
    text = "\n".join(FORM.languages["en"]["consent"])
    assert FORM.consent_sha256("en") == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("field", "value"),
    [("a1", "adult"), ("i1", "taken_home ransom"), ("d1.year", "2026"), ("d1.month", "11"),
     ("d1.day", "7"), ("d1.precision", "month"), ("p1.state", "MMR001"), ("p1.state", "not_say"),
     ("p1.township", "MMR001009"), ("x1", "military kia"), ("n1.count", "0"), ("n1.kind", "about"),
     ("h1.killed", "3"), ("c2", "iimm public"), ("w1", "2026-11-09"), ("p2.village", "ရွာ"), ("u1", "add")],
)  # fmt: skip
def test_an_answer_the_form_allows_is_accepted(field: str, value: str) -> None:
    FORM.validate({field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [("a1", ""), ("a1", "18"), ("a1", "adult under_18"), ("i1", "ransom taken_home"),
     ("i1", "ransom ransom"), ("i1", " ransom"), ("i1", "ransom  levy"), ("d1.year", "26"),
     ("d1.year", "2101"), ("d1.month", "0"), ("d1.month", "07"), ("d1.day", "32"),
     ("d1.day", "၇"), ("d1.precision", "dunno"), ("p1.state", "Kachin"), ("p1.township", "MMR001"),
     ("n1.count", "-1"), ("n1.count", "1000000"), ("n1.kind", "5"), ("c2", "police"),
     ("w1", "2026-02-30"), ("w1", "2026-2-3"), ("w1", "9"), ("p2.village", ""),
     ("p2.village", "x" * 4001), ("p2.tract", "Hpakant"), ("u1", "back"), ("contact", "x"),
     ("s1", "yes"), ("t1", "text"), ("name", "x"), ("p1", "MMR001")],
)  # fmt: skip
def test_an_answer_the_form_does_not_allow_is_refused(field: str, value: str) -> None:
    with pytest.raises(FormatError) as refusal:
        FORM.validate({field: value})
    assert field in str(refusal.value)


@given(st.dictionaries(st.sampled_from([*FIELDS, "zz"]), st.text(max_size=20)))
def test_any_answers_are_accepted_or_refused_in_one_sentence(answers: dict[str, str]) -> None:
    try:
        FORM.validate(answers)
    except FormatError as refusal:
        assert str(refusal).endswith(".")


def test_consent_and_something_told_are_all_that_is_required() -> None:
    FORM.require({"c1": "yes"}, "words", 0)
    FORM.require({"c1": "yes", "i1": "beaten"}, "", 0)
    with pytest.raises(FormatError, match="no consent"):
        FORM.require({"i1": "beaten"}, "words", 0)
    with pytest.raises(FormatError, match="Nothing is told"):
        FORM.require({"c1": "yes", "a1": "adult"}, "", 1)


def test_who_comes_back_needs_the_code_and_to_withdraw_nothing_else() -> None:
    FORM.require({"u1": "withdraw"}, "", 0, code="1" * 28)
    FORM.require({"u1": "danger", "f1": "yes"}, "", 0, code="1" * 28)
    FORM.require({"c1": "yes", "u1": "add"}, "words", 0, code="1" * 28)
    FORM.require({"c1": "yes", "u1": "add"}, "", 1, code="1" * 28)
    with pytest.raises(FormatError, match="receipt code"):
        FORM.require({"u1": "withdraw"}, "", 0)
    for answers, narrative, files, extra in (
        ({"u1": "withdraw", "c2": "iimm"}, "", 0, "c2"),
        ({"u1": "danger", "a1": "under_18"}, "", 0, "a1"),
        ({"u1": "danger"}, "words", 0, "an account"),
        ({"u1": "withdraw"}, "", 1, "files"),
    ):
        with pytest.raises(FormatError, match=extra):
            FORM.require(answers, narrative, files, code="1" * 28)
    with pytest.raises(FormatError, match="no consent"):
        FORM.require({"u1": "add"}, "words", 0, code="1" * 28)


def test_a_child_gives_no_account_no_file_and_no_consent_to_share() -> None:
    child = {"c1": "yes", "a1": "under_18", "i1": "beaten", "d1.month": "5", "f1": "no"}
    FORM.require({**child, "written_on": "2026-11-09", "w5": "summary"}, "", 0)
    for answers, narrative, files in (
        (child, "words", 0),
        (child, "", 1),
        ({**child, "c2": "un"}, "", 0),
        ({**child, "c5": "all"}, "", 0),
        ({**child, "k1": "self"}, "", 0),
    ):
        with pytest.raises(FormatError, match="under 18"):
            FORM.require(answers, narrative, files)


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match="'xx'"):
        FORM.consent_text("xx")
