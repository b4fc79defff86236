"""What the desk holds between requests: the open vault and its case, until it locks (laptop)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from reviewer import alias, suspects
from reviewer.case import Case
from reviewer.errors import DeskError
from reviewer.vault import Vault
from reviewer.zawgyi import to_unicode

IDLE_SECONDS = 600
_LOOK_EVERY = 5  # seconds


class Session:
    """One reviewer's sitting. Whoever uses the vault holds `hand` meanwhile."""

    def __init__(self, folder: Path, *, idle: float = IDLE_SECONDS) -> None:
        self.folder = folder
        self.idle = idle
        self.hand = threading.RLock()
        self._stack = ExitStack()
        self._vault: Vault | None = None
        self._case: Case | None = None
        self._viewed: set[str] = set()
        self._kept: dict[str, object] = {}
        self._last = time.monotonic()
        self._over = threading.Event()

    @property
    def locked(self) -> bool:
        """Whether the passphrase has to be given before anything is shown."""
        return self._vault is None

    @property
    def vault(self) -> Vault:
        """The open vault; DeskError while the desk is locked."""
        if self._vault is None:
            raise DeskError("The desk is locked; give the passphrase of your vault.")
        return self._vault

    @property
    def case(self) -> Case:
        """The case: every opened testimony of the vault; read from it the first time."""
        if self._case is None:
            self._case = Case(self.vault)
        return self._case

    def unlock(self, passphrase: str) -> None:
        """Open the vault; LockError for a wrong passphrase, at the full price of Argon2id."""
        with self.hand:
            if self.locked:
                self._vault = self._stack.enter_context(Vault(self.folder, passphrase))
                self._case = None
            self.touch()

    def lock(self) -> None:
        """Note what was decided in the custody log, close the vault and forget its case.

        It locks also when that can not be written; then the next sitting notes it.
        """
        with self.hand:
            try:
                if self._vault is not None:
                    self.note()
            finally:
                self._forget()

    def view(self, sha256: str) -> None:
        """Note in the custody log, once a sitting, that a testimony was read."""
        if sha256 not in self._viewed:
            self.vault.log("viewed", sha256)
            self.vault.commit()
            self._viewed.add(sha256)

    def keep(self, name: str, value: object) -> None:
        """Keep one thing in memory, in the place of the one before, until the desk locks."""
        self._kept = {name: value}

    def kept(self, name: str) -> object:
        """What was kept under this name, None if something else was kept since."""
        return self._kept.get(name)

    def note(self) -> None:
        """Write what was decided since the last time into the custody log."""
        self.case.note_decisions()

    def forget_case(self) -> None:
        """Read the case anew next time, after something else changed the vault."""
        self._case = None

    def touch(self) -> None:
        """Somebody is at the desk."""
        self._last = time.monotonic()

    def _forget(self) -> None:
        self._vault = self._case = None
        self._kept.clear()
        alias.forget()
        suspects.forget()
        to_unicode.cache_clear()
        self._stack.close()

    def watch(self, beat: Callable[[], None] = lambda: None) -> None:
        """Lock by itself after `idle` seconds without a request; call `beat` every few seconds."""

        def look() -> None:
            while not self._over.wait(min(_LOOK_EVERY, self.idle)):
                if time.monotonic() - self._last > self.idle:
                    with suppress(Exception):  # it is locked, and nobody is there to be told
                        self.lock()
                beat()

        threading.Thread(target=look, daemon=True).start()

    def close(self) -> None:
        """End the sitting."""
        self._over.set()
        self.lock()
