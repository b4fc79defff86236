"""Trains the finder's model on invented text and writes it with its SHA-256 (developer).

usage: python -m reviewer.model.train [FOLDER]    a minute of one core; the same bytes
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pycrfsuite

from reviewer.finder.crf import BEGIN, MODEL, OUTSIDE, Token, features, lines
from reviewer.finder.lexicon import language
from reviewer.model.generate import Example, examples

COUNTS = {"burmese": 1500, "english": 900, "jinghpaw": 550, "latin_burmese": 400, "mixed": 400}
"""How many texts of each language the model is trained on."""

OPTIONS = {
    "c1": 0.9, "c2": 0.02, "max_iterations": 75, "feature.minfreq": 3,
    "feature.possible_transitions": True,
}  # fmt: skip


def labels(example: Example, line: list[Token]) -> list[str]:
    """Return the label of each token of a line of an example."""
    found = list[str]()
    for token in line:
        span = next((s for s in example.spans if s[0] <= token.start < s[1]), None)
        first = span is not None and span[2] == "PERSON" and token.start == span[0]
        found.append(OUTSIDE if span is None else BEGIN + span[2] if first else span[2])
    return found


def sequences(counts: dict[str, int]) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Yield the features and labels of each line of invented text."""
    for name, count in counts.items():
        for example in examples(name, count):
            spoken = language(example.text)
            for line in lines(example.text):
                yield features(line, example.text, spoken), labels(example, line)


def train(out: Path, counts: dict[str, int]) -> str:
    """Train a model, write it to `out` with a .sha256 beside it, and return the hash."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=OPTIONS, verbose=False)
    for shown, wanted in sequences(counts):
        trainer.append(pycrfsuite.ItemSequence(shown), wanted)
    trainer.train(str(out))
    digest = sha256(out.read_bytes()).hexdigest()
    out.with_suffix(".sha256").write_text(f"{digest}  {out.name}\n", encoding="ascii")
    return digest


def main(folder: str = str(MODEL.parent)) -> None:
    """Train the shipped model."""
    out = Path(folder) / MODEL.name
    digest = train(out, COUNTS)
    sys.stdout.write(f"{digest}  {out.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
