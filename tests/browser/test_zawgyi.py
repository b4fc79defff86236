"""The page tells Zawgyi from Unicode, spoils no Unicode, and reads Zawgyi as the laptop does."""

from __future__ import annotations

import json
import random
import re
from functools import cache

import pytest

from envelope import places
from reviewer import zawgyi
from tests.browser.drivers import Browser
from tests.browser.world import ROOT

# myanmartools 1.2.1, its last release, reads its model by an old function of importlib.
pytestmark = pytest.mark.filterwarnings("ignore:open_binary is deprecated:DeprecationWarning")

VECTORS = ROOT / "tests" / "vectors"
LINES: dict[str, list[str]] = json.loads((VECTORS / "zawgyi" / "lines.json").read_text("utf-8"))
MYANMAR = re.compile("[\u1000-\u109f]")
ENGLISH = ["They took my brother at dawn.", "Ngai gaw Lahpai Gam re.", "", "12:30 - 5,000 (?)", "🌧 1000"]
IS_ZAWGYI = "return arguments[0].map(sakse.zawgyi.isZawgyi);"
LONG = 20  # characters: shorter ones may hold no sign of either


@cache
def to_zawgyi_rules() -> list[tuple[re.Pattern[str], str]]:
    pairs = json.loads((VECTORS / "zawgyi" / "uni2zg.json").read_text("ascii"))
    return [(re.compile(old), new) for old, new in pairs]


def in_zawgyi(text: str) -> str:
    for pattern, new in to_zawgyi_rules():
        text = pattern.sub(new, text)
    return text


@cache
def corpus(encoding: str) -> list[str]:
    """Lines with Burmese of the invented testimonies in one encoding."""
    rows = (VECTORS / "corpus" / "dev.jsonl").read_text("utf-8").splitlines()
    given = [row["text"] for row in map(json.loads, rows) if row["encoding"] == encoding]
    return [line for text in given for line in re.split(r"(?<=\n)|(?<=။)\s*", text) if MYANMAR.search(line)]


@cache
def burmese() -> list[str]:
    """Burmese lines in Unicode: testimonies and interface texts."""
    return [*corpus("unicode"), *LINES["my"]]


@cache
def made() -> list[str]:
    """The same lines in Zawgyi, where that differs."""
    return [line for line in map(in_zawgyi, burmese()) if line not in burmese()]


def words() -> list[str]:
    """Single words and names, where there is least to tell by."""
    text = (ROOT / "reviewer" / "finder" / "data" / "burmese_words.txt").read_text("utf-8")
    named = [name for part in ("state", "township", "tract") for name in places.names(part, "my").values()]
    return [word for word in text.split() if MYANMAR.search(word)] + named


def test_no_unicode_in_any_language_is_taken_for_zawgyi(modules: Browser) -> None:
    given = [*burmese(), *words(), *ENGLISH, *(line for lines in LINES.values() for line in lines)]
    assert len(given) > 20_000
    found = modules.run(IS_ZAWGYI, given)
    assert [line for line, yes in zip(given, found, strict=True) if yes] == []


def test_lines_of_zawgyi_are_recognised_as_the_laptop_recognises_them(modules: Browser) -> None:
    given = [line for line in [*made(), *corpus("zawgyi")] if len(line) >= LONG and zawgyi.is_zawgyi(line)]
    found = modules.run(IS_ZAWGYI, given)
    missed = [line for line, yes in zip(given, found, strict=True) if not yes]
    assert len(given) > 200
    assert len(missed) <= len(given) // 50, missed
    assert [line for line in missed if line in corpus("zawgyi")] == []


def test_zawgyi_becomes_the_same_unicode_as_on_the_laptop(modules: Browser) -> None:
    chance = random.Random(5)
    letters = [*map(chr, range(0x1000, 0x10A0)), *" \n/a🌧", *"\u1031\u1039\u103b\u1040\u102d" * 9]
    noise = ["".join(chance.choices(letters, k=chance.randrange(1, 40))) for _ in range(500)]
    given = [*made(), *corpus("zawgyi"), *map(in_zawgyi, words()[::10]), *noise]
    found = modules.run("return arguments[0].map(sakse.zawgyi.toUnicode);", given)
    assert found == [zawgyi._convert(line, 0)[0] for line in given]


def test_burmese_comes_back_from_zawgyi_as_it_was(modules: Browser) -> None:
    pairs = {
        "ေက်ာင္းသားေတြ ထြက္ေျပးၾကတယ္။": "ကျောင်းသားတွေ ထွက်ပြေးကြတယ်။",
        "ကြၽန္ေတာ္ မေန႔က ဘုရားေက်ာင္းမွာ ရွိတယ္": "ကျွန်တော် မနေ့က ဘုရားကျောင်းမှာ ရှိတယ်",
    }
    found = modules.run("return arguments[0].map(sakse.zawgyi.readable);", list(pairs))
    assert found == [{"text": text, "converted": True} for text in pairs.values()]


def test_only_the_lines_in_zawgyi_are_converted(modules: Browser) -> None:
    old, new = "ေက်ာင္းသားေတြ ထြက္ေျပးၾကတယ္။", "ကျောင်းသားတွေ ထွက်ပြေးကြတယ်။"
    kept = f"{new}\n\nThey ran.\n{LINES['shn'][0]}\n"
    given = [f"{new}\n{old}\nThey ran.\n\n{old}", kept, "", "\n"]
    found = modules.run("return arguments[0].map(sakse.zawgyi.readable);", given)
    assert found == [
        {"text": f"{new}\n{new}\nThey ran.\n\n{new}", "converted": True},
        {"text": kept, "converted": False},
        {"text": "", "converted": False},
        {"text": "\n", "converted": False},
    ]


def test_one_sign_of_zawgyi_in_a_line_of_unicode_changes_nothing(modules: Browser) -> None:
    line = "ကျောင်းသားတွေ ေနာက် ထွက်ပြေးကြတယ်။"
    assert modules.run("return sakse.zawgyi.readable(arguments[0]);", line) == {"text": line, "converted": False}
