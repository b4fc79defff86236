"""The finder's model is the one that was trained, on text that is invented and the same every time."""

from __future__ import annotations

import time
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.finder import LABELS, crf, find, normalise
from reviewer.model import generate, grammar, train

LARGEST = 1_500_000  # bytes
LANGUAGES = st.sampled_from(generate.LANGUAGES)


def test_the_shipped_model_has_the_published_hash_and_is_small():
    data = crf.MODEL.read_bytes()
    assert crf.MODEL.with_suffix(".sha256").read_text(encoding="ascii").split() == [
        sha256(data).hexdigest(),
        crf.MODEL.name,
    ]
    assert len(data) <= LARGEST


def test_a_damaged_model_is_refused_in_one_sentence(tmp_path, monkeypatch):
    damaged = tmp_path / crf.MODEL.name
    data = crf.MODEL.read_bytes()
    damaged.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    damaged.with_suffix(".sha256").write_bytes(crf.MODEL.with_suffix(".sha256").read_bytes())
    monkeypatch.setattr(crf, "MODEL", damaged)
    crf.tagger.cache_clear()
    with pytest.raises(crf.ModelError, match="install Sakse on this laptop again"):
        list(crf.find("Ma Hla"))
    monkeypatch.undo()
    crf.tagger.cache_clear()
    list(crf.find("Ma Hla"))


@pytest.mark.long
def test_the_model_is_made_again_byte_for_byte(tmp_path):
    assert train.train(tmp_path / crf.MODEL.name, train.COUNTS) == (
        crf.MODEL.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    )


def test_a_small_model_trained_twice_is_the_same(tmp_path):
    counts = {"burmese": 8, "english": 8}
    first = train.train(tmp_path / "one.crfsuite", counts)
    assert train.train(tmp_path / "two.crfsuite", counts) == first
    assert train.train(tmp_path / "three.crfsuite", {"burmese": 9, "english": 8}) != first


@settings(max_examples=40, deadline=None)
@given(LANGUAGES, st.integers(0, 10**6))
def test_invented_text_is_the_same_for_the_same_seed_and_its_marks_lie_inside(language, seed):
    made = list(generate.examples(language, 2, seed))
    assert made == list(generate.examples(language, 2, seed))
    for example in made:
        end = 0
        for start, stop, label in example.spans:
            assert end <= start < stop <= len(example.text)
            assert label in {*LABELS, crf.NUMBER}
            end = stop


@settings(max_examples=40, deadline=None)
@given(LANGUAGES, st.integers(0, 10**6))
def test_marks_of_invented_text_begin_and_end_with_a_token(language, seed):
    for example in generate.examples(language, 1, seed):
        edges = {e for line in crf.lines(example.text) for t in line for e in (t.start, t.end)}
        inside = [s for s in example.spans if example.text[s[0] : s[1]].strip()]
        for start, end, _ in inside:
            word = example.text[start:end]
            first = start + len(word) - len(word.lstrip())
            glued = "A" <= example.text[first - 1] <= "z"  # a number typed to the word before it
            assert first in edges or glued, (word, example.text)


@pytest.mark.parametrize("language", generate.LANGUAGES)
def test_every_rule_of_a_grammar_can_be_written(language):
    chance = Random(1)
    writer = grammar.Writer(
        chance, generate._grammars(), generate._ORDER[language], generate._list
    )
    for name in generate._grammars()[language].rules:
        for _ in range(20):
            writer.write(name)


@pytest.mark.parametrize(
    "rule", ["a (b", "a [b", "{no end", "<PERSON a", "<person a>", "{Big}", "a | b)"]
)
def test_a_grammar_with_a_slip_is_refused_and_quoted(tmp_path, rule):
    path = tmp_path / "slip.txt"
    path.write_text(f"text\n  {rule}\n", encoding="utf-8")
    with pytest.raises(grammar.GrammarError, match="of: "):
        grammar.load(path)


def test_a_rule_that_is_missing_or_goes_in_circles_is_refused(tmp_path):
    path = tmp_path / "round.txt"
    path.write_text("text\n  {text}\nother\n  {none}\n", encoding="utf-8")
    writer = grammar.Writer(Random(1), {"x": grammar.load(path)}, ("x",), generate._list)
    with pytest.raises(grammar.GrammarError, match="circle"):
        writer.write("text")
    with pytest.raises(grammar.GrammarError, match="none"):
        writer.write("other")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_tokens_lie_in_order_and_leave_out_nothing_but_blanks(text):
    folded, at, left = normalise.fold(text), 0, ""
    for line in crf.lines(folded):
        for token in line:
            assert at <= token.start < token.end <= len(folded)
            left += folded[at : token.start]
            at = token.end
    assert not (left + folded[at:]).strip()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("ပုတိန်နဲ့ ဖြူကောက်တို့ ပါသွားတယ်။", "ပုတိန်"),
        ("ကျွန်တော် ကန်ဒိန်နဲ့ ပုန်းနေတယ်။", "ကန်ဒိန်"),
        ("thu toh ka moe thet ko phan thwar tal", "moe thet"),
        ("Shanhte gaw tumsi hpe woi mat wa sai", "tumsi"),
        ("လမ်းဆုံနားက အစိမ်းရောင်တိုက်မှာ ပုန်းနေတယ်။", "အစိမ်းရောင်တိုက်"),
        ("ကျွန်မရဲ့ ယောက်ဖကို ဖမ်းသွားတယ်။", "ယောက်ဖ"),
    ],
)
def test_the_model_finds_what_no_rule_knows(text, part, monkeypatch):
    def covered() -> set[int]:
        return {i for f in find(text) for i in range(f.start, f.end)}

    wanted = {text.index(part) + i for i, c in enumerate(part) if c != " "}
    assert wanted <= covered()
    monkeypatch.setattr(crf, "find", lambda _: iter(()))
    assert not wanted <= covered()


HOSTILE = {
    "a hundred thousand marks": "က" + "\u1037" * 100_000,
    "a hundred thousand accents": "a" + "\u0301" * 100_000,
    "a word of a megabyte": "a" * 1_000_000,
    "a number of a megabyte": "7" * 1_000_000,
    "a megabyte of stops": "." * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_one_strange_word_takes_long(text):
    before = time.process_time()
    find(text)
    assert time.process_time() - before < 2
