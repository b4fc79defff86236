"""`sakse-intake` whose memory may be read and whose every opened file is noted, for the canary test.

OPENED names the file that takes the notes. PLANT makes it break a promise on purpose: "memory"
(the sentence in CANARY stays in memory), "log", "spool" (Werkzeug's own handling of forms).
"""

from __future__ import annotations

import os
import sys

from flask import Request

from intake import server
from intake.cli import main
from intake.form import SealedRequest

KEPT: list[str] = []


def note_opened_files() -> None:
    notes = os.open(os.environ["OPENED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[2], int):
            writes = arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if writes:
                os.write(notes, f"{arguments[0]!r}\n".encode())

    sys.addaudithook(note)


def plant(what: str) -> None:
    if what == "memory":
        KEPT.append("".join(os.environ.pop("CANARY").split("|")))
    elif what == "log":
        print("".join(os.environ.pop("CANARY").split("|")), file=sys.stderr, flush=True)
    elif what == "spool":
        SealedRequest._get_file_stream = Request._get_file_stream


if __name__ == "__main__":
    server.harden = lambda: None
    plant(os.environ.get("PLANT", ""))
    note_opened_files()
    main()
