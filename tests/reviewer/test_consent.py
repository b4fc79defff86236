"""Consent: every reason that stands against a release, one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from envelope.form import load
from reviewer import consent
from reviewer.errors import ConsentError
from reviewer.store import Entry, Facts
from tests.reviewer.test_decisions import entry

NOTHING: consent.Said = {}
GIVEN = replace(entry(), facts=Facts("opened", 1, "2026-11-22", commitment="ok"))


def with_answers(**answers) -> Entry:
    kept = {key: value for key, value in {**GIVEN.testimony.answers, **answers}.items() if value}
    return replace(GIVEN, testimony=replace(GIVEN.testimony, answers=kept))


@pytest.mark.parametrize("audience", ["iimm", "un"])
def test_what_she_ticked_may_go(audience):
    consent.require([GIVEN], audience, NOTHING)
    consent.require([with_answers(c3="identity")], audience, NOTHING)
    consent.require([with_answers(a1="not_say")], audience, NOTHING)


REFUSED = {
    "not ticked": (with_answers(c1=""), r"\(c1\)"),
    "no class": (with_answers(c2=""), r"\(c2\)"),
    "another class": (with_answers(c2="icc courts_abroad un ngo public"), r"\(c2\)"),
    "numbers only": (with_answers(c3="numbers"), r"\(c3\)"),
    "how not chosen": (with_answers(c3=""), r"\(c3\)"),
    "a child": (with_answers(a1="under_18"), r"\(a1\)"),
    "a stop list": (with_answers(c5="my uncle"), r"\(c5\)"),
    "another text": (
        replace(GIVEN, testimony=replace(GIVEN.testimony, consent_sha256="00" * 32)),
        "consent text",
    ),
    "a language without text": (
        replace(GIVEN, testimony=replace(GIVEN.testimony, consent_lang="xx")),
        "consent text",
    ),
    "set aside": (Entry("ab" * 32, Facts("set_aside", 1, "2026-11-22")), "set aside"),
    "a broken commitment": (
        replace(GIVEN, facts=replace(GIVEN.facts, commitment="mismatch")),
        "no proof",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_she_did_not_allow_is_refused_by_name(case):
    one, why = REFUSED[case]
    with pytest.raises(ConsentError, match=why) as refused:
        consent.require([one], "iimm", NOTHING)
    assert "uncle" not in str(refused.value)


def test_the_classes_a_testimony_may_go_to_are_what_no_objection_leaves():
    assert consent.open_to(with_answers(c2="icc un"), NOTHING) == ("icc", "un")
    assert consent.open_to(REFUSED["a broken commitment"][0], NOTHING) == ("un",)
    assert consent.open_to(with_answers(a1="under_18"), NOTHING) == ()


def test_every_combination_of_her_answers_is_allowed_or_refused_as_the_rule_says():
    """The rule once more, from the format: all who are told, how, her age, what she took back."""
    classes = load().question("c2").choices
    ticked = [[c for n, c in enumerate(classes) if mask >> n & 1] for mask in range(2 ** len(classes))]
    code, count = "7" * 28, 0
    for c2, c3, a1, c5 in product(
        ticked,
        ("", *load().question("c3").choices),
        ("", *load().question("a1").choices),
        ("", "my uncle"),
    ):
        one = with_answers(c2=" ".join(c2), c3=c3, a1=a1, c5=c5)
        one = replace(one, testimony=replace(one.testimony, code=code))
        for taken_back in (NOTHING, {code: consent.Limits(withdrawn=True)}):
            told = c3 in ("text", "identity") and a1 != "under_18" and not c5 and not taken_back
            assert list(consent.open_to(one, taken_back)) == (c2 if told else []), (c2, c3, a1, c5)
            count += len(classes)
    assert count == 2**6 * 4 * 4 * 2 * 2 * 6


def test_a_broken_commitment_does_not_keep_an_account_from_a_partner():
    consent.require([REFUSED["a broken commitment"][0]], "un", NOTHING)


def test_every_objection_is_named_at_once():
    with pytest.raises(ConsentError, match=r"c2.*c3.*a1.*c5"):
        consent.require([with_answers(c2="", c3="", a1="under_18", c5="x")], "iimm", NOTHING)


def test_what_was_withdrawn_with_its_code_stays_and_only_that():
    def coded(code, **answers):
        one = with_answers(**answers)
        return replace(one, testimony=replace(one.testimony, code=code))

    first, second = coded("1" * 28), coded("2" * 28)
    found = consent.said([first, second, coded("1" * 28, u1="withdraw"), coded("", u1="withdraw")])
    with pytest.raises(ConsentError, match="withdrawn with its receipt code"):
        consent.require([first], "iimm", found)
    consent.require([second], "iimm", found)
    consent.require([GIVEN], "iimm", found)  # it has no code


def test_what_one_account_of_a_person_refuses_all_of_them_refuse_whichever_came_first():
    def coded(**answers):
        one = with_answers(**answers)
        return replace(one, testimony=replace(one.testimony, code="1" * 28))

    mine = coded(c2="iimm icc un", c3="identity")
    refusals = {
        "uncle": (coded(u1="add", c5="my uncle"), r"\(c5\)"),
        "child": (coded(u1="add", a1="under_18"), r"\(a1\)"),
        "class": (coded(u1="add", c2="un"), "another account .* iimm"),
        "numbers": (coded(u1="add", c3="numbers"), r"\(c3\)"),
    }
    for other, why in refusals.values():
        known = consent.said([other, mine])
        assert known == consent.said([mine, other])
        with pytest.raises(ConsentError, match=why):
            consent.require([mine], "iimm", known)
    known = consent.said([mine, coded(u1="add", c2="un icc", c3="text")])
    assert (consent.open_to(mine, known), consent.level(mine, known)) == (("icc", "un"), "text")
    assert consent.basis(mine, ("icc", "un"), "text") == "narrowed by reviewers"
    silent = consent.said([mine, coded(u1="danger", c1="", c2="", c3="", a1="")])
    assert consent.open_to(mine, silent) == ("iimm", "icc", "un")
    stranger = with_answers(c2="iimm", c5="my uncle")
    assert consent.open_to(mine, consent.said([mine, stranger])) == ("iimm", "icc", "un")


def test_who_narrowed_all_her_accounts_is_counted_for_fewer_too():
    def coded(**answers):
        one = with_answers(**answers)
        return replace(one, testimony=replace(one.testimony, code="1" * 28))

    mine, other = coded(c2="iimm un"), coded(u1="add", c2="un")
    assert consent.counts_for(mine, consent.said([mine])) == ("iimm", "un")
    assert consent.counts_for(mine, consent.said([mine, other])) == ("un",)
