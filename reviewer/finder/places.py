"""Small places, addresses, groups, relatives and callings in Latin letters (laptop)."""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from reviewer.finder.lexicon import elements, english, function_words, language, ordinary
from reviewer.finder.words import Finding, entries, is_kept, listed, lowered
from reviewer.zawgyi import Span

_CAP = r"(?:[A-Z][\w'\-]{0,23}|St\.|[A-Z]\.)"
_MODIFIER = (
    "idp|video|prayer|beer|tea|petrol|fuel|phone|mobile|cosmetics|gold|jade|ice|training|primary|middle|high|"
    "sunday|football|basketball|youth|bible|noodle|rice|cement|water|stone|ferry|police|army|old|new|big|small|"
    "upper|lower|east|west|north|south|shan|cosmetics|bus|train|railway|betel|karaoke|car|motorbike|repair|sawmill|"
    "brick|fish|night|morning|monks'?|nuns'?|grand|ward|main|back|front|side|wash|relief|refugee|displaced|"
    "snooker|computer|tailor|barber|drug|dental|eye|family|baptist|catholic|lutheran|anglican|assembly|"
    "beauty|electronics?|hardware|grocery|clothing|textile|gem|gemstone|jewel(?:le)?ry|photo|copy|printing|internet|game|pool|billiards?|massage|tyre|tire|spare parts|battery|welding|iron|"
    "timber|teak|bamboo|charcoal|firewood|flour|meat|pork|chicken|duck|pig|poultry|cow|buffalo|vegetable|fruit|flower|banana|coffee|juice|liquor|wine|snack|curry|dumpling|barbecue|transit|"
    "customs|toll|health|medical|maternity|vocational|technical|nursing|teachers'?|theological|mission|monastic|state|government|private|boarding|day care|children's|women's|men's|girls'?|boys'?|"
    "cutting|polishing|washing|sorting|dumping|loading|truck|excavator|backhoe|machine|diesel|gas|explosives|powder|raw|hot spring"
)
_FUNCTION = "(?:the|a|an|to|in|at|from|and|of|near|by|was|is|are|our|my|his|her|their|this|that|on|with|for|we|they|i|he|she|it)"
_FAITHS = "Hkalup|Katolik|KBC|RC|AG|COC|CBC|LBC|Baptist|Catholic|Anglican|Lutheran|Methodist|Adventist|Hkristan"
_ENDS_KACHIN = (
    "(?:gaw|hpe|hte|kaw|de|hta|ni|ai|sai|ma|mat|wa|sa|da|kau|dat|nga|taw|yan|hku|mung|majaw|matu|shaloi|jang|bai|naw|she|sha|ngu|nna|rai|re|law|"
    "grai|yawng|langai|lahkawng|masum|shi|ngai|anhte|shanhte|nanhte|ndai|dai|wora|hto|ka|ko|ku|mhar|nae|yae|lo|tal|pyi|hpa|kadai|rim|gap|si|tsun|nan|lu|ra|mi|du|htum)"
)
_NEAR = r"(?:of|at|near|nr|by|behind|opposite|in|on|above|below|beside|from|next to|close to|up from|called|named|outside|inside|under|after|before)"
_BESIDE = (
    "(?:of|at|in|near|nr|by|behind|opposite|next to|close to|beside|beneath|above|below|under|over|past|after|before|outside|inside|beyond|between|across from|along|on|"
    "up from|down from|in front of|at the (?:end|top|foot|back|corner|bend|mouth|edge|entrance) of|around|facing|called|named)"
)
_BEINGS = (
    "soldiers?|m[ae]n|wom[ae]n|people|army|troops?|villagers?|boys?|girls?|child(?:ren)?|body|bodies|father|mother|brothers?|sisters?|wi(?:fe|ves)|husband|sons?|daughters?|families|family|friends?|"
    "guards?|miners?|workers?|bosse?s?|police|fight(?:ing|ers?)|attack|shelling|bomb(?:ing|s)?|drones?|day|night|morning|evening|week|month|year|name|news|battle|column|dead|others?|rest|owner|"
    "wounded|whole|same|way|time|case|list|number|phone|money|truth|reason|names|start|end|middle|side|first|last"
)
_SAINT = re.compile(r"\b(?:St\.?|Saint|Our Lady of(?: the)?|Sacred Heart(?: of)?|Holy (?:Cross|Family|Rosary|Trinity)(?: of)?|Queen of)(?: [A-Z][\w\-]+(?:'s)?){1,3}")
_CONGREGATION = re.compile(r"\b(?:[A-Z][a-z'\-]+ ){1,3}(?:KBC|RC|AG|COC|LBC|CBC|ZBC|RBC|MBC|UPC|SDA|ACC)\b(?: (?:church|Church|nawku jawng|school))?")
_FAITHFUL = re.compile(
    rf"\b(?:{_FAITHS}) (?:nawku (?:jawng|htingnu|hpung)|jawng|tsi rung|dabang|hpung jawng)\b(?: (?:jut|hpang|makau|shawng|kata) na [a-z]+(?: [a-z]+)?)?"
    r"|\b(?:mare|kahtawng|lawk|dabang) (?:na|a) (?:nawku jawng|jawng|tsi rung|chyinghka|gat|salang nta)\b"
    r"|\b(?:jut|hpang|makau|shawng|kata|npu|lapran|pawt) na (?:nta|jawng|seng|gat|chyinghka|hpun kaba|gawk|tsi rung|sun|yi|maling|lup)(?: (?:kaba|kaji|ahpraw|ahkyeng|tsit|hpraw|nnan|dingsa))?\b"
)
_MILE = re.compile(r"\b(?:\d{1,3}|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Tt]welve|[Ff]ifteen|[Tt]wenty)[ \-]?[Mm]ile (?:camp|gate|village|market|bridge|checkpoint|bazaar|mine|post|ward|hill)\b|\b[Mm]ile(?:post|stone)? \d{1,3}\b(?: (?:camp|gate|village|market|bridge|checkpoint|bazaar|mine))?")
_SCHOOL = re.compile(r"\bB\.?E\.?(?:H\.?S|M\.?S|P\.?S|H\.?C)\b\.?(?:,? ?\(?(?:No\.? ?|Branch ?)?\(?\d{1,3}\)?)?(?:,? \(?[Bb]ranch\)?)?")
_TOWN_PART = re.compile(r"\b(?:back|front|side|main|upper|lower|old|new|north|south|east|west|middle|first|second|third|[Bb]aptist|[Cc]atholic|KBC|RC|AG|[Aa]nglican|[Ll]isu|[Bb]ible|[Tt]heological|[Pp]rimary|[Hh]igh|[Bb]oarding|[Mm]ission)(?: (?:high|middle|primary|bible|theological))? (?:gate|seminary|college|hostel|clinic|hall|chapel|bridge|market|bazaar|camp|ferry|jetty|school|church|checkpoint|ward|quarter|cemetery|ground)\b")
"""What makes a small place of a town's name before it."""
_BEFORE_LOWER = re.compile(r"[A-Za-z']+")
_NO = r"\(?(?:[A-Z]-)?\d{1,5}(?:[\-/ ]?(?:\([A-Z\d]{1,2}\)|[A-Z](?![A-Za-z])|\d{1,3}(?![\d:])))?\)?"
_HOUSE = (
    rf"(?:\b(?i:house|home|hse|room|rm|flat|apartment|apt|plot|lot|building|bldg|block|lane|door|nta|ein|eain|ain|tite)\.?"
    rf"(?i: ?(?:no\.?|number|nambat|hkum|amhat|#))? ?#?{_NO}(?! (?i:kyat|lakh|men|people|soldiers|years|days|months|am\b|pm\b))"
    rf"|\b(?:Row|Block|Lane|Room|Building|House) [A-Z](?![A-Za-z])|\b{_NO}(?=,? (?:[A-Z][a-z]{{1,23}} ){{1,3}}(?i:road|rd|street|st|lane|avenue|lam|lan)\b)"
    r"|(?i:\b(?:the )?(?:\d(?:st|nd|rd|th)|first|second|third|fourth|last|corner|end|blue|green|red|white|yellow|brown|brick|wooden|bamboo|two[- ]stor(?:e?y|ied)) house(?: on the (?:left|right|corner)(?: side)?| (?:left|right)(?: side)?)?)"
    r"|(?i:\bthe (?:house|hut|shop|tent|room) with (?:the|a) [a-z]+(?: [a-z]+)?))"
)
_PART = (
    rf"(?:\b(?i:no|number|nambat|unit|row|shop|stall|gawk|khan|floor|level|shed|tent|hut|barracks?|compound|#)\.?(?i: ?(?:no\.?|nambat|hkum|#))? ?#?(?:{_NO}|[A-F](?![A-Za-z]))"
    r"|(?i:\b(?:\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|last|back|front|top) (?:floor|row|tent|hut|room|door|gate|shed))|#\d{1,4})"
)
_STREET = (
    r"(?:(?<!\w)(?:[A-Z0-9][\w'\-]{0,23} ){1,3}(?:Road|Rd\.?|Street|St\.?|Lane|Avenue|Ave\.?|Quarter|Ward|Qtr\.?|Block|Compound|road|street|st|lane|lam|lan|quarter|ward|compound|lawk|yatkwet|yat kwet)\b"
    r"|(?i:\b(?:ward|quarter|lawk|qtr|lane|street|road|yatkwet|yat kwet)) ?(?i:no\.? ?|nambat )?\(?(?:\d{1,3}|[A-Z](?![A-Za-z]))\)?|\b\d{1,3}(?:st|nd|rd|th) (?i:street|lane|road|avenue|quarter|ward)\b"
    r"|\b[Ll]awk (?:[A-Z]\b|langai|lahkawng|masum|mali|manga|kru|sanit|matsat|jahku)|(?:[A-Z][\w'\-]{0,23} ){1,3}(?i:building|bldg|tower|barracks|estate|housing|mansion)\b"
    r"|(?i:\bcorner of) (?:[A-Z0-9][\w'\-]{0,23} ?){1,3} and (?:[A-Z0-9][\w'\-]{0,23} ?){1,3}(?i:road|street|lane)?)"
)
_AND = r"(?:[,.;/] ?| ?[\-\u2013] ?| (?:on|in|of|at|off|by|near|behind|opposite) (?:the )?| )"
_SMALL_STREET = r"(?:[a-z]{3,12} (?:st|street|road|rd|lane|qtr|quarter|ward|yatkwet|lan)\b)"
_LANDMARK = (
    r"(?i:(?:,? (?:behind|near|opposite|past|beside|by|next to|facing|before|after) (?:the )?(?:[\w'\-]+ ){0,2}"
    r"(?:church|school|clinic|market|bazaar|bridge|mosque|pagoda|monastery|temple|gate|well|pond|hall|chapel|shop|station|mill|tree|tank|tower|office)\b))"
)
_ADDRESS = re.compile(
    rf"{_HOUSE}(?:{_AND}(?:{_HOUSE}|{_STREET}|{_PART}|{_SMALL_STREET})|{_LANDMARK}){{0,5}}|(?:{_STREET}|{_PART})(?:{_AND}(?:{_STREET}|{_HOUSE}|{_PART}|{_SMALL_STREET})){{1,5}}"
)
_MY_NO = r"\(?\d{1,5}(?:[/\-]?(?:\d{1,3}|[\u1000-\u1021](?![\u102b-\u103e]|[\u1000-\u1021]\u103a)))?\)?(?:\([\u1000-\u1021]\))?"
_MY_HOUSE = rf"(?:(?<!မှု)(?:အိမ်အမှတ်|အိမ်နံပါတ်|အခန်းအမှတ်|တိုက်အမှတ်|ခြံအမှတ်|ဆိုင်ခန်းအမှတ်|အိမ်|အမှတ်|အခန်း|တိုက်|အတန်း|ခြံ|ဘလောက်|အဆောင်|အလွှာ) ?(?:{_MY_NO}|\([\u1000-\u1021]\)))"
_MY_STREET = (
    r"(?:[\u1000-\u103f]{2,30}လမ်း(?:မကြီး|မ|သွယ်|ကျယ်|ကြား)?(?: ?\(?\d{1,3}\)?)?|\d{1,3} ?(?:လမ်း(?:သွယ်)?|ရပ်ကွက်|ကွက်)|ရပ်ကွက်(?:ကြီး)? ?\(?\d{1,3}\)?"
    r"|[\u1000-\u103f]{2,24}(?:ရပ်ကွက်|ရပ်)(?: ?\(?\d{1,3}\)?)?)"
)
_MY_AND = "(?:[ ၊,။]{1,2}|မှာရှိတဲ့ ?|ထဲက ?|က ?|ရှိ ?)"
_MY_ADDRESS = re.compile(
    rf"{_MY_HOUSE}(?:{_MY_AND}(?:{_MY_HOUSE}|{_MY_STREET})){{0,5}}|{_MY_STREET}(?:{_MY_AND}(?:{_MY_STREET}|{_MY_HOUSE})){{1,4}}"
    r"(?: ?(?:ဘယ်ဘက်|ညာဘက်)[\u1000-\u103f]{0,14}အိမ်)?"
)
_FEW = "a works or house of worship of which there are few"
_PLANT = re.compile(
    r"\b(?:[Tt]he|[Oo]ur|[Aa]n?) (?:(?:old|new|big|small|abandoned|burned|burnt|ruined|former|government|private|village|ward) )?(?:ice|saw|rice|brick|jade|gold|cement|water|power|stone|sugar|paper|tile|lime|bottle|candle|oil|"
    r"noodle|tofu|soap|charcoal|timber|teak|plywood|rubber|tyre|battery|salt|flour|fish|feed|gravel|sand|glass|pottery|weaving|printing|sewing|garment|leather|match|tea|sesame|peanut) "
    r"(?:factory|mill|crusher|plant|depot|workshop|works|tower|tank|kiln|press|yard|shed|warehouse|godown|school|cooperative)\b"
    r"|\b(?:[Tt]he|[Oo]ur) (?:(?:old|new|big|small|upper|lower) )?(?:Kachin|Jinghpaw|Lisu|Rawang|Shan|Chinese|Indian|Gurkha|Nepali|Burmese|Karen|Catholic|Roman Catholic|Baptist|Anglican|Lutheran|Methodist|Adventist|Pentecostal|Hindu|Muslim|Buddhist|Sikh|KBC|RC|AG|COC|LBC|CBC) "
    r"(?:(?:Catholic|Baptist|Anglican|primary|middle|high|mission|boarding|bible|Bible|prayer|literature) )?(?:church|chapel|school|temple|mosque|shrine|cemetery|graveyard|clinic|monastery|nunnery|convent|seminary|hall|compound|mission|hostel|orphanage|quarter|market|guesthouse)\b"
)
_BY = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Oo]ur|[Mm]y|[Hh]is|[Hh]er) (?:(?!(?:the|of|in|at)\b)[a-z'\-]+ ){0,2}(?:house|hut|tent|shop|stall|shed|workshop|store|teashop|shelter|bunker|room|(?:mango|banyan|tamarind|bodhi) tree|"
    r"clinic|church|school|monastery|chapel|camp|gate|checkpoint|bridge|market|garage|warehouse|garden|farm|well|kitchen|cave|quarry|pit|mill) "
    r"(?:by|near|behind|beside|opposite|next to|in front of|across from|above|below|between|facing|from|at the (?:end|top|foot|back) of) (?:the|our|an?) "
    r"(?:(?!(?:the|of|in|at|and)\b)[a-z'\-]+ )?[a-z\-]{3,20}"
)
_COUNTED = re.compile(
    r"\b(?i:tent|hut|barracks?|pit|shed|shelter|gate|dump|block|ward|quarter|camp|lawk|yatkwet|yat kwet|(?:maw|chyinghka|jawng|dabang|gat|mare|kahtawng|nawku jawng|gawk)(?= nambat)|nambat(?= \d{1,3} (?:jawng|maw|dabang|chyinghka|gat))) (?i:no\.? ?|number |nambat )?#?\d{1,3}[A-Z]?\b(?! ?(?:people|men|women|families|were|persons))(?: (?:jawng|maw|dabang|chyinghka|gat)\b)?"
)


@cache
def _mixed() -> re.Pattern[str]:
    """Names in Latin letters before a Burmese place noun."""
    native = "|".join(sorted(entries("place_heads_burmese"), key=len, reverse=True))
    return re.compile(
        rf"(?<![A-Za-z])(?:{_CAP}(?:'s)? ){{1,4}}?(?:[\u1000-\u103f]{{1,8}}?)?(?:{native})(?![\u102b-\u103e])"
    )


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    heads = "|".join(sorted(map(re.escape, entries("place_heads")), key=len, reverse=True))
    kachin = "|".join(sorted(map(re.escape, entries("place_heads_kachin")), key=len, reverse=True))
    part = rf"{_CAP}|No\. ?\d{{1,2}}|\d{{1,2}}"
    named = rf"(?<![A-Z0-9'])(?:{part})(?:'s)? (?:(?:{part}|of) ){{0,5}}(?:(?i:{_MODIFIER}) ){{0,2}}(?:[a-z]+-)?(?i:{heads}|zaing|saing)s?\b(?: (?:thit|gyi|haung|kaba|kaji))?(?: (?:No\.? ?)?\d{{1,3}}\b)?"
    there = rf"{_NEAR} (?:the |a |our )?(?:[a-z]+ )?(?:{_CAP} ){{0,4}}{_CAP}(?: (?:(?i:{_MODIFIER}) ){{0,2}}(?i:{heads})\b)?"
    return (
        re.compile(rf"(?:[Tt]he )?{named}(?:,? {there})?"),
        re.compile(rf"\b(?:[Tt]he |[Aa]n? |[Oo]ur )?(?:\b(?!{_FUNCTION} )[a-z'\-]+ ){{0,2}}(?:{heads})(?: \d{{1,3}}[A-Z]?)? (?:{there})(?: {there})?"),
        re.compile(
            rf"\b(?:(?:{_FAITHS}) )?(?:{_CAP} ){{1,5}}(?:(?:a|na) )?(?:(?!{_ENDS_KACHIN}\b)[a-z\-]{{2,14}} (?:(?:a|na) )?){{0,3}}(?:{kachin})\b(?! (?:ai|sai))"
            rf"(?: (?:(?:jut|hpang|brang|makau|kata|shawng|npu|ntsa|lam|kaw) )?na(?: (?!{_ENDS_KACHIN}\b)[a-z\-]+){{1,3}}(?: (?:{kachin}))?)?(?: (?:thit|gyi|haung|kaba|kaji|nnan|ningnan|dingsa))?(?: (?:nambat )?\d{{1,3}}\b)?"
        ),
        re.compile(rf"\b(?:{_FAITHS})(?: [Nn]awku)? (?:[Jj]awng|[Hh]pung|[Cc]hurch|[Hh]tinggaw)(?: {_CAP}){{1,4}}"),
    )  # fmt: skip


@cache
def _fine() -> re.Pattern[str]:
    names = sorted((e for e in entries("fine_places") if e.isascii()), key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?i:{'|'.join(map(re.escape, names))})(?!\w)")


def _opens(text: str, at: int) -> bool:
    """Say whether a sentence, line or field begins at a place of a text."""
    before = text[:at].rstrip(" \t(\"'")
    return not before or before[-1] in ".!?:;\n။*-|"


_GENERIC = frozenset(
    "the a an our my his her their no this that army police government ward village church state high middle primary district township military public general main "
    "office union school mine jade gold team group company burmese myanmar kachin soldiers soldier chinese first second third new old i we he she they it in at on of to from by and "
    "commander captain major special secret security people service law national democratic north south east west northern southern eastern western upper lower".split()
)


@cache
def _opening() -> frozenset[str]:
    """Return Jinghpaw words that open a sentence before a place noun and name no place."""
    return function_words("kac") | _SAID | frozenset(
        "anhte nanhte shanhte nye nang shi shan an mi masum lahkawng grai hpyen mung masha htinggaw nawku shawng maren yawng nta hpung jinghpaw miwa myen sinna dingda "
        "sinpraw dingdung jawng gat lani shana jahpawt mani hpawt ya yat aten shaloi retim rai dek tsa sumpan lung ka nnan dingsa kaba kaji".split()
    )


def _named(text: str, start: int, end: int) -> bool:
    """Say whether a frame holds a capitalised word that is neither common nor a place noun."""
    for match in re.finditer(r"[A-Z][\w'\-]*", text[start:end]):
        low = match[0].lower().removesuffix("'s")
        opener = _opens(text, start + match.start())
        plain = low in lowered("english_words") or low in _opening() if opener else low in _GENERIC
        if low in elements() or not (plain or is_kept(match[0]) or low in lowered("place_heads")):
            return True
    surface = text[start:end]
    numbered = re.search(r"(?:No\. ?|[A-Za-z] )\d", surface)
    street = re.search(r"[A-Z]\w+ (?:Road|Street|Lane|Avenue|Ward|Quarter|Row)$", surface)
    return numbered is not None or street is not None


_JOINS = re.compile(r"(?:[ ,(]|\b(?:in|of|at|near|from|to|on|by|na|kaw|de|the|township|tsp))+$", re.IGNORECASE)


def shorn(text: str, finding: Finding, units: Iterable[Span], towns: Iterable[Span]) -> Finding:
    """Take a town from the end, and a unit from either end, of a place, address or group.

    A town in front is part of a name ("Mogaung Baptist Church"); behind, it tells where that is.
    """
    start, end = finding.start, finding.end
    units = list(units)
    ends = [(a, b) for a, b in towns if text[a:b] not in listed("place_heads_burmese")]
    for a, b in sorted((*units, *ends), reverse=True):
        if start < a and end - 2 <= b and a < end:
            end = start + len(_JOINS.sub("", text[start:a]))
    for a, b in units:
        if a <= start < b < end:
            start = b + len(text[b:end]) - len(text[b:end].lstrip(" ,'s"))
    return Finding(start, end, finding.label, finding.reason) if end - start > 1 else finding


def tells(text: str, finding: Finding, kept: Iterable[Span]) -> bool:
    """Say whether a place, address or group names more than a town or unit that is kept."""
    start, end = finding.start, finding.end
    surface = text[start:end]
    alone = finding.label in ("ADDRESS", "OCCUPATION_UNIQUE") or finding.reason == _FEW
    alone = alone or _TOWN_PART.search(surface) is not None
    if alone or not surface.isascii():
        return True
    masked = text
    for a, b in kept:
        if start < b and a < end:
            masked = masked[:a] + " " * (b - a) + masked[b:]
    return (surface.islower() and masked == text) or _named(masked, start, end)


def _trimmed(text: str, start: int, end: int) -> int:
    """Move the start past a capitalised word that only opens the sentence."""
    match = re.match(r"[\w'.\-]+ ", text[start:end])
    if not match or not match[0][0].isupper() or not _opens(text, start):
        return start
    word = match[0].strip(" .'").lower()
    plain = word in lowered("english_words") or word in _opening()
    article = word in ("the", "a", "an", "our", "no")
    return start + match.end() if plain and not article and word not in elements() else start


_NOT_ALONE = frozenset("phone dut video field stadium ga pa yi sun wang seng rung gawk nta hpung maling lung na yard bank post site stand mobile".split())
_SAID = frozenset("dai ndai shi wa sa hku ni yan bai naw she sha langai hto wora tinang kaga lai la yawng myo myone nkau nkaumi mahkra shagu".split())
_STRONG_KACHIN = frozenset("kahtawng mare dabang maw jawng bum chyinghka lawk".split())
_CASE = frozenset("mhar mha hma ka ko nae ne tal tae lo twe a par pyi kya thwar nya nay ma si htae".split())


@cache
def _heads() -> frozenset[str]:
    """Return the place nouns that make a place of a name without a capital."""
    return (lowered("place_heads") | lowered("place_heads_kachin")) - _NOT_ALONE


def _lower_frames(text: str, spoken: str) -> Iterator[Finding]:
    """Yield place nouns behind words of no common list, in texts without capitals."""
    heads = _heads()
    ends = _CASE if spoken == "lmy" else function_words(spoken) | _SAID
    words = list(_BEFORE_LOWER.finditer(text))
    for i, head in enumerate(words):
        if head[0] not in heads:
            continue
        j = i
        while j and i - j < 4 and text[words[j - 1].end() : words[j].start()] == " " and (
            _may_be_named(words[j - 1][0], spoken, ends)
        ):
            j -= 1
        before = [w[0].removesuffix("'s") for w in words[j:i]]
        strange = [w for w in before if w not in english() and (spoken != "kac" or w not in ordinary())]
        sure = spoken == "kac" and len(before) > 1 and head[0] in _STRONG_KACHIN
        named = sure or (len(before) >= 2 and strange) or any(len(w) > 3 and w not in ordinary() for w in strange)
        if named and not (spoken == "lmy" and len(before) < 2):
            yield Finding(words[j].start(), head.end(), "PLACE_FINE", "a name with a place noun")


def _may_be_named(word: str, spoken: str, ends: frozenset[str]) -> bool:
    """Say whether a word without capital may be part of the name of a place."""
    low = word.removesuffix("'s")
    if not word[0].islower() or low in ends or low in lowered("towns"):
        return False
    if spoken == "kac":
        return low not in ordinary() or low in elements() or low in lowered("place_heads_kachin")
    named = low in lowered("kachin_words") or low in elements()
    return spoken == "lmy" or low not in english() or (named and low not in lowered("english_words"))


@cache
def _chains() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    heads = "|".join(sorted(map(re.escape, entries("place_heads")), key=len, reverse=True))
    native = "|".join(sorted(entries("place_heads_burmese"), key=len, reverse=True))
    return (
        re.compile(
            rf"(?:\b(?:[Tt]he|[Aa]n?|[Oo]ur) )?(?:\b(?!{_FUNCTION} )[a-z'\-]+ ){{0,2}}"
            rf"\b(?:{heads})(?: \d{{1,3}})?(?:,| (?:up )?{_BESIDE}(?: the)?)? $|(?:\b[Tt]he )?(?:[a-z]+ )?\b(?:{heads}), (?:corner|end|back|front|foot|mouth|top|edge|entrance|side|corner) of $"
            r"|\b(?:jut|hpang|makau|shawng|kata|npu|ntsa|lapran|lahkra|lahpai|sinpraw|sinna|dingda|dingdung)(?: maga)? na $|\b(?:dabang|kahtawng|mare|jawng|nawku jawng|maw) $"
            rf"|\b(?:[Tt]he|[Aa]n?|[Oo]ur|[Mm]y|[Hh]is|[Hh]er|[Tt]heir) (?:(?!(?:{_FUNCTION[3:-1]}|{_BEINGS}) )(?:[a-z'\-]+|[A-Z]{{2,6}}) ){{1,3}}{_BESIDE} (?:the |our |an? )?$"
        ),
        re.compile(
            rf"(?:'s)?(?: (?:{_MODIFIER}))?(?: (?:{heads}))+\b(?: \d{{1,3}}\b)?|(?:'s)?(?: (?:bus|truck|taxi))? (?:stop|extension|branch|annex|side|corner|area|entrance|exit|intersection)\b"
            rf"|,? (?:[Ww]ard|[Qq]uarter|[Bb]lock|[Rr]ow|[Cc]ompound|lawk) \d{{1,3}}(?:, [a-z]+ (?:street|road|lane))?| ?(?:{native})(?![\u102b-\u103e])"
            r"| (?:(?:jut|hpang|makau|shawng|kata|npu) )?na (?:nta|jawng|seng|gat|chyinghka|hpun|gawk|lam|hka|maling|sun|tsi rung)(?: (?:kaba|kaji|ahpraw|ahkyeng|achyang|nnan|makau))?\b|,? lawk (?:\d{1,3}|[A-Z]\b)| makau\b"
        ),
        re.compile(rf",? (?:{_BESIDE}|na) (?:the |a )?|, | | to (?:the )?|/| - |-| & (?:the )?(?:[A-Z]{{2,4}} )?"),
    )  # fmt: skip


def _grown(text: str, finding: Finding) -> Span:
    """Return a place with the words before and behind it that say which one."""
    left, right, _ = _chains()
    start, end = finding.start, finding.end
    for _ in range(2):
        window = max(0, start - 60)
        if text[start - 1 : start] != " " or not (before := left.search(text[window:start])):
            break
        start = window + before.start()
    if after := right.match(text, end):
        end = after.end()
    return start, end


def chained(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield places with the place nouns around them, and neighbouring places as one."""
    link = _chains()[2]
    merged = list[Finding]()
    for finding in sorted(found, key=lambda f: (f.start, f.end)):
        last = merged[-1] if merged else None
        if finding.label == "PERSON" and not _is_place(text, finding, last):
            continue
        if finding.label not in ("PLACE_FINE", "ADDRESS", "PERSON"):
            continue
        start, end = _grown(text, finding)
        if last and (start <= last.end or link.fullmatch(text, last.end, start)):
            merged[-1] = Finding(min(start, last.start), max(end, last.end), last.label, last.reason)
        else:
            label = "ADDRESS" if finding.label == "ADDRESS" else "PLACE_FINE"
            merged.append(Finding(start, end, label, finding.reason))
    return iter(merged)


def _is_place(text: str, person: Finding, before: Finding | None) -> bool:
    """Say whether what looked like a person has a place noun behind it, or "Ward 4 of" in front."""
    if text[person.start : person.start + 1].islower():
        return False
    behind = _behind_names().match(text, person.end)
    return behind is not None or (before is not None and text[before.end : person.start] in (" of ", " in ", " at "))


@cache
def _behind_names() -> re.Pattern[str]:
    heads = "|".join(sorted(map(re.escape, entries("place_heads")), key=len, reverse=True))
    return re.compile(rf" (?:(?:{_MODIFIER}|bus|truck|taxi) )?(?:{heads}|stop|branch)\b")


def find(text: str) -> Iterator[Finding]:
    """Yield small places, addresses, groups, relatives and callings of a folded text."""
    for match in (*_ADDRESS.finditer(text), *_MY_ADDRESS.finditer(text)):
        yield Finding(*match.span(), "ADDRESS", "a house, a street or both")
    for pattern in _frames():
        for match in pattern.finditer(text):
            start = _trimmed(text, *match.span())
            if _named(text, start, match.end()):
                yield Finding(start, match.end(), "PLACE_FINE", "a name with a place noun")
    for match in _fine().finditer(text):
        yield Finding(*match.span(), "PLACE_FINE", "a village or tract of the region")
    yield from _lower_frames(text, language(text))
    for pattern, why in (
        (_PLANT, _FEW),
        (_BY, "a building told by what stands beside it"),
        (_COUNTED, "a place with a number"),
        (_SAINT, "a church, school or clinic of a saint"),
        (_MILE, "a place with a number"),
        (_SCHOOL, "a place with a number"),
        (_CONGREGATION, _FEW),
        (_FAITHFUL, _FEW),
        (_mixed(), "a name with a place noun"),
    ):
        for match in pattern.finditer(text):
            yield Finding(*match.span(), "PLACE_FINE", why)
