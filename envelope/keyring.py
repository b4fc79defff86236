"""The signed list of the current recipients, read strictly; every machine.

The law of trust: a keyring counts only if the team's root, known by its fingerprint from outside,
signed its exact bytes; no key serves two roles and no person stands in it twice. Who seals also
remembers the highest serial seen and refuses a lower one (field/).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from envelope import canonical, sshsig
from envelope.disk import sync_folder, write_new
from envelope.errors import FormatError, KeyringError, SignatureError
from envelope.recipient import parse_recipient

FORMAT = "sakse-keyring@v1"
MAX_SIZE = 256 << 10
MAX_RECIPIENTS = 32
_KEYS = {
    "drop", "epoch", "format", "minimum_release", "protection", "recipients", "serial", "team",
    "valid_from", "valid_until",
}  # fmt: skip
_EPOCH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_RELEASE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){2}")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One reviewer: her pseudonymous id, age recipient of the epoch and raw signing key."""

    id: str
    age: str
    sign: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """Whom a testimony is sealed to in one epoch (a month), as the root signed it."""

    serial: int
    team: str
    epoch: str
    valid_from: str
    valid_until: str
    recipients: tuple[Recipient, ...]
    protection: str | None
    drop: bytes
    minimum_release: str

    def signers(self) -> dict[str, bytes]:
        """Reviewer id → raw signing key."""
        return {r.id: r.sign for r in self.recipients}


def encode(keyring: Keyring) -> bytes:
    """The exact bytes that the root signs."""
    return canonical.dumps(
        {
            "drop": sshsig.public_line(keyring.drop),
            "epoch": keyring.epoch,
            "format": FORMAT,
            "minimum_release": keyring.minimum_release,
            "protection": keyring.protection,
            "recipients": [
                {"age": r.age, "id": r.id, "sign": sshsig.public_line(r.sign)}
                for r in keyring.recipients
            ],
            "serial": keyring.serial,
            "team": keyring.team,
            "valid_from": keyring.valid_from,
            "valid_until": keyring.valid_until,
        }
    )


def parse(data: bytes) -> Keyring:
    """Read a keyring without trusting it; KeyringError for the first thing that is wrong."""
    try:
        value = canonical.loads_canonical(data, what="This keyring", limit=MAX_SIZE)
        keyring = _from_json(value)
        _check(keyring)
        if encode(keyring) != data:
            _refuse("a key in it is not written the one usual way")
    except (FormatError, SignatureError) as error:
        raise KeyringError(f"This keyring is refused: {error}") from error
    return keyring


def verify(data: bytes, signature: bytes, root: str) -> Keyring:
    """Read a keyring that the root with fingerprint ``root`` signed; KeyringError otherwise."""
    try:
        key = sshsig.signer(signature)
        if sshsig.fingerprint(key) != sshsig.normalise_fingerprint(root):
            _refuse("it is signed by another root than the fingerprint you gave")
        sshsig.verify(signature, sshsig.KEYRING, data, {key})
    except SignatureError as error:
        raise KeyringError(f"This keyring is refused: {error}") from error
    keyring = parse(data)
    if key in {keyring.drop, *keyring.signers().values()}:
        _refuse("the root's key also serves another role")
    return keyring


def load(path: Path, root: str) -> Keyring:
    """``verify`` for a file and the signature beside it (``keyring.json.sig``)."""
    return verify(path.read_bytes(), beside(path).read_bytes(), root)


def beside(path: Path) -> Path:
    """Where the signature of a keyring lies."""
    return path.with_name(path.name + ".sig")


def install(path: Path, data: bytes, signature: bytes) -> None:
    """Put a keyring and its signature, both verified, in the place of older ones.

    Two files cannot change at once: after a power cut the old ones are there, or `settle` finishes.
    """
    settle(path)
    fresh, fresh_signature = _fresh(path), _fresh(beside(path))
    fresh.unlink(missing_ok=True)  # first: alone, it would count as half in place
    fresh_signature.unlink(missing_ok=True)
    write_new(fresh_signature, signature)
    write_new(fresh, data)
    fresh_signature.replace(beside(path))
    sync_folder(path.parent)
    settle(path)


def settle(path: Path) -> None:
    """Finish an `install` that was cut when its signature was in place and the keyring not."""
    if _fresh(path).exists() and not _fresh(beside(path)).exists():
        _fresh(path).replace(path)
        sync_folder(path.parent)


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _from_json(value: Any) -> Keyring:
    if not isinstance(value, dict) or set(value) != _KEYS or value["format"] != FORMAT:
        _refuse("it does not have the parts of a keyring this release knows")
    items = value["recipients"]
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_RECIPIENTS:
        _refuse(f"it must name 1 to {MAX_RECIPIENTS} recipients")
    for key in ("epoch", "team", "valid_from", "valid_until", "minimum_release", "drop"):
        _text(value[key])
    if value["protection"] is not None:
        _text(value["protection"])
    return Keyring(
        serial=_serial(value["serial"]),
        team=value["team"],
        epoch=value["epoch"],
        valid_from=value["valid_from"],
        valid_until=value["valid_until"],
        recipients=tuple(_recipient(item) for item in items),
        protection=value["protection"],
        drop=sshsig.parse_public(value["drop"]),
        minimum_release=value["minimum_release"],
    )


def _recipient(item: Any) -> Recipient:
    if not isinstance(item, dict) or set(item) != {"age", "id", "sign"}:
        _refuse("a recipient in it does not have the parts of one")
    sign = sshsig.parse_public(_text(item["sign"]))
    return Recipient(_text(item["id"]), _text(item["age"]), sign)


def _check(keyring: Keyring) -> None:
    ages = [r.age for r in keyring.recipients]
    ages += [keyring.protection] if keyring.protection is not None else []
    signs = [r.sign for r in keyring.recipients] + [keyring.drop]
    ids = [r.id for r in keyring.recipients]
    for group in (ages, signs, ids):
        if len(set(group)) != len(group):
            _refuse("one person or one key stands in it twice")
    for age in ages:
        parse_recipient(age)
    if not all(map(_ID.fullmatch, ids)):
        _refuse("a recipient's id has signs other than a-z, 0-9 and hyphen")
    if not _EPOCH.fullmatch(keyring.epoch) or not _RELEASE.fullmatch(keyring.minimum_release):
        _refuse("its epoch or minimum release is not written as it must be")
    if not 0 < len(keyring.team) <= 100 or not keyring.team.isprintable():
        _refuse("its team name is empty, too long or not printable")
    if _date(keyring.valid_from) > _date(keyring.valid_until):
        _refuse("it ends before it begins")


def _serial(value: Any) -> int:
    if type(value) is not int or value < 1:
        _refuse("its serial is not a number from 1")
    return value


def _date(text: str) -> dt.date:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        date = None
    if date is None or date.isoformat() != text:
        _refuse("a date in it is not written as YYYY-MM-DD")
    return date


def _text(value: Any) -> str:
    if not isinstance(value, str):
        _refuse("a part of it that should be text is not")
    return value


def _refuse(why: str) -> NoReturn:
    raise KeyringError(f"This keyring is refused: {why}; get the current one from your team.")
