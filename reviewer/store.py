"""The vault's database: sealed files and small records, every content column encrypted (laptop).

A row's columns are all sealed anew under its next version whenever one of them changes. Readable
without the key: how many rows there are, their SHA-256 and how often each was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    select,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.pool import NullPool

from envelope import canonical, testimony
from envelope.testimony import Testimony
from reviewer.cells import Cells
from reviewer.errors import VaultError

OPENED, SET_ASIDE = "opened", "set_aside"
OK, MISMATCH = "ok", "mismatch"
WORDS = "words"
DESTROYED = "destroyed"
"""The record of what two reviewers destroyed (reviewer.destroying): SHA-256 → day and order."""
RECORD_LIMIT = 256 << 20  # bytes; the vault's own words, only bounded against a damaged row
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_CONTENT = ("facts", "file_key", "document")

_metadata = MetaData()
_testimonies = Table(
    "testimonies",
    _metadata,
    Column("sha256", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("file_key", LargeBinary),
    Column("document", LargeBinary),
)
# Apart from what it is about: a decision writes one small value a testimony, and many at once.
_reviews = Table(
    "reviews",
    _metadata,
    Column("sha256", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("review", LargeBinary, nullable=False),
)
_records = Table(
    "records",
    _metadata,
    Column("name", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("value", LargeBinary, nullable=False),
)


def _statements(table: Table) -> tuple[Select[Any], Insert]:
    """Made once: a row's version, and writing all of a row over an older one."""
    (key,) = table.primary_key
    fresh = insert(table)
    columns = {column.name: fresh.excluded[column.name] for column in table.c}
    return (
        select(table.c.version).where(key == bindparam("row")),
        fresh.on_conflict_do_update(index_elements=[key], set_=columns),
    )


_STATEMENTS = {table.name: _statements(table) for table in (_testimonies, _records)}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a vault knows about a sealed file besides its content.

    `state` is OPENED or SET_ASIDE (then `why` is a sentence), `commitment` OK or MISMATCH,
    `transfer` the number of the transfer it came in, `attachments` the SR1 units of the files.
    `aside` is why a person set it aside (one of reviewer.triage.REASONS, "" if nobody did), `note`
    what she wrote about it.
    `closed` is what reviewers closed it to: codes of c2, or WORDS for all but being counted.
    `stated` is what a later statement of hers says instead: c2 or c3 → answer; "c5" → "done" once
    two reviewers took out what she named there (reviewer.statements).
    """

    state: str
    transfer: int
    day: str
    why: str = ""
    commitment: str = ""
    attachments: tuple[str, ...] = ()
    aside: str = ""
    note: str = ""
    closed: tuple[str, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object; dataclasses.asdict would copy every text of it."""
        return {
            "aside": self.aside,
            "attachments": list(self.attachments),
            "closed": list(self.closed),
            "commitment": self.commitment,
            "day": self.day,
            "note": self.note,
            "state": self.state,
            "stated": dict(self.stated),
            "transfer": self.transfer,
            "why": self.why,
        }

    @property
    def is_aside(self) -> bool:
        """Whether it goes into no release, unopened or by a person's decision."""
        return self.state == SET_ASIDE or bool(self.aside)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed file in the vault; `testimony` and `file_key` are None if it is set aside.

    `review` is what reviewer.decisions keeps about it, None before the finder was run.
    """

    sha256: str
    facts: Facts
    file_key: bytes | None = field(default=None, repr=False)
    testimony: Testimony | None = field(default=None, repr=False)
    review: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The testimony's short name, the same in every vault."""
        return short_id(self.sha256)


def short_id(sha256: str) -> str:
    """The first 8 characters of the base32 form (lower case) of a sealed file's SHA-256."""
    number = int(sha256[:10], 16)  # 40 bits
    return "".join(_BASE32[number >> shift & 31] for shift in range(35, -1, -5))


