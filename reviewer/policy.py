"""What may leave of each answer, with one reason each; what is not in the table stays (laptop)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from envelope.form import UNSURE

SMALL = 5
"""Numbers below this identify; k for partners in doc/FORMAT.md is the same."""


class Way(Enum):
    """How a field is treated in a release."""

    OPEN = "released as answered"
    TEXT = "released like the account, with identities replaced"
    MIXED = "released, but for answers that are hidden so that they look like no answer"
    HIDDEN = "withheld, whether answered or not"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is treated, and why; `hides` says which answers to a MIXED field stay."""

    way: Way
    reason: str
    hides: Callable[[Mapping[str, str]], bool] = lambda _: True


def _codes(field: str, *hidden: str) -> Callable[[Mapping[str, str]], bool]:
    """Hide the answer if one of these codes is in it; those that say nothing are hidden too."""
    stay = {*hidden, *UNSURE}
    return lambda answers: bool(stay & set(answers.get(field, "not_say").split(" ")))


def _small(field: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda answers: not answers.get(field, "").isdigit() or int(answers[field]) < SMALL


_NUMBER = "a small number identifies, so none below 5 is shown and its absence says nothing"
_DOCUMENTER = "tells who collected the account, or when"

TABLE: Mapping[str, Rule] = {
    "c1": Rule(Way.OPEN, "the tick that consent rests on"),
    "a1": Rule(Way.HIDDEN, "age is never released"),
    "k1": Rule(Way.OPEN, "how first-hand the account is, a code"),
    "i1": Rule(Way.OPEN, "what happened, a code"),
    "d1.year": Rule(Way.OPEN, "month is the default precision of a release"),
    "d1.month": Rule(Way.OPEN, "month is the default precision of a release"),
    "d1.day": Rule(Way.HIDDEN, "a day with a place identifies"),
    "d1.precision": Rule(Way.OPEN, "how well the date is known, a code"),
    "p1.state": Rule(Way.OPEN, "too wide to identify"),
    "p1.township": Rule(Way.OPEN, "too wide to identify"),
    "p2.tract": Rule(Way.HIDDEN, "a tract at most leaves, and only by a decision not offered yet"),
    "p2.ward": Rule(Way.HIDDEN, "a ward identifies"),
    "p2.village": Rule(Way.HIDDEN, "a village identifies"),
    "p3": Rule(Way.MIXED, "a home raises the risk", _codes("p3", "home")),
    "x1": Rule(Way.OPEN, "who took them, a code"),
    "x2": Rule(Way.MIXED, "'I know them' identifies", _codes("x2", "know_them")),
    "x3.unit": Rule(Way.TEXT, "units are evidence; names in it are replaced"),
    "x3.commander": Rule(Way.TEXT, "commanders are evidence; a reviewer decides on the name"),
    "x3.vehicle": Rule(Way.TEXT, "vehicles are evidence; plates are replaced"),
    "n1.count": Rule(Way.MIXED, _NUMBER, _small("n1.count")),
    "n1.kind": Rule(Way.MIXED, _NUMBER, _small("n1.count")),
    "n2.women": Rule(Way.MIXED, _NUMBER, _small("n2.women")),
    "n2.under_18": Rule(Way.MIXED, _NUMBER, _small("n2.under_18")),
    "h1.hurt": Rule(Way.MIXED, _NUMBER, _small("h1.hurt")),
    "h1.killed": Rule(Way.MIXED, _NUMBER, _small("h1.killed")),
    "h1.died_fleeing": Rule(Way.MIXED, _NUMBER, _small("h1.died_fleeing")),
    "o2": Rule(Way.OPEN, "kind of place only, a code"),
    "o1": Rule(Way.MIXED, "who escaped is hunted", _codes("o1", "escaped")),
    "m1": Rule(Way.OPEN, "whether money was asked, a code"),
    "m1.band": Rule(Way.OPEN, "a band, no sum"),
    "m1.office": Rule(Way.TEXT, "the office is evidence; names in it are replaced"),
    "t2": Rule(Way.OPEN, "kinds of confirmation, codes"),
    "f1": Rule(Way.HIDDEN, "for the team's triage only"),
    "f1.text": Rule(Way.HIDDEN, "for the team's triage only"),
    "f2": Rule(Way.HIDDEN, "whom she told before could be asked who she is"),
    "c2": Rule(Way.OPEN, "the consent a release rests on; repeated in consent.json"),
    "c3": Rule(Way.OPEN, "the consent a release rests on; repeated in consent.json"),
    "c4": Rule(Way.HIDDEN, "contact is never released"),
    "c5": Rule(Way.HIDDEN, "what must never be shared is not even named"),
    "u1": Rule(Way.HIDDEN, "that she came back, and why, is the team's to act on"),
    "w1": Rule(Way.HIDDEN, _DOCUMENTER),
    "w2": Rule(Way.OPEN, "language of the interview, a code"),
    "w3": Rule(Way.OPEN, "whether there was an interpreter, a code"),
    "w4": Rule(Way.OPEN, "how consent was given, a code"),
    "w5": Rule(Way.OPEN, "how the account was written down, a code"),
    "w6": Rule(Way.HIDDEN, _DOCUMENTER),
    "written_on": Rule(Way.HIDDEN, "a day can be matched with who was online"),
}
_UNDECIDED = Rule(Way.HIDDEN, "not decided")


def rule(field: str) -> Rule:
    """How a field is treated; one the table does not know is withheld."""
    return TABLE.get(field, _UNDECIDED)


def is_text(field: str) -> bool:
    """Whether a field leaves as text with identities replaced."""
    return rule(field).way is Way.TEXT


def is_hidden(field: str, answers: Mapping[str, str]) -> bool:
    """Whether a field is withheld whole; it is then named as such, whether answered or not."""
    found = rule(field)
    return found.way is Way.HIDDEN or (found.way is Way.MIXED and found.hides(answers))
