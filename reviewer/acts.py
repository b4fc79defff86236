"""Acts that need a second reviewer: written by one, sealed to both, signed by both (laptop).

`NAME.age` holds NAME.json and its writer's signature `NAME.json.ID.sig`; the second signature lies
beside it. Signatures are in namespace `sakse-approval@v1`, over the exact bytes of NAME.json.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from envelope import archive, bag, sshsig
from envelope.disk import write_new
from envelope.errors import SignatureError
from reviewer import sealing
from reviewer.errors import ActError
from reviewer.vault import Vault

MAX_REASON = 1000  # code points
_MAX_FILE = 1 << 20
_MAX_SIGNATURE = 4096


def hand_on(vault: Vault, name: str, data: bytes, out: Path) -> Path:
    """Sign an act and seal it to the reviewers, into a folder; it counts nowhere yet."""
    signature = sshsig.sign(vault.person.sign, sshsig.APPROVAL, data)
    members = [(f"{name}.json", data), (f"{name}.json.{vault.me}.sig", signature)]
    file = sealing.to_reviewers(vault, members)
    out.mkdir(parents=True, exist_ok=True)
    write_new(out / f"{name}.age", file)
    return out / f"{name}.age"


def read(vault: Vault, name: str, folder: Path) -> tuple[bytes, list[str]]:
    """Open an act; return its bytes and which reviewers of the keyring signed it, sorted.

    Raises ActError where there is none, or for a signature that is no reviewer's over it.
    """
    path = folder / f"{name}.age"
    if not path.is_file() or path.stat().st_size > _MAX_FILE:
        raise ActError(f"There is no {name}.age in that folder; name the one it lies in.")
    members = archive.members(sealing.unseal(vault, path.read_bytes()))
    found = {member: bytes(data) for member, data in members}
    beside = sorted(folder.glob(f"{name}.json.*.sig"))
    found |= {one.name: bag.read(folder, one.name, _MAX_SIGNATURE) for one in beside}
    data = found.pop(f"{name}.json", b"")
    ring = vault.keyring.signers()
    signers = set[str]()
    for member, signature in found.items():
        who = member.removeprefix(f"{name}.json.").removesuffix(".sig")
        try:
            sshsig.verify(signature, sshsig.APPROVAL, data, {ring[who]})
        except (KeyError, SignatureError) as error:
            raise ActError(f"{member[:80]!r} is not a reviewer's signature over this.") from error
        signers.add(who)
    return data, sorted(signers)


def require_writer(vault: Vault, name: str, signers: list[str], by: str) -> None:
    """ActError unless another reviewer wrote this, and nobody but her signed it yet."""
    if signers != [by]:
        raise ActError(f"This {name} is not signed by who wrote it down; ask for it anew.")
    if by == vault.me:
        raise ActError("You wrote this down yourself; the other reviewer has to sign it.")


def require_two(name: str, signers: list[str], by: str) -> None:
    """ActError unless two reviewers signed this, who wrote it among them.

    The keyring gives no two of them one key.
    """
    if by not in signers or len(signers) < 2:
        raise ActError(
            f"Only one reviewer signed this {name}; the other has to sign it first (--sign)."
        )


def sign(vault: Vault, name: str, data: bytes, folder: Path) -> Path:
    """Add the second signature over an act's bytes; return its path."""
    path = folder / f"{name}.json.{vault.me}.sig"
    write_new(path, sshsig.sign(vault.person.sign, sshsig.APPROVAL, data))
    return path


def require_reason(reason: str) -> None:
    """ActError unless it is one line that says something."""
    if not 0 < len(reason) <= MAX_REASON or not reason.isprintable():
        raise ActError(f"Say why in one line of at most {MAX_REASON} characters.")


def digest(data: bytes) -> str:
    """The SHA-256 (hex) of an act's bytes: how a vault knows it again."""
    return sha256(data).hexdigest()
