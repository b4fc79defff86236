"""Persons, places and groups in Burmese letters, from the words of burmese.py (laptop)."""

# ruff: noqa: E501 - a pattern is read most easily on one line

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from reviewer.finder import burmese
from reviewer.finder.burmese import NAME, TITLE, Token
from reviewer.finder.words import Finding, entries, listed
from reviewer.zawgyi import SYLLABLE

_LOCATIVE = ("မှာ", "ကနေ", "သို့", "တွင်", "အထိ", "ဘက်", "၌", "နား", "ထဲ", "လမ်း", "ပေါ်")
_REACH = 8
"""How many words a place name may have before its place noun."""

_SIDE = "(?:ထောင့်|နောက်ဘက်|နောက်|ရှေ့|ဘေး|အနီး|ဖျား|ထိပ်|ကွေ့|အလွန်|လမ်းထောင့်|ဝ)"
_NUMBER = re.compile(r" ?(?:အမှတ် ?)?\(?\d{1,3}\)?(?! ?(?:နာရီ|ယောက်|ဦး|ရက်|သိန်း|ကျပ်|စီး))")
_NUMBERED = ("ရပ်ကွက်", "ရပ်ကွက်ကြီး", "ဝင်း", "တဲ", "ဘလောက်", "ကျောင်း", "အဆောင်", "စခန်း", "တိုက်တန်း", "ကင်း")
_RENEWED = re.compile("(?:ဟောင်း|သစ်|ကြီး|လေး)(?=[ ၊။]|$|က|ကို|မှာ|မှ|နဲ့|နား|ထဲ|သို့|တွင်|ရှေ့|ဘေး|နောက်)")
_ORG = re.compile(
    "ကုမ္ပဏီ(?:လီမိတက်)?|လုပ်ငန်းစု|လုပ်ငန်း|အသင်းတော်|အသင်း|ကူညီရေးအဖွဲ့|လူငယ်အဖွဲ့|အဖွဲ့အစည်း|အဖွဲ့|ဖောင်ဒေးရှင်း|"
    "ကော်မတီ|ကျောက်မျက်|သမဂ္ဂ"
)
_INTRODUCED = re.compile(
    "(?:နာမည်(?:အရင်း)?(?:က|မှာ|ကတော့)?|အမည်(?:က|မှာ|အရင်း)?|ခေါ်တဲ့|ခေါ်|ဆိုတဲ့|ရေးသူ|သက်သေအမည်|ပျောက်ဆုံးသူ|ဖမ်းခံရသူ|"
    r"မျက်မြင်|သေဆုံးသူ|လက်မှတ်|\(ခ\)|ခေါ်)[ \-:၊။]{1,4}"
)
_INITIAL = re.compile("(?<![\u1000-\u109f])(?:[\u1000-\u1021]\\.)(?: ?[\u1000-\u1021]\\.)?(?: ?(?P<it>[\u1000-\u103f]{1,12}))?")
_NAMED = re.compile("(?:လို့(?:ပဲ|သာ)? ?(?:ခေါ်|ရေး|သိ|မှတ်)|ဟု ?(?:ခေါ်|သိ)|ဆိုသူ|ဆိုတဲ့ ?(?:သူ|လူ|ကောင်|ကလေး)|ရေ(?= |$|\n))")
_PREFIXED = re.compile("(?<![\u1000-\u103f])အာ?(?=[\u1000-\u1021])")
_LISU = re.compile("(?<![\u1000-\u103f])အား(?=[\u1000-\u1021])")
_MONK = re.compile("(?:ဆရာတော်|ဘုန်းတော်ကြီး|ဘုန်းကြီး|ဦးပဇင်း|ကိုရင်|ရဟန်း) ?(?:(?:ဘဒ္ဒန္တ|အရှင်|ရှင်|ဦး)(?=[\u1000-\u1021]))")
_OF_NOUNS = ("က", "ကို", "နဲ့", "နှင့်", "ရဲ့", "၏", "ရော", "တို့", "ဆီ", "သည်", "မှာ")
"""Particles that stand behind somebody, and not behind a verb."""
_CALLED = re.compile("(?<![\u1000-\u103f])(?P<it>[\u1000-\u103f]{2,18}?)(?:လို့|ဟု)(?:ပဲ|သာ)? ?ခေါ်")
_DOUBLED = re.compile("(?<![\u1000-\u103f])(?P<it>[\u1000-\u1021][\u102b-\u103e]{0,4}(?:[\u1000-\u1021]\u1037?\u103a[\u1038]?)?)(?P=it)")


