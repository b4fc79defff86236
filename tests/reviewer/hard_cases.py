"""Ways names and numbers are written that hide them from a rule, and how many are still covered.

`python -m tests.reviewer.hard_cases` prints the rate of each. All persons and places are invented.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reviewer.finder import IDENTITY, find

SENTENCES = [
    json.loads(row)
    for row in Path(__file__).with_name("hard_sentences.jsonl").read_text("utf-8").splitlines()
]
Mutation = Callable[[str, random.Random], str | None]
"""Writes an identity anew; None where the way of writing does not apply to it."""

UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
CYRILLIC = str.maketrans("ABCEHKMOPTXaceopxyi", "АВСЕНКМОРТХасеорхуі")
GREEK = str.maketrans("ABEHIKMNOPTXYZo", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖο")
SPELLINGS = (
    ("Hk", "Kh"), ("Hp", "Ph"), ("Hk", "K"), ("au", "aw"), ("aw", "au"), ("oi", "oy"), ("Ts", "Z"), ("Z", "J"),
    ("oo", "u"), ("ee", "i"), ("Ht", "T"), ("ay", "ai"), ("aing", "ine"),
)  # fmt: skip


def _latin(name: str) -> bool:
    return name.isascii() and name[:1].isalpha() and not any(c.isdigit() for c in name)


def unchanged(name: str, _: random.Random) -> str:
    """The sentence as it stands."""
    return name


def joined(name: str, _: random.Random) -> str | None:
    """LahpaiZauGun: two to four capitals without spaces."""
    words = name.split(" ")
    whole = _latin(name) and 2 <= len(words) <= 4 and all(re.fullmatch("[A-Z][a-z]+", w) for w in words)
    return "".join(words) if whole else None


def typo(name: str, rng: random.Random) -> str | None:
    """One slip in one word of four letters or more: two swapped, one lost, one twice."""
    places = [m.span() for m in re.finditer("[A-Za-z]{4,}", name)] if _latin(name) else []
    if not places:
        return None
    start, end = rng.choice(places)
    at = rng.randrange(start + 1, end - 1)
    slips = (
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
    )
    return rng.choice(slips)


def respelled(name: str, rng: random.Random) -> str | None:
    """Another romanisation: Hkawn, Khawn; Zau, Zaw, Jau."""
    fit = [(a, b) for a, b in SPELLINGS if _latin(name) and a in name]
    return name.replace(*rng.choice(fit)) if fit else None


def unseen_inside(name: str, rng: random.Random) -> str:
    """Characters nobody sees, as copying from web pages and telephones leaves them."""
    return "".join(c + rng.choice(UNSEEN) if rng.random() < 0.4 else c for c in name)


def turned(name: str, _: random.Random) -> str:
    """Marks of writing direction around and inside."""
    middle = len(name) // 2
    return f"\u202e{name[:middle]}\u200f{name[middle:]}\u202c"


def cyrillic(name: str, _: random.Random) -> str | None:
    """Letters of Cyrillic that look the same."""
    return name.translate(CYRILLIC) if _latin(name) else None


def greek(name: str, _: random.Random) -> str | None:
    """Letters of Greek that look the same."""
    return name.translate(GREEK) if _latin(name) else None


def wide(name: str, _: random.Random) -> str | None:
    """The wide letters of East Asian keyboards."""
    turn = "".join(chr(ord(c) + 0xFEE0) if "!" < c <= "~" else c for c in name)
    return turn if _latin(name) else None


def broken(name: str, rng: random.Random) -> str | None:
    """A line that ends inside the name."""
    blanks = [i for i, c in enumerate(name) if c == " "]
    if not blanks or not _latin(name):
        return None
    at = rng.choice(blanks)
    return f"{name[:at]}\n{name[at + 1 :]}"


def decomposed(name: str, _: random.Random) -> str:
    """Marks apart from their letters (NFD)."""
    return unicodedata.normalize("NFD", name)


def zero_for_wa(name: str, _: random.Random) -> str | None:
    """The digit zero where the letter wa belongs."""
    return name.replace("\u101d", "\u1040") if "\u101d" in name else None


def lowered(name: str, _: random.Random) -> str | None:
    """No capitals; the whole sentence is typed so."""
    return name.lower() if name.isascii() else None


def shouted(name: str, _: random.Random) -> str | None:
    """All capitals, as forms and headings are filled in."""
    return name.upper() if _latin(name) else None


def underscored(name: str, _: random.Random) -> str | None:
    """Zau_Gun: as files and accounts are named."""
    return name.replace(" ", "_") if _latin(name) and " " in name else None


def dotted(name: str, _: random.Random) -> str | None:
    """Zau.Gun."""
    return name.replace(" ", ".") if _latin(name) and re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+", name) else None


def hyphened(name: str, _: random.Random) -> str | None:
    """Zau-Gun."""
    return name.replace(" ", "-") if _latin(name) and re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+", name) else None


def parted(name: str, rng: random.Random) -> str | None:
    """A word cut at the end of a line: Hka-, wng."""
    places = [m.span() for m in re.finditer("[A-Za-z]{5,}", name)] if _latin(name) else []
    if not places:
        return None
    start, end = rng.choice(places)
    at = rng.randrange(start + 2, end - 1)
    return f"{name[:at]}-\n{name[at:]}"


def scanned(name: str, rng: random.Random) -> str | None:
    """What a scanner reads: 0 for o, l for I, 1 for l."""
    fit = [i for i, c in enumerate(name) if c in "oOlI"] if _latin(name) else []
    if not fit:
        return None
    at = rng.choice(fit)
    return name[:at] + {"o": "0", "O": "0", "l": "1", "I": "l"}[name[at]] + name[at + 1 :]


def spaced(name: str, _: random.Random) -> str | None:
    """Z a u  G u n: letters apart."""
    return "  ".join(" ".join(word) for word in name.split(" ")) if _latin(name) and len(name) < 16 else None


def starred(name: str, _: random.Random) -> str | None:
    """*Zau Gun*: marked in a message."""
    return f"*{name}*" if _latin(name) else None


IN_NAMES: tuple[Mutation, ...] = (
    unchanged, lowered, joined, typo, respelled, unseen_inside, turned, cyrillic, greek, wide, broken, decomposed,
    zero_for_wa, shouted, underscored, dotted, hyphened, parted, scanned, spaced, starred,
)  # fmt: skip

WORDS = {
    "en": "zero one two three four five six seven eight nine".split(),
    "kac": "zero langai lahkawng masum mali manga kru sanit matsat jahku".split(),
    "my": "သုည တစ် နှစ် သုံး လေး ငါး ခြောက် ခုနစ် ရှစ် ကိုး".split(),
}
FRAMES = {
    "en": ("My number is {}, call me.", "Her phone no {}. Then she ran.", "Ring {} and ask for the cook.", "His phone was {} before they took it."),
    "kac": ("Nye phone nambat gaw {} re.", "Phone {} de shaga mu.", "Shi a phone {} hpe la kau ai."),
    "my": ("ကျွန်မဖုန်း {} ပါ။", "ဖုန်းနံပါတ် {} ကို ဆက်ပါ။", "သူ့ဖုန်းက {} ဖြစ်ပါတယ်။"),
}
BURMESE_DIGITS = str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉")


def _spelled(number: str, language: str) -> str:
    return " ".join(WORDS[language][int(digit)] for digit in number)


def _wa(number: str, _: str) -> str:
    return number.translate(BURMESE_DIGITS).replace("၀", "ဝ")


def _mixed(number: str, _: str) -> str:
    return number[:4].translate(BURMESE_DIGITS) + number[4:]


def _letter_o(number: str, _: str) -> str:
    return number.replace("0", "O")


IN_NUMBERS: dict[str, Callable[[str, str], str]] = {
    "digits": lambda number, _: number,
    "spelled out": _spelled,
    "wa for zero": _wa,
    "two scripts": _mixed,
    "the letter O": _letter_o,
    "dots": lambda number, _: ".".join(re.findall("..?.?", number)),
    "blanks": lambda number, _: " ".join(re.findall("..?", number)),
    "stars": lambda number, _: "*".join(re.findall("..?.?", number)),
    "wide dashes": lambda number, _: " - ".join(re.findall("..?.?", number)),
    "last hidden": lambda number, _: number[:-3] + "xxx",
}


def _letters(text: str, start: int, end: int) -> set[int]:
    return {i for i in range(start, end) if unicodedata.category(text[i])[0] in "LMN"}


def _covered(text: str) -> set[int]:
    return {i for f in find(text) if f.label in IDENTITY for i in range(f.start, f.end)}


def _rewritten(
    text: str, phrases: Sequence[str], mutate: Mutation, rng: random.Random
) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the sentence with each identity written anew, and where those stand."""
    written = {p: mutate(p, rng) for p in phrases}
    found = re.compile("|".join(re.escape(p) for p in sorted(phrases, key=len, reverse=True)))
    out, at, places = "", 0, list[tuple[int, int, str]]()
    for match in found.finditer(text):
        out += text[at : match.start()]
        new = written[match[0]]
        if new is not None:
            places.append((len(out), len(out) + len(new), match[0]))
        out += match[0] if new is None else new
        at = match.end()
    return out + text[at:], places


