"""The receipt code, as a person copies it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import code
from envelope.errors import FormatError

CODES = st.integers(0, 10**28 - 1).map(lambda number: f"{number:028d}")
MYANMAR = str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉")


def test_a_fresh_code_has_28_digits_and_is_shown_in_eight_groups() -> None:
    fresh = code.generate()
    assert len(fresh) == 28 and fresh.isdecimal() and fresh.isascii()
    assert [len(group) for group in code.show(fresh).split(" ")] == [4] * 8
    assert code.generate() != fresh


def test_the_check_group_is_the_number_modulo_9973() -> None:
    assert code.show("0" * 27 + "1") == "0000 " * 6 + "0001 0001"
    assert code.show("0" * 24 + "9973").endswith("9973 0000")


@given(CODES)
def test_what_is_shown_reads_back_in_both_scripts_and_with_hyphens(digits: str) -> None:
    shown = code.show(digits)
    assert code.parse(shown) == digits
    assert code.parse(shown.translate(MYANMAR)) == digits
    assert code.parse(f" {shown.replace(' ', '-')}\n") == digits


@given(CODES, st.integers(0, 31), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits: str, at: int, shift: int) -> None:
    shown = list(code.show(digits).replace(" ", ""))
    shown[at] = str((int(shown[at]) + shift) % 10)
    with pytest.raises(FormatError):
        code.parse("".join(shown))


@given(CODES, st.integers(0, 30))
def test_two_swapped_digits_are_noticed(digits: str, at: int) -> None:
    shown = list(code.show(digits).replace(" ", ""))
    shown[at], shown[at + 1] = shown[at + 1], shown[at]
    swapped = "".join(shown)
    if swapped != code.show(digits).replace(" ", ""):
        with pytest.raises(FormatError):
            code.parse(swapped)


@pytest.mark.parametrize("typed", ["", "1234", "1" * 33, "1" * 28, "a" * 32, "½" * 32, "²" * 32])
def test_what_is_no_code_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(FormatError) as refusal:
        code.parse(typed)
    assert not typed or typed not in str(refusal.value)
