"""Days and ages in English, Burmese, Jinghpaw and Latin-typed Burmese (laptop).

A month without a day, a year alone and a clock time tell little and are left.
"""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reviewer.finder.words import Finding

_MONTH = (
    r"(?:January|February|March|April|June|July|August|September|October|November|December|May|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|"
    r"january|february|march|april|june|july|august|september|october|november|december)\.?"
)
_WEEKDAY = (
    r"(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thurs?|thur|fri|sat|sun)\b\.?"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_UNIT = r"(?! ?(?:Brigade|Battalion|Division|Company|time|floor|house|grade|child|of the))"
_MY_MONTH = (
    "(?:ဇန်နဝါရီ|ဖေဖော်ဝါရီ|မတ်|ဧပြီ|မေ|ဇွန်|ဂျူလိုင်|ဇူလိုင်|ဩဂုတ်|သြဂုတ်|စက်တင်ဘာ|အောက်တိုဘာ|နိုဝင်ဘာ|ဒီဇင်ဘာ)"
)
_MY_MOON = (
    "(?:တန်ခူး|ကဆုန်|နယုန်|ဝါဆို|ဝါခေါင်|တော်သလင်း|သီတင်းကျွတ်|တန်ဆောင်မုန်း|နတ်တော်|ပြာသို|တပို့တွဲ|တပေါင်း)"
)
_MY_WEEKDAY = "(?:တနင်္ဂနွေ|တနင်္လာ|အင်္ဂါ|ဗုဒ္ဓဟူး|ကြာသပတေး|သောကြာ|စနေ)"
_MY_DAY = "(?:တစ်ဆယ့်|နှစ်ဆယ့်|သုံးဆယ့်|ဆယ့်|)(?:တစ်|နှစ်|သုံး|လေး|ငါး|ခြောက်|ခုနစ်|ခုနှစ်|ရှစ်|ကိုး|ဆယ်)"
_DAY_WORD = r"(?i:(?:twenty|thirty)(?:[ \-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
_MUSLIM = r"(?i:Muharram|Safar|Rabi'?(?: al-|-ul-)?\w{3,9}|Jumada(?: al-)?\w{0,9}|Rajab|Sha'?ban|Ramadan|Ramadhan|Ramzan|Ramazan|Shawwal|Dhul?[ \-]?(?:Qa'?dah|Hijjah)|Zil[ \-]?(?:qad|hajj?)\w{0,3})"
_MY_MUSLIM = "(?:မိုဟာရမ်|မုဟရမ်|ရဂျပ်|ရှဗာန်|ရှအ်ဗာန်|ရမ်ဇန်|ရမ်ဇာန်|ရမဇာန်|ရာမဒန်|ရှဝ်ဝါလ်|ရှောဝါလ်|ဇိလ်ဟဂျ်)"
_MOON = r"(?i:Tagu|Kason|Nayon|Waso|Wagaung|Tawthalin|Thadingyut|Tazaungmon|Tazaungmone|Tazaungdaing|Nadaw|Natdaw|Pyatho|Tabodwe|Tabaung)"
_KAC_MONTH = r"(?:Hkru|Ra|Wut|Shala|Jahtum|Shangan|Shimari|Gupshi|Guptung|Kala|Maji|Maga|hkru|wut|shala|jahtum|shangan|shimari|gupshi|guptung|kala|maji|maga)"
_FEAST = (
    r"(?:Christmas(?: [Ee]ve| [Dd]ay)?|Thingyan (?:[Ee]ve|[Aa]kyo|[Aa]kya|[Aa]kyat|[Aa]tet)|(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ll]ast) day of (?:the )?(?:water festival|Thingyan)|[Ww]ater [Ff]estival (?:first|second|third|last) day|New Year's (?:Day|Eve)|Easter(?: Sunday| Monday)?|Good Friday|"
    r"Palm Sunday|Pentecost|Thanksgiving(?: day)?|Eid(?: al-\w+)?|Deepavali|Diwali|Armed Forces Day|"
    r"Independence Day|Union Day|Martyrs' Day|Revolution Day|Kachin State Day|Women's Day|"
    r"(?:[Ff]ull|[Nn]ew) moon (?:day )?of \w+|Manau(?: festival| poi)?)"
)

_YEAR_WORDS = r"(?:,? (?i:(?:two thousand|twenty)(?:[ \-]and)?(?:[ \-](?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty)(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine)))\b)"
_DATES = tuple(re.compile(p) for p in (
    rf"(?<!\d)\d{{1,2}} ?ရက်(?:နေ့)?[ ၊,]{{0,2}}{_MY_MONTH}(?:လ)?(?:[ ၊,]{{0,2}}(?:19|20)\d\d)?",
    rf"{_MY_MONTH}(?:လ)? ?\d{{1,2}}(?: ?ရက်)?(?:နေ့)?[၊,]? ?(?:19|20)\d\d(?!\d)",
    r"(?m:^)\d{1,2} ?ရက်(?:နေ့)?(?=[။၊:\-])",
    rf"\b{_MONTH} {_NTH}{_YEAR_WORDS}|\b{_MONTH} {_DAY_WORD}{_YEAR_WORDS}",
    rf"(?:{_WEEKDAY},? )?(?:the )?(?<!\d){_NTH}(?: ?- ?{_NTH})? ?(?:of )?{_MONTH}(?![a-z])(?:,? ?\d{{4}}(?!\d))?",
    rf"(?:{_WEEKDAY},? )?{_MONTH} ?(?<!\d){_NTH}(?: ?(?:-|to) ?{_NTH})?(?!\d)(?:,? \d{{4}}(?!\d))?"
    r"(?: (?:ya|yat|ra?k)\b(?: shani| shana| nay)?)?",
    r"(?<![\d./\-])\d{1,2} ?([./\-]) ?\d{1,2} ?\1 ?(?:19|20)?\d{2}(?![\d/\-]|\.\d)",
    r"(?<![\d./\-])(?:19|20)\d{2}([./\-])\d{1,2}\1\d{1,2}(?!\d)",
    r"(?m:^|(?<=[(\[•\-]) ?)\d{1,2}[./]\d{1,2}(?=[ ,:]{1,2}(?:\d{1,2}[:.]\d{2}|\D))(?! ?(?:kg|mm|%|သိန်း))",
    r"(?:(?<=\bD: )|(?<=\b[Dd]ate )|(?<=\b[Dd]ate: )|(?<=\bon )|(?<=နေ့ - )|(?<=နေ့စွဲ - )|(?<=ရက်စွဲ - ))\d{1,2}[./\-]\d{1,2}(?!\d|[.:]\d)",
    rf"\b(?:{_WEEKDAY},? )the \d{{1,2}}(?:st|nd|rd|th)\b",
    rf"\b(?:[Oo]n|[Bb]y|[Ss]ince|[Uu]ntil|[Ff]rom) the \d{{1,2}}(?:st|nd|rd|th)\b{_UNIT}(?: (?:of )?(?:this|last|that) month)?",
    r"\bthe \d{1,2}(?:st|nd|rd|th) (?:day )?of (?:this|last|that|the) month\b",
    rf"\b{_WEEKDAY} \d{{1,2}}(?:st|nd|rd|th)?(?!\d|[:.]\d)",
    rf"\b(?:[Tt]he )?{_DAY_WORD}(?: day)? of {_MONTH}(?![a-z])(?:,? \d{{4}})?|\b{_MONTH} (?:the )?{_DAY_WORD}\b(?:,? \d{{4}})?|\b(?:19|20)\d\d {_MONTH} {_NTH}(?!\d)",
    rf"\b(?:[Oo]n|[Bb]y|[Ss]ince|[Uu]ntil|[Ff]rom) the {_DAY_WORD}(?=[.,;\n]|$| (?:of (?:this|last|that|the) month|at (?:night|dawn|noon)|in the (?:morning|evening)))(?: of (?:this|last|that|the) month)?",
    rf"\b(?:the )?(?:{_NTH}|{_DAY_WORD}|day \d{{1,2}})(?: (?:day|night))?(?: of)? {_MUSLIM}(?:,? 1[34]\d\d)?\b|\b{_MUSLIM} {_NTH}(?!\d)(?:,? 1[34]\d\d)?",
    rf"\b(?:the )?(?:{_NTH}|{_DAY_WORD}) (?:waxing|waning)(?: (?:day|moon))? ?(?:of )?{_MOON}|\b(?:[Ff]ull|[Nn]ew) ?moon(?: day)?(?: of)? {_MOON}|\b{_MOON} (?:(?:waxing|waning)(?: moon)?|lasan|lasote|la ?hsan|la ?hsoke) {_NTH}",
    rf"{_MY_MUSLIM}(?: ?လ)? ?(?:\d{{1,2}}|{_MY_DAY}) ?(?:ရက်(?:နေ့)?|ည)",
    rf"(?:\d{{4}} ning,? )?\b(?:{_KAC_MONTH}|{_MONTH})(?: (?:shata|ta|praw)|,? (?:ya|yat|praw)| (?:shata|ta),? (?:ya|yat|praw)) \d{{1,2}}(?!\d)(?: ya)?(?: shani| shana| jahpawt)?(?=[ ,.;)\n]|$)|\b(?:ya|yat) \d{{1,2}},? (?:{_KAC_MONTH}|{_MONTH})(?: shata| ta)?",
    rf"\b(?:{_FEAST})(?: (?:morning|evening|night|day|week|shani|nhtoi))?",
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?|the first|the last) (?:day |night )?of (?:Ramadan|Ramzan|Thingyan|Lent|Advent|Vassa)\b",
    r"\b(?:shata \d{1,2} )?(?:ya|yat) \d{1,2}\b(?:[, ]{1,2}\d{4})?|\b\d{1,2} ya\b(?: shani| shana)?|\bnhtoi \d{1,2}\b",
    rf"(?:\d{{4}} ?(?:ပြည့်နှစ်|ခုနှစ်|ခု)?[၊, ]{{0,2}})?{_MY_MONTH}(?: ?လ)?[ ၊(]{{0,2}}(?:\d{{1,2}}|{_MY_DAY})(?!\d)\)?"
    rf"(?: ?ရက်(?: ?မှ ?\d{{1,2}} ?ရက်)?(?:နေ့)?(?:ည|မနက်|ညနေ)?(?:[ ၊]{{0,2}}{_MY_WEEKDAY}(?:နေ့)?)?)?",
    rf"(?:ဒီ|ဤ|ယခု|ပြီးခဲ့တဲ့|အရင်)လ ?(?:\d{{1,2}}|{_MY_DAY}) ?ရက်(?:နေ့)?",
    rf"{_MY_WEEKDAY}(?:နေ့)?[ ၊,]{{1,2}}\d{{1,2}} ?ရက်(?:နေ့)?|(?<!\d)\d{{1,2}} ?ရက်[ ၊]{{0,2}}{_MY_WEEKDAY}(?:နေ့)?",
    r"(?<![\d])\d{1,2} ?ရက်နေ့",
    rf"(?:1[34]\d\d ?(?:ပြည့်နှစ်|ခုနှစ်|ခု)?[၊, ]{{0,2}})?{_MY_MOON}(?: ?လ)? ?(?:ပြည့်ကျော်|ပြည့်|ဆန်း|ဆုတ်|ကွယ်|လပြည့်ကျော်|လပြည့်|လဆန်း|လဆုတ်|လကွယ်)(?: ?(?:\d{{1,2}}|{_MY_DAY}) ?ရက်)?(?:နေ့)?",
    r"(?:မနော(?:ပွဲ)?|ခရစ္စမတ်|ခရစ်စမတ်|နှစ်သစ်ကူး|အီဒ်|ဒီပါဝလီ|တပ်မတော်|လွတ်လပ်ရေး|ပြည်ထောင်စု|အာဇာနည်)(?:အကြို|ပွဲ)?(?:နေ့|ည)",
    r"သင်္ကြန် ?(?:အကြို|အကျ|အကြတ်|အတက်|ပထမ|ဒုတိယ|တတိယ)(?:နေ့|ည|ရက်)?|(?:တော်လှန်ရေး|ကချင်ပြည်နယ်|ကေအိုအို|မြန်မာ့နှစ်ဆန်း ?(?:တစ်ရက်)?|တောင်သူလယ်သမား|အလုပ်သမား|အမျိုးသား)နေ့",
))  # fmt: skip

