"""Which questions she is asked: conditions, places inside places, contact, and nothing lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope.config import LANGUAGES
from envelope.form import load
from tests.browser import tour, witness
from tests.browser.drivers import Browser
from tests.browser.test_page import ANSWERS, NARRATIVE, STORED
from tests.browser.witness import ROOT, SHORT, open_page
from tests.browser.world import Site, Team

FORM = load()
MORE = {
    "p2.tract": "MMR001009003",
    "p2.ward": "Ward 3 (invented)",
    "p2.village": "An invented village",
    "x2": "uniform_badge they_said",
    "x3.unit": "Unit 1 (invented)",
    "x3.commander": "A commander (invented)",
    "x3.vehicle": "two trucks (invented)",
    "n2.women": "3",
    "n2.under_18": "2",
    "h1.hurt": "1",
    "h1.killed": "0",
    "h1.died_fleeing": "1",
    "o2": "training",
    "o1": "still_missing released_paid",
    "m1": "paid",
    "m1.band": "5_20_lakh",
    "m1.office": "a ward office (invented)",
    "f1": "dont_know",
    "f1.text": "A neighbour asks questions (invented).",
    "f2": "ngo",
    "c4": "channel",
}


def shown(tab: Browser) -> list[str]:
    js = f"return [...{ROOT}.querySelectorAll('fieldset')].filter((f) => f.checkVisibility()).map((f) => f.id.slice(2));"
    found: list[str] = tab.run(js)
    return found


def step(tab: Browser, site: Site, number: int) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, {"c1": "yes"})
    for _ in range(number - 1):
        witness.click(tab, "next")


def test_every_question_of_the_form_can_be_answered_and_arrives(tab: Browser, site: Site, team: Team) -> None:
    asked = {field for q in FORM.questions if q.step < 6 for field in q.fields}
    assert set(ANSWERS) | set(MORE) == asked - {"u1"}
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.fill(tab, ANSWERS | MORE, NARRATIVE)
    witness.fill(tab, {"contact": "through the teacher (invented)"})
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    opened = team.open(site.newest(before))
    assert {**opened.testimony.answers, "written_on": ""} == STORED | MORE | {"written_on": ""}
    assert b"teacher" not in opened.plain
    assert team.open_contact(opened.plain) == "through the teacher (invented)"


# What brings every other question, by step.
OPENERS: tuple[dict[str, str], ...] = (
    {"c1": "yes", "a1": "adult"},
    {"i1": "taken_home", "p1.state": "MMR001", "p1.township": "MMR001009"},
    {"x1": "kia", "m1": "paid"},
    {},
    {"f1": "yes", "c2": "un", "c4": "channel"},
)
_CHOSEN = f"""return [...{ROOT}.querySelectorAll("input, select, textarea")].filter((f) => f.type === "file" ? f.files.length
    : f.matches("[type=radio], [type=checkbox]") ? f.checked || f.indeterminate : f.value).map((f) => f.id);"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_chosen_or_written_before_she_does_it(tab: Browser, site: Site, lang: str) -> None:
    open_page(tab, f"{site.url}/{lang}")
    tour.unfold(tab)
    hers: set[str] = set()
    asked: set[str] = set()
    for number, openers in enumerate(OPENERS):
        if number:
            witness.click(tab, "next")
        for field, value in openers.items():
            assert set(tab.run(_CHOSEN)) == hers
            witness.fill(tab, {field: value})
            hers.add(field if field.startswith("p1.") else f"{field}.{value}")
            asked |= set(shown(tab))
        assert set(tab.run(_CHOSEN)) == hers
        asked |= set(shown(tab))
    # All there is to choose was looked at while it could be seen.
    assert asked == {q.id for q in FORM.questions if q.step < 6}
    witness.fill(tab, {"contact": "invented"})
    witness.click(tab, "send")
    witness.click(tab, "receipt-code_noted")
    assert tab.run(f"return {ROOT}.getElementById('code-again').checkVisibility();")
    assert set(tab.run(_CHOSEN)) == hers | {"contact"}


def test_a_question_is_asked_only_under_its_condition(tab: Browser, site: Site) -> None:
    step(tab, site, 3)
    assert shown(tab) == ["x1", "n1", "n2", "h1", "o2", "o1", "m1"]
    witness.fill(tab, {"x1": "dont_know"})
    assert "x2" not in shown(tab)
    witness.fill(tab, {"x1": "kia", "m1": "asked"})
    assert [q for q in shown(tab) if q not in ("n1", "n2", "h1", "o2", "o1")] == ["x1", "x2", "x3", "m1", "m1.band", "m1.office"]
    witness.fill(tab, {"m1": "no", "i1": "property_destroyed"})
    assert shown(tab) == ["x1", "x2", "x3", "h1", "m1"]


