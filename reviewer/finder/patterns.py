"""Identities with a shape of their own: numbers, plates, accounts, places on a map (laptop).

Every pattern reads folded text (ASCII digits, plain dashes) and repeats are bounded, so that no
input makes it slow.
"""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.finder.words import Finding

_MY = "\u1000-\u1049\u1050-\u109f"
_SEP = r"[ .\-]{0,3}"

_DIGIT_LATIN = (
    "zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple"
    "|langai|lahkawng|masum|mali|manga|kru|sanit|matsat|jahku"
    "|thonnya|thonenya|thoneya|tit|ta|hnit|thone|lay|ngar|nga|chauk|khunnit|khun|shit|koe|ko"
)
_DIGIT_BURMESE = "သုည|တစ်|တစ|နှစ်|သုံး|လေး|ငါး|ခြောက်|ခုနစ်|ခုနှစ်|ခွန်|ရှစ်|ကိုး"
_CITIZEN = (
    r"Naing|Naig|Nai|Ae|Aei|Eh|E|Pyu|P|Thi|T|Tha|Thana|Yaz|Y|S|C|N|M|A|နိုင်|ဧည့်|ဧ|ပြု|ပြ|"
    r"သီ|သာသနာ|သာ|ယာယီ|စ|န|ဧည်"
)

