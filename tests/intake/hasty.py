"""`sakse-intake` that gives a request one second to be whole, for the test of slow senders."""

from __future__ import annotations

from intake import server
from intake.cli import main

if __name__ == "__main__":
    server.REQUEST_SECONDS = 1
    main()
