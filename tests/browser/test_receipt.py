"""The receipt code in the page: shown once, typed once, and what a later visit can do with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from envelope import code as codes
from envelope.form import load
from tests.browser import witness
from tests.browser.drivers import Browser
from tests.browser.witness import ROOT, SHORT, download, open_page, page_state
from tests.browser.world import Site, Team

CODE = "1234567890123456789012345678"
SHOWN = codes.show(CODE)


def said(tab: Browser, where: str) -> str:
    return str(tab.run(f"return {ROOT}.querySelector(arguments[0]).textContent;", where))


def shown_code(tab: Browser) -> str:
    return str(tab.run(f"return {ROOT}.getElementById('code').value;"))


def fields(tab: Browser) -> str:
    """Everything in the page: its text, and what its fields hold."""
    js = f"const all = {ROOT}; return all.textContent + [...all.querySelectorAll('input, textarea')].map((f) => f.value).join('\\n');"
    return str(tab.run(js))


def begin(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    witness.to_last_step(tab)


def test_a_code_she_has_typed_is_sealed_in_and_shown_no_more(tab: Browser, site: Site, team: Team) -> None:
    before = site.kept()
    begin(tab, site)
    shown = witness.take_code(tab)
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.code == codes.parse(shown)
    assert shown not in fields(tab)


def test_a_code_noted_wrong_is_told_before_anything_is_sealed(tab: Browser, site: Site) -> None:
    begin(tab, site)
    witness.click(tab, "send")
    shown = shown_code(tab)
    witness.click(tab, "receipt-code_noted")
    assert shown not in fields(tab)
    wrong = f"{(int(shown[0]) + 1) % 10}{shown[1:]}"
    for typed, sentence in ((wrong, "digit of this code is wrong"), (shown[:-1], "eight groups"),
                            (SHOWN, "not the code that was shown"), ("", "eight groups")):  # fmt: skip
        tab.run(f"{ROOT}.getElementById('code-again').value = arguments[0];", typed)
        witness.click(tab, "receipt-send")
        assert sentence in said(tab, "#receipt .error")
    assert page_state(tab) == ""
    witness.click(tab, "receipt-code_show")
    assert shown_code(tab) == shown


def test_without_a_code_she_goes_on_and_none_is_sealed_in(tab: Browser, site: Site, team: Team) -> None:
    before = site.kept()
    begin(tab, site)
    witness.click(tab, "send")
    witness.click(tab, "receipt-code_none")
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.code == ""


def test_going_back_to_her_words_from_the_code_loses_nothing(tab: Browser, site: Site) -> None:
    begin(tab, site)
    witness.click(tab, "send")
    witness.click(tab, "receipt-back_to_words")
    assert tab.run(f"return {ROOT}.getElementById('receipt').hidden;")
    assert tab.run(f"return {ROOT}.getElementById('t1').value;") == SHORT["narrative"]
    assert witness.take_code(tab) and witness.state(tab) == "received"


def test_a_code_is_kept_when_sending_has_to_be_tried_again(tab: Browser, site: Site, team: Team) -> None:
    site.interfere = lambda asked: ("507 Full", b"full") if asked.path == "/sealed" else None
    before = site.kept()
    begin(tab, site)
    shown = witness.take_code(tab)
    assert witness.state(tab) == "not_sent"
    site.interfere = lambda _: None
    witness.click(tab, "back_to_words")
    witness.click(tab, "send")
    assert witness.state(tab, was="not_sent") == "received"
    assert team.open(site.newest(before)).testimony.code == codes.parse(shown)


def test_she_adds_to_what_she_sent_with_a_code_in_myanmar_digits(tab: Browser, site: Site, team: Team) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.come_back(tab, "add", SHOWN.translate({ord("0") + n: 0x1040 + n for n in range(10)}))
    assert "Write only what is new" in said(tab, "#why")
    witness.send(tab, SHORT)
    assert witness.state(tab) == "received"
    found = team.open(site.newest(before)).testimony
    assert (found.code, found.answers["u1"], found.narrative) == (CODE, "add", SHORT["narrative"])


@pytest.mark.parametrize("purpose", ["withdraw", "danger"])
def test_withdrawing_and_danger_need_the_code_and_no_account(
    tab: Browser, site: Site, team: Team, purpose: str
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.come_back(tab, purpose, SHOWN)
    shown = tab.run(f"return [...{ROOT}.querySelectorAll('fieldset')].filter((f) => f.checkVisibility()).map((f) => f.id);")
    assert shown == [f"q.{question}" for question in load().follow_up[purpose]]
    if purpose == "danger":
        witness.fill(tab, {"f1.text": "They ask for me (invented).", "contact": "through the teacher (invented)"})
    witness.click(tab, "send")
    assert witness.state(tab) == "received"
    opened = team.open(site.newest(before))
    answers = {key: text for key, text in opened.testimony.answers.items() if key != "written_on"}
    expected = {"withdraw": {"u1": "withdraw"},
                "danger": {"u1": "danger", "f1": "yes", "f1.text": "They ask for me (invented).", "c4": "channel"}}  # fmt: skip
    assert answers == expected[purpose]
    assert opened.testimony.code == CODE
    load().require(opened.testimony.answers, "", 0, opened.testimony.code)


def test_a_wrong_code_or_no_purpose_goes_nowhere(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.click(tab, "go-on")
    assert "why you come back" in said(tab, "#came-back p[role=alert]")
    witness.come_back(tab, "withdraw", SHOWN[:-1] + "0")
    assert "digit of this code is wrong" in said(tab, "#came-back p[role=alert]")
    assert not tab.run(f"return {ROOT}.getElementById('q.s1').hidden;")


def test_who_came_back_can_turn_round_and_is_asked_everything(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.come_back(tab, "withdraw", SHOWN)
    witness.click(tab, "back")
    assert said(tab, "#step-title") == "Before you begin"
    assert tab.run(f"return {ROOT}.getElementById('code-before').value;") == ""


def test_danger_is_told_also_where_no_officer_reads_contacts(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    alone = team.without_officer()
    copy = tmp_path / "form.html"
    copy.write_bytes(alone.pages()["/en"].html)
    open_page(tab, copy.as_uri())
    witness.come_back(tab, "danger", SHOWN)
    assert tab.run(f"return {ROOT}.getElementById('contact');") is None
    witness.fill(tab, {"f1.text": "They ask for me (invented)."})
    witness.click(tab, "save")
    assert witness.state(tab) == "saved"
    assert alone.open(download(tab).read_bytes()).testimony.answers["f1"] == "yes"


def test_someone_under_18_may_take_a_code_and_add_with_it(tab: Browser, site: Site, team: Team) -> None:
    before = site.kept()
    child = {"c1": "yes", "a1": "under_18", "i1": "child_recruited"}
    open_page(tab, site.url + "/en")
    witness.fill(tab, child)
    witness.to_last_step(tab)
    code = codes.parse(witness.take_code(tab))
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.code == code
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.come_back(tab, "add", codes.show(code))
    witness.fill(tab, child)
    assert "You are under 18" in said(tab, "fieldset[id='q.a1'] .notice:not([hidden])")
    witness.to_last_step(tab)
    assert said(tab, "#step-title") == "Danger now"
    witness.click(tab, "send")
    assert witness.state(tab) == "received"
    found = team.open(site.newest(before)).testimony
    assert (found.answers["u1"], found.code) == ("add", code)
    load().require(found.answers, found.narrative, 0, found.code)