_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety"
_YEARS = rf"(?:\d{{1,2}}(?!\d|[.,:/]\d)|(?i:(?:{_TENS})(?:[ \-](?:{_UNITS}))?|{_TEENS}))"
_KAC_YEARS = r"(?:\d{1,2}|(?:shi|hkun|sumshi|mali shi|manga shi)(?: (?:langai|lahkawng|masum|mali|manga|kru|sanit|matsat|jahku))?)"
_NOT_RANGE = r"(?! ?(?:to|-|မှ|and over|နှင့်အထက်) ?\d)"
_MY_TENS = "(?:တစ်|နှစ်|သုံး|လေး|ငါး|ခြောက်|ခုနစ်|ခုနှစ်|ရှစ်|ကိုး)?ဆယ့?်?့?(?:တစ်|နှစ်|သုံး|လေး|ငါး|ခြောက်|ခုနစ်|ခုနှစ်|ရှစ်|ကိုး)?"
_ABOUT = "(?: ?(?:ဝန်းကျင်|ခန့်|လောက်|အရွယ်|ကျော်|သား|သမီး)){0,2}"

_NEAR = r"(?:about |around |over |almost |nearly |maybe |barely |under )?"
_GOES_ON = r"(?=[.,;)\n]|$| (?:years|and|but|not|when|then|now|at|already|or|that|in)\b)"
_BODY = "widow|widower|male|female|married|single|pregnant|man|woman|miner|farmer|driver|student|teacher|trader|carpenter|nurse|cook|welder|mechanic|labou?rer|digger"
_RELATIVE = "mother|father|brother|sister|son|daughter|wife|husband|uncle|aunt|cousin|nephew|niece|grandmother|grandfather|grandson|granddaughter|boy|girl|child"
_AGES = tuple(re.compile(p) for p in (
    rf"\b(?i:aged?|age of|asak|a ?thet)(?: is| about| maybe| gaw)?[ :=\-]{{0,3}}{_YEARS}{_NOT_RANGE}(?:[ \-]?(?i:years?(?: old)?|yrs?|ning|nhit)\b)?",
    rf"\basak {_KAC_YEARS}(?: ning)?\b|\b{_KAC_YEARS} ning\b(?= sha| naw| re| du| hpring)",
    rf"\b{_YEARS}[ \-](?i:years?[ \-]olds?|y/?o|yrs? old|years of age)\b",
    rf"\b(?:I am|I'm|[Hh]e is|[Ss]he is|[Hh]e was|[Ss]he was|he's|she's|i am|im)(?: \w{{1,8}})?(?: about| maybe| only| just| not even)? (?P<it>{_YEARS}){_NOT_RANGE}(?=[.,;)\n]|$| years\b| and\b| but\b| not\b| when\b)",
    r"\b\d{1,2}(?i:yo|y/o|yrs?)\b|\b[1-9]\d ?/ ?[MFmf]\b",
    r"\b[Ii]n (?:his|her|my|their) (?:early |mid[ \-]|late )?(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)\b",
    rf"\b(?:turned|turning|turns|barely|not yet|nearly|almost) (?P<it>{_YEARS}){_NOT_RANGE}(?=[.,;)\n]|$| (?:years|when|last|this|that|in|then|now|and)\b)",
    rf"(?:(?<!\d)\d{{1,2}}|{_MY_TENS}) ?နှစ် ?(?:ရှိသေး|ပဲ ?ရှိ|အရွယ်ရှိ)",
    rf"\b(?:is|was|am|are|aged?|about) (?P<it>[1-9]\d\+)|\b(?i:dead|killed|died|missing|wounded|arrested|deceased), (?P<my>{_YEARS})(?=[.;,\n]|$)",
    rf"\b(?i:boy|girl|man|woman|child|son|daughter|baby) of (?P<it>{_YEARS})(?! (?:the|our|my))",
    rf"အသက်(?:က|မှာ|သည်)? ?\(?(?:\d{{1,2}}(?!\d)|{_MY_TENS}){_NOT_RANGE}\)? ?(?:နှစ်)?{_ABOUT}",
    r"(?<!\d)\d{1,2} ?နှစ် ?(?:သား|သမီး|အရွယ်|မပြည့်(?:သေးဘူး)?)|(?<!\d)\d{1,2} မပြည့်(?:သေးဘူး)?",
    r"(?<!\d)\d{1,2} ?နှစ်နဲ့ ?\d{1,2} ?လ(?![\u102b-\u103e])|(?<!\d)\d{1,2}(?= ?နှစ်(?:ပဲ)? ?(?:ရှိဦး|ပဲ ရှိ))(?: ?နှစ်)",
    rf"{_MY_TENS}နှစ် ?(?:သား|သမီး|အရွယ်)",
    rf"\b[A-Z][a-z]+ (?:is|was) (?:only |about |just |maybe )?(?P<it>{_YEARS}){_NOT_RANGE}(?=[.,;)\n]|$| years\b| and\b| but\b| when\b)",
    rf"\b(?:{_RELATIVE}|[A-Z][a-z]+), (?P<it>{_YEARS}){_NOT_RANGE}(?=,)",
    rf"\b(?:{_RELATIVE}) (?P<it>{_YEARS})(?=[.,;)\n]|$)",
    rf"\b(?:died|dead|killed|taken|married|widowed|conscripted|recruited) (?:at|aged) (?P<it>{_YEARS})(?=[.;)\n]|$| when\b)",
    rf"\b\d{{1,2}} and (?:{_UNITS}|\d{{1,2}}) months?\b",
    rf"\b(?:I|[Hh]e|[Ss]he|[Tt]he (?:boy|girl|man|woman|child|baby|kid|youngest|oldest|eldest|elder|younger|other|first|second|third|victim|driver|one)|[Mm]y (?:{_RELATIVE}))"
    rf" (?:is|was|isn't|wasn't|is not|was not|looked|looks|must be|must have been|would be|will be|could be|may be)(?: (?:even|just|only|still|already|maybe|exactly|perhaps))? (?P<it>{_NEAR}{_YEARS}){_NOT_RANGE}{_GOES_ON}",
    rf"\b[Aa]t (?P<it>{_YEARS}),? (?=(?:he|she|I)\b)",
    rf"\b(?i:boys|girls|kids|children|lads|men|women|sons|daughters|youths) of (?P<it>{_YEARS}(?: ?(?:,|and|or|to|-) ?{_YEARS})*)(?! (?:the|our|my))",
    rf"\b(?:{_RELATIVE}|kid)(?:ren|s), (?P<it>{_YEARS}(?:, {_YEARS})*,? and {_YEARS})(?=[.,;)\n]|$)",
    rf"\b(?:{_BODY}), (?P<it>{_YEARS}){_NOT_RANGE}(?=[.;,)\n]|$)",
    r"(?<!\d)\d{1,2} ?နှစ် ?(?:နဲ့|နှင့်|၊) ?\d{1,2} ?နှစ်(?![\u102b-\u103e])",
    rf"(?i:\b(?:ngai|shi|nang|kasha|shabrang|num sha|la|asak)(?: gaw)?) (?P<it>{_KAC_YEARS})(?: (?:ning\b|hpring\b|jan\b|daram\b))",
    rf"(?:(?<=Age: )|(?<=Age\? )|(?<=age: )|(?<=Asak: )|(?<=အသက် - )|(?<=အသက်။ — ))(?P<it>{_YEARS})",
))  # fmt: skip

