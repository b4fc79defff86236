"""Tells when this release of Sakse is old: a laptop without a network hears of no newer one."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer import custody

if TYPE_CHECKING:
    from reviewer.vault import Vault

RELEASED = dt.date(2026, 11, 26)
"""The day this release was made; CHANGELOG.md says the same."""
OLD_AFTER = dt.timedelta(days=60)
# A root signs for this month and two more at most: the day of signing was not more than this
# before the first day a keyring is valid.
_SIGNED_AHEAD = dt.timedelta(days=62)
_DAY = re.compile(rb'"day":"(\d{4}-\d\d-\d\d)"')


def age_note(vault: Vault | None = None) -> str:
    """A sentence when this release is older than 60 days, else "".

    A laptop's clock may be wrong or set back, so the latest day counts that the clock, the vault's
    custody log or its keyring tells of.
    """
    days = [dt.date.fromisoformat(custody.today()), *(_seen(vault) if vault else ())]
    age = max(days) - RELEASED
    if age <= OLD_AFTER:
        return ""
    return f"This release of Sakse is {age.days} days old; ask for the stick with the newest one."


def _seen(vault: Vault) -> Iterator[dt.date]:
    yield dt.date.fromisoformat(vault.keyring.valid_from) - _SIGNED_AHEAD
    for day in set(_DAY.findall(vault.custody_path.read_bytes())):
        with contextlib.suppress(ValueError):  # a log that was changed is named by `log verify`
            yield dt.date.fromisoformat(day.decode())
