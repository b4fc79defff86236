"""How to reach a witness: sealed apart in her page, for the protection officer alone (laptop).

A reviewer's vault holds the sealed contact inside the sealed testimony and can hand it on; no
identity of hers opens it. The officer opens it on an offline laptop of her own, without a vault.
"""

from __future__ import annotations

import io

from envelope import archive
from envelope.errors import FormatError
from envelope.header import require_pq
from envelope.testimony import CONTACT_BYTES
from keys.agefile import decrypt, read_header, unwrap
from keys.errors import NoIdentity
from keys.identity import AgeIdentity
from reviewer.errors import ContactError
from reviewer.store import Entry
from reviewer.vault import Vault

MAX_SEALED = 64 << 10


def sealed_in(vault: Vault, entry: Entry) -> bytes:
    """The sealed contact of a testimony, byte for byte; ContactError if she left none."""
    if entry.file_key is None:
        raise ContactError(f"{entry.id} was never opened, so nothing in it can be handed on.")
    with vault.sealed_copy(entry.sha256).open("rb") as source:
        read_header(source)
        plain = b"".join(decrypt(entry.file_key, source))
    found = archive.unpack_testimony(plain).get("contact.age")
    if found is None:
        raise ContactError(f"{entry.id} holds no contact; she left none.")
    return bytes(found)


def opened(sealed: bytes, officer: AgeIdentity) -> str:
    """The text of a sealed contact; ContactError if this is none, or is not for this officer."""
    source = io.BytesIO(sealed)
    try:
        header = read_header(source)
        require_pq(header, grease=False)
        text = b"".join(decrypt(unwrap(header, [officer]), source))
        if len(text) != CONTACT_BYTES:
            raise FormatError("it has not the size of one")
        return text.rstrip(b"\0").decode()
    except NoIdentity:
        raise ContactError(
            "This contact is sealed to another protection officer; give it to her."
        ) from None
    except (FormatError, UnicodeDecodeError) as error:
        raise ContactError(
            f"This is not a contact as a page seals it ({error}); ask for it again."
        ) from error
