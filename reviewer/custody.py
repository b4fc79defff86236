"""The custody log: one signed, chained line for everything that happened (reviewer's laptop).

A line is canonical JSON {about, by, day, detail, event, prev, sig}: `prev` is the SHA-256 of the
line before (64 zeros for the first), `sig` the SSH signature, in namespace `sakse-log@v1`, over the
canonical JSON of the line without `sig`. `about` is "" or H("SR1-log" ‖ salt ‖ sealed file's
SHA-256) with a salt that never leaves the vault. A chain cannot show that its tail was cut, so
its head goes into every release.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import canonical, sshsig
from envelope.errors import FormatError, SignatureError
from reviewer.errors import CustodyError

FIRST = "0" * 64
"""`prev` of the first line."""

EVENTS = {
    "key_ceremony", "medium_in", "received", "opened", "viewed", "commitment_ok",
    "commitment_mismatch", "late_commitment", "converted", "translated", "assessed", "redacted",
    "proposed", "approved", "consent_checked", "released", "exported", "set_aside", "withdrawn",
    "destroyed", "backup", "clock_set", "network_override", "error",
}  # fmt: skip
_KEYS = {"about", "by", "day", "detail", "event", "prev", "sig"}
_ABOUT = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, to which testimony (`about`, "" for none), by whom, on which day."""

    event: str
    by: str
    day: str
    about: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log that was read, with the SHA-256 (hex) of its bytes."""

    number: int
    event: Event
    sha256: str


def today() -> str:
    """The day by this machine's clock (UTC), the finest time a log knows."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def salted(salt: bytes, sealed_sha256: str) -> str:
    """What a log says instead of a sealed file's hash: it can not be linked without the salt."""
    return sha256(b"SR1-log" + salt + bytes.fromhex(sealed_sha256)).hexdigest()


def digest(line: bytes) -> str:
    """The SHA-256 (hex) of a line without its line feed: the next line's `prev`."""
    return sha256(line).hexdigest()


def write(event: Event, prev: str, private: Ed25519PrivateKey) -> bytes:
    """Return the signed line, without line feed, that follows the line with digest `prev`."""
    if event.event not in EVENTS:
        raise ValueError(f"{event.event!r} is not an event of the custody log")
    body: dict[str, Any] = {
        "about": event.about,
        "by": event.by,
        "day": event.day,
        "detail": dict(event.detail),
        "event": event.event,
        "prev": prev,
    }
    signature = sshsig.sign(private, sshsig.LOG, canonical.dumps(body))
    return canonical.dumps({**body, "sig": signature.decode()})


def verify(path: Path, keys: Mapping[str, bytes]) -> list[Line]:
    """Check a log's chain and every signature; return its lines.

    `keys` is signer's id → raw Ed25519 key. Raises CustodyError naming the first line that is
    not whole, not in the chain, or not signed by the person it names.
    """
    lines = []
    prev = FIRST
    for number, data in enumerate(_lines(path), 1):
        line = _read(number, data)
        if line["prev"] != prev:
            raise _refusal(number, "does not follow the line before it")
        _verify_signature(number, line, keys)
        prev = digest(data)
        event = Event(line["event"], line["by"], line["day"], line["about"], line["detail"])
        lines.append(Line(number, event, prev))
    return lines


def _lines(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        raise CustodyError("The custody log ends in the middle of a line; restore the last backup.")
    return iter(data.split(b"\n")[:-1])


def _read(number: int, data: bytes) -> dict[str, Any]:
    try:
        line = canonical.loads_canonical(data, what="the line")
    except FormatError as error:
        raise _refusal(number, "is not readable") from error
    if not isinstance(line, dict) or set(line) != _KEYS:
        raise _refusal(number, "has not the parts of a log line")
    texts = [line[key] for key in ("about", "by", "day", "event", "prev", "sig")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(line["detail"], dict):
        raise _refusal(number, "has a part of the wrong kind")
    if line["event"] not in EVENTS or not _ABOUT.fullmatch(line["about"]):
        raise _refusal(number, "names an event or a testimony no log can name")
    return line


def _verify_signature(number: int, line: dict[str, Any], keys: Mapping[str, bytes]) -> None:
    body = canonical.dumps({key: value for key, value in line.items() if key != "sig"})
    if line["by"] not in keys:
        raise _refusal(number, f"is by {line['by'][:32]!r}, whose key is not known")
    try:
        sshsig.verify(line["sig"].encode(), sshsig.LOG, body, {keys[line["by"]]})
    except SignatureError as error:
        raise _refusal(number, "is not signed by the person it names, or was changed") from error


def _refusal(number: int, why: str) -> CustodyError:
    return CustodyError(
        f"Line {number} of the custody log {why}; keep this log as evidence and restore a backup."
    )
