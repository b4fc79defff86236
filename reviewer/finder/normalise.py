"""Prepares a text for the rules and keeps the way back to the text as given (laptop)."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from reviewer.zawgyi import Reading, Span, to_unicode

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_PARTED = re.compile(r"(?<=[A-Za-z])[-\u2010\u00ad]\n(?=[a-z])")
"""A word cut at the end of a line."""
_CLUSTER = re.compile("[^\u0300-\u036f\u102b-\u103e]?[\u0300-\u036f\u102b-\u103e]+")

_DIGITS = {
    zero + i: str(i)
    for zero in (0x1040, 0x1090, 0xFF10, 0x0E50, 0x0966, 0x0660, 0x06F0)
    for i in range(10)
}
_LIKE = dict(zip("АВСЕНІКМОРТХУаеосрхуіѕј", "ABCEHIKMOPTXYaeocpxyisj", strict=True))
_LIKE |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρυѕԁԛԝոһӏ", "ABEZHIKMNOPTYXaovpusdqwnhl", strict=True))
_LIKE |= dict.fromkeys("‐‑‒–—―−﹣－", "-")
_LIKE |= dict.fromkeys("‘’ʼʻ´`′＇", "'")
_LIKE |= dict.fromkeys("“”″＂", '"')
_LIKE |= dict.fromkeys("\xa0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t", " ")
_LIKE |= {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if not 0xF <= i <= 0x18}
_FOLD = str.maketrans(_LIKE) | _DIGITS

_NEAR = 120
"""Characters of a line looked at beside its break."""
_PROSE = re.compile(r"\b[a-z]{2}.*[^A-Za-z][A-Z][A-Za-z']*$")
_CALLED = re.compile(
    r"(?:^|[ ,.;:(])(?:U|Daw|Ko|Ma|Mg|Saya|Sayama|Sayadaw|Sara|Sarama|Salang|Duwa|Jan|Rev\.?|Dr\.?"
    r"|Pastor|Sister|Brother|Father|Uncle|Aunty)$"
)
_NAME_GOES_ON = re.compile(
    r"(?![^:]{0,40}:)[A-Z][A-Za-z']*(?: [A-Z][A-Za-z']*){0,2}(?:[,.;')(]| [a-z]{2}| [^\x00-\x7f])"
)

_MARK = "\u102b-\u103e"
_ZERO_FOR_WA = re.compile(f"\u1040(?=[{_MARK}]|[\u1000-\u1021]\u103a)")
_SEVEN_FOR_RA = re.compile(f"\u1047(?=[{_MARK}]|[\u1000-\u1021]\u103a)")
_RUN = re.compile(r"(?<![A-Za-z0-9])[0-9OoIl\u101d][0-9OoIl\u101d.\-]{4,24}(?![A-Za-z])")
_FIRST_ZERO = re.compile(r"(?<![\u1000-\u109f0-9])\u101d(?=9[ .\-]{0,2}[0-9])")
"""A letter that stands for the zero with which telephone numbers begin."""
_UNDER = re.compile(r"(?<![\w@./:])[A-Za-z][A-Za-z']*(?:_[A-Za-z][A-Za-z']*)+(?![\w@/.])")
_DOTTED = re.compile(r"(?<![\w@./:])[A-Z][a-z]+(?:\.[A-Z][a-z]+)+(?![\w@/])")
_SCANNED = re.compile(r"(?<![\w.@/:\-])[A-Za-z]{1,12}[01][a-z]{1,12}(?![\w@/:])")
_LETTERS = str.maketrans("OoIl\u101d", "00110")


def read(text: str) -> Reading:
    """Return the text as Unicode NFC without unseen characters, mapped back to the original."""
    source = to_unicode(text)
    if _PARTED.search(source.text):  # as two soft hyphens, which are left out below
        whole = _PARTED.sub("\u00ad\u00ad", source.text)
        source = Reading(whole, source.converted, source.offsets)
    if not _UNSEEN.search(source.text) and unicodedata.is_normalized("NFC", source.text):
        return source
    parts, offsets, at = list[str](), list[Span](), 0
    for match in _CLUSTER.finditer(source.text):
        _keep(source, at, match.start(), parts, offsets)
        composed = unicodedata.normalize("NFC", match[0])
        if composed == match[0]:
            _keep(source, *match.span(), parts, offsets)
        else:
            parts.append(composed)
            offsets += [source.span(*match.span())] * len(composed)
        at = match.end()
    _keep(source, at, len(source.text), parts, offsets)
    return Reading("".join(parts), source.converted, tuple(offsets))


def _keep(source: Reading, start: int, end: int, parts: list[str], offsets: list[Span]) -> None:
    for i in range(start, end):
        if not _UNSEEN.match(source.text[i]):
            parts.append(source.text[i])
            offsets.append(source.offsets[i])


def _digits(match: re.Match[str]) -> str:
    """Read O, l and Burmese wa as digits where digits are the greater part of a run."""
    run = match[0]
    real = sum(c.isdigit() for c in run)
    return run.translate(_LETTERS) if real >= 4 and real * 2 > len(run) else run


def _unwrapped(text: str) -> str:
    """Read a line break inside a sentence as a blank: lower case or one name goes on."""
    lines = text.split("\n")
    parts = [lines[0]]
    for line, follower in pairwise(lines):
        end, begin = line[-_NEAR:], follower[:_NEAR]
        goes_on = begin[:1].islower() and end[-1:].isalpha() and end.isascii()
        name = (_PROSE.search(end) or _CALLED.search(end)) and _NAME_GOES_ON.match(begin)
        parts += [" " if goes_on or name else "\n", follower]
    return "".join(parts)


def fold(text: str) -> str:
    """Return a text of the same length with ASCII digits and without look-alike characters."""
    text = _UNDER.sub(lambda m: m[0].replace("_", " "), _unwrapped(text))
    text = _DOTTED.sub(lambda m: m[0].replace(".", " "), text)
    text = _SCANNED.sub(lambda m: m[0].replace("0", "o").replace("1", "l"), text)
    text = _ZERO_FOR_WA.sub("\u101d", _SEVEN_FOR_RA.sub("\u101b", text))
    return _FIRST_ZERO.sub("0", _RUN.sub(_digits, text.translate(_FOLD)))
