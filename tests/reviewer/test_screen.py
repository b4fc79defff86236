"""What a terminal is shown."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reviewer.screen import safe, safe_line


@given(st.text())
def test_nothing_that_moves_a_terminal_or_hides_text_is_left(text):
    for char in safe(text):
        assert char in "\n\u200b\u200c\u200d" or unicodedata.category(char)[0] != "C"
    assert "\n" not in safe_line(text)


def test_burmese_and_jinghpaw_are_shown_as_they_are():
    text = "ကျွန်တော် ထွက်\u200bပြေးခဲ့ရတယ်\nAnhte hprawng mat wa sai."
    assert safe(text) == text


def test_bidi_tag_and_escape_characters_are_written_as_codes():
    assert safe("\u202e\U000e0041\x1b[") == "‹U+202E›‹U+E0041›‹U+001B›["
