"""What every test stands on: weak Argon2 (a full one takes a second and 256 MiB each time)."""

from __future__ import annotations

import os

os.environ["SAKSE_TEST_WEAK_ARGON2"] = "1"
