"""The memory that takes a form's file refuses plaintext at its first wrong byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope.header import VERSION_LINE
from intake.errors import RefusedError
from intake.form import SealedOnly


def written(parts: list[bytes]) -> tuple[int, bytes]:
    """How many parts were taken, and what was kept."""
    sink = SealedOnly()
    for n, part in enumerate(parts):
        try:
            sink.write(part)
        except RefusedError as refused:
            assert refused.key == "not_sealed"
            return n, sink.getvalue()
    return len(parts), sink.getvalue()


@given(st.integers(0, 21), st.binary(max_size=30), st.integers(1, 9))
def test_the_first_byte_that_differs_is_refused_and_not_kept(
    at: int, rest: bytes, step: int
) -> None:
    wrong = bytes([VERSION_LINE[at] ^ 1])
    body = VERSION_LINE[:at] + wrong + rest
    parts = [body[i : i + step] for i in range(0, len(body), step)]
    taken, kept = written(parts)
    assert taken == at // step
    assert kept == VERSION_LINE[: taken * step]


@given(st.binary(max_size=100), st.integers(1, 40))
def test_a_sealed_file_is_kept_in_whatever_parts_it_comes(rest: bytes, step: int) -> None:
    body = VERSION_LINE + rest
    parts = [body[i : i + step] for i in range(0, len(body), step)]
    assert written(parts) == (len(parts), body)


def test_a_form_that_stops_within_the_first_line_is_no_sealed_file() -> None:
    assert written([VERSION_LINE[:5]]) == (1, VERSION_LINE[:5])
    with pytest.raises(RefusedError):
        SealedOnly().write(b"I saw")
