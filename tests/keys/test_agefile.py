"""Opening what envelope.seal wrote, and refusing whatever was changed on the way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope.errors import FormatError, HeaderError, SakseError
from envelope.header import MAX_HEADER, VERSION_LINE
from envelope.seal import seal
from envelope.stream import CHUNK, TAG
from keys.agefile import Identity, decrypt, open_file, read_header, unwrap
from keys.errors import HeaderMacError, NoIdentity, PayloadError
from keys.identity import AgeIdentity

ANNA, BAWM, STRANGER = (AgeIdentity.generate() for _ in range(3))
COMMITMENT = bytes(range(32))
SEALED_CHUNK = CHUNK + TAG


def sealed(
    plain: bytes, to: Iterable[AgeIdentity] = (ANNA,), grease: bytes | None = COMMITMENT
) -> bytes:
    out = io.BytesIO()
    seal([plain], out, [identity.recipient for identity in to], grease=grease)
    return out.getvalue()


def opened(data: bytes, identities: Iterable[Identity] = (ANNA,), testimony: bool = True) -> bytes:
    return b"".join(open_file(io.BytesIO(data), identities, testimony=testimony).chunks)


def payload_start(data: bytes) -> int:
    source = io.BytesIO(data)
    read_header(source)
    return source.tell() + 16


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 200_000])
def test_every_recipient_opens_what_was_sealed(size: int) -> None:
    plain = os.urandom(size)
    data = sealed(plain, [ANNA, BAWM])
    assert opened(data, [ANNA]) == plain
    assert opened(data, [STRANGER, BAWM]) == plain


@settings(deadline=None, max_examples=30)
@given(plain=st.binary(max_size=5000), pieces=st.integers(1, 7))
def test_the_source_may_come_in_pieces_of_any_size(plain: bytes, pieces: int) -> None:
    out = io.BytesIO()
    seal([plain[n::pieces] for n in range(pieces)], out, [ANNA.recipient], grease=None)
    assert opened(out.getvalue(), testimony=False) == b"".join(
        plain[n::pieces] for n in range(pieces)
    )


def test_the_file_key_that_is_kept_opens_the_payload_without_an_identity() -> None:
    data = sealed(b"kept")
    file_key = open_file(io.BytesIO(data), [ANNA], testimony=True).file_key
    source = io.BytesIO(data)
    read_header(source)
    assert b"".join(decrypt(file_key, source)) == b"kept"


def test_a_file_for_somebody_else_opens_with_no_key_here() -> None:
    for identities in ([], [STRANGER], [STRANGER, BAWM]):
        with pytest.raises(NoIdentity, match="its epoch's key is burned"):
            opened(sealed(b"x"), identities)


def test_a_testimony_without_its_commitment_is_refused_before_any_key_is_tried() -> None:
    class Untried:
        def unwrap(self, _stanza: object) -> bytes | None:
            raise AssertionError("a key was tried")

    with pytest.raises(HeaderError):
        opened(sealed(b"x", grease=None), [Untried()])
    assert opened(sealed(b"x", grease=None), testimony=False) == b"x"


def test_every_single_bit_flip_of_the_header_is_refused_before_the_payload() -> None:
    data = sealed(b"x")
    end = payload_start(data) - 16
    for bit in range(end * 8):
        broken = bytearray(data)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises((FormatError, NoIdentity)):
            open_file(io.BytesIO(bytes(broken)), [ANNA], testimony=True)


def test_a_stanza_taken_out_put_in_or_moved_breaks_the_mac() -> None:
    data = sealed(b"x", [ANNA, BAWM], grease=None)
    header = read_header(io.BytesIO(data))
    one, two = (stanza.encode() for stanza in header.stanzas)
    other = read_header(io.BytesIO(sealed(b"x", [STRANGER], grease=None))).stanzas[0].encode()
    for changed in (one, two + one, one + two + two, one + two + other):
        start = len(VERSION_LINE)
        broken = data[:start] + changed + data[start + len(one + two) :]
        with pytest.raises(HeaderMacError):
            opened(broken, testimony=False)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_bit_flip_of_the_payload_is_refused(data: st.DataObject) -> None:
    whole = sealed(bytes(CHUNK + 100))
    at = data.draw(st.integers(payload_start(whole) - 16, len(whole) - 1))
    broken = bytearray(whole)
    broken[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(PayloadError):
        opened(bytes(broken))


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_every_kind_of_truncation_is_refused(size: int) -> None:
    whole = sealed(bytes(size))
    start = payload_start(whole)
    edges = range(start, len(whole), SEALED_CHUNK)
    cuts = {cut for edge in edges for cut in (edge - 1, edge, edge + 1, edge + 15, edge + 16)}
    for cut in sorted(c for c in {*cuts, len(whole) - 1, len(whole) - TAG} if c < len(whole)):
        with pytest.raises(SakseError):
            opened(whole[:cut])


def test_every_cut_inside_the_header_is_refused() -> None:
    whole = sealed(b"x")
    for cut in range(payload_start(whole)):
        with pytest.raises(HeaderError):
            opened(whole[:cut])


def test_chunks_moved_dropped_doubled_or_added_are_refused() -> None:
    whole = sealed(os.urandom(3 * CHUNK))
    start = payload_start(whole)
    one, two, three = (whole[start + n * SEALED_CHUNK :][:SEALED_CHUNK] for n in range(3))
    for payload in (
        one + three + two, two + one + three, one + three, one + two, one + two + two + three,
        three, one + two + three + three, one + two + three + b"\0", one + two + three + bytes(TAG),
    ):  # fmt: skip
        with pytest.raises(PayloadError):
            opened(whole[:start] + payload)


def test_nothing_of_a_changed_chunk_is_handed_out() -> None:
    whole = bytearray(sealed(bytes(3 * CHUNK)))
    whole[payload_start(bytes(whole)) + SEALED_CHUNK + 5] ^= 1
    chunks = open_file(io.BytesIO(bytes(whole)), [ANNA], testimony=True).chunks
    assert next(chunks) == bytes(CHUNK)
    with pytest.raises(PayloadError):
        next(chunks)


@given(st.binary(max_size=400))
def test_bytes_that_are_no_age_file_are_refused_with_a_sentence(data: bytes) -> None:
    for start in (b"", VERSION_LINE, VERSION_LINE + b"-> "):
        with pytest.raises(HeaderError):
            opened(start + data)


def test_a_header_that_never_ends_is_refused_within_its_limit() -> None:
    endless = VERSION_LINE + b"-> a\n\n" * 1_000_000
    source = io.BytesIO(endless)
    started = time.process_time()
    with pytest.raises(HeaderError):
        read_header(source)
    assert source.tell() <= MAX_HEADER
    assert time.process_time() - started < 5


def test_a_file_that_does_not_begin_as_age_is_refused_after_its_first_line() -> None:
    source = io.BytesIO(b"x" * 10_000_000)
    with pytest.raises(HeaderError):
        read_header(source)
    assert source.tell() <= len(VERSION_LINE)


def test_a_pipe_that_hands_over_little_at_a_time_is_read_whole() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1000))

    plain = os.urandom(150_000)
    chunks = open_file(Trickle(sealed(plain)), [ANNA], testimony=True).chunks
    assert b"".join(chunks) == plain


def test_the_file_key_shows_in_no_repr() -> None:
    result = open_file(io.BytesIO(sealed(b"x")), [ANNA], testimony=True)
    assert repr(result.file_key) not in repr(result)


def test_a_wrong_file_key_never_passes_the_mac() -> None:
    class Liar:
        def unwrap(self, _stanza: object) -> bytes | None:
            return bytes(16)

    with pytest.raises(HeaderMacError):
        unwrap(read_header(io.BytesIO(sealed(b"x"))), [Liar()])


def test_a_hundred_megabytes_are_opened_in_little_memory(tmp_path: Path) -> None:
    size = 100 << 20
    with (tmp_path / "big.age").open("wb") as out:
        seal((bytes(1 << 20) for _ in range(100)), out, [ANNA.recipient], grease=None)
    code = f"""
import resource, sys
from keys.agefile import open_file
from keys.identity import AgeIdentity
identity = AgeIdentity.parse(sys.stdin.read())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open({str(tmp_path / "big.age")!r}, "rb") as source:
    size = sum(map(len, open_file(source, [identity], testimony=False).chunks))
print(size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=ANNA.encode(),
        capture_output=True,
        text=True,
        check=True,
    )
    opened_size, grown_kib = map(int, done.stdout.split())
    assert opened_size == size and grown_kib < 8 * 1024
