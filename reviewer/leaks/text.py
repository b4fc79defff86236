"""Release tests 1-3, 7, 12, 13: no identity can be read in any byte, however written (laptop)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from envelope.form import load
from release.proof import Layout
from release.texts import TOKEN
from reviewer.finder import IDENTITY, find, spelling
from reviewer.finder.words import lowered
from reviewer.leaks.search import Sought, kept_words, short
from reviewer.leaks.subject import RING, SAME_IN_ALL, Leak, Subject, Text
from reviewer.recognise import BURMESE, Unit, common, core, digit_runs, sound, units, words
from reviewer.tokens import without_titles
from reviewer.unseen import strange
from reviewer.zawgyi import as_zawgyi

_UNSEEN = "can not be seen, or only looks like letters"
_RESPELLED = "another spelling of a replaced"
LEAST_SOUND = 4  # letters; a single word with a shorter sound key is not sought by sound
_HEX = re.compile(r"\b[0-9a-f]{64}\b")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Runs of text in other bytes: UTF-8 or Latin-1, then Latin and Burmese in UTF-16 of both orders.
_RUNS = (
    (re.compile(rb"(?:[\x20-\x7e]|\xe1[\x80-\x82][\x80-\xbf]){5,}"), "utf-8"),
    (re.compile(rb"(?:[\x20-\x7e]\x00|[\x00-\x9f]\x10){4,}"), "utf-16-le"),
    (re.compile(rb"(?:\x00[\x20-\x7e]|\x10[\x00-\x9f]){4,}"), "utf-16-be"),
)


def confirmed(subject: Subject) -> Iterator[Leak]:
    """1: no confirmed string in any byte: UTF-8, UTF-16, Zawgyi, NFD, zero-width, both digits."""
    sought, numbers = Sought(subject), set[str]()
    for form in subject.forms:
        parts = words(form.text)
        if not "".join(parts).isdecimal():  # numbers by their digits alone, below
            sought.add(parts, form)
        bare = words(without_titles(form.text)) if form.kind == "P" else []
        if not common(bare):
            sought.add(bare, form)
        if form.kind == "N" and (number := core("".join(filter(str.isdecimal, parts)))):
            numbers.add(number)
    for name, text in _all_text(subject):
        cut = units(text)
        found = list(sought.find(name, cut))
        found += [("N", at) for run, at in digit_runs(cut) if any(n in run for n in numbers)]
        yield from _leaks(subject, Text(name, "", ""), found, "a replaced")
    yield from _zawgyi(subject, sought)


def romanised(subject: Subject) -> Iterator[Leak]:
    """2: no confirmed name in another romanisation: Hpakant and Phakant, Zau and Zaw."""
    sought, exact = Sought(subject, sound), set[str]()
    for form, parts in short(subject):
        exact.add("".join(parts))  # what test 1 or 3 finds anyway
        keys = [sound(word) for word in parts]
        if len("".join(keys)) >= LEAST_SOUND:
            sought.add(keys, form)
    for text in subject.told:
        cut = [u for u in units(_without(text.words)) if u.word not in lowered("english_words")]
        heard = [Unit(sound(unit.word), unit.start, unit.end) for unit in cut]
        found = [
            (kind, at)
            for kind, at in sought.find(text.file, heard)
            if "".join(u.word for u in cut if at[0] <= u.start and u.end <= at[1]) not in exact
        ]
        yield from _leaks(subject, text, found, _RESPELLED)
    yield from _transliterated(subject)


def short_forms(subject: Subject) -> Iterator[Leak]:
    """3: no short form of a confirmed name or place, with or without a suffix."""
    sought = Sought(subject)
    for form, parts in short(subject):
        if len("".join(parts)) > 2:
            sought.add(parts, form)
    for text in subject.told:
        found = sought.find(text.file, units(_without(text.words)))
        yield from _leaks(subject, text, found, "a part of a replaced")


def second_hand(subject: Subject) -> Iterator[Leak]:
    """7: what the team wrote itself passes the finder like any text."""
    for text in subject.team:
        kept = kept_words(subject, text.testimony)
        for one in find(text.words):
            said = text.words[one.start : one.end]
            ours = TOKEN.search(text.words[max(0, one.start - 1) : one.end + 1])
            if one.label in IDENTITY and not ours and "".join(words(said)) not in kept:
                way_out = "" if text.testimony else " in the purpose; word it otherwise"
                where = _at(subject, text, one.start, one.end)
                yield Leak(text.file, f"the finder takes {where} for {one.label}{way_out}")


def spelled_out(subject: Subject) -> Iterator[Leak]:
    """12: no confirmed number in words."""
    numbers = {
        number
        for form in subject.forms
        if form.kind == "N"
        for run, _ in digit_runs(units(form.text))
        if (number := core(run))
    }
    for text in subject.told:
        for run, (start, end) in digit_runs(units(_without(text.words))):
            if any(number in run for number in numbers):
                where = _at(subject, text, start, end)
                yield Leak(text.file, f"a replaced number is written out at {where}")


def look_alikes(subject: Subject) -> Iterator[Leak]:
    """13: no bidi or tag character, and no word in two alphabets."""
    for text in subject.told:
        for start, end in strange(text.words):
            yield Leak(text.file, f"{_at(subject, text, start, end)} {_UNSEEN}")
    for name, data in _text_files(subject):
        for start, end in strange(data.decode("utf-8", "replace")):
            yield Leak(name, f"{subject.place(name, start, end)} {_UNSEEN}")


def _without(text: str) -> str:
    """A text whose tokens are blanks, so that words on both sides stay apart."""
    return TOKEN.sub(lambda match: "\n" * len(match[0]), text)


def _leaks(
    subject: Subject, text: Text, found: Iterable[tuple[str, tuple[int, int]]], what: str
) -> Iterator[Leak]:
    for kind, (start, end) in found:
        where = _at(subject, text, start, end)
        yield Leak(text.file, f"{what} identity ({kind}) stands at {where}")


def _at(subject: Subject, text: Text, start: int, end: int) -> str:
    return subject.place(text.file, start, end, text.field)


def _all_text(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of all that can be read as text in the bag, names of files too."""
    for name, data in subject.files.items():
        if name in RING or name in subject.computed or name.startswith(SAME_IN_ALL):
            continue
        if name.endswith("/proof.json"):
            yield name, _shown(data)
        elif name.endswith("/testimony.json"):
            yield name, _HEX.sub("\n" * 64, _without(_uncoded(data)))
        elif _CONTROL.search(data):
            for run, encoding in _RUNS:
                for match in run.finditer(data):
                    yield name, match[0].decode(encoding, "ignore")
        else:
            yield name, _HEX.sub("\n" * 64, _without(data.decode("utf-8", "replace")))


