"""Small places, addresses, groups, relatives and callings in Latin letters (laptop)."""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from reviewer.finder.latin import elements, language
from reviewer.finder.words import Finding, entries, lowered
from reviewer.zawgyi import Span

_CAP = r"(?:[A-Z][\w'\-]{0,23}|St\.|[A-Z]\.)"
_MODIFIER = (
    "idp|video|prayer|beer|tea|petrol|fuel|phone|mobile|cosmetics|gold|jade|ice|training|primary|middle|high|"
    "sunday|football|basketball|youth|bible|noodle|rice|cement|water|stone|ferry|police|army|old|new|big|small|"
    "upper|lower|east|west|north|south|shan|cosmetics|bus|train|railway|betel|karaoke|car|motorbike|repair|sawmill|"
    "brick|fish|night|morning|monks'?|nuns'?|grand|ward|main|back|front|side|wash|relief|refugee|displaced|"
    "snooker|computer|tailor|barber|drug|dental|eye|family|baptist|catholic|lutheran|anglican|assembly"
)
_FUNCTION = "(?:the|a|an|to|in|at|from|and|of|near|by|was|is|are|our|my|his|her|their|this|that|on|with|for|we|they|i|he|she|it)"
_KACHIN = "nawku|hpalap|tsi|hpyen|yen|phone|dut|video|ball|hkalup|hpun|shagau|jut|lam|goi|gat|baw|kaba|kaji|ginru|ramma|num|ma|laika|sara|mung|masha|bum"
_NEAR = r"(?:of|at|near|nr|by|behind|opposite|in|on|above|below|beside|from|next to|close to|up from|called|named|outside|inside|under|after|before)"
_BEFORE_LOWER = re.compile(r"[A-Za-z']+")
_ORG = (
    r"(?:Co\.?(?:,? Ltd\.?)?|Company|Ltd\.?|Enterprises?|Mining(?: Company| Group)?|Gems|Group|Society|Association|"
    r"Circle|Committee|Foundation|Network|Union|Fellowship|Congregation|congregation|Trading|Brothers|Cooperative|"
    r"Youth|Club|Team|team|company|hpung|Hpung)"
)
_KIN = (
    "mother|father|brother|sister|son|daughter|wife|husband|uncle|aunt|aunty|cousin|nephew|niece|grandmother|"
    "grandfather|grandson|granddaughter|neighbou?r|fianc[eé]e?|boyfriend|girlfriend|twin|godson|goddaughter|"
    "brother-in-law|sister-in-law|son-in-law|daughter-in-law|father-in-law|mother-in-law|stepfather|stepmother|stepson"
)
_WHICH = "elder|eldest|younger|youngest|oldest|older|second|third|first|only|late|twin|half|step|cousin|big|little|own|adopted"
_ETHNIC = "Kachin|Jinghpaw|Shan(?:[ \\-]?[Nn]i)?|Lisu|Rawang|Zaiwa|Lachik|Lawngwaw|Bamar|Burman|Rakhine|Arakanese|Karen|Kayin|Karenni|Chin|Naga|Mon|Palaung|Ta'?ang|Rohingya|Gurkha|Gorkha|Chinese|Indian|Kayah|Pa-?O|Wa"
_FAITH = "Baptist|Roman Catholic|Catholic|Anglican|Christian|Buddhist|Muslim|Hindu|Animist|Church of Christ|Assembl(?:y|ies) of God|Adventist|Methodist|Lutheran|Protestant"

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("ORG", "a name with a noun for a group or company", rf"\b(?:{_CAP} (?:of |and |& )?){{1,5}}{_ORG}(?![\w'])"),
    ("RELATIVE", "a relation that fits one person",
     rf"\b(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir) (?:(?:{_WHICH}) ){{1,2}}(?:{_KIN})\b|\bmy (?:{_KIN}) (?:on|at|by|in) the [a-z]+ side\b"
     rf"|\b[Tt]he (?:{_KIN}) of the [a-z]+ (?:in|on|at|from) the [a-z]+"),
    ("RELATIVE", "a relation in the field of a form",
     rf"(?m)(?:Relation(?:ship)?(?: to (?:the )?(?:victim|missing|witness))?|Kaning re daw) ?: ?(?P<it>(?:(?:{_WHICH}) )?[A-Za-z\-]{{3,20}})"),
    ("RELATIVE", "a relation that fits one person", r"\b(?:[Nn]ye a?|[Ss]hi a|[Nn]ye) ?(?:kahpu|kanau|kana|kasha|kawa|kanu|kawoi|kaji|kadwi|kanam|moi|hkau|karat|dama)\b(?: kaba| kaji| htum)?"),
    ("OCCUPATION_UNIQUE", "the only one of its kind", r"\b[Tt]he only (?:[\w'\-]+ ){1,5}(?:of|in|at|for|from|on|who|that|here)\b(?: the)?(?: [A-Z][\w'\-]*){0,3}"),
    ("OCCUPATION_UNIQUE", "the only one of its kind",
     r"\b(?:[Tt]he )?[a-z\-]+(?: [a-z\-]+)?, the only one(?: here| there| left| in [\w ]{2,20})?|\b(?:the )?(?:driver|owner|teacher|nurse|cook|guard) of the only [a-z]+(?: (?:of|in) [A-Z][\w']+(?: [A-Z][\w']+)?)?"),
    ("ETHNO_RELIGIOUS", "a people or a faith", rf"\b(?:{_ETHNIC})(?:,)? (?:{_FAITH})\b|\b(?:{_ETHNIC}), (?:{_FAITH})"),
    ("ETHNO_RELIGIOUS", "a people or a faith",
     rf"(?:\b(?:[Rr]eligion|[Ff]aith|[Ee]thnicity|[Rr]ace|Makam|Amyu) ?: ?|\b(?:I am|we are|is|are|am|was|were) (?:an? )?|\bwho is (?:an? )?|\b[fm], (?:\d\d, )?|\bwith )(?P<it>(?:(?:{_ETHNIC})|(?:{_FAITH})|Katolik|Hkalup|Hkristan)(?: (?:{_FAITH}))?)(?! (?:soldier|army|troop|column|state|police|script|word))"),
)  # fmt: skip
_COMPILED = tuple((label, why, re.compile(pattern)) for label, why, pattern in _PATTERNS)

