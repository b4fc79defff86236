"""What of a list is sealed already, kept beside the list, so that nothing is sealed twice
(documenter's laptop).

LIST.sealed holds one JSON value a line: first {"out": folder, "salt": hex}; then, for each account
about to be sealed, {"account": key, "code": digits, "name": file}; and {"sealed": key} once it is.
A key is SHA-256 of the salt and the account. When a list is done, the names and codes go: what is
left says which accounts are sealed, but not into which file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from envelope import canonical
from envelope.disk import replace
from envelope.errors import FormatError
from field.errors import ListError


@dataclass(frozen=True, slots=True)
class Plan:
    """The file an account goes to, and the 28 digits of its fresh code, or ""."""

    name: str
    code: str


class Journal:
    """The journal of one list, as it is on disk."""

    def __init__(self, source: Path) -> None:
        self.path = source.with_name(source.name + ".sealed")
        self.out: Path | None = None
        self.plans: dict[str, Plan] = {}
        self.sealed: set[str] = set()
        self._salt = secrets.token_hex(16)
        if self.path.exists():
            self._read()
            self._find_sealed()

    def key(self, account: Any) -> str:
        """Return what this journal calls an account."""
        return sha256(bytes.fromhex(self._salt) + canonical.dumps(account)).hexdigest()

    def pending(self) -> dict[str, Plan]:
        """The plans whose accounts are not sealed yet."""
        return {key: plan for key, plan in self.plans.items() if key not in self.sealed}

    def begin(self, out: Path, plans: Mapping[str, Plan]) -> None:
        """Note where accounts will go, before the first is sealed."""
        self.out = out.resolve()
        self.plans |= plans
        self._write()

    def done(self, key: str) -> None:
        """Note that an account is sealed, on the disk before this returns."""
        self.sealed.add(key)
        with self.path.open("ab") as stream:
            stream.write(canonical.dumps({"sealed": key}) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def forget(self) -> None:
        """Drop names and codes of what is sealed."""
        self.plans = self.pending()
        self._write()

    def _write(self) -> None:
        lines: list[Any] = [{"out": str(self.out), "salt": self._salt}]
        lines += [
            {"account": key, "code": plan.code, "name": plan.name}
            for key, plan in sorted(self.plans.items())
        ]
        lines += [{"sealed": key} for key in sorted(self.sealed)]
        replace(self.path, b"".join(canonical.dumps(line) + b"\n" for line in lines))

    def _read(self) -> None:
        # A power cut can leave half a line at the end: what it says is on the disk as a file.
        first, *rest = self.path.read_bytes().split(b"\n")[:-1] or [b""]
        try:
            head = canonical.loads(first, what="it")
            self.out, self._salt = Path(head["out"]), bytes.fromhex(head["salt"]).hex()
            for line in rest:
                value = canonical.loads(line, what="it")
                if "sealed" in value:
                    self.sealed.add(str(value["sealed"]))
                else:
                    plan = Plan(str(value["name"]), str(value["code"]))
                    self.plans[str(value["account"])] = plan
        except (FormatError, KeyError, TypeError, ValueError):
            raise ListError(
                f"{self.path} is damaged, so nobody knows what of this list is sealed; look what"
                " is there, then delete it to seal the whole list again."
            ) from None

    def _find_sealed(self) -> None:
        """A file that has its name is whole, even if the program was stopped before it said so."""
        assert self.out is not None
        self.sealed |= {key for key, plan in self.plans.items() if (self.out / plan.name).exists()}