def test_an_answer_under_a_condition_that_no_longer_holds_is_not_sealed_and_comes_back(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.fill(tab, {**SHORT["answers"], "m1": "paid", "m1.band": "goods"}, SHORT["narrative"])
    witness.fill(tab, {"m1": "no"})
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert "m1.band" not in team.open(site.newest(before)).testimony.answers
    step(tab, site, 3)
    witness.fill(tab, {"m1": "paid", "m1.band": "goods"})
    witness.fill(tab, {"m1": "no"})
    witness.fill(tab, {"m1": "asked"})
    assert tab.run(f"return {ROOT}.getElementById('m1.band.goods').checked;")


def test_going_back_and_forth_loses_nothing(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, ANSWERS | MORE, NARRATIVE)
    witness.fill(tab, {"contact": "x"})
    read = f"""return [...{ROOT}.querySelectorAll('#wizard input, #wizard textarea, #wizard select')]
        .map((f) => [f.id, f.type === 'file' ? '' : f.matches('[type=radio], [type=checkbox]') ? f.checked : f.value]);"""
    first = tab.run(read)
    witness.to_last_step(tab)
    for _ in range(4):
        witness.click(tab, "back")
    assert tab.run(f"return {ROOT}.getElementById('back').hidden;")
    assert tab.run(read) == first


def test_a_contact_is_asked_for_where_she_wants_one_and_only_there(tab: Browser, site: Site) -> None:
    step(tab, site, 5)
    assert "contact" not in shown(tab)
    witness.fill(tab, {"c4": "channel", "i1": "beaten"})
    assert "contact" in shown(tab)
    witness.click(tab, "send")
    assert "how you can be reached" in tab.run(f"return {ROOT}.getElementById('contact.error').textContent;")


def test_townships_and_tracts_lie_inside_what_was_chosen_before(tab: Browser, site: Site) -> None:
    options = f"return [...{ROOT}.getElementById(arguments[0]).options].map((o) => o.value);"
    step(tab, site, 2)
    hidden = f"return [...arguments].map((id) => {ROOT}.getElementById(id).parentElement.hidden);"
    assert tab.run(hidden, "p1.township", "p2.tract") == [True, True]
    witness.fill(tab, {"p1.state": "MMR001"})
    assert tab.run(options, "p1.township")[1] == "MMR001001"
    witness.fill(tab, {"p1.township": "MMR001009"})
    assert tab.run(options, "p2.tract")[1:3] == ["MMR001009001", "MMR001009002"]
    assert tab.run(options, "p2.tract")[-2:] == ["dont_know", "not_say"]
    witness.fill(tab, {"p2.tract": "MMR001009001"})
    witness.fill(tab, {"p1.state": "dont_know"})
    assert tab.run(hidden, "p1.township", "p2.tract") == [True, True]
    assert tab.run(f"return {ROOT}.getElementById('p2.tract').value;") == ""


def test_the_step_of_danger_has_a_title_of_its_own_for_a_child(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, {"c1": "yes", "a1": "under_18", "i1": "child_recruited"})
    witness.to_last_step(tab)
    assert tab.run(f"return {ROOT}.getElementById('step-title').textContent;") == "Danger now"
    assert shown(tab) == ["f1"]
    witness.fill(tab, {"f1": "yes"})
    assert shown(tab) == ["f1", "f1.text"]


_ANSWERS = st.dictionaries(
    st.sampled_from(["a1", "i1", "x1", "m1", "f1", "c2", "c4"]),
    st.sampled_from(["", "adult", "under_18", "beaten", "taken_home", "beaten ransom", "kia", "dont_know",
                     "not_say", "kia not_say", "paid", "no", "yes", "iimm un", "channel"]),
)  # fmt: skip


def _asked(answers: dict[str, str], purpose: str) -> list[str]:
    """The rule as the form's data says it, written a second time."""
    if purpose in FORM.follow_up:
        return [q.id for q in FORM.questions if q.id in FORM.follow_up[purpose]]

    def met(question: str, wanted: tuple[str, ...]) -> bool:
        codes = set(answers.get(question, "").split(" "))
        return bool(codes & set(wanted)) or ("*" in wanted and bool(codes - {"", "dont_know", "not_say"}))

    child = answers.get("a1") == "under_18"
    return [
        q.id for q in FORM.questions
        if q.id != "u1" and (not child or q.id == "s1" or q.id in FORM.under_18)
        and all(met(question, wanted) for question, wanted in FORM.conditions.get(q.when, {}).items())
    ]  # fmt: skip


def test_the_page_asks_what_the_forms_data_says(modules: Browser) -> None:
    form = {"conditions": FORM.conditions, "follow_up": FORM.follow_up, "under_18": FORM.under_18}
    form = json.loads(json.dumps({key: dict(v) if isinstance(v, dict) else v for key, v in form.items()}))
    questions = [{"id": q.id, **({"when": q.when} if q.when else {})} for q in FORM.questions]
    js = """const [form, questions, answers, purpose] = arguments;
        return questions.filter((q) => sakse.asked.isAsked(form, q, answers, purpose)).map((q) => q.id);"""

    @settings(max_examples=60, deadline=None)
    @given(_ANSWERS, st.sampled_from(["", "", "add", "withdraw", "danger"]))
    def same(answers: dict[str, str], purpose: str) -> None:
        assert modules.run(js, form, questions, answers, purpose) == _asked(answers, purpose)

    same()


@pytest.mark.parametrize("name", ["photo one.jpg"])
def test_files_chosen_before_she_goes_back_are_still_sent(
    tab: Browser, site: Site, team: Team, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"invented")
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    tab.attach(f"{ROOT}.getElementById('files')", [tmp_path / name])
    witness.to_last_step(tab)
    witness.click(tab, "back")
    witness.click(tab, "next")
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).attachments == [b"invented"]