class Store:
    """One transaction on the vault's database at a time; nothing counts before `commit`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._cells = Cells(key)
        self._connection = connect(path)

    def commit(self) -> None:
        """Make everything since the last commit last."""
        self._connection.commit()

    def close(self) -> None:
        """Give up what was not committed."""
        self._connection.rollback()
        self._connection.close()

    def entries(self) -> Iterator[Entry]:
        """Every sealed file, in the order of its hash."""
        rows = self._connection.execute(select(_testimonies).order_by(_testimonies.c.sha256))
        reviews = self._reviews(select(_reviews))
        return (self._entry(row, reviews.get(row["sha256"])) for row in rows.mappings())

    def facts(self) -> dict[str, Facts]:
        """SHA-256 (hex) → facts of every sealed file, without opening any content."""
        columns = (_testimonies.c.sha256, _testimonies.c.version, _testimonies.c.facts)
        rows = self._connection.execute(select(*columns)).mappings()
        return {row["sha256"]: _facts(self._open(row, "facts")) for row in rows}

    def get(self, name: str) -> Entry:
        """The sealed file with this short name; VaultError if there is none, or more than one."""
        rows = self._connection.execute(select(_testimonies.c.sha256)).scalars()
        found = [sha256 for sha256 in rows if short_id(sha256) == name.lower()]
        if len(found) != 1:
            why = "no testimony" if not found else "more than one testimony"
            raise VaultError(f"This vault holds {why} {name[:40]!r}; see sakse-review list.")
        return self.by_hash(found[0])

    def by_hash(self, sha256: str) -> Entry:
        """The sealed file with this SHA-256 (hex); VaultError if it is not here."""
        query = select(_testimonies).where(_testimonies.c.sha256 == sha256)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            raise VaultError(
                f"This vault does not hold {short_id(sha256)}; import the transfer it came in."
            )
        reviews = self._reviews(select(_reviews).where(_reviews.c.sha256 == sha256))
        return self._entry(row, reviews.get(sha256))

    def put(self, entry: Entry) -> None:
        """Write a sealed file's row anew, all columns under the row's next version."""
        columns: dict[str, bytes | None] = {
            "facts": canonical.dumps(entry.facts.as_json()),
            "file_key": entry.file_key,
            "document": entry.testimony.encode() if entry.testimony else None,
        }
        self._upsert(_testimonies, entry.sha256, columns)
        if entry.review is not None:
            self.put_reviews({entry.sha256: entry.review})

    def put_reviews(self, reviews: Mapping[str, Mapping[str, Any]]) -> None:
        """Write what is decided about these testimonies (by SHA-256), and nothing else of them."""
        if not reviews:
            return
        query = select(_reviews.c.sha256, _reviews.c.version).where(_reviews.c.sha256.in_(reviews))
        versions = {row.sha256: row.version for row in self._connection.execute(query)}
        rows = []
        for sha256, review in reviews.items():
            version = 1 + versions.get(sha256, 0)
            place = (_reviews.name, "review", sha256, version)
            sealed = self._cells.seal(place, canonical.dumps(review))
            rows.append({"sha256": sha256, "version": version, "review": sealed})
        statement = insert(_reviews)
        changed = {name: statement.excluded[name] for name in ("version", "review")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["sha256"], set_=changed), rows
        )

    def forget(self, sha256: str, about: str) -> None:
        """Delete a sealed file's rows, and every record whose name holds `about`."""
        for table in (_testimonies, _reviews):
            self._connection.execute(delete(table).where(table.c.sha256 == sha256))
        named = _records.c.name.contains(about, autoescape=True)
        self._connection.execute(delete(_records).where(named))

    def record(self, name: str) -> Any:
        """A small value kept under a name (canonical JSON), None if there is none."""
        query = select(_records).where(_records.c.name == name)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        value = self._cells.open(("records", "value", name, row["version"]), row["value"])
        return _json(value)

    def set_record(self, name: str, value: Any) -> None:
        """Keep a value under a name."""
        self._upsert(_records, name, {"value": canonical.dumps(value)})

    def seal_apart(self, name: str, value: bytes) -> bytes:
        """Encrypt what lies in a file of its own, bound to that file's name."""
        return self._cells.seal(("files", "content", name, 1), value)

    def open_apart(self, name: str, sealed: bytes) -> bytes:
        """Decrypt the content of such a file; VaultError if it was changed or renamed."""
        return self._cells.open(("files", "content", name, 1), sealed)

    def _reviews(self, query: Select[Any]) -> dict[str, Any]:
        rows = self._connection.execute(query).mappings().all()
        return {row["sha256"]: _json(self._open(row, "review", _reviews)) for row in rows}

    def _entry(self, row: RowMapping, review: Any) -> Entry:
        opened = {name: self._open(row, name) if row[name] else None for name in _CONTENT}
        document = opened["document"]
        return Entry(
            sha256=row["sha256"],
            facts=_facts(opened["facts"] or b""),
            file_key=opened["file_key"],
            testimony=testimony.parse(document) if document else None,
            review=review,
        )

    def _open(self, row: RowMapping, name: str, table: Table = _testimonies) -> bytes:
        place = (table.name, name, row["sha256"], row["version"])
        return self._cells.open(place, row[name])

    def _upsert(self, table: Table, row: str, columns: Mapping[str, bytes | None]) -> None:
        query, statement = _STATEMENTS[table.name]
        version = 1 + (self._connection.execute(query, {"row": row}).scalar() or 0)
        sealed = {
            name: None
            if value is None
            else self._cells.seal((table.name, name, row, version), value)
            for name, value in columns.items()
        }
        (key,) = table.primary_key
        self._connection.execute(statement, {key.name: row, "version": version, **sealed})


def make(path: Path) -> None:
    """Make the empty tables in a file that is already there."""
    connection = connect(path)
    _metadata.create_all(connection)
    connection.commit()
    connection.close()


def connect(path: Path) -> Connection:
    """Open a SQLite file that leaves nothing of deleted rows and makes no temporary files."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", _pragmas)
    return engine.connect()


def _pragmas(connection: Any, _record: object) -> None:
    for pragma in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _facts(data: bytes) -> Facts:
    value = _json(data)
    lists = {name: tuple(value.get(name, ())) for name in ("attachments", "closed")}
    return Facts(**{**value, **lists})


def _json(data: bytes) -> Any:
    return canonical.loads(data, what="A row of this vault", limit=RECORD_LIMIT)
