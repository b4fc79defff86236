"""Public figures, who stay in a release: told apart from people who share their names (laptop).

A name of two common elements (Soe Win, Win Myint) is a neighbour's too: it is a figure's only
behind an office, and then wherever it stands alone in the same text.
"""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from reviewer.finder.lexicon import is_element
from reviewer.finder.words import entries, listed
from reviewer.zawgyi import SYLLABLE, Span

_OFFICE = re.compile(
    r"\b(?i:vice[- ]senior general|senior general|(?:vice )?president|prime minister|chief minister|(?:union|foreign|home(?: affairs)?|defen[cs]e|interior) minister|"
    r"state counsell?or|(?:un|united nations|asean)? ?special (?:envoy|rapporteur|representative)|(?:un )?secretary[- ]general|high commissioner|pope|cardinal|archbishop|"
    r"commander[- ]in[- ]chief|(?:kio|kia|nug|kic|un|army|military|junta|council|regime|government)(?:'s)? (?:vice[- ])?(?:chair(?:man|person)|spokes(?:man|woman|person)|general secretary|chief|commander)|"
    r"ambassador|king|queen|king of [a-z]+)(?: of the [A-Z]+)?,? (?:(?:U|Daw|Dr\.?|Sir|General|Gen\.?|Colonel|Col\.?|Duwa|Major General|Maj\. ?Gen\.?|Lt\. ?Gen\.?) ){0,2}"
    r"(?P<who>[A-Z][\w']+(?: [A-Z][\w']+){0,3})"
)
_HIGH = r"(?:(?:Vice[ \-])?Senior General|(?:Lt\.? |Lieutenant |Maj\.? |Major |Brig\.? )?Gen(?:eral|\.)|(?:Vice[ \-])?President|(?:Vice[ \-])?Chair(?:man|person)|Prime Minister|Minister|Dictator|KI[AO] chief|Duwa|Du Kaba|Dukaba)"
_RESPECT = r"(?:(?:U|Daw|Dr\.?|Duwa|Sara|Rev\.?) )?"
_HIGH_BURMESE = "(?:ဒုတိယ)?ဗိုလ်ချုပ်မှူးကြီး|(?:ဒုတိယ)?ဗိုလ်ချုပ်ကြီး|ဗိုလ်ချုပ်|(?:ဒုတိယ)?သမ္မတ(?:ကြီး)?|ဝန်ကြီးချုပ်|ဥက္ကဋ္ဌ(?:ကြီး)?"
_COMMON_BURMESE = ("ကို", "ကိုကြီး", "မောင်", "ဆရာ", "ဆရာမ", "မ", "ဒေါ်လေး", "ဦးလေး", "ညီလေး", "အန်တီ")
_WORD_BEFORE = re.compile(r"([A-Za-z'.]+) $")
_WORD_BEHIND = re.compile(r"[ \-]([A-Z][a-z']+)")


def _is_doubtful(figure: str) -> bool:
    """Say whether others are likely to have the same name."""
    if figure.isascii():
        words = figure.split(" ")
        return len(words) == 2 and all(is_element(w) for w in words)
    return len(SYLLABLE.findall(figure)) <= 2


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return certain figures and doubtful ones behind an office, in Latin and Burmese letters."""
    names = sorted(entries("public"), key=len, reverse=True)
    sure = ["|".join(re.escape(n) for n in names if not _is_doubtful(n) and n.isascii() == latin) for latin in (True, False)]
    doubtful = ["|".join(re.escape(n) for n in names if _is_doubtful(n) and n.isascii() == latin) for latin in (True, False)]
    return (
        re.compile(rf"(?<![\w'])(?=[A-Z])(?:{_HIGH},? )?{_RESPECT}(?P<it>{sure[0]})(?![\w'](?!s\b))"),
        re.compile(rf"(?<![\w'])(?=[A-Z])(?:{_HIGH},? ){_RESPECT}(?P<it>{doubtful[0]})(?![\w'](?!s\b))"),
        re.compile(f"(?:(?:{_HIGH_BURMESE}) ?)?(?:ဦး|ဒေါ်)?(?P<it>{sure[1]})"),
        re.compile(f"(?:{_HIGH_BURMESE}) ?(?:ဦး|ဒေါ်)?(?P<it>{doubtful[1]})"),
    )


def _whole(text: str, start: int, end: int) -> bool:
    """Say whether no name goes on before or behind, and no neighbour's title stands in front."""
    before, behind = _WORD_BEFORE.search(text, max(0, start - 24), start), _WORD_BEHIND.match(text, end)
    if behind and is_element(behind[1]):
        return False
    if not before or not before[1][0].isupper():
        return True
    return not is_element(before[1]) and before[1] not in listed("titles")


def _latin(text: str) -> Iterator[Span]:
    sure, doubtful, _, _ = _patterns()
    for match in sure.finditer(text):
        if _whole(text, *match.span()):
            yield match.span()
    for match in doubtful.finditer(text):
        if _whole(text, *match.span()):
            yield match.span()
            yield from _again(text, match["it"])
    for match in _OFFICE.finditer(text):
        yield match.span()
        if " " in match["who"]:
            yield from _again(text, match["who"])


def _again(text: str, name: str) -> Iterator[Span]:
    for match in re.finditer(rf"\b{re.escape(name)}\b", text):
        if _whole(text, *match.span()):
            yield match.span()


def _burmese(text: str, edges: frozenset[int]) -> Iterator[Span]:
    _, _, sure, doubtful = _patterns()
    for match in sure.finditer(text):
        if match.end() in edges or len(SYLLABLE.findall(match[0])) > 3:
            yield match.span()
    for name, match in [(m["it"], m) for m in doubtful.finditer(text) if m.end() in edges]:
        yield match.span()
        for again in re.finditer(name, text):
            start, end = again.span()
            if start in edges and end in edges and not text.endswith(_COMMON_BURMESE, 0, start):
                yield start, end


def find(text: str, edges: frozenset[int]) -> Iterator[Span]:
    """Yield public figures of a folded text; `edges` are where Burmese words and names may end."""
    yield from _latin(text)
    yield from _burmese(text, edges)
