"""Keeps sealed files and unfinished uploads, each whole or not at all, within a quota (drop)."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.engine import Connection, Engine, Row

from envelope import header, padding
from envelope.config import DropConfig
from envelope.errors import FormatError
from intake import db
from intake.db import FILE, NUMBER, PIECE
from intake.errors import RefusedError
from intake.writer import Writer

PIECE_SIZE = 128 << 10
LARGEST = header.MAX_HEADER + padding.payload_size(padding.LARGEST)
GENERATIONS = 4
TOO_OLD = 3  # generations after which an unfinished upload is swept: two to three days
RECOUNT_SECONDS = 60  # how long the count of stored bytes may miss another process's work

_MIB = 1 << 20
_BY_DIGEST = text("SELECT id, week FROM file WHERE digest = :digest")
_ADD_FILE = text(
    "INSERT INTO file (id, size, pieces, generation, digest, week)"
    " VALUES (:id, :size, :pieces, :generation, :digest, :week)"
)
_ADD_PIECE = text("INSERT INTO piece (file, n, digest, body) VALUES (:file, :n, :digest, :body)")
_ROW = text("SELECT size, pieces, generation, digest FROM file WHERE id = :id")
_DIGESTS = text("SELECT n, digest FROM piece WHERE file = :id ORDER BY n")
_BODY = select(PIECE.c.body).where(PIECE.c.file == bindparam("id"), PIECE.c.n == bindparam("n"))


@dataclass(frozen=True, slots=True)
class Kept:
    """One finished sealed file: its id, size in bytes, number of pieces and ISO week."""

    id: bytes
    size: int
    pieces: int
    week: str


class Store:
    """The drop's files; every method returns only once its change is on disk."""

    def __init__(self, engine: Engine, config: DropConfig) -> None:
        self.engine = engine
        self._writer = Writer(engine)
        self._quota = config.quota_mib * _MIB
        self._reserve = config.text_reserve_mib * _MIB
        self._open_uploads = config.open_uploads
        self._used = 0
        self._recount_at = 0.0

    def close(self) -> None:
        """Finish what is waiting and let go of the database."""
        self._writer.close()
        self.engine.dispose()

    def put_sealed(self, body: bytes, digest: bytes) -> None:
        """Keep a whole sealed file; the same bytes again are kept once.

        `digest` is the sender's SHA-256 of `body`. Raises RefusedError.
        """
        if hashlib.sha256(body).digest() != digest:
            raise RefusedError("digest")
        require_sealed(body, len(body))
        rows = _piece_rows(os.urandom(16), body, digest)
        whole: dict[str, Any] = {"id": rows[0]["file"], "size": len(body), "pieces": len(rows)}
        whole |= {"generation": None, "week": iso_week()}
        whole["digest"] = _joined(row["digest"] for row in rows)
        limit = self._quota if len(rows) == 1 else self._quota - self._reserve

        def job(connection: Connection) -> None:
            self._require_room(connection, len(body), limit)
            known = connection.execute(_BY_DIGEST, whole).first()
            if known is not None:
                # Written again, as new bytes would be: neither answer nor time tells which.
                whole.update(id=bytes(known.id), week=known.week)
                for row in rows:
                    row["file"] = whole["id"]
                self._used -= len(body)
                remove(connection, [whole["id"]])
            connection.execute(_ADD_FILE, whole)
            connection.execute(_ADD_PIECE, rows)
            self._used += len(body)

        self._writer.run(job)

    def start(self, pieces: int, size: int) -> bytes:
        """Begin an upload of `size` bytes in `pieces` pieces; return its random id."""
        if not 0 < size <= LARGEST or pieces != -(-size // PIECE_SIZE):
            raise RefusedError("declared")
        file = os.urandom(16)
        row = {"id": file, "size": size, "pieces": pieces, "digest": None, "week": None}

        def job(connection: Connection) -> None:
            self._require_room(connection, min(size, PIECE_SIZE), self._quota - self._reserve)
            if unfinished(connection) >= self._open_uploads:
                self._make_way(connection)
            connection.execute(_ADD_FILE, row | {"generation": _number(connection, "generation")})

        self._writer.run(job)
        return file

    def put_piece(self, file: bytes, n: int, body: bytes, digest: bytes) -> None:
        """Keep piece `n` of an upload; the first write wins, the same bytes again are welcome.

        The first piece holds the header: one that is not sealed ends the upload before any of it
        is written. Raises RefusedError.
        """
        if hashlib.sha256(body).digest() != digest:
            raise RefusedError("digest")

        def job(connection: Connection) -> RefusedError | None:
            row = _require_row(connection, file)
            if not 0 <= n < row.pieces or len(body) != _piece_length(row.size, n):
                raise RefusedError("piece_size")
            at = {"id": file, "n": n}
            stored = connection.scalar(
                text("SELECT digest FROM piece WHERE file = :id AND n = :n"), at
            )
            if stored is not None or row.generation is None:
                if stored != digest:
                    raise RefusedError("rewritten")
                return None
            if n == 0:
                try:
                    require_sealed(body, row.size)
                except RefusedError as refused:
                    self._drop_upload(connection, file)
                    return refused
            self._require_room(connection, len(body), self._quota - self._reserve)
            piece = {"file": file, "n": n, "digest": digest, "body": body}
            connection.execute(_ADD_PIECE, piece)
            self._used += len(body)
            return None

        refused = self._writer.run(job)
        if refused is not None:
            raise refused

    def missing(self, file: bytes) -> list[int]:
        """The numbers of the pieces an upload still lacks, in order."""

        def job(connection: Connection) -> list[int]:
            row = _require_row(connection, file)
            stored = {found.n for found in connection.execute(_DIGESTS, {"id": file})}
            return [n for n in range(row.pieces) if n not in stored]

        return self._writer.run(job)

    def done(self, file: bytes, digest: bytes) -> None:
        """Make an upload a kept file if it is whole; its header was checked with its first piece.

        `digest` is SHA-256 over the joined SHA-256 of its pieces. An upload that can never
        become one is deleted. Raises RefusedError.
        """

        def job(connection: Connection) -> RefusedError | None:
            row = _require_row(connection, file)
            if row.generation is None:
                return None if bytes(row.digest) == digest else RefusedError("rewritten")
            digests = [bytes(found.digest) for found in connection.execute(_DIGESTS, {"id": file})]
            if len(digests) != row.pieces:
                raise RefusedError("incomplete")
            if _joined(digests) != digest:
                self._drop_upload(connection, file)
                return RefusedError("digest")
            finished = {"generation": None, "digest": digest, "week": iso_week()}
            connection.execute(update(FILE).where(FILE.c.id == file).values(finished))
            return None

        refused = self._writer.run(job)
        if refused is not None:
            raise refused

    def sweep(self, day: int) -> bool:
        """Age unfinished uploads by a generation and delete the oldest; False if `day` is done.

        `day` is a proleptic ordinal (datetime.date.toordinal).
        """

        def job(connection: Connection) -> bool:
            if _number(connection, "swept") == day:
                return False
            generation = (_number(connection, "generation") + 1) % GENERATIONS
            oldest = (generation - TOO_OLD) % GENERATIONS
            ids = connection.scalars(select(FILE.c.id).where(FILE.c.generation == oldest))
            remove(connection, [bytes(found) for found in ids])
            _set_number(connection, "generation", generation)
            _set_number(connection, "swept", day)
            self._recount_at = 0.0
            return True

        return self._writer.run(job)

    def tidy(self, day: int) -> bool:
        """Erase the order of arrival from the database; False if it must be tried again.

        Each `day`, a proleptic ordinal, is tidied once, whatever is restarted.
        """
        with db.reading(self.engine) as connection:
            if _number(connection, "tidied") == day:
                return True
        if not self._writer.alone(lambda: db.vacuum(self.engine)):
            return False
        self._writer.run(lambda connection: _set_number(connection, "tidied", day))
        db.checkpoint(self.engine)
        return True

    def blur(self, day: dt.date) -> None:
        """Set the times of the database's files to a day, so that they tell no last arrival."""
        db.blur(self.engine, day)

    def _drop_upload(self, connection: Connection, file: bytes) -> None:
        """Delete an unfinished upload; its pieces are counted again."""
        remove(connection, [file])
        self._recount_at = 0.0

    def _make_way(self, connection: Connection) -> None:
        """Delete one upload, any, that was begun but holds nothing; refuse if all hold something.

        Otherwise a few hundred empty requests would keep out everyone with a photo for days.
        """
        held = select(PIECE.c.file).where(PIECE.c.file == FILE.c.id).exists()
        empty = select(FILE.c.id).where(FILE.c.generation.is_not(None), ~held)
        found = connection.scalar(empty.order_by(func.random()).limit(1))
        if found is None:
            raise RefusedError("full")
        self._drop_upload(connection, bytes(found))

    def _require_room(self, connection: Connection, size: int, limit: int) -> None:
        now = time.monotonic()
        if now >= self._recount_at:
            self._used = stored_bytes(connection)
            self._recount_at = now + RECOUNT_SECONDS
        if self._used + size > limit:
            raise RefusedError("full")


def require_sealed(start: bytes, size: int) -> None:
    """Check every rule for a testimony's sealed file that needs no key.

    `start` holds its header (64 post-quantum recipients and one commitment fit into one piece),
    `size` is that of the whole file in bytes. Raises RefusedError.
    """
    if not start.startswith(header.VERSION_LINE):
        raise RefusedError("not_sealed")
    try:
        parsed, offset = header.parse(start)
        header.require_pq(parsed, grease=True)
        padding.bucket_of_payload(size - offset)
    except FormatError as error:
        raise RefusedError("not_sealed", str(error)) from None


def iso_week(today: dt.date | None = None) -> str:
    """The ISO week in UTC, such as 2026-W47: the finest time the drop ever writes."""
    year, week, _ = (today or dt.datetime.now(dt.UTC).date()).isocalendar()
    return f"{year}-W{week:02d}"


def kept(connection: Connection) -> list[Kept]:
    """Every finished file, in the order of its random id."""
    columns = (FILE.c.id, FILE.c.size, FILE.c.pieces, FILE.c.week)
    rows = connection.execute(select(*columns).where(FILE.c.week.is_not(None)).order_by(FILE.c.id))
    return [Kept(bytes(row.id), row.size, row.pieces, row.week) for row in rows]


def read(connection: Connection, file: Kept) -> Iterator[bytes]:
    """The bytes of a finished file, piece by piece."""
    for n in range(file.pieces):
        yield connection.execute(_BODY, {"id": file.id, "n": n}).scalar_one()


def remove(connection: Connection, ids: Iterable[bytes]) -> None:
    """Delete files or uploads with all their pieces."""
    for file in ids:
        connection.execute(delete(PIECE).where(PIECE.c.file == file))
        connection.execute(delete(FILE).where(FILE.c.id == file))


def unfinished(connection: Connection) -> int:
    """How many uploads have begun and are not done."""
    return int(connection.scalar(select(func.count()).where(FILE.c.generation.is_not(None))) or 0)


def next_transfer(connection: Connection) -> int:
    """Count one more transfer and return its number."""
    number = _number(connection, "transfer") + 1
    _set_number(connection, "transfer", number)
    return number


def last_transfer(connection: Connection) -> int:
    """The number of the last transfer, 0 before the first."""
    return _number(connection, "transfer")


def stored_bytes(connection: Connection) -> int:
    """Bytes of sealed files and of pieces that have arrived, never what was only declared."""
    finished = select(func.sum(FILE.c.size)).where(FILE.c.week.is_not(None))
    half = (
        select(func.sum(func.length(PIECE.c.body)))
        .join(FILE, FILE.c.id == PIECE.c.file)
        .where(FILE.c.generation.is_not(None))
    )
    return int(connection.scalar(finished) or 0) + int(connection.scalar(half) or 0)


def _require_row(connection: Connection, file: bytes) -> Row[Any]:
    row = connection.execute(_ROW, {"id": file}).first()
    if row is None:
        raise RefusedError("unknown")
    return row


def _piece_rows(file: bytes, body: bytes, digest: bytes) -> list[dict[str, Any]]:
    """The rows of a whole file's pieces; one piece has the file's own SHA-256."""
    if len(body) <= PIECE_SIZE:
        return [{"file": file, "n": 0, "digest": digest, "body": body}]
    pieces = [body[at : at + PIECE_SIZE] for at in range(0, len(body), PIECE_SIZE)]
    return [
        {"file": file, "n": n, "digest": hashlib.sha256(piece).digest(), "body": piece}
        for n, piece in enumerate(pieces)
    ]


def _joined(digests: Iterable[bytes]) -> bytes:
    """The digest of a file: SHA-256 over the joined SHA-256 of its pieces."""
    return hashlib.sha256(b"".join(digests)).digest()


def _piece_length(size: int, n: int) -> int:
    return min(PIECE_SIZE, size - n * PIECE_SIZE)


def _number(connection: Connection, name: str) -> int:
    return int(connection.execute(select(NUMBER.c.value).where(NUMBER.c.name == name)).scalar_one())


def _set_number(connection: Connection, name: str, value: int) -> None:
    connection.execute(update(NUMBER).where(NUMBER.c.name == name).values(value=value))
