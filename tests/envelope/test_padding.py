from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import padding
from envelope.errors import FormatError


@given(st.integers(0, padding.LARGEST))
def test_the_bucket_is_the_smallest_that_holds_the_size(size):
    found = padding.bucket(size)
    assert found >= size
    assert not any(size <= other < found for other in padding.BUCKETS)


def test_every_testimony_that_fits_has_the_first_size():
    assert {padding.bucket(n) for n in (0, 1, 1536, 65536)} == {65536}


def test_larger_sizes_grow_in_four_steps_an_octave():
    assert padding.BUCKETS[:6] == (65536, 81920, 98304, 114688, 131072, 163840)
    assert all(size % 131072 == 0 for size in padding.BUCKETS if size > 524288)
    assert padding.BUCKETS[-1] == 112 << 20 == padding.LARGEST


def test_between_1_kb_and_100_mb_less_than_six_bits_leak():
    assert math.log2(len([b for b in padding.BUCKETS if b <= 101 << 20])) < 5.5


def test_a_payload_names_its_bucket_and_no_other_size_has_one():
    for bucket in padding.BUCKETS:
        size = padding.payload_size(bucket)
        assert padding.bucket_of_payload(size) == bucket
        for wrong in (size - 1, size + 1, size - 16):
            with pytest.raises(FormatError, match="size"):
                padding.bucket_of_payload(wrong)


def test_more_than_the_largest_bucket_is_refused():
    with pytest.raises(FormatError, match="112 MiB"):
        padding.bucket(padding.LARGEST + 1)
