"""The post-quantum identity: its texts, and what it takes out of a stanza."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import bech32
from envelope.errors import FormatError, HeaderError
from envelope.header import PQ, Header, Stanza
from envelope.seal import seal
from keys.agefile import read_header
from keys.identity import AgeIdentity
from tests.keys.test_cctv_age import load

ANNA, BAWM = AgeIdentity.generate(), AgeIdentity.generate()


def sealed_to(*identities: AgeIdentity) -> Header:
    out = io.BytesIO()
    seal([b"invented"], out, [i.recipient for i in identities], grease=None)
    out.seek(0)
    return read_header(out)


@settings(deadline=None, max_examples=50)
@given(st.binary(min_size=32, max_size=32))
def test_an_identity_that_is_written_reads_back(seed: bytes) -> None:
    identity = AgeIdentity(seed)
    assert AgeIdentity.parse(identity.encode()) == identity
    assert identity.encode().startswith("AGE-SECRET-KEY-PQ-1")
    assert identity.recipient.startswith("age1pq1")


def test_the_recipient_of_a_published_identity_gets_its_published_file_key() -> None:
    vector = load("hybrid")
    header = read_header(io.BytesIO(vector.file))
    identity = AgeIdentity.parse(vector.headers["identity"])
    assert identity.unwrap(header.stanzas[0]) == bytes.fromhex(vector.headers["file key"])


def test_an_identity_shows_its_key_in_no_repr() -> None:
    text = repr(ANNA) + str(ANNA)
    assert ANNA.encode() not in text and ANNA.seed.hex() not in text and repr(ANNA.seed) not in text


def test_two_identities_made_one_after_the_other_differ() -> None:
    assert ANNA.seed != BAWM.seed and ANNA.recipient != BAWM.recipient


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0",
        bech32.encode("AGE-SECRET-KEY-PQ-", bytes(31)),
        bech32.encode("AGE-SECRET-KEY-PQ-", bytes(33)),
        bech32.encode("age-secret-key-pq-", bytes(32)),
        ANNA.recipient,
        ANNA.encode()[:-1] + ("Q" if ANNA.encode()[-1] != "Q" else "P"),
    ],
    ids=["empty", "classical", "short", "long", "wrong case", "recipient", "checksum"],
)
def test_any_other_key_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        AgeIdentity.parse(text)


def test_only_the_recipients_own_stanza_gives_the_file_key() -> None:
    header = sealed_to(ANNA, BAWM)
    assert [ANNA.unwrap(s) is not None for s in header.stanzas] == [True, False]
    assert [BAWM.unwrap(s) is not None for s in header.stanzas] == [False, True]


def test_a_stanza_of_another_type_is_left_alone() -> None:
    assert ANNA.unwrap(Stanza("X25519", ("x",), bytes(32))) is None
    assert ANNA.unwrap(Stanza("abc-grease", (), bytes(32))) is None


@pytest.mark.parametrize(
    "stanza",
    [
        Stanza(PQ, (), bytes(32)),
        Stanza(PQ, ("AAAA",), bytes(32)),
        Stanza(PQ, (base64.b64encode(bytes(1120)).decode().rstrip("="), "more"), bytes(32)),
        Stanza(PQ, (base64.b64encode(bytes(1120)).decode().rstrip("="),), bytes(33)),
        Stanza(PQ, (base64.b64encode(bytes(1120)).decode(),), bytes(32)),
        Stanza(PQ, (base64.b64encode(bytes(1120)).decode().rstrip("="),), bytes(32)),
    ],
    ids=["no argument", "short", "two arguments", "long body", "padding", "low order"],
)
def test_a_post_quantum_stanza_of_a_wrong_form_is_refused(stanza: Stanza) -> None:
    with pytest.raises(HeaderError):
        ANNA.unwrap(stanza)


def test_a_corrupted_share_is_not_for_us() -> None:
    stanza = sealed_to(ANNA).stanzas[0]
    enc = bytearray(base64.b64decode(stanza.args[0] + "=="))
    for at in (0, 1087, 1088, 1100):
        broken = bytearray(enc)
        broken[at] ^= 1
        text = base64.b64encode(broken).decode().rstrip("=")
        assert ANNA.unwrap(Stanza(PQ, (text,), stanza.body)) is None
