"""Names with capitals: English, Jinghpaw and Latin-typed Burmese (laptop).

A name is told by a title, a clan, name elements side by side, or a capital on a word that is in no
list of common words. Names without capitals: lower.py; behind "my name is" and the like: told.py.
"""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reviewer.finder.lexicon import (
    common,
    elements,
    function_words,
    is_clan,
    is_element,
    language,
    ordinary,
)
from reviewer.finder.words import Finding, is_kept, listed, lowered

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['\-][A-Za-z\u00c0-\u024f]+)*\.?")
_GLUED = re.compile(r"([A-Za-z][a-z]{1,12})(?=[A-Z][a-z])")
_SENTENCE_END = frozenset(".!?:;\n\"'([{-*|>\u2022=_#။၊~/")
_SHORT_TITLES = frozenset("U Ma Ko Du Jan Pi Pu Br Sr Fr Ah Sai Saw Shin Nau Mam Sir Ning Khun Nang Wa Nu Gu Di Old Big Little Fat Tall Blind Lame Mad Crazy Baby Master Boss Elder Cook Driver Judge".split())
_LOWER_TITLES = frozenset(
    "pastor uncle aunty auntie sister brother father sara sarama salang duwa daw ko ma u saya sayama jan slg dr rev grandma "
    "grandpa deacon bishop moi woi teacher headman nurse midwife driver elder boss catechist principal headmaster engineer lawyer doctor".split()
)
_BODIES = frozenset(
    "law act township administration testimony statement report person law school church army group hospital office service state union government ministry war day year book bible committee council "
    "police force department court road street bank radio news company bridge camp gate centre center".split()
)
_PREFIXES = frozenset(("N", "Ma", "M"))
_LOCATIVE = frozenset(
    "in at near nr from to towards toward of behind opposite above below inside outside reach reached "
    "around by into leaving passing".split()
)
_AFTER_CLAN = re.compile(r" (?:wa|jan|shayi|num|la)\b")
_DOUBLED = re.compile(r"2(?!\d)")
"""Mr and Mrs behind a clan; "Tun2" for Tun Tun."""
_TRADE = re.compile(
    r",? the (?:[a-z\-]+ )?(?:[a-z]{3,}(?:ers?|smith|wright|man|woman|monger|ist|wife|boy|girl)|barber|tailor|cook|nurse|carver|beggar|guard|cripple|dwarf|giant|twin|elder|younger|fat|tall|short|blind|lame)\b"
    r"(?! (?:of|in|at|that|who|said|was|had|is)\b)"
)
_KIN_OF = re.compile(
    r"'s (?:(?:elder|eldest|younger|youngest|older|only|second|first|late|twin|little|big|own|adopted) )*(?:mother|father|brother|sister|son|daughter|wife|husband|uncle|aunt|cousin|nephew|niece|"
    r"widow|baby|boy|girl|grandmother|grandfather|grandson|granddaughter|driver|cook|brother-in-law|sister-in-law|son-in-law|daughter-in-law|mother-in-law|father-in-law|parents|family)\b"
)
_LOOKS = frozenset(
    "crooked fat thin old little big tall short lame blind deaf one-eyed one-armed one-legged bald dark fair crazy mad young curly limping "
    "toothless bearded scarred left-handed small skinny long-haired mute stammering drunken hunchbacked".split()
)
"""What people are known by beside a name: "Gam the barber", "crooked Gam"."""
_WHERE = frozenset("at in near reached outside inside above below".split())
_PLACE_NOUNS = frozenset("camp village ward church mine gate bridge hill school clinic monastery kahtawng".split())
_LOCATIVE_AFTER = frozenset("kaw de na mhar mha ka ywar gat".split())
_WHO_ACTS = frozenset("gaw hpe hte a e wa yan ni nan ka ko nae".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A Latin-letter word of a text, and whether it opens a sentence.

    `bare` is without full stop and genitive, `low` that in lower case.
    """

    start: int
    end: int
    text: str
    opens: bool
    bare: str
    low: str

    @classmethod
    def at(cls, start: int, text: str, *, opens: bool) -> Word:
        bare = text.rstrip(".").removesuffix("'s").removesuffix("'S")
        return cls(start, start + len(text), text, opens, bare, bare.lower())

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@lru_cache(maxsize=2)
def words_of(text: str) -> list[Word]:
    """Return the Latin-letter words of a folded text in order."""
    found = list[Word]()
    callings = listed("titles") | listed("ranks")
    for match in _WORD.finditer(text):
        at = match.start()
        while at and text[at - 1] in " \t":
            at -= 1
        word = match[0]
        if word.endswith(".") and len(word) > 2 and word not in callings:
            word = word[:-1]
        opens = at == 0 or text[at - 1] in _SENTENCE_END
        if (cut := _GLUED.match(word)) and cut[1].lower() in listed("english_wide"):
            found.append(Word.at(match.start(), cut[1], opens=opens))
            word, opens = word[cut.end(1) :], False
        start = match.start() + match[0].rindex(word)
        found.append(Word.at(start, word, opens=opens))
    return found


def _joined(word: Word, follower: Word, text: str) -> bool:
    gap = text[word.end : follower.start]
    return gap in (" ", "-", "") or (len(word.bare) == 1 and gap in ("", " ", ". "))


def _named(word: Word) -> bool:
    parts = [p for p in word.bare.split("-") if len(p) > 1]
    return (parts != [] and all(map(is_element, parts))) or (len(word.bare) == 1 and word.text.endswith("."))


def _is_initial(word: Word) -> bool:
    return len(word.bare) == 1 and word.capital and (len(word.text) == 2 or word.text not in "IAQW")


def _runs(words: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Yield the unbroken runs of words that begin with a capital."""
    run = list[Word]()
    for word in words:
        if run and not (word.capital and _joined(run[-1], word, text)):
            yield run
            run = []
        if word.capital:
            run.append(word)
    if run:
        yield run


def _title_at(run: Sequence[Word], i: int) -> bool:
    shouted = {run[i].text.title(), run[i].bare.title()} if run[i].bare.isupper() else set[str]()
    return not {run[i].text, run[i].bare, *shouted}.isdisjoint(listed("titles"))


def _rank_length(run: Sequence[Word], i: int) -> int:
    for length in (3, 2, 1):
        phrase = " ".join(w.text for w in run[i : i + length])
        if phrase in listed("ranks") or phrase.rstrip(".") in listed("ranks"):
            return length
    return 0


class _Reader:
    """Judges the capitalised runs of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.language = language(text)
        self.common = common(self.language)
        self.words = words_of(text)
        self.index = {w.start: n for n, w in enumerate(self.words)}

    def plain(self, word: Word) -> bool:
        """Say whether a word is common or kept."""
        if is_kept(word.bare):
            return True
        if self.language == "kac" and not word.opens and not self.shouted(word):
            return word.low not in elements() and word.low in lowered("english_words")
        return word.low in self.common

    def before(self, word: Word) -> str:
        n = self.index.get(word.start, 0)
        return self.words[n - 1].low if n and not word.opens else ""

    def after(self, word: Word) -> str:
        n = self.index.get(word.start, 0) + 1
        near = n < len(self.words) and self.words[n].start - word.end <= 2
        return self.words[n].low if near else ""

    def run(self, run: list[Word]) -> Iterator[Finding]:
        """Yield what one run holds."""
        i = 0
        if len(run) > 1 and self.nicknamed(run):
            yield self.found(run, "PERSON", "common words with capitals inside a sentence")
            return
        while i < len(run):
            rank = _rank_length(run, i)
            if rank and i + rank < len(run) and run[i + rank].bare != run[i].bare:
                yield self.found(run[i:], "PERPETRATOR", "a rank or office and a name")
                return
            if i + 1 < len(run) and self.titled(run, i):
                yield self.found(self.trimmed(run[i : i + 6], 2), "PERSON", "a title and a name")
                return
            if self.starts(run, i):
                break
            i += 1
        if rest := self.trimmed(run[i:], 0):
            yield from self.judge(rest)

    def nicknamed(self, run: Sequence[Word]) -> bool:
        """Say whether a run of two common words inside a sentence may be what people call somebody."""
        return (
            len(run) == 2
            and not run[0].opens
            and self.language == "en"
            and not any(w.bare.isupper() or w.low in _BODIES or is_kept(w.bare) or _title_at((w,), 0) for w in run)
            and all(w.low in self.common and w.low not in elements() for w in run)
        )

    def titled(self, run: Sequence[Word], i: int) -> bool:
        """Say whether a title stands at i and its name behind it."""
        follower = run[i + 1]
        doubtful = run[i].bare.capitalize() in _SHORT_TITLES and self.plain(follower)
        return _title_at(run, i) and not (doubtful and not _named(follower))

    def starts(self, run: Sequence[Word], i: int) -> bool:
        """Say whether a name or place may begin at i."""
        word = run[i]
        if i + 1 < len(run) and _named(run[i + 1]) and (
            word.bare in ("A", *_PREFIXES) or _named(word)
        ):
            return True
        formative = _named(word) or (self.language == "kac" and word.low in lowered("place_heads_kachin"))
        if i + 1 < len(run) and formative and not self.plain(run[i + 1]):
            return True
        field = word.opens and len(run) > 1 and not i and self.text[: word.start].rstrip()[-1:] == ":"
        if field and not is_kept(word.bare) and self.language == "kac" and not _title_at(run, i):
            return True
        return not self.plain(word)

    def trimmed(self, words: Sequence[Word], least: int) -> list[Word]:
        """Drop common words from the end, but keep so many words."""
        named = list(words)
        while len(named) > least and self.plain(named[-1]) and not _named(named[-1]) and not _is_initial(named[-1]):
            named.pop()
        return named

    def found(self, words: Sequence[Word], label: str, reason: str) -> Finding:
        end = words[-1].start + len(words[-1].text.removesuffix("'s").removesuffix("'S"))
        if after := _AFTER_CLAN.match(self.text, end) if len(words) == 1 and is_clan(words[0].bare) else None:
            end = after.end()
        elif doubled := _DOUBLED.match(self.text, end):
            end = doubled.end()
        elif label == "PERSON" and (kin := _KIN_OF.match(self.text, end)):
            end = kin.end()
        elif label == "PERSON" and (trade := _TRADE.match(self.text, end)):
            end = trade.end()
        n = self.index.get(words[0].start, 0)
        called = n and label == "PERSON" and self.words[n - 1].text in _LOWER_TITLES | _LOOKS
        near = called and self.words[n - 1].end + 1 == words[0].start
        return Finding(self.words[n - 1].start if near else words[0].start, end, label, reason)

    def judge(self, words: list[Word]) -> Iterator[Finding]:
        """Yield a run without title as a person or a place, or nothing."""
        known = [_named(w) or _is_initial(w) for w in words]
        first, last = words[0], words[-1]
        heads = lowered("place_heads_kachin") | lowered("place_heads")
        headed = len(words) > 1 and last.low in heads
        if headed and not is_element(last.bare):
            yield self.found(words, "PLACE_FINE", "a name with a place noun")
        elif is_clan(first.bare) and (len(words) > 1 or len(first.bare) > 4):
            yield self.found(words, "PERSON", "a Kachin clan name")
        elif headed or self.placed(words, all(known)):
            yield self.found(words, "PLACE_FINE", "a name with a place noun or a word of place")
        elif len(words) > 1 and all(known):
            yield self.found(words, "PERSON", "name elements side by side")
        elif len(words) == 1 and (self.shouted(first) or self.jinghpaw(first)):
            return
        elif not first.opens:
            if len(words) > 1 or not self.plain(first):
                yield self.found(words, "PERSON", "a capital inside a sentence on no common word")
        else:
            yield from self.opening(words, any(known))

    def placed(self, words: Sequence[Word], known: bool) -> bool:
        """Say whether a word beside a run tells that it is a place; a known name hardly ever is."""
        before = self.before(words[0])
        if before in _PLACE_NOUNS or (before in _WHERE and len(words) > 1):
            return True
        if known or (len(words) == 1 and (self.shouted(words[0]) or self.jinghpaw(words[0]))):
            return False
        where = self.language != "en" and self.after(words[-1]) in _LOCATIVE_AFTER
        return where or before in _LOCATIVE

    def opening(self, words: Sequence[Word], known: bool) -> Iterator[Finding]:
        """Yield what opens a sentence: a name element, several, or a word of no list."""
        first, last = words[0], words[-1]
        if len(words) > 1 and known:
            yield self.found(words, "PERSON", "capitals and a name element")
        elif self.lone(first) or self.enumerated(last):
            yield self.found(words, "PERSON", "a name element that opens a sentence")
        elif self.unknown(first) or (len(words) > 1 and self.unknown(last)):
            yield self.found(words, "PERSON", "an unknown word that opens a sentence")

    def shouted(self, word: Word) -> bool:
        """All capitals are an abbreviation or a heading unless the letters are a name."""
        named = len(word.bare) > 3 and word.low in elements() and word.low not in ordinary()
        return word.bare.isupper() and len(word.bare) > 1 and not named

    def jinghpaw(self, word: Word) -> bool:
        """A common Jinghpaw word with a capital names an office or body, unless names use it."""
        return word.low in lowered("kachin_words") and word.low not in elements()

    def enumerated(self, word: Word) -> bool:
        """Say whether a word that may be a name is followed by "," or "and" and another one."""
        n = self.index[word.start] + 1
        if n + 1 >= len(self.words) or word.low in self.common or is_kept(word.bare):
            return False
        link = self.text[word.end : self.words[n].start].strip()
        linked = link == "" and self.words[n].low in ("and", "hte", "nae")
        other = self.words[n + 1] if linked else self.words[n]
        named = is_element(word.bare) or linked
        return named and (linked or link == ",") and other.capital and (
            _named(other) or (linked and other.text not in listed("titles"))
        )

    def lone(self, word: Word) -> bool:
        """Say whether one word that opens a sentence is a name element of its own."""
        if not _named(word) or len(word.bare) < (2 if self.language == "en" else 3):
            return False
        if len(word.bare) == 2 and (word.low in ordinary("en") or word.bare in listed("titles")):
            return False
        if word.low not in self.common:
            return True
        doubtful = self.language == "kac" and word.low not in function_words("kac")
        return doubtful and len(word.bare) > 2 and self.after(word) in _WHO_ACTS

    def unknown(self, word: Word) -> bool:
        """Say whether a word is in no list at all; Latin-typed Burmese is too free to tell."""
        low = word.low.removesuffix("'s")
        stem = low.split("-")[0] if "-" in low else low
        known = low in ordinary() or stem in ordinary() or is_kept(word.bare) or "'" in low
        return self.language != "lmy" and len(low) > 2 and not known and word.bare not in listed("titles")


def _camel(text: str) -> Iterator[Finding]:
    """Yield names written without a space, as LahpaiZauGun."""
    for match in re.finditer(r"(?:[A-Z][a-z']{0,9}){2,5}(?![a-z])", text):
        parts = [(m.start(), m[0].lower()) for m in re.finditer(r"[A-Z][a-z']*", match[0])]
        known = [at for at, part in parts if part in elements()]
        if len(known) >= 2 or (known and len(parts) == 2):
            yield Finding(match.start() + known[0], match.end(), "PERSON", "a name without spaces")


def find(text: str) -> Iterator[Finding]:
    """Yield persons, named officers and unknown capitalised names of a folded text."""
    reader = _Reader(text)
    yield from _camel(text)
    for run in _runs(reader.words, text):
        yield from reader.run(run)