_AFTER_NAME = re.compile(
    r"[\"')]?(?: ?[-,၊(/] ?(?:m|f|M|F|male|female|la|num|ကျား|မ|ယောက်ျား|မိန်းမ|boy|girl)(?=[ ,၊/)]))?"
    r" ?[,၊(/\-] ?(?:asak |aged? |အသက် ?)?\(?(?P<it>[1-9]\d?(?: ?(?:နှစ်|ning|years?|yrs?))?)"
    r"(?=[ ]?[,၊).;\n/]|$| [-a-z၊])(?! ?(?:lakh|kyat|to\b|[ap]m\b|:|times))"
)
_SEX_AGE = re.compile(r"\b[mfMF] ?[,/] ?(?P<it>[1-9]\d)(?=[ ,;.)\n]|$)|(?<![\d])(?:ကျား|မ)[၊,/] ?(?P<my>[1-9]\d)(?=[၊,။ )\n]|$)")
_BORN = re.compile(r"(?i:\b(?:born(?: in| on)?|d\.?o\.?b\.?|date of birth|shangai nhtoi)|မွေးနေ့|မွေးသက္ကရာဇ်)[ :\-]{0,4}(?P<it>\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|(?:19|20)\d{2})")
_BORN_BURMESE = re.compile(r"(?<!\d)(?P<it>(?:19|20)\d\d ?(?:ခုနှစ်|ခု|ပြည့်နှစ်)?) ?(?:မှာ|တွင်|က)? ?(?:မွေး|ဖွား)")
_LAW = re.compile(r"\b(?:[Ll]aw|[Aa]ct|[Dd]ecree|[Ii]ssued|[Ee]nacted|[Pp]romulgated)\b|ဥပဒေ|ပြဋ္ဌာန်း|ကြေညာ|အမိန့်ကြော်ငြာ")