_HOUSE = (
    r"(?:(?:House|House no\.?|No\.?|Room|Flat|Apartment|Apt\.?|Unit|Plot|Lot|Building|Block|Row|Nta nambat|Nambat|Nta)"
    r" ?#?\(?\d{1,5}(?:[\-/ ]?[A-Z](?![a-z]))?\)?|(?:Row|Block|Lane) [A-Z](?![a-z])|\d{1,4}(?:-?[A-Z])?(?=,? (?:[A-Z][a-z]{1,23} ){1,3}(?:Road|Rd|Street|St|Lane|Avenue|lam))"
    r"|(?i:(?:\d(?:st|nd|rd|th)|first|second|third|last) house(?: on the)? (?:left|right)(?: side)?))"
)
_STREET = (
    r"(?:(?<!\w)(?:[A-Z0-9][\w'\-]{0,23} ){1,3}(?:Road|Rd\.?|Street|St\.?|Lane|Avenue|Ave\.?|road|street|st|lane|lam|lan)\b"
    r"|(?i:ward|quarter|lawk|section|qtr) ?(?:no\.? ?)?\(?\d{1,2}\)?)"
)
_ADDRESS = re.compile(rf"{_HOUSE}(?:[,.] ?(?:{_HOUSE}|{_STREET})){{0,4}}|{_STREET}(?:, ?(?:{_STREET}|{_HOUSE})){{1,3}}")
_MY_HOUSE = r"(?:(?<!မှု)(?:အိမ်အမှတ်|အိမ်|အမှတ်|အခန်း|တိုက်|အတန်း) ?(?:\(?\d{1,4}\)?(?: ?[\u1000-\u1021](?![\u102b-\u103e]))?(?:\([\u1000-\u1021]\))?|\([\u1000-\u1021]\)))"
_MY_STREET = r"(?:[\u1000-\u103f]{2,30}လမ်း(?:မ)?(?: ?\(?\d{1,3}\)?)?|\d{1,2} ?ရပ်ကွက်|ရပ်ကွက်(?:ကြီး)? ?\(?\d{1,2}\)?|[\u1000-\u103f]{2,24}ရပ်ကွက်)"
_MY_ADDRESS = re.compile(
    rf"{_MY_HOUSE}(?:[ ၊,]{{1,2}}(?:{_MY_HOUSE}|{_MY_STREET})){{1,4}}|{_MY_STREET}(?:[ ၊,]{{1,2}}(?:{_MY_STREET}|{_MY_HOUSE})){{1,4}}"
    r"(?: ?(?:ဘယ်ဘက်|ညာဘက်)[\u1000-\u103f]{0,14}အိမ်)?"
)
_PLANT = re.compile(
    r"\b[Tt]he (?:ice|saw|rice|brick|jade|gold|cement|water|power|stone|sugar|paper|tile|lime|bottle|candle|oil) "
    r"(?:factory|mill|crusher|plant|depot|workshop|works|tower|tank)\b"
)
_MY_FAITH = re.compile(
    "(?:ကချင်|ဂျိန်းဖော|ရှမ်းနီ|ရှမ်း|လီဆူ|ရဝမ်|ဇိုင်ဝါး|ဗမာ|ရခိုင်|ကရင်နီ|ကရင်|ကယား|ချင်း|နာဂ|မွန်|ပလောင်|တအာင်း|ရိုဟင်ဂျာ|ဂေါ်ရခါး)"
    " ?(?:ခရစ်ယာန်|ဗုဒ္ဓဘာသာ|နှစ်ခြင်း|ကက်သလစ်|မွတ်စလင်|အစ္စလာမ်|ဟိန္ဒူ|လူမျိုး|တိုင်းရင်းသား)(?:ဝင်)?"
    "|(?:ရိုမန် ?ကက်သလစ်|ကက်သလစ်|ဗုဒ္ဓဘာသာ|ခရစ်ယာန်|အစ္စလာမ်|ဟိန္ဒူ|မွတ်စလင်|နှစ်ခြင်း)(?:ဝင်|ဘာသာ)?(?=[ ၊။\n]|$|ပါ)"
    "|(?:ရှမ်းနီ|လီဆူ|ရဝမ်|ရခိုင်|ကရင်|ဗမာ|ချင်း|နာဂ)(?=လေသံ|ပါ[၊။ ]|လူမျိုး)"
)
_MY_KIN = re.compile(
    "(?:ကျွန်တော့်|ကျွန်မရဲ့|ကျွန်မ|ကျနော့်|ကျမ|ငါ့|ကျွန်တော်ရဲ့) ?(?:ညီမ|ညီ|အစ်ကို|အစ်မ|မောင်|နှမ|သား|သမီး|ယောက်ျား|ခင်ပွန်း|ဇနီး|ဦးလေး|အဒေါ်|တူမ|တူ|မြေး|ယောက္ခမ|သမက်|ချွေးမ|ဝမ်းကွဲ)"
    "(?:ဝမ်းကွဲ|အရင်း|အကြီးဆုံး|အငယ်ဆုံး|အကြီး|အငယ်|လေး|ကြီး)?"
    "|(?:အစ်မ|အစ်ကို|ညီမ|ညီ|မောင်|နှမ|သမီး|သား|ချွေးမ)(?:အရင်း|အကြီးဆုံး|အငယ်ဆုံး|အကြီး|အငယ်|ဝမ်းကွဲ)"
)
_MY_ONLY = re.compile("[\u1000-\u103f]{0,40}(?:တစ်ယောက်တည်း|တစ်ဦးတည်း|တစ်စီးတည်း|တစ်ခုတည်း)(?:သော|ရှိတဲ့|ရှိသော|သာရှိတဲ့) ?[\u1000-\u103f]{2,30}?(?=ပါ|က(?![\u102b-\u103e])|ကို|[ ၊။]|$)")


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    heads = "|".join(sorted(map(re.escape, entries("place_heads")), key=len, reverse=True))
    kachin = "|".join(sorted(map(re.escape, entries("place_heads_kachin")), key=len, reverse=True))
    part = rf"{_CAP}|No\. ?\d{{1,2}}|\d{{1,2}}"
    named = rf"(?<![A-Z0-9'])(?:{part}) (?:(?:{part}|of) ){{0,5}}(?:(?i:{_MODIFIER}) ){{0,2}}(?i:{heads})s?\b(?: (?:No\.? ?)?\d{{1,3}}\b)?"
    there = rf"{_NEAR} (?:the |a |our )?(?:[a-z]+ )?(?:{_CAP} ){{0,4}}{_CAP}(?: (?:(?i:{_MODIFIER}) ){{0,2}}(?i:{heads})\b)?"
    return (
        re.compile(rf"(?:[Tt]he )?{named}(?:,? {there})?"),
        re.compile(rf"\b(?:[Tt]he |[Aa]n? |[Oo]ur )?(?:\b(?!{_FUNCTION} )[a-z']+ ){{0,2}}(?:{heads}) (?:{there})(?: {there})?"),
        re.compile(
            rf"\b(?:{_CAP} ){{1,5}}(?:na )?(?:(?:{_KACHIN}) ){{0,3}}(?:{kachin})\b(?! (?:ai|mat|sai))"
            rf"(?: (?:jut |hpang |brang )?na(?: [a-z\-]+){{1,3}})?(?: \d{{1,3}}\b)?"
        ),
    )  # fmt: skip


