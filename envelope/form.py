"""The form as data: questions, texts, consent, and what an answer may be; every machine."""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from envelope import places
from envelope.errors import FormatError

UNSURE = ("dont_know", "not_say")
# What a P-code can stand for here → the question it answers.
PLACES = {"state": "p1", "township": "p1", "tract": "p2"}
LAST_WITNESS_STEP = 5  # what stands after it is the documenter's, and the day of writing
MAX_TEXT = 4000  # code points of one typed answer; the account itself has no such limit
_HERE = Path(__file__).parent
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)  # any: a phone's clock may be wrong
_NUMBER = re.compile(r"0|[1-9]\d{0,5}", re.ASCII)

Rule = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its step, kind, the fields it fills and its choices in form order.

    Kinds: one, many, consent (choices) · text (typed) · count (numbers, and a `.kind` choice) ·
    date (year, month, day, precision) · iso_day (YYYY-MM-DD) · place (codes of state, township,
    tract; typed ward, village) · files. `when` names the condition it is asked under.
    """

    id: str
    step: int
    kind: str
    fields: tuple[str, ...]
    choices: tuple[str, ...] = ()
    sort: str = ""
    when: str = ""

    def codes(self, field: str) -> bool:
        """Return whether an answer to `field` is chosen among codes, and never typed."""
        chosen = self.kind in ("one", "many", "consent")
        return chosen or field.rpartition(".")[2] in (*PLACES, "kind", "precision")

    def rule(self, field: str) -> Rule:
        """Return the test that an answer to `field`, one of this question's, must pass."""
        part = field.rpartition(".")[2]
        if part in PLACES:
            return lambda value: value in UNSURE or value in places.codes(part)
        if self.kind == "many":
            return self._is_many
        if self.codes(field):
            return self.choices.__contains__
        return _KINDS.get(part) or _KINDS[self.kind]

    def _is_many(self, value: str) -> bool:
        codes = value.split(" ")
        return codes == [code for code in self.choices if code in codes]


@dataclass(frozen=True)
class Form:
    """Form version 1. `fields` is the SR1 order of its units and never changes.

    `under_18` lists the questions a child is asked, `follow_up` those of whoever comes back with a
    receipt code for one of these answers to u1, and for nothing else. A condition is question →
    codes, one of which must be chosen there: "" stands for no answer, "*" for any code but the
    unsure ones.
    """

    version: int
    fields: tuple[str, ...]
    questions: tuple[Question, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]
    follow_up: Mapping[str, tuple[str, ...]]
    under_18: tuple[str, ...]
    languages: Mapping[str, Mapping[str, Any]]

    @functools.cached_property
    def coded(self) -> frozenset[str]:
        """The fields whose answers are codes of the form, none of them a word of the witness."""
        return frozenset(f for q in self.questions for f in q.fields if q.codes(f))

    @functools.cached_property
    def by_field(self) -> Mapping[str, Question]:
        """Field → the question it answers."""
        return {field: question for question in self.questions for field in question.fields}

    def question(self, question_id: str) -> Question:
        """Return the question with this id; raise KeyError if there is none."""
        return {question.id: question for question in self.questions}[question_id]

    def texts(self, lang: str) -> dict[str, str]:
        """Return every text but the consent: `q.ID`, `h.ID` (hint), `l.FIELD`, `ID.CHOICE`."""
        texts = self.words(lang, self.questions)
        for part, question in PLACES.items():
            texts |= {f"{question}.{code}": name for code, name in places.names(part, lang).items()}
        return texts

    def words(self, lang: str, questions: Sequence[Question]) -> dict[str, str]:
        """Return the texts of some questions, without the names of places."""
        ids = {q.id for q in questions}
        return {
            key: text
            for key, text in self._language(lang).items()
            if key != "consent" and _question_of(key) in ids
        }

    def shown_choices(self, question_id: str, lang: str) -> tuple[str, ...]:
        """Return a question's choices in the order a person sees them.

        Parties are sorted by code point of their label, so that no order ranks them.
        """
        question, texts = self.question(question_id), self.texts(lang)
        if question.sort != "label":
            return question.choices
        named = [code for code in question.choices if code not in UNSURE]
        last = [code for code in question.choices if code in UNSURE]
        return (*sorted(named, key=lambda code: texts[f"{question_id}.{code}"]), *last)

    def consent_text(self, lang: str) -> str:
        """Return the consent text, one sentence a line, no line feed at the end."""
        return "\n".join(self._language(lang)["consent"])

    def consent_sha256(self, lang: str) -> str:
        """Return the lower-case hex SHA-256 of the consent text in UTF-8."""
        return sha256(self.consent_text(lang).encode()).hexdigest()

    def validate(self, answers: Mapping[str, str]) -> None:
        """Raise FormatError for an unknown field, or an answer its field cannot hold."""
        rules = {field: q.rule(field) for q in self.questions for field in q.fields}
        for field, value in answers.items():
            if field not in rules:
                raise FormatError(f"The form has no field {field[:40]!r}; correct its name.")
            if not isinstance(value, str) or not rules[field](value):
                raise FormatError(
                    f"The answer to {field} cannot be {str(value)[:40]!r}; give one the form"
                    " allows, or leave the field out."
                )

    def require(
        self, answers: Mapping[str, str], narrative: str, attachments: int, code: str = ""
    ) -> None:
        """Raise FormatError unless a new testimony may be sealed: consent, content, child rule.

        Asked when sealing only: what is sealed already is never lost to a rule.
        """
        if "u1" in answers and not code:
            raise FormatError("Whoever comes back (u1) has a receipt code; give it.")
        if answers.get("u1") in self.follow_up:
            self._require_follow_up(answers, narrative, attachments)
            return
        if answers.get("c1") != "yes":
            raise FormatError('There is no consent; set "c1" to "yes" once it was given.')
        adds_files = answers.get("u1") == "add" and attachments
        if not narrative and "i1" not in answers and not adds_files:
            raise FormatError("Nothing is told; give an account, or say what happened (i1).")
        if answers.get("a1") != "under_18":
            return
        extra = sorted(set(answers) - self._fields_of(self.under_18))
        if narrative or attachments or extra:
            what = extra[0] if extra else "an account or files"
            raise FormatError(f"Someone under 18 is not asked for {what}; leave it out.")

    def _require_follow_up(
        self, answers: Mapping[str, str], narrative: str, attachments: int
    ) -> None:
        """Who comes back only to withdraw or to tell of danger gives no account past every rule."""
        said = {"u1", "f1", "c4"}  # what a follow-up says by itself
        extra = sorted(set(answers) - self._fields_of(self.follow_up[answers["u1"]]) - said)
        if narrative or attachments or extra:
            what = extra[0] if extra else "an account or files"
            raise FormatError(
                f"Who comes back to say {answers['u1']} (u1) gives nothing more; leave out {what},"
                " or seal it apart, as add."
            )

    def _fields_of(self, asked: Sequence[str]) -> set[str]:
        """Return the fields of these questions, and the documenter's."""
        return {
            field
            for q in self.questions
            for field in q.fields
            if q.id in asked or q.step > LAST_WITNESS_STEP
        }

    def _language(self, lang: str) -> Mapping[str, Any]:
        if lang not in self.languages:
            known = ", ".join(self.languages)
            raise FormatError(f"The form has no texts in {lang!r}; use {known}.")
        return self.languages[lang]


