"""Names in Latin letters: English, Jinghpaw and Latin-typed Burmese (laptop).

A name is told by a title, a clan, name elements side by side, a phrase that introduces one, or a
capital inside a sentence on a word that is in no list of common words.
"""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from reviewer.finder.words import Finding, listed, lowered

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['\-][A-Za-z\u00c0-\u024f]+)*\.?")
_SENTENCE_END = frozenset(".!?:;\n\"'([{-*|>\u2022=_#။၊~/")
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[ \-]?){2,3}(?![a-z])")
_SHORT_TITLES = frozenset("U Ma Ko Du Jan Pi Pu Br Sr Fr Ah Sai Saw Shin Nau Mam Sir Ning Khun".split())
_TWO_LETTERS = re.compile(r"(?m)(?:^|\b(?:its|it's|is|am|I'm|name|me|kyut|ngai|call)\s)(?P<it>[A-Z]{2})(?=\s*(?:$|[.,]| par\b| ပါ))|(?<![A-Za-z])(?P<my>[A-Z]{2})(?= ?ပါ(?: |$))")
_INTRODUCED = re.compile(
    r"(?:\b(?i:my name(?: is|'s)?|(?:his|her|baby|boy|girl|their|real|whose|acct|account)(?:'s)? name"
    r"(?: is| was| I think is)?|name[sd]?(?: is| was)?:?|call(?:ed)? (?:me|him|her)|we call(?:ed)?|called|known as|"
    r"knew as|goes by|alias|nickname(?:d)?|a\.?k\.?a\.?|signed,?|ask for|written by|prepared by|"
    r"nar ?mal?(?: ka)?|a?mying(?: gaw|:)|ngai gaw|this is|it is|its|i am|i'm)"
    r"(?: only| just)?[ :\-]{1,3}[\"'(]?)(?P<it>[A-Za-z](?:\.|[A-Za-z']*)(?: [A-Za-z](?:\.|[A-Za-z']*)){0,3})"
)
_CAPITALS = re.compile(r"[A-Z][A-Za-z']+(?: [A-Z][A-Za-z']+){0,3}")
_SON_OF = re.compile(r"\b(?:the )?(?:son|daughter|wife|widow|mother|father|brother|sister|husband|child|boy|girl) of (?:[a-z]+ )?(?=[A-Z])")
_FIELD = re.compile(
    r"(?im)(?:^|[,.;]\s?)(?:name(?: of (?:the )?\w+)?|full name|witness(?: to the \w+)?|victims?|missing|complainant|father|mother|"
    r"spouse|husband|wife|contact(?: person)?|relative|next of kin|patient|signed|signature|prepared by|"
    r"interviewee|deceased|sakse(?: a mying)?|a?mying|rim hkrum ai wa|kawa|kanu|madu(?: jan| wa)?)"
    r" ?[:\-=.]{1,3} ?(?P<it>[A-Za-z](?:\.|[A-Za-z']*)(?: [A-Za-z](?:\.|[A-Za-z']*)){0,3})"
)
_LOCATIVE = frozenset(
    "in at near nr from to towards toward of behind opposite above below inside outside reach reached "
    "around by into leaving passing".split()
)
_PLACE_NOUNS = frozenset("camp village ward church mine gate bridge hill school clinic monastery kahtawng".split())
_LOCATIVE_AFTER = frozenset("kaw de na mhar mha ka ywar gat".split())
_FUNCTION = {
    "en": frozenset("the a and of to in is was he she they we i my his her it that with not for from on at said".split()),
    "kac": frozenset("hpe gaw ai kaw hte nga na sai rai ma ni ndai shi anhte ngai nna lu hta a".split()),
    "lmy": frozenset("ka ko mhar tal tae par nae thwar pyi mal lo shi twe nay kyama kyanaw lar pay hma thu".split()),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    opens: bool

    @property
    def bare(self) -> str:
        return self.text.rstrip(".")

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@cache
def elements() -> frozenset[str]:
    """Return every known name element in lower case."""
    lists = ("kachin_names", "burmese_names", "western_names", "clans")
    return frozenset().union(*(lowered(name) for name in lists))


@cache
def _common(language: str) -> frozenset[str]:
    lists = {"en": ("english_words",), "kac": ("kachin_words", "english_words"),
             "lmy": ("latin_burmese_words", "english_words")}[language]
    return frozenset().union(*(lowered(name) for name in lists))


@cache
def _callings() -> frozenset[str]:
    return listed("titles") | listed("ranks")


def _words(text: str) -> list[_Word]:
    found = list[_Word]()
    for match in _WORD.finditer(text):
        at = match.start()
        while at and text[at - 1] in " \t":
            at -= 1
        word = match[0]
        if word.endswith(".") and len(word) > 2 and word not in _callings():
            word = word[:-1]
        opens = at == 0 or text[at - 1] in _SENTENCE_END
        found.append(_Word(match.start(), match.start() + len(word), word, opens))
    return found


def language(text: str) -> str:
    """Return which Latin-letter language a text is mostly in: en, kac or lmy."""
    seen = [w.lower() for w in re.findall(r"[A-Za-z']+", text)]
    return max(_FUNCTION, key=lambda k: sum(w in _FUNCTION[k] for w in seen))


def _joined(word: _Word, follower: _Word, text: str) -> bool:
    gap = text[word.end : follower.start]
    return gap in (" ", "-", "") or (len(word.bare) == 1 and gap in ("", " ", ". "))


def _is_element(word: _Word) -> bool:
    return word.bare.lower() in elements() or (len(word.bare) == 1 and word.text.endswith("."))


def _is_initial(word: _Word) -> bool:
    return len(word.bare) == 1 and word.capital and (len(word.text) == 2 or word.text not in "IAQW")


def runs(text: str) -> Iterator[list[_Word]]:
    """Yield the unbroken runs of words that begin with a capital."""
    run = list[_Word]()
    for word in _words(text):
        if run and not (word.capital and _joined(run[-1], word, text)):
            yield run
            run = []
        if word.capital:
            run.append(word)
    if run:
        yield run


def _title_at(run: Sequence[_Word], i: int) -> bool:
    return not {run[i].text, run[i].bare}.isdisjoint(listed("titles"))


def _rank_length(run: Sequence[_Word], i: int) -> int:
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
        self.common = _common(self.language)
        self.kept = lowered("keep_words")
        self.words = _words(text)
        self.index = {w.start: n for n, w in enumerate(self.words)}

    def plain(self, word: _Word) -> bool:
        """Say whether a word is common, kept, or shouted."""
        low = word.bare.lower()
        if self.language == "kac" and not word.opens and low in elements() and low not in self.kept:
            return False
        return low in self.common or low in self.kept

    def before(self, word: _Word) -> str:
        n = self.index.get(word.start, 0)
        return self.words[n - 1].bare.lower() if n and not word.opens else ""

    def after(self, word: _Word) -> str:
        n = self.index.get(word.start, 0) + 1
        near = n < len(self.words) and self.words[n].start - word.end <= 2
        return self.words[n].bare.lower() if near else ""

    def run(self, run: list[_Word]) -> Iterator[Finding]:
        """Yield what one run holds."""
        i = 0
        while i < len(run):
            rank = _rank_length(run, i)
            if rank and i + rank < len(run) and run[i + rank].bare != run[i].bare:
                yield self.found(run[i:], "PERPETRATOR", "a rank or office and a name")
                return
            if _title_at(run, i) and i + 1 < len(run) and not (
                run[i].bare in _SHORT_TITLES and self.plain(run[i + 1]) and not _is_element(run[i + 1])
            ):
                named = run[i : i + 5]
                while len(named) > 2 and self.plain(named[-1]) and not _is_element(named[-1]):
                    named = named[:-1]
                yield self.found(named, "PERSON", "a title and a name")
                return
            if run[i].bare == "A" and i + 1 < len(run) and _is_element(run[i + 1]):
                break
            if not self.plain(run[i]) or (_is_element(run[i]) and i + 1 < len(run) and _is_element(run[i + 1])):
                break
            i += 1
        rest = run[i:]
        while rest and self.plain(rest[-1]) and not _is_element(rest[-1]) and not _is_initial(rest[-1]):
            rest = rest[:-1]
        if rest:
            yield from self.judge(rest)

    def found(self, words: Sequence[_Word], label: str, reason: str) -> Finding:
        end = words[-1].end
        if words[-1].text.endswith("'s") or words[-1].text.endswith("'S"):
            end -= 2
        return Finding(words[0].start, end, label, reason)

    def judge(self, words: list[_Word]) -> Iterator[Finding]:
        """Yield a run without title as a person or a place, or nothing."""
        known = [_is_element(w) or _is_initial(w) for w in words]
        low = words[0].bare.lower()
        clan = low in lowered("clans") and low not in lowered("kachin_words")
        if clan and (len(words) > 1 or len(words[0].bare) > 4):
            yield self.found(words, "PERSON", "a Kachin clan name")
        elif self.before(words[0]) in _PLACE_NOUNS and not words[0].opens:
            yield self.found(words, "PLACE_FINE", "a name behind a place noun")
        elif len(words) > 1 and all(known):
            yield self.found(words, "PERSON", "name elements side by side")
        elif len(words) == 1 and self.shouted(words[0]):
            return
        elif self.after(words[-1]) in _LOCATIVE_AFTER and self.language != "en" and not all(known):
            yield self.found(words, "PLACE_FINE", "an unknown name where something happens")
        elif self.before(words[0]) in _LOCATIVE and not all(known):
            yield self.found(words, "PLACE_FINE", "an unknown name behind a word of place")
        elif not words[0].opens:
            if len(words) > 1 or not self.plain(words[0]):
                yield self.found(words, "PERSON", "a capital inside a sentence on no common word")
        elif len(words) > 1 and any(known):
            yield self.found(words, "PERSON", "capitals and a name element")
        elif self.lone(words[0]) or self.enumerated(words[-1]):
            yield self.found(words, "PERSON", "a name element that opens a sentence")

    def shouted(self, word: _Word) -> bool:
        """All capitals are an abbreviation or a heading unless the letters are a name."""
        return word.bare.isupper() and len(word.bare) > 1

    def enumerated(self, word: _Word) -> bool:
        """Say whether a name element is followed by a comma and another one."""
        n = self.index[word.start] + 1
        return word.bare.lower() in elements() and n < len(self.words) and (
            self.text[word.end : self.words[n].start].strip() == ","
            and self.words[n].capital and _is_element(self.words[n])
        )

    def lone(self, word: _Word) -> bool:
        low = word.bare.lower()
        return low in elements() and len(low) > 2 and low not in self.common

    def lower_pairs(self) -> Iterator[Finding]:
        """Yield two or more name elements side by side without capitals."""
        i = 0
        while i < len(self.words):
            j = i
            while j < len(self.words) and self.low_element(self.words[j]) and (
                j == i or self.text[self.words[j - 1].end : self.words[j].start] == " "
            ):
                j += 1
            if j - i >= 2:
                words = self.words[i:j]
                if any(len(w.bare) > 2 for w in words):
                    yield self.found(words, "PERSON", "name elements side by side, without capitals")
            i = max(j, i + 1)

    def lower_single(self) -> Iterator[Finding]:
        """Yield long name elements that are no common word, in texts without capitals."""
        for word in self.words:
            if len(word.bare) > 4 and self.low_element(word):
                yield self.found([word], "PERSON", "a name element without a capital")

    def low_element(self, word: _Word) -> bool:
        low = word.bare.lower()
        if word.capital or low not in elements():
            return False
        if self.language == "lmy":
            return low not in lowered("latin_burmese_words") and low not in _FUNCTION["en"]
        return low not in self.common and low not in lowered("english_words")


def _camel(text: str) -> Iterator[Finding]:
    """Yield names written without a space, as LahpaiZauGun."""
    for match in re.finditer(r"(?:[A-Z][a-z']{1,9}){2,5}(?![a-z])", text):
        parts = [(m.start(), m[0].lower()) for m in re.finditer(r"[A-Z][a-z']+", match[0])]
        known = [at for at, part in parts if part in elements()]
        if len(known) >= 2 or (known and len(parts) == 2):
            yield Finding(match.start() + known[0], match.end(), "PERSON", "a name without spaces")
    glued = re.compile(r"\b(?:daw|duwa|salang|sayama|sarama|saya|sara)(?P<it>[a-z]{4,16})\b")
    for match in glued.finditer(text):
        if splits(match["it"]):
            yield Finding(*match.span(), "PERSON", "a title and a name without spaces")


def splits(word: str) -> bool:
    """Say whether a lower-case word is name elements without a space."""
    reach = {0}
    for end in range(2, len(word) + 1):
        if any(end - size in reach and word[end - size : end] in elements() for size in range(2, 8)):
            reach.add(end)
    return len(word) in reach


def _cut(reader: _Reader, text: str) -> str:
    """Keep of an introduced name the words that can be part of one."""
    kept = list[str]()
    for word in text.split(" "):
        bare = word.rstrip(".'")
        low = bare.lower()
        named = low in elements() or (bare[:1].isupper() and not bare.isupper())
        named_before = kept and len(low) > 2
        common = low in reader.common and not (
            low in elements() and (bare[:1].isupper() or named_before)
        )
        if not bare or common or (
            low in reader.kept and low not in elements()
        ):
            if low in reader.kept and bare[:1].isupper() and " " in text:
                kept.append(word)
                continue
            break
        if not named and (kept or len(low) < 3):
            break
        kept.append(word)
    return " ".join(kept).rstrip(".'")


def _uncommon(word: str) -> bool:
    lists = ("english_words", "kachin_words", "latin_burmese_words")
    return word in elements() and not any(word in lowered(name) for name in lists)


def _introduced(reader: _Reader, text: str) -> Iterator[Finding]:
    for pattern, why in ((_INTRODUCED, "a phrase that introduces a name"), (_FIELD, "the field of a form")):
        for match in pattern.finditer(text):
            name = _cut(reader, match["it"])
            bare = name.split(" ")[0]
            strong = re.match(r"(?i)my name|nar|name is|.{1,9} name is", match[0]) is not None
            if len(name) > 1 and (strong or bare[0].isupper() or _uncommon(bare)):
                yield Finding(match.start("it"), match.start("it") + len(name), "PERSON", why)


def find(text: str) -> Iterator[Finding]:
    """Yield persons, named officers and unknown capitalised names of a folded text."""
    reader = _Reader(text)
    yield from _introduced(reader, text)
    yield from _camel(text)
    for run in runs(text):
        yield from reader.run(run)
    yield from reader.lower_pairs()
    if reader.language != "kac":
        yield from reader.lower_single()
    for match in _SON_OF.finditer(text):
        name = _CAPITALS.match(text, match.end())
        if name and any(w.lower() in elements() for w in name[0].split(" ")):
            yield Finding(match.start(), name.end(), "PERSON", "a person told by kin")
    yield from _titled_lower(reader, text)
    for match in (*_INITIALS.finditer(text), *_TWO_LETTERS.finditer(text)):
        group = next((g for g in ("it", "my") if match.groupdict().get(g)), 0)
        start, end = match.span(group)
        while text[end - 1] in " -":
            end -= 1
        if text[start:end].replace(".", "").replace(" ", "") not in listed("keep_words"):
            yield Finding(start, end, "PERSON", "initials")


def _titled_lower(reader: _Reader, text: str) -> Iterator[Finding]:
    """Yield a title and name elements without capitals, as in "daw aye kyi"."""
    titles = r"daw|duwa|salang|sayama|sarama|saya|sara|pastor|uncle|aunty|ko|ma|u|mg|maung"
    for match in re.finditer(rf"\b(?:{titles}) (?P<it>[a-z']+(?: [a-z']+){{0,3}})", text):
        kept = list[str]()
        for word in match["it"].split(" "):
            if word not in elements() or word in lowered("english_words") or (
                word in reader.common and not kept
            ):
                break
            kept.append(word)
        name = " ".join(kept)
        strong = match[0].split(" ")[0] not in ("ko", "ma", "u", "sara") or len(kept) > 1
        if len(name) > 2 and strong:
            yield Finding(match.start(), match.start("it") + len(name), "PERSON", "a title and a name")
