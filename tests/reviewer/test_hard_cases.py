"""Names and numbers are found however they are written, at the rates stated here."""

from __future__ import annotations

import pytest

from reviewer.finder import propagate
from reviewer.finder.spelling import key
from reviewer.finder.words import Finding
from tests.reviewer import hard_cases as hard

LEAST = 0.03
"""How far below the rate reached a floor lies: a rule, or the model trained again, may gain here what it loses there."""

REACHED = {
    "unchanged": 0.986, "lowered": 0.946, "joined": 0.989, "typo": 0.969, "respelled": 0.971, "unseen_inside": 0.986,
    "turned": 0.986, "cyrillic": 0.986, "greek": 0.986, "wide": 0.986, "broken": 0.976, "decomposed": 0.986,
    "zero_for_wa": 1.0, "shouted": 0.980, "underscored": 0.973, "dotted": 0.973, "hyphened": 0.984, "parted": 0.978,
    "scanned": 0.881, "spaced": 0.972, "starred": 0.960,
}  # fmt: skip
"""Share of the identities of hard_sentences.jsonl wholly covered in each way of writing, measured."""


def test_the_sentences_are_many_invented_and_of_every_language():
    assert len(hard.SENTENCES) >= 60
    assert all(row["invented"] is True for row in hard.SENTENCES)
    assert {row["lang"] for row in hard.SENTENCES} == {"en", "kac", "mixed", "my"}
    assert len({row["id"] for row in hard.SENTENCES}) == len(hard.SENTENCES)


def test_every_way_of_writing_changes_some_identity_and_has_a_floor():
    assert {way.__name__ for way in hard.IN_NAMES} == set(REACHED)
    for way in hard.IN_NAMES[1:]:
        names = [phrase for row in hard.SENTENCES for phrase in row["hide"]]
        written = [way(name, hard.random.Random(4)) for name in names]
        assert any(new not in (None, name) for name, new in zip(names, written, strict=True)), way


@pytest.mark.parametrize("way", hard.IN_NAMES, ids=lambda way: way.__name__)
def test_identities_stay_covered_however_they_are_written(way):
    results = list(hard.outcomes(way))
    shown = [(sentence, phrase) for sentence, phrase, hit in results if not hit]
    assert hard.rate([hit for *_, hit in results]) >= REACHED[way.__name__] - LEAST, shown


@pytest.mark.parametrize("name", hard.IN_NUMBERS)
def test_every_telephone_number_is_covered_however_it_is_written(name):
    shown = [text for text, hit in hard.number_outcomes(hard.IN_NUMBERS[name]) if not hit]
    assert not shown


def test_units_towns_figures_and_counts_beside_the_names_stay():
    kept = lost = 0
    for row in hard.SENTENCES:
        seen = hard._covered(row["text"])
        for phrase in row["keep"]:
            at = row["text"].index(phrase)
            kept += 1
            lost += bool(seen & hard._letters(row["text"], at, at + len(phrase)))
    assert kept >= 40
    assert lost <= kept * 0.03


@pytest.mark.parametrize("unit", [
    "LIB 611", "611 LIB", "IB-37", "33rd Light Infantry Division", "KIA Battalion 6", "KIA's Battalion No. 44", "BGF 1003",
    "Police Regiment 5", "Special Branch", "kha la ya 105", "Dung 14", "Dapnu 88", "Myen hpyen", "Tactical Command 772",
    "the Shanni Nationalities Army", "KPDF Battalion 2", "Na Sa Ka", "Mungshawa hpyen", "Lisu militia", "TNLA",
])  # fmt: skip
@pytest.mark.parametrize("frame", [
    "Soldiers of {} came at night.", "Anhte gaw {} hpe mu ai.", "manay nya ka {} ka yauk lar tal", "ညက {} က ဝင်လာတယ်။",
])  # fmt: skip
def test_a_unit_is_evidence_in_every_language(unit, frame):
    text = frame.format(unit)
    at = text.index(unit)
    assert not hard._covered(text) & set(range(at, at + len(unit)))