@functools.cache
def load() -> Form:
    """Return the form this release ships."""
    data = _read("form-v1.json")
    questions = tuple(
        Question(
            id=q["id"],
            step=q["step"],
            kind=q["kind"],
            fields=tuple(q["fields"]),
            choices=tuple(q.get("choices", ())),
            sort=q.get("sort", ""),
            when=q.get("when", ""),
        )
        for q in data["questions"]
    )
    return Form(
        version=data["version"],
        fields=tuple(data["fields"]),
        questions=questions,
        conditions={
            name: {question: tuple(codes) for question, codes in condition.items()}
            for name, condition in data["conditions"].items()
        },
        follow_up={purpose: tuple(ids) for purpose, ids in data["follow_up"].items()},
        under_18=tuple(data["under_18"]),
        languages=data["texts"],
    )


def told(answers: Mapping[str, str], field: str) -> tuple[str, ...]:
    """Return the codes of an answer that say something; none for no answer or an unsure one."""
    return tuple(code for code in answers.get(field, "").split() if code not in UNSURE)


def month(answers: Mapping[str, str]) -> str:
    """Return when it happened as `YYYY-MM` or `YYYY`, "" where not even the year is told."""
    year, number = answers.get("d1.year", ""), answers.get("d1.month", "")
    if not year.isdecimal():
        return ""
    return f"{year}-{int(number):02}" if number.isdecimal() else year


def huridocs(question: str) -> dict[str, str]:
    """Return answer code → nearest HURIDOCS term of question "i1" or "x1"; others have none."""
    codes: dict[str, str] = _read("vocabulary/huridocs.json")[question]
    return codes


def _question_of(key: str) -> str:
    """Return the id of the question that the text with this key belongs to."""
    kind, _, rest = key.partition(".")
    if kind in ("q", "h"):
        return rest
    # Fields and choices may have a dot, as the ids of three questions have.
    return (rest if kind == "l" else key).rpartition(".")[0]


@functools.cache
def _read(name: str) -> Any:
    return json.loads((_HERE / name).read_bytes())


def _is_day(value: str) -> bool:
    try:
        return _DAY.fullmatch(value) is not None and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _is_typed(value: str) -> bool:
    return 0 < len(value) <= MAX_TEXT


def _between(low: int, high: int) -> Rule:
    return lambda value: _is_number(value) and low <= int(value) <= high


_KINDS: dict[str, Rule] = {
    "year": _between(1900, 2100),
    "month": _between(1, 12),
    "day": _between(1, 31),
    "count": _is_number,
    "text": _is_typed,
    "place": _is_typed,
    "iso_day": _is_day,
}
