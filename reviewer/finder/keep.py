"""What stays in a release: units, public figures, towns and larger, money and counts (laptop)."""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from reviewer.finder import burmese, figures
from reviewer.finder.lexicon import is_element
from reviewer.finder.words import entries
from reviewer.zawgyi import SYLLABLE, Span

_LAND = (
    r"(?: (?i:township|tsp|district|city|town|state|region|division|province|myo|ginwang|mungdaw|"
    r"myone|myo nay))?"
)
_LAND_BURMESE = "(?:မြို့နယ်|မြို့|ခရိုင်|ပြည်နယ်|တိုင်းဒေသကြီး|တိုင်း|ပြည်|နိုင်ငံ)?"
_MONEY = re.compile(
    r"(?i)\d[\d,.]{0,14}(?: ?(?:k|lakhs?|million|billion|thousand|crore|kyats?|mmk|ks|baht|usd|yuan|"
    r"sen|thein|thaung|mm|cm|m|km|kg|g|mg|mhz|khz|percent|pounds?|litres?|gallons?|miles?))\b"
    r"|\d[\d,.]{0,14} ?(?:%|(?:သိန်း|သောင်း|သန်း) ?ကျပ်|ကျပ်သား|ကျပ်|သိန်း|သောင်း|သန်း|ယွမ်|ဘတ်(?!စ)|ဒေါ်လာ|လီတာ|ဂါလန်|မီတာ|ဘူး|အိတ်|ခေါက်|ကြိမ်|ပဲသား|ပဲ(?= |။|၊|ကောက်|ပေး)|ခု(?!နှစ်|နစ်)|ချောင်း(?!ဖျား|ဝ)|မမ|ကီလို|မိုင်|ပိဿာ|ယောက်|ဦး|ကောင်|လုံး|ချက်|စီး|နာရီ|စု|ခန့်|စင်တီ|ပေ|လက်မ|စီစီ|ကီလိုမီတာ)"
    r"|\bmarai (?:\d{1,5}|shi(?: (?:langai|lahkawng|masum|mali|manga|kru|sanit|matsat|jahku))?|langai|lahkawng|masum|mali|manga|kru|sanit|matsat|jahku)\b|\b\d{1,5} marai\b"
    r"|(?:sen|thein|သိန်း|ပုဒ်မ|[Ss]ection|[Pp]age|[Cc]hapter|[Hh]ymn|[Gg]rade|[Ff]orm|[Mm]ahkawn) ?\d[\d,.]{0,14}"
)

_LAW = re.compile(
    r"\b(?:[Ll]aw|[Aa]ct|[Oo]rder|[Dd]irective|[Nn]otification|[Dd]ecree|[Rr]ule|[Aa]rticle)(?: [Nn]o\.?)? ?\d{1,4}(?:/\d{2,4})?\b|\bOperation(?: [A-Z]\w+){1,3}"
    r"|\b[Tt]he (?:[A-Z]\w+ ){0,3}(?:Law|Act|Constitution|Directive|Decree|Code)\b(?! [A-Z])"
    r"|(?:ဥပဒေ|အမိန့်|ညွှန်ကြားချက်|ကြေညာချက်|အမိန့်ကြော်ငြာစာ) ?(?:အမှတ် ?)?\(?\d{1,4}(?:/\d{2,4})?\)?"
)
_SCRIPTURE = re.compile(
    r"\b(?:[1-3] ?|[Ff]irst |[Ss]econd )?(?:Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|Ezra|Nehemiah|Esther|Job|"
    r"Psalms?|Shakawn(?: Kungdawn)?|Proverbs|Ecclesiastes|Isaiah|Esaia|Jeremiah|Yeremia|Lamentations|Ezekiel|Daniel|Hosea|Joel|Amos|Obadiah|Jonah|Micah|Nahum|Habakkuk|Zephaniah|"
    r"Haggai|Zechariah|Malachi|Matthew|Mahte|Mark|Marku|Luke|Luka|John|Yohan|Acts|Romans|Roma|Corinthians|Galatians|Ephesians|Philippians|Colossians|Thessalonians|"
    r"Timothy|Titus|Philemon|Hebrews|Heberu|James|Yaku|Peter|Petru|Jude|Revelation) (?:daw )?\d{1,3}(?: ?: ?\d{1,3}(?:-\d{1,3})?)?"
    r"|(?:[\u1000-\u103f]{1,16}ကျမ်း|ဆာလံ(?:ကျမ်း)?|ယောဟန်|မဿဲ|မာကု|လုကာ|ရောမ|ဟေရှာယ|ကမ္ဘာဦး|ထွက်မြောက်ရာ) ?\d{1,3}(?: ?[:း] ?\d{1,3})?"
)
_MODEL = re.compile(
    r"(?<![\w/\-])(?:(?i:vivo|oppo|samsung|redmi|xiaomi|huawei|honor|realme|tecno|infinix|nokia|iphone|honda|yamaha|suzuki|kenbo|toyota|hino|"
    r"nissan|isuzu|mitsubishi|komatsu|caterpillar|hitachi|hyundai|sany|liugong)(?: (?:[A-Z]{0,3}-?\d{1,4}[A-Za-z]{0,2}|Note|Pro|Plus|Galaxy|Wave|Click|Dream|Hilux|"
    r"Canter|Probox|Fielder|Vigo|Dyna|Ranger))*|[A-Z]{1,3}-?\d{1,3}[A-Z]?|[A-Z][a-z]{1,3}-\d{1,3})(?![\w/\-])"
)
_CALL_SIGN = re.compile(
    r"(?i:\b(?:call ?signs?|radio names?|code ?names?|code ?words?)(?: (?:is|was|were|of|the))?)[ :,]{1,2}[\"']?(?P<it>[A-Z][\w\-]+)"
    r"|\b(?P<to>[A-Z][\w\-]+ (?:calling|to) [A-Z][\w\-]+)(?=,? (?:over|come in|do you|how do)\b)"
)
_ON_AIR = re.compile(r"\b([A-Z][a-z]{2,})(?: calling)? to ([A-Z][a-z]{2,})(?=[,.:!?])")
"""Phones, vehicles, aircraft and weapons by their make; what soldiers call themselves on the radio."""


