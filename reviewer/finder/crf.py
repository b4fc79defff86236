"""Proposes identities by a trained model, a conditional random field over tokens (laptop).

`reviewer/model/` makes the model from invented text. Burmese is read by the syllable, Latin letters
by the word. What a token is, what stands around it and in which lists it is decides; no list does
alone. The same model and text give the same findings on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import pycrfsuite

from reviewer.errors import ReviewerError
from reviewer.finder import burmese
from reviewer.finder.lexicon import is_clan, is_element, language, ordinary
from reviewer.finder.words import Finding, entries
from reviewer.zawgyi import SYLLABLE

MODEL = Path(__file__).parent.parent / "model" / "finder.crfsuite"

OUTSIDE = "O"
NUMBER = "NUMBER"
"""Numbers and addresses on the net: patterns.py finds them, the model learns to leave them."""
BEGIN = "B-"
"""Marks the first token of a person, since two may stand side by side; of no other kind."""

LONGEST = 240
"""Tokens of one sequence; longer lines are cut, so that memory stays small."""

_CERTAIN = {"PERSON": 0.1, "PLACE_FINE": 0.1, "ADDRESS": 0.3}
_LIKELY = 0.6
"""How likely a kind must be; a person or place missed costs more than one hidden in vain."""
_REASONS = {
    "PERSON": "words that stand like a name",
    "PERPETRATOR": "words that stand like an officer's name",
    "PLACE_FINE": "words that stand like a small place",
    "ADDRESS": "words that stand like an address",
    "RELATIVE": "words that stand like a relation",
    "OCCUPATION_UNIQUE": "words that stand like a calling few have",
    "ORG": "words that stand like a group or company",
    "DATE_EXACT": "words that stand like a day",
    "AGE": "words that stand like an age",
}

_TOKEN = re.compile(
    SYLLABLE.pattern.removesuffix("|.")
    + r"|[A-Za-z\u00c0-\u024f]+(?:'[A-Za-z\u00c0-\u024f]+)*|\d+"
    + r"|[\u0300-\u036f\u102b-\u103e]+|(\S)\1*",
    re.DOTALL,
)
_WORD = re.compile("[A-Za-z]+")
_END = re.compile(r"(?<=[a-z]{3})[.?!]\s+|။\s*")
"""Between two sentences; nothing that identifies goes over it."""
_NEW_SENTENCE = re.compile(r"[.!?]\s+")
_NEGATED = re.compile("(?<=.)မ(?:ရှိ|ဟုတ်|ရ|လာ|သွား|တွေ့|ပါ|လို|ကောင်း)$")
_HALF = re.compile("[\ud800-\udfff]")
_LONGEST_ENTRY = 6
_SURFACE = 24


class ModelError(ReviewerError):
    """The finder's model is not the one that was shipped."""


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable, word, number or mark [start, end) and whether a space stands before it."""

    start: int
    end: int
    text: str
    spaced: bool


def tokens(line: str, offset: int = 0) -> list[Token]:
    """Cut a folded line into tokens; spaces are none."""
    found, at = list[Token](), 0
    for match in _TOKEN.finditer(line):
        start, end = match.span()
        found.append(Token(start + offset, end + offset, match[0][:_SURFACE], start > at))
        at = end
    return found


_LISTS = {
    "burmese_words": "w", "burmese_stops": "s", "burmese_generic": "d", "burmese_given": "g",
    "burmese_titles": "T", "burmese_particles": "p", "place_heads_burmese": "h",
    "towns_burmese": "t",
    "kachin_burmese": "k", "western_burmese": "x", "fine_places": "v", "english_wide": "e",
    "english_words": "E", "kachin_words": "j", "latin_burmese_words": "l", "kachin_names": "n",
    "clans": "c", "burmese_names": "b", "western_names": "x", "titles": "T", "ranks": "R",
    "place_heads": "h", "place_heads_kachin": "H", "towns": "t", "keep_words": "K", "public": "P",
}  # fmt: skip
"""Each list of the finder and the letter by which a token shows that it is in it."""


@cache
def _lexicon() -> dict[str, str]:
    """Return the letters of every entry of every list, in lower case."""
    found = dict[str, str]()
    for name, letter in _LISTS.items():
        for entry in entries(name):
            key, mark = entry.lower(), letter
            if name == "kachin_burmese" and key.startswith("="):
                key, mark = key[1:], "c"
            if mark not in found.get(key, ""):
                found[key] = found.get(key, "") + mark
    for row in entries("villages"):
        for key in row.lower().split("\t"):
            found[key] = found.get(key, "") + "v" * ("v" not in found.get(key, ""))
    return found


@cache
def _openings() -> frozenset[str]:
    """Return the first token of each entry of several tokens."""
    longer = (key for key in _lexicon() if not (key.isascii() and key.isalpha()))
    return frozenset(parts[0].text for key in longer if len(parts := tokens(key)) > 1)


def _marks(line: Sequence[Token]) -> list[str]:
    """Return for each token the lists of the longest entry around it, and its place in that."""
    lexicon, openings = _lexicon(), _openings()
    low = [token.text.lower() for token in line]
    found, i = list[str](), 0
    while i < len(line):
        size, letters = 1, lexicon.get(low[i], "")
        if low[i] in openings:
            key = low[i]
            for j in range(i + 1, min(i + _LONGEST_ENTRY, len(line))):
                key += " " * line[j].spaced + low[j]
                if key in lexicon:
                    size, letters = j + 1 - i, lexicon[key]
        if size == 1:
            found.append(letters)
        else:
            found += [f"{letters}{n}{size}" for n in range(size)]
        i += size
    return found


@cache
def _frequency() -> dict[str, str]:
    """Return how often a syllable stands in text and in names, each as a power of four."""
    rows = (row.split("\t") for row in entries("burmese_syllables"))
    power = {s: [(int(n).bit_length() + 1) // 2 for n in counts] for s, *counts in rows}
    return {s: f"{in_text}{in_names}" for s, (in_text, in_names) in power.items()}


@lru_cache(maxsize=20_000)
def _own(text: str) -> tuple[str, ...]:
    """Return what a token's own letters tell: surface, shape, beginning, end, frequency."""
    if "\u1000" <= text[0] <= "\u109f":
        return (
            f"w={text}", f"f={_frequency().get(text, '00')}", f"b={text[0]}", f"e={text[1:]}",
            f"q={text[-2:]}", "z=my",
        )  # fmt: skip
    if text.isdigit():
        return (f"w={text}" if len(text) < 3 else f"w=9{len(text)}", f"z=9{min(len(text), 6)}")
    low = text.lower()
    if not low[0].isalpha():
        return (f"w={low[:3]}", "z=.")
    shape = "x" if low == text else "X" if len(text) == 1 else "XX" if text.isupper() else "Xx"
    return (
        f"w={low}", f"z={shape}", f"b={low[:2]}", f"b3={low[:3]}",
        f"e={low[-2:]}", f"e3={low[-3:]}",
        f"n={min(len(low), 9)}", f"i={is_element(low) + is_clan(low)}",
    )  # fmt: skip