_TABLE: tuple[tuple[str, str, str], ...] = (
    ("ACCOUNT", "an e-mail address", r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{2,24}){1,4}"),
    ("ACCOUNT", "an e-mail address written in words",
     r"(?i:\b[\w\-]{1,40}(?:(?: ?[.(\[]| )(?:dot[)\]]? ?)?[\w\-]{1,40})?(?: ?[(\[]at[)\]] ?| at )[\w\-]{2,40}(?: ?[(\[]dot[)\]] ?| dot |\.)(?:com|org|net|info|me|io|mm|th|edu)\b)"),
    ("ACCOUNT", "a name on a social network",
     r"(?:https?://)?(?:www\.|m\.|mbasic\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|t\.me|"
     r"telegram\.me|wa\.me|viber\.me|tiktok\.com|instagram\.com|twitter\.com|x\.com|line\.me|"
     r"signal\.me|youtube\.com)/[^\s,၊။)\]]{1,200}"),
    ("ACCOUNT", "a handle", r"(?<![\w@.])@\w[\w.]{2,40}"),
    ("ACCOUNT", "a handle", r"(?<![\w@./])[A-Za-z][A-Za-z0-9]{2,20}_[A-Za-z0-9_]{1,20}(?![\w.]*@)"),
    ("ACCOUNT", "a wallet address", r"\b(?:0x[0-9a-fA-F]{40}|bc1[a-z0-9]{20,71}|T[1-9A-HJ-NP-Za-km-z]{33})\b"),
    ("URL", "a web address", r"\bh(?:tt|xx)ps?(?:://|\[:\]//)[^\s<>\"၊။]{2,300}"),
    ("URL", "a web address", r"\bwww\.[^\s<>\"၊။]{3,300}"),
    ("URL", "a web address",
     r"(?<![\w@.])[a-z0-9\-]{1,63}(?:(?:\.|\[\.\])[a-z0-9\-]{2,63}){1,4}/[^\s<>\"၊။,;]{1,200}"),
    ("URL", "a hidden service", r"\b[a-z2-7]{56}\.onion\b"),
    ("GPS", "a position in decimal degrees",
     r"(?:[NSEW] ?)?[+\-]?\d{1,3}[.,]\d{3,8} ?°? ?[NSEWnsew]?[ ,;/၊]{1,3}(?:[NSEW] ?)?[+\-]?"
     r"\d{1,3}[.,]\d{3,8}(?: ?°? ?[NSEWnsew]\b)?"),
    ("GPS", "a position in decimal degrees",
     r"\b(?:lat(?:itude)?|lon(?:g|gitude)?|lng|လတ္တီတွဒ်|လောင်ဂျီတွဒ်)\.?[ :=]{0,3}[+\-]?\d{1,3}\.\d{2,8}"
     r"(?: ?°? ?[NSEW]\b)?"),
    ("GPS", "a position in degrees and minutes",
     r"(?:[NSEW] ?)?\d{1,3} ?(?:°|deg|º|ဒီဂရီ) ?\d{1,2}(?:\.\d{1,6})? ?(?:'|min|မိနစ်)? ?"
     r"(?:\d{1,2}(?:\.\d{1,4})? ?(?:\"|''|sec|စက္ကန့်)?)? ?(?:[NSEW]\b|မြောက်|တောင်|အရှေ့|အနောက်)?"),
    ("GPS", "a grid reference",
     r"\b(?:4[5-8] ?[P-RQ] ?)?[A-HJ-NP-Z]{2} ?\d{5} ?\d{5}\b"
     r"|\b4[5-8] ?[P-R] ?(?:[A-HJ-NP-Z]{2} ?(?:\d{5} ?\d{5}|\d{4} ?\d{4}|\d{3} ?\d{3}|\d{2} ?\d{2})(?!\d)"
     r"|\d{6}(?:\.\d{1,3})?[ ,mE]{1,4}\d{7}(?:\.\d{1,3})?)"),
    ("GPS", "a position in decimal degrees",
     r"\b\d{1,3}\.\d{1,8} ?°? ?[NSns]\b[ ,;/၊]{1,3}\d{1,3}\.\d{1,8} ?°? ?[EWew]\b|\b[NS] ?\d{1,2}\.\d{1,8}[ ,;/၊]{1,3}[EW] ?\d{1,3}\.\d{1,8}"),
    ("GPS", "a position in degrees and minutes",
     r"(?<![\d\-:])\d{1,3}([\-:])\d{1,2}\1\d{1,2}(?:\.\d{1,4})? ?[NSEW]\b|\b[NSEW] ?\d{1,3}[ :\-]\d{1,2}(?:[ :\-.]\d{1,4}){1,2}(?!\d)"),
    ("GPS", "the number after a word for a map reference",
     r"(?i:\b(?:grid(?: ref(?:erence)?| square| no)?|map ref(?:erence)?|mgrs|utm|coordinates?|gps|way ?point)\b|မြေပုံညွှန်း(?:အမှတ်)?|ဂျီပီအက်စ်)"
     r"[ .:=\-]{0,3}(?:is |at |no\.? )?(?P<it>(?:[A-Z]{2} ?)?\d{2,5}(?:[.,]\d{1,6})?(?:[ ,/\-]{0,2}\d{2,7}(?:[.,]\d{1,6})?){1,2})"),
    ("GPS", "a position in degrees and minutes",
     r"(?i:\b(?:north|south|east|west|lat(?:itude)?|lon(?:gitude)?)[ :,]{0,2})?\d{1,3} ?(?i:degrees?|digri)[ ,]{0,2}\d{1,2}(?:\.\d{1,4})? ?(?i:minutes?|mins?)(?:[ ,]{0,2}\d{1,2}(?:\.\d{1,4})? ?(?i:seconds?|secs?))?(?: ?(?i:north|south|east|west|N|E)\b)?"),
    ("GPS", "a position in degrees and minutes",
     r"(?<![\d.])\d{1,3} \d{1,2}(?: \d{1,2}(?:\.\d{1,3})?)? ?(?i:north|south|n|s)\b[ ,]{1,3}\d{1,3} \d{1,2}(?: \d{1,2}(?:\.\d{1,3})?)? ?(?i:east|west|e|w)\b"),
    ("GPS", "a plus code", r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"),
    ("GPS", "three words of a map", r"///[^\W\d_]{2,20}\.[^\W\d_]{2,20}\.[^\W\d_]{2,20}"),
    ("NATIONAL_ID", "a national registration number",
     rf"(?<!\d)\d{{1,2}} ?[/\-] ?[A-Za-z{_MY}]{{2,16}}[ .,]{{0,2}}[(\[\-/ ] ?(?i:{_CITIZEN}) ?[)\]\-/ ]?"
     r"[ .:\-]{0,2}\d(?:[ \-.]?\d){4,6}(?!\d)"),
    ("NATIONAL_ID", "a national registration number",
     rf"(?<!\d)\d{{1,2}} ?[/\-]? ?(?:[A-Za-z{_MY}]{{1,8}}[ .\-]{{0,2}}){{1,5}}[(\[] ?(?i:{_CITIZEN}) ?[)\]][ .:\-]{{0,2}}\d(?:[ \-.]?\d){{4,6}}(?!\d)"),
    ("NATIONAL_ID", "the number after the word for an identity paper",
     rf"(?i:\b(?:NRC|N\.R\.C\.?|ID|mhat ?pon ?tin|hmat ?pon ?tin|masat laika)\b|မှတ်ပုံတင်(?:အမှတ်|နံပါတ်)?|စိစစ်ရေးကတ်(?:အမှတ်)?)[^\d\n]{{0,8}}"
     rf"(?P<it>\d{{1,2}} ?[/\-]? ?[A-Za-z{_MY}]{{2,14}} ?[(\[]?(?:[A-Za-z{_MY}]{{1,8}})?[)\]]?[ .\-]{{0,2}}\d(?:[ \-.]?\d){{4,6}}(?!\d))"),
    ("NATIONAL_ID", "a national registration number",
     rf"(?<!\d)\d{{1,2}} ?/ ?[A-Za-z{_MY}]{{2,14}}[ ,.\-]{{0,2}}\d(?:[ \-]?\d){{5}}(?!\d)"),
    ("NATIONAL_ID", "the number after the word for an identity paper",
     r"(?i:\b(?:NRC|N\.R\.C\.?|passport|ID ?(?:card|no|number)|identity card|student card|"
     r"army (?:no|number)|soldier no|service no|staff (?:no|number|id)|employee (?:no|number|id)|"
     r"badge no|roll no|membership no|masat laika|hmatpontin|mhatpontin|personal no)|"
     r"မှတ်ပုံတင်|နိုင်ငံကူးလက်မှတ်|ပတ်စပို့|ကိုယ်ပိုင်အမှတ်|ဝန်ထမ်းအမှတ်|ကျောင်းသားကတ်|ဝန်ထမ်းကတ်|စိစစ်ရေးကတ်)"
     r"[^\d\n]{0,16}?(?P<it>(?:[A-Z]{1,4}[ /\-]?)?\d(?:[ \-]?\d){4,9}(?!\d))"),
    ("NATIONAL_ID", "a national registration number without its first figure",
     rf"(?<![A-Za-z\d{_MY}])[A-Za-z{_MY}]{{2,12}} ?[(\[](?i:{_CITIZEN})[)\]] ?\d(?:[ \-]?\d){{5}}(?!\d)"),
    ("NATIONAL_ID", "an old three-fold card", r"(?<![\u1000-\u109f])[\u1000-\u1021]{2,4} ?[/\-] ?\d{6}(?!\d)"),
    ("NATIONAL_ID", "an old three-fold card", r"\b[A-Z]{2,3} ?- ?\d{6}\b"),
    ("NATIONAL_ID", "a passport number", r"\b[A-Z]{2} ?\d{3} ?\d{3}\b(?! ?(?:kyat|ks|mmk|MMK|Ks))"),
    ("NATIONAL_ID", "an army number", r"(?:ကြည်း|ရေ|လေ|ပြည်သူ့စစ်|ရဲ|ပသ|(?i:\b(?:kyi|kyee|kyin|bc|dsa|ta))) ?[/\-]? ?(?<!\d)\d{5,7}(?!\d)"),
    ("NATIONAL_ID", "a passport number", r"\bM[A-H] ?\d{6}\b"),
    ("PHONE", "a telephone number",
     rf"(?<![\d.])(?:\(?(?:\+|00)?95\)?{_SEP}(?:\(0\){_SEP})?9|\(?09\)?|0 9){_SEP}\d(?:{_SEP}\d){{5,9}}(?![\d])"),
    ("PHONE", "a telephone number between any marks, some digits hidden",
     r"(?<![\d./,\-])\(?0 ?9\)?(?![/.\-]\d{1,2}[/.\-]\d{2,4}(?!\d))(?:[ ./*_၊,\-()]{0,3}[\dxXOI]){6,11}(?![\dA-Za-z])"),
    ("PHONE", "a telephone number without its first zero", r"(?<![\d.,/\-+])9[2-9]\d(?:[ .\-]?\d){6,7}(?![\d]|[.,/]\d)"),
    ("PHONE", "a telephone number abroad",
     r"(?<![\d.])(?:\+|00)(?:66|86|91|60|65|61|1|44|82|81|880|856|95)[ .\-]{0,2}\(?\d\)?(?:[ .\-]{0,2}\d){6,10}(?!\d)"),
    ("PHONE", "a fixed telephone",
     r"(?<![\d.,/:\-])\(?0(?:74|1|2|7[0-6]|6[0-9]|5[0-9]|8[0-9])\)?[ \-]{1,2}\d{2,4}[ \-]?\d{2,4}(?![\d:])"
     r"|(?<![\d.,/:\-])074\d{5,6}(?!\d)"),
    ("PHONE", "the number after a word for telephone",
     r"(?i:\b(?:phone|ph|tel|mobile|call|signal|viber|whatsapp|telegram|sim|hp|fone|ring|nambat)\b|ဖုန်း|ဗိုင်ဘာ)"
     r"[^\d\n]{0,14}?(?P<it>\+?\d(?:[ .\-]?\d){6,13}(?!\d|\.\d))"),
    ("PHONE", "the last digits of a number",
     r"(?i:\b(?:ending|ends?|last (?:four |three |4 |3 )?digits?)\b(?: in| with| are| is)?|နောက်ဆုံးဂဏန်း)"
     r"[ :]{1,2}(?P<it>\d{3,6})(?!\d)"),
    ("PHONE", "a number spelled out in words",
     rf"(?i:\b(?:(?:{_DIGIT_LATIN}|\d)[ ,.\-]{{1,3}}){{6,18}}(?:{_DIGIT_LATIN}|\d)\b)"),
    ("PHONE", "a number spelled out in words",
     rf"(?i:\b(?:(?:{_DIGIT_LATIN})[ ,.\-]{{1,3}}){{2,4}}(?:(?:{_DIGIT_LATIN}|\d{{1,4}})[ ,.\-]{{1,3}}){{2,14}}(?:{_DIGIT_LATIN}|\d{{1,4}})\b)"),
    ("PHONE", "a number spelled out in words", rf"(?:(?:{_DIGIT_BURMESE})[ ၊,\-]{{0,3}}){{6,18}}(?:{_DIGIT_BURMESE})"),
    ("VEHICLE_PLATE", "a vehicle plate",
     r"(?<![A-Za-z\d])(?:[A-Z]{3}[ /\-]{1,2})?\d{1,2}[A-Z]{1,2} ?[\-/ ] ?\d{4,5}(?:[ /]{0,2}\(?(?:[A-Z]{3})\)?)?(?!\d|\.\d)"),
    ("VEHICLE_PLATE", "a vehicle plate",
     rf"(?<![\d{_MY}])(?:[{_MY}]{{2,8}} ?/ ?)?\d ?[\u1000-\u1021](?:[\u102b-\u103e]{{1,3}})?[ ]?[/\- ][ ]?\d{{4,5}}"
     r"(?:[ /]?\(?[A-Z]{3}\)?)?(?!\d)"),
    ("VEHICLE_PLATE", "a vehicle plate", rf"(?<![\d{_MY}])\d{{1,2}} ?[\u1000-\u1021] ?[/\-] ?\d{{4,5}}(?!\d)"),
    ("VEHICLE_PLATE", "the mark after a word for a vehicle",
     r"(?i:\b(?:car|truck|lorry|van|jeep|bike|motorbike|motorcycle|plate|mawdaw|sai ?kal|kar)\b)[ :]{1,2}(?P<it>[A-Z]{2,3}[/\- ]\d{4,5})(?!\d)"),
    ("ACCOUNT", "the name of an account",
     r"(?i:\b(?:telegram|tele|viber|signal|facebook|fb|messenger|line|tiktok|wechat|instagram|ig|twitter)\b)(?: (?:name|id|account|acc|user|username|nickname|is|handle)){0,2} ?(?P<it>[A-Za-z][\w.]{0,30}[_.\d][\w.]{0,30}[A-Za-z0-9])"),
    ("ACCOUNT", "an account number in groups", r"(?<![\d.,\-])\d{4}(?:[ \-]\d{4}){2,4}(?![\d\-]|[.,]\d)"),
    ("VEHICLE_PLATE", "the mark after a word for a plate",
     r"(?i:\b(?:plate|licen[cs]e plate|car no|(?:boat |reg\.? )?reg(?:istration)?\.?(?: no)?|engine (?:no|number)|chassis(?: (?:no|number))?|imei)\b|ကားနံပါတ်|ယာဉ်အမှတ်|ဆိုင်ကယ်နံပါတ်|အိုင်အမ်အီးအိုင်)"
     r"[ .:=\-]{0,3}(?:is |was |no\.? )?(?P<it>[A-Z0-9][A-Z0-9/\- ]{2,18}\d)"),
    ("VEHICLE_PLATE", "a plate spelled out in words",
     rf"(?i:\b(?:plate|car|truck|motorbike|cycle|licen[cs]e|reg(?:istration)?)(?: (?:no|number|plate))?\b)[ .:=\-]{{0,3}}(?:is |was )?(?P<it>(?i:(?:{_DIGIT_LATIN}|\d) [a-z](?:[ \-]{{1,2}}(?:{_DIGIT_LATIN}|\d)){{4}})\b)"),
    ("ACCOUNT", "an account number",
     r"(?i:\b(?:account|acct|a/c|bank|kbz ?pay|k ?pay|wave(?: ?money| ?pay)?|aya ?pay|cb ?pay|ok ?dollar|"
     r"true ?money|mpitesan)\b|အကောင့်|ဘဏ်|ကေပေး|ဝေ့ဖ်|ဝေဖ့်|ငွေလွှဲ|ကေဘီဇက်)[^\d\n]{0,24}?(?P<it>\d(?:[ .\-]?\d){6,18}(?!\d))"),
    ("ACCOUNT", "a long number", r"(?<![\d.,])\d{11,19}(?![\d.,]\d|\d)"),
    ("ACCOUNT", "the name of an account",
     r"(?i:\b(?:telegram|tele|viber|signal|facebook|fb|messenger|line|tiktok|wechat)\b"
     r"(?: (?:name|id|account|acc|user|username))?(?: is)?) ?[:=] ?(?P<it>[A-Z][\w\-]{1,20}(?: [A-Z][\w\-]{1,20}){1,3}(?!\w*:)|[\w.\-]{3,40})"),
    ("ACCOUNT", "the name of an account",
     r"(?i:\b(?:telegram|viber|signal|facebook|fb|messenger|line|tiktok|wechat|skype|imo)\b(?: (?:name|id|account|acc|user|username|is)){1,2}) (?P<it>[\w\-]{1,20}[._\d][\w.\-]{1,30})"),
)  # fmt: skip

_PATTERNS = tuple((label, why, re.compile(pattern)) for label, why, pattern in _TABLE)
_MONEY_WORD = re.compile(
    r"(?i:k|mmk|ks|kyats?|lakhs?|million|baht|usd|yuan|mm|km|kg|mhz|percent)\b|ကျပ်|သိန်း|သောင်း|%"
)


def _is_price(text: str, end: int) -> bool:
    return _MONEY_WORD.match(text, end + (text[end : end + 1] == " ")) is not None


def _account_context(text: str, start: int) -> bool:
    before = text[max(0, start - 30) : start].lower()
    return bool(re.search(r"pay|wave|acc|bank|ကေပေး|ဘဏ်|အကောင့်", before))


def find(text: str) -> Iterator[Finding]:
    """Yield numbers, accounts, addresses on the net and positions in a folded text."""
    for label, why, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("it" if "it" in pattern.groupindex else 0)
            while end > start and text[end - 1] in " .,;:-/)":
                end -= 1 if text[end - 1] != ")" or "(" not in text[start:end] else 0
                if text[end - 1] == ")":
                    break
            if end > start and not (label in ("PHONE", "ACCOUNT") and _is_price(text, end)):
                account = label == "PHONE" and _account_context(text, start)
                yield Finding(start, end, "ACCOUNT" if account else label, why)
