"""A child process that opens sealed files and knows nothing else (laptop).

Run by reviewer.openers as `python -I -m reviewer.openchild`. On stdin: one line of JSON, the age
identities; then for each file its size in a line, and its bytes. On stdout, for each file: one line
of canonical JSON, which says what it holds or why it does not open. It ends when stdin does.
"""

from __future__ import annotations

import resource
import signal
import sys
from typing import Any, BinaryIO

from envelope import canonical
from envelope.offline import forbid_network
from keys.identity import AgeIdentity
from reviewer.opening import Opener, Unopened

MEMORY = 1 << 30  # bytes; the largest sealed file takes a quarter of it
PATIENCE = 300  # seconds for one file; the slowest lawful one takes ten
MAX_LINE = 64 << 10


def main() -> None:
    """Open what stdin brings until it ends."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))  # no dump of a crash may hold a testimony
    forbid_network()
    source, out = sys.stdin.buffer, sys.stdout.buffer
    texts = canonical.loads(source.readline(MAX_LINE), what="The list of identities")
    opener = Opener([AgeIdentity.parse(text) for text in texts])
    while size := source.readline(MAX_LINE):
        signal.alarm(PATIENCE)  # nobody catches it: it ends this process
        _answer(out, _opened(opener, source.read(int(size))))
        signal.alarm(0)


def _opened(opener: Opener, data: bytes) -> dict[str, Any]:
    try:
        opening = opener.open(data)
    except Unopened as error:
        return {"reason": error.reason, "why": str(error)}
    return {
        "attachments": list(opening.attachments),
        "commitment_ok": opening.commitment_ok,
        "document": opening.testimony.encode().decode(),
        "file_key": opening.file_key.hex(),
    }


def _answer(out: BinaryIO, value: dict[str, Any]) -> None:
    out.write(canonical.dumps(value) + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
