from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import bech32
from envelope.errors import FormatError
from envelope.recipient import parse_recipient

# BIP-173's own valid and invalid strings (those within its 90 characters).
VALID = [
    "A12UEL5L", "a12uel5l", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
]  # fmt: skip
INVALID = [
    "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee",
    "a12UEL5L", "a12uel5m", "", "1", "a1", "\u1041a12uel5l",
]  # fmt: skip


@given(st.sampled_from(["age1pq", "AGE-SECRET-KEY-PQ-", "x"]), st.binary(max_size=1300))
def test_any_bytes_come_back(hrp, data):
    text = bech32.encode(hrp, data)
    assert bech32.decode(text) == (hrp, data)
    assert text in (text.lower(), text.upper())


@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_changed_sign_is_noticed(data, draw):
    text = bech32.encode("age1pq", data)
    at = draw.draw(st.integers(0, len(text) - 1))
    other = draw.draw(st.characters(codec="ascii", exclude_characters=text[at]))
    with pytest.raises(FormatError):
        bech32.decode(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize("text", VALID)
def test_the_published_valid_strings_are_read(text):
    hrp, data = bech32.decode(text)
    assert bech32.encode(hrp, data) == text


@pytest.mark.parametrize("text", INVALID)
def test_the_published_invalid_strings_are_refused(text):
    with pytest.raises(FormatError):
        bech32.decode(text)


def test_a_classical_or_short_recipient_is_refused():
    for text in (bech32.encode("age", bytes(32)), bech32.encode("age1pq", bytes(1215))):
        with pytest.raises(FormatError, match="post-quantum"):
            parse_recipient(text)
    assert parse_recipient(bech32.encode("age1pq", bytes(1216))) == bytes(1216)
