"""Groups, relatives, unique callings, peoples and faiths that point at somebody (laptop)."""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.finder.words import Finding

_CAP = r"(?:[A-Z][\w'\-]{0,23}|St\.|[A-Z]\.)"
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


def find(text: str) -> Iterator[Finding]:
    """Yield groups, relatives, callings, peoples and faiths of a folded text."""
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
