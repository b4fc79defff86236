"""Persons of a team: their private identities and the public cards made of them (laptop, legal).

A reviewer signs and has one age identity for each month, so that an old month's can be burned. A
reader (a legal team, or the protection officer who alone reads contacts) has one age identity and
signs nothing. Layouts: doc/FORMAT.md, cards and identities.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import canonical, sshsig
from envelope.errors import FormatError, SignatureError
from envelope.recipient import parse_recipient
from envelope.seal import seal
from keys.errors import CardError
from keys.identity import AgeIdentity

CARD_FORMAT = "sakse-card@v1"
IDENTITY_FORMAT = "sakse-identity@v1"
REVIEWER, LEGAL, PROTECTION = "reviewer", "legal", "protection"
# Who may receive a release: the codes of c2 but `public`, which has no key.
AUDIENCES = ("iimm", "icc", "courts_abroad", "un", "ngo")
EPOCHS_AHEAD = 12
MAX_EPOCHS = 24
MAX_SIZE = 128 << 10
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_EPOCH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Card:
    """What a person hands out: `sign` and `epochs` for a reviewer, `age` for a reader.

    `audience` is the class of a legal team, one of AUDIENCES.
    """

    kind: str
    name: str
    sign: bytes | None = None
    epochs: Mapping[str, str] = field(default_factory=dict)
    age: str | None = None
    audience: str | None = None

    def encode(self) -> bytes:
        """Return the card's canonical JSON."""
        value: dict[str, Any] = {"format": CARD_FORMAT, "kind": self.kind, "name": self.name}
        if self.sign is not None:
            value |= {"sign": sshsig.public_line(self.sign), "epochs": dict(self.epochs)}
        if self.age is not None:
            value["age"] = self.age
        if self.audience is not None:
            value["class"] = self.audience
        return canonical.dumps(value)

    @property
    def fingerprint(self) -> str:
        """The digits to compare by voice: of the signing key, or of a reader's recipient."""
        if self.sign is not None:
            return sshsig.fingerprint(self.sign)
        return recipient_fingerprint(self.age or "")


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewer's private half: a signing key and one age identity for each epoch."""

    name: str
    sign: Ed25519PrivateKey = field(repr=False)
    epochs: Mapping[str, AgeIdentity]

    @property
    def kind(self) -> str:
        """Always `reviewer`."""
        return REVIEWER

    def card(self) -> bytes:
        """Return the public card."""
        epochs = {epoch: identity.recipient for epoch, identity in self.epochs.items()}
        raw = self.sign.public_key().public_bytes_raw()
        return Card(REVIEWER, self.name, sign=raw, epochs=epochs).encode()

    def as_json(self) -> dict[str, Any]:
        """Return the private JSON object, for a locked file and nothing else."""
        return {
            "format": IDENTITY_FORMAT,
            "kind": REVIEWER,
            "name": self.name,
            "sign": self.sign.private_bytes_raw().hex(),
            "epochs": {epoch: identity.encode() for epoch, identity in self.epochs.items()},
        }


@dataclass(frozen=True, slots=True)
class Reader:
    """The private half of a legal team (`audience` set) or of the protection officer (None)."""

    name: str
    age: AgeIdentity
    audience: str | None

    @property
    def kind(self) -> str:
        """`legal` or `protection`."""
        return PROTECTION if self.audience is None else LEGAL

    def card(self) -> bytes:
        """Return the public card."""
        return Card(self.kind, self.name, age=self.age.recipient, audience=self.audience).encode()

    def as_json(self) -> dict[str, Any]:
        """Return the private JSON object, for a locked file and nothing else."""
        audience = {} if self.audience is None else {"class": self.audience}
        private = {"name": self.name, "age": self.age.encode()}
        return {"format": IDENTITY_FORMAT, "kind": self.kind} | private | audience


def new_reviewer(name: str, first: str) -> Person:
    """Make a reviewer with identities for EPOCHS_AHEAD months from the epoch `first`."""
    epochs = {epoch: AgeIdentity.generate() for epoch in months(first, EPOCHS_AHEAD)}
    return Person(_name(name), Ed25519PrivateKey.generate(), epochs)


def new_reader(name: str, audience: str | None) -> Reader:
    """Make a legal team of a class, or the protection officer when `audience` is None."""
    return Reader(_name(name), AgeIdentity.generate(), audience)


