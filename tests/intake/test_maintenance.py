"""Once a day at the fixed hour, however often the drop is restarted, and again until it worked."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from intake import db
from intake import maintenance as upkeep
from intake.errors import RefusedError
from intake.maintenance import Maintenance, due_day
from intake.store import Store
from tests.intake.rig import eventually


def at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC)


def numbers(store: Store) -> dict[str, int]:
    with closing(sqlite3.connect(store.engine.url.database or "")) as connection:
        return dict(connection.execute("SELECT name, value FROM number"))


def test_a_day_begins_at_the_fixed_hour() -> None:
    assert due_day(at(22, 2), 3) == due_day(at(21, 3), 3) == dt.date(2026, 11, 21).toordinal()
    assert due_day(at(22, 3), 3) == dt.date(2026, 11, 22).toordinal()


def test_the_generation_advances_once_a_day_whatever_restarts(store: Store) -> None:
    for day, hour in ((20, 4), (20, 5), (21, 2), (21, 3), (21, 23), (22, 2), (23, 9)):
        Maintenance(store, 3).check(at(day, hour))
    assert numbers(store)["generation"] == 3  # the 20th, the 21st and the 23rd


def test_a_vacuum_that_was_disturbed_is_tried_again(store: Store) -> None:
    maintenance = Maintenance(store, 3)
    wal = store.engine.url.database + "-wal"
    with closing(sqlite3.connect(store.engine.url.database or "", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM number").fetchall()
        maintenance.check(at(20, 4))
        assert _size(wal) > 0
        reader.execute("COMMIT")
    maintenance.check(at(20, 5))
    assert _size(wal) == 0


def test_a_vacuum_that_was_missed_is_made_good_after_a_restart(store: Store) -> None:
    with closing(sqlite3.connect(store.engine.url.database or "", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM number").fetchall()
        Maintenance(store, 3).check(at(20, 4))
        reader.execute("COMMIT")
    assert numbers(store)["tidied"] == 0
    Maintenance(store, 3).check(at(20, 5))
    assert numbers(store)["tidied"] == numbers(store)["swept"] == dt.date(2026, 11, 20).toordinal()


def test_the_files_of_the_database_tell_no_time_of_day(store: Store) -> None:
    Maintenance(store, 3).check(at(20, 4))
    for path in Path(store.engine.url.database or "").parent.glob("drop.db*"):
        assert path.stat().st_mtime % 86400 == 0


def test_the_thread_tidies_at_once_and_stops_when_told(store: Store) -> None:
    maintenance = Maintenance(store, 3)
    maintenance.start()
    assert eventually(lambda: numbers(store)["swept"] > 0)
    before = time.monotonic()
    maintenance.stop()
    assert time.monotonic() - before < 60


def fail_once(monkeypatch: pytest.MonkeyPatch, nth: int, error: Exception) -> list[int]:
    """Let `db.checkpoint` raise `error` the `nth` time it is called; returns a list of its calls."""
    real, calls = db.checkpoint, []

    def checkpoint(engine):
        calls.append(1)
        if len(calls) == nth:
            raise error
        return real(engine)

    monkeypatch.setattr(db, "checkpoint", checkpoint)
    return calls


FAULTS = {
    "the disk's": OSError(28, "No space left on device"),
    "the database's": OperationalError("", {}, sqlite3.OperationalError("disk I/O error")),
}
FAULT = pytest.mark.parametrize("fault", FAULTS)


@FAULT
@pytest.mark.parametrize("nth", [1, 2])
def test_a_fault_is_warned_of_in_one_sentence_and_the_next_check_succeeds(
    store: Store, nth: int, fault: str, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    fail_once(monkeypatch, nth, FAULTS[fault])
    maintenance = Maintenance(store, 3)
    maintenance.check(at(20, 4))
    said = capsys.readouterr().err
    assert said.startswith("warning: the database was not tidied")
    assert (said.count("\n"), said[-2:]) == (1, ".\n")
    maintenance.check(at(20, 5))
    assert capsys.readouterr().err == ""
    assert numbers(store)["tidied"] == dt.date(2026, 11, 20).toordinal()


@FAULT
def test_the_thread_outlives_a_fault(store: Store, fault: str, monkeypatch, capsys) -> None:
    calls = fail_once(monkeypatch, 2, FAULTS[fault])
    monkeypatch.setattr(upkeep, "CHECK_SECONDS", 0.05)
    maintenance = Maintenance(store, 3)
    maintenance.start()
    assert eventually(lambda: len(calls) >= 2, 60)
    swept = numbers(store)["swept"]
    maintenance._hour -= 24  # the next day has come
    assert eventually(lambda: numbers(store)["tidied"] == swept + 1, 60)
    assert maintenance.is_alive()
    maintenance.stop()
    assert capsys.readouterr().err.count("\n") == 1


def test_a_full_disk_is_warned_of_when_nothing_can_be_swept(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    def sweep(_day: int) -> bool:
        raise RefusedError("full")

    monkeypatch.setattr(store, "sweep", sweep)
    Maintenance(store, 3).check(at(20, 4))
    said = capsys.readouterr().err
    assert said.startswith("warning: the disk is full")
    assert (said.count("\n"), said[-2:]) == (1, ".\n")


def test_files_whose_times_cannot_be_set_are_warned_of(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    def utime(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(db.os, "utime", utime)
    Maintenance(store, 3).check(at(20, 4))
    assert capsys.readouterr().err.count("warning: ") == 1


def _size(path: str) -> int:
    return Path(path).stat().st_size
