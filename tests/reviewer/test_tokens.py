"""Tokens: constant width, shuffled, in place of every decided span and of nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.texts import TOKEN, tokens, without_tokens
from reviewer.errors import RedactionError
from reviewer.tokens import Hide, Mark, apply, covered, for_reading, marks, numbered
from reviewer.unseen import strange
from reviewer.zawgyi import to_unicode

CORPUS = [
    json.loads(line)
    for path in Path(__file__).parents[1].joinpath("vectors/corpus").glob("dev.jsonl")
    for line in path.read_text("utf-8").splitlines()
]
ZAWGYI = [item for item in CORPUS if item["encoding"] == "zawgyi"]


def marks_of(text: str, spans) -> list[Mark]:
    return list(marks({"text": covered(text, [Hide(*span) for span in spans])})["text"])


def test_one_form_has_one_token_however_it_is_written():
    text = "U Tun. u  TUN. U Htun."
    made = marks_of(text, [(0, 5, "PERSON"), (7, 13, "PERSON"), (15, 21, "PERSON")])
    assert made[0].token == made[1].token != made[2].token


def test_tokens_of_a_kind_have_one_width_and_numbers_in_no_order():
    keys = [("P", f"person {n}") for n in range(150)] + [("L", "a place")]
    words = numbered(keys)
    assert {len(words[key]) for key in keys[:-1]} == {len("[P-001]")}
    assert words["L", "a place"] == "[L-01]"
    assert sorted(words[key] for key in keys[:-1]) == [f"[P-{n:03}]" for n in range(1, 151)]
    assert [words[key] for key in keys[:-1]] != sorted(words[key] for key in keys[:-1])


def test_overlapping_findings_become_one_token_of_the_longest():
    text = "Zau Tu of Lone Khin camp"
    (mark,) = marks_of(text, [(0, 6, "PERSON"), (3, 24, "PLACE_FINE")])
    assert (mark.start, mark.end) == (0, 24) and mark.token == "[L-01]"


def test_words_that_look_like_a_token_are_replaced_by_one_of_ours():
    text = "They wrote [P-07] on the wall."
    released, redactions = apply("narrative", text, marks_of(text, []))
    assert released == "They wrote [X-01] on the wall." and len(redactions) == 1


def test_a_redaction_says_nothing_but_a_fixed_reason():
    _, (redaction,) = apply("narrative", "Zau Tu ran", marks_of("Zau Tu ran", [(0, 6, "PERSON")]))
    assert redaction.reason == "a person" and redaction.kind == "P"
    assert (redaction.start, redaction.end) == (0, 6)


@pytest.mark.parametrize(
    "marks",
    [
        [Mark(0, 99, "[P-01]")],
        [Mark(3, 3, "[P-01]")],
        [Mark(-1, 2, "[P-01]")],
        [Mark(4, 6, "[P-01]"), Mark(0, 2, "[P-02]")],
        [Mark(0, 3, "[P-01]"), Mark(2, 5, "[P-02]")],
        [Mark(0, 3, "shot")],
        [Mark(0, 3, "[P-1]")],
        [Mark(0, 3, "")],
    ],
)
def test_marks_that_do_not_fit_are_refused(marks):
    with pytest.raises(RedactionError):
        apply("narrative", "They took Zau Tu", marks)


TEXTS = st.text(st.sampled_from("ab ကခ\u1031\u103a\u200b[P-012]\n😀"), max_size=60)


@given(TEXTS, st.data())
def test_what_stays_is_the_text_minus_the_spans_and_every_token_is_listed(text, data):
    ends = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(ends, ends), max_size=5))
    spans = [(min(p), max(p), "PERSON") for p in pairs if p[0] != p[1]]
    made = marks_of(text, spans)
    released, redactions = apply("narrative", text, made)
    hidden = {i for mark in made for i in range(mark.start, mark.end)}
    assert {i for start, end, _ in spans for i in range(start, end)} <= hidden
    assert without_tokens(released)[0] == "".join(c for i, c in enumerate(text) if i not in hidden)
    listed = [(r.field, r.start, r.end, r.token, r.kind) for r in redactions]
    assert listed == tokens("narrative", released)


def test_there_are_zawgyi_texts_to_test_with():
    assert ZAWGYI


@pytest.mark.parametrize("item", ZAWGYI, ids=lambda item: item["id"])
def test_a_converted_reading_hides_the_same_words_in_the_same_order(item):
    text = item["text"]
    spans = [(s["start"], s["end"], s["label"]) for s in item["spans"]]
    made = marks_of(text, [span for span in spans if span[2] in ("PERSON", "PLACE_FINE", "PHONE")])
    released, _ = apply("narrative", text, made)
    reading = for_reading(text, made)
    assert reading is not None
    read, _ = apply("reading", *reading)
    assert [m[0] for m in TOKEN.finditer(read)] == [m[0] for m in TOKEN.finditer(released)]
    hidden = {i for mark in made for i in range(mark.start, mark.end)}
    whole = to_unicode(text)
    shown = "".join(
        char
        for char, (start, end) in zip(whole.text, whole.offsets, strict=True)
        if not hidden & set(range(start, end))
    )
    assert without_tokens(read)[0] == shown


@pytest.mark.parametrize("item", ZAWGYI, ids=lambda item: item["id"])
def test_a_span_inside_a_syllable_is_widened_until_the_reading_is_whole(item):
    text = item["text"]
    whole = to_unicode(text)
    for at in range(0, len(text), 7):
        for one in covered(text, [Hide(at, at + 1, "PERSON")]):
            touched = [s for s in whole.offsets if s[0] < one.end and one.start < s[1]]
            assert all(one.start <= s and e <= one.end for s, e in touched)


def test_a_text_in_unicode_has_no_reading_of_its_own():
    assert for_reading("ကျွန်တော် ထွက်ပြေးခဲ့ရတယ်", []) is None


def test_no_token_tells_more_than_its_kind():
    assert re.fullmatch(r"\[P-\d\d\]", numbered([("P", "duwa zau tu")])["P", "duwa zau tu"])


HPAKANT = "[Hpakant township]"


def test_two_names_of_one_person_of_the_case_have_one_token():
    text = "Brang came. The thin man ran. Brang fell."
    hides = [Hide(0, 5, "PERSON", "7"), Hide(12, 24, "PERSON", "7"), Hide(30, 35, "PERSON")]
    assert len({mark.token for mark in marks({"": covered(text, hides)})[""]}) == 1


def test_one_name_of_two_persons_of_the_case_has_two_tokens():
    text = "Brang hit Brang. Brang fell."
    hides = [Hide(0, 5, "PERSON", "1"), Hide(10, 15, "PERSON", "2"), Hide(17, 22, "PERSON")]
    assert len({mark.token for mark in marks({"": covered(text, hides)})[""]}) == 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Then Daw Mya came", "Mya"),
        ("Then Slg. Rev. Brang came", "Brang"),
        ("ညက ဒေါ်မြ လာ", "မြ"),
        ("ညက ဆရာမ မြ လာ", "မြ"),
    ],
)
def test_a_title_left_before_a_name_goes_with_it_and_tells_nothing(text, name):
    at = text.index(name)
    (one,) = covered(text, [Hide(at, at + len(name), "PERSON")])
    before, after = text.split(" ", 1)[0], text.rsplit(" ", 1)[1]
    assert text[: one.start].strip() == before and text[one.end :].strip() == after
    assert one.form == name.casefold()


def test_a_title_inside_a_word_stays():
    (one,) = covered("Emma Brang", [Hide(5, 10, "PERSON")])
    assert one.start == 5


@pytest.mark.parametrize(
    ("label", "word", "reason"),
    [
        ("PLACE_FINE", HPAKANT, "a place, given as the area around it"),
        ("DATE_EXACT", "[2024-03]", "an exact date, given as its month or year"),
        ("AGE", "[20\u201329]", "an age, given in a band of ten years"),
    ],
)
def test_a_coarser_word_stands_instead_of_a_token_and_says_so(label, word, reason):
    made = marks({"": covered("in Xyz.", [Hide(3, 6, label, instead=word)])})[""]
    released, (redaction,) = apply("narrative", "in Xyz.", made)
    assert released == f"in {word}." and redaction.reason == reason
    assert without_tokens(released)[0] == "in ."


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("PLACE_FINE", "[Lone Khin township]"),
        ("PLACE_FINE", "[2024-03]"),
        ("PERSON", HPAKANT),
        ("AGE", "[10\u201319]"),
        ("DATE_EXACT", "[2024-13]"),
        ("DATE_EXACT", "spring"),
    ],
)
def test_a_coarser_word_of_no_list_or_for_another_kind_is_refused(label, word):
    with pytest.raises(RedactionError):
        covered("in Xyz.", [Hide(3, 6, label, instead=word)])
    with pytest.raises(RedactionError):
        apply("narrative", "in Xyz.", [Mark(3, 6, "[Lone Khin township]")])


def test_a_coarser_word_that_would_hide_more_than_its_own_becomes_a_token():
    hides = [Hide(0, 3, "PLACE_FINE", instead=HPAKANT), Hide(2, 9, "PERSON")]
    (mark,) = marks({"": covered("Xyz Brang", hides)})[""]
    assert mark.token == "[P-01]"


def test_words_that_look_like_a_coarser_word_are_replaced():
    text = "It said [Hpakant township] and [Nowhere township] in [2024-03]."
    released, _ = apply("narrative", text, marks_of(text, []))
    assert "township" not in released and "2024" not in released


@pytest.mark.parametrize("text", ["see \u202egnarB\u202c", "Br\u0430ng", "a\U000e0041b", "x\u200b\u200c\u200b\u200cy"])
def test_what_nobody_can_see_or_tell_apart_is_replaced(text):
    released, _ = apply("narrative", text, marks_of(text, []))
    assert "[X-" in released and not list(strange(released))


@pytest.mark.parametrize("text", ["\u1019\u102c\u200b\u1000", "\u2764\ufe0f", "caf\u00e9", "\u041c\u043e\u0441\u043a\u0432\u0430"])
def test_what_ordinary_text_needs_stays(text):
    assert marks_of(text, []) == []
