"""All 143 C2SP CCTV age vectors: the class of the result and the hash of every byte released."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from envelope.errors import FormatError, HeaderError, SakseError
from envelope.header import parse
from keys import agefile
from keys.agefile import Identity
from keys.errors import HeaderMacError, NoIdentity, PayloadError
from keys.identity import HRP, AgeIdentity
from tests.keys.classical import (
    ArmorError,
    ScryptIdentity,
    X25519Identity,
    dearmor,
    refuse_shared_scrypt,
)

FOLDER = Path(__file__).resolve().parent.parent / "vectors" / "cctv-age" / "testdata"
VECTORS = sorted(path.name for path in FOLDER.iterdir())
KNOWN = {
    "expect", "compressed", "payload", "identity", "passphrase", "armored", "file key", "comment"
}  # fmt: skip
CLASSES: list[tuple[type[SakseError], str]] = [
    (ArmorError, "armor failure"),
    (HeaderMacError, "HMAC failure"),
    (PayloadError, "payload failure"),
    (NoIdentity, "no match"),
    (HeaderError, "header failure"),
]


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector: its headers, its identities and the age file."""

    headers: dict[str, str]
    identities: list[Identity]
    file: bytes


def load(name: str) -> Vector:
    text, _, file = (FOLDER / name).read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in text.decode().split("\n")]
    assert {key for key, _ in pairs} <= KNOWN
    headers = dict(pairs)
    if headers.get("compressed") == "zlib":
        file = zlib.decompress(file)
    identities: list[Identity] = [identity(v) for k, v in pairs if k == "identity"]
    identities += [ScryptIdentity(v) for k, v in pairs if k == "passphrase"]
    return Vector(headers, identities, file)


def identity(text: str) -> Identity:
    return AgeIdentity.parse(text) if text.startswith(HRP) else X25519Identity.parse(text)


def open_vector(vector: Vector, identities: list[Identity]) -> tuple[str, bytes]:
    """Return the class of the result and every byte that was released before it."""
    released = b""
    try:
        data = dearmor(vector.file) if vector.headers.get("armored") else vector.file
        source = io.BytesIO(data)
        header = agefile.read_header(source)
        refuse_shared_scrypt(header)
        for chunk in agefile.decrypt(agefile.unwrap(header, identities), source):
            released += chunk
    except FormatError as error:
        return next(name for kind, name in CLASSES if isinstance(error, kind)), released
    except NoIdentity:
        return "no match", released
    return "success", released


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 143


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_gives_its_result_and_its_payload(name: str) -> None:
    vector = load(name)
    result, released = open_vector(vector, vector.identities)
    assert result == vector.headers["expect"]
    if result in ("success", "payload failure"):
        assert hashlib.sha256(released).hexdigest() == vector.headers["payload"]
    else:
        assert released == b""


@pytest.mark.parametrize("name", [n for n in VECTORS if "hybrid" not in n])
def test_the_shipped_identity_opens_no_classical_file(name: str) -> None:
    vector = load(name)
    result, released = open_vector(vector, [AgeIdentity.generate()])
    assert result in ("no match", "header failure", "armor failure") and released == b""


PARSES = [
    n for n in VECTORS if load(n).headers["expect"] not in ("header failure", "armor failure")
]


@pytest.mark.parametrize("name", PARSES)
def test_a_header_that_parses_encodes_to_the_same_bytes(name: str) -> None:
    vector = load(name)
    data = dearmor(vector.file) if vector.headers.get("armored") else vector.file
    header, end = parse(data)
    assert header.encode() == data[:end]
