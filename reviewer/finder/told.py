"""Names told by the words before them: "my name is", the fields of forms, kin, initials (laptop)."""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.finder.lexicon import common, elements, is_element, ordinary
from reviewer.finder.words import Finding, listed, lowered

_NAME = r"[A-Za-z](?:\.|[A-Za-z'\-]*)(?: [A-Za-z](?:\.|[A-Za-z'\-]*)){0,3}"
_INTRODUCED = re.compile(
    r"(?:\b(?i:(?P<strong>my (?:real |full )?name(?: is|'s)?|(?:his|her|baby|boy|girl|their|real|whose|acct|account)(?:'s)? (?:real |full )?name"
    r"(?: is| was| I think is)?|names? (?:is|was|are)|(?:man|woman|boy|girl|guy|person|friend|neighbou?r|miner|driver|soldier|someone|somebody|child|brother|sister|cook|guard) (?:called|named|nicknamed|known as)|named|known as|goes by|alias|a\.?k\.?a\.?|nickname(?:d)?(?: is| was)?|nar ?mal?(?: ka)?|nan ?mae(?: ka)?|a?mying gaw)|name[sd]?(?: is| was)?:?|(?P<nick>(?:call|calls|called|nicknamed|named|dubbed) (?:me|him|her|them|it|us)|(?:we|they|people|everybody|everyone|friends|men) (?:call|calls|called)|whom we call)|called|"
    r"knew as|signed,?|ask for|written by|prepared by|"
    r"a?mying(?: gaw|:)|ngai gaw|this is|it is|its|i am|i'm|it was|kyama|kyanaw)"
    rf"(?: only| just)?[ :\-]{{1,3}}[\"'(]?)(?P<it>{_NAME})"
)
_FIELD = re.compile(
    r"(?im)(?:^|[,.;(]\s?)(?:name(?: of (?:the )?\w+)?|full name|witness(?: to the \w+)?|victims?|missing|complainant|father|mother|"
    r"spouse|husband|wife|contact(?: person)?|relative|next of kin|patient|signed|signature|prepared by|informant|source|reporter|detained|arrested|killed|dead|wounded|taken|"
    r"interviewee|deceased|sakse(?: a mying)?|a?mying|rim hkrum ai(?: wa| ni)?|si mat ai(?: wa| ni)?|kawa|kanu|madu(?: jan| wa)?)"
    rf" ?[:\-=.]{{1,3}} ?(?P<it>{_NAME})"
)
_KIN = r"(?:mother|father|brother|sister|son|daughter|wife|husband|uncle|aunt|cousin|nephew|niece|grandson|granddaughter|grandmother|grandfather|neighbou?r|friend|driver|cook|teacher|pastor|boss|boy|girl|child|baby)"
_APPOSED = re.compile(rf"(?<![.!?] )(?<!^)\b(?P<it>[A-Z][a-z]{{2,14}}), (?:our|my|his|her|their|whose) (?:[a-z]+ )?{_KIN}\b")
_SPEAKER = re.compile(r"(?m)^\[?(?:\d{1,2}[./]\d{1,2}[./]\d{2,4},? )?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?\]?[ \-]{1,3}(?P<it>[^\W\d][\w.\- ]{0,24}?):")
"""Who says a line of a chat that was copied."""
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[ \-]?){2,4}(?![a-z])")
_TWO_LETTERS = re.compile(r"(?m)(?:^|\b(?:its|it's|is|am|I'm|name|me|kyut|ngai|call)\s)(?P<it>[A-Z]{2})(?=\s*(?:$|[.,]| par\b| ပါ))|(?<![A-Za-z])(?P<my>[A-Z]{2})(?= ?ပါ(?: |$))")
_ABBREVIATED = re.compile(
    r"(?<![\w./\-])(?P<it>[A-Z]{2})(?=(?:'s)? (?:said|says|told|saw|ran|went|had|has|was|is|knows|came|took|can|will|did|asked|lives|cried|hid|and [A-Z]{2})\b)"
    r"|\b(?:with|ask|tell|told|call|called|saw|signed|killed|shot|by|took|love|from|dear|and) (?P<my>[A-Z]{2})(?![\w/\-]| ?\d)"
)
_CAPITALS = re.compile(r"[A-Z][A-Za-z']+(?: [A-Z][A-Za-z']+){0,3}")
_SON_OF = re.compile(r"\b(?:the )?(?:only |eldest |youngest |second )?(?:son|daughter|wife|widow|mother|father|brother|sister|husband|child|boy|girl|nephew|niece|uncle|aunt|cousin|grandson|granddaughter) of (?:the late )?(?:[a-z]+ )?(?=[A-Z])")
_QUOTED = re.compile(
    r"(?:\b[A-Z][a-z]+ )?(?i:\b(?:boy|man|girl|woman|guy|friend|driver|fellow|one|him|her|uncle|aunty|brother|sister|soldier|nickname|called|named|alias|as)),? ?"
    r"[\"'](?P<it>[A-Z][\w\-]{1,15}(?: [A-Z][\w\-]{1,15})?)[\"']"
)
_MIDDLE = re.compile(r"(?<=[A-Za-z] )[\"'](?P<it>[A-Z][\w\-]{1,15}(?: [A-Z][\w\-]{1,15})?)[\"'](?= [A-Z])")
_BEFORE_NAME = re.compile(r"[\"'](?P<it>[A-Z][\w\-]{1,15})[\"'] (?=[A-Z][a-z])")
_LOWER_WESTERN = re.compile(r"\b(?:bro|sis|brother|sister|uncle|aunty|auntie|aunt|sir|teacher|pastor|mr|mrs|miss) (?P<it>[a-z]{3,12})\b")
_APART = re.compile(r"(?<!\w)[A-Za-z](?: {1,2}[A-Za-z]){2,}(?!\w)")
"""A name spelled letter by letter."""
_OF_OFFICE = re.compile(
    r"\b(?:(?:[Tt]he|[Oo]ur) )?(?:(?:village|ward|head|church|camp|mine|shop|company) )?(?:pastor|headman|headmaster|headmistress|abbot|teacher|administrator|chairman|"
    r"chairwoman|head|owner|doctor|nurse|manager|foreman|elder|deacon|bishop|priest|monk|organist|midwife|clerk|boss)'s (?:(?:eldest|youngest|younger|older|elder|only|second|first|own) )?"
    r"(?:mother|father|brother|sister|son|daughter|wife|husband|uncle|aunt|cousin|nephew|niece|driver|cook|assistant|guard|bodyguard|secretary|brother-in-law|sister-in-law|son-in-law|"
    r"daughter-in-law|grandson|granddaughter|maid|helper)\b"
)
_OF_TRADE = re.compile(
    r"\b(?:[Tt]he|[Oo]ur|[Aa]) (?!(?:other|mother|father|brother|sister|soldier|officer|prisoner|commander|daughter|elder)'s)[a-z]{2,}(?:er|or|man|woman|ist|smith|keeper)'s (?:(?:eldest|youngest|younger|older|elder|only|second|first|own) )?"
    r"(?:mother|father|brother|sister|son|daughter|wife|widow|husband|uncle|aunt|cousin|nephew|niece|boy|girl|twins|children|grandson|granddaughter|family)\b"
)
_NEVER = frozenset("the a an in at on of to by from and or not no very so too here there".split())


