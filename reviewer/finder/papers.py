"""Numbers of the papers people carry, told by the word for the paper before them (laptop).

patterns.py knows numbers by their own shape; army, staff, church and camp numbers have none.
"""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.finder.words import Finding

_NO = r"(?: ?(?:no|nos|num|number|id|nr|nambat|amhat)\b\.?| ?#)"
_PAPER = (
    rf"(?i:\b(?:n\.?r\.?c\.?|nrcc?|csc|nvc|id|i\.d\.|identity|passport|citizenship(?: scrutiny)?|scrutiny|national registration|pink|green|white|temporary|labou?r|refugee|unhcr|idp|"
    rf"ration|student|staff|employee|worker|member(?:ship)?|church|kio|kia|camp|aid|beneficiary|household|family) (?:card|paper|papers|list|book|registration|certificate)s?{_NO}?"
    rf"|\b(?:army|soldier(?:'s)?|service|regimental|military|personnel|personal|police|officer|staff|employee|worker|badge|member(?:ship)?|student|roll|exam|seat|labou?r|refugee|ration|patient|"
    rf"hospital|prison(?:er)?|inmate|registration|enrol?ment|tax(?:payer)?|pension|payroll|licen[cs]e|household(?: registration)?|baptism(?:al)?){_NO}"
    rf"|\b(?:driv(?:er'?s|ing) licen[cs]e|household (?:list|registration)|form 66(?:/6)?|passport|nrc|n\.r\.c\.?|badge|dog ?tag|army tag){_NO}?"
    rf"|\b(?:mhat ?pon ?tin|hmat ?pon ?tin|wun ?htan ?kat|ko ?pain ?a?mhat|masat laika|mahkret laika|hpyen nambat|dap nambat|mahkrai laika|nta masha jahpan|jawngma laika|magam laika|laika nambat){_NO}?)"
)
_PAPER_BURMESE = (
    "(?:မှတ်ပုံတင်|ပတ်စပို့|နိုင်ငံကူးလက်မှတ်|ကိုယ်ပိုင်(?:အမှတ်|နံပါတ်)|ဝန်ထမ်း(?:ကတ်|အမှတ်|နံပါတ်)|ဗိုလ်အမှတ်|ရဲ(?:ဝန်ထမ်း)?အမှတ်|တပ်သားအမှတ်|စစ်သားအမှတ်|အိမ်ထောင်စု(?:စာရင်း|ဇယား|အမှတ်|နံပါတ်)|"
    "ကျောင်းသားကတ်|ယာဉ်မောင်းလိုင်စင်|လိုင်စင်|အလုပ်သမားကတ်|အဖွဲ့ဝင်(?:ကတ်|အမှတ်)|ကတ်(?:ပြား)?(?:အမှတ်|နံပါတ်)|ပန်းရောင်ကတ်|အစိမ်းရောင်ကတ်|ယာယီကတ်|စိစစ်ရေးကတ်|အထောက်အထားကတ်|ဒုက္ခသည်ကတ်|ခုံအမှတ်|ခုံနံပါတ်)"
    "(?: ?(?:အမှတ်|နံပါတ်))?"
)
_VALUE = r"(?P<it>(?:[A-Z][A-Za-z]{0,7}[ /.\-]{0,2}){0,3}\(?\d(?:[ /.\-]?(?:\d|[A-Z](?=[ \-]?\d))){2,17})(?![\d:]|[.,/]\d|[A-Za-z])"
_VALUE_BURMESE = r"(?P<it>(?:[\u1000-\u1021][\u102b-\u103e]{0,4}(?:[\u1000-\u1021]\u103a)?[ /.\-]{0,2}){0,3}\d(?:[ /.\-]?\d){2,12})(?![\d:]|[.,/]\d)"
_LINK = r"[ :=.,(\-]{1,3}(?:(?:is|was|were|gaw|ka|no\.?|number|with|reads?|the) ){0,3}[#(\"']?"
_COUNTED = re.compile(r"[ ,]?(?i:kyats?|lakhs?|mmk|people|men|women|families|soldiers|days|years|months|metres?|km|kg|am\b|pm\b|%)|ကျပ်|သိန်း|ယောက်|ဦး|ကီလို")