def _cuts(line: Sequence[Token], text: str) -> dict[int, str]:
    """Return how burmese.py reads the word that begins or goes on at each offset of a syllable."""
    if not line:
        return {}
    start, found = line[0].start, dict[int, str]()
    piece = text[start : line[-1].end]
    for run in burmese.tokens(piece):
        for token in run:
            found[token.start + start] = token.kind[0]
    return found


def features(line: Sequence[Token], text: str, spoken: str) -> list[list[str]]:
    """Return what the model is shown of each token of one line of a folded text."""
    marks, cuts = _marks(line), _cuts(line, text)
    own = [_own(token.text) for token in line]
    word = ["", "", "", *(o[0] for o in own), "", "", ""]
    shape = [o[1] if o[-1] == "z=my" else o[1][2:] for o in own]
    kind = [f"{mark}/{form}" for mark, form in zip(marks, shape, strict=True)]
    kind = ["^", "^", *kind, "$", "$"]
    found = list[list[str]]()
    for i, token in enumerate(line):
        w, k = word[i : i + 7], kind[i : i + 5]
        cut = cuts.get(token.start, "-")
        after = line[i + 1] if i + 1 < len(line) else None
        found.append([
            *own[i], f"m={marks[i]}", f"k={k[2]}", f"c={cut}",
            f"s={token.spaced}{after.spaced if after else '$'}",
            f"g={spoken}", f"gk={spoken}{k[2]}",
            f"1{w[2]}", f"2{w[1]}", f"3{w[0]}", f"4{w[4]}", f"5{w[5]}", f"6{w[6]}",
            f"7{k[1]}", f"8{k[0]}", f"9{k[3]}", f"0{k[4]}",
            f"A{w[2]}{w[3]}", f"B{w[3]}{w[4]}", f"C{w[4]}{w[5]}", f"D{w[1]}{w[2]}",
            f"E{k[1]}{k[2]}", f"F{k[2]}{k[3]}", f"G{k[1]}{k[2]}{k[3]}",
            f"H{w[2]}{k[2]}", f"I{k[2]}{w[4]}",
            f"K{cut}{k[2]}",
        ])  # fmt: skip
    return found