@cache
def _fine() -> re.Pattern[str]:
    names = sorted((e for e in entries("fine_places") if e.isascii()), key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?i:{'|'.join(map(re.escape, names))})(?!\w)")


def _named(text: str, start: int, end: int) -> bool:
    """Say whether a frame holds a capitalised word that is neither common nor a place noun."""
    words = re.findall(r"[A-Z][\w'\-]*", text[start:end])
    plain = lowered("english_words") | lowered("keep_words") | lowered("place_heads") | lowered("kachin_words")
    return any(w.lower() not in plain or w.lower() in elements() for w in words) or bool(
        re.search(r"No\. ?\d", text[start:end])
    )


def tells(text: str, finding: Finding, kept: Iterable[Span]) -> bool:
    """Say whether a place, address or group names more than a town or unit that is kept."""
    rest = text[finding.start : finding.end]
    if finding.label in ("ADDRESS", "OCCUPATION_UNIQUE") or not rest.isascii():
        return True
    for start, end in kept:
        if finding.start < end and start < finding.end:
            a, b = max(start, finding.start) - finding.start, min(end, finding.end) - finding.start
            rest = rest[:a] + " " * (b - a) + rest[b:]
    return (rest.islower() and rest == text[finding.start : finding.end]) or _named(rest, 0, len(rest))


