"""One text as sealed, as shown and as searched. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.passage import LONG_PARAGRAPH, Passage, paragraphs, spelled

BURMESE = "စစ်သားတွေက ဦးထွန်းထွန်း ကို ဖမ်းသွားတယ်။"
# "မင်္ဂလာပါ ကိုအောင်" as old phones write it.
ZAWGYI = "မဂၤလာပါ ကိုေအာင္ ေျပာတယ္"

texts = st.text(
    st.sampled_from("aB 9.\n\u200b\u202eကခေါင်္းျွ၀ဝ။é\U000e0041") | st.characters(), max_size=60
)


@given(texts)
def test_paragraphs_are_all_of_a_text_and_nothing_twice(text):
    found = paragraphs(text)
    assert "".join(text[start:end] for start, end in found) == text
    assert all(start < end for start, end in found)


@given(st.integers(1, 4000), st.sampled_from("a က။ "))
def test_no_paragraph_is_longer_than_a_screen(length, char):
    assert all(end - start <= LONG_PARAGRAPH + 1 for start, end in paragraphs(char * length + "x"))


@given(texts)
def test_a_mention_is_always_a_span_of_the_sealed_text(text):
    passage = Passage(text)
    for form in {spelled(text[:n]) for n in range(2, 12)}:
        for start, end in passage.mentions(form):
            assert 0 <= start < end <= len(text)


@given(texts, st.integers(0, 60), st.integers(0, 60))
def test_a_click_or_a_marking_takes_whole_words_and_syllables_or_nothing(text, start, end):
    passage = Passage(text)
    span = passage.whole(start, end)
    if span is not None:
        assert passage.whole(*passage.to_shown(*span)) == span


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("Tun Tun and tun tun, TUN TUN's", "Tun Tun", 3),
        ("Tuntun, StunTun", "Tun", 0),
        ("She called 09 444 and ၀၉ ၄၄၄", "09 444", 2),
        ("Zaw\u200b Lin", "Zaw Lin", 1),
        (BURMESE, "ထွန်းထွန်း", 1),
        (BURMESE, "ထွန်းထွ", 0),  # not half a syllable
        (ZAWGYI, "အောင်", 1),
        ("anything", "", 0),
        ("a b a", "a", 0),
    ],
)
def test_a_form_is_found_as_whole_words_in_any_spelling(text, form, found):
    assert len(list(Passage(text).mentions(spelled(form)))) == found


def test_what_is_found_in_zawgyi_is_a_span_of_the_zawgyi():
    passage = Passage(ZAWGYI)
    (span,) = passage.mentions(spelled("ကိုအောင်"))
    assert ZAWGYI[slice(*span)] == "ကိုေအာင္"
    assert passage.form(*span) == "ကိုအောင်"


def test_one_click_into_a_burmese_word_takes_its_syllable():
    passage = Passage(BURMESE)
    at = BURMESE.index("ထွန်း") + 2  # on a mark within it
    assert BURMESE[slice(*passage.whole(at, at))] == "ထွန်း"


@pytest.mark.parametrize(
    ("left", "right", "becomes"),
    [
        (0, 1, "Tun Tun came"),
        (0, -1, "Tun"),
        (1, 0, "U Tun Tun"),
        (-1, 0, "Tun"),
        (0, -2, "Tun Tun"),
        (9, 9, "Then U Tun Tun came"),
    ],
)
def test_a_mention_grows_and_shrinks_by_words_and_never_to_nothing(left, right, becomes):
    text = "Then U Tun Tun came."
    start, end = Passage(text).stretched(7, 14, left, right)
    assert text[start:end] == becomes


def test_a_burmese_mention_grows_by_one_syllable():
    text = "ဦးထွန်းထွန်း ကို"
    passage = Passage(text)
    (span,) = passage.mentions(spelled("ဦးထွန်း"))
    assert text[slice(*passage.stretched(*span, 0, 1))] == "ဦးထွန်းထွန်း"
