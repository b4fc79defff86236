"""The custody log: what its chain and signatures catch."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from envelope import canonical, sshsig
from reviewer import custody
from reviewer.custody import Event
from reviewer.errors import CustodyError

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEYS = {"a": KEY.public_key().public_bytes_raw()}
SALT = bytes(range(32))


def chain(*events: Event, key=KEY) -> list[bytes]:
    lines, prev = [], custody.FIRST
    for event in events:
        lines.append(custody.write(event, prev, key))
        prev = custody.digest(lines[-1])
    return lines


EVENTS = [
    Event("medium_in", "a", "2026-11-22", detail={"transfer": 1}),
    Event("received", "a", "2026-11-22", custody.salted(SALT, "ab" * 32)),
    Event("opened", "a", "2026-11-22", custody.salted(SALT, "ab" * 32)),
]


def log(tmp_path, lines: list[bytes]):
    path = tmp_path / "custody.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def test_a_log_reads_back_as_it_was_written(tmp_path):
    lines = chain(*EVENTS)
    read = custody.verify(log(tmp_path, lines), KEYS)
    assert [line.event for line in read] == EVENTS
    assert read[-1].sha256 == custody.digest(lines[-1])


def test_a_line_taken_out_is_noticed(tmp_path):
    first, _, third = chain(*EVENTS)
    with pytest.raises(CustodyError, match=r"Line 2 .* does not follow"):
        custody.verify(log(tmp_path, [first, third]), KEYS)


def test_lines_in_another_order_are_noticed(tmp_path):
    first, second, third = chain(*EVENTS)
    with pytest.raises(CustodyError, match=r"Line 2 .* does not follow"):
        custody.verify(log(tmp_path, [first, third, second]), KEYS)


def test_a_line_by_another_key_is_refused(tmp_path):
    with pytest.raises(CustodyError, match="not signed by the person it names"):
        custody.verify(log(tmp_path, chain(*EVENTS, key=OTHER)), KEYS)


def test_a_line_by_a_stranger_is_refused(tmp_path):
    with pytest.raises(CustodyError, match="whose key is not known"):
        custody.verify(log(tmp_path, chain(Event("opened", "z", "2026-11-22"))), KEYS)


def test_a_signature_for_another_purpose_is_refused(tmp_path):
    line = json.loads(chain(EVENTS[0])[0])
    body = {key: value for key, value in line.items() if key != "sig"}
    line["sig"] = sshsig.sign(KEY, sshsig.RECEIPT, canonical.dumps(body)).decode()
    with pytest.raises(CustodyError, match="Line 1"):
        custody.verify(log(tmp_path, [canonical.dumps(line)]), KEYS)


def test_a_torn_last_line_is_refused(tmp_path):
    path = log(tmp_path, chain(*EVENTS))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(CustodyError, match="middle of a line"):
        custody.verify(path, KEYS)


def test_an_event_the_log_does_not_know_is_not_written():
    with pytest.raises(ValueError, match="danced"):
        custody.write(Event("danced", "a", "2026-11-22"), custody.FIRST, KEY)


def test_a_line_does_not_hold_the_hash_of_the_sealed_file():
    assert b"ab" * 32 not in chain(*EVENTS)[1]


@given(st.data())
def test_any_flipped_bit_of_a_log_is_refused(tmp_path_factory, data):
    whole = b"".join(line + b"\n" for line in chain(*EVENTS))
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[at // 8] ^= 1 << at % 8
    path = tmp_path_factory.mktemp("log") / "custody.jsonl"
    path.write_bytes(flipped)
    with pytest.raises(CustodyError):
        custody.verify(path, KEYS)