_TITLED = re.compile(r"(?<![A-Za-z])(?:U|Daw|Ko|Ma|Mg|Maung|Saya|Sayama|Sara|Sarama|Mr\.?|Mrs\.?) $")
"""Behind these a town's name is somebody's."""


_NAME_BEHIND = re.compile(r" ([A-Z][a-z']+)")


@cache
def _units() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row) for row in entries("units"))


@cache
def _towns() -> re.Pattern[str]:
    """One expression for towns in Latin letters, longest first."""
    towns = sorted(entries("towns"), key=len, reverse=True)
    return re.compile(
        rf"(?<![\w'])(?=[A-Z]|hpakan|phakan)(?i:{'|'.join(map(re.escape, towns))}){_LAND}(?![\w'](?!s\b))"
    )


@cache
def _things() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One expression for things in Latin letters and one in Burmese ones, longest first."""
    rows = sorted(entries("things"), key=len, reverse=True)
    latin = "|".join(re.escape(row) for row in rows if row.isascii())
    native = "|".join(row for row in rows if not row.isascii())
    return re.compile(rf"(?<![\w'])(?:{latin})(?![\w'](?!s\b))"), re.compile(f"(?:{native})")


@cache
def _burmese_towns() -> re.Pattern[str]:
    places = sorted(entries("towns_burmese"), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(places)}){_LAND_BURMESE}")


def units(text: str) -> Iterator[Span]:
    """Yield armed groups and their formations in a folded text."""
    for pattern in _units():
        for match in pattern.finditer(text):
            end = match.end()
            while end > match.start() and text[end - 1] == " ":
                end -= 1
            if end > match.start():
                yield match.start(), end


def known(text: str) -> Iterator[Span]:
    """Yield public figures and towns; Burmese ones only where a word begins and ends."""
    for match in _towns().finditer(text):
        somebody = _TITLED.search(text, max(0, match.start() - 9), match.start())
        if (match[0][0].isupper() or match[0].lower() in ("hpakant", "phakant")) and not somebody:
            yield match.span()
    edges = _edges(text)
    yield from figures.find(text, edges)
    for match in _burmese_towns().finditer(text):
        start, end = match.span()
        if (start in edges and end in edges) or len(SYLLABLE.findall(match[0])) > 3:
            yield start, end


def things(text: str) -> Iterator[Span]:
    """Yield what is sold, said or suffered everywhere, laws, and places in the scriptures."""
    latin, native = _things()
    for match in latin.finditer(text):
        named = _NAME_BEHIND.match(text, match.end())
        somebody = _TITLED.search(text, max(0, match.start() - 9), match.start())
        if not somebody and not (named and is_element(named[1])):
            yield match.span()
    for match in (*native.finditer(text), *_SCRIPTURE.finditer(text), *_LAW.finditer(text)):
        yield match.span()


def _edges(text: str) -> frozenset[int]:
    """Return where words of Burmese begin or end, and where names do."""
    found = set[int]()
    for run in burmese.tokens(text):
        found.add(run[0].start)
        found.add(run[-1].end)
        for token in run:
            found |= {token.start, token.end}
    for match in burmese.RUN.finditer(text):
        for cut in SYLLABLE.finditer(match[0]):
            end = match.start() + cut.end()
            if text.startswith(burmese.particles(), end):
                found.add(end)
    return frozenset(found)


def makes(text: str) -> Iterator[Span]:
    """Yield phones, vehicles and weapons by their make, and names on the radio."""
    for match in _ON_AIR.finditer(text):
        if not any(is_element(word) for word in match.group(1, 2)):
            yield match.span()
    for match in (*_MODEL.finditer(text), *_CALL_SIGN.finditer(text)):
        yield match.span(next((g for g in ("it", "to") if match.groupdict().get(g)), 0))


def money(text: str) -> Iterator[Span]:
    """Yield prices, measures and counts in a folded text."""
    return (match.span() for match in _MONEY.finditer(text))