_KIN = re.compile(
    "(?:ဦးလေး|ဒေါ်လေး|ဒေါ်ဒေါ်|ဒေါ်ကြီး|အဒေါ်|အဖေ|အမေ|ဖခင်|မိခင်|ခင်ပွန်း|ယောက်ျား|ဇနီး|မုဆိုးမ|မုဆိုးဖို|သားကြီး|သားငယ်|သမီးကြီး|သမီးငယ်|သား|သမီး|တူမ|တူ|"
    "အစ်ကို|အစ်မ|အကို|ညီမ|ညီလေး|ညီ|မောင်လေး|နှမ|ယောက်ဖ|ခယ်မ|မရီး|ယောက္ခမ|အဘိုး|အဘွား|မြေး|သူငယ်ချင်း|အိမ်နီးချင်း|ဆရာမ|ဆရာတော်|ဆရာ|ကျောင်းအုပ်(?:ကြီး)?|"
    "သင်းအုပ်(?:ဆရာ)?|ရွာလူကြီး|ဥက္ကဋ္ဌ|ကာလသားခေါင်း|လူငယ်ခေါင်းဆောင်|ဒရိုင်ဘာ|ယာဉ်မောင်း|သူဌေး|အလုပ်ရှင်)(?:ဖြစ်သူ|လေး)? "
)
_HONOURED = re.compile("(?:(?<=[ \n၊။“\"'(])|^)(?<![A-Za-z0-9] )(?:ကို|ဦး|ဒေါ်|မောင်|ကိုကြီး|ဆရာ|ဆရာမ)(?=[\u1000-\u1021](?!\u1037?[\u103a\u1039]))", re.MULTILINE)
_DOES = ("ပြော", "ခေါ်", "မေး", "ဆို", "လာ", "သွား", "ရောက်", "ထွက်", "ပြေး", "သေ", "ငို", "အော်", "ကြား", "မြင်", "တွေ့", "သိ", "နေ", "ပါ", "ရေး", "ပေး", "ဆုံး", "ပြန်")
"""Verbs that may follow a name without a particle or a space."""
_FALSE_NAME = "(?:နာမည်(?:ပြောင်|ဝှက်|တု|အရင်း|ရင်း)|အမည်(?:ဝှက်|ပြောင်|တု))"
_NICK = re.compile(
    rf"{_FALSE_NAME}(?:ကတော့|က|မှာ|သည်|မှာတော့)? ?[:\-]? ?(?=[\u1000-\u103f])"
)
_NICK_BEHIND = re.compile(rf"(?<![\u1000-\u103f])(?P<it>[\u1000-\u103f]{{2,24}}) ?\({_FALSE_NAME}")


@cache
def _heads() -> tuple[str, ...]:
    """Return the place nouns, longest first."""
    return tuple(sorted(listed("place_heads_burmese"), key=len, reverse=True))


def _starts_with_particle(text: str, at: int) -> bool:
    if at >= len(text) or not burmese.RUN.match(text, at):
        return True
    return text.startswith(burmese.particles(), at)


@cache
def _fine() -> re.Pattern[str]:
    names = sorted((e for e in entries("fine_places") if not e.isascii()), key=len, reverse=True)
    return re.compile("|".join(names))


def _is_rank(text: str) -> bool:
    return text in listed("ranks")


def persons(text: str) -> Iterator[Finding]:
    """Yield names with their titles; a name behind a rank is an officer's."""
    before: Token | None = None
    for run in burmese.tokens(text):
        for token in run:
            if token.kind == NAME:
                yield _person(text, before, token)
            near = before is not None and token.start - before.end <= 1
            if token.kind == TITLE or _is_rank(text[token.start : token.end]):
                start = before.start if before is not None and near and before.kind == TITLE else token.start
                before = Token(start, token.end, TITLE)
            else:
                before = None


