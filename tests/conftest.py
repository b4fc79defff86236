"""What every test stands on: weak Argon2 (a full one takes a second and 256 MiB each time)."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["SAKSE_TEST_WEAK_ARGON2"] = "1"
# A busy machine makes one example slow; that says nothing about the code.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