def _trimmed(text: str, start: int, end: int) -> int:
    """Move the start past capitalised words that only open the sentence."""
    for match in re.finditer(r"[\w'.\-]+ ?", text[start:end]):
        word = match[0].strip(" .'").lower()
        opens = match[0][0].isupper() and word not in ("the", "a", "an", "our", "no")
        plain = word in lowered("english_words") or word in lowered("kachin_words")
        if not opens or not plain or word in elements():
            return start + match.start()
    return start


_CASE = frozenset("mhar mha hma ka ko nae ne tal tae lo twe a par pyi kya thwar nya nay ma si htae".split())


def _lower_frames(text: str, spoken: str) -> Iterator[Finding]:
    """Yield place nouns behind words that are not English, in texts without capitals."""
    heads = lowered("place_heads") | lowered("place_heads_kachin")
    plain = _CASE if spoken == "lmy" else lowered("english_words") | heads
    words = list(_BEFORE_LOWER.finditer(text))
    for i, head in enumerate(words):
        if head[0] not in heads:
            continue
        j = i
        while j and i - j < 4 and text[words[j - 1].end() : words[j].start()] == " " and (
            words[j - 1][0].islower() and words[j - 1][0] not in plain
        ):
            j -= 1
        if i - j >= 2:
            yield Finding(words[j].start(), head.end(), "PLACE_FINE", "a name with a place noun")


