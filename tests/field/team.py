"""An invented team with real keys: root, reviewers, protection, keyring; for the tests of field/."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import archive, keyring, sshsig, testimony
from envelope.keyring import Keyring, Recipient
from envelope.testimony import Testimony
from keys.agefile import open_file
from keys.identity import AgeIdentity


@dataclasses.dataclass(frozen=True)
class Team:
    root: Ed25519PrivateKey
    reviewers: list[AgeIdentity]
    protection: AgeIdentity
    keyring: Keyring

    @property
    def fingerprint(self) -> str:
        return sshsig.fingerprint(self.root.public_key().public_bytes_raw())

    def write(self, path: Path, **changes: object) -> Path:
        """Write the keyring and its signature; `changes` replace parts of it."""
        data = keyring.encode(dataclasses.replace(self.keyring, **changes))
        path.write_bytes(data)
        signature = sshsig.sign(self.root, sshsig.KEYRING, data)
        path.with_name(path.name + ".sig").write_bytes(signature)
        return path

    def members(self, sealed: Path) -> dict[str, memoryview]:
        """Open a sealed file as a reviewer."""
        stream = io.BytesIO(sealed.read_bytes())
        chunks = open_file(stream, [self.reviewers[1]], testimony=True).chunks
        return archive.unpack_testimony(b"".join(chunks))

    def read(self, sealed: Path) -> Testimony:
        return testimony.from_members(self.members(sealed))


def make() -> Team:
    reviewers, protection = [AgeIdentity.generate() for _ in range(2)], AgeIdentity.generate()
    people = tuple(
        Recipient(f"reviewer-{n}", identity.recipient, _public())
        for n, identity in enumerate(reviewers)
    )
    ring = Keyring(
        serial=7, team="Invented team", epoch="2026-11", valid_from="2026-11-01",
        valid_until="2026-11-30", recipients=people, protection=protection.recipient,
        drop=_public(), minimum_release="0.1.0",
    )  # fmt: skip
    return Team(Ed25519PrivateKey.generate(), reviewers, protection, ring)


def _public() -> bytes:
    return Ed25519PrivateKey.generate().public_key().public_bytes_raw()
