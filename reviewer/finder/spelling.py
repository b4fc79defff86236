"""One key for every spelling of a name, blind to romanisation and mostly to script (laptop).

hk = k, hp = p, aw = au = o, j = ts = z, ng = n; Burmese letters become Latin ones through the
table of Kachin spellings first and by sound otherwise. Different names may share a key: it
proposes that two spellings are one name, a person decides.
"""

# ruff: noqa: E501 - a table of letters is read most easily in long rows

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from reviewer.finder.words import entries
from reviewer.zawgyi import SYLLABLE

_NOT_LETTERS = re.compile(r"[^a-z\u1000-\u109f]")
_STEPS = tuple((re.compile(pattern), to) for pattern, to in (
    (r"^i(?=n[^aeiou])", ""),  # Inkhum, N'Hkum
    (r"(?<=[aeo])r(?=[^aeiouwy]|$)", ""),  # Pharkant, Jar
    (r"nt(?=$|[^aeiouhrwy])", "n"),  # Myint, Khant
    (r"dz|ts|j|z", "z"),
    (r"chy|ch|gy|c(?=[aeiouy])", "ky"),
    (r"sh|hs", "s"),
    (r"q|c", "k"),
    (r"v", "w"),
    (r"(?<=.)h|^h(?=[^aeiouy])", ""),  # hk, kh, hp, ht, hl
    (r"aw(?=[^aeiouy]|$)|au|ow(?=[^aeiouy]|$)|oe?(?=[^iy]|$)", "o"),
    (r"^oo|(?<=[^o])oo|ou", "u"),
    (r"ee|(?<=[^aeou])y(?=[^aeiou]|$)|(?<=[ou])y(?=[^aeiou]|$)", "i"),
    (r"ine$", "en"),
    (r"^aye$", "e"),
    (r"(?:ai|ay|ei|ey|ae)(?![aeiou])", "e"),
    (r"ng", "n"),
    (r"[pbtdkg]$", "t"),
    (r"(.)\1", r"\1"),
))  # fmt: skip

_ONSETS = {
    "က": "k", "ခ": "k", "ဂ": "g", "ဃ": "g", "င": "ng", "စ": "s", "ဆ": "s", "ဇ": "z", "ဈ": "z", "ည": "ny",
    "ဉ": "ny", "ဋ": "t", "ဌ": "t", "ဍ": "d", "ဎ": "d", "ဏ": "n", "တ": "t", "ထ": "t", "ဒ": "d", "ဓ": "d",
    "န": "n", "ပ": "p", "ဖ": "p", "ဗ": "b", "ဘ": "b", "မ": "m", "ယ": "y", "ရ": "y", "လ": "l", "ဝ": "w",
    "သ": "t", "ဟ": "h", "ဠ": "l", "အ": "", "ဥ": "u", "ဦ": "u", "ဩ": "o", "ဣ": "i", "ဧ": "e", "ဿ": "t",
}  # fmt: skip
_RHYMES = tuple(sorted({
    "": "a", "ာ": "a", "ါ": "a", "ိ": "i", "ီ": "i", "ု": "u", "ူ": "u", "ေ": "e", "ဲ": "e", "ို": "o",
    "ော": "o", "ော်": "o", "ေါ": "o", "ေါ်": "o", "ံ": "an", "ုံ": "on", "ိံ": "en", "ယ်": "e",
    "က်": "et", "တ်": "at", "ပ်": "at", "စ်": "it", "န်": "an", "မ်": "an", "င်": "in", "ဉ်": "in", "ည်": "i",
    "ိတ်": "et", "ိပ်": "et", "ိန်": "en", "ိမ်": "en", "ုတ်": "ot", "ုပ်": "ot", "ုန်": "on", "ုမ်": "on",
    "ောက်": "ot", "ေါက်": "ot", "ောင်": "on", "ေါင်": "on", "ိုက်": "et", "ိုင်": "en",
    "ွတ်": "ut", "ွပ်": "ut", "ွန်": "un", "ွမ်": "un",
}.items(), key=lambda row: -len(row[0])))  # fmt: skip
_CUT_BURMESE = re.compile("[\u1037\u1038\u103e]|\u1039.")
_TWICE = re.compile(r"(.)\1")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=65_536)
def _latin(word: str) -> str:
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    return word


@cache
def _table() -> tuple[dict[str, str], int]:
    """Return the Latin key of each Burmese spelling of a Kachin element, and the longest."""
    rows = [row.split("\t") for row in entries("kachin_spellings")]
    table = {_bare(spelling): _latin(row[0]) for row in rows for spelling in row[1:]}
    return table, max(len(SYLLABLE.findall(s)) for s in table)


def _bare(text: str) -> str:
    return re.sub("[\u1037\u1038]", "", unicodedata.normalize("NFC", text))


def _sound(syllable: str) -> str:
    """Return one Burmese syllable by its sound."""
    rest = _CUT_BURMESE.sub("", syllable)
    onset = "s" if syllable[0] == "ရ" and "\u103e" in syllable[:3] else _ONSETS.get(rest[:1], "")
    rest = rest[1:]
    if onset == "g" and rest[:1] == "ျ":
        onset, rest = "z", rest[1:]
    medial = ""
    while rest[:1] in ("ျ", "ြ"):
        medial, rest = "y", rest[1:]
    if rest[:1] == "ွ" and rest not in dict(_RHYMES):
        medial, rest = medial + "w", rest[1:]
    rhyme = next((to for spelled, to in _RHYMES if rest == spelled), "a")
    return onset + medial + ("" if onset in ("u", "o", "i", "e") and not rest else rhyme)


@lru_cache(maxsize=65_536)
def _burmese(run: str) -> str:
    table, longest = _table()
    syllables, parts, at = SYLLABLE.findall(_bare(run)), list[str](), 0
    while at < len(syllables):
        for size in range(min(longest, len(syllables) - at), 0, -1):
            if known := table.get("".join(syllables[at : at + size])):
                parts.append(known)
                at += size
                break
        else:
            parts.append(_sound(syllables[at]))
            at += 1
    return " ".join(parts)


def syllable_keys(name: str) -> tuple[str, ...]:
    """Return the key of each word, or Burmese syllable or element, of a name."""
    spaced = _CAMEL.sub(" ", name.replace("-", " "))
    keys = list[str]()
    for word in re.sub(r"(?i)\b([mn])['\u2019]? (?=[a-z])", r"\1", spaced).split():
        low = _NOT_LETTERS.sub("", word.lower())
        keys += [_latin(low)] if low.isascii() else _burmese(low).split(" ")
    return tuple(k for k in keys if k)


def glue(*parts: str) -> str:
    """Return the key of parts written as one word."""
    return _TWICE.sub(r"\1", "".join(parts))


def key(name: str) -> str:
    """Return a key that is the same for the spellings of one name, whatever spaces or script."""
    return glue(*syllable_keys(name))