def current_epoch() -> str:
    """Return this month in UTC as YYYY-MM."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m")


def months(first: str, count: int) -> list[str]:
    """Return `count` epochs from `first` on. Raises CardError when `first` is not YYYY-MM."""
    if not _EPOCH.fullmatch(first):
        raise CardError(f"{first!r} is not a month; write it as YYYY-MM.")
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(start, start + count)]


def recipient_fingerprint(age: str) -> str:
    """Return a recipient's digits: the first 16 bytes of SHA-256 of its 1,216 bytes, as u16."""
    digest = hashlib.sha256(parse_recipient(age)).digest()
    return "-".join(f"{int.from_bytes(digest[i : i + 2], 'big'):05d}" for i in range(0, 16, 2))


def try_sealing(owner: str, age: str) -> None:
    """Seal one byte to a recipient; CardError if it fails: not every 1,216 bytes are a key."""
    try:
        seal([b"\0"], io.BytesIO(), [age], grease=None)
    except FormatError as error:
        raise CardError(
            f"Nothing can be sealed to a key in the card of {owner}: it is broken or forged; "
            "ask for a new card."
        ) from error


def parse_card(data: bytes) -> Card:
    """Read a public card strictly. Raises CardError for the first thing that is wrong."""
    try:
        value = canonical.loads_canonical(data, what="This card", limit=MAX_SIZE)
        card = _card(_parts(value, CARD_FORMAT))
        for age in _recipients(card):
            parse_recipient(age)
    except (FormatError, SignatureError) as error:
        raise CardError(f"This card is refused: {error}") from error
    if card.encode() != data:
        _refuse("its signing key is not written the usual way")
    return card


def identity_from_json(value: Any) -> Person | Reader:
    """Build the private half of `as_json`, read as strictly as a card. Raises CardError."""
    parts = _parts(value, IDENTITY_FORMAT)
    try:
        person = _identity(parts)
    except (FormatError, ValueError) as error:
        raise CardError("This identity is damaged inside its lock; use a backup.") from error
    if person.as_json() != value:
        _refuse("its keys are not written the usual way")
    return person


def _identity(parts: Mapping[str, Any]) -> Person | Reader:
    if parts["kind"] != REVIEWER:
        return Reader(parts["name"], AgeIdentity.parse(parts["age"]), parts.get("class"))
    epochs = {epoch: AgeIdentity.parse(text) for epoch, text in parts["epochs"].items()}
    sign = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(parts["sign"]))
    return Person(parts["name"], sign, epochs)


def _card(parts: Mapping[str, Any]) -> Card:
    if parts["kind"] == REVIEWER:
        sign = sshsig.parse_public(parts["sign"])
        return Card(REVIEWER, parts["name"], sign=sign, epochs=parts["epochs"])
    return Card(parts["kind"], parts["name"], age=parts["age"], audience=parts.get("class"))


def _recipients(card: Card) -> list[str]:
    ages = [*card.epochs.values(), *([card.age] if card.age is not None else [])]
    if len(set(ages)) != len(ages):
        _refuse("one age key serves two epochs")
    return ages


_PARTS = {
    REVIEWER: {"format", "kind", "name", "sign", "epochs"},
    LEGAL: {"format", "kind", "name", "age", "class"},
    PROTECTION: {"format", "kind", "name", "age"},
}


def _parts(value: Any, form: str) -> dict[str, Any]:
    """Check names and types of the parts of a card or identity, which are the same."""
    if not isinstance(value, dict) or value.get("format") != form:
        _refuse("it is of a kind this release does not know")
    if set(value) != _PARTS.get(str(value.get("kind"))):
        _refuse("it has not exactly the parts it should have")
    texts = [text for key, text in value.items() if key != "epochs"]
    epochs = value.get("epochs", {"0000-01": ""})
    if not isinstance(epochs, dict) or not 1 <= len(epochs) <= MAX_EPOCHS:
        _refuse(f"it must have 1 to {MAX_EPOCHS} epochs")
    if not all(isinstance(text, str) for text in [*texts, *epochs.values()]):
        _refuse("a part of it that should be text is not")
    if not all(map(_EPOCH.fullmatch, epochs)):
        _refuse("an epoch in it is not written as YYYY-MM")
    if value["kind"] == LEGAL and value["class"] not in AUDIENCES:
        _refuse("its class is none of " + ", ".join(AUDIENCES))
    _name(value["name"])
    return value


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise CardError(
            "A name has 1 to 32 of the signs a-z, 0-9 and hyphen; take a pseudonym like that."
        )
    return name


def _refuse(why: str) -> NoReturn:
    raise CardError(f"This card or identity is refused: {why}; ask its owner for a correct one.")