def _text_files(subject: Subject) -> Iterator[tuple[str, bytes]]:
    passed = {text.file for text in subject.told} | subject.computed
    for name, data in subject.files.items():
        plain = name.endswith((".txt", ".json", ".csv", ".jsonl")) and name not in passed
        if plain and not name.startswith(SAME_IN_ALL) and not name.endswith("/proof.json"):
            yield name, data


def _uncoded(data: bytes) -> str:
    """A released testimony with blanks for answers that are codes of the form: "saw" is no Saw."""
    text = data.decode("utf-8", "replace")
    for field, value in json.loads(data)["answers"].items():
        if field in load().coded:
            pair = f"{json.dumps(field)}:{json.dumps(value, ensure_ascii=False)}"
            text = text.replace(pair, "\n" * len(pair))
    return text


def _shown(data: bytes) -> str:
    """What a proof shows, codes and hidden parts as breaks: the only text in it."""
    layout = Layout.of(load())
    parts = list[str]()
    for number, unit in enumerate(json.loads(data)["units"]):
        if number <= layout.narrative or unit[0] == "h":
            parts.append("\n")
        if 1 <= number < layout.raw and layout.fields[number - 1] in load().coded:
            continue
        if unit[0] == "o":
            parts.append(str(unit[2]))
        elif unit[0] == "p":
            parts += [str(cell[1]) if isinstance(cell, list) else "\n" for cell in unit[1]]
    return "".join(parts)


def _zawgyi(subject: Subject, sought: Sought) -> Iterator[Leak]:
    """Read every text once more as if all of it were Zawgyi, certain or not."""
    for text in subject.told:
        if not BURMESE.search(text.words):
            continue
        read = words(as_zawgyi(_without(text.words)))  # not converted once more
        cut = [Unit(word, at, at + 1) for at, word in enumerate(read)]
        for kind, _ in sought.find(text.file, cut):
            yield Leak(text.file, f"a replaced identity ({kind}) can be read in it as Zawgyi")


def _transliterated(subject: Subject) -> Iterator[Leak]:
    """A translation may spell in Latin letters a name that was replaced in Burmese ones."""
    for text in (text for text in subject.team if text.file.endswith(".en.txt")):
        sought = Sought(subject, spelling.key)
        for form, parts in short(subject):
            if form.testimony == text.testimony and BURMESE.search(form.text) and len(parts) > 1:
                sought.add(spelling.syllable_keys("".join(parts)), form)
        cut = [u for u in units(_without(text.words)) if u.word not in lowered("english_words")]
        heard = [Unit(spelling.key(unit.word), unit.start, unit.end) for unit in cut]
        yield from _leaks(subject, text, sought.find(text.file, heard), _RESPELLED)


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {
    1: confirmed,
    2: romanised,
    3: short_forms,
    7: second_hand,
    12: spelled_out,
    13: look_alikes,
}
