"""What the form and the page say, and what they never ask: the same words for every side, in each language."""

from __future__ import annotations

import re

import pytest

from envelope import form
from envelope.render import WITNESS

FORM = form.load()
# Every other text a witness may meet: the pages, the chooser, the drop's answers.
SHOWN = [*sorted(WITNESS.glob("texts.*.json")), WITNESS / "chooser.json", WITNESS / "answers.json"]

BANNED = {
    "en": ["junta", "terrorist", "revolution", "enemy", "regime", "rebel", "insurgent", "martyr"],
    "my": ["အာဏာရှင်", "စစ်ကောင်စီ", "အကြမ်းဖက်", "ရန်သူ", "တော်လှန်ရေး", "သူပုန်", "အာဇာနည်", "ဖက်ဆစ်"],
    "kac": ["gumshem", "rawt malan", "rawtmalan", "hpyen la ni a", "terrorist", "junta"],
}
ALL_BANNED = sorted({word for words in BANNED.values() for word in words})
PARTIES = {
    "en": ["military", "tatmadaw", "police", "kia", "kachin", "pdf", "pyu saw", "militia", "army"],
    "my": ["တပ်မတော်", "ရဲတပ်ဖွဲ့", "kia", "ကချင်", "pdf", "ပျူစောထီး", "ပြည်သူ့စစ်", "နယ်ခြားစောင့်"],
    "kac": ["hpyen dap", "tatmadaw", "pyada", "kia", "wunpawng", "pdf", "pyu saw", "militia"],
}
# How each language says "taken" and "asked to pay": one way, whoever did it.
TAKEN = {"en": "taken", "my": "ခေါ်ဆောင်", "kac": "woi mat wa"}
ASKED = {"en": "asked to pay", "my": "တောင်းခံရ", "kac": "hpyi"}
OTHER_VERBS = {
    "en": ["abduct", "arrest", "seize", "kidnap", "recruit", "conscript", "extort", "detain"],
    "my": ["ဖမ်းဆီး", "ပြန်ပေးဆွဲ", "ငွေညှစ်", "ထိန်းသိမ်းခံ", "အဓမ္မ"],
    "kac": ["rim la", "rim kau", "lagut", "dip shadang"],
}
# Never asked: name, ID, phone, address, ethnicity, religion, party, exact age, sex, device, GPS.
# Whole words; Burmese writes none apart, so there any place counts.
NEVER_ASKED = {
    "en": ["names?", "nicknames?", "id", "identity", "identity card", "nrc", "passport", "phones?",
           "telephone", "e-?mail", "address", "street", "live", "house number", "ethnic(ity)?", "race",
           "tribe", "clan", "religion", "religious", "faith", "church", "pray", "political", "member",
           "born", "birth(day)?", "years old", "sex", "gender", "male", "female", "pregnant", "married",
           "device", "model", "imei", "gps", "coordinates", "latitude", "longitude", "location"],
    "my": ["အမည်", "နာမည်", "မှတ်ပုံတင်", "နိုင်ငံသားစိစစ်", "ပတ်စပို့", "ဖုန်း", "အီးမေးလ်", "လိပ်စာ", "နေရပ်",
           "နေအိမ်", "အိမ်နံပါတ်", "အိမ်နေရာ", "လူမျိုး", "တိုင်းရင်းသား", "မျိုးနွယ်", "ဘာသာရေး", "ကိုးကွယ်", "ဘုရားကျောင်း", "ပါတီ",
           "အဖွဲ့ဝင်", "မွေး", "လိင်", "ကျား", "အိမ်ထောင်", "စက်အမျိုးအစား", "gps", "တည်နေရာ", "ကိုဩဒိနိတ်", "လတ္တီကျု"],
    "kac": ["mying", "masat laika", "nrc", "passport", "phone", "email", "address", "nga shara", "nta shara",
            "nta nambat", "amyu", "baw sang", "makam", "nawku", "hpara", "pati", "party", "uhpung masha",
            "shangai", "shangai nhtoi", "num la", "la num", "num kun", "sex", "gender", "jak amyu", "gps",
            "latitude", "longitude"],
}  # fmt: skip
# Hints that tell her to leave such a thing out, and the words each of them does it with.
WARNINGS = ("h.t1", "h.t2", "h.f1.text", "h.m1.office", "h.w6")
LEAVE_OUT = {
    "en": ["leave out your own", "give no names", "no name", "never a name"],
    "my": ["မရေးပါနှင့်"],
    "kac": ["hkum ka u"],
}
# Elsewhere one word may stand, for a reason.
MENTIONED = {
    "h.files": {"phone", "phones?", "ဖုန်း"},  # says what a phone writes into a file by itself
    "h.written_on": {"device"},  # says whose clock gives the day; nothing is asked
    "h.c3": {"identity"},  # says that it is given to nobody
}
SEXUAL_VIOLENCE = {
    "en": ["sex", "rape", "assault", "molest", "naked", "undress", "pregnan"],
    "my": ["လိင်", "မုဒိမ်း", "အဓမ္မပြု", "စော်ကား", "ကာယိန္ဒြေ", "ကိုယ်ဝန်"],
    "kac": ["sex", "rape", "roi rip", "num roi", "roi shading", "gawn sharam"],
}
HARM_CODES = re.compile("sex|rape|assault|abuse|gender|harm")


