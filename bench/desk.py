"""The desk on a case of 200 testimonies: how long one decision takes until it is in the vault."""

from __future__ import annotations

import functools
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.table import seconds, show
from envelope import keyring, sshsig, testimony
from envelope.form import load
from envelope.keyring import Keyring, Recipient
from keys.person import current_epoch, new_reviewer
from reviewer import edits, vault
from reviewer.case import Case, Changes
from reviewer.desk import look
from reviewer.finder import find
from reviewer.store import OPENED, Entry, Facts
from reviewer.vault import Vault

TESTIMONIES = 200
WORDS = 350
EVERYWHERE = "Maran Brang Awng"  # invented, named in every testimony: the most a decision writes
ROUNDS = 15
NAMES = "Zau Tu Awng Naw Seng Hkun Ja Roi Lum Mai Htoi San Bawk Ring Gam La Tang Nu Pri Kai".split()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        _weak()
        with _vault(Path(folder)) as opened:
            table(opened, Path(folder))


def table(opened: Vault, folder: Path) -> None:
    """One row an action; the raw limit is a file of the same size written through to the disk."""
    loading = seconds(lambda: _sought(opened))
    case = Case(opened)
    first = case.entries()[0].sha256
    busiest = case.all_rows()[0]
    rare = case.all_rows()[: -ROUNDS - 1 : -1]
    raw = _times(lambda _: _flushed(folder / "raw"))
    decided = _times(lambda n: case.change(edits.accept(case, rare[n].id)))
    rows = [
        (f"a decision about one of {rare[0].count} mentions", decided),
        ("taking it back", _times(lambda _: case.undo())),
        ("words added, found nowhere else", _times(lambda n: case.change(_added(case, first, n)))),
        ("the reading screen's rows and texts", _times(lambda _: _screen(case, first))),
        (f"a decision about a person in all {busiest.testimonies}", _both(case, busiest.id)),
    ]
    show(
        f"The desk, {TESTIMONIES} testimonies of {WORDS} words, sought in {loading:.0f} s (ms)",
        ["action", "ours", "one write through to the disk", "goal"],
        [[name, f"{1e3 * ours:.1f}", f"{1e3 * raw:.1f}", "50"] for name, ours in rows],
    )


def _times(work: Callable[[int], object]) -> float:
    return median(seconds(functools.partial(work, n)) for n in range(ROUNDS))


def _both(case: Case, row: str) -> float:
    def once(n: int) -> None:
        case.change(edits.accept(case, row) if n % 2 == 0 else edits.reject(case, row, "measured"))

    return _times(once)


def _added(case: Case, sha256: str, n: int) -> Changes:
    return edits.add(case, sha256, ("narrative", 10 * n, 10 * n + 6), "OTHER", "bench")


def _screen(case: Case, sha256: str) -> None:
    case.rows(sha256)
    look.texts(case, sha256)


def _flushed(path: Path) -> None:
    with path.open("wb") as file:
        file.write(os.urandom(4096 * 4))
        file.flush()
        os.fsync(file.fileno())


def _sought(opened: Vault) -> None:
    case = Case(opened)
    for entry in case.entries():
        case.seek(entry.sha256, find)


def _weak() -> None:
    os.environ["SAKSE_TEST_WEAK_ARGON2"] = "1"  # the lock is not what is measured here


def _vault(folder: Path) -> Vault:
    """A vault with invented testimonies, as an import leaves them."""
    root, drop = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    epoch = current_epoch()
    people = [new_reviewer(name, epoch) for name in ("one", "two")]
    ring = Keyring(
        serial=1, team="invented", epoch=epoch, valid_from=f"{epoch}-01", valid_until=f"{epoch}-28",
        protection=None, drop=drop.public_key().public_bytes_raw(), minimum_release="0.1.0",
        recipients=tuple(
            Recipient(name, one.epochs[epoch].recipient, one.sign.public_key().public_bytes_raw())
            for name, one in zip(("one", "two"), people, strict=True)
        ),
    )  # fmt: skip
    path = folder / "keyring.json"
    path.write_bytes(keyring.encode(ring))
    signature = sshsig.sign(root, sshsig.KEYRING, path.read_bytes())
    path.with_name("keyring.json.sig").write_bytes(signature)
    print_of_root = sshsig.fingerprint(root.public_key().public_bytes_raw())
    vault.create(folder / "vault", people[0], path, print_of_root, "an invented passphrase")
    opened = Vault(folder / "vault", "an invented passphrase")
    for n in range(TESTIMONIES):
        opened.store.put(_entry(n))
    opened.commit()
    return opened


def _entry(n: int) -> Entry:
    given = {"c1": "yes", "a1": "adult", "c2": "iimm", "c3": "text"}
    made = testimony.build(
        load(), lang="en", answers=given, narrative=_account(n), attachments=(), code=""
    )
    facts = Facts(OPENED, 1, "2026-11-01", commitment="ok")
    return Entry(secrets.token_hex(32), facts, bytes(16), made)


def _account(n: int) -> str:
    """An account of WORDS words with a name of its own in every third sentence."""
    lines = [f"Soldiers took {EVERYWHERE} from the road on that day and nobody saw where to."]
    while sum(len(line.split()) for line in lines) < WORDS:
        k = len(lines)
        name = " ".join(NAMES[(n * 7 + k * 3 + part * (n + 1)) % len(NAMES)] for part in range(3))
        lines.append(f"Then we met Salang {name} near the river and walked home in the rain.")
        lines.append("They said nothing to us, and we said nothing to them until the morning came.")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
