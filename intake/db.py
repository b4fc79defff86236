"""The drop's whole state as one database: sealed pieces, and nothing that tells when or who."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from envelope.config import DropConfig
from intake.errors import IntakeError

PAGE_SIZE = 8192  # bytes of a SQLite page: measured fastest for 70 kB rows
BUSY_MS = 3000  # how long SQLite waits for another process's write lock
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
LOCK = 0x53616B73  # "Saks": PostgreSQL's advisory lock that stands for SQLite's write lock

META = MetaData()
# A finished file has a digest and the ISO week it was finished in; an unfinished one has instead
# a generation, which ages it by whole days until the sweeper takes it.
FILE = Table(
    "file",
    META,
    Column("id", LargeBinary(16), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("generation", SmallInteger),
    Column("digest", LargeBinary(32)),
    Column("week", String(8)),
    CheckConstraint("(generation IS NULL) = (digest IS NOT NULL)"),
    CheckConstraint("(generation IS NULL) = (week IS NOT NULL)"),
    CheckConstraint("generation BETWEEN 0 AND 3"),
    sqlite_with_rowid=False,
)
Index("file_digest", FILE.c.digest)
_UNFINISHED = FILE.c.generation.is_not(None)
Index("file_generation", FILE.c.generation, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
PIECE = Table(
    "piece",
    META,
    Column("file", LargeBinary(16), ForeignKey(FILE.c.id), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
# transfer: number of the last export. generation: of uploads begun now. swept: day of the last
# sweep, tidied: of the last vacuum; both happen every day whatever arrives.
NUMBER = Table(
    "number",
    META,
    Column("name", String(16), primary_key=True),
    Column("value", Integer, nullable=False),
    sqlite_with_rowid=False,
)
_NUMBERS = ("generation", "swept", "tidied", "transfer")


def engine(config: DropConfig) -> Engine:
    """Connect to the configured database; every `begin` takes the write lock first."""
    url = make_url(config.database_url())
    # VACUUM writes a whole copy beside the database: onto the same encrypted disk, not /tmp.
    os.environ["SQLITE_TMPDIR"] = str(config.state)
    made = create_engine(url, hide_parameters=True)
    event.listen(made, "begin", _lock)
    if url.get_backend_name() == "sqlite":
        event.listen(made, "connect", _settle)
    return made


def create(made: Engine) -> None:
    """Make the tables in an empty database; raise IntakeError if they are there already."""
    if inspect(made).has_table(FILE.name):
        raise IntakeError("The database holds a drop already; name a new one to begin anew.")
    with made.begin() as connection:
        META.create_all(connection)
        connection.execute(NUMBER.insert(), [{"name": name, "value": 0} for name in _NUMBERS])


def require(made: Engine) -> None:
    """Raise IntakeError unless the database can be reached and holds the drop's tables."""
    with explained(), reading(made) as connection:
        names = set(inspect(connection).get_table_names())
    if not names.issuperset(META.tables):
        raise IntakeError("The database holds no drop yet; run sakse-intake init first.")


@contextmanager
def explained() -> Iterator[None]:
    """Raise IntakeError, a sentence for the operator, for a database that does not answer."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # sqlite.org/rescode.html
        if code in _IN_USE:
            raise IntakeError("The database is in use; run it again in a minute.") from None
        raise IntakeError(
            f"The database cannot be used ({type(error.orig).__name__}): see that it runs and its"
            " disk has room, or correct drop.database."
        ) from None


@contextmanager
def reading(made: Engine) -> Iterator[Connection]:
    """One unchanging view of the database that keeps nobody from writing."""
    with made.connect().execution_options(sakse_read=True) as connection, connection.begin():
        yield connection


def vacuum(made: Engine) -> bool:
    """Rewrite the database in the order of its random ids.

    False if it could not be done now: another process was in it, or the disk has no room for a
    copy. Nothing is lost then, but the order of arrival stays readable.
    """
    options = {"isolation_level": "AUTOCOMMIT"}
    try:
        with made.connect().execution_options(**options) as connection:
            if made.dialect.name != "sqlite":
                connection.execute(text("VACUUM (FULL) file, piece"))
                return True
            connection.execute(text("VACUUM"))
        return checkpoint(made)
    except DBAPIError:
        return False


def checkpoint(made: Engine) -> bool:
    """Empty SQLite's journal into its file; False if another process was in it."""
    if made.dialect.name != "sqlite":
        return True
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return bool(connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0] == 0)


def blur(made: Engine, day: dt.date) -> None:
    """Give a SQLite database's files the time of a day's beginning, UTC.

    The next write dates them again; a check every few minutes keeps that short.
    """
    if made.dialect.name != "sqlite":
        return
    time = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()
    for suffix in ("", "-wal", "-shm"):
        path = Path(f"{made.url.database}{suffix}")
        if path.exists():
            os.utime(path, (time, time))


def _settle(connection: sqlite3.Connection, _record: object) -> None:
    """Durable at every commit, and deleted bytes overwritten (sqlite.org/pragma.html)."""
    connection.isolation_level = None  # `_lock` begins transactions, not the driver
    for pragma in (
        f"page_size = {PAGE_SIZE}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _lock(connection: Connection) -> None:
    options = connection.get_execution_options()
    sqlite = connection.dialect.name == "sqlite"
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    if options.get("sakse_read"):
        connection.exec_driver_sql(
            "BEGIN" if sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )
    else:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if sqlite else f"SELECT pg_advisory_xact_lock({LOCK})"
        )
