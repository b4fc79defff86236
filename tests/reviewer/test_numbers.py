"""Numbers, days and positions are found in each way they are written. Everything here is invented."""

from __future__ import annotations

import pytest

from reviewer.finder import IDENTITY, dates, normalise, patterns

CASES = {
    "PHONE": """09 441 223 884 | 09.441.223.884 | ၀၉-၄၄၁၂၂၃၈၈၄ | ဝ၉၄၄၁၂၂၃၈၈၄ | O9441223884 | (+95) 9 441 223 884
        | 9441223884 | 0 9 4 4 1 2 2 3 8 8 | ၀၉ - ၄၄ ၁၂ ၂၃ ၈၈ | သုညကိုးလေးလေးတစ်နှစ်နှစ်သုံး
        | သုည ကိုး လေး လေး တစ် နှစ် နှစ် သုံး | zero nine four four one double two three
        | zero jahku mali mali langai lahkawng lahkawng masum""",
    "NATIONAL_ID": """1/HpaKaNa(N)123456 | 1/PhaKaNa (Naing) 123 456 | ၁/ဖကန(နိုင်)၁၂၃၄၅၆ | ၁/ဖ.က.န(နိုင်)၁၂၃၄၅၆
        | ၁ဖကန(နိုင်)၁၂၃၄၅၆ | 12 / OuKaMa ( N ) 123456 | MB 123456""",
    "GPS": """25.61234, 96.30123 | N25.61234 E96.30123 | ၂၅.၆၁၂၃၄၊ ၉၆.၃၀၁၂၃ | 47R LH 12345 67890 | 47R LH 2345 6789
        | 25 degrees 36 minutes north""",
    "VEHICLE_PLATE": "1က/၁၂၃၄ | YGN 3L/4567 | 2C-1234",
    "ACCOUNT": "zaw.l@example.org | zaw (at) example (dot) com | zaw at example dot com | @mya_seven",
    "DATE_EXACT": """12 March 2025 | the third of March | March the third | 2025-03-12 | ၁၂.၃.၂၀၂၅ | မတ်လ ၁၂ ရက်
        | မတ်လ ဆယ့်နှစ်ရက်နေ့ | တန်ဆောင်မုန်းလဆန်း ၅ ရက် | ၁၃၈၆ ခုနှစ် တပေါင်းလပြည့်ကျော် ၃ ရက် | ရမ်ဇန်လ ၁၂ ရက်
        | 27th of Ramadan | 10 Muharram 1447 | first waning day of Waso | full moon day of Thadingyut
        | Christmas Eve | သင်္ကြန်အကျနေ့ | March shata 12 ya | Hkru shata ya 12""",
    "AGE": "aged forty-two | အသက် ၃၄ နှစ် | အသက် ဆယ့်ခုနစ်နှစ် | 17 years old | 17yo | asak 17 ning",
}
PAIRS = [(label, form.strip()) for label, forms in CASES.items() for form in forms.split("|")]

PLAIN = """They asked 1,500,000 kyat. | ဆန်တစ်အိတ် ၉၀၀၀၀ ကျပ် | Page 12 of 30 | ပုဒ်မ ၅၀၅ | 105.5 FM
    | one two three men | တစ်ယောက် နှစ်ယောက် သုံးယောက် | at 8:30 in the morning | 60 mm mortar | in March 2025
    | they arrived at dawn.then it rained | on the second floor | maga 5 | marai 30"""


@pytest.mark.parametrize(("label", "form"), PAIRS)
def test_every_way_of_writing_is_found_whole(label, form):
    text = normalise.fold(normalise.read(f"see {form} there").text)
    found = [f for f in (*patterns.find(text), *dates.find(text)) if f.label in IDENTITY]
    covered = {i for f in found for i in range(f.start, f.end)}
    part = str.isdigit if label in ("AGE", "DATE_EXACT") else str.isalnum  # a day may leave "the"
    assert {i for i in range(4, 4 + len(form)) if part(text[i])} <= covered
    assert covered & set(range(4, 4 + len(form)))
    assert label in {f.label for f in found}


@pytest.mark.parametrize("text", [row.strip() for row in PLAIN.split("|")])
def test_prices_counts_laws_and_hours_are_left(text):
    folded = normalise.fold(text)
    assert [*patterns.find(folded), *dates.find(folded)] == []
