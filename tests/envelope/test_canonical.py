from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import canonical
from envelope.errors import FormatError

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_SCALAR = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT
VALUES = st.recursive(
    _SCALAR, lambda v: st.lists(v, max_size=4) | st.dictionaries(_TEXT, v, max_size=4), max_leaves=20
)


@given(VALUES)
def test_what_is_written_reads_back_and_writes_the_same_bytes(value):
    data = canonical.dumps(value)
    assert canonical.loads_canonical(data, what="It") == value
    assert canonical.dumps(canonical.loads(data, what="It")) == data


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    try:
        value = canonical.loads(data, what="It")
    except FormatError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        assert json.loads(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}', b"1.5", b"1e3", b"NaN", b"Infinity", b'"\\ud800"', b'{"\\udfff":1}',
        b"9007199254740992", b"[" * 40 + b"]" * 40, b"[" * 100000, b'"\xff"', b"", b'{"a":}',
    ],
)  # fmt: skip
def test_what_two_programs_could_read_differently_is_refused(data):
    with pytest.raises(FormatError, match="It "):
        canonical.loads(data, what="It")


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b"[1, 2]", b'"\\u1000"', b"1\n"])
def test_a_second_spelling_of_the_same_value_is_refused(data):
    canonical.loads(data, what="It")
    with pytest.raises(FormatError, match="canonical"):
        canonical.loads_canonical(data, what="It")


def test_more_bytes_than_the_limit_are_refused_unread():
    with pytest.raises(FormatError, match="larger"):
        canonical.loads(b'"' + b"a" * 100 + b'"', what="It", limit=50)
