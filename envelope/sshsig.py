"""SSH signatures (SSHSIG) with Ed25519 keys, made and checked one way; every machine.

Source: OpenSSH PROTOCOL.sshsig. A signature must re-encode to the same bytes: ssh-keygen accepts
some bit flips that this module refuses. Keys are written by hand because the library's
``serialization`` loads ciphers, which the drop must not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from envelope.errors import SignatureError

KEYRING = "sakse-keyring@v1"
TRANSFER = "sakse-transfer@v1"
RECEIPT = "sakse-receipt@v1"
APPROVAL = "sakse-approval@v1"
RELEASE = "sakse-release@v1"
LOG = "sakse-log@v1"

_KIND = b"ssh-ed25519"
_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_KEY_SIZE = 32
_SIGNATURE_SIZE = 64
_FINGERPRINT = re.compile(r"[0-9]{5}(-[0-9]{5}){7}")
_MYANMAR_DIGITS = {0x1040 + digit: str(digit) for digit in range(10)}


def blob(raw: bytes) -> bytes:
    """The SSH wire form of a raw 32-byte Ed25519 public key."""
    return _string(_KIND) + _string(raw)


def public_line(raw: bytes, comment: str = "") -> str:
    """The key as one OpenSSH line: ``ssh-ed25519 AAAA… comment``."""
    return f"ssh-ed25519 {base64.b64encode(blob(raw)).decode()} {comment}".rstrip()


def parse_public(line: str) -> bytes:
    """The raw 32-byte key of an OpenSSH line; SignatureError for any other kind of key."""
    parts = line.strip().split(" ", 2)
    try:
        data = base64.b64decode(parts[1], validate=True)
    except (IndexError, binascii.Error, ValueError):
        data = b""
    raw = data[-_KEY_SIZE:]
    if parts[0] != "ssh-ed25519" or data != blob(raw) or len(raw) != _KEY_SIZE:
        raise SignatureError("This is not an ssh-ed25519 public key line; copy it again.")
    if parts[1] != base64.b64encode(data).decode():
        raise SignatureError("This public key line is not written the usual way; copy it again.")
    return raw


def fingerprint(raw: bytes) -> str:
    """Eight groups of five digits: the first 16 bytes of SHA-256 over ``blob(raw)`` as u16."""
    digest = hashlib.sha256(blob(raw)).digest()
    return "-".join(f"{int.from_bytes(digest[i : i + 2], 'big'):05d}" for i in range(0, 16, 2))


def normalise_fingerprint(text: str) -> str:
    """A fingerprint as people type it (spaces, hyphens, Myanmar digits) in its one form."""
    digits = re.sub(r"[\s-]", "", text.translate(_MYANMAR_DIGITS))
    result = "-".join(digits[i : i + 5] for i in range(0, len(digits), 5))
    if not _FINGERPRINT.fullmatch(result):
        raise SignatureError("A fingerprint has eight groups of five digits; type it again.")
    return result


def sign(private: Ed25519PrivateKey, namespace: str, message: bytes) -> bytes:
    """The armored SSH signature of ``message`` by ``private`` for one purpose."""
    signature = private.sign(_signed_data(namespace, message))
    return _armor(private.public_key().public_bytes_raw(), namespace, signature)


def signer(signature: bytes) -> bytes:
    """The raw public key a signature names. It proves nothing: ``verify`` does."""
    return _parse(signature)[0]


def verify(
    signature: bytes, namespace: str, message: bytes, allowed: Collection[bytes]
) -> bytes:
    """Check ``signature`` over ``message``; return the raw key that made it.

    ``allowed`` are the raw keys that may sign for ``namespace``. Raises SignatureError.
    """
    raw, found, bare = _parse(signature)
    if found != namespace:
        raise SignatureError(f"This signature was made for another purpose than {namespace}.")
    if raw not in allowed:
        raise SignatureError(
            "This signature is by a key that may not sign here; check whose it should be."
        )
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(bare, _signed_data(namespace, message))
    except InvalidSignature as error:
        raise SignatureError("This signature does not fit what it should sign.") from error
    return raw


def allowed_signers(entries: Iterable[tuple[str, bytes, str]]) -> str:
    """An allowed_signers file for ssh-keygen: (principal, raw key, namespaces with commas)."""
    return "".join(
        f'{principal} namespaces="{namespaces}" {public_line(raw)}\n'
        for principal, raw, namespaces in entries
    )


def _signed_data(namespace: str, message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return _MAGIC + b"".join(map(_string, (namespace.encode(), b"", _HASH, digest)))


def _armor(raw: bytes, namespace: str, signature: bytes) -> bytes:
    data = _MAGIC + _VERSION + _string(blob(raw))
    data += b"".join(map(_string, (namespace.encode(), b"", _HASH)))
    data += _string(_string(_KIND) + _string(signature))
    text = base64.b64encode(data)
    lines = [text[i : i + _COLUMNS] + b"\n" for i in range(0, len(text), _COLUMNS)]
    return _BEGIN + b"".join(lines) + _END


def _parse(signature: bytes) -> tuple[bytes, str, bytes]:
    """(raw key, namespace, bare signature), if re-encoding them gives the same bytes."""
    refused = SignatureError("This is not an SSH signature as Sakse writes it; get it again.")
    try:
        if len(signature) > 4096 or not signature.startswith(_BEGIN):
            raise refused
        body = signature[len(_BEGIN) : -len(_END)].replace(b"\n", b"")
        data = base64.b64decode(body, validate=True)
        key, at = _read(data, len(_MAGIC) + len(_VERSION))
        namespace, at = _read(data, at)
        for _ in range(2):  # reserved, hash name: fixed, so re-encoding checks them
            _, at = _read(data, at)
        outer, _ = _read(data, at)
        raw, bare = key[-_KEY_SIZE:], outer[-_SIGNATURE_SIZE:]
        name = namespace.decode("ascii")
    except (ValueError, binascii.Error):
        raise refused from None
    if len(raw) != _KEY_SIZE or _armor(raw, name, bare) != signature:
        raise refused
    return raw, name, bare


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _read(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 4 + int.from_bytes(data[at : at + 4], "big")
    if end > len(data) or at + 4 > len(data):
        raise ValueError("cut")
    return data[at + 4 : end], end
