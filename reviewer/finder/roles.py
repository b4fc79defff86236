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
    r"Transport|transport|Travels?|Express|Construction|Import|Export|Services?|Industries|Holdings|Youth|Club|Team|team|company|hpung|Hpung)"
)
_NEAR_KIN = "mother|father|mum|mom|dad|brother|sister|son|daughter|wife|husband|child|baby|parents"
_FAR_KIN = (
    "uncle|aunt|aunty|auntie|cousin|nephew|niece|grandmother|grandfather|grandma|grandpa|granny|grandson|granddaughter|grandchild|neighbou?r|fianc[eé]e?|boyfriend|girlfriend|"
    "twin|godson|goddaughter|godmother|godfather|brother-in-law|sister-in-law|son-in-law|daughter-in-law|father-in-law|mother-in-law|(?:brother|sister|son|daughter|father|mother) in law|"
    "stepfather|stepmother|stepson|stepdaughter|stepbrother|stepsister|half-brother|half-sister|widow|ex-wife|ex-husband|lodger|tenant|landlord|landlady|employer|boss"
)
_KIN = f"{_FAR_KIN}|{_NEAR_KIN}"
_WHICH = "elder|eldest|younger|youngest|oldest|older|second|third|fourth|first|only|late|twin|half|step|cousin|big|little|own|adopted|middle|former|first-born|firstborn|pregnant|disabled|deaf|blind"
_WHOSE = r"(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir)"
_ETHNIC = (
    "Kachin|Jinghpaw|Jingpo|Red Shan|(?:Shan|Tai)(?:[ \\-]?[Nn]i)?|Lisu|Rawang|Zaiwa|Lachik|Lachid|Lawngwaw|Maru|Lhaovo|Bamar|Burman|Rakhine|Arakanese|Karen|Kayin|Karenni|Chin|Naga|Mon|Palaung|Ta'?ang|"
    "Rohingya|Gurkha|Gorkha|Nepali|Chinese|Kokang|Indian|Tamil|Bengali|Kayah|Kadu|Kanan|Pa-?O|Wa|Lahu|Akha|Danu|Intha|Khamti|Pathi|Panthay"
)
_FAITH = (
    "Baptist|Roman Catholic|Catholic|Anglican|Christian|Buddhist|Muslim|Hindu|Sikh|Animist|Nat worshipper|Church of Christ|Assembl(?:y|ies) of God|Seventh[- ]day Adventist|Adventist|Methodist|"
    "Lutheran|Protestant|Pentecostal|Presbyterian|Jehovah's Witness(?:es)?"
)
_WHO = (
    "woman|man|girl|boy|family|families|mother|father|widow|widower|wife|husband|couple|trader|shopkeeper|driver|pastor|teacher|nurse|student|villager|migrant|worker|miner|monk|nun|elder|lady|guy|youth|"
    "teenager|grandmother|grandfather|farmer|cook|child|children|household|neighbou?r|friend|origin|descent|background|by birth|by faith|by race|speaker|convert"
)
_OFFICE = (
    "chair(?:man|woman|person)|secretary|treasurer|headman|headwoman|headmaster|headmistress|head|principal|leader|director|manager|administrator|clerk|deacon(?:ess)?|elder|organist|"
    "choir ?master|goalkeeper|captain|coach|editor|reporter|photographer|midwife|nurse|doctor|medic|dentist|pharmacist|surgeon|vet|librarian|abbot|priest|bishop|imam|caretaker|"
    "watchman|blacksmith|tailor|barber|carver|broker|auctioneer|surveyor|engineer|electrician|mechanic|welder|driver|cook|teacher|pastor|preacher|interpreter|spokes(?:man|woman|person)|"
    "founder|owner|representative|accountant|cashier|storekeeper|foreman|supervisor|translator|singer|drummer|matron|warden|registrar|magistrate|lawyer|judge"
)
_GRADE = "head|chief|senior|assistant|deputy|vice|former|retired|village|tract|ward|camp|church|school|youth|women's|clinic|mine|company|team|union|choir|football|sunday school|night|day|only|first|last"
_AFTER = r"(?:of|at|in|for|to|from|on) (?:the |our |a |an |my |this |that )?(?:[\w'\-]+ ){0,3}[\w'\-]+"

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("ORG", "a name with a noun for a group or company", rf"\b(?:{_CAP} (?:of |and |& |for )?){{1,5}}{_ORG}(?![\w'])"),
    ("ORG", "a name with a noun for a group or company", rf"\b(?:{_CAP} ){{1,4}}(?:lungseng |ja |hpaga |maw |mining |jade |gold |trading |gems )?(?:company|hpung|kampani|komiti|committee|association|foundation|lutpwa|kumpani)\b"),
    ("ORG", "a group or company between quotation marks",
     r"\b(?i:company|group|firm|association|society|enterprise|shop|store|hpung|kampani|kumpani|seng|committee|team|club|ကုမ္ပဏီ|အဖွဲ့|အသင်း|ဆိုင်)[ ,]{1,2}[\"'](?P<it>[A-Z][^\"'\n]{1,40})[\"']"),
    ("RELATIVE", "a relation that fits one person",
     rf"\b{_WHOSE} (?:(?:{_WHICH})[ \-]){{1,2}}(?:{_KIN})\b|\b{_WHOSE} (?:{_FAR_KIN})\b|\b{_WHOSE} (?:{_KIN})'s (?:(?:{_WHICH})[ \-]){{0,2}}(?:{_KIN})\b"
     rf"|\bmy (?:{_KIN}) (?:on|at|by|in) (?:the|my) [a-z']+ side\b|\b[Tt]he (?:(?:{_WHICH}) ){{0,2}}(?:{_KIN}) of (?:the|my|our|his|her) (?:[a-z'\-]+ )?[a-z\-]+(?: (?:in|on|at|from) (?:the )?[A-Za-z]+)?"),
    ("RELATIVE", "a relation in the field of a form",
     rf"(?m)(?:Relation(?:ship)?(?: to (?:the )?(?:victim|missing|witness))?|Kaning re daw) ?: ?(?P<it>(?:(?:{_WHICH}) )?[A-Za-z\-]{{3,20}})"),
    ("RELATIVE", "a relation that fits one person",
     r"\b(?i:nye|ngai(?: na| a)|shi(?: na| a)|tinang(?: a)?|anhte(?: na| a)|shanhte(?: na| a))(?: a| na)? ?(?:madu jan|madu wa|kahpu|kanau|kana|kasha|kawa|kanu|kawoi|kaji|kadwi|kanam|katsa|moi|rin|hkau|karat|dama|kashu|jiwa|jidwi|"
     r"mayu|num sha|la sha|manang|htingbu)\b(?: (?:kaba|kaji|htum|alat|shawng|shayi|shabrang|la|num|kaji htum|kaba htum|langai sha|lat|daw))*"),
    ("RELATIVE", "a relation that fits one person",
     r"\b(?:kyama|kyanma|kyunma|kyanaw|kyuntaw|kyundaw|nga)(?: yae| yay)? (?:yaukkyar|yaukya|yaukyar|mainma|meinma|thar|tha|thami|thamee|amay|amae|aphay|aphae|nyi|nyima|nyilay|ako|akogyi|ama|amagyi|maung|ulay|adaw|tu|tuma|myay|yaukkhama|thamet|chwayma)(?: (?:lay|gyi|agyi|angal|alat|a-gyi|a-nge))?\b"),
    ("OCCUPATION_UNIQUE", "the only one of its kind",
     r"\b(?:[Tt]he|[Oo]ur|[Aa]s the) (?:only|first|sole) (?:[\w'\-]+ ){0,4}[\w'\-]+ (?:of|in|at|for|from|on|who|that|here|there|left|to)\b(?: (?:the|our))?(?: [\w'\-]+){0,2}"),
    ("OCCUPATION_UNIQUE", "the only one of its kind",
     r"\b(?:[Tt]he )?[a-z\-]+(?: [a-z\-]+)?, the only one(?: here| there| left| in [\w ]{2,20})?|\b(?:the )?(?:driver|owner|teacher|nurse|cook|guard) of the only [a-z]+(?: (?:of|in) [A-Z][\w']+(?: [A-Z][\w']+)?)?"),
    ("OCCUPATION_UNIQUE", "a calling that one person has there",
     rf"\b(?:(?:[Tt]he|[Oo]ur|[Aa]n?|[Mm]y) )?(?:(?i:{_GRADE}) ){{0,3}}(?:{_OFFICE}) {_AFTER}(?=[.,;:)\n]|$| (?:who|and|is|was|said|told|had|came|ran)\b)"
     rf"|\b(?:[Tt]he|[Oo]ur) (?:(?:village|tract|ward|camp|church|school|youth|clinic|mine|choir|team|village tract|women's group) ){{1,2}}(?:{_OFFICE})\b"
     r"|\b(?:[Tt]he|a) (?:man|woman|girl|boy|one|guy|person) who (?:repairs?|mends?|sells?|teaches|plays|drives?|makes?|keeps?|cuts?|runs?|rings?|carves?|drove|taught|sold|ran|kept|played) (?:[\w'\-]+ ){0,4}[\w'\-]+"),
    ("OCCUPATION_UNIQUE", "the only one of its kind",
     r"\b(?:(?:[a-z\-]+) ){1,5}langai sha (?:nga ai|rai ai|re ai)(?: [a-z\-]+){0,3}|\b(?:mare|kahtawng|dabang|hpung|jawng|maw|ginra) (?:up|ningbaw|woi awn|salang|ginjaw|daju) [a-z]+\b"),
    ("OCCUPATION_UNIQUE", "a calling that one person has there",
     rf"\b(?:[Tt]he|[Oo]ur|[Aa]) (?:village|school|camp|church|ward|mine|clinic|company|quarter|hospital|monastery|parish|team|family|street|block)'s (?:(?i:{_GRADE}|own|old|new) ){{0,2}}(?:[a-z\-]+ ){{0,2}}(?:{_OFFICE}|goldsmith|carpenter|[a-z]{{3,}}(?:smith|maker|keeper|man|woman|ist))\b"
     r"|\b[Tt]he (?:one|single)-(?:legged|armed|eyed|handed|eared) [a-z]+|\b[Tt]he (?:lame|deaf|blind|mute|albino|crippled|limping|toothless|hunchbacked|deaf-mute|bearded|tattooed) (?:old |young )?[a-z]+(?: who [a-z]+(?: (?:the |our |my )?[a-z]+)?)?"),
    ("RELATIVE", "a relation that fits one person",
     r"\b(?i:kahtawng|mare|nawku|jawng|dabang|hpung|maw) (?:up|salang|sara|sarama|ningbaw|woi awn)(?: wa| jan| du)?(?: na| a)? (?:kasha|madu jan|madu wa|kanau|kahpu|kana|kawa|kanu|kashu|dama|moi)\b(?: (?:la|num|kaba|kaji|shadang|shayi))?"),
    ("OCCUPATION_UNIQUE", "a calling that one person has there",
     r"\b(?i:nawku jawng|jawng|tsi rung|dabang|mare|kahtawng|hpung) na (?:[a-z]+ ){0,2}(?:sara|sarama|sara wa|ningbaw|woi awn|daju|ginjaw)\b"),
    ("ETHNO_RELIGIOUS", "a people or a faith",
     rf"\b(?:Assembl(?:y|ies) of God|Seventh[- ][Dd]ay Adventists?|Jehovah's Witness(?:es)?|Church of Christ)\b|\b(?:belong to|members? of|converted to|raised|baptised|baptized)(?: as)?(?: an?| the)? (?P<it>(?:{_FAITH})(?: (?:church|faith|family))?)\b"
     rf"|\b(?i:ngai|anhte|shi|shanhte) gaw (?P<my>(?:{_ETHNIC}))\b|\b(?:makam|amyu) ?[:\-] ?(?P<too>(?:{_ETHNIC})|(?:{_FAITH}))"),
    ("ETHNO_RELIGIOUS", "a people or a faith", rf"\b(?:{_ETHNIC})(?:,| and)? (?:{_FAITH})s?\b(?: (?:{_WHO}))?|\b(?:{_ETHNIC})(?:[ \-](?:{_ETHNIC}))? (?:{_WHO})\b|\b(?:{_FAITH}) (?:{_WHO})\b|\b(?:{_ETHNIC})[ \-](?:{_ETHNIC})\b"
     rf"|\bethnic (?:{_ETHNIC})\b|\b(?:{_FAITH}),? (?:an? )?(?:{_ETHNIC})\b"),
    ("ETHNO_RELIGIOUS", "a people or a faith",
     rf"(?:\b(?:[Rr]eligion|[Ff]aith|[Ee]thnicity|[Ee]thnic(?: group)?|[Nn]ationality|[Rr]ace|[Tt]ribe|Makam|Amyu|lu ?myo|bartharyay) ?[:\-] ?|\b(?:I am|I'm|we are|[Ww]e're|is|are|am|was|were|being|half|part|became|born) (?:an? )?|\bwho is (?:an? )?|\b[fm], (?:\d\d, )?|\b(?:as|with) (?:an? )?)"
     rf"(?P<it>(?:(?:{_ETHNIC})|(?:{_FAITH})|Katolik|Hkalup|Hkristan|Buddha makam)(?: (?:{_FAITH}))?)(?! (?:soldier|army|troop|column|state|police|script|word|language|song|food|name|New Year|side|forces?|military|State))"),
    ("ETHNO_RELIGIOUS", "a people or a faith",
     rf"\b(?i:an?|we|us|fellow|half|ethnic|one|only|other|every|no|like|from a|of a|the)[ \-](?P<it>(?:(?:{_ETHNIC})|(?:{_FAITH}))s?)(?=[.,;:)\n]| who\b| from\b| like\b| by\b| and (?:he|she|I|we|they)\b| but\b| so\b|$)"),
    ("ETHNO_RELIGIOUS", "a people or a faith", rf"\b(?:{_ETHNIC})(?:,? (?:and|/) ?|/|, )(?:{_FAITH})\b|(?<=[,(/] )(?:(?:{_ETHNIC})|(?:{_FAITH}))(?=[,)/.;]|$)"),
    ("ETHNO_RELIGIOUS", "a people or a faith",
     r"\b(?:Lisu|Rawang|Sam(?: Hkamti)?|Zaiwa|Lachik|Lawngwaw|Miwa|Kala|Myen|Jinghpaw|Wunpawng) (?:masha|num|la|amyu(?:sha)?|dingla)\b|\b(?:Hkalup|Katolik|Hkristan|Buddha|Islam|Anglican) (?:hpung|makam)(?: (?:masha|shang|kam))?\b"),
)  # fmt: skip
_COMPILED = tuple((label, why, re.compile(pattern)) for label, why, pattern in _PATTERNS)
_MY_FAITH = re.compile(
    "(?:ကချင်|ဂျိန်းဖော|ရှမ်းနီ|ရှမ်း|လီဆူ|ရဝမ်|ဇိုင်ဝါး|ဗမာ|ရခိုင်|ကရင်နီ|ကရင်|ကယား|ချင်း|နာဂ|မွန်|ပလောင်|တအာင်း|ရိုဟင်ဂျာ|ဂေါ်ရခါး)"
    " ?(?:ခရစ်ယာန်|ဗုဒ္ဓဘာသာ|နှစ်ခြင်း|ကက်သလစ်|မွတ်စလင်|အစ္စလာမ်|ဟိန္ဒူ|လူမျိုး|တိုင်းရင်းသား)(?:ဝင်)?"
    "|(?:ရိုမန် ?ကက်သလစ်|ကက်သလစ်|ဗုဒ္ဓဘာသာ|ခရစ်ယာန်|အစ္စလာမ်|ဟိန္ဒူ|မွတ်စလင်|နှစ်ခြင်း)(?:ဝင်|ဘာသာ)?(?=[ ၊။\n]|$|ပါ)"
    "|(?:ရှမ်းနီ|လီဆူ|ရဝမ်|ရခိုင်|ကရင်|ဗမာ|ချင်း|နာဂ)(?=လေသံ|ပါ[၊။ ]|လူမျိုး)"
)
_MY_PEOPLE = "(?:ကချင်|ဂျိန်းဖော|ရှမ်းနီ|ရှမ်း|လီဆူ|ရဝမ်|ဇိုင်ဝါး|လချိတ်|လော်ဝေါ်|ဗမာ|ရခိုင်|ကရင်နီ|ကရင်|ကယား|ချင်း|နာဂ|မွန်|ပလောင်|တအာင်း|ရိုဟင်ဂျာ|ဂေါ်ရခါး|တရုတ်|ကုလား|နီပေါ)"
_MY_ORIGIN = re.compile(
    f"{_MY_PEOPLE}(?: ?(?:မိသားစု|အမျိုးသမီး|အမျိုးသား|အိမ်ထောင်စု|လူငယ်|ကလေးမ|မိန်းကလေး|မုဆိုးမ))"
    f"|(?:လူမျိုး|ဇာတိ) ?[:\\-—] ?(?P<it>{_MY_PEOPLE})|(?:အမေ|အဖေ|မိခင်|ဖခင်|အဘွား|အဘိုး|ယောက်ျား|မိန်းမ)က ?(?P<my>{_MY_PEOPLE})(?=[ ၊။]|$|ပါ|လူမျိုး|မ(?![\u102b-\u103e]))"
)
_MY_BODY = re.compile("(?:ခြေတစ်ဖက်ပြတ်|ခြေထောက်တစ်ဖက်ပြတ်|လက်တစ်ဖက်ပြတ်|မျက်လုံးတစ်ဖက်|မျက်မမြင်|နားမကြားတဲ့|ဆွံ့အ|ခြေဆွံ့) ?[\u1000-\u103f]{2,16}?(?=က(?![\u102b-\u103e])|ကို|[ ၊။]|$)")
_MY_KIN = re.compile(
    "(?:သူကြီး|ရွာလူကြီး|အုပ်ချုပ်ရေးမှူး|ဘုန်းကြီး|ဆရာတော်|ဆရာကြီး|သင်းအုပ်ဆရာ|ကျောင်းအုပ်ကြီး|ကျောင်းအုပ်|ဆရာဝန်|တွင်းပိုင်ရှင်|ဆိုင်ရှင်|ကုမ္ပဏီပိုင်ရှင်)(?:ရဲ့|၏) ?(?:ဒုတိယမယား|မယားကြီး|မယားငယ်|မယား|ဇနီး|မိန်းမ|ယောက်ျား|သားမက်|သမက်|ချွေးမ|သား|သမီး|တူမ|တူ|ညီမ|ညီ|အစ်ကို|အစ်မ|မြေး)|"
    "(?:ကျွန်တော့်|ကျွန်မရဲ့|ကျွန်မ|ကျနော့်|ကျမ|ငါ့|ကျွန်တော်ရဲ့) ?(?:ညီမ|ညီ|အစ်ကို|အစ်မ|မောင်|နှမ|သား|သမီး|ယောက်ျား|ခင်ပွန်း|ဇနီး|ဦးလေး|အဒေါ်|တူမ|တူ|မြေး|ယောက္ခမ|သမက်|ချွေးမ|ဝမ်းကွဲ)"
    "(?:ဝမ်းကွဲ|အရင်း|အကြီးဆုံး|အငယ်ဆုံး|အကြီး|အငယ်|လေး|ကြီး)?"
    "|(?:အစ်မ|အစ်ကို|ညီမ|ညီ|မောင်|နှမ|သမီး|သား|ချွေးမ)(?:အရင်း|အကြီးဆုံး|အငယ်ဆုံး|အကြီး|အငယ်|ဝမ်းကွဲ)"
)
_MY_ONLY = re.compile("[\u1000-\u103f]{0,40}(?:တစ်ယောက်တည်း|တစ်ဦးတည်း|တစ်စီးတည်း|တစ်ခုတည်း)(?:သော|ရှိတဲ့|ရှိသော|သာရှိတဲ့) ?[\u1000-\u103f]{2,30}?(?=ပါ|က(?![\u102b-\u103e])|ကို|[ ၊။]|$)")


def _told(match: re.Match[str]) -> tuple[int, int]:
    """The part of a match that has a name, or all of it."""
    return match.span(next((name for name, words in match.groupdict().items() if words), 0))


def find(text: str) -> Iterator[Finding]:
    """Yield groups, relatives, callings, peoples and faiths of a folded text."""
    for label, why, pattern in _COMPILED:
        for match in pattern.finditer(text):
            yield Finding(*_told(match), label, why)
    for pattern, label, why in (
        (_MY_FAITH, "ETHNO_RELIGIOUS", "a people or a faith"),
        (_MY_ORIGIN, "ETHNO_RELIGIOUS", "a people or a faith"),
        (_MY_BODY, "OCCUPATION_UNIQUE", "the only one of its kind"),
        (_MY_KIN, "RELATIVE", "a relation that fits one person"),
        (_MY_ONLY, "OCCUPATION_UNIQUE", "the only one of its kind"),
    ):
        for match in pattern.finditer(text):
            yield Finding(*_told(match), label, why)
