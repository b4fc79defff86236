"""Who testifies in the story: invented accounts of the corpus, with answers, wishes and files."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reviewer.zawgyi import to_unicode

CORPUS = Path(__file__).parents[1] / "vectors/corpus/dev.jsonl"
SHARED = {"c2": "iimm icc un", "c3": "text"}
# Every way to say no to this recipient: nobody, others only, in numbers only, a stop list, a child.
NOT_SHARED: tuple[dict[str, str], ...] = (
    {},
    {"c2": "ngo public", "c3": "text"},
    {"c2": "iimm icc un", "c3": "numbers"},
    {**SHARED, "c5": "Not to anyone from my village tract."},
)
STORY = {"en": 8, "my": 6, "my-zawgyi": 3, "kac": 4, "mixed": 3}
ANSWERS = {
    "c1": "yes", "a1": "adult", "k1": "saw", "i1": "taken_work roundup", "d1.year": "2026",
    "d1.month": "11", "d1.precision": "month", "p1.state": "MMR001", "p1.township": "MMR001009",
    "p3": "mine", "n1.count": "11", "n1.kind": "about", "t2": "other_witness",
}  # fmt: skip
BRINGING = (0, 2, -1)  # which of those who share bring a file: two type, the last is written down
PARTIES = ("military", "kia", "militia_bgf", "unknown_armed")


@dataclass(frozen=True, slots=True)
class Witness:
    """One account: its number in the corpus, what is answered and told, the files given with it.

    `must` are the spans of `narrative` that name or number a person: (start, end, text).
    """

    id: str
    answers: dict[str, str]
    narrative: str
    must: tuple[tuple[int, int, str], ...]
    files: tuple[Path, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether a court of the story may get it."""
        return self.answers.items() >= SHARED.items() and "c5" not in self.answers

    def account(self) -> dict[str, Any]:
        """The answers file of `sakse-seal file`."""
        return {"lang": "en", "answers": self.answers, "narrative": self.narrative}


def as_the_page_seals(witness: Witness) -> Witness:
    """Return the account as it arrives when it was typed into the page: Zawgyi as Unicode."""
    reading = to_unicode(witness.narrative)
    if not reading.converted:
        return witness
    must = []
    for start, end, _ in witness.must:
        inside = [n for n, (first, last) in enumerate(reading.offsets) if first < end and last > start]
        span = slice(inside[0], inside[-1] + 1)
        must.append((span.start, span.stop, reading.text[span]))
    return replace(witness, narrative=reading.text, must=tuple(must))


def witnesses(counts: dict[str, int], files: Sequence[Path]) -> list[Witness]:
    """Choose accounts by language and encoding, one of each in turn; some bring `files`.

    After the first four of five, every fifth does not want it shared with this recipient.
    """
    lines = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    number = itertools.count()
    by_kind = []
    for kind, count in counts.items():
        of_kind = [line for line in lines if _kind(line) == kind]
        # From the end of each: the corpus begins with the shortest.
        by_kind.append([_witness(next(number), line) for line in of_kind[-count:]])
    found = [w for turn in itertools.zip_longest(*by_kind) for w in turn if w is not None]
    sharing = [at for at, witness in enumerate(found) if witness.shared]
    for path, place in zip(files, BRINGING, strict=True):
        at = sharing[place]
        found[at] = replace(found[at], files=(*found[at].files, path))
    return [*found, _child()]


def _kind(line: dict[str, Any]) -> str:
    zawgyi = "-zawgyi" if line["encoding"] == "zawgyi" else ""
    return str(line["lang"]) + zawgyi


def _witness(n: int, line: dict[str, Any]) -> Witness:
    assert line["invented"] is True
    wish = SHARED if n % 5 < 4 else NOT_SHARED[n // 5 % len(NOT_SHARED)]
    answers = {**ANSWERS, "x1": PARTIES[n % len(PARTIES)], **wish}
    must = tuple(
        (span["start"], span["end"], span["text"])
        for span in line["spans"]
        if span["label"] in ("PERSON", "PHONE")
    )
    return Witness(line["id"], answers, line["text"], must)


def _child() -> Witness:
    answers = {"c1": "yes", "a1": "under_18", "i1": "child_recruited", "f1": "dont_know"}
    return Witness("child", answers, "", ())
