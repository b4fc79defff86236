"""The tables of a bundle: computed from its accounts, so nothing is in one that is not in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envelope import form, places
from release.account import Account, Contents, Incident
from release.content import NARRATIVE
from release.texts import write_table

FOLDER = "tables"
TABLES = ("incidents", "timeline", "corroboration", "persons")
_INCIDENTS = (
    "incident", "month", "precision", "state", "township", "pcode", "type", "type_huridocs",
    "party", "party_huridocs", "people", "killed", "hurt", "accounts", "independent_first_hand",
    "testimonies",
)  # fmt: skip
_TIMELINE = (
    "month", "precision", "incident", "testimony", "state", "township", "pcode", "type", "party",
    "people", "what_became_of_them",
)  # fmt: skip
_CORROBORATION = (
    "incident", "testimony", "first_hand", "independent", "month", "township", "party", "type",
    "people", "knows_it_as", "other_evidence", "source", "account",
)  # fmt: skip
_PERSONS = ("person", "mentions", "testimonies")


def tables(found: Contents) -> dict[str, bytes]:
    """Return the name below data/ → bytes of each table."""
    made = (
        write_table(_INCIDENTS, map(_incident, found.incidents)),
        write_table(_TIMELINE, _timeline(found)),
        write_table(_CORROBORATION, _corroboration(found)),
        write_table(_PERSONS, _persons(found.accounts)),
    )
    return {f"{FOLDER}/{name}.csv": data for name, data in zip(TABLES, made, strict=True)}


def _incident(one: Incident) -> list[str]:
    states, townships = one.codes("p1.state"), one.codes("p1.township")
    return [
        one.id,
        one.month,
        _all(one, "d1.precision"),
        "; ".join(map(places.name, states)),
        "; ".join(map(places.name, townships)),
        " ".join(townships or states),
        " ".join(one.codes("i1")),
        _terms("i1", one.codes("i1")),
        " ".join(one.codes("x1")),
        _terms("x1", one.codes("x1")),
        _numbers(one, "n1.count"),
        _numbers(one, "h1.killed"),
        _numbers(one, "h1.hurt"),
        str(len(one.accounts)),
        one.sources,
        " ".join(account.id for account in one.accounts),
    ]


def _timeline(found: Contents) -> Iterator[list[str]]:
    """One row an account, in the order of the incidents."""
    for one in found.incidents:
        for account in one.accounts:
            states, townships = account.codes("p1.state"), account.codes("p1.township")
            yield [
                account.month,
                " ".join(account.codes("d1.precision")),
                one.id,
                account.id,
                "; ".join(map(places.name, states)),
                "; ".join(map(places.name, townships)),
                " ".join(townships or states),
                " ".join(account.codes("i1")),
                " ".join(account.codes("x1")),
                _number(account, "n1.count"),
                " ".join(account.codes("o1")),
            ]


def _corroboration(found: Contents) -> Iterator[list[str]]:
    """One row an account of an incident that has several, with what each says for itself."""
    for one in found.incidents:
        for account in one.accounts if len(one.accounts) > 1 else ():
            yield [
                one.id,
                account.id,
                _yes(account.is_first_hand),
                _yes(account.id not in one.dependent),
                account.month,
                "; ".join(map(places.name, account.codes("p1.township"))),
                " ".join(account.codes("x1")),
                " ".join(account.codes("i1")),
                _number(account, "n1.count"),
                " ".join(account.codes("k1")),
                " ".join(account.codes("t2")),
                account.assessment["source"],
                account.assessment["account"],
            ]


def _persons(accounts: Sequence[Account]) -> Iterator[list[str]]:
    """Every person's word in brackets, and the accounts it stands in."""
    mentions: dict[str, list[str]] = {}
    for account in accounts:
        for one in account.redactions:
            if one.kind == "P" and (one.field == NARRATIVE or one.field in account.answers):
                mentions.setdefault(one.token, []).append(account.id)
    for token, names in sorted(mentions.items()):
        yield [token, str(len(names)), " ".join(sorted(set(names)))]


def _terms(question: str, codes: Sequence[str]) -> str:
    """The nearest HURIDOCS terms of these answers; some have none."""
    terms = form.huridocs(question)
    return " ".join(sorted({terms[code] for code in codes if code in terms}))


def _all(one: Incident, field: str) -> str:
    return " ".join(one.codes(field))


def _numbers(one: Incident, field: str) -> str:
    """What each account says, not added up: two accounts may count the same people."""
    return "; ".join(sorted({said for a in one.accounts if (said := _number(a, field))}, key=int))


def _number(account: Account, field: str) -> str:
    said = account.answers.get(field, "")
    return said if said.isdecimal() else ""


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
