"""A form is recognised however it is written, and nothing else is taken for it."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.recognise import Index, core, digit_runs, sound, units, words

LATIN = st.lists(st.text("abcdefghiklmnoprstuwyz", min_size=3, max_size=8), min_size=1, max_size=3)
BURMESE = st.lists(st.sampled_from("မောင် ဇော် ထွန်း လာ ဘ ခင် ဆိုင်း နော်".split()), min_size=2, max_size=4)
BETWEEN = st.sampled_from([" ", "  ", "\n", "-", ". ", ", "])
AROUND = st.sampled_from(["", "they saw ", "\n", "(", "၊ "])


def sought(*forms: str) -> Index:
    index = Index()
    for form in forms:
        index.add(words(form), form)
    return index


@given(LATIN, BETWEEN, AROUND, AROUND, st.booleans())
def test_a_name_is_found_over_any_separator_in_any_case(parts, between, before, after, upper):
    index = sought(" ".join(parts))
    written = between.join(parts).upper() if upper else between.join(parts)
    text = f"{before}{written} {after}"
    assert [text[start:end] for _, (start, end) in index.find(units(text))] == [written]


@given(BURMESE, st.sampled_from(["", " ", "\u200b", "\n"]), AROUND)
def test_a_burmese_name_is_found_with_or_without_breaks(parts, between, before):
    index = sought("".join(parts))
    text = f"{before}{between.join(parts)}"
    assert [name for name, _ in index.find(units(text))] == ["".join(parts)]


@given(LATIN, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_composed_or_not_is_the_same(parts, form):
    text = unicodedata.normalize(form, "é".join(parts))
    assert words(text) == words(unicodedata.normalize("NFC", text))


@given(st.lists(LATIN.map(" ".join), max_size=20), st.text(max_size=80))
@settings(max_examples=60)
def test_what_is_found_is_always_one_of_the_forms(forms, text):
    index = sought(*forms)
    known = {"".join(words(form)) for form in forms}
    for name, (start, end) in index.find(units(text)):
        assert name in forms and 0 <= start < end <= len(text)
        assert "".join(words(text[start:end])) in known


@given(st.text(max_size=200))
def test_units_lie_in_order_inside_the_text(text):
    cut = units(text)
    assert all(0 <= unit.start < unit.end <= len(text) for unit in cut)
    assert all(left.start <= right.start for left, right in pairwise(cut))


def test_a_short_word_is_not_found_across_words_and_a_longer_one_is():
    assert not list(sought("Ana").find(units("an a")))
    assert list(sought("ZauHtunla").find(units("Zau Htunla")))
    assert not list(sought("La").find(units("la la la")))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zau", "Zaw"), ("Hpakant", "Phakant"), ("Hkun", "Khun"), ("Htoi", "Toi"), ("Tsawm", "Jawm"), ("Hkawn", "Khon"), ("Lum", "Loum")],
)
def test_two_romanisations_have_one_sound(one, other):
    assert sound(one.lower()) == sound(other.lower())


@pytest.mark.parametrize(("one", "other"), [("gam", "gun"), ("naw", "nu"), ("tu", "tang"), ("hpakant", "hpakan"), ("mai", "mu")])
def test_different_names_have_different_sounds(one, other):
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("call 09-450 111 222 now", "09450111222"),
        ("zero nine, four five", "0945"),
        ("double five triple one", "55111"),
        ("ninety five oh nine", "9509"),
        ("twenty seven", "27"),
        ("သုည ကိုး", "09"),
        ("၀၉", "09"),
        ("jahku mali", "94"),
    ],
)
def test_digits_are_read_in_figures_and_words(text, run):
    assert [digits for digits, _ in digit_runs(units(text))] == [run]


def test_a_number_is_known_by_what_is_left_without_its_prefix():
    assert core("+959450111222".lstrip("+")) == core("09450111222") == "9450111222"
    assert core("450") == ""