def _person(text: str, title: Token | None, name: Token) -> Finding:
    titled = title is not None and name.start - title.end <= 1
    start = title.start if titled and title is not None else name.start
    surface = text[start : name.end]
    if any(surface.startswith(rank) and len(surface) > len(rank) for rank in listed("ranks")):
        return Finding(start, name.end, "PERPETRATOR", "a rank or office and a name")
    if titled:
        return Finding(start, name.end, "PERSON", "an honorific and a name")
    if any(surface.startswith(clan) for clan in burmese.clans()):
        return Finding(start, name.end, "PERSON", "a Kachin clan name")
    if any(text.startswith(p, name.end) for p in _LOCATIVE):
        return Finding(start, name.end, "PLACE_FINE", "an unknown name where something happens")
    return Finding(start, name.end, "PERSON", "syllables that are common in names and rare in text")


def introduced(text: str) -> Iterator[Finding]:
    """Yield what stands behind "name:" and before "called", even a single syllable."""
    for match in _INTRODUCED.finditer(text):
        if run := burmese.RUN.match(text, match.end()):
            yield from _short(text, run.start(), run.end(), "a phrase that introduces a name")
    for match in burmese.RUN.finditer(text):
        cuts = [match.start() + c.end() for c in SYLLABLE.finditer(match[0])][:5]
        for end in cuts:
            if _NAMED.match(text, end):
                yield from _short(text, match.start(), end, "a word somebody is called by")
                break
    for match in _CALLED.finditer(text):
        if len(SYLLABLE.findall(match["it"])) <= 4 and match["it"] not in listed("burmese_stops"):
            yield Finding(*match.span("it"), "PERSON", "a word somebody is called by")
    for match in _DOUBLED.finditer(text):
        if burmese.rare(match["it"]) and _starts_with_particle(text, match.end()):
            yield Finding(*match.span(), "PERSON", "a doubled syllable, as in pet names")
    for match in _INITIAL.finditer(text):
        yield Finding(*match.span(), "PERSON", "initials")
    yield from _prefixed(text)
    yield from _related(text)
    yield from _nicknamed(text)
    yield from _monks(text)
    yield from _lisu(text)
    yield from _honoured(text)


def _related(text: str) -> Iterator[Finding]:
    """Yield a word of no list behind a kin word, title or office and a space."""
    for match in _KIN.finditer(text):
        run = burmese.RUN.match(text, match.end())
        if run and (word := _first_word(text, run)) and _strange(text, run.start(), word):
            start = match.start() if match[0].startswith("ဆရာ") else run.start()
            end = run.start() + len(word)
            yield Finding(start, end, "PERSON", "an unknown word behind a kin word or office")


def _nicknamed(text: str) -> Iterator[Finding]:
    """Yield the word a text calls a nickname or false name, ordinary as it may be."""
    for match in _NICK.finditer(text):
        run = burmese.RUN.match(text, match.end())
        if run and (word := _first_word(text, run)) and word not in listed("burmese_stops"):
            yield Finding(run.start(), run.start() + len(word), "PERSON", "a nickname")
    for match in _NICK_BEHIND.finditer(text):
        if len(SYLLABLE.findall(match["it"])) <= 4:
            yield Finding(*match.span("it"), "PERSON", "a nickname")


def _first_word(text: str, run: re.Match[str]) -> str:
    """Return up to four syllables of a run before its first particle or end, or "" if longer."""
    cuts = [c.end() for c in SYLLABLE.finditer(run[0])][:4]
    ends = (cut for cut in cuts if _starts_with_particle(text, run.start() + cut))
    return run[0][: next(ends, 0)]


