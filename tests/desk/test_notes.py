"""A translation and an assessment at the desk, by plain forms. All names are invented."""

from __future__ import annotations

import re

import pytest

from tests.desk.station import opened
from tests.desk.web import Client


@pytest.fixture
def account(desk):
    """A client inside, and the address of the first account."""
    client = Client(desk)
    client.enter()
    for path in sorted(set(re.findall(r'href="(/read/\w+)"', client.ask("/").text))):
        if "On the night" in client.ask(path).text:
            return client, path
    raise AssertionError("not there")


def finding(shown):
    """The hidden fields of the first decision on a page."""
    fields = ("number", "start", "end", "note")
    return {one: re.search(rf'name="{one}" value="(\w+)"', shown)[1] for one in fields}


def test_a_decision_about_another_wording_or_of_no_known_kind_is_refused(account):
    client, path = account
    page = f"{path}/notes"
    client.post(f"{page}/en", page, text="They took U Tun Tun from his shop.")
    first = finding(client.ask(page).text)
    for wish in ("", "keep"):
        assert client.post(f"{page}/en/decide", page, **first, do=wish).status == 400
    client.post(f"{page}/en", page, text="U Tun Tun came by. They took U Tun Tun from his shop.")
    answer = client.post(f"{page}/en/decide", page, **first, do="accept")
    assert answer.status == 400 and "note is gone" in answer.text
    for field in ("number", "start", "end"):
        changed = finding(client.ask(page).text) | {field: "7777"}
        assert client.post(f"{page}/en/decide", page, **changed, do="accept").status == 400
    assert "replaced" not in client.ask(page).text


def test_enter_in_the_reason_presses_no_button_but_its_own(account):
    client, path = account
    page = f"{path}/notes"
    client.post(f"{page}/en", page, text="They took U Tun Tun from his shop.")
    forms = re.findall(r"<form.*?</form>", client.ask(page).text, re.DOTALL)
    (asking,) = [one for one in forms if 'name="reason"' in one]
    assert re.findall(r'name="do" value="(\w+)"', asking) == ["reject"]


def test_a_translation_is_kept_its_identities_decided_and_an_assessment_made(account, station, desk):
    client, path = account
    page = f"{path}/notes"
    assert client.post(f"{page}/en", page, text="They took U Tun Tun from his shop.").status == 303
    shown = client.ask(page).text
    assert "They took U Tun Tun" in shown and "to decide" in shown
    first = finding(shown)
    assert client.post(f"{page}/en/decide", page, **first, do="reject", reason="").status == 400
    assert client.post(f"{page}/en/decide", page, **first, do="accept").status == 303
    assert "replaced" in client.ask(page).text
    assert client.post(f"{page}/assessment", page, source="unsure", account="likely_reliable", text="").status == 303
    assert client.post(f"{page}/assessment", page, source="great", account="unsure", text="").status == 400
    assert client.post(f"{page}/kac", page, text="x").status == 404
    desk.process.terminate()
    desk.process.wait(30)
    name = path.rpartition("/")[2]
    assert "source unsure, account likely_reliable" in station.ok("ana", "assess", name)
    assert "0 findings to decide" in station.ok("ana", "translate", name)


def test_what_is_no_text_is_refused_in_a_sentence(account):
    client, path = account
    page = f"{path}/notes"
    answer = client.post(f"{page}/en", page, text="\u0007")
    assert answer.status == 400 and 'role="alert"' in answer.text


def test_notes_are_there_again_at_the_next_start(station):
    with opened(station) as desk:
        client = Client(desk)
        client.enter()
        path = re.search(r'href="(/read/\w+)"', client.ask("/").text)[1]
        assert client.post(f"{path}/notes/en", f"{path}/notes", text="A few plain words.").status == 303
    with opened(station) as desk:
        client = Client(desk)
        client.enter()
        assert "A few plain words." in client.ask(f"{path}/notes").text
