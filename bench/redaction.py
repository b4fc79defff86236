"""How much of what identifies the finder covers: `python -m bench.redaction --unseen`.

A span counts as found only when every letter, mark and digit of it is covered; blanks and
punctuation never count. Prints sums only, since whoever reads the misses tunes to them.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.table import show
from reviewer.suggest import spans as suggested

_CORPUS = Path(__file__).parent.parent / "tests" / "corpus"
UNSEEN = _CORPUS / "unseen.jsonl"
"""Texts the finder was not built on; its builders read the sums while they build."""
FRESH = _CORPUS / "fresh.jsonl"
"""Further texts, scored only when a finder is finished: they tell what the sums above hide."""

MUST = tuple("PERSON PHONE NATIONAL_ID ADDRESS PLACE_FINE ACCOUNT VEHICLE_PLATE GPS URL".split())
"""Hidden in every release."""
SHOULD = tuple("DATE_EXACT AGE RELATIVE OCCUPATION_UNIQUE ORG ETHNO_RELIGIOUS".split())
"""Hidden unless a person decides otherwise."""
POLICY = ("PERPETRATOR",)
"""Never counted as wrong, whether hidden or shown."""
KEEP = ("UNIT", "PLACE_COARSE", "PUBLIC_FIGURE", "DECOY")
"""Evidence, public geography, public figures, plain numbers."""
LABELS = MUST + SHOULD + POLICY + KEEP

APART = "no identity"
"""Texts without any, which can only show false alarms."""
GROUPS = ("en", "my", "my-zawgyi", "kac", "mixed", "ALL", APART)
"""ALL are the first five."""

_LATIN_HONORIFIC = re.compile(
    r"((U|Daw|Ko|Ma|Mg|Maung|Saya(ma)?|Sara(ma)?|Duwa|Salang|Slg\.?|Jan|Rev\.?|Dr\.?|Mr\.?|Pastor"
    r"|Sister|Sr\.?|Father|Moi|Woi|Aunty|Uncle|Lung|Shin)\s+)+(?=\S)",
    re.IGNORECASE,
)
_BURMESE_HONORIFICS = (
    "ဆရာမကြီး ဆရာကြီး ဆရာမ ဆရာ ဒေါ်လေး ဒေါ် ေဒၚ ဦး ဥ\u102eး ကို မောင် ေမာင္ "
    "ဒေါက်တာ ဆလန် ဆလန္ ဒူဝါ ဒူ၀ါ ရှင် စစ္စတာ မ"
).split()
_LEAST_NAME = 2  # code points left of a name without its honorific
_CLOSES = re.compile(".(\u1037?\u103a|\u1039)")

Span = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(slots=True)
class Count:
    """Sums over the spans of one label: content characters, spans, and what of them is covered."""

    chars: int = 0
    covered: int = 0
    spans: int = 0
    whole: int = 0
    core: int = 0


@dataclass(slots=True)
class Tally:
    """Sums over the texts of one group; `clean` ones miss nothing, `strict` no honorific either."""

    texts: int = 0
    clean: int = 0
    strict: int = 0
    chars: int = 0
    hidden: int = 0
    hidden_rightly: int = 0
    hidden_neutrally: int = 0
    labels: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))

    def share(self, over: Iterable[str], part: str, of: str) -> float | None:
        """One sum as a share of another over some labels; None where there is nothing."""
        counts = [self.labels[label] for label in over if label in self.labels]
        whole = sum(getattr(count, of) for count in counts)
        return sum(getattr(count, part) for count in counts) / whole if whole else None

    @property
    def precision(self) -> float | None:
        """Hidden characters that stand in an identity, as a share of all but perpetrators'."""
        counted = self.hidden - self.hidden_neutrally
        return self.hidden_rightly / counted if counted else None


@dataclass(frozen=True, slots=True)
class Miss:
    """A MUST span whose core is not wholly covered."""

    id: str
    label: str
    text: str


def content(text: str) -> list[bool]:
    """Say of each code point whether it counts: a letter, a mark or a digit."""
    return [unicodedata.category(char)[0] in "LMN" for char in text]


def core(label: str, surface: str) -> int:
    """How many leading code points of a person's span are an honorific that may stay visible."""
    if label not in ("PERSON", "PERPETRATOR"):
        return 0
    match = _LATIN_HONORIFIC.match(surface)
    if match and len(surface) - match.end() >= _LEAST_NAME:
        return match.end()
    for honorific in _BURMESE_HONORIFICS:
        rest = surface.removeprefix(honorific)
        if len(rest) >= _LEAST_NAME and rest != surface and _begins_syllable(rest):
            return len(honorific)
    return 0


def _begins_syllable(rest: str) -> bool:
    return unicodedata.category(rest[0])[0] != "M" and not _CLOSES.match(rest)


def score(
    gold: Sequence[Row], found: Mapping[str, Sequence[Span]]
) -> tuple[dict[str, Tally], list[Miss]]:
    """Return a tally per group, and the misses; `found` has the spans of each text by its id.

    Raises ValueError when a found span lies outside its text.
    """
    tallies: dict[str, Tally] = defaultdict(Tally)
    misses = list[Miss]()
    for row in gold:
        covered = _covered(row, found[row["id"]])
        for name in _groups(row):
            _add(tallies[name], row, covered)
        misses += [Miss(row["id"], span["label"], span["text"]) for span in _missed(row, covered)]
    return dict(tallies), misses