def hits(word: str, text: str, lang: str) -> bool:
    """Whether a word stands in a text: as a whole word, but anywhere in Burmese."""
    return bool(re.search(word if lang == "my" else rf"(?<!\w)({word})(?!\w)", text.lower()))


def _words(lang: str) -> str:
    return "\n".join([*FORM.texts(lang).values(), FORM.consent_text(lang)]).lower()


@pytest.mark.parametrize("lang", FORM.languages)
def test_no_text_takes_a_side(lang: str) -> None:
    words = _words(lang)
    assert [word for word in ALL_BANNED if word in words] == []


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_no_page_takes_a_side(path) -> None:
    words = path.read_text("utf-8").lower()
    assert "sakse" in words  # read as it is shown, not escaped
    assert [word for word in ALL_BANNED if word in words] == []


@pytest.mark.parametrize("lang", FORM.languages)
def test_no_question_or_hint_names_a_party(lang: str) -> None:
    for key, text in FORM.languages[lang].items():
        if key.startswith(("q.", "h.", "l.")):
            named = [p for p in PARTIES[lang] if re.search(rf"(?<!\w){p}(?!\w)", text.lower())]
            assert named == [], key


@pytest.mark.parametrize("lang", FORM.languages)
def test_people_are_taken_and_asked_to_pay_whoever_did_it(lang: str) -> None:
    words, texts = _words(lang), FORM.languages[lang]
    assert [verb for verb in OTHER_VERBS[lang] if verb in words] == []
    for key in ("i1.taken_public", "i1.taken_home", "i1.taken_work", "i1.taken_worship_school",
                "i1.taken_checkpoint", "i1.roundup", "i1.disappeared", "q.n1"):  # fmt: skip
        assert TAKEN[lang] in texts[key].lower(), key
    for key in ("i1.ransom", "i1.levy", "i1.other_extortion", "q.m1", "m1.asked", "m1.paid"):
        assert ASKED[lang] in texts[key].lower(), key


@pytest.mark.parametrize("lang", FORM.languages)
def test_nothing_that_names_a_person_is_asked(lang: str) -> None:
    for key, text in FORM.texts(lang).items():
        if key.startswith(("q.", "l.", "h.")) and key not in WARNINGS:
            found = {word for word in NEVER_ASKED[lang] if hits(word, text, lang)}
            assert found <= MENTIONED.get(key, set()), (key, text)


@pytest.mark.parametrize("lang", FORM.languages)
def test_names_and_numbers_are_mentioned_only_to_be_left_out(lang: str) -> None:
    for key in WARNINGS:
        text = FORM.texts(lang)[key].lower()
        assert any(word in text for word in LEAVE_OUT[lang]), key
        assert any(hits(word, text, lang) for word in NEVER_ASKED[lang]), key


def test_her_age_is_asked_only_as_under_18_or_not() -> None:
    assert FORM.question("a1").choices == ("adult", "under_18", "not_say")
    assert [q.id for q in FORM.questions if q.kind == "count"] == ["n1", "n2", "h1"]  # others, and only how many


@pytest.mark.parametrize("lang", FORM.languages)
def test_sexual_violence_is_not_asked_about_and_has_one_code_that_tells_nothing(lang: str) -> None:
    words = _words(lang)
    assert [word for word in SEXUAL_VIOLENCE[lang] if word in words] == []
    codes = {code for q in FORM.questions for code in (q.id, *q.fields, *q.choices)}
    assert {code for code in codes if HARM_CODES.search(code)} == {"harm_not_described"}
    assert "harm_not_described" in FORM.question("i1").choices


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["National bodies inside the country cannot be chosen", "could reach those it speaks of"]),
        ("my", ["ပြည်တွင်းရှိ နိုင်ငံအဆင့် အဖွဲ့အစည်းများကို ရွေး၍မရပါ", "ရောက်သွားနိုင်သောကြောင့်"]),
        ("kac", ["Mungdan kata na mungdan rung ni hpe lata n mai ai", "du chye ai"]),
    ],
)
def test_national_bodies_cannot_be_chosen_and_the_hint_says_why(lang: str, said: list[str]) -> None:
    assert FORM.question("c2").choices == ("iimm", "icc", "courts_abroad", "un", "ngo", "public")
    assert [part for part in said if part not in FORM.texts(lang)["h.c2"]] == []