_THING = (
    r"(?i:\b(?:passport|permit|certificate|licen[cs]e|badge|(?:dog ?|army |soldier's )?tag|ration book|membership|household|UNHCR|IMEI|MRN|TIN|serial|prisoner|inmate|detainee|conscript|"
    r"(?:[a-z]+ )?card|(?:hospital |medical |police |case |court )?file|(?:conscription|call-?up|draft|summons) (?:letter|paper|notice)|summons|registration|enrol?ment|payroll|family list|pass|warrant|"
    r"laika|kat|masat|jahpan))"
)
_WORDS = r"(?i:,?(?: (?:card|book|paper|form|list|66\(/?6\)|no|nr|number|nambat|id|serial|is|was|says?|said|reads?|gaw|the|a|with|has|had|of)\b\.?,?){0,6})"
_CODE = r"(?P<it>(?:No\. ?)?(?:[A-Z]{1,5}[ /\-]?|[A-Z][a-z]{0,2} ){0,4}\d(?:[/\- ]?\d){2,20}(?:-?[A-Z](?![A-Za-z]))?)(?![\d:]|[.,/]\d|%)"
_PAPER_MORE = (
    "(?:ပါမစ်|ထောက်ခံစာ|မွေးစာရင်း|သေစာရင်း|အမှုတွဲ|အမှု|ဖိုင်|ကတ်(?:ပြား)?|စာအုပ်|အကျဉ်းသား|တံဆိပ်|ဆင့်ခေါ်စာ|ဆေးမှတ်တမ်း|လက်မှတ်|သွားလာခွင့်|အဖွဲ့ဝင်|အိမ်ထောင်စု)"
    "(?: ?(?:အမှတ်|နံပါတ်))(?:က|မှာ|သည်|တော့)?[ :=\\-(]{0,3}"
)

_YEAR = re.compile(r"(?:19|20)\d\d")

_DIGIT = "(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple|thonnya|thonya|tit|ta|hnit|nhit|thone|lay|ngar|nga|chauk|khun|khunnit|shit|koe)"
_PATTERNS = tuple(re.compile(p) for p in (
    _PAPER + _LINK + _VALUE,
    _PAPER_BURMESE + r"(?:က|မှာ|သည်|တော့)?[ :=\-(]{0,3}" + _VALUE_BURMESE,
    _PAPER_BURMESE + r"(?:က|မှာ|သည်|တော့)?[ :=\-(]{0,3}" + _VALUE,
    _THING + _WORDS + r"[ :#=\-(]{1,3}" + _CODE,
    _PAPER_MORE + _CODE,
    r"(?<![\w/\-])(?P<it>[A-Z]{2,5}(?:-|/)(?:[A-Z]{2,4}/)?\d{4,8})(?![\w/\-])",
    rf"(?i:\b(?P<it>(?:{_DIGIT}|ten|eleven|twelve|thirteen|fourteen|\d{{1,2}})[ ,\-]{{1,2}}(?:slash|stroke|over|line|/)[ ,\-]{{1,2}}(?:[a-z]{{1,5}}[ ,\-]{{1,2}}){{1,4}}?(?:naing|nai|n|eh|e|pyu|p|thi|t)[ ,\-]{{1,2}}(?:{_DIGIT}[ ,\-]{{1,2}}){{4,7}}{_DIGIT})\b)",
    r"(?<![\w/])(?P<it>\d{1,2} ?/ ?(?:[A-Z][a-z]{0,3}){2,4} ?[(\[/] ?(?i:n|naing|e|eh|p|pyu|t|thi|y|s)\b ?[)\]/]?)",
    r"(?<![\w/\-])(?P<it>\d-\d{4}-\d{5}-\d{2}-\d)(?![\d\-])|(?<![\w/])(?P<army>(?:BC|B\.C\.|TA|RA) ?\d{4,6})(?!\d)",
    r"(?<![\w/])(?P<it>(?:Kyi|Kyii|La|Ye|Lay|Ta|Na|Sa|Ka|Ba|BC|TA|KA)[ ]?[/\-][ ]?\d{5,7})(?!\d)",
))  # fmt: skip


def find(text: str) -> Iterator[Finding]:
    """Yield numbers of papers in a folded text."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("it" if match["it"] else "army")
            short = text[start:end].isdigit() and end - start < 4
            if not (short or _YEAR.fullmatch(text, start, end) or _COUNTED.match(text, end)):
                yield Finding(start, end, "NATIONAL_ID", "the number of a paper somebody carries")
