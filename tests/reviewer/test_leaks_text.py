"""Release tests 1-13: each catches what is planted, and lets the release itself pass."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from envelope import canonical
from reviewer.leaks.subject import Form, Subject
from tests.reviewer import leaking
from tests.reviewer.leaking import Plant, Planted, added, changed, english_file, said, with_file


def utf16(order: str) -> Plant:
    return added("attachments/01.ogg", b"\0\1" + "see Zau Htunla here".encode(f"utf-16-{order}"))


def answered(field: str, value: str) -> Plant:
    def plant(subject: Subject) -> Subject:
        name = english_file(subject, "testimony.json")
        summary = json.loads(subject.files[name])
        summary["answers"][field] = value
        return with_file(subject, name, canonical.dumps(summary))

    return plant


def in_a_row(subject: Subject) -> Subject:
    return said(" ".join(f"[W-{n:02}]" for n in range(1, 9)))(subject)


def by_hash(subject: Subject) -> Subject:
    """A testimony whose id is the beginning of its sealed file's hash."""
    name = subject.testimonies[0]
    sealed = "a1b2" + subject.plan.testimonies[name][4:]
    return replace(subject, plan=replace(subject.plan, testimonies={"T-a1b2": sealed}))


def by_name(subject: Subject) -> Subject:
    forms = (Form("Htun", "P", "T-htun"),)
    made = replace(subject.plan, testimonies={"T-htun": "0" * 64})
    return replace(subject, plan=made, forms=forms)


def shown_again(subject: Subject) -> Subject:
    """Released before with one name more hidden than now."""
    made = subject.plan
    name = leaking.about(subject, "His brother")
    fewer = {**made.marks, name: {"narrative": made.marks[name]["narrative"][1:]}}
    return replace(subject, plan=replace(made, marks=fewer), earlier=(before(subject),))


def before(subject: Subject):
    """The same release under other ids, as it went out earlier."""
    made = subject.plan
    renamed = dict(zip(sorted(made.testimonies), ("T-2222", "T-3333"), strict=True))
    return replace(
        made,
        release_id="222222",
        testimonies={renamed[name]: sealed for name, sealed in made.testimonies.items()},
        marks={renamed[name]: marks for name, marks in made.marks.items()},
    )


def same_ids(subject: Subject) -> Subject:
    return replace(subject, earlier=(replace(subject.plan, release_id="222222"),))


def a_member_too_many(subject: Subject) -> Subject:
    return changed("assessment.json", marks=[[0, 12, "[P-01]"]])(subject)


def original_offsets(subject: Subject) -> Subject:
    name = english_file(subject, "redactions.csv")
    rows = subject.files[name].decode().splitlines(keepends=True)
    first = re.sub(r"narrative,(\d+),(\d+)", lambda m: f"narrative,{int(m[1]) + 3},{int(m[2]) + 3}", rows[1])
    return with_file(subject, name, "".join([rows[0], first, *rows[2:]]).encode())


def another_reason(subject: Subject) -> Subject:
    name = english_file(subject, "redactions.csv")
    return with_file(subject, name, subject.files[name].replace(b"a person", b"an old woman"))


def a_code(subject: Subject) -> Subject:
    return replace(said("my code is 7777000077770000777700007777")(subject), secret=("7777000077770000777700007777",))


def in_burmese(words: str, tail: str = "narrative.txt") -> Plant:
    """These words stand at the end of a file of the Burmese account."""

    def plant(subject: Subject) -> Subject:
        name = subject.of(leaking.about(subject, "ကျွန်တော်"), tail)
        return with_file(subject, name, subject.files.get(name, b"") + words.encode())

    return plant


def transliterated(subject: Subject) -> Subject:
    """Only the Burmese account's names are known, and a translation spells one in Latin letters."""
    forms = tuple(form for form in subject.forms if not form.text.isascii())
    spoiled = in_burmese("Then Zaw Htun La fell", "narrative.en.txt")(subject)
    return replace(spoiled, forms=forms)


def shown_by_the_proof(subject: Subject) -> Subject:
    name = english_file(subject, "proof.json")
    proof = json.loads(subject.files[name])
    proof["units"][-1] = ["o", "00" * 32, "Zau Htunla"]
    return with_file(subject, name, canonical.dumps(proof))


def an_event(subject: Subject) -> Subject:
    name = "data/custody/log.jsonl"
    line = subject.files[name].splitlines()[0]
    event = {**json.loads(line), "event": "seen_by_uncle"}
    return with_file(subject, name, canonical.dumps(event) + b"\n")


