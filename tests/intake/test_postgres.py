"""The same drop with PostgreSQL: Debian's own server, started for the test."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect

from envelope import bag
from intake import db, store
from intake.errors import RefusedError
from intake.store import Store
from tests.intake.rig import (
    Site,
    digest_of,
    joined_digest,
    look_alike,
    make_site,
    pieces,
    sealed,
    serving,
)
from tests.intake.test_accept import bring, fill
from tests.intake.test_crash import Load
from tests.intake.test_db import COLUMNS

pytestmark = pytest.mark.long
BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A running server whose only door is a unix socket in this folder."""
    assert BIN, "install Debian's postgresql"
    account = pwd.getpwnam("postgres")
    folder = Path(tempfile.mkdtemp(prefix="sakse-pg-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    as_postgres = {"user": account.pw_uid, "group": account.pw_gid, "cwd": folder}
    if os.getuid() != 0:
        as_postgres = {"cwd": folder}
    subprocess.run(
        [BIN[0] / "initdb", "-D", folder / "data", "-A", "trust", "-U", "sakse", "-E", "UTF8"],
        check=True, capture_output=True, **as_postgres,
    )  # fmt: skip
    server = subprocess.Popen(
        [BIN[0] / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses="],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_postgres,
    )  # fmt: skip
    ready = [BIN[0] / "pg_isready", "-h", folder, "-q"]
    while subprocess.run(ready).returncode:
        assert server.poll() is None
        time.sleep(0.1)
    yield folder
    server.send_signal(2)
    server.wait(30)
    shutil.rmtree(folder)


@pytest.fixture
def site(cluster: Path, tmp_path: Path) -> Site:
    name = f"drop{random.randrange(10**9)}"
    psql = ["psql", "-h", str(cluster), "-U", "sakse", "-q", "postgres", "-c"]
    subprocess.run([*psql, f"CREATE DATABASE {name}"], check=True)
    url = f"postgresql+psycopg://sakse@/{name}?host={cluster}"
    return make_site(tmp_path, database=url, quota_mib=64, text_reserve_mib=8)


def kept(site: Site) -> dict[bytes, bytes]:
    engine = db.engine(site.config)
    with db.reading(engine) as connection:
        found = [b"".join(store.read(connection, file)) for file in store.kept(connection)]
    engine.dispose()
    return {joined_digest(body): body for body in found}


def test_it_has_the_same_columns(site: Site) -> None:
    engine = db.engine(site.config)
    found = inspect(engine)
    tables = {
        name: {column["name"] for column in found.get_columns(name)}
        for name in found.get_table_names()
    }
    engine.dispose()
    assert tables == {name: set(columns) for name, columns in COLUMNS.items()}


def test_it_keeps_files_whole_uploads_in_pieces_and_each_once(site: Site, tmp_path: Path) -> None:
    with serving(site) as running:
        client = running.client()
        bodies = [sealed(), sealed(size=300_000), sealed(size=500_000)]
        assert [client.seal(bodies[0]).status for _ in range(2)] == [200, 200]
        assert client.send(bodies[1]).status == 200
        assert client.form(bodies[2]).status == 200
        upload = client.start(bodies[1])
        assert client.piece(upload, 1, pieces(bodies[1])[1]).status == 200
        assert client.piece(upload, 1, pieces(bodies[2])[1]).status == 409
        assert client.ask("GET", upload).json() == {"missing": [0, 2]}
        assert client.done(upload, bodies[1]).status == 409
        with ThreadPoolExecutor(16) as pool:
            more = [look_alike() for _ in range(32)]
            assert set(pool.map(lambda b: running.client().seal(b).status, more)) == {200}
        assert kept(site) == {joined_digest(body): body for body in bodies + more}
        (tmp_path / "stick").mkdir()
        said = site.command("export", "--to", str(tmp_path / "stick")).stdout.strip()
        bag.validate(Path(said))
        assert len(list(Path(said, "data", "sealed").iterdir())) == 35
        assert client.seal(look_alike()).status == 200
        assert running.log() == ""


def test_it_sweeps_and_holds_its_quota(site: Site) -> None:
    opened = Store(db.engine(site.config), site.config)
    body = sealed(size=200_000)
    upload = opened.start(len(pieces(body)), len(body))
    opened.put_piece(upload, 0, pieces(body)[0], digest_of(pieces(body)[0]))
    assert [opened.sweep(day) for day in (1, 2, 2, 3)] == [True, True, False, True]
    with pytest.raises(RefusedError):
        opened.missing(upload)
    with pytest.raises(RefusedError, match="full"):
        while True:
            body = look_alike()
            opened.put_sealed(body, digest_of(body))
    assert opened.tidy(1)
    opened.close()


def test_it_deletes_what_a_return_names_and_keeps_the_rest(site: Site) -> None:
    files = fill(site, [look_alike() for _ in range(4)] + [sealed(size=300_000)])
    left = {max(files): files.pop(max(files))}
    said = site.command("accept", str(bring(site, files)))
    assert (said.stdout.split(":")[1], said.stderr) == (" 4 files deleted, 0 not here any more, 0 kept.\n", "")
    assert [digest_of(body).hex() for body in kept(site).values()] == list(left.values())


def test_two_front_ends_keep_every_file_once(site: Site, tmp_path: Path) -> None:
    first = Store(db.engine(site.config), site.config)
    second = Store(db.engine(site.config), site.config)
    bodies = [look_alike() for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        jobs = [(front, body) for body in bodies for front in (first, second)]
        list(pool.map(lambda job: job[0].put_sealed(job[1], digest_of(job[1])), jobs))
    first.close()
    second.close()
    engine = db.engine(site.config)
    with db.reading(engine) as connection:
        assert len(store.kept(connection)) == 40
    engine.dispose()


def test_kills_under_load_lose_nothing_that_was_received(site: Site) -> None:
    received: set[bytes] = set()
    for _ in range(5):
        with serving(site) as running:
            load = Load(running)
            time.sleep(random.uniform(0.1, 0.6))
            running.kill()
            received |= load.end()
        assert received <= set(kept(site))
    assert len(received) > 10