def _cut(text: str, *, strong: bool) -> str:
    """Keep of an introduced name the words that can be part of one.

    Behind a strong phrase every capital belongs to the name; elsewhere common words end it.
    """
    kept = list[str]()
    for word in text.split(" "):
        bare = word.rstrip(".'-")
        low, capital = bare.lower(), bare[:1].isupper()
        if not bare or low in _NEVER:
            break
        spoken = low in ordinary() or low in lowered("keep_words")
        if capital and strong and not (kept and low in lowered("titles") | lowered("towns")):
            kept.append(word)
        elif spoken and not (low in elements() and (capital or (kept and len(low) > 1) or strong)):
            break
        elif is_element(low) or capital or (strong and not kept) or (kept and not spoken and len(low) > 3):
            kept.append(word)
        else:
            break
    return " ".join(kept).rstrip(".'-")


def _believed(name: str, *, strong: bool) -> bool:
    """A weak phrase needs a capital or an uncommon name element behind it."""
    first = name.split(" ", maxsplit=1)[0]
    if strong or (first[0].isupper() and (" " in name or first.lower() not in ordinary())):
        return True
    words = [w.lower() for w in name.split(" ")]
    return any(is_element(w) and w not in ordinary() for w in words) or (
        len(words) > 1 and all(is_element(w) for w in words)
    )


def _introduced(text: str) -> Iterator[Finding]:
    for pattern, why in ((_INTRODUCED, "a phrase that introduces a name"), (_FIELD, "the field of a form")):
        for match in pattern.finditer(text):
            told = match.groupdict()
            strong = told.get("strong") is not None or (told.get("nick") is not None and match["it"][0].isupper())
            name = _cut(match["it"], strong=strong)
            if len(name) > 1 and _believed(name, strong=strong):
                yield Finding(match.start("it"), match.start("it") + len(name), "PERSON", why)


def _kin(text: str) -> Iterator[Finding]:
    for match in _SON_OF.finditer(text):
        name = _CAPITALS.match(text, match.end())
        if name and any(w.lower() not in common("en") or w.lower() in elements() for w in name[0].split(" ")):
            yield Finding(match.start(), name.end(), "PERSON", "a person told by kin")


def _initials(text: str) -> Iterator[Finding]:
    for match in (*_INITIALS.finditer(text), *_TWO_LETTERS.finditer(text), *_ABBREVIATED.finditer(text)):
        group = next((g for g in ("it", "my") if match.groupdict().get(g)), 0)
        start, end = match.span(group)
        while text[end - 1] in " -":
            end -= 1
        if text[start:end].replace(".", "").replace(" ", "") not in listed("keep_words"):
            yield Finding(start, end, "PERSON", "initials")


def find(text: str) -> Iterator[Finding]:
    """Yield persons of a folded text that the words around them tell."""
    yield from _introduced(text)
    yield from _kin(text)
    yield from _initials(text)
    for match in _LOWER_WESTERN.finditer(text):
        if match["it"] in lowered("western_names"):
            yield Finding(*match.span(), "PERSON", "a way to address somebody and a name")
    for match in (*_QUOTED.finditer(text), *_MIDDLE.finditer(text), *_BEFORE_NAME.finditer(text)):
        yield Finding(*match.span(), "PERSON", "a nickname between quotation marks")
    for match in (*_APPOSED.finditer(text), *_SPEAKER.finditer(text)):
        yield Finding(*match.span("it"), "PERSON", "a name told by kin, or who speaks in a chat")
    for match in _APART.finditer(text):
        yield Finding(*match.span(), "PERSON", "letters apart")
    for match in (*_OF_OFFICE.finditer(text), *_OF_TRADE.finditer(text)):
        yield Finding(*match.span(), "PERSON", "a person told by somebody's office")