PLANTED = [
    Planted(1, "as it was written", said("U Zau Htunla"), "narrative.txt"),
    Planted(1, "in capitals", said("ZAU HTUNLA"), "narrative.txt"),
    Planted(1, "over a line break", said("Zau\nHtunla"), "narrative.txt"),
    Planted(1, "joined", said("ZauHtunla"), "narrative.txt"),
    Planted(1, "with zero-width signs inside", said("Zau Htu\u200bn\u200cla"), "narrative.txt"),
    Planted(1, "with letters of another alphabet", said("Z\u0430u Htunla"), "narrative.txt"),
    Planted(1, "in fullwidth letters", said("\uff3aau Htunla"), "narrative.txt"),
    Planted(1, "a number in Burmese digits", said("၀၉ ၄၅၀ ၁၁၁ ၂၂၂"), "narrative.txt"),
    Planted(1, "a number in another grouping", said("+95 9450-111-222"), "narrative.txt"),
    Planted(1, "in Burmese", said("မောင်ဇော်ထွန်းလာ"), "narrative.txt"),
    Planted(1, "in Zawgyi", said("ေမာင္ေဇာ္ထြန္းလာ"), "narrative.txt"),
    Planted(1, "in Zawgyi in the middle of Unicode", in_burmese("ညက ေမာင္ေဇာ္ထြန္းလာ ဖမ်းသွားတယ်။ ကျွန်တော် မြင်တယ်။"), "narrative.txt"),
    Planted(1, "in what a proof shows", shown_by_the_proof, "proof.json"),
    Planted(1, "in UTF-16, little end first", utf16("le"), "attachments/01.ogg"),
    Planted(1, "in UTF-16, big end first", utf16("be"), "attachments/01.ogg"),
    Planted(1, "among other bytes", added("attachments/01.ogg", b"\0\1\xff see Zau Htunla \0\2"), "attachments/01.ogg"),
    Planted(1, "in a typed answer", answered("x3.unit", "near Lungzep Yang"), "testimony.json"),
    Planted(1, "a village she typed", said("Lungzepgahtawng"), "narrative.txt"),
    Planted(1, "in an assessment", changed("assessment.json", account="about Brang Seng"), "assessment.json"),
    Planted(1, "in the purpose", changed("data/release.json", purpose="for Brang Seng"), "data/release.json"),
    Planted(1, "decomposed", lambda s: replace(said("Lo\u0301ng\u0301aria")(s), forms=(Form("L\u00f3n\u01f5aria", "P", "T-2222"),)), "narrative.txt"),
    Planted(2, "another romanisation of a person", said("Zaw Htoonla"), "narrative.txt"),
    Planted(2, "another romanisation of a place", said("at Loungzep Yang"), "narrative.txt"),
    Planted(2, "a Burmese name in a translation", transliterated, "narrative.en.txt"),
    Planted(3, "the name without its first word", said("later Htunla fell"), "narrative.txt"),
    Planted(3, "one word of it with a suffix", said("Htunla's house"), "narrative.txt"),
    Planted(3, "the last syllables of a Burmese name", said("ထွန်းလာ ပြေးတယ်"), "narrative.txt"),
    Planted(4, "in a file's name", added("attachments/zau-htunla.jpg", b"x"), "the bag"),
    Planted(4, "in a name of the list", lambda s: replace(added("attachments/07.jpg", b"")(s), forms=(Form("attachments", "O", "T-2222"),)), "the bag"),
    Planted(5, "from the sealed file's hash", by_hash, "T-a1b2"),
    Planted(5, "from a name", by_name, "T-htun"),
    Planted(6, "a member of the vault's", a_member_too_many, "assessment.json"),
    Planted(6, "offsets of the sealed text", original_offsets, "redactions.csv"),
    Planted(6, "a receipt code", a_code, "narrative.txt"),
    Planted(6, "an event of no list", an_event, "data/custody/log.jsonl"),
    Planted(7, "in a translation", added("narrative.en.txt", b"My name is Mary Smith and I live in Lone Khin village."), "narrative.en.txt"),
    Planted(7, "in a transcript", added("attachments/01.transcript.txt", b"Call me, Daw Khin Khin Mya, on 09 777 888 999."), "01.transcript.txt"),
    Planted(7, "in the reason of an assessment", changed("assessment.json", source="told by U Kyaw Kyaw Win"), "assessment.json"),
    Planted(8, "one token wider than another", said("[P-001]"), "narrative.txt"),
    Planted(8, "a place of no list", said("[Lungzep township]"), "narrative.txt"),
    Planted(9, "numbers in order", in_a_row, "data/testimonies"),
    Planted(10, "a title before a token", said("then Daw [P-01] came"), "narrative.txt"),
    Planted(10, "a Burmese title before a token", said("ဒေါ်[P-01]"), "narrative.txt"),
    Planted(10, "a reason that tells", another_reason, "redactions.csv"),
    Planted(11, "a name that was hidden before", shown_again, "narrative.txt"),
    Planted(11, "the ids of an earlier release", same_ids, "data/release.json"),
    Planted(12, "a number in English words", said("zero nine four five zero one one one double two two"), "narrative.txt"),
    Planted(12, "a number in Burmese words", said("သုည ကိုး လေး ငါး သုည တစ် တစ် တစ် နှစ် နှစ် နှစ်"), "narrative.txt"),
    Planted(12, "a number in Jinghpaw words", said("jahku mali manga 0 langai langai langai lahkawng lahkawng lahkawng"), "narrative.txt"),
    Planted(13, "a direction override", said("\u202eaL\u202c"), "narrative.txt"),
    Planted(13, "tag characters", said("x\U000e0041\U000e0042"), "narrative.txt"),
    Planted(13, "a word in two alphabets", said("L\u0430ngzep"), "narrative.txt"),
    Planted(13, "unseen characters in a name of the team's", changed("assessment.json", source="x\u2062y"), "assessment.json"),
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: f"{p.number}: {p.what}")
def test_what_is_planted_is_caught_and_the_file_named(clean, planted):
    leaks = leaking.found(planted.plant(clean), planted.number)
    assert leaks and any(leak.file.endswith(planted.file) for leak in leaks), leaks


