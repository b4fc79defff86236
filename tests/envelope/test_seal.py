from __future__ import annotations

import io
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from envelope import bech32, header, padding, stream
from envelope.errors import FormatError
from envelope.seal import seal


def _recipient():
    mlkem = MLKEM768PrivateKey.generate().public_key().public_bytes_raw()
    return bech32.encode("age1pq", mlkem + X25519PrivateKey.generate().public_key().public_bytes_raw())


FIRST, SECOND = _recipient(), _recipient()
C = bytes(range(32))


def sealed(source, recipients=(FIRST, SECOND), grease=C):
    out = io.BytesIO()
    seal(source, out, recipients, grease=grease)
    return out.getvalue()


def test_a_sealed_file_is_post_quantum_throughout_and_carries_the_commitment():
    data = sealed([b"invented"])
    read, _ = header.parse(data)
    header.require_pq(read, grease=True)
    assert header.grease_body(read) == C
    assert [s.type for s in read.stanzas[:2]] == [header.PQ] * 2


def test_without_a_commitment_no_grease_is_written():
    header.require_pq(header.parse(sealed([b""], grease=None))[0], grease=False)


@pytest.mark.parametrize(
    "recipients",
    [(), (FIRST, FIRST), (bech32.encode("age", bytes(32)),), (FIRST, bech32.encode("age", bytes(32))), ("age1pq1x",), (FIRST[:-1],)],
)
def test_any_other_recipient_is_refused_before_a_byte_is_written(recipients):
    out = io.BytesIO()
    with pytest.raises(FormatError):
        seal([b"invented"], out, recipients, grease=C)
    assert out.getvalue() == b""


def test_nothing_repeats_between_two_sealings_of_the_same_words():
    parts = []
    for data in (sealed([bytes(65536)]), sealed([bytes(65536)])):
        read, offset = header.parse(data)
        secret = [s for s in read.stanzas if not header.is_grease(s)]
        payload = data[offset:]
        blocks = {payload[i : i + 16] for i in range(0, len(payload) - 15, 16)}
        parts.append({read.mac, *blocks, *(s.body for s in secret), *(s.args[0] for s in secret)})
    assert not parts[0] & parts[1]


@given(st.lists(st.binary(max_size=70000), max_size=4))
def test_a_payload_has_the_size_its_content_says(source):
    size = sum(map(len, source))
    chunks = list(stream.encrypt(bytes(32), source))
    assert sum(map(len, chunks)) == size + 16 * max(1, -(-size // stream.CHUNK))
    assert all(len(c) == stream.CHUNK + 16 for c in chunks[:-1])


def test_the_pieces_a_source_comes_in_do_not_show():
    data = os.urandom(3 * stream.CHUNK)
    for step in (1000, stream.CHUNK, stream.CHUNK + 1, len(data)):
        pieces = [data[i : i + step] for i in range(0, len(data), step)]
        assert b"".join(stream.encrypt(bytes(32), pieces)) == b"".join(stream.encrypt(bytes(32), [data]))


def test_a_padded_file_has_the_size_of_a_bucket():
    data = sealed([bytes(padding.FIRST)])
    _, offset = header.parse(data)
    assert padding.bucket_of_payload(len(data) - offset) == padding.FIRST


def test_two_files_of_one_team_have_exactly_one_size():
    assert len({len(sealed([bytes(padding.FIRST)])) for _ in range(20)}) == 1


@pytest.mark.parametrize("key", [b"\xff" * 1216, bytes(1216)])
def test_bytes_that_are_no_key_are_refused_in_a_sentence(key):
    with pytest.raises(FormatError, match="no key that can be sealed to"):
        sealed([b"invented"], (FIRST, bech32.encode("age1pq", key)))
