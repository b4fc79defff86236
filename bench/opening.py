"""Opening on the laptop: MB/s for a large file, files a second for small ones."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from bench.table import seconds, show, side_by_side
from envelope import archive, padding
from envelope.seal import HPKE_INFO, SUITE, seal
from envelope.stream import CHUNK, nonce
from keys.agefile import open_file
from keys.identity import AgeIdentity

LARGE = 100_000_000  # bytes
SMALL_FILES = 300
NONCE = bytes(12)


def main() -> None:
    """Print both tables."""
    people = [AgeIdentity.generate() for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        large(people, Path(folder))
    small(people)


def large(people: list[AgeIdentity], folder: Path) -> None:
    """100 MB from file to file, beside two limits: the bare cipher, and bare copying as well."""
    sealed, out = folder / "sealed.age", folder / "plain"
    block = os.urandom(1_000_000)
    with sealed.open("wb") as target:
        recipients = [person.recipient for person in people]
        seal((block for _ in range(LARGE // len(block))), target, recipients, grease=bytes(32))
    cipher = ChaCha20Poly1305(bytes(32))
    chunk = cipher.encrypt(NONCE, os.urandom(CHUNK), None)
    count = LARGE // CHUNK
    raw_file = folder / "raw"
    with raw_file.open("wb") as target:
        target.writelines(cipher.encrypt(nonce(n, False), bytes(CHUNK), None) for n in range(count))

    def opened() -> float:
        def work() -> None:
            with sealed.open("rb") as source, out.open("wb") as target:
                for part in open_file(source, people[2:], testimony=True).chunks:
                    target.write(part)

        return LARGE / 1e6 / seconds(work)

    def bare() -> float:
        def work() -> None:
            for _ in range(count):
                cipher.decrypt(NONCE, chunk, None)

        return LARGE / 1e6 / seconds(work)

    def copied() -> float:
        """The same reads, decryptions and writes, with no format around them."""
        def work() -> None:
            with raw_file.open("rb") as source, out.open("wb") as target:
                for n in range(count):
                    target.write(cipher.decrypt(nonce(n, False), source.read(CHUNK + 16), None))

        return LARGE / 1e6 / seconds(work)

    rows = []
    for name, limit, goal in [
        ("bare ChaCha20-Poly1305, in memory", bare, "20 %"),
        ("the same, file to file", copied, ""),
    ]:
        ours, raw, ratio = side_by_side(opened, limit, 5)
        rows.append([name, f"{ours:,.0f}", f"{raw:,.0f}", f"{ratio:.0%}", goal])
    show(
        "Opening one sealed file of 100 MB, file to file, third of three recipients (MB/s)",
        ["raw limit", "ours", "raw", "ours/raw", "goal"],
        rows,
    )


def small(people: list[AgeIdentity]) -> None:
    """Text-sized testimonies, beside the bare HPKE and cipher calls they cannot do without."""
    recipients = [person.recipient for person in people]
    files = []
    for n in range(SMALL_FILES):
        out = io.BytesIO()
        packed = archive.pack([("testimony.json", b"%d" % n)], padding.bucket)
        seal(packed, out, recipients, grease=os.urandom(32))
        files.append(out.getvalue())
    cipher = ChaCha20Poly1305(bytes(32))
    chunk = cipher.encrypt(NONCE, bytes(padding.FIRST), None)

    def opened() -> float:
        def work() -> None:
            for data in files:
                plain = b"".join(open_file(io.BytesIO(data), people[1:2], testimony=True).chunks)
                archive_of = next(iter(archive.members(plain)))
                assert archive_of[0] == "testimony.json"

        return SMALL_FILES / seconds(work)

    private = MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())
    wrapped = SUITE.encrypt(bytes(16), private.public_key(), HPKE_INFO)

    def bare() -> float:
        def work() -> None:
            for _ in range(SMALL_FILES):
                SUITE.decrypt(wrapped, private, HPKE_INFO)
                cipher.decrypt(NONCE, chunk, None)

        return SMALL_FILES / seconds(work)

    ours, raw, ratio = side_by_side(opened, bare, 5)
    limit = "one bare HPKE decryption and 64 KiB of bare cipher"
    show(
        "Opening text-sized testimonies, second of three recipients (files a second)",
        ["raw limit", "ours", "raw", "ours/raw", "goal"],
        [[limit, f"{ours:,.0f}", f"{raw:,.0f}", f"{ratio:.0%}", "300/s"]],
    )
