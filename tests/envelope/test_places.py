"""Places are those MIMU names, by its codes, each inside another one."""

from __future__ import annotations

import re
import unicodedata

import pytest

from envelope import places

COUNTS = {"state": 18, "township": 358, "tract": 604}
LENGTHS = {"state": 6, "township": 9, "tract": 12}
LANGUAGES = ("en", "my")
BURMESE = re.compile(r"[\u1000-\u104f]+(?:[ /(]*[\u1000-\u104f]+[)]?)*")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", COUNTS)
def test_every_place_has_a_well_formed_code_of_its_own(part: str, lang: str) -> None:
    found = places.names(part, lang)
    assert len(found) == COUNTS[part]
    assert all(re.fullmatch(rf"MMR\d{{{LENGTHS[part] - 3}}}", code) for code in found)
    assert all(int(code[-3:]) for code in found)


def test_no_list_counts_back_and_so_names_a_code_twice() -> None:
    for lang in LANGUAGES:
        for parent, packed in places.lists(lang).items():
            numbers = [number for number, _ in places._numbered(packed)]
            assert numbers == sorted(set(numbers)), parent


def test_every_township_lies_in_a_known_state_and_every_tract_in_a_township_of_kachin() -> None:
    states, townships, tracts = (set(places.names(part)) for part in COUNTS)
    kachin = {code for code in townships if code.startswith("MMR001")}
    assert {code[:6] for code in townships} == states
    assert len(kachin) == 18
    assert {code[:9] for code in tracts} == kachin


def test_both_languages_name_the_same_places() -> None:
    for part in COUNTS:
        assert places.names(part, "en").keys() == places.names(part, "my").keys()


def test_a_name_is_written_as_one_reads_it() -> None:
    for part in COUNTS:
        for name in places.names(part, "en").values():
            assert re.fullmatch(r"[A-Z(][A-Za-z0-9 ()'/-]*", name), name
        for name in places.names(part, "my").values():
            assert BURMESE.fullmatch(name), name
            assert unicodedata.normalize("NFC", name) == name


def test_a_gap_in_the_codes_is_kept() -> None:
    bhamo = [code for code in places.names("tract") if code.startswith("MMR001010")]
    assert [int(code[-3:]) for code in bhamo] == [*range(1, 19), *range(22, 49)]
    assert places.names("township")["MMR015201"] == "Konkyan (Kokang SAZ)"


def test_places_known_from_maps_stand_under_their_codes() -> None:
    assert places.names("state", "my")["MMR001"] == "ကချင်ပြည်နယ်"
    assert places.names("township", "my")["MMR001009"] == "ဖားကန့်"
    assert places.names("township")["MMR015011"] == "Kutkai"
    assert places.names("tract")["MMR001009001"] == "Long Hkin"
    assert places.names("tract", "my")["MMR001009001"] == "လုံးခင်း"


def test_a_language_without_names_shows_the_english_ones() -> None:
    for part in COUNTS:
        assert places.names(part, "kac") == places.names(part, "en")
    assert places.lists("kac") == places.lists("en")
