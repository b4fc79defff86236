"""Sealed files are kept whole or not at all, within the quota, for as long as they must be."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from envelope import padding
from envelope.config import DropConfig
from intake import db
from intake import store as files
from intake.errors import RefusedError
from intake.store import PIECE_SIZE, Store
from intake.writer import Writer
from tests.intake.rig import digest_of, joined_digest, look_alike, pieces, sealed


def kept(store: Store) -> list[bytes]:
    with db.reading(store.engine) as connection:
        return [b"".join(files.read(connection, file)) for file in files.kept(connection)]


def refused(key: str):
    return pytest.raises(RefusedError, check=lambda error: error.key == key)


def keep(store: Store, body: bytes) -> None:
    store.put_sealed(body, digest_of(body))


def begin(store: Store, body: bytes, count: int | None = None) -> bytes:
    upload = store.start(len(pieces(body)), len(body))
    for n, piece in enumerate(pieces(body)[:count]):
        store.put_piece(upload, n, piece, digest_of(piece))
    return upload


def test_an_upload_lives_two_days_and_is_swept_on_the_third(store: Store) -> None:
    body = sealed(size=200_000)
    upload = begin(store, body, 1)
    assert store.sweep(100)
    assert store.sweep(101)
    assert store.missing(upload) == [1]
    assert store.sweep(102)
    with refused("unknown"):
        store.missing(upload)


def test_a_day_is_swept_once(store: Store) -> None:
    begin(store, sealed(size=200_000), 1)
    assert [store.sweep(100) for _ in range(5)] == [True, False, False, False, False]
    with db.reading(store.engine) as connection:
        assert files.unfinished(connection) == 1


def test_generations_go_round_without_taking_the_young_with_the_old(store: Store) -> None:
    alive: list[tuple[int, bytes]] = []
    for day in range(1, 12):
        alive.append((day, store.start(2, 200_000)))
        store.sweep(day)
        alive = [(born, upload) for born, upload in alive if day - born < 2]
        for _, upload in alive:
            assert store.missing(upload) == [0, 1]
        with db.reading(store.engine) as connection:
            assert files.unfinished(connection) == len(alive)


def test_a_finished_file_is_never_swept(store: Store) -> None:
    body = sealed(size=200_000)
    upload = begin(store, body)
    store.done(upload, joined_digest(body))
    for day in range(10):
        store.sweep(day)
    assert kept(store) == [body]


def test_a_flood_of_large_files_leaves_room_for_text(store: Store) -> None:
    with refused("full"):
        while True:
            begin(store, sealed(size=2_000_000))
            store.sweep(0)
    for _ in range(30):
        keep(store, look_alike())
    assert len(kept(store)) == 30


def test_text_fills_the_whole_quota_and_no_more(store: Store) -> None:
    with refused("full"):
        while True:
            keep(store, look_alike())
    with db.reading(store.engine) as connection:
        used = files.stored_bytes(connection)
    assert (16 << 20) - 80_000 < used <= 16 << 20


def test_the_quota_counts_what_arrived_and_not_what_was_declared(store: Store) -> None:
    for _ in range(3):
        store.start(900, 900 * PIECE_SIZE)
    body = sealed(size=1_000_000)
    keep(store, body)
    with db.reading(store.engine) as connection:
        assert files.stored_bytes(connection) == len(body)


def test_uploads_that_hold_nothing_make_way_and_those_that_hold_something_do_not(store: Store) -> None:
    begun = [begin(store, sealed(size=200_000), 1) for _ in range(2)]
    empty = store.start(2, 200_000)  # the third open upload is the last there is room for
    newer = store.start(2, 200_000)
    with refused("unknown"):
        store.missing(empty)
    body = sealed(size=200_000)
    store.put_piece(begin(store, body, 0), 0, pieces(body)[0], digest_of(pieces(body)[0]))
    with refused("unknown"):
        store.missing(newer)
    with refused("full"):
        store.start(2, 200_000)
    assert [store.missing(upload) for upload in begun] == [[1], [1]]


def test_a_first_piece_that_is_not_sealed_ends_the_upload_before_it_is_written(store: Store) -> None:
    words = b"invented canary 5521, dressed up as a file in pieces. " * 4000
    upload = store.start(2, len(words))
    with refused("not_sealed"):
        store.put_piece(upload, 0, words[:PIECE_SIZE], digest_of(words[:PIECE_SIZE]))
    with refused("unknown"):
        store.missing(upload)
    for path in Path(store.engine.url.database or "").parent.iterdir():
        assert b"invented canary 5521" not in path.read_bytes()


def test_the_same_bytes_are_written_again_like_new_ones_and_kept_once(store: Store) -> None:
    body = sealed()
    keep(store, body)
    with db.reading(store.engine) as connection:
        before = files.kept(connection)
    written = []
    for again in (body, sealed()):
        wal = Path(f"{store.engine.url.database}-wal")
        size = wal.stat().st_size
        keep(store, again)
        written.append(wal.stat().st_size - size)
    assert written[0] > 65536 and written[1] > 65536
    with db.reading(store.engine) as connection:
        assert before[0] in files.kept(connection) and len(files.kept(connection)) == 2


def test_a_full_drop_answers_the_same_for_known_and_new_bytes(store: Store) -> None:
    known = look_alike()
    keep(store, known)
    with refused("full"):
        while True:
            keep(store, look_alike())
    with refused("full"):
        keep(store, known)


def test_half_an_upload_counts_as_much_as_has_arrived(store: Store) -> None:
    begin(store, sealed(size=1_000_000), 3)
    with db.reading(store.engine) as connection:
        assert files.stored_bytes(connection) == 3 * PIECE_SIZE


def test_a_large_file_from_the_form_does_not_use_the_reserve(store: Store) -> None:
    with refused("full"):
        while True:
            keep(store, sealed(size=1_000_000))
    with db.reading(store.engine) as connection:
        assert files.stored_bytes(connection) <= 12 << 20
    keep(store, sealed())


def test_the_largest_bucket_is_accepted_and_a_larger_size_is_not(store: Store) -> None:
    size = padding.payload_size(padding.LARGEST) + 6000
    store.start(-(-size // PIECE_SIZE), size)
    with refused("declared"):
        store.start(-(-files.LARGEST // PIECE_SIZE) + 1, files.LARGEST + PIECE_SIZE)


def test_the_week_is_the_iso_week() -> None:
    assert files.iso_week(dt.date(2027, 1, 3)) == "2026-W53"
    assert files.iso_week(dt.date(2026, 11, 22)) == "2026-W47"


def test_transfers_are_numbered_from_one(store: Store) -> None:
    for expected in (1, 2, 3):
        with store.engine.begin() as connection:
            assert files.next_transfer(connection) == expected
    with db.reading(store.engine) as connection:
        assert files.last_transfer(connection) == 3


def test_a_job_that_fails_undoes_its_batch_and_nobody_is_told_received(store: Store) -> None:
    writer = Writer(store.engine)
    hold, held = threading.Event(), threading.Event()
    answers: list[object] = []

    def slow(_: Connection) -> None:
        held.set()
        hold.wait(10)

    def good(connection: Connection) -> None:
        files.next_transfer(connection)

    def bad(connection: Connection) -> None:
        files.next_transfer(connection)
        raise ZeroDivisionError

    def told(job) -> None:
        try:
            answers.append(writer.run(job))
        except RefusedError as error:
            answers.append(error.key)

    threads = [threading.Thread(target=told, args=(job,)) for job in (slow, good, bad, good)]
    threads[0].start()
    held.wait(10)
    for thread in threads[1:]:
        thread.start()
    while writer._jobs.qsize() < 3:
        pass
    hold.set()
    for thread in threads:
        thread.join()
    writer.close()
    assert answers.count("busy") == 3
    with db.reading(store.engine) as connection:
        assert files.last_transfer(connection) == 0


def test_while_the_store_tidies_everyone_is_told_to_come_back(store: Store) -> None:
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        inside.set()
        leave.wait(10)

    thread = threading.Thread(target=lambda: store._writer.alone(work))
    thread.start()
    inside.wait(10)
    with refused("busy"):
        keep(store, sealed())
    leave.set()
    thread.join()
    keep(store, sealed())
    assert len(kept(store)) == 1


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_loses_nothing_that_was_received(tiny: Path) -> None:
    config = DropConfig(state=tiny)
    engine = db.engine(config)
    db.create(engine)
    store = Store(engine, config)
    received = []
    with refused("full"):
        while True:
            body = look_alike()
            keep(store, body)
            received.append(body)
    assert len(received) > 5
    assert sorted(kept(store)) == sorted(received)
    store.close()
