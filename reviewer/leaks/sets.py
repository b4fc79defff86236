"""Release tests 30-34: what sets of facts tell, who read what leaves, practice cases (laptop)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import product

from envelope import places
from envelope.form import UNSURE
from release import aggregates, coarse
from release.content import tier
from release.texts import TOKEN
from reviewer.leaks.subject import SAME_IN_ALL, Leak, Subject
from reviewer.policy import SMALL, TABLE, Way
from reviewer.recognise import Index, units, words

QUASI = ("d1.month", "p1.township", "x1", "d1.year", "p1.state")
"""What a stranger may know of a case beside the account, in the order in which it is given up."""
LEAST = {name: k for name, k in aggregates.LEAST.items() if name != "court"}
"""k: testimonies that must share what is shown; a court gets the facts as they are."""


_NOTHING = ("", *UNSURE)


def shown(answers: Mapping[str, str]) -> dict[str, str]:
    """What a testimony shows of the facts that single out, if nothing is held back."""
    said = {field: answers.get(field, "") for field in QUASI}
    return {field: value for field, value in said.items() if value not in _NOTHING}


def coarsened(
    answers: Mapping[str, str], crowd: tuple[Mapping[str, str], ...], audience: str
) -> tuple[str, ...]:
    """Return the fields to hold back until k testimonies of the crowd show the same."""
    least = LEAST.get(tier(audience), 0)
    facts, held = shown(answers), list[str]()
    for field in QUASI:
        if _sharing(facts, crowd) >= least:
            break
        if facts.pop(field, None) is not None:
            held.append(field)
    return tuple(held)


def may_link(
    members: Sequence[Mapping[str, str]], crowd: tuple[Mapping[str, str], ...], audience: str
) -> bool:
    """Whether accounts with these released answers may be said to tell of one event.

    Together they show of each other what one alone holds back or never said; whoever is no court
    gets that only if k testimonies of the crowd share it.
    """
    least = LEAST.get(tier(audience), 0)
    return all(_sharing(facts, crowd) >= least for facts in _together(list(map(shown, members))))


def _together(members: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """The facts of each member, with those of the others where it has none, in every way."""
    said = {f: sorted({one[f] for one in members if f in one}) for f in QUASI}
    known = [field for field in QUASI if said[field]]
    for one in members:
        choices = ([one[field]] if field in one else said[field] for field in known)
        yield from (dict(zip(known, chosen, strict=True)) for chosen in product(*choices))


def combinations(subject: Subject) -> Iterator[Leak]:
    """30: whoever is no court gets no combination that fewer than k testimonies share."""
    audience = subject.plan.recipient.audience
    least = LEAST.get(tier(audience), 0)
    for event in subject.release["events"]:
        members = [subject.answers(name) for name in event["testimonies"]]
        if not may_link(members, subject.crowd, audience):
            why = f"groups accounts that together show what fewer than {least} testimonies do"
            yield Leak("data/release.json", f"{why}; propose again")
    for name in subject.testimonies:
        facts = shown(subject.answers(name))
        if facts and _sharing(facts, subject.crowd) < least:
            why = f"shows {', '.join(sorted(facts))} as fewer than {least} testimonies do"
            yield Leak(subject.of(name, "testimony.json"), f"{why}; propose again")


def small_counts(subject: Subject) -> Iterator[Leak]:
    """31: no number below 5 is shown, and counts are bands for whoever is no court."""
    for name in subject.testimonies:
        for field, value in subject.answers(name).items():
            counted = TABLE[field].way is Way.MIXED if field in TABLE else False
            if counted and value.isdecimal() and int(value) < SMALL:
                yield Leak(subject.of(name, "testimony.json"), f"shows a small number ({field})")
    court = tier(subject.plan.recipient.audience) == "court"
    if not court and any(isinstance(n, int) for n in subject.release["counts"].values()):
        yield Leak("data/release.json", "counts exactly where only bands may stand")


def consistent(subject: Subject) -> Iterator[Leak]:
    """32: what is coarsened in one place is nowhere finer in the same release."""
    ways: dict[tuple[str, str], set[str]] = {}
    for form in subject.forms:
        if form.token and form.kind != "P":  # persons of one name may be two
            ways.setdefault((form.kind, "".join(words(form.text))), set()).add(form.token)
    for (letter, _), tokens in ways.items():
        if len(tokens) > 1:
            why = f"one identity ({letter}) is replaced by {' and by '.join(sorted(tokens))}"
            yield Leak("data/testimonies", f"{why}; take one of them everywhere")
    for name in subject.testimonies:
        yield from _finer(subject, name)


def _finer(subject: Subject, name: str) -> Iterator[Leak]:
    answers, held = subject.answers(name), subject.plan.withheld.get(name, ())
    where = subject.of(name, "testimony.json")
    for field in answers:
        if field.startswith("p2.") or field == "d1.day" or field in held:
            yield Leak(where, f"shows {field}, which is held back")
    township = Index()
    for lang in ("en", "my"):
        called = places.names("township", lang).get(subject.townships.get(name, ""), "")
        township.add(words(called), "L")
    for text in (text for text in subject.told if text.testimony == name):
        found = {match[0] for match in TOKEN.finditer(text.words)}
        if "d1.month" in held and any(map(_month, found)):
            yield Leak(text.file, "names a month, and the month of this account is held back")
        if "p1.township" in held and any(map(_township, found)):
            yield Leak(text.file, "names a township, and that of this account is held back")
        if "p1.township" in held and any(township.find(units(text.words))):
            yield Leak(text.file, "names the township that is held back; put its region there")


def _month(word: str) -> bool:
    return coarse.kind(word) == "D" and "-" in word


def _township(word: str) -> bool:
    return word in coarse.areas() and word.endswith(" township]")


def reader(subject: Subject) -> Iterator[Leak]:
    """33: the second reviewer was shown every file of the bag, these very bytes."""
    if subject.read is None:
        return
    for name, data in sorted(subject.files.items()):
        if subject.read.get(name) != sha256(data).hexdigest():
            yield Leak(name, "was not shown to the second reviewer as it would leave")


def practice(subject: Subject) -> Iterator[Leak]:
    """34: in a practice case no planted name is missed; in a real one nothing is planted."""
    if not subject.practice:
        if subject.canaries:
            yield Leak("the bag", "names were planted, and this is no practice case")
        return
    if not subject.canaries:
        yield Leak("the bag", "no planted names were given; a practice case needs --practice FILE")
    index = Index()
    for canary in subject.canaries:
        index.add(words(canary), "P")
    for name, data in subject.files.items():
        same = name.startswith(SAME_IN_ALL)
        if not same and any(index.find(units(data.decode("utf-8", "replace")))):
            yield Leak(name, "still holds a planted name")


def _sharing(facts: Mapping[str, str], crowd: tuple[Mapping[str, str], ...]) -> int:
    return sum(all(one.get(f) == value for f, value in facts.items()) for one in crowd)


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {
    30: combinations,
    31: small_counts,
    32: consistent,
    33: reader,
    34: practice,
}
