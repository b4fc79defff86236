"""The scorer of the finder counts what it says: every character, the right class, and nothing twice."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import redaction
from bench.redaction import APART, KEEP, LABELS, MUST, SHOULD, core, read, score
from tests.corpus import build

ALPHABET = "aZ7 .,၊ကော်\u200b်"


@st.composite
def golds(draw):
    """A marked text: pieces of words, some of them labelled, with at least one MUST span."""
    pieces = draw(
        st.lists(
            st.tuples(
                st.text(ALPHABET, min_size=1, max_size=6), st.none() | st.sampled_from(LABELS)
            ),
            max_size=12,
        )
    )
    pieces.insert(draw(st.integers(0, len(pieces))), ("Z7", draw(st.sampled_from(MUST))))
    text, spans = "", []
    for words, label in pieces:
        if label and any(redaction.content(words)):
            spans.append(
                {"start": len(text), "end": len(text) + len(words), "label": label, "text": words}
            )
        text += words
    return {"id": "x", "lang": "my", "encoding": "unicode", "text": text, "spans": spans}


def tally(gold, spans):
    tallies, _ = score([gold], {"x": spans})
    assert tallies["my"] == tallies["ALL"]
    return tallies["my"]


def marked(words):
    text, spans = build.unmark("x", words)
    return {"id": "x", "lang": "my", "encoding": "unicode", "text": text, "spans": spans}


def every(text):
    return [{"start": 0, "end": len(text)}]


@given(golds())
def test_the_gold_spans_themselves_are_a_perfect_answer(gold):
    found = tally(gold, [span for span in gold["spans"] if span["label"] in MUST + SHOULD])
    assert found.clean == found.strict == 1
    assert found.share(MUST, "covered", "chars") == found.share(MUST, "core", "spans") == 1
    assert found.precision == 1
    assert not found.share(KEEP, "covered", "chars")


@given(golds())
def test_no_answer_finds_nothing_and_hides_nothing(gold):
    found = tally(gold, [])
    assert found.clean == found.strict == found.hidden == 0
    assert found.share(MUST, "core", "spans") == 0
    assert found.precision is None


@given(golds())
def test_hiding_everything_finds_all_at_the_price_of_all(gold):
    found = tally(gold, every(gold["text"]))
    assert found.clean == 1
    assert found.share(KEEP, "covered", "chars") in (1, None)
    assert found.hidden == found.chars
    counts = {label: count.chars for label, count in found.labels.items()}
    right = sum(counts.get(label, 0) for label in MUST + SHOULD)
    assert found.precision == right / (found.chars - counts.get("PERPETRATOR", 0))


@given(golds())
def test_hiding_only_what_must_be_kept_is_all_wrong(gold):
    found = tally(gold, [span for span in gold["spans"] if span["label"] in KEEP])
    assert found.clean == 0
    assert found.precision in (0, None)
    assert found.share(MUST, "covered", "chars") == 0


@settings(max_examples=200)
@given(golds(), st.data())
def test_a_further_span_never_finds_less_and_its_label_and_order_are_nothing(gold, data):
    at = st.integers(0, len(gold["text"]) - 1)
    spans = [
        {"start": start, "end": data.draw(st.integers(start + 1, len(gold["text"]))), "label": "?"}
        for start in data.draw(st.lists(at, min_size=1, max_size=5))
    ]
    less, more = tally(gold, spans[:-1]), tally(gold, spans)
    for label in less.labels:
        assert less.labels[label].covered <= more.labels[label].covered
        assert less.labels[label].core <= more.labels[label].core
    assert less.clean <= more.clean
    bare = [{"start": span["start"], "end": span["end"]} for span in reversed(spans)]
    single = [
        {"start": i, "end": i + 1} for span in spans for i in range(span["start"], span["end"])
    ]
    assert tally(gold, bare) == tally(gold, single) == more


@pytest.mark.parametrize(
    ("words", "hidden", "clean"),
    [
        ("[[PHONE|09 771 402]] a", "09 771 402", 1),
        ("[[PHONE|09 771 402]] a", "09 771 40", 0),
        ("[[PERSON|Ko Min Thu]] a", "Min Thu", 1),
        ("[[PERSON|Ko Min Thu]] a", "Ko Min", 0),
        ("[[PLACE_FINE|Ko Min Thu]] a", "Min Thu", 0),
        ("[[PERSON|ဦးမောင်]] a", "မောင်", 1),
        ("[[PERSON|ကိုယ်ကျော်]] a", "ယ်ကျော်", 0),
        ("[[PERSON|မောင်]] a", "မောင", 0),
        ("[[PERSON|A. B.]] a", "A. B", 1),
        ("[[AGE|17]] [[PERSON|Z]]", "Z", 1),
        ("[[PERPETRATOR|Bo Htun]] [[PERSON|Z]]", "Z", 1),
    ],
)  # fmt: skip
def test_a_text_is_clean_only_when_the_core_of_each_must_is_covered(words, hidden, clean):
    gold = marked(words)
    start = gold["text"].index(hidden)
    found = tally(gold, [{"start": start, "end": start + len(hidden)}])
    assert found.clean == clean


def test_hiding_an_officer_is_neither_right_nor_wrong():
    gold = marked("[[PERPETRATOR|Bo Htun]] beat [[PERSON|Zaw]].")
    alone = [{"start": 13, "end": 16}]
    both = [*alone, {"start": 0, "end": 7}]
    assert tally(gold, alone).precision == tally(gold, both).precision == 1
    assert tally(gold, both).share(["PERPETRATOR"], "covered", "chars") == 1


def test_a_text_without_identities_stands_apart():
    gold = marked("[[UNIT|KIA]] came.")
    tallies, misses = score([gold], {"x": every(gold["text"])})
    assert set(tallies) == {APART}
    assert (tallies[APART].precision, misses) == (0, [])


@pytest.mark.parametrize(
    ("name", "skipped"),
    [("U Ba", 2), ("Ko Ko Lay", 6), ("U B", 0), ("Uba", 0), ("ဒေါ်အေး", 4), ("ဒေါ်", 0), ("မကွေး", 1), ("မင်း", 0)],
)  # fmt: skip
def test_only_a_whole_honorific_before_a_name_may_stay(name, skipped):
    assert core("PERSON", name) == skipped
    assert core("PHONE", name) == 0


@pytest.mark.parametrize("span", [(0, 99), (-1, 2), (2, 2)])
def test_a_span_outside_its_text_is_an_error(span):
    with pytest.raises(ValueError, match="lies outside"):
        score([marked("[[PERSON|Zaw]]")], {"x": [{"start": span[0], "end": span[1]}]})


def test_a_gold_file_whose_spans_do_not_fit_its_texts_is_refused(tmp_path):
    gold = marked("[[PERSON|Zaw]] ran")
    gold["text"] = "He ran"
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(gold) + "\n")
    with pytest.raises(ValueError, match="not what stands there"):
        read(path)


def test_misses_are_shown_only_when_asked_for(tmp_path, capsys):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(marked("[[PERSON|The]] rain was heavy.")) + "\n")
    redaction.main(["--file", str(path)])
    assert "The\n" not in capsys.readouterr().out
    redaction.main(["--file", str(path), "--misses", "5"])
    assert "x\tPERSON\tThe\n" in capsys.readouterr().out
