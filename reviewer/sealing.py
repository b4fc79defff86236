"""Files that travel between reviewers: sealed to all of the keyring, opened by one (laptop)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from envelope import archive
from envelope.header import require_pq
from envelope.seal import seal
from keys.agefile import open_file
from reviewer.vault import Vault

Members = Sequence[tuple[str, archive.Source]]
"""Name → bytes, or a file, of each part."""


def seal_to(members: Members, recipients: Sequence[str]) -> bytes:
    """Return these members as one age file to these recipients."""
    out = io.BytesIO()
    seal(archive.pack(members), out, recipients, grease=None)
    return out.getvalue()


def to_reviewers(vault: Vault, members: Members) -> bytes:
    """Return these members as one age file to every reviewer of the keyring."""
    return seal_to(members, [recipient.age for recipient in vault.keyring.recipients])


def unseal(vault: Vault, data: bytes) -> bytes:
    """Return the archive in such a file; raises what opening an age file raises."""
    opened = open_file(io.BytesIO(data), vault.person.epochs.values(), testimony=False)
    require_pq(opened.header, grease=False)
    return b"".join(opened.chunks)
