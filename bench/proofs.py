"""SR1 proofs: size and time beside plain hashing, and what a hidden name's length tells."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from bench.table import seconds, show, side_by_side
from envelope import canonical, commit
from envelope.form import load
from release import standalone
from release.proof import WHOLE, Layout, Spans, cover, prove, verify_proof

CORPUS = Path(__file__).parents[1] / "tests/vectors/corpus/dev.jsonl"
SENTENCE = "They came at night and took him from the house beside the river. "
SENTENCES, NAME = 50, 12
LAYOUT = Layout.of(load())
SEED = bytes(range(32))
ROUNDS = 5
SAMPLES = 20_000


def units() -> list[str]:
    """An account of 50 sentences, and no answers."""
    made = ["1 en " + "0" * 64, *[""] * (LAYOUT.narrative - 1)]
    made += commit.split_narrative(SENTENCE * SENTENCES)
    return made + [""] * (-len(made) % commit.UNIT_MULTIPLE)


def hidden(sentences: int, width: int) -> list[tuple[int, int]]:
    """A name of `width` code points in each of the first sentences."""
    return [(n * len(SENTENCE), n * len(SENTENCE) + width) for n in range(sentences)]


def name_lengths() -> Counter[int]:
    """How long the names of invented people in the corpus are, in code points."""
    lines = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    spans = (span for line in lines for span in line["spans"] if span["label"] == "PERSON")
    return Counter(len(span["text"]) for span in spans)


def told_bits(lengths: Counter[int], samples: int, chance: random.Random) -> float:
    """Bits that the number of hidden cells tells of a name's length: mutual information."""
    both = Counter[tuple[int, int]]()
    drawn = chance.choices([*lengths], [*lengths.values()], k=samples)
    for length in drawn:
        # Empty cells in and around a name are hidden with it: one run more than its code points.
        empty = sum(_leading_ones(chance.getrandbits(8)) for _ in range(length + 1))
        both[length, length + empty] += 1
    return _information(both)


def _leading_ones(byte: int) -> int:
    return 8 - (byte ^ 255).bit_length()


def _information(both: Counter[tuple[int, int]]) -> float:
    total = both.total()
    rows, columns = Counter[int](), Counter[int]()
    for (row, column), number in both.items():
        rows[row] += number
        columns[column] += number
    return sum(
        number / total * math.log2(number * total / (rows[row] * columns[column]))
        for (row, column), number in both.items()
    )


def entropy(lengths: Counter[int]) -> float:
    """Bits that a name's length itself has."""
    total = lengths.total()
    return -sum(n / total * math.log2(n / total) for n in lengths.values())


def main() -> None:
    """Print both tables."""
    text = units()
    data = "".join(text).encode()
    cases: list[tuple[str, Spans]] = [
        ("nothing hidden", ()),
        ("a name in 10 of 50 sentences", hidden(10, NAME)),
        ("a name in each sentence", hidden(SENTENCES, NAME)),
        ("10 sentences hidden whole", hidden(10, len(SENTENCE))),
        ("the whole account hidden", hidden(SENTENCES, len(SENTENCE))),
    ]
    rows = []
    fields, free = list(LAYOUT.fields), set(LAYOUT.free)
    for name, spans in cases:
        covering = cover(LAYOUT, text, dict.fromkeys((), WHOLE), spans)
        proof = prove(SEED, text, covering, LAYOUT)
        encoded = canonical.dumps(proof)
        works: list[Callable[[], object]] = [
            lambda covering=covering: prove(SEED, text, covering, LAYOUT),
            lambda proof=proof: verify_proof(proof, LAYOUT),
            lambda proof=proof: standalone.check_proof(proof, fields, free),
        ]
        row = [name, f"{len(encoded) / 1000:.0f}"]
        for work in works:
            ours, _, ratio = side_by_side(
                lambda work=work: seconds(work), lambda: seconds(lambda: sha256(data)), ROUNDS
            )
            row.append(f"{ours * 1000:.1f} ({ratio:,.0f})")
        rows.append(row)
    show(
        f"Proofs of {SENTENCES} sentences, {len(data):,} bytes (ms, and times their plain SHA-256)",
        ["", "KB", "make", "sakse-verify", "verify.py"],
        rows,
    )
    lengths = name_lengths()
    told = told_bits(lengths, SAMPLES, random.Random(1))
    show(
        "What a proof tells of the length of a hidden name (bits)",
        ["", "bits"],
        [
            ["the length itself", f"{entropy(lengths):.2f}"],
            ["the number of hidden cells tells", f"{told:.2f}"],
            ["goal at most", "1.20"],
        ],
    )


if __name__ == "__main__":
    main()
