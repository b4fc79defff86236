from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope.errors import HeaderError
from envelope.header import (
    MAX_HEADER,
    PQ,
    VERSION_LINE,
    Header,
    Stanza,
    b64encode,
    grease_body,
    parse,
    require_pq,
)  # fmt: skip

_ARG = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
_STANZA = st.builds(Stanza, _ARG, st.lists(_ARG, max_size=3).map(tuple), st.binary(max_size=200))
HEADERS = st.builds(
    Header, st.lists(_STANZA, min_size=1, max_size=5).map(tuple), st.binary(min_size=32, max_size=32)
)
PQ_STANZA = Stanza(PQ, (b64encode(bytes(1120)).decode(),), bytes(32))
GREASE = Stanza("Xk-grease", (), bytes(range(32)))


def header(*stanzas):
    return Header(stanzas, bytes(32))


@given(HEADERS, st.binary(max_size=50))
def test_what_is_written_parses_to_the_same_and_says_where_the_payload_begins(written, rest):
    data = written.encode()
    assert parse(data + rest) == (written, len(data))


@given(HEADERS, st.data())
def test_a_changed_byte_is_refused_or_re_encodes_to_itself(written, draw):
    data = bytearray(written.encode())
    data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        read, end = parse(bytes(data))
    except HeaderError as error:
        assert str(error).endswith(".")
    else:
        assert read.encode() == bytes(data[:end])


@pytest.mark.parametrize("cut", [0, 1, 10, 22, 23, 30, 60, 90])
def test_a_cut_header_is_refused(cut):
    data = header(GREASE).encode()
    with pytest.raises(HeaderError):
        parse(data[:cut])


@pytest.mark.parametrize(
    "bad",
    [
        VERSION_LINE + b"--- " + b64encode(bytes(32)) + b"\n",
        VERSION_LINE + b"-> a\n\n--- " + b64encode(bytes(31)) + b"\n",
        VERSION_LINE + b"-> a\n\n--- " + b64encode(bytes(32)) + b"=\n",
        VERSION_LINE + b"-> a\n" + b"A" * 65 + b"\n\n--- " + b64encode(bytes(32)) + b"\n",
        VERSION_LINE + b"->\n\n--- " + b64encode(bytes(32)) + b"\n",
        VERSION_LINE + b"-> a  b\n\n--- " + b64encode(bytes(32)) + b"\n",
        VERSION_LINE + b"-> a\r\n\n--- " + b64encode(bytes(32)) + b"\n",
        VERSION_LINE + b"-> a\nAB\n--- " + b64encode(bytes(32)) + b"\n",
        b"age-encryption.org/v2\n-> a\n\n--- " + b64encode(bytes(32)) + b"\n",
    ],
)
def test_a_header_with_a_second_spelling_is_refused(bad):
    with pytest.raises(HeaderError):
        parse(bad)


def test_a_million_stanzas_are_refused_without_reading_past_one_mebibyte():
    data = VERSION_LINE + b"-> a\n\n" * 10**6
    assert len(data) > MAX_HEADER
    with pytest.raises(HeaderError, match="more recipients than any file needs"):
        parse(data)


def test_post_quantum_recipients_and_one_commitment_are_a_testimony():
    good = header(PQ_STANZA, PQ_STANZA, GREASE)
    require_pq(good, grease=True)
    assert grease_body(good) == bytes(range(32))
    require_pq(header(PQ_STANZA), grease=False)


@pytest.mark.parametrize(
    ("stanzas", "grease", "sentence"),
    [
        ((PQ_STANZA,), True, "exactly one commitment"),
        ((PQ_STANZA, GREASE, GREASE), True, "exactly one commitment"),
        ((PQ_STANZA, GREASE), False, "none belongs"),
        ((GREASE,), True, "no recipient"),
        ((PQ_STANZA, Stanza("X25519", ("A",), bytes(32)), GREASE), True, "not post-quantum"),
        ((PQ_STANZA, Stanza("scrypt", ("A", "18"), bytes(32)), GREASE), True, "not post-quantum"),
        ((PQ_STANZA, Stanza("Xk-grease", (), bytes(31))), True, "wrong form"),
        ((PQ_STANZA, Stanza("Xk-grease", ("a",), bytes(32))), True, "wrong form"),
        ((PQ_STANZA, Stanza("abcdefghi-grease", (), bytes(32))), True, "not post-quantum"),
        ((PQ_STANZA, Stanza("-grease", (), bytes(32))), True, "not post-quantum"),
        ((Stanza(PQ, (), bytes(32)), GREASE), True, "wrong form"),
        ((Stanza(PQ, PQ_STANZA.args, bytes(31)), GREASE), True, "wrong form"),
        ((Stanza(PQ, ("AAAA",), bytes(32)), GREASE), True, "wrong length"),
        ((Stanza(PQ, ("not base64",), bytes(32)), GREASE), True, "base64"),
        ((PQ_STANZA,) * 64 + (GREASE,), True, "over 64"),
    ],
)
def test_any_other_set_of_stanzas_is_refused(stanzas, grease, sentence):
    with pytest.raises(HeaderError, match=sentence):
        require_pq(header(*stanzas), grease=grease)


def test_sixty_four_stanzas_are_still_allowed():
    require_pq(header(*(PQ_STANZA,) * 63, GREASE), grease=True)


def test_random_bytes_are_not_a_sealed_file():
    with pytest.raises(HeaderError, match="not a sealed file"):
        parse(os.urandom(1000))


@pytest.mark.parametrize("line", [b"-> a" + b" b" * 500_000, b"-> " + b"a" * 1_000_000])
def test_a_line_longer_than_any_file_needs_is_refused_at_once(line):
    with pytest.raises(HeaderError, match="longer"):
        parse(VERSION_LINE + line + b"\n\n--- " + b64encode(bytes(32)) + b"\n")
