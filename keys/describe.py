"""Says in plain words what a key file holds, without unlocking it (laptop, legal)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envelope import canonical, keyring, sshsig
from envelope.errors import FormatError
from keys import lock
from keys.ceremony import read
from keys.errors import CeremonyError
from keys.person import CARD_FORMAT, parse_card, recipient_fingerprint, try_sealing

Facts = Mapping[str, object]


def describe(path: Path) -> Facts:
    """Return what a card, keyring, locked file or public line says, with its fingerprints.

    Raises an error of the part that refuses the file, CeremonyError when it is none of these.
    """
    data = read(path)
    if lock.locked_kind(data) is not None:
        return {"file": f"locked {lock.locked_kind(data)}", "lock": lock.describe(data)}
    if data.startswith(b"ssh-"):
        return _public(data)
    try:
        value = canonical.loads(data, what="This file", limit=len(data))
    except FormatError:
        value = None
    form = value.get("format") if isinstance(value, dict) else None
    if form == CARD_FORMAT:
        return _card(data)
    if form == keyring.FORMAT:
        return _keyring(path, data)
    raise CeremonyError(f"{path} is no card, keyring, locked file or public key; name another.")


def _public(data: bytes) -> Facts:
    raw = sshsig.parse_public(data.decode("utf-8", "replace"))
    return {"file": "public signing key", "fingerprint": sshsig.fingerprint(raw)}


def _card(data: bytes) -> Facts:
    card = parse_card(data)
    for age in [*card.epochs.values(), *([card.age] if card.age else [])]:
        try_sealing(card.name, age)
    facts: dict[str, object] = {"file": f"{card.kind} card", "name": card.name}
    if card.audience is not None:
        facts["class"] = card.audience
    facts["fingerprint"] = card.fingerprint
    if card.epochs:
        facts["epochs"] = {e: recipient_fingerprint(age) for e, age in card.epochs.items()}
    return facts


def _keyring(path: Path, data: bytes) -> Facts:
    parsed = keyring.parse(data)
    facts: dict[str, object] = {
        "file": "keyring",
        "signed by root": _signed_by(path, data),
        "serial": parsed.serial,
        "team": parsed.team,
        "epoch": parsed.epoch,
        "valid": f"{parsed.valid_from} to {parsed.valid_until}",
        "reviewers": {
            r.id: {"signs": sshsig.fingerprint(r.sign), "reads": recipient_fingerprint(r.age)}
            for r in parsed.recipients
        },
        "drop": sshsig.fingerprint(parsed.drop),
        "minimum release": parsed.minimum_release,
    }
    if parsed.protection is not None:
        facts["protection"] = recipient_fingerprint(parsed.protection)
    return facts


def _signed_by(path: Path, data: bytes) -> str:
    """The fingerprint of whoever signed: a person must compare it with the one on paper."""
    beside = path.with_name(path.name + ".sig")
    if not beside.exists():
        return "NOT SIGNED (no .sig file beside it)"
    signature = read(beside)
    fingerprint = sshsig.fingerprint(sshsig.signer(signature))
    keyring.verify(data, signature, fingerprint)
    return f"{fingerprint} (compare it with the one on paper)"
