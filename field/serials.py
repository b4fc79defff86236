"""Remembers the highest keyring serial seen of each root, and refuses an older one (documenter)."""

from __future__ import annotations

import os
from pathlib import Path

from envelope import canonical, keyring, sshsig
from envelope.errors import FormatError
from envelope.keyring import Keyring
from field.errors import OldKeyringError


def load_newest(path: Path, root: str) -> Keyring:
    """Return the verified keyring at `path`, and remember its serial.

    Raises KeyringError if it is not signed by `root`, OldKeyringError if a newer one was seen.
    """
    ring = keyring.load(path, root)
    fingerprint = sshsig.normalise_fingerprint(root)
    seen = _read()
    if ring.serial < seen.get(fingerprint, 0):
        raise OldKeyringError(
            f"{path} has serial {ring.serial}, but this machine has seen {seen[fingerprint]} of"
            " the same root; get the newest keyring."
        )
    if ring.serial != seen.get(fingerprint):
        _write({**seen, fingerprint: ring.serial})
    return ring


def _file() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state"
    return Path(base) / "sakse" / "serials.json"


def _read() -> dict[str, int]:
    path = _file()
    if not path.exists():
        return {}
    seen = canonical.loads(path.read_bytes(), what=str(path))
    if not isinstance(seen, dict) or not all(type(serial) is int for serial in seen.values()):
        raise FormatError(f"{path} is damaged; delete it and use the newest keyring you have.")
    return seen


def _write(seen: dict[str, int]) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(canonical.dumps(seen))
    fresh.replace(path)