ZAWGYI = {"t1": "သူတို႔က ကြၽန္ေတာ့္ညီကို ေခၚသြားတယ္။", "c5": "ေမာင္ေလးကို မေျပာပါနဲ႔။"}  # invented


def test_what_is_typed_in_zawgyi_is_shown_readable_and_sealed_in_both_forms(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/my")
    witness.fill(tab, {**SHORT["answers"], "c4": "channel", "c5": ZAWGYI["c5"], "contact": ZAWGYI["t1"]}, ZAWGYI["t1"])
    read = "သူတို့က ကျွန်တော့်ညီကို ခေါ်သွားတယ်။"
    assert tab.run(f"return {ROOT}.querySelector(\"[id='q.t1'] .reading\").value;") == read
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    opened = team.open(site.newest(before))
    found = opened.testimony
    assert found.narrative == read
    assert found.answers["c5"] == "မောင်လေးကို မပြောပါနဲ့။"
    assert json.loads(found.raw) == {"narrative": ZAWGYI["t1"], "c5": ZAWGYI["c5"]}
    assert team.open_contact(opened.plain) == f"{read}\n{ZAWGYI['t1']}"


def test_what_is_typed_in_unicode_has_one_form(tab: Browser, site: Site, team: Team) -> None:
    before = site.kept()
    open_page(tab, site.url + "/my")
    witness.fill(tab, SHORT["answers"], "သူတို့က ခေါ်သွားတယ်။")
    shown_readings = tab.run(f"return [...{ROOT}.querySelectorAll('.reading')].map((e) => e.value).filter(Boolean);")
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert shown_readings == []
    assert team.open(site.newest(before)).testimony.raw == ""


def test_zawgyi_that_fills_a_field_stays_as_typed_so_that_it_can_be_opened(
    tab: Browser, site: Site, team: Team
) -> None:
    grows = "ေအဂၤလိပ္ "  # its kinzi is one sign in Zawgyi and three in Unicode
    typed = grows * (4000 // len(grows))
    before = site.kept()
    open_page(tab, site.url + "/my")
    witness.fill(tab, {**SHORT["answers"], "c5": typed, "c4": "channel", "contact": grows * 150}, SHORT["narrative"])
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    opened = team.open(site.newest(before))
    assert opened.testimony.answers["c5"] == typed
    assert opened.testimony.raw == ""
    assert team.open_contact(opened.plain) == grows * 150


def test_after_the_end_no_reading_of_her_words_is_left_in_memory(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/my")
    witness.fill(tab, SHORT["answers"], ZAWGYI["t1"])
    tab.run(f"(window.wrappedJSObject ?? window).kept = {ROOT}.getElementById('wizard');")
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    js = """const kept = (window.wrappedJSObject ?? window).kept;
        return [...kept.querySelectorAll("input, textarea")].map((f) => f.type === "radio" || f.type === "checkbox" ? f.checked : f.value).filter(Boolean);"""
    assert tab.run(js) == []
