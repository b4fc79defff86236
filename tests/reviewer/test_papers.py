"""The numbers of papers people carry are found by the word before them; counts and years are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.finder import normalise, papers


def found(text: str) -> list[str]:
    folded = normalise.fold(text)
    return [text[f.start : f.end] for f in papers.find(folded)]


@pytest.mark.parametrize(("text", "number"), [
    ("My service number was Ta 112 384.", "Ta 112 384"), ("driving licence B/06231/19 was taken", "B/06231/19"),
    ("the UNHCR card 354-21C00318", "354-21C00318"), ("staff ID: MGE-4471", "MGE-4471"), ("pink card No. 118923", "118923"),
    ("household registration KaKha 003412", "KaKha 003412"), ("hpyen nambat KIA 20331 re", "KIA 20331"),
    ("He is BC 38221.", "BC 38221"), ("Thai card 3-1002-00455-12-1", "3-1002-00455-12-1"),
    ("ရဲအမှတ် လ/၁၇၂၂၃၃ ပါ", "လ/၁၇၂၂၃၃"), ("ပတ်စပို့အမှတ် အမ်ဒီ ၈၈၄၁၂၀", "အမ်ဒီ ၈၈၄၁၂၀"),
    ("twelve slash da ga na naing zero one two three four five", "twelve slash da ga na naing zero one two three four five"),
])  # fmt: skip
def test_the_number_of_a_paper_is_found_whole(text, number):
    assert number in found(text)


@pytest.mark.parametrize("text", [
    "The staff of 4000 people left.", "passport 2016", "ID 12", "They asked every member for 3000 kyat.",
    "The household had 3500 kyat.", "the army took 1200 men",
])  # fmt: skip
def test_counts_prices_and_years_are_no_papers(text):
    assert found(text) == []


@given(st.text(max_size=200))
def test_whatever_the_text_findings_lie_inside_it(text):
    for finding in papers.find(normalise.fold(text)):
        assert 0 <= finding.start < finding.end <= len(text)
