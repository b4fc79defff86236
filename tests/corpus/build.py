"""Turns the marked texts of a folder into a set of lines: `python -m tests.corpus.build`.

Every rule of writing is asserted here, so a text that builds is one that can be measured with.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bench.redaction import KEEP, LABELS, content

HERE = Path(__file__).parent
SETS = {"unseen": "src", "fresh": "src-fresh", "practice": "src-practice"}
"""Name of a set, whose file is NAME.jsonl → the folder of its sources."""
LANGUAGES = ("en", "my", "kac", "mixed")

_HEAD = re.compile(r"=== ([a-z]+-\d\d)(?::([a-z]+))? ([a-z0-9-]+)")
_MARK = re.compile(r"\[\[([A-Z_]+)\|([^\[\]]+)\]\]")

Row = dict[str, object]


def blocks(path: Path) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the head and the marked words of each text of a source."""
    first, *parts = re.split(r"^(?==== )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert first.startswith("# INVENTED."), f"{path.name} does not say that it is invented"
    assert all(line.startswith("#") for line in first.split("\n") if line), path.name
    for part in parts:
        line, _, words = part.partition("\n")
        head = _HEAD.fullmatch(line)
        assert head, f"{path.name}: {line}"
        yield head, words.strip()


def unmark(name: str, marked: str) -> tuple[str, list[Row]]:
    """Return the words without marks, and the spans in code points."""
    text, spans, at = "", list[Row](), 0
    for match in _MARK.finditer(marked):
        label, surface = match.groups()
        assert label in LABELS, f"{name}: {label}"
        assert surface == surface.strip() and any(content(surface)), f"{name}: {surface!r}"
        text += marked[at : match.start()]
        spans.append({
            "start": len(text), "end": len(text) + len(surface), "label": label, "text": surface,
        })  # fmt: skip
        text, at = text + surface, match.end()
    text += marked[at:]
    assert "[[" not in text and "]]" not in text and "|" not in text, f"{name}: a broken mark"
    return text, spans


def row(source: str, head: re.Match[str], marked: str) -> Row:
    """One line of the set; source is the stem of its file."""
    name, lang, style = head.groups()
    zawgyi = source == "zawgyi"
    text, spans = unmark(name, marked)
    made: Row = {
        "id": f"{name}-zg" if zawgyi else name,
        "lang": lang or ("my" if zawgyi else source),
        "style": style,
        "encoding": "zawgyi" if zawgyi else "unicode",
        "invented": True,
        "text": text,
        "spans": spans,
    }
    assert made["lang"] in LANGUAGES, name
    typed = zawgyi or style.startswith("noisy")  # as a phone leaves it
    assert typed or unicodedata.is_normalized("NFC", text), f"{name} is not composed"
    assert source != "noid" or all(span["label"] in KEEP for span in spans), (
        f"{name} has identities"
    )
    return made | ({"source_id": name} if zawgyi else {})


def rows(name: str) -> list[Row]:
    """Every text of a set, sources in order of their names."""
    made = [
        row(path.stem, head, marked)
        for path in sorted((HERE / SETS[name]).glob("*.txt"))
        for head, marked in blocks(path)
    ]
    by_id = {one["id"]: one for one in made}
    assert len(by_id) == len(made), "an id stands twice"
    for one in made:
        if twin := one.get("source_id"):
            assert _labels(one) == _labels(by_id[twin]), f"{one['id']} is marked unlike its source"
    return made


def _labels(one: Row) -> list[str]:
    return [span["label"] for span in one["spans"]]  # type: ignore[attr-defined]


def lines(name: str) -> str:
    """The whole file of a set."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows(name))


if __name__ == "__main__":
    for chosen in SETS:
        (HERE / f"{chosen}.jsonl").write_text(lines(chosen), encoding="utf-8")
        print(f"{chosen}.jsonl: {len(rows(chosen))} texts")
