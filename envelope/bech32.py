"""Bech32 (BIP-173) without a length limit, as age writes its keys; for every machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from envelope.errors import FormatError

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {char: index for index, char in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6
# A hybrid recipient has 1,960 characters; a bound keeps a hostile file from costing time.
_MAX_TEXT = 8192


def encode(hrp: str, data: bytes) -> str:
    """The Bech32 text of ``data`` under the human-readable part ``hrp``, in the case of ``hrp``."""
    lower = hrp.lower()
    values = _regroup(data, 8, 5, pad=True)
    polymod = _polymod([*_expand(lower), *values, *[0] * _CHECKSUM]) ^ 1
    checksum = [(polymod >> 5 * (_CHECKSUM - 1 - i)) & 31 for i in range(_CHECKSUM)]
    text = lower + "1" + "".join(_ALPHABET[v] for v in [*values, *checksum])
    return text if hrp == lower else text.upper()


def decode(text: str) -> tuple[str, bytes]:
    """The human-readable part (in the case it is written in) and the bytes of ``text``.

    Raises FormatError on mixed case, a foreign character, a wrong checksum or padding.
    """
    lower = text.lower()
    split = text.rfind("1")
    if len(text) > _MAX_TEXT or not text.isascii() or text not in (lower, text.upper()):
        raise FormatError("This key is mistyped: it mixes cases or signs; copy it again.")
    if split < 1 or len(text) - split - 1 < _CHECKSUM or min(text) < "!" or max(text) > "~":
        raise FormatError("This key is too short or has foreign signs; copy it again.")
    values = [_VALUE.get(char, -1) for char in lower[split + 1 :]]
    if -1 in values or _polymod([*_expand(lower[:split]), *values]) != 1:
        raise FormatError("This key is mistyped: its checksum does not fit; copy it again.")
    return text[:split], bytes(_regroup(values[:-_CHECKSUM], 5, 8, pad=False))


def _expand(hrp: str) -> list[int]:
    return [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]


def _polymod(values: Iterable[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                state ^= generator
    return state


def _regroup(data: Sequence[int], source: int, target: int, *, pad: bool) -> list[int]:
    accumulator = bits = 0
    out = []
    for value in data:
        accumulator = accumulator << source | value
        bits += source
        while bits >= target:
            bits -= target
            out.append(accumulator >> bits & (1 << target) - 1)
        accumulator &= (1 << bits) - 1
    if pad and bits:
        out.append(accumulator << target - bits & (1 << target) - 1)
    elif not pad and (bits >= source or accumulator):
        raise FormatError("This key is mistyped: its last sign does not fit; copy it again.")
    return out
