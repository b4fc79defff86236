"""What is known of a Latin-letter word: name element, clan, common word, language (laptop)."""

# ruff: noqa: E501 - a list of words is read most easily on one line

from __future__ import annotations

import re
from functools import cache, lru_cache

from reviewer.finder.spelling import key
from reviewer.finder.words import listed, lowered

_FUNCTION = {
    "en": frozenset("the a and of to in is was he she they we i my his her it that with not for from on at said by had were".split()),
    "kac": frozenset("hpe gaw ai kaw hte nga na sai rai ma ni ndai shi anhte ngai nna lu hta a de dai re mung matu majaw".split()),
    "lmy": frozenset("ka ko mhar mha hmar tal tae tel par nae thwar pyi mal lo shi twe nay kyama kyanaw kyuntaw lar pay hma thu doh yauk bu ya".split()),
}  # fmt: skip
_NAME_LISTS = ("kachin_names", "burmese_names", "western_names", "clans")
_WORD_LISTS = {
    "en": ("english_words",),
    "kac": ("kachin_words", "english_words"),
    "lmy": ("latin_burmese_words", "english_words"),
}
_WORD = re.compile(r"[A-Za-z']+")


@cache
def elements() -> frozenset[str]:
    """Return every known name element in lower case."""
    return frozenset().union(*(lowered(name) for name in _NAME_LISTS))


@cache
def _element_keys() -> frozenset[str]:
    return frozenset(key(e) for e in elements() if len(e) > 3)


@lru_cache(maxsize=65_536)
def is_element(word: str) -> bool:
    """Say whether a word is a name element, in another romanisation too when no common word."""
    low = word.lower()
    if low in elements():
        return True
    strange = len(low) > 3 and "'" not in low and low not in ordinary()
    return strange and key(low) in _element_keys()


@cache
def _clan_keys() -> frozenset[str]:
    return frozenset(key(clan) for clan in lowered("clans") if len(clan) > 4)


@lru_cache(maxsize=65_536)
def is_clan(word: str) -> bool:
    """Say whether a word is a Kachin clan name in any romanisation, and no common word."""
    low = word.lower()
    if low in lowered("kachin_words"):
        return False
    return low in lowered("clans") or (
        len(low) > 4 and low not in ordinary() and key(low) in _clan_keys()
    )


@cache
def common(language: str) -> frozenset[str]:
    """Return the words that a capital does not make a name in a text of this language."""
    return frozenset().union(*(lowered(name) for name in _WORD_LISTS[language]))


@cache
def ordinary(language: str = "") -> frozenset[str]:
    """Return every common word of a language and of English, name elements among them too.

    Without a language: of all three.
    """
    names = _WORD_LISTS.get(language, ("english_words", "kachin_words", "latin_burmese_words"))
    return frozenset().union(listed("english_wide"), *(lowered(name) for name in names))


@cache
def english() -> frozenset[str]:
    """Return every English word of the lists, place nouns among them."""
    return ordinary("en") | lowered("place_heads")


def language(text: str, otherwise: str = "") -> str:
    """Return which Latin-letter language a text is mostly in: en, kac or lmy.

    Unless another one has two words of grammar more: `otherwise`.
    """
    seen = [w.lower() for w in _WORD.findall(text)]
    counts = {k: sum(w in words for w in seen) for k, words in _FUNCTION.items()}
    best = max(_FUNCTION, key=lambda k: counts[k])
    if not otherwise:
        return best
    return best if counts[best] > counts[otherwise] + 1 else otherwise


def function_words(language: str) -> frozenset[str]:
    """Return the commonest words of grammar of a language, which end a name."""
    return _FUNCTION[language]


def splits(word: str) -> bool:
    """Say whether a lower-case word is two or more name elements without a space."""
    reach = {0}
    for end in range(2, len(word) + 1):
        if any(end - size in reach and word[end - size : end] in elements() for size in range(2, 8)):
            reach.add(end)
    return len(word) in reach
