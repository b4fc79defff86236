"""How often the release tests refuse texts whose marked identities were all replaced, and how fast.

    python -m bench.leaks tests/vectors/corpus/dev.jsonl tests/corpus/unseen.jsonl

Each refusal is one too many, or an identity the gold marks missed; texts are never printed. "alone"
is a release of one text, "together" one of all texts of a file, where every name is sought in
every text. Beside the time: how long the finder takes for the same texts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from release.content import Addressee, Counts
from release.texts import kind
from reviewer import tokens
from reviewer.decisions import KINDS
from reviewer.finder import find
from reviewer.leaks.gather import _converted
from reviewer.leaks.subject import Form, Subject
from reviewer.leaks.text import CHECKS
from reviewer.plan import Plan


def subject(rows: Sequence[dict[str, Any]]) -> Subject:
    """A release of these texts with every marked identity replaced."""
    named = {f"T-{number:04}": row for number, row in enumerate(rows)}
    spans = {
        name: tokens.covered(row["text"], map(_hide, filter(_known, row["spans"])))
        for name, row in named.items()
    }
    files, forms = {"data/release.json": b'{"purpose":""}'}, list[Form]()
    for name, marks in tokens.marks(spans).items():
        text = named[name]["text"]
        folder = f"data/testimonies/{name}/"
        files[f"{folder}narrative.txt"] = tokens.apply("narrative", text, marks)[0].encode()
        files[f"{folder}testimony.json"] = b'{"answers":{},"attachments":[]}'
        files[f"{folder}assessment.json"] = b"{}"
        for whole, there in [(text, marks), *_converted(text, marks)]:
            known = [mark for mark in there if kind(mark.token) in "PLNDO"]
            forms += [Form(whole[m.start : m.end], kind(m.token), name, m.token) for m in known]
    return Subject(files, _plan(named), tuple(forms))


def _known(span: dict[str, Any]) -> bool:
    return span["label"] in KINDS


def _hide(span: dict[str, Any]) -> tokens.Hide:
    return tokens.Hide(span["start"], span["end"], span["label"])


def _plan(named: dict[str, Any]) -> Plan:
    to, none = Addressee("x", "iimm", None), Counts(0, 0, 0, 0)
    return Plan("R", "", "", to, "", 0, none, "", (), dict.fromkeys(named, "00" * 32), {}, ())


def refused(made: Subject) -> set[str]:
    """The files that a test of texts finds something in."""
    return {leak.file for check in CHECKS.values() for leak in check(made)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    for path in parser.parse_args(arguments).files:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        alone = sum(bool(refused(subject([row]))) for row in rows)
        made = subject(rows)
        begin = time.perf_counter()
        together = len(refused(made))
        took = time.perf_counter() - begin
        begin = time.perf_counter()
        for row in rows:
            find(row["text"])
        raw = time.perf_counter() - begin
        print(
            f"{path}: {alone} of {len(rows)} refused alone, {together} together;"
            f" {took:.2f} s for all, the finder alone {raw:.2f} s"
        )


if __name__ == "__main__":
    main()
