"""The drop: durable 64 KiB sealed files a second, beside a bare insert loop."""

from __future__ import annotations

import base64
import hashlib
import json
import multiprocessing
import os
import re
import socket
import sqlite3
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from bench.table import show
from tests.intake.rig import Site, look_alike, make_site, serving

CLIENTS = (1, 4, 16)
FILES = 960  # a round, all clients together
ROUNDS = 3
PRAGMAS = ("page_size = 16384", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")


def main() -> None:
    """Print the table; every round starts with an empty drop, and is followed by the bare loop."""
    rows = []
    for clients in CLIENTS:
        found = [one_round(clients) for _ in range(ROUNDS)]
        ours, raw = median(f[0] for f in found), median(f[1] for f in found)
        ratio = median(f[0] / f[1] for f in found)
        lost = sum(f[2] for f in found)
        goal = "500/s, 35 %" if clients == 4 else ""
        rows.append([str(clients), f"{ours:,.0f}", f"{raw:,.0f}", f"{ratio:.0%}", str(lost), goal])
    show(
        "Storing 64 KiB sealed files through `sakse-intake serve`, each answered once on disk"
        "\n  (files a second; raw: one insert and commit after another, same disk and PRAGMAs)",
        ["clients", "ours", "raw", "ours/raw", "lost", "goal"],
        rows,
    )


def one_round(clients: int) -> tuple[float, float, int]:
    """Files a second of the drop and of the bare loop, and how many answered files are missing."""
    with tempfile.TemporaryDirectory() as folder:
        site = make_site(Path(folder) / "drop")
        with serving(site):
            rate = through_the_drop(site, clients)
        kept = json.loads(site.command("status", "--json").stdout)["files"]
        return rate, bare(Path(folder) / "bare.db"), FILES - kept


def through_the_drop(site: Site, clients: int) -> float:
    """Files a second, from the first byte sent to the last answer."""
    path = site.config.listen.removeprefix("unix:")
    context = multiprocessing.get_context("fork")
    ready, answers = context.Barrier(clients), context.SimpleQueue()
    crowd = [
        context.Process(target=client, args=(path, FILES // clients, ready, answers))
        for _ in range(clients)
    ]
    for process in crowd:
        process.start()
    times = [answers.get() for _ in crowd]
    for process in crowd:
        process.join()
    if None in times:
        raise SystemExit("error: the drop refused a file; look at its log, then run this again.")
    return FILES / (max(end for _, end in times) - min(start for start, _ in times))


def client(path: str, files: int, ready: Barrier, answers: multiprocessing.SimpleQueue) -> None:
    """One client on one kept connection; its requests are made beforehand, to measure the drop."""
    requests = [request(look_alike()) for _ in range(files)]
    with socket.socket(socket.AF_UNIX) as drop:
        drop.connect(path)
        ready.wait()
        start = time.monotonic()
        for whole in requests:
            drop.sendall(whole)
            if not answer(drop).startswith(b"HTTP/1.1 200 "):
                break
        else:
            answers.put((start, time.monotonic()))
            return
    answers.put(None)


def answer(drop: socket.socket) -> bytes:
    """One whole answer, empty when the drop hung up."""
    data = b""
    while not (found := re.search(rb"Content-Length: (\d+)\r\n.*?\r\n\r\n", data, re.DOTALL)) or (
        len(data) < found.end() + int(found[1])
    ):
        more = drop.recv(65536)
        if not more:
            return b""
        data += more
    return data


def request(sealed: bytes) -> bytes:
    """POST /sealed, as bytes."""
    digest = base64.b64encode(hashlib.sha256(sealed).digest()).decode()
    head = (
        "POST /sealed HTTP/1.1\r\nHost: drop.invalid\r\nContent-Type: application/age\r\n"
        f"Content-Digest: sha-256=:{digest}:\r\nContent-Length: {len(sealed)}\r\n\r\n"
    )
    return head.encode() + sealed


def bare(path: Path) -> float:
    """Inserts a second, one commit each, with the drop's page size and durability."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE piece (id BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID")
    bodies = [look_alike() for _ in range(FILES)]
    start = time.monotonic()
    for body in bodies:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO piece VALUES (?, ?)", (os.urandom(16), body))
        database.execute("COMMIT")
    rate = FILES / (time.monotonic() - start)
    database.close()
    return rate
