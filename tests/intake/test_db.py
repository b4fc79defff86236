"""The database says nothing but what THREATS.md admits: every column named, no order of arrival."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from envelope.config import DropConfig
from intake import db
from intake.errors import IntakeError
from intake.store import Store
from tests.intake.rig import Site, digest_of, look_alike, sealed, serving

COLUMNS = {
    "file": {
        "id": "BLOB", "size": "BIGINT", "pieces": "INTEGER", "generation": "SMALLINT",
        "digest": "BLOB", "week": "VARCHAR(8)",
    },
    "piece": {"file": "BLOB", "n": "INTEGER", "digest": "BLOB", "body": "BLOB"},
    "number": {"name": "VARCHAR(16)", "value": "INTEGER"},
}  # fmt: skip
INDEXES = {"file_digest": ["digest"], "file_generation": ["generation"]}


def connect(store: Store) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(store.engine.url.database or ""))


def test_the_schema_has_these_columns_and_no_other(store: Store) -> None:
    with connect(store) as connection:
        tables = dict(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        )
        found = {
            name: {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({name})")}
            for name in tables
        }
        named = "SELECT name FROM sqlite_master WHERE type != 'table' AND sql IS NOT NULL"
        indexes = {
            name: [row[2] for row in connection.execute(f"PRAGMA index_info({name})")]
            for (name,) in connection.execute(named)
        }
    assert found == COLUMNS
    assert indexes == INDEXES
    assert all(sql.rstrip().endswith("WITHOUT ROWID") for sql in tables.values())


def test_no_value_is_a_time_finer_than_a_week_and_the_only_counter_is_of_transfers(
    store: Store,
) -> None:
    store.put_sealed(body := sealed(), digest_of(body))
    store.start(3, 300_000)
    with connect(store) as connection:
        files = connection.execute("SELECT id, size, generation, week FROM file").fetchall()
        numbers = {name for (name,) in connection.execute("SELECT name FROM number")}
    finished = [row for row in files if row[2] is None]
    assert [bool(re.fullmatch(r"20\d\d-W[0-5]\d", row[3])) for row in finished] == [True]
    assert [(row[2], row[3]) for row in files if row[2] is not None] == [(0, None)]
    assert all(len(row[0]) == 16 for row in files)
    assert numbers == {"generation", "swept", "tidied", "transfer"}


def test_every_commit_is_durable_and_what_is_deleted_is_overwritten(store: Store) -> None:
    with db.reading(store.engine) as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
    }


def offsets(raw: bytes, bodies: list[bytes]) -> list[int]:
    """Where in the raw file each body lies, by a piece of it that no page boundary cuts."""
    found = []
    for body in bodies:
        tail = body[-900:]
        hits = [raw.find(tail[at : at + 32]) for at in (0, 300, 600)]
        found.append(next(hit for hit in hits if hit >= 0))
    return found


def rank_correlation(values: list[int]) -> float:
    """Spearman's rho of the values with the order they stand in."""
    n = len(values)
    rank = {value: place for place, value in enumerate(sorted(values))}
    distance = sum((place - rank[value]) ** 2 for place, value in enumerate(values))
    return 1 - 6 * distance / (n * (n * n - 1))


def fill(store: Store, count: int) -> list[bytes]:
    bodies = [look_alike() for _ in range(count)]
    for body in bodies:
        store.put_sealed(body, digest_of(body))
    return bodies


def test_the_raw_file_tells_the_order_of_arrival_until_the_daily_vacuum_and_not_after(
    tmp_path: Path,
) -> None:
    config = DropConfig(state=tmp_path)
    engine = db.engine(config)
    db.create(engine)
    store = Store(engine, config)
    bodies = fill(store, 120)
    with connect(store) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "drop.db"
    assert rank_correlation(offsets(path.read_bytes(), bodies)) > 0.9
    assert store.tidy(1)
    # 120 random ranks: a standard deviation of 0.09.
    assert abs(rank_correlation(offsets(path.read_bytes(), bodies))) < 0.4
    assert (tmp_path / "drop.db-wal").stat().st_size == 0
    store.close()


def test_rows_come_in_the_order_of_their_random_ids(store: Store) -> None:
    bodies = fill(store, 60)
    with connect(store) as connection:
        ids = [row[0] for row in connection.execute("SELECT id, size, pieces FROM file")]
        order = [bytes(row[0]) for row in connection.execute("SELECT body FROM piece")]
    assert ids == sorted(ids)
    assert abs(rank_correlation([bodies.index(body) for body in order])) < 0.55


def test_a_swept_upload_is_gone_from_the_raw_file(store: Store, tmp_path: Path) -> None:
    part = os.urandom(131072)
    upload = store.start(3, 300_000)
    store.put_piece(upload, 1, part, digest_of(part))  # what a first piece must be, it is not
    for day in (1, 2, 3):
        store.sweep(day)
    assert store.tidy(1)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert not any(part[at : at + 32] in raw for at in range(0, len(part), 1024))


def test_a_second_drop_is_not_made_in_the_same_database(store: Store) -> None:
    with pytest.raises(IntakeError, match="holds a drop already"):
        db.create(store.engine)


def test_a_database_without_a_drop_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="init"):
        db.require(db.engine(DropConfig(state=tmp_path)))
    with pytest.raises(IntakeError, match=r"drop\.database"):
        db.require(db.engine(DropConfig(state=tmp_path / "missing")))


IN_USE = "The database is in use; run it again in a minute."


def test_a_database_held_by_another_process_alone_is_said_to_be_in_use(store: Store) -> None:
    store.engine.dispose()
    with connect(store) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("UPDATE number SET value = 0")
        with pytest.raises(IntakeError, match=re.escape(IN_USE)):
            db.require(store.engine)


def test_another_process_that_writes_keeps_nobody_from_looking(site: Site) -> None:
    with closing(sqlite3.connect(site.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        db.require(db.engine(site.config))
        assert "0 sealed files" in site.command("status").stdout
        failed = site.command("export", "--to", str(site.folder / "log"), check=False)
    assert (failed.returncode, failed.stderr) == (1, f"error: {IN_USE}\n")
    assert list((site.folder / "log").iterdir()) == []


def test_a_drop_starts_while_another_process_writes(site: Site) -> None:
    with closing(sqlite3.connect(site.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with serving(site) as running:
            assert running.client().ask("GET", "/en").status == 200


def test_an_error_of_the_database_shows_no_content(store: Store) -> None:
    statement = text("INSERT INTO number (name, value) VALUES (:name, :value)")
    with pytest.raises(DBAPIError) as failed, store.engine.begin() as connection:
        connection.execute(statement, {"name": "transfer", "value": "what she wrote"})
    assert "what she wrote" not in str(failed.value)


@pytest.mark.parametrize(
    "values",
    ["1, 1, 0, NULL, '2026-W01'", "1, 1, NULL, NULL, NULL", "1, 1, 4, NULL, NULL", "1, 1, NULL, x'00', NULL",
     "1, 1, 0, x'00', '2026-W01'"],
)  # fmt: skip
def test_a_row_is_either_finished_or_unfinished(store: Store, values: str) -> None:
    columns = "id, size, pieces, generation, digest, week"
    with pytest.raises(DBAPIError, match="CHECK"), store.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO file ({columns}) VALUES (x'00', {values})"))


def test_a_vacuum_in_the_way_of_another_process_says_so_and_loses_nothing(store: Store) -> None:
    bodies = fill(store, 3)
    with connect(store) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        assert not store.tidy(1)
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM piece").fetchone() == (len(bodies),)
    assert store.tidy(1)
