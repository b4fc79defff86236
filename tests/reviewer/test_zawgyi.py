"""Zawgyi is read as Unicode, and every syllable of the reading leads back to its original."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.zawgyi import _SIGNS, SYLLABLE, _is_likely, is_zawgyi, to_unicode

PAIRS = [
    ("ေက်ာင္းသားေတြ ထြက္ေျပးၾကတယ္။", "ကျောင်းသားတွေ ထွက်ပြေးကြတယ်။"),
    ("ကြၽန္ေတာ္ မေန႔က ဘုရားေက်ာင္းမွာ ရွိတယ္", "ကျွန်တော် မနေ့က ဘုရားကျောင်းမှာ ရှိတယ်"),
    ("စစ္သားေတြ ႐ြာထဲကို ဝင္လာၿပီး သူငယ္ခ်င္းကို ဖမ္းသြားတယ္", "စစ်သားတွေ ရွာထဲကို ဝင်လာပြီး သူငယ်ချင်းကို ဖမ်းသွားတယ်"),
]  # fmt: skip
ZAWGYI = [zawgyi for zawgyi, _ in PAIRS]
MIXED = st.lists(
    st.one_of(
        st.sampled_from(ZAWGYI),
        st.sampled_from([u for _, u in PAIRS]),
        st.text(st.characters(), max_size=20),
        st.text(st.characters(min_codepoint=0x1000, max_codepoint=0x109F), max_size=20),
    ),
    max_size=6,
)


@pytest.mark.parametrize(("zawgyi", "unicode"), PAIRS)
def test_zawgyi_is_converted(zawgyi, unicode):
    reading = to_unicode(zawgyi)
    assert reading.converted
    assert unicodedata.normalize("NFC", reading.text) == unicodedata.normalize("NFC", unicode)


@pytest.mark.parametrize(
    "text", [u for _, u in PAIRS] + ["", "Ngai gaw Lahpai Gam re.", "၀၉ 123", "\ud800"]
)
def test_unicode_and_latin_are_untouched(text):
    reading = to_unicode(text)
    assert not reading.converted
    assert reading.text == text
    assert reading.offsets == tuple((i, i + 1) for i in range(len(text)))


@pytest.mark.parametrize("text", ["မိုးရွာတဲ့ညဆို", "ကြားရလား။", "မိုးရွာတဲ့ညဆို\nကြားရလား။\n"])
def test_short_lines_that_could_be_either_are_untouched(text):
    assert any(_is_likely(line) for line in text.split("\n"))
    assert to_unicode(text).text == text


def test_a_short_line_beside_certain_zawgyi_is_read_with_it():
    zawgyi, _ = PAIRS[0]
    assert to_unicode("ၾကားရလား။\n" + zawgyi).text.startswith("ကြားရလား။")
    assert to_unicode(f"မိုးရြာတယ္\n{zawgyi}").text.startswith("မိုးရွာတယ်")


def test_the_signs_of_zawgyi_are_those_of_the_page():
    page = (Path(__file__).parents[2] / "browser/src/zawgyi.js").read_text("utf-8")
    listed = re.search(r"const ZAWGYI = new RegExp\(\[\n(.*?)\]\.join", page, re.DOTALL)
    signs = [sign.replace("\\\\", "\\") for sign in re.findall(r'"(.*)",', listed[1])]
    assert "|".join(signs) == _SIGNS.pattern


def test_only_the_lines_in_zawgyi_are_converted():
    zawgyi, unicode = PAIRS[0]
    reading = to_unicode(f"{unicode}\n{zawgyi}\nin English\n")
    first, second, third, _ = reading.text.split("\n")
    assert (first, third) == (unicode, "in English")
    assert not is_zawgyi(second)


def test_a_word_leads_back_to_the_whole_word_of_the_original():
    zawgyi, _ = PAIRS[1]
    reading = to_unicode(zawgyi)
    at = reading.text.index("ဘုရားကျောင်း")
    start, end = reading.span(at, at + len("ဘုရားကျောင်း"))
    assert zawgyi[start:end] == "ဘုရားေက်ာင္း"


def test_an_empty_span_is_refused():
    with pytest.raises(ValueError, match="nothing behind"):
        to_unicode("abc").span(1, 1)


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_the_way_back_covers_the_text_and_never_runs_backwards(parts):
    text = "\n".join(parts)
    reading = to_unicode(text)
    assert len(reading.offsets) == len(reading.text)
    behind = set[int]()
    before = (0, 0)
    for start, end in reading.offsets:
        assert 0 <= start < end <= len(text)
        assert before[0] <= start
        assert before[1] <= end
        before = (start, end)
        behind |= set(range(start, end))
    if reading.text:
        assert behind == set(range(len(text)))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZAWGYI), st.integers(0, 60))
def test_all_points_of_a_syllable_lead_back_to_one_span(zawgyi, at):
    reading = to_unicode(zawgyi)
    for match in SYLLABLE.finditer(reading.text):
        assert len(set(reading.offsets[match.start() : match.end()])) == 1
