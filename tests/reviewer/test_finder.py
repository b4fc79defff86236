"""The finder proposes what identifies, keeps what is evidence, and never stumbles over a text."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.finder import IDENTITY, KEPT, LABELS, find, normalise
from reviewer.finder.words import DATA, entries

CASES = [
    json.loads(row)
    for row in Path(__file__)
    .with_name("finder_cases.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
PIECES = st.sampled_from([
    "U Aung", "ဦးအောင်", "ကို", "09 771 402", "၀၉၇", "\u1031", "\u103a", "\u0301", "\u200b", "\ud800", "N'",
    "1/KaMaNa(N)", "\u1039", "မ", " ", "\n", "of", "village", "ရွာ", "ေ", "ျ", "Ward 2", ",", "(", "\U000e0041", "é",
    "Maran", "လဖိုင်", "the camp near", "အသက် ၃", "@", ".", "။",
])  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(), max_size=120), st.lists(PIECES, max_size=25).map("".join)
)


def covered(text: str, labels: tuple[str, ...] = IDENTITY) -> set[int]:
    return {i for f in find(text) if f.label in labels for i in range(f.start, f.end)}


def letters(text: str, phrase: str, at: int) -> list[int]:
    return [at + i for i, c in enumerate(phrase) if unicodedata.category(c)[0] in "LMN"]


def occurrences(text: str, phrase: str) -> list[int]:
    return [i for i in range(len(text)) if text.startswith(phrase, i)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_invented_texts_lose_their_identities_and_keep_their_evidence(case):
    text = case["text"]
    seen = covered(text)
    for phrase in case["hide"]:
        assert occurrences(text, phrase), phrase
        for at in occurrences(text, phrase):
            shown = [text[i] for i in letters(text, phrase, at) if i not in seen]
            assert not shown, (phrase, shown)
    for phrase in case["keep"]:
        at = text.index(phrase)
        assert not seen & set(letters(text, phrase, at)), phrase


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_findings_lie_in_order_inside_the_text_without_overlap(text):
    end = 0
    for finding in find(text):
        assert end <= finding.start < finding.end <= len(text)
        assert finding.label in LABELS
        assert finding.reason
        end = finding.end


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_the_same_text_gives_the_same_findings(text):
    assert find(text) == find(text)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_folding_never_changes_the_length(text):
    reading = normalise.read(text)
    assert len(normalise.fold(reading.text)) == len(reading.text) == len(reading.offsets)


def test_an_empty_text_has_no_findings():
    assert find("") == []


def test_a_name_is_found_through_unseen_characters_and_other_compositions():
    plain = covered("ဦးကျော်စိုးလွင်က ပြောတယ်")
    hidden = "ဥ\u102eးကျော်\u200bစိုးလွင်က ပြောတယ်"
    assert plain == set(range(len("ဦးကျော်စိုးလွင်")))
    assert covered(hidden) == set(range(hidden.index("က ပြော")))


def test_zawgyi_is_found_at_the_offsets_of_the_text_as_given():
    text = "အခု ဦးေက်ာ္စိုးလြင္ကို ေခၚသြားတယ္။ ဖုန္း ၀၉၄၄၅၅၆၆၇၇၁ ပါ။"
    seen = covered(text)
    for phrase in ("ဦးေက်ာ္စိုးလြင္", "၀၉၄၄၅၅၆၆၇၇၁"):
        assert set(letters(text, phrase, text.index(phrase))) <= seen
    assert text.index("ေခၚသြား") not in seen


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("My name is seng. I hid. Then seng was called.", "seng was"),
        ("We ran to Sabana clinic. At night sabana burned.", "sabana burned"),
        ("မရစ်ဇော်တန်က ပြောတယ်။ သူများကဇော်တန်ကိုခေါ်", "ဇော်တန်ကို"),
    ],
)
def test_what_was_found_once_is_found_in_every_short_form(text, again, monkeypatch):
    monkeypatch.setattr("reviewer.finder.crf.find", lambda _: iter(()))
    at = text.index(again)
    assert at in covered(text)
    monkeypatch.setattr("reviewer.finder.propagate.find", lambda *_: iter(()))
    assert at not in covered(text)


def test_officers_are_found_but_not_among_what_a_release_covers():
    text = "Major Htun Kyaw ordered it."
    assert covered(text) == set()
    assert [f.label for f in find(text)] == ["PERPETRATOR"]
    assert set(KEPT) | set(IDENTITY) == set(LABELS)


def test_the_day_of_a_law_is_kept_and_the_day_of_an_arrest_is_not():
    law = "The Law was announced on 10 February 2024."
    assert covered(law) == set()
    assert covered("He was taken on 10 February 2025.")


def test_a_price_with_many_digits_is_no_account():
    assert covered("They asked 150000000000 kyats for the jade.") == set()


@pytest.mark.parametrize("name", sorted(p.stem for p in DATA.glob("*.txt")))
def test_every_word_list_is_read_composed_and_says_where_it_comes_from(name):
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert (
        "Awaiting native review" in text
        or "burmesenlp" in text
        or "SCOWL" in text
        or "common knowledge" in text
        or ("English" in text.split("\n")[0] and "Hand-made" in text)
    )
    assert entries(name)
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("module", sorted(p.name for p in DATA.parent.glob("*.py")))
def test_the_rules_are_written_composed(module):
    assert unicodedata.is_normalized("NFC", (DATA.parent / module).read_text(encoding="utf-8"))


HOSTILE = {
    "digits": "9" * 8_000, "phone": "09-" * 3_000, "one letter": "က" * 8_000, "marks": "\u1031" * 8_000,
    "camel": "ZauGun" * 1_400, "road": "လမ်း" * 800, "caps": "Aung " * 1_600, "brackets": "(" * 8_000,
    "ids": "1/HpaKa(N)" * 800, "accents": "a" + "\u0301" * 8_000, "group": "အဖွဲ့" * 1_600, "at": "a@" * 4_000,
    "house": "House 7, " * 900, "numbers": "zero one " * 900, "blanks": " " * 8_000, "lines": "\n" * 8_000,
    "names": "ဇော်လင်း " * 900, "frames": "the old camp of " * 500, "zawgyi": "ေက်ာ္" * 1_600,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_long_line_takes_long(text):
    before = time.process_time()
    find(text)
    assert time.process_time() - before < 3


def test_a_line_of_100_kb_of_different_names_takes_bounded_time():
    text = " ".join(
        f"Ko Zaw{chr(97 + i % 26)}{chr(97 + i // 26 % 26)} met U Aung{i % 97}."
        for i in range(4_500)
    )
    assert len(text) > 100_000
    before = time.process_time()
    find(text)
    assert time.process_time() - before < 15


def test_the_capital_of_a_new_sentence_joins_no_name_before_it():
    text = "That is what I have to tell. If you print it, people will know it was Kai Ra. Print only:"
    assert "Kai Ra" in [text[f.start : f.end] for f in find(text)]
    assert not any("Kai Ra. Print" in text[f.start : f.end] for f in find(text))


def test_sentences_of_every_kind_lose_what_is_marked_in_them_but_for_a_few():
    """What is missed is a floor to rise, not a promise; most are callings and single numbers."""
    rows = Path(__file__).with_name("marked_sentences.txt").read_text(encoding="utf-8").splitlines()
    marked, missed = 0, list[str]()
    for row in (row for row in rows if row and not row.startswith("#")):
        parts = re.split(r"\[\[|\]\]", row)
        hidden, at = covered("".join(parts), IDENTITY), 0
        for n, part in enumerate(parts):
            if n % 2:
                marked += 1
                missed += [part] * bool(set(letters(row, part, at)) - hidden)
            at += len(part)
    assert marked > 800 and len(missed) <= 52, missed


def test_sentences_that_name_nobody_stay_as_they_are_but_for_a_few():
    """What is hidden in vain is a ceiling to sink; most are words that are a name elsewhere."""
    rows = Path(__file__).with_name("kept_sentences.txt").read_text(encoding="utf-8").splitlines()
    rows = [row for row in rows if row and not row.startswith("#")]
    touched = [row for row in rows if covered(row, IDENTITY)]
    assert len(rows) > 280 and len(touched) <= 51, touched
