"""Finding on the laptop: ms per 1,000 words beside bare tagging, and how long it loads."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pycrfsuite

from bench.redaction import UNSEEN, read
from bench.table import seconds, show, side_by_side
from reviewer.finder import crf, find, normalise
from reviewer.finder.lexicon import language
from reviewer.zawgyi import SYLLABLE

GROUPS = ("en", "my", "kac", "mixed")
LOAD = """import time
start = time.perf_counter()
from reviewer.finder import find
find("U Aung ဦးအောင်")
print(time.perf_counter() - start)"""
_BURMESE = re.compile("[\u1000-\u109f]+")
_LATIN = re.compile(r"[A-Za-z0-9']+")


def words(text: str) -> float:
    """Words of a text; a Burmese word counts as two syllables."""
    burmese = sum(len(SYLLABLE.findall(run)) for run in _BURMESE.findall(text))
    return len(_LATIN.findall(text)) + burmese / 2


def main() -> None:
    """Print both tables."""
    rows = []
    for group in GROUPS:
        texts = [row["text"] for row in read(UNSEEN) if row["lang"] == group]
        count = sum(words(text) for text in texts)
        folded = [normalise.fold(normalise.read(text).text) for text in texts]
        shown = [
            pycrfsuite.ItemSequence(crf.features(line, text, language(text)))
            for text in folded
            for line in crf.lines(text)
        ]
        tag = crf.tagger().tag

        def ours(texts: list[str] = texts, count: float = count) -> float:
            return seconds(lambda: [find(text) for text in texts]) * 1e6 / count

        def model(folded: list[str] = folded, count: float = count) -> float:
            return seconds(lambda: [list(crf.find(text)) for text in folded]) * 1e6 / count

        def bare(shown: list = shown, count: float = count, tag: Callable = tag) -> float:
            return seconds(lambda: [tag(one) for one in shown]) * 1e6 / count

        whole, raw, ratio = side_by_side(ours, bare, 5)
        rows.append([group, f"{whole:.0f}", f"{model():.0f}", f"{raw:.0f}", f"{ratio:.1f}", "100"])
    show(
        "Finding identities (milliseconds per 1,000 words)",
        ["language", "ours", "of which the model", "bare tagging", "ours/bare", "goal"],
        rows,
    )
    load = min(
        float(subprocess.run([sys.executable, "-c", LOAD], capture_output=True, check=True).stdout)
        for _ in range(3)
    )
    read_only = seconds(crf.MODEL.read_bytes)
    show(
        "From nothing to the first finding (seconds)",
        ["what", "seconds", "goal"],
        [
            ["modules, lists, model, one text", f"{load:.2f}", "1"],
            ["reading the model's file", f"{read_only:.4f}", ""],
        ],
    )


if __name__ == "__main__":
    main()