def _monks(text: str) -> Iterator[Finding]:
    """Yield a monk's title and his Pali name, whose syllables may look like particles."""
    for match in _MONK.finditer(text):
        run = burmese.RUN.match(text, match.end())
        cuts = [c.end() for c in SYLLABLE.finditer(run[0])][:6] if run else []
        ends = [match.end() + cut for cut in cuts if _ends_noun(text, match.end() + cut)]
        if ends:
            yield Finding(match.start(), ends[-1], "PERSON", "a monk's title and a name")


def _lisu(text: str) -> Iterator[Finding]:
    """Yield a name of two syllables that begins as those of Lisu do."""
    for match in _LISU.finditer(text):
        run = burmese.RUN.match(text, match.start())
        word = "".join(SYLLABLE.findall(run[0])[:2]) if run else ""
        end = match.start() + len(word)
        known = word in listed("burmese_words") or word in listed("burmese_stops")
        if word and not known and _ends_noun(text, end) and burmese.seldom(SYLLABLE.findall(word)[-1]):
            yield Finding(match.start(), end, "PERSON", "a prefix of Lisu names")


def _honoured(text: str) -> Iterator[Finding]:
    """Yield a title that opens a word and up to three syllables that are no ordinary word."""
    for match in _HONOURED.finditer(text):
        rest = burmese.RUN.match(text, match.end())
        if rest is None or _starts_with_particle(text, match.end()):
            continue
        for end in (match.end() + c.end() for c in [*SYLLABLE.finditer(rest[0])][:3]):
            whole, name = text[match.start() : end], text[match.end() : end]
            ends = _ends_noun(text, end) or text.startswith(_DOES, end)
            # ကို opens a word as a title only; the others open ordinary ones too
            sure = match[0] == "ကို" and len(SYLLABLE.findall(name)) > 1
            if ends and whole not in listed("burmese_words") and (sure or _strange(text, match.end(), name)):
                yield Finding(match.start(), end, "PERSON", "an honorific and a name")
                break


def _ends_noun(text: str, at: int) -> bool:
    """Say whether what ends here is somebody or something: no letter follows, or such a particle."""
    return not burmese.RUN.match(text, at) or text.startswith(_OF_NOUNS, at)


def _strange(text: str, start: int, word: str) -> bool:
    """Say whether a Burmese word is in no list, and looks or stands like a name.

    It has a syllable that is commoner in names than in text, or two and a particle of nouns behind.
    """
    lists = ("burmese_words", "burmese_stops", "burmese_generic", "burmese_particles", "towns_burmese")
    if any(word in listed(name) for name in lists) or word in burmese.titles():
        return False
    syllables = SYLLABLE.findall(word)
    marked = len(syllables) > 1 and text.startswith(_OF_NOUNS, start + len(word))
    return marked or any(map(burmese.telling, syllables))


def _prefixed(text: str) -> Iterator[Finding]:
    """Yield a Kachin name element behind the prefix of names and callings."""
    for match in _PREFIXED.finditer(text):
        run = burmese.RUN.match(text, match.start())
        second = SYLLABLE.findall(run[0])[1:2] if run else []
        if second and second[0] in burmese.kachin() and burmese.rare(second[0]):
            end = match.end() + len(second[0])
            if _starts_with_particle(text, end):
                yield Finding(match.start(), end, "PERSON", "a prefix and a Kachin name element")


_LINK = re.compile("[ ၊,]{1,2}| ?(?:နဲ့|နှင့်|ရော)[ ၊]?")