def _groups(row: Row) -> tuple[str, ...]:
    if all(span["label"] in KEEP for span in row["spans"]):
        return (APART,)
    return ("my-zawgyi" if row["encoding"] == "zawgyi" else row["lang"], "ALL")


def _covered(row: Row, spans: Sequence[Span]) -> list[bool]:
    covered = [False] * len(row["text"])
    for span in spans:
        start, end = span["start"], span["end"]
        if not 0 <= start < end <= len(covered):
            raise ValueError(f"{row['id']}: {start}:{end} lies outside the text")
        covered[start:end] = [True] * (end - start)
    return covered


def _places(span: Span, skip: int = 0) -> list[int]:
    """The code points of a span that count, without its first `skip`; all where none are left."""
    counts = content(span["text"])
    places = [span["start"] + at for at, counted in enumerate(counts) if counted]
    return [at for at in places if at >= span["start"] + skip] or places


def _is_found(span: Span, covered: Sequence[bool]) -> bool:
    return all(covered[at] for at in _places(span, core(span["label"], span["text"])))


def _missed(row: Row, covered: Sequence[bool]) -> Iterator[Span]:
    for span in row["spans"]:
        if span["label"] in MUST and not _is_found(span, covered):
            yield span


def _add(tally: Tally, row: Row, covered: Sequence[bool]) -> None:
    labels: list[str | None] = [None] * len(covered)
    strict = True
    for span in row["spans"]:
        labels[span["start"] : span["end"]] = [span["label"]] * (span["end"] - span["start"])
        places = _places(span)
        count = tally.labels[span["label"]]
        count.spans += 1
        count.chars += len(places)
        count.covered += sum(covered[at] for at in places)
        count.whole += (whole := all(covered[at] for at in places))
        count.core += _is_found(span, covered)
        strict &= whole or span["label"] not in MUST
    tally.texts += 1
    tally.strict += strict
    tally.clean += not any(_missed(row, covered))
    for counted, is_covered, label in zip(content(row["text"]), covered, labels, strict=True):
        tally.chars += counted
        if counted and is_covered:
            tally.hidden += 1
            tally.hidden_rightly += label in MUST + SHOULD
            tally.hidden_neutrally += label in POLICY


def read(path: Path) -> list[Row]:
    """Read a gold file, and check every span against its text; ValueError where they differ."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    for row in rows:
        for span in row["spans"]:
            if row["text"][span["start"] : span["end"]] != span["text"]:
                raise ValueError(f"{row['id']}: {span} is not what stands there")
    return rows


def run(gold: Sequence[Row]) -> tuple[dict[str, Tally], list[Miss]]:
    """Score the finder as it is."""
    return score(gold, {row["id"]: suggested(row["text"]) for row in gold})


def print_tables(title: str, tallies: Mapping[str, Tally]) -> None:
    """Print the sums of each group, and of each label in each group."""
    groups = [group for group in GROUPS if group in tallies]
    show(title, _HEAD, [_summary(group, tallies[group]) for group in groups])
    rows = [[label, *(_cell(tallies[group], label) for group in groups)] for label in LABELS]
    show(
        "By label, share / spans (MUST and SHOULD: spans found; the others: characters hidden)",
        ["label", *groups],
        [row for row in rows if any(cell != "-" for cell in row[1:])],
    )


_HEAD = (
    "group texts clean strict MUST.chars MUST.spans people SHOULD.chars precision KEEP.hidden"
    " UNIT.hidden perp.hidden hidden"
).split()


def _summary(group: str, tally: Tally) -> list[str]:
    shares = [
        None if group == APART else tally.clean / tally.texts,
        None if group == APART else tally.strict / tally.texts,
        tally.share(MUST, "covered", "chars"),
        tally.share(MUST, "core", "spans"),
        tally.share(["PERSON"], "core", "spans"),
        tally.share(SHOULD, "covered", "chars"),
        tally.precision,
        tally.share(KEEP, "covered", "chars"),
        tally.share(["UNIT"], "covered", "chars"),
        tally.share(POLICY, "covered", "chars"),
        tally.hidden / tally.chars,
    ]
    return [group, str(tally.texts), *(_figure(share) for share in shares)]


def _cell(tally: Tally, label: str) -> str:
    if label not in tally.labels:
        return "-"
    part, of = ("core", "spans") if label in MUST + SHOULD else ("covered", "chars")
    return f"{_figure(tally.share([label], part, of))}/{tally.labels[label].spans}"


def _figure(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the finder on the unseen set, or on another gold file."""
    parser = argparse.ArgumentParser(prog="python -m bench.redaction", description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--unseen", action="store_true", help="the set to build against")
    which.add_argument("--fresh", action="store_true", help="the set for a finished finder")
    which.add_argument("--file", type=Path, help="another gold file, in the same form")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print N missed spans")
    given = parser.parse_args(arguments)
    path = given.file or (FRESH if given.fresh else UNSEEN)
    tallies, misses = run(read(path))
    print_tables(f"What the finder covers of {path.name}", tallies)
    for miss in misses[: given.misses]:
        print(miss.id, miss.label, miss.text, sep="\t")


if __name__ == "__main__":
    main()