def lines(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each line of a folded text, long lines in pieces."""
    at = 0
    for line in text.split("\n"):
        found = tokens(line, at)
        for i in range(0, len(found), LONGEST):
            yield found[i : i + LONGEST]
        at += len(line) + 1


_LOCK = Lock()


@cache
def tagger() -> pycrfsuite.Tagger:
    """Open the model. Raises ModelError if its bytes are not those of finder.sha256."""
    wanted = MODEL.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    if sha256(MODEL.read_bytes()).hexdigest() != wanted:
        raise ModelError("The finder's model is damaged; install Sakse on this laptop again.")
    model = pycrfsuite.Tagger()
    model.open(str(MODEL))
    return model


def _labels(line: Sequence[Token], text: str, spoken: str) -> list[str]:
    """Return the label of each token: the likeliest, or an identity likely enough to be shown."""
    with _LOCK:
        model = tagger()
        model.set(pycrfsuite.ItemSequence(features(line, text, spoken)))
        found = list(model.tag())
        for i, label in enumerate(found):
            outside = model.marginal(OUTSIDE, i)
            if label == OUTSIDE and outside < 1 - min(_CERTAIN.values()):
                found[i] = _second(model, i)
            elif 1 - outside < _CERTAIN.get(label.removeprefix(BEGIN), _LIKELY):
                found[i] = OUTSIDE
    return found


def _second(model: pycrfsuite.Tagger, i: int) -> str:
    """Return the likeliest identity at a token, or OUTSIDE when it is not likely enough."""
    names = sorted(name for name in model.labels() if name != OUTSIDE)
    best = max(names, key=lambda name: model.marginal(name, i))
    share = 1 - model.marginal(OUTSIDE, i)
    return best if share >= _CERTAIN.get(best.removeprefix(BEGIN), _LIKELY) else OUTSIDE


def _shorn(text: str, start: int, end: int, spoken: str) -> int:
    """Return the end of a person without the common words behind it.

    Those are "is not", words in small letters, and one whose capital a new sentence gave it.
    """
    if negated := _NEGATED.search(text[start:end]):
        end = start + negated.start()
        return start if text[start:end] in burmese.titles() else end
    words = list(_WORD.finditer(text, start, end))
    if not words or not words[0][0][0].isupper():
        return end
    while len(words) > 1 and words[-1].end() == end:
        word = words[-1][0]
        if _NEW_SENTENCE.fullmatch(text, words[-2].end(), words[-1].start()):
            word = word.lower()
        if word not in ordinary(spoken) or is_element(word):
            break
        words.pop()
        end = words[-1].end()
    return end


def _spans(line: Sequence[Token], labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the kind of each run of one label."""
    start, end, last = None, 0, OUTSIDE
    for token, label in zip(line, labels, strict=True):
        kind = OUTSIDE if label == NUMBER else label.removeprefix(BEGIN)
        if start is not None and (kind != last or label.startswith(BEGIN)):
            yield start, end, last
            start = None
        if kind != OUTSIDE and start is None:
            start = token.start
        last, end = kind, token.end
    if start is not None:
        yield start, end, last


def _sentences(text: str, start: int, end: int, kind: str) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a span that lie in one sentence each."""
    for stop in _END.finditer(text, start, end):
        yield start, stop.start(), kind
        start = stop.end()
    yield start, end, kind


def find(text: str) -> Iterator[Finding]:
    """Yield what the model takes for identities in a folded text. Raises ModelError."""
    text = _HALF.sub("\ufffd", text)
    spoken = language(text)
    for line in lines(text):
        whole = _spans(line, _labels(line, text, spoken))
        for start, end, kind in (part for span in whole for part in _sentences(text, *span)):
            stop = _shorn(text, start, end, spoken) if kind == "PERSON" else end
            if stop > start:
                yield Finding(start, stop, kind, _REASONS[kind])
