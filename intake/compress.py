"""Compresses the pages once, as small as gzip can be: witnesses pay for minutes online (drop)."""

from __future__ import annotations

import functools

import zopfli.gzip


@functools.cache
def gzipped(html: bytes) -> bytes:
    """Return `html` as gzip without time or name; seconds for the first call, then none."""
    packed: bytes = zopfli.gzip.compress(html)
    return packed