@cache
def _chains() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    heads = "|".join(sorted(map(re.escape, entries("place_heads")), key=len, reverse=True))
    native = "|".join(sorted(entries("place_heads_burmese"), key=len, reverse=True))
    return (
        re.compile(
            rf"(?:\b(?:[Tt]he|[Aa]n?|[Oo]ur) )?(?:\b(?!{_FUNCTION} )[a-z'\-]+ ){{0,2}}"
            rf"\b(?:{heads})(?: \d{{1,3}})?(?:,| (?:up )?{_NEAR}(?: the)?)? $"
        ),
        re.compile(
            rf"(?:'s)?(?: (?:{_MODIFIER}))?(?: (?:{heads}))+\b(?: \d{{1,3}}\b)?"
            rf"|,? (?:[Ww]ard|[Qq]uarter|[Bb]lock|[Rr]ow|[Cc]ompound|lawk) \d{{1,3}}(?:, [a-z]+ (?:street|road|lane))?| ?(?:{native})(?![\u102b-\u103e])"
        ),
        re.compile(rf",? (?:{_NEAR}|na) (?:the )?|, | "),
    )  # fmt: skip


def chained(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield places with the place nouns around them, and neighbouring places as one."""
    left, right, link = _chains()
    merged = list[Finding]()
    for finding in sorted(found, key=lambda f: (f.start, f.end)):
        start, end = finding.start, finding.end
        if finding.label == "PLACE_FINE":
            window = max(0, start - 60)
            if before := left.search(text[window:start]):
                start = window + before.start()
            if after := right.match(text, end):
                end = after.end()
            last = merged[-1] if merged else None
            if last and (start <= last.end or link.fullmatch(text, last.end, start)):
                merged[-1] = Finding(last.start, max(end, last.end), "PLACE_FINE", last.reason)
            else:
                merged.append(Finding(start, end, "PLACE_FINE", finding.reason))
    return iter(merged)


def find(text: str) -> Iterator[Finding]:
    """Yield small places, addresses, groups, relatives and callings of a folded text."""
    for match in (*_ADDRESS.finditer(text), *_MY_ADDRESS.finditer(text)):
        yield Finding(*match.span(), "ADDRESS", "a house, a street or both")
    for pattern in _frames()[: 3 if language(text) == "kac" else 2]:
        for match in pattern.finditer(text):
            start = _trimmed(text, *match.span())
            if _named(text, start, match.end()):
                yield Finding(start, match.end(), "PLACE_FINE", "a name with a place noun")
    for match in _fine().finditer(text):
        yield Finding(*match.span(), "PLACE_FINE", "a village or tract of the region")
    if (spoken := language(text)) != "kac":
        yield from _lower_frames(text, spoken)
    for match in _PLANT.finditer(text):
        yield Finding(*match.span(), "PLACE_FINE", "a works of which there are few")
    for label, why, pattern in _COMPILED:
        for match in pattern.finditer(text):
            yield Finding(*match.span("it" if "it" in pattern.groupindex else 0), label, why)
    for pattern, label, why in (
        (_MY_FAITH, "ETHNO_RELIGIOUS", "a people or a faith"),
        (_MY_KIN, "RELATIVE", "a relation that fits one person"),
        (_MY_ONLY, "OCCUPATION_UNIQUE", "the only one of its kind"),
    ):
        for match in pattern.finditer(text):
            yield Finding(*match.span(), label, why)
