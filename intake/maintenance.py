"""Once a day at a fixed hour: sweep unfinished uploads, erase the order of arrival (drop)."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from envelope.cli import warn
from intake.errors import RefusedError
from intake.store import Store

CHECK_SECONDS = 600  # how often the clock is looked at, and how soon a failure is tried again


def due_day(now: dt.datetime, hour: int) -> int:
    """The day whose fixed hour came last, as a proleptic ordinal. `now` is in UTC."""
    return (now - dt.timedelta(hours=hour)).date().toordinal()


class Maintenance(threading.Thread):
    """Looks at the clock and tidies the store once for every day, even after a pause."""

    def __init__(self, store: Store, hour: int) -> None:
        super().__init__(name="maintenance", daemon=True)
        self._store = store
        self._hour = hour
        self._stopped = threading.Event()

    def run(self) -> None:
        """Check until `stop`."""
        while True:
            self.check(dt.datetime.now(dt.UTC))
            if self._stopped.wait(CHECK_SECONDS):
                return

    def check(self, now: dt.datetime) -> None:
        """Sweep and tidy if the fixed hour has passed since that last worked.

        A database or disk in trouble is warned of and raises nothing: the next check tries again.
        """
        _or_warn(lambda: self._sweep_and_tidy(due_day(now, self._hour)))
        _or_warn(lambda: self._store.blur(now.date()))

    def _sweep_and_tidy(self, day: int) -> None:
        self._store.sweep(day)
        if not self._store.tidy(day):
            warn("the database was not tidied; see that the disk has room for two more of it.")

    def stop(self) -> None:
        """End the thread after what it is doing."""
        self._stopped.set()
        self.join()


def _or_warn(work: Callable[[], None]) -> None:
    try:
        work()
    except RefusedError as refused:
        if refused.key == "full":  # else another process holds the database: that passes
            warn("the disk is full and the database was not tidied; make room for two more of it.")
    except (SQLAlchemyError, OSError) as error:
        fault = type(error).__name__
        warn(f"the database was not tidied ({fault}); see that it runs and its disk has room.")
