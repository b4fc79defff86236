"""Cards and identities: what is made, what is written, what is refused on reading."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import canonical, sshsig
from envelope.recipient import parse_recipient
from keys.errors import CardError
from keys.identity import AgeIdentity
from keys.person import (
    AUDIENCES,
    Person,
    identity_from_json,
    months,
    new_reader,
    new_reviewer,
    parse_card,
    recipient_fingerprint,
)

ANNA = new_reviewer("anna", "2026-11")
TEAM = new_reader("invented-mechanism", "iimm")
GUARD = new_reader("guard", None)


def changed(data: bytes, **parts: Any) -> bytes:
    """The card with parts replaced, or left out where the value is None."""
    value = json.loads(data) | parts
    return canonical.dumps({key: part for key, part in value.items() if part is not None})


def test_a_reviewer_has_twelve_different_epochs_from_the_first_on() -> None:
    assert list(ANNA.epochs) == [
        "2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04",
        "2027-05", "2027-06", "2027-07", "2027-08", "2027-09", "2027-10",
    ]  # fmt: skip
    assert len({identity.seed for identity in ANNA.epochs.values()}) == 12


@given(st.integers(0, 9000), st.integers(1, 12), st.integers(1, 40))
def test_months_follow_one_another(year: int, month: int, count: int) -> None:
    run = months(f"{year:04d}-{month:02d}", count)
    assert len(set(run)) == count and run == sorted(run)
    assert months(run[-1], 1) == run[-1:]


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01"]
)
def test_a_month_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(CardError):
        months(text, 1)


def test_a_card_says_what_the_private_half_can_open_and_sign() -> None:
    card = parse_card(ANNA.card())
    assert (card.kind, card.name, card.age, card.audience) == ("reviewer", "anna", None, None)
    assert card.sign == ANNA.sign.public_key().public_bytes_raw()
    assert card.epochs == {epoch: i.recipient for epoch, i in ANNA.epochs.items()}
    assert card.fingerprint == sshsig.fingerprint(card.sign)


def test_a_readers_card_has_one_recipient_and_no_signing_key() -> None:
    for reader, kind, audience in ((TEAM, "legal", "iimm"), (GUARD, "protection", None)):
        card = parse_card(reader.card())
        assert (card.kind, card.audience, card.sign) == (kind, audience, None)
        assert card.age == reader.age.recipient
        assert card.fingerprint == recipient_fingerprint(reader.age.recipient)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_legal_card_carries_its_class(audience: str) -> None:
    assert parse_card(new_reader("team", audience).card()).audience == audience


def test_no_private_byte_is_in_a_card_or_a_repr() -> None:
    for person in (ANNA, TEAM, GUARD):
        public = person.card().decode() + repr(person)
        private = person.as_json()
        for secret in (
            private.get("sign"),
            private.get("age"),
            *private.get("epochs", {}).values(),
        ):
            assert secret is None or secret not in public


def test_the_private_half_that_is_written_reads_back() -> None:
    for person in (ANNA, TEAM, GUARD):
        again = identity_from_json(json.loads(canonical.dumps(person.as_json())))
        assert again.as_json() == person.as_json() and again.card() == person.card()
    assert isinstance(identity_from_json(ANNA.as_json()), Person)


@pytest.mark.parametrize("name", ["", "Anna", "anna b", "-anna", "a" * 33, "../x", "အန်နာ", "a\n"])
def test_a_name_that_could_mislead_is_refused(name: str) -> None:
    with pytest.raises(CardError):
        new_reviewer(name, "2026-11")
    with pytest.raises(CardError):
        parse_card(changed(TEAM.card(), name=name))


BROKEN: dict[str, bytes] = {
    "not JSON": b"{",
    "a list": b"[]",
    "spaces": TEAM.card().replace(b",", b", ", 1),
    "another format": changed(TEAM.card(), format="sakse-card@v2"),
    "no kind": changed(TEAM.card(), kind=None),
    "a kind unknown": changed(TEAM.card(), kind="root"),
    "a kind that is no text": changed(TEAM.card(), kind=["legal"]),
    "a part too many": changed(TEAM.card(), email="x"),
    "a part too few": changed(TEAM.card(), age=None),
    "a number for a name": changed(TEAM.card(), name=7),
    "a class unknown": changed(TEAM.card(), **{"class": "public"}),
    "a class on a protection card": changed(GUARD.card(), **{"class": "iimm"}),
    "a classical recipient": changed(TEAM.card(), age="age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"),
    "a private key": changed(TEAM.card(), age=TEAM.age.encode()),
    "an empty recipient": changed(TEAM.card(), age=""),
    "no epoch": changed(ANNA.card(), epochs={}),
    "epochs in a list": changed(ANNA.card(), epochs=["2026-11"]),
    "an epoch misspelt": changed(ANNA.card(), epochs={"2026-1": TEAM.age.recipient}),
    "an epoch that is no text": changed(ANNA.card(), epochs={"2026-11": 1}),
    "one key for two epochs": changed(
        ANNA.card(), epochs={"2026-11": TEAM.age.recipient, "2026-12": TEAM.age.recipient}
    ),
    "too many epochs": changed(
        ANNA.card(),
        epochs={epoch: AgeIdentity.generate().recipient for epoch in months("2026-11", 25)},
    ),
    "a comment behind the key": changed(
        ANNA.card(), sign=sshsig.public_line(ANNA.sign.public_key().public_bytes_raw(), "anna")
    ),
    "a key of another kind": changed(ANNA.card(), sign="ssh-rsa AAAA"),
}  # fmt: skip


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_card_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(CardError):
        parse_card(data)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_parses_encodes_to_the_same_bytes(data: st.DataObject) -> None:
    card = bytearray(data.draw(st.sampled_from([ANNA.card(), TEAM.card(), GUARD.card()])))
    at = data.draw(st.integers(0, len(card) - 1))
    card[at] = data.draw(st.integers(0, 255))
    try:
        parsed = parse_card(bytes(card))
    except CardError:
        return
    assert parsed.encode() == bytes(card)


@pytest.mark.parametrize(
    "parts",
    [
        {"sign": "00" * 31},
        {"sign": ANNA.as_json()["sign"].upper()},
        {"sign": "zz" * 32},
        {"epochs": {"2026-11": "AGE-SECRET-KEY-1"}},
        {"epochs": {"2026-11": TEAM.age.recipient}},
        {"kind": "legal"},
        {"format": "sakse-card@v1"},
    ],
)
def test_a_private_half_damaged_inside_its_lock_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(CardError):
        identity_from_json(ANNA.as_json() | parts)


def test_recipient_fingerprints_are_eight_groups_of_five_digits_and_differ() -> None:
    one, two = (recipient_fingerprint(reader.age.recipient) for reader in (TEAM, GUARD))
    assert one != two and sshsig.normalise_fingerprint(one) == one
    assert len(parse_recipient(TEAM.age.recipient)) == 1216