@pytest.mark.parametrize("number", range(1, 14))
def test_the_release_itself_passes(clean, number):
    assert leaking.found(clean, number) == []


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: f"{p.number}: {p.what}")
def test_no_sentence_repeats_an_identity(clean, planted):
    said = " ".join(f"{leak.file} {leak.why}" for leak in leaking.found(planted.plant(clean), planted.number))
    for word in ("Htunla", "Brang", "Lungzep", "450", "123456", "ထွန်း", "Mary", "Khin"):
        assert word.lower() not in said.lower()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("In Hpakant they came", 1),
        ("We sang and the tea was hot", 3),
        ("The number 450 is painted on the lorry", 1),
        ("Zero people, nine lorries, four men", 12),
        ("In Burmese: ထွန်းလင်း", 3),
        ("the [Hpakant township] road in [2024-03]", 8),
        ("[P-01] came with [P-02]", 10),
    ],
)
def test_words_that_identify_nobody_pass(clean, words, number):
    assert leaking.found(said(words)(clean), number) == []


def test_a_short_word_is_somebody_in_her_own_account_only(clean):
    forms = (*clean.forms, Form("Seng", "P", leaking.about(clean, "ကျွန်တော်")))
    assert leaking.found(replace(said("the seng was sold")(clean), forms=forms), 1) == []
    forms = (*clean.forms, Form("Seng", "P", leaking.about(clean, "His brother")))
    assert leaking.found(replace(said("the seng was sold")(clean), forms=forms), 1)


def test_what_a_reviewer_kept_with_a_reason_passes_in_that_testimony_only(clean):
    spoiled = said("Htunla is a common name")(clean)
    kept: Mapping[str, tuple[str, ...]] = {leaking.about(clean, "His brother"): ("Htunla",)}
    assert leaking.found(spoiled, 3) and not leaking.found(replace(spoiled, kept=kept), 3)
    elsewhere = {leaking.about(clean, "ကျွန်တော်"): ("Htunla",)}
    assert leaking.found(replace(spoiled, kept=elsewhere), 3)


def test_a_second_release_that_hides_the_same_tells_nothing(clean):
    assert leaking.found(replace(clean, earlier=(before(clean),)), 11) == []


def test_ids_and_codes_of_a_release_are_no_texts_of_the_team(clean):
    """The finder takes most ids like T-fdff for a name, and no proposal would pass."""
    assert {text.words for text in clean.team} == {"Invented purpose for a test"}


def test_a_code_of_the_form_is_no_name_and_a_typed_answer_is_one(clean):
    """Who hides a man called Saw could release no account of what was "saw"."""
    here = leaking.about(clean, "His brother")
    answering = replace(clean, forms=(*clean.forms, Form("Saw", "P", here)))
    assert leaking.found(answered("k1", "saw")(answering), 1) == []
    assert leaking.found(answered("x3.unit", "Saw of the shop")(answering), 1)
