"""The few sizes a sealed file can have, so that its length tells little; every machine.

Sizes are of the plaintext (the padded tar) in bytes. The first bucket holds every testimony
without large files; larger ones grow in four steps an octave, rounded up to 128 KiB above
512 KiB: 5.4 bits leak over 1 kB to 100 MB, at 9.7 % more bytes (doc/FORMAT.md).
"""

from __future__ import annotations

from envelope.errors import FormatError

FIRST = 65536
LARGEST = 112 << 20
MAX_ATTACHMENTS = 16
MAX_ATTACHMENT_BYTES = 100 << 20
_CHUNK = 65536
_TAG = 16
_NONCE = 16
_ROUND_FROM = 512 << 10
_ROUND_TO = 128 << 10


def _buckets() -> tuple[int, ...]:
    sizes = [FIRST]
    octave = FIRST
    while sizes[-1] < LARGEST:
        for quarters in (4, 5, 6, 7):
            size = octave * quarters // 4
            if size > _ROUND_FROM:
                size = -(-size // _ROUND_TO) * _ROUND_TO
            if sizes[-1] < size <= LARGEST:
                sizes.append(size)
        octave *= 2
    return tuple(sizes)


BUCKETS = _buckets()


def bucket(size: int) -> int:
    """The smallest bucket that holds ``size`` bytes; FormatError above 112 MiB."""
    for candidate in BUCKETS:
        if size <= candidate:
            return candidate
    raise FormatError("This testimony is larger than 112 MiB; leave out the largest file.")


def payload_size(bucket_size: int) -> int:
    """Bytes of an age payload (nonce, chunks, tags) that carries ``bucket_size`` bytes."""
    return _NONCE + bucket_size + _TAG * -(-bucket_size // _CHUNK)


_BY_PAYLOAD = {payload_size(size): size for size in BUCKETS}


def bucket_of_payload(size: int) -> int:
    """The bucket of a payload of ``size`` bytes; FormatError if no bucket has that size."""
    try:
        return _BY_PAYLOAD[size]
    except KeyError:
        raise FormatError(
            "This sealed file has a size no sealed testimony has; it is cut, or was not sealed"
            " with the page or sakse-seal."
        ) from None
