"""Every refusal a reviewer can meet at the desk has its Burmese, and loses no word on the way."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.cleaning.wire import SENTENCES
from reviewer.desk.texts import TEMPLATES, sentence

ROOT = Path(__file__).resolve().parents[2]
TEXTS = json.loads((TEMPLATES / "sentences.my.json").read_bytes())["texts"]
BURMESE = re.compile("[\u1000-\u109f]")
# Raised for a program's own fault, or caught where they are raised: no reviewer reads them.
UNSEEN = {"ValueError", "TypeError", "FormatError", "BagError", "WireError", "SandboxLimitError"}
MODULES = (
    "import sys, reviewer.desk.app\n"
    "print('\\n'.join(m.__file__ for n, m in sys.modules.items()"
    " if n.startswith('reviewer') and m.__file__))"
)


def pattern(node: ast.expr) -> str | None:
    """A sentence with {} for each part that varies; None for one that is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
        return "".join(str(part) for part in parts)
    return None


def raised() -> set[str]:
    """Every sentence in the modules that the desk loads, read from their source."""
    run = subprocess.run(
        [sys.executable, "-c", MODULES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = set()
    for name in run.stdout.split():
        for node in ast.walk(ast.parse(Path(name).read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            if called.endswith("Error") and called not in UNSEEN:
                found.add(pattern(node.args[0]))
            elif called == "Leak" and (clause := pattern(node.args[-1])):
                found.add(f"{{}} {clause}" if not clause.startswith("{};") else clause)
    return {one for one in found if one and one.strip("{} ")}


def test_every_refusal_of_the_desk_is_translated() -> None:
    assert len(raised()) > 150
    missing = {one for one in raised() if one not in TEXTS and one.removeprefix("{} ") not in TEXTS}
    assert not missing, "write them in templates/desk/sentences.my.json"
    assert set(SENTENCES.values()) <= set(TEXTS)


@pytest.mark.parametrize("english", sorted(TEXTS))
def test_a_translation_keeps_every_part_that_varies(english: str) -> None:
    given = [f"X{n}" for n in range(english.count("{}"))]
    said = sentence(english.replace("{}", "%s") % tuple(given) if given else english, "my")
    assert BURMESE.search(said), said
    assert all(said.count(part) >= 1 for part in given), said
    assert "{" not in said


def test_a_refusal_in_several_clauses_is_translated_clause_by_clause() -> None:
    english = (
        "abcd2345 may not be released to un: she is under 18 (a1); she did not choose to share with"
        " un (c2)."
    )
    said = sentence(english, "my")
    assert "abcd2345" in said and "(a1)" in said and "(c2)" in said
    assert not re.search(r"[a-z]{4,} [a-z]{3,}", said), said


def test_several_testimonies_that_may_not_go_are_translated_one_by_one() -> None:
    english = (
        "2 testimonies may not be released to un: abcd2345 may not, since she is under 18 (a1); she"
        " did not tick the consent (c1); efgh2345 may not, since it was set aside as spam."
    )
    said = sentence(english, "my")
    assert {"abcd2345", "efgh2345", "(a1)", "(c1)"} <= set(re.findall(r"\(?\w{2,}\)?", said))
    assert "may not" not in said and "she" not in said and "set aside" not in said


def test_what_the_release_tests_find_is_translated_with_its_file_and_place() -> None:
    file = "data/testimonies/T-2ab3/narrative.txt (of abcd2345)"
    english = (
        f"Nothing is signed: {file} a replaced identity (P) stands at narrative:3:9 (release test"
        f" 1); {file} has a font (release test 19). Replace it there, or keep it with a reason"
        " (sakse-review redact), and propose again."
    )
    said = sentence(english, "my")
    assert said.count(file) == 2 and "narrative:3:9" in said and "(P)" in said
    assert "stands at" not in said and "has a font" not in said and "release test" not in said


def test_a_sentence_nobody_translated_stays_as_it_is() -> None:
    english = "Something quite new went wrong with X; ask somebody."
    assert sentence(english, "my") == english.replace("; ", "၊ ")
    assert sentence(english, "en") == english