@pytest.mark.parametrize(("one", "other"), [
    ("Lahtaw Brang Mai", "Brang Mai"), ("Sara Zau Gun", "ဆရာဇော်ဂွန်"), ("Daw Khin Mar Lay", "ဒေါ်ခင်မာလေး"),
    ("L.B.M.", "Lahtaw Brang Mai"), ("Zau Gun", "ZauGun"), ("zaugun", "Jau Gun"), ("Ko Aung", "U Aung"),
    ("Inkhum La Ring", "N'Hkum La Ring"), ("မရစ်ဇော်တန်", "Marip Zau Tang"), ("Hkawn Bu", "Khawn Bu"),
])  # fmt: skip
def test_two_mentions_of_one_person_are_the_same(one, other):
    assert propagate.same(one, other)
    assert propagate.same(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("Naw", "Naw Seng"), ("Kyaw Soe Lwin", "Kyaw Soe Win"), ("Zau Gun", "Zau Gam"), ("", "Zau Gun"), ("L.B.M.", "Lahpai Zau Gun"),
    ("Marip La", "Maran La"), ("ဇော်ဂွန်", "ဇော်ဂမ်"),
])  # fmt: skip
def test_two_persons_are_not_the_same(one, other):
    assert not propagate.same(one, other)
    assert not propagate.same(other, one)


@pytest.mark.parametrize("spellings", [
    "Lahtaw Latau Lattaw လထော်", "Lahpai Laphai Lapai လဖိုင်", "N'Hkum Nhkum Inkhum အင်ခွမ်", "Zau Zaw Jau ဇော်",
    "Hkawn Khawn Kawn", "Seng Hseng ဆိုင်း", "Naing နိုင်", "Khine Khaing ခိုင်", "Soe စိုး", "Htun Tun ထွန်း", "Hpakant Phakant Pharkant",
])  # fmt: skip
def test_the_spellings_of_one_name_have_one_key(spellings):
    assert len({key(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(("text", "first", "again"), [
    ("Lahpai Zau Gun was beaten. Later laphai jau gun came home.", "Lahpai Zau Gun", "laphai jau gun"),
    ("They took Maran Ja Htoi. Then ဂျာထွယ်ကို ရိုက်တယ်။", "Maran Ja Htoi", "ဂျာထွယ်"),
    ("We saw Hkun Ring there. KhunRing hid.", "Hkun Ring", "KhunRing"),
])  # fmt: skip
def test_a_name_is_found_again_in_another_spelling_and_script(text, first, again):
    person = Finding(text.index(first), text.index(first) + len(first), "PERSON", "confirmed")
    mentions = propagate.find(text, [person])
    assert again in {text[f.start : f.end] for f in mentions}
    assert hard._letters(text, text.index(again), text.index(again) + len(again)) <= hard._covered(text)


@pytest.mark.parametrize(("text", "somebody"), [
    ("Ko Soe Win fixed my bike.", "Soe Win"), ("U Aung San Htun ran.", "Aung San Htun"), ("They took Ne Win Maung.", "Ne Win Maung"),
    ("Daw Win Myint cried.", "Win Myint"), ("ကိုစိုးဝင်းက ပြောတယ်။", "စိုးဝင်း"), ("Ko Tamu and Ma Bago hid.", "Tamu"),
    ("Min Aung Hlaing Htet is my son.", "Min Aung Hlaing Htet"),
])  # fmt: skip
def test_a_neighbour_who_shares_a_public_name_is_covered(text, somebody):
    at = text.index(somebody)
    assert hard._letters(text, at, at + len(somebody)) <= hard._covered(text)


@pytest.mark.parametrize(("text", "figure"), [
    ("Vice Senior General Soe Win came.", "Soe Win"), ("Min Aung Hlaing spoke.", "Min Aung Hlaing"), ("President Win Myint was held.", "Win Myint"),
    ("UN special rapporteur Hubert Ngo wrote it.", "Hubert Ngo"), ("ဗိုလ်ချုပ်မှူးကြီး မင်းအောင်လှိုင်က ပြောတယ်။", "မင်းအောင်လှိုင်"),
])  # fmt: skip
def test_who_holds_a_high_office_stays(text, figure):
    at = text.index(figure)
    assert not hard._letters(text, at, at + len(figure)) & hard._covered(text)
