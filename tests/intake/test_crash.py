"""What the drop called received survives kill -9 at any moment."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from contextlib import closing, suppress
from http.client import HTTPException

import pytest

from tests.intake.rig import Served, Site, digest_of, joined_digest, look_alike, pieces, sealed

CLIENTS = 4


class Load:
    """Clients that send without pause and remember what was called received."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.received: set[bytes] = set()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(n,)) for n in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _send(self, n: int) -> None:
        client = self.served.client(timeout=5)
        with suppress(HTTPException, OSError):
            while not self.stop.is_set():
                if n == 0:
                    self._send_large(client)
                    continue
                body = look_alike()
                if client.seal(body).status == 200:
                    self.received.add(joined_digest(body))

    def _send_large(self, client) -> None:
        body = LARGE[:-1000] + random.randbytes(1000)
        upload = client.start(body)
        for m, piece in enumerate(pieces(body)):
            client.piece(upload, m, piece)
        if client.done(upload, body).status == 200:
            self.received.add(joined_digest(body))

    def end(self) -> set[bytes]:
        self.stop.set()
        for thread in self.threads:
            thread.join(20)
        return self.received


LARGE = sealed(size=300_000)


def kill_often(site: Site, rounds: int) -> None:
    received: set[bytes] = set()
    for _ in range(rounds):
        served = Served(site)
        load = Load(served)
        time.sleep(random.uniform(0.02, 0.4))
        served.kill()
        received |= load.end()
        assert_whole(site, received)
    assert len(received) > rounds


def assert_whole(site: Site, received: set[bytes]) -> None:
    """Every acknowledged file is there, every finished one is complete."""
    with closing(sqlite3.connect(site.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        finished = dict(
            connection.execute("SELECT digest, pieces FROM file WHERE week IS NOT NULL")
        )
        assert received <= set(finished)
        torn = connection.execute(
            "SELECT count(*) FROM file WHERE week IS NOT NULL AND"
            " (pieces != (SELECT count(*) FROM piece WHERE piece.file = file.id) OR"
            "  size != (SELECT sum(length(body)) FROM piece WHERE piece.file = file.id))"
        ).fetchone()
        assert torn == (0,)


def test_five_kills_under_load_lose_nothing_that_was_received(site: Site) -> None:
    kill_often(site, 5)


@pytest.mark.long
def test_two_hundred_kills_under_load_lose_nothing_that_was_received(site: Site) -> None:
    kill_often(site, 200)


def test_the_check_itself_sees_a_loss_and_a_torn_file(site: Site) -> None:
    with pytest.raises(AssertionError):
        assert_whole(site, {digest_of(b"never sent")})
    with closing(sqlite3.connect(site.database)) as connection:
        connection.execute(
            "INSERT INTO file (id, size, pieces, digest, week)"
            " VALUES (zeroblob(16), 5, 1, zeroblob(32), '2026-W47')"
        )
        connection.commit()
    with pytest.raises(AssertionError):
        assert_whole(site, set())
