"""Offers passphrases of words chosen by chance, as with dice (laptop)."""

from __future__ import annotations

import math
import secrets
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("eff_large.txt")
LEAST, OFFERED, MOST = 6, 7, 20  # words; 7 are 90 bits, and each guess costs a full Argon2id


@cache
def words() -> tuple[str, ...]:
    """The 7,776 words of the EFF's large list: five dice choose one."""
    lines = _FILE.read_text(encoding="ascii").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def suggest(count: int = OFFERED) -> str:
    """Return a passphrase of `count` words; ValueError for fewer than LEAST."""
    if not LEAST <= count <= MOST:
        raise ValueError(f"a passphrase has {LEAST} to {MOST} words")
    return " ".join(secrets.choice(words()) for _ in range(count))


def bits(count: int) -> int:
    """How many bits of chance are in so many words, rounded down."""
    return math.floor(count * math.log2(len(words())))
