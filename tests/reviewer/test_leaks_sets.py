"""Release tests 30-34: sets of facts, who read what leaves, practice cases."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from envelope import canonical
from release.content import Addressee
from reviewer.leaks import coarsened
from reviewer.leaks.sets import shown
from reviewer.leaks.subject import Form, Subject
from tests.reviewer import leaking
from tests.reviewer.leaking import Plant, Planted, english_file, said, with_file

HPAKANT = {"p1.state": "MMR001", "p1.township": "MMR001009", "x1": "military"}

MARCH = {**HPAKANT, "d1.year": "2024", "d1.month": "3"}


def to(audience: str) -> Plant:
    def plant(subject: Subject) -> Subject:
        return replace(subject, plan=replace(subject.plan, recipient=Addressee("x", audience, None)))

    return plant


def answered(**answers: str) -> Plant:
    """The English account's answers, with these besides."""

    def plant(subject: Subject) -> Subject:
        name = english_file(subject, "testimony.json")
        summary = json.loads(subject.files[name])
        summary["answers"] |= {field.replace("__", "."): value for field, value in answers.items()}
        return with_file(subject, name, canonical.dumps(summary))

    return plant


def held(*fields: str, plant: Plant = lambda s: s) -> Plant:
    """As if these answers of the English account were held back."""

    def planted(subject: Subject) -> Subject:
        name = leaking.about(subject, "His brother")
        where = subject.of(name, "testimony.json")
        summary = json.loads(subject.files[where])
        summary["answers"] = {f: v for f, v in summary["answers"].items() if f not in fields}
        made = replace(subject.plan, withheld={name: fields})
        spoiled = plant(with_file(subject, where, canonical.dumps(summary)))
        return replace(spoiled, plan=made)

    return planted


def two_ways(subject: Subject) -> Subject:
    forms = (Form("Lungzep Yang", "L", "T-2222", "[L-01]"), Form("lungzep yang", "L", "T-3333", "[Hpakant township]"))
    return replace(subject, forms=forms)


def unread(subject: Subject) -> Subject:
    read = all_read(subject)
    del read[english_file(subject)]
    return replace(subject, read=read)


def read_before_it_changed(subject: Subject) -> Subject:
    return said("and more")(replace(subject, read=all_read(subject)))


def all_read(subject: Subject) -> dict[str, str]:
    return {name: sha256(data).hexdigest() for name, data in subject.files.items()}


def grouped(subject: Subject) -> Subject:
    """Two accounts, each like five others, that are said to tell of one event unlike any other."""
    first, second = sorted(subject.plan.testimonies)[:2]
    subject = to("un")(subject)
    release = json.loads(subject.files["data/release.json"])
    release["events"] = [{"dependent": [], "testimonies": [first, second]}]
    files = {**subject.files, "data/release.json": json.dumps(release).encode()}
    return replace(subject, files=files, crowd=(HPAKANT,) * 4)


PLANTED = [
    Planted(30, "a group that shows more together", grouped, "data/release.json"),
    Planted(30, "four like it, to a partner", lambda s: replace(to("un")(s), crowd=(HPAKANT,) * 4), "testimony.json"),
    Planted(30, "nine like it, to the public", lambda s: replace(to("public")(s), crowd=(HPAKANT,) * 9), "testimony.json"),
    Planted(31, "two taken", answered(n1__count="2"), "testimony.json"),
    Planted(31, "one killed", answered(h1__killed="1"), "testimony.json"),
    Planted(31, "exact counts to a partner", to("un"), "data/release.json"),
    Planted(32, "a village by two words", two_ways, "data/testimonies"),
    Planted(32, "a village beside its township", answered(p2__village="Somewhere"), "testimony.json"),
    Planted(32, "a day beside its month", answered(d1__day="3"), "testimony.json"),
    Planted(32, "an answer held back", lambda s: answered(x1="military")(held("x1")(s)), "testimony.json"),
    Planted(32, "the township in the account", held("p1.township"), "narrative.txt"),
    Planted(32, "the township in brackets", held("p1.township", plant=said("[Mohnyin township]")), "narrative.txt"),
    Planted(32, "the month in brackets", held("d1.month", plant=said("[2024-03]")), "narrative.txt"),
    Planted(33, "a file nobody was shown", unread, "narrative.txt"),
    Planted(33, "a file that changed since", read_before_it_changed, "narrative.txt"),
    Planted(34, "a planted name was missed", lambda s: replace(said("Nawng Mai")(s), practice=True, canaries=("Nawng Mai",)), "narrative.txt"),
    Planted(34, "a practice case without its list", lambda s: replace(s, practice=True), "the bag"),
    Planted(34, "planted in a real case", lambda s: replace(s, canaries=("Nawng Mai",)), "the bag"),
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: f"{p.number}: {p.what}")
def test_what_is_planted_is_caught_and_the_file_named(clean, planted):
    leaks = leaking.found(planted.plant(clean), planted.number)
    assert leaks and any(leak.file.endswith(planted.file) for leak in leaks), leaks


@pytest.mark.parametrize("number", range(30, 35))
def test_the_release_itself_passes(clean, number):
    assert leaking.found(replace(clean, read=all_read(clean)), number) == []


def test_a_practice_case_whose_planted_names_are_gone_passes(clean):
    assert leaking.found(replace(clean, practice=True, canaries=("Nawng Mai",)), 34) == []


def test_five_like_it_may_go_to_a_partner_and_ten_to_the_public(clean):
    for audience, enough in (("un", 5), ("public", 10)):
        assert leaking.found(replace(to(audience)(clean), crowd=(MARCH,) * enough), 30) == []


def test_facts_are_given_up_from_the_finest_until_enough_share_them():
    mine = {**HPAKANT, "d1.year": "2024", "d1.month": "3"}
    crowd = (*(shown({**mine, "d1.month": "4"}) for _ in range(4)), shown(mine))
    assert coarsened(mine, crowd, "un") == ("d1.month",)
    assert coarsened(mine, crowd, "public") == ("d1.month", "p1.township", "x1", "d1.year", "p1.state")
    assert coarsened(mine, (), "iimm") == ()
    assert coarsened({"k1": "saw"}, (), "un") == ()


def test_an_answer_that_says_nothing_singles_nobody_out():
    assert shown({"x1": "not_say", "d1.year": "dont_know", "p1.state": "MMR001"}) == {"p1.state": "MMR001"}


def test_a_partner_gets_rare_answers_held_back_and_the_rest_passes(world, tmp_path):
    names = leaking.two_accounts(world)
    subject = leaking.release(world, names[1:], tmp_path, "un")
    (name,) = subject.testimonies
    assert set(subject.plan.withheld[name]) == {"d1.month", "p1.township", "x1", "d1.year", "p1.state"}
    assert not {"x1", "p1.township"} & set(subject.answers(name))
    for number in (30, 31, 32):
        assert leaking.found(subject, number) == []
