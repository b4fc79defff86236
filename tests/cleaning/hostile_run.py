"""Opens and cleans the whole hostile corpus in one process and prints what became of it, as JSON.

Run where loopback is up and nothing else, and where /proc shows no other process: a listener waits
at the address that every trap names.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from reviewer import cleaning, sandbox
from reviewer.cleaning import child
from reviewer.errors import CleaningError
from tests.cleaning.hostile import CORPUS, MIB, TRAP

SAFE = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "application/pdf": b"%PDF-1", "audio/ogg": b"OggS", "video/mp4": b"\0\0\0"}


def listen() -> list[bytes]:
    """Take every connection to the trap and note the first bytes that came."""
    host, _, port = TRAP.partition(":")
    server, caught = socket.create_server((host, int(port))), []

    def serve() -> None:
        while True:
            connection, _ = server.accept()
            connection.settimeout(1)
            try:
                caught.append(connection.recv(100))
            except OSError:
                caught.append(b"")
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return caught


def watched() -> list[int]:
    """The memory of each sandbox as its watch sees it, in bytes, from now on."""
    seen, tree = [], sandbox._tree

    def noted(root: int) -> dict[int, int]:
        found = tree(root)
        seen.append(sum(found.values()))
        return found

    sandbox._tree = noted
    return seen


def fate(data: bytes) -> str:
    """What becomes of one file: "clean TYPE" or the sentence that says why not."""
    found = cleaning.inspect(data, "text/html\u202e", seek_faces=False)
    try:
        shown = cleaning.preview(data)
        assert shown.startswith(b"\x89PNG"), "a preview that is no picture"
    except CleaningError:
        pass
    try:
        made = cleaning.clean(data, sound=True)
    except CleaningError as error:
        return str(error)
    assert made.data.startswith(SAFE[made.media_type]), made.media_type
    assert not found.why_not, "cleaned though it was not to be opened"
    return f"clean {made.media_type}"


def main() -> None:
    child.PRINT_SECONDS = 20  # so that a sheet without end takes less of a test's time
    caught, seen = listen(), watched()
    told, longest = {}, {}
    for name, make in CORPUS.items():
        data = make()
        before = time.monotonic()
        try:
            told[name] = fate(data)
        except Exception as error:  # noqa: BLE001 - what the test is about
            told[name] = f"FAULT {error!r}"
        longest[name] = round(time.monotonic() - before, 2)
        del data
        print(longest[name], name, "→", told[name], file=sys.stderr, flush=True)
    peak = {"self": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "child": max(seen) // MIB}
    quiet, left = list(caught), [name for name in os.listdir("/proc") if name.isdecimal() and int(name) not in (1, os.getpid())]
    left = [name for name in left if b" Z " not in Path("/proc", name, "stat").read_bytes()]  # dead, not yet fetched
    subprocess.run([sys.executable, "-c", f"import socket; socket.create_connection({tuple(TRAP.split(':'))!r}).send(b'a request that left')"], check=True)
    time.sleep(0.2)
    json.dump({"told": told, "seconds": longest, "peak": peak, "caught": len(quiet), "control": len(caught), "left": left, "owned": os.path.exists("/tmp/owned")}, sys.stdout)


if __name__ == "__main__":
    main()