def outcomes(mutate: Mutation, seed: int = 4) -> Iterator[tuple[str, str, bool]]:
    """Yield, for every identity that can be written so, its sentence, itself, and whether it is covered."""
    rng = random.Random(seed)
    for row in SENTENCES:
        text, places = _rewritten(row["text"], row["hide"], mutate, rng)
        if mutate is lowered:
            text = text.lower() if text.isascii() else text
        seen = _covered(text) if places else set()
        for start, end, phrase in places:
            yield row["id"], phrase, _letters(text, start, end) <= seen


def number_outcomes(write: Callable[[str, str], str], seed: int = 4) -> Iterator[tuple[str, bool]]:
    """Yield invented telephone numbers in sentences of three languages, and whether each is covered."""
    rng = random.Random(seed)
    for language, frames in FRAMES.items():
        for frame in frames:
            for _ in range(4):
                number = "09" + "".join(rng.choice("0123456789") for _ in range(9))
                written = write(number, language)
                text = frame.format(written)
                start = text.index(written)
                yield text, _letters(text, start, start + len(written)) <= _covered(text)


def rate(results: Sequence[bool]) -> float:
    """Return the share that is true."""
    return sum(results) / len(results)


if __name__ == "__main__":
    for way in IN_NAMES:
        hits = [hit for _, _, hit in outcomes(way)]
        print(f"{way.__name__:15} {rate(hits):.3f} of {len(hits)}")
    for name, write in IN_NUMBERS.items():
        hits = [hit for _, hit in number_outcomes(write)]
        print(f"{name:15} {rate(hits):.3f} of {len(hits)}")