def _is_public(text: str, start: int, end: int) -> bool:
    """A day of a law or decree is public: those words stand in the same sentence."""
    left = max(text.rfind(mark, 0, start) for mark in "\n.။?!")
    stops = [at for at in (text.find(mark, end) for mark in "\n။?!") if at >= 0]
    near = text[max(left, start - 80, 0) : min([*stops, end + 60])]
    return re.search(r"(?:19|20)\d\d", text[start : end + 6]) is not None and bool(_LAW.search(near))


_RANGE_BEFORE = re.compile(r"\d ?(?:နှစ်|years?|ning)? ?(?:မှ|ကနေ|နှင့်|to|and|-|hte) ?$")
_RANGE_AFTER = re.compile(r" ?(?:နှစ်|years?|ning)? ?(?:မှ|ကနေ|နှင့်|to|and|-|hte) ?\d")


def tells(text: str, finding: Finding) -> bool:
    """Say whether a day or age that words made likely is neither a law's day nor a law's range."""
    if finding.label == "DATE_EXACT":
        return not _is_public(text, finding.start, finding.end)
    if finding.label == "AGE":
        before = _RANGE_BEFORE.search(text[max(0, finding.start - 16) : finding.start])
        return before is None and _RANGE_AFTER.match(text, finding.end) is None
    return True


def find(text: str) -> Iterator[Finding]:
    """Yield exact days and ages of a folded text."""
    for pattern in (*_DATES, _BORN, _BORN_BURMESE):
        for match in pattern.finditer(text):
            start, end = match.span("it" if "it" in pattern.groupindex else 0)
            if end > start and not _is_public(text, start, end):
                yield Finding(start, end, "DATE_EXACT", "a day that can be found in a calendar")
    for pattern in (*_AGES, _SEX_AGE):
        for match in pattern.finditer(text):
            group = next((g for g in ("it", "my") if match.groupdict().get(g)), 0)
            start, end = match.span(group)
            if end > start:
                yield Finding(start, end, "AGE", "an age")


def after_names(text: str, names: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the numbers that stand behind a name the way ages do in lists."""
    for name in names:
        if match := _AFTER_NAME.match(text, name.end):
            yield Finding(*match.span("it"), "AGE", "a number behind a name, as ages are listed")