def listed_with(text: str, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield short words that stand in one list with names already found."""
    ends, starts = {f.end for f in names}, {f.start for f in names}
    for run in burmese.tokens(text):
        first, last = run[0].start, run[-1].end
        if first in starts:
            continue
        before = any(e in ends and _LINK.fullmatch(text, e, first) for e in range(max(0, first - 8), first))
        after = any(s in starts and _LINK.fullmatch(text, last, s) for s in range(last + 1, last + 9))
        if before or after:
            yield from _short(text, first, last, "a word in one list with names")


def _short(text: str, start: int, end: int, reason: str) -> Iterator[Finding]:
    """Yield the start of a run up to its first particle when it may be a name."""
    run = text[start:end]
    cuts = [c.end() for c in SYLLABLE.finditer(run)]
    for n, cut in enumerate(cuts[:6], 1):
        if _starts_with_particle(text, start + cut):
            word = run[:cut]
            names = burmese.kachin() | burmese.name_syllables()
            common = listed("burmese_generic") | listed("burmese_stops") | listed("burmese_particles")
            if word not in common and (n > 1 or burmese.seldom(word)) and all(
                s in names for s in SYLLABLE.findall(word)
            ):
                yield Finding(start, start + cut, "PERSON", reason)
            return
        if n == len(cuts):
            return


def places(text: str) -> Iterator[Finding]:
    """Yield names with a place noun, and small places public maps name."""
    found = list[Finding]()
    for run in burmese.tokens(text):
        found += _framed(text, run)
    found += [
        Finding(*m.span(), "PLACE_FINE", "a village or tract of the region") for m in _fine().finditer(text)
    ]
    for finding in found:
        yield Finding(finding.start, _extended(text, finding.end), finding.label, finding.reason)


def _framed(text: str, run: Sequence[Token]) -> Iterator[Finding]:
    for n, token in enumerate(run):
        if not text.endswith(_heads(), run[0].start, token.end):
            continue
        surface = next(h for h in _heads() if text.endswith(h, run[0].start, token.end))
        i = n
        while i and run[i].start > token.end - len(surface):
            i -= 1
        if run[i].start < token.end - len(surface):
            i += 1
        first = i
        while first and i - first < _REACH and ((first == 1 and _may_open(text, run[0])) or not _stops(text, run[first - 1])):
            first -= 1
        left = run[first:i]
        if _telling(text, left) and not _is_road(text, left, surface):
            yield Finding(run[first].start, token.end, "PLACE_FINE", "a name with a place noun")


def _is_road(text: str, left: Sequence[Token], head: str) -> bool:
    """A road called after a town tells no more than the town."""
    return head == "လမ်း" and text[left[0].start : left[-1].end] in listed("towns_burmese")


def _may_open(text: str, token: Token) -> bool:
    """What opens a run is no case marker, so it may belong to a name."""
    return text[token.start : token.end] not in listed("burmese_stops")


def _stops(text: str, token: Token) -> bool:
    surface = text[token.start : token.end]
    if token.kind == NAME:
        return False
    return surface in listed("burmese_particles") or surface in listed("burmese_stops")


def _telling(text: str, tokens: Sequence[Token]) -> bool:
    """Say whether words before a place noun are more than its common description."""
    return any(text[t.start : t.end] not in listed("burmese_generic") for t in tokens)


def _extended(text: str, end: int) -> int:
    """Take in the side, the number and a further place noun behind a place."""
    if any(text.endswith(h, 0, end) for h in _NUMBERED) and (number := _NUMBER.match(text, end)):
        end = number.end()
    if (newer := _RENEWED.match(text, end)) and text.endswith(_heads(), 0, end):
        end = newer.end()
    follower = re.compile(rf"(?:{_SIDE})?(?: \d{{1,2}})? (?=[\u1000-\u103f])").match(text, end)
    if follower and (run := burmese.RUN.match(text, follower.end())):
        cuts = [run.start() + c.end() for c in SYLLABLE.finditer(run[0])][:6]
        for cut in reversed(cuts):
            word = text[run.start() : cut]
            if word.endswith(_heads()) and _starts_with_particle(text, cut):
                return cut
    return end


def groups(text: str) -> Iterator[Finding]:
    """Yield local groups and companies: a name and a noun for a body of people."""
    for match in _ORG.finditer(text):
        run = next((r for r in burmese.RUN.finditer(text, max(0, match.start() - 60)) if r.end() >= match.end()), None)
        if run is None or run.start() >= match.start():
            continue
        base = start = max(run.start(), match.start() - 60)
        before = text[base : match.start()]
        for token in burmese.tokens(before):
            for piece in token:
                if _stops(before, piece):
                    start = base + piece.end
        if match.start() - start >= 4:
            yield Finding(start, match.end(), "ORG", "a name with a noun for a group or company")
