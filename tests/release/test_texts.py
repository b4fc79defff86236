"""Tokens and the table of redactions, whatever a reviewer or a forger writes into it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release import coarse, standalone
from release.content import KINDS, Redaction
from release.errors import ReleaseError
from release.texts import (
    NUMBERED,
    TOKEN,
    kind,
    read_redactions,
    tokens,
    without_tokens,
    write_redactions,
)

PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20)
REASON = st.one_of(
    PRINTABLE, st.sampled_from(["=1+1", "'=1", "+a", "-a", "@a", "'", "''x", 'a,"b"'])
)
WORDS = [*coarse.areas(), *coarse.AGES, "[2024]", "[2024-03]"]
TOKENS = st.sampled_from(WORDS) | st.builds("[{}-{:02d}]".format, st.sampled_from(KINDS), st.integers(0, 9999))


@st.composite
def redactions(draw: st.DrawFn) -> Redaction:
    token = draw(TOKENS)
    start = draw(st.integers(0, 10**6))
    field = draw(st.sampled_from(["narrative", "reading", "x3.unit"]))
    return Redaction(field, start, start + len(token), token, token[1], draw(REASON))


@given(st.lists(redactions(), max_size=5))
def test_what_is_written_is_read_again(rows: list[Redaction]) -> None:
    assert read_redactions(write_redactions(rows), "redactions.csv") == tuple(rows)


@given(st.lists(redactions(), max_size=5))
def test_no_cell_begins_like_a_formula(rows: list[Redaction]) -> None:
    for row in csv.reader(io.StringIO(write_redactions(rows).decode())):
        assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in row)


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_what_parses_re_encodes_to_the_same_bytes(tail: bytes) -> None:
    data = write_redactions([]) + tail
    try:
        rows = read_redactions(data, "redactions.csv")
    except ReleaseError as error:
        assert "redactions.csv" in str(error)
    else:
        assert write_redactions(rows) == data


@pytest.mark.parametrize("reason", ["two\nlines", "a\ttab", "a\r", "\u202eback", "\u2028"])
def test_a_reason_with_a_line_break_or_control_character_is_refused(reason: str) -> None:
    with pytest.raises(ReleaseError, match="plain line"):
        write_redactions([Redaction("narrative", 0, 6, "[P-07]", "P", reason)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"field,start,end,token,kind\n",
        b"field,start,end,token,kind,reason\r\n",
        b"field,start,end,token,kind,reason\nnarrative,0,6,[P-07],P\n",
        b"field,start,end,token,kind,reason\nnarrative,00,6,[P-07],P,x\n",
        b"field,start,end,token,kind,reason\nnarrative,0,6,[P-07],P,=x\n",
        b'field,start,end,token,kind,reason\nnarrative,0,6,[P-07],P,"x"\n',
        b"field,start,end,token,kind,reason\nnarrative,0,6,[P-07],P,x",
        b"field,start,end,token,kind,reason\nnarrative,0,6,[P-07],P,\xff\n",
    ],
)
def test_a_table_written_another_way_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseError, match="table of redactions"):
        read_redactions(data, "redactions.csv")


@given(st.lists(st.one_of(TOKENS, PRINTABLE), max_size=8))
def test_taking_tokens_out_and_putting_them_back_gives_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    bare, offsets = without_tokens(text)
    assert len(bare) + sum(map(len, (t for *_, t, _ in tokens("", text)))) == len(text)
    assert len(offsets) <= len(tokens("", text)) and all(0 <= o <= len(bare) for o in offsets)
    for field, start, end, token, letter in tokens("narrative", text):
        assert (field, text[start:end]) == ("narrative", token)
        assert letter == token[1] if NUMBERED.fullmatch(token) else letter in ("", "L", "D", "A")


def test_only_words_of_the_known_form_are_tokens() -> None:
    assert all(TOKEN.fullmatch(t) for t in ("[P-07]", "[L-100]", "[X-0001]"))
    for text in ("P-07", "[P-7]", "[Q-07]", "[p-07]", "[P-07", "[P07]", "[P-၀၇]", "[P-00007]"):
        assert not TOKEN.search(text)


def test_every_coarser_word_is_a_mark_for_both_verifiers_and_has_a_kind() -> None:
    for word in WORDS:
        assert TOKEN.fullmatch(word) and standalone.TOKEN.fullmatch(word), word
        assert kind(word) in "LDA" and coarse.reason(word), word
    assert (standalone.TOKEN.pattern, standalone.TOKEN.flags) == (TOKEN.pattern, TOKEN.flags)


def test_what_only_looks_like_a_coarser_word_has_no_kind() -> None:
    for word in ("[Nowhere township]", "[2024-13]", "[1824]", "[10\u201319]", "[25\u201334]"):
        assert TOKEN.fullmatch(word) and kind(word) == "", word
    for text in ("[20-29]", "[hpakant township]", "[Hpakant]", "[24-03]", "[2024-3]", "[၂၀၂၄-၀၃]"):
        assert not TOKEN.search(text), text
