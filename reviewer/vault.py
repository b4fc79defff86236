"""The vault: sealed originals, an encrypted database, and the custody log (reviewer's laptop).

    vault.locked    vault key, the reviewer's private keys, root fingerprint, log salt (keys.lock)
    vault.db        reviewer.store
    sealed/         the evidentiary copies, byte for byte as received, named by SHA-256
    clean/          clean copies of attachments, sealed under the vault key (reviewer.attachments)
    transfers/      what the drop signed: manifests and signature of every transfer read
    keyring.json(.sig), custody.jsonl, lock

One command at a time works in a vault. `commit` writes database and custody log as one: the signed
lines go into the database first, and whoever opens the vault next finishes an append that a power
cut interrupted, or refuses a log that is not the one the database remembers.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from envelope import canonical, keyring
from envelope.disk import flush, sync_folder, write_new
from envelope.keyring import Keyring
from keys.lock import lock, unlock
from keys.person import Person, Reader, identity_from_json
from reviewer import custody, store
from reviewer.cells import KEY_SIZE
from reviewer.custody import Event
from reviewer.errors import CustodyError, VaultError
from reviewer.store import Store

FORMAT = "sakse-vault@v1"
KIND = "vault"
LOCKED = "vault.locked"
SALT_SIZE = 32
_FLUSHES = 16  # at a time
_KEYRING = "keyring.json"
_HEAD = "custody"  # the record with head, size and last batch of the custody log


def create(
    folder: Path, person: Person | Reader, keyring_path: Path, root: str, passphrase: str
) -> None:
    """Make a vault in a new or empty folder; vault.locked, written last, makes it one.

    Raises KeyringError for a keyring the root did not sign, VaultError for one without this
    person, NotNewError where something is already there.
    """
    data, signature = keyring_path.read_bytes(), keyring.beside(keyring_path).read_bytes()
    _own_id(keyring.verify(data, signature, root), _reviewer(person))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in ("sealed", "transfers"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    write_new(folder / _KEYRING, data)
    write_new(keyring.beside(folder / _KEYRING), signature)
    for name in ("vault.db", "custody.jsonl"):
        write_new(folder / name, b"")
    store.make(folder / "vault.db")
    secret = {
        "format": FORMAT,
        "log_salt": secrets.token_hex(SALT_SIZE),
        "person": person.as_json(),
        "root": root,
        "vault_key": secrets.token_hex(KEY_SIZE),
    }
    write_new(folder / LOCKED, lock(canonical.dumps(secret), passphrase, kind=KIND))


class Vault:
    """An open vault; a context manager that gives up whatever was not committed.

    `me` is the reviewer's id in the keyring, `store` the encrypted database.
    """

    def __init__(self, folder: Path, passphrase: str) -> None:
        """Unlock a vault; VaultError if it is none or in use, LockError for the passphrase."""
        if not (folder / LOCKED).is_file():
            raise VaultError(f"{folder} is not a vault; make one with sakse-review init.")
        self.folder = folder
        self._pending: list[Event] = []
        self._copies: list[Path] = []
        self._lock_handle = _take_lock(folder / "lock")
        try:
            locked = (folder / LOCKED).read_bytes()
            secret = unlock(locked, passphrase, kind=KIND)
            self._unlocked(canonical.loads_canonical(secret, what="This vault"))
        except BaseException:
            os.close(self._lock_handle)
            raise

    def _unlocked(self, secret: Mapping[str, Any]) -> None:
        self.person = _reviewer(identity_from_json(secret["person"]))
        self.root: str = secret["root"]
        keyring.settle(self.folder / _KEYRING)
        self._read_keyring()
        self.me = _own_id(self.keyring, self.person)
        self._salt = bytes.fromhex(secret["log_salt"])
        self.store = Store(self.folder / "vault.db", bytes.fromhex(secret["vault_key"]))
        try:
            self._finish_append()
        except BaseException:
            self.store.close()
            raise
        if self.head == custody.FIRST:  # the log begins with whose keys it was made under
            self._log_keyring(self.keyring_bytes, self.keyring.serial)

    def _read_keyring(self) -> None:
        path = self.folder / _KEYRING
        self.keyring_bytes, self.keyring_sig = path.read_bytes(), keyring.beside(path).read_bytes()
        self.keyring = keyring.verify(self.keyring_bytes, self.keyring_sig, self.root)

    def _log_keyring(self, data: bytes, serial: int) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self.log("key_ceremony", keyring=digest, root=self.root, serial=serial)

    def take_keyring(self, path: Path) -> None:
        """Work with a newer keyring, its signature beside it, from now on. Commits.

        Raises KeyringError for one the root did not sign, VaultError for one that is not newer or
        that does not name this reviewer as she is called here.
        """
        data, signature = path.read_bytes(), keyring.beside(path).read_bytes()
        found = keyring.verify(data, signature, self.root)
        if found.serial <= self.keyring.serial:
            raise VaultError(
                f"That is keyring {found.serial} and this vault has {self.keyring.serial}; only a"
                " newer one counts."
            )
        if _own_id(found, self.person) != self.me:
            raise VaultError(f"That keyring does not call you {self.me} as the log here does.")
        self._log_keyring(data, found.serial)
        self.commit()
        keyring.install(self.folder / _KEYRING, data, signature)
        self._read_keyring()

    def __enter__(self) -> Self:
        """Return the vault itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give up what was not committed and let others in."""
        self.store.close()
        os.close(self._lock_handle)

    def keep_sealed(self, sha256: str, pieces: Iterable[bytes]) -> Path:
        """Write an evidentiary copy, byte for byte; the next `commit` makes it last.

        Returns where it lies until then.
        """
        path = self.sealed_copy(sha256)
        with _part(path).open("wb") as copy:
            copy.writelines(pieces)
        self._copies.append(path)
        return _part(path)

    def remove_sealed(self, sha256: str) -> None:
        """Delete an evidentiary copy, whole or half-written; no power cut brings it back."""
        path = self.sealed_copy(sha256)
        for one in (path, _part(path)):
            one.unlink(missing_ok=True)
        sync_folder(path.parent)

    def sealed_copy(self, sha256: str) -> Path:
        """Where the evidentiary copy of a sealed file lies."""
        return self.folder / "sealed" / f"{sha256}.age"

    @property
    def custody_path(self) -> Path:
        """The custody log."""
        return self.folder / "custody.jsonl"

    @property
    def own_key(self) -> dict[str, bytes]:
        """Id → raw key of who signs this vault's log."""
        return {self.me: self.person.sign.public_key().public_bytes_raw()}

    @property
    def head(self) -> str:
        """The SHA-256 (hex) of the last custody line committed."""
        state = self.store.record(_HEAD)
        return str(state["head"]) if state else custody.FIRST

    def about(self, sha256: str) -> str:
        """What this vault's log says instead of a sealed file's hash."""
        return custody.salted(self._salt, sha256)

    def mark(self, code: str) -> str:
        """Six signs that stand for a receipt code in this vault, and tell nothing of it."""
        digest = hashlib.sha256(b"SR1-mark" + self._salt + code.encode()).hexdigest()
        return store.short_id(digest)[:6]

    def log(self, event: str, sha256: str = "", **detail: Any) -> None:
        """Note an event for the next `commit`, about the sealed file with this hash or none."""
        about = self.about(sha256) if sha256 else ""
        self._pending.append(Event(event, self.me, custody.today(), about, detail))

    def commit(self) -> None:
        """Write everything since the last commit, and its custody lines, or nothing of it.

        Evidentiary copies come first: no row without its file.
        """
        self._keep_copies()
        self._note_clock()
        lines, prev = [], self.head
        for event in self._pending:
            lines.append(custody.write(event, prev, self.person.sign))
            prev = custody.digest(lines[-1])
        batch = b"".join(line + b"\n" for line in lines)
        if batch:
            size = self.custody_path.stat().st_size
            self.store.set_record(_HEAD, {"batch": batch.decode(), "head": prev, "size": size})
        self.store.commit()
        self._pending = []
        if batch:
            _append(self.custody_path, batch)

    def _note_clock(self) -> None:
        """Say in the log when the day goes back: somebody set this machine's clock."""
        state, today = self.store.record(_HEAD), custody.today()
        if self._pending and state:
            line = _last_line(state["batch"].encode())
            last = canonical.loads(line, what="A custody line")["day"]
            if today < last:
                self._pending.insert(0, Event("clock_set", self.me, today, "", {"before": last}))

    def _keep_copies(self) -> None:
        """Flush all new copies at once, which costs a disk little more than one; then name them."""
        with ThreadPoolExecutor(_FLUSHES) as pool:
            list(pool.map(flush, map(_part, self._copies)))
        for path in self._copies:
            _part(path).replace(path)
        if self._copies:
            sync_folder(self.folder / "sealed")
        self._copies = []

    def _finish_append(self) -> None:
        """Bring the log to where the database says it is; CustodyError if it is another log."""
        state = self.store.record(_HEAD) or {"batch": "", "head": custody.FIRST, "size": 0}
        data, batch = self.custody_path.read_bytes(), state["batch"].encode()
        before, written = data[: state["size"]], data[state["size"] :]
        if len(before) < state["size"] or not batch.startswith(written):
            raise _other_log()
        if batch and custody.digest(_last_line(before + batch)) != state["head"]:
            raise _other_log()
        if before and custody.digest(_last_line(before)) != _first_prev(batch):
            raise _other_log()
        if written != batch:
            _append(self.custody_path, batch[len(written) :])


def _last_line(data: bytes) -> bytes:
    return data.removesuffix(b"\n").rpartition(b"\n")[2]


def _first_prev(batch: bytes) -> str:
    return str(canonical.loads(batch.partition(b"\n")[0], what="A custody line")["prev"])


def _take_lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise VaultError("Another command is working in this vault; wait for its end.") from None
    return handle


def _reviewer(person: Person | Reader) -> Person:
    if not isinstance(person, Person):
        raise VaultError("Only a reviewer has a vault; name a reviewer's identity.")
    return person


def _own_id(ring: Keyring, person: Person) -> str:
    """The id under which the keyring knows this person's signing key."""
    raw = person.sign.public_key().public_bytes_raw()
    for recipient in ring.recipients:
        if recipient.sign == raw:
            return recipient.id
    raise VaultError("This keyring does not name you; ask for one that holds your card.")


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _other_log() -> CustodyError:
    return CustodyError(
        "The custody log is not the one this vault wrote: lines were changed, cut or added; keep"
        " it as evidence and restore the last backup."
    )
