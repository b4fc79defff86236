"""The reading screen by keyboard in a real browser. All names are invented."""

from __future__ import annotations

import shutil

import pytest

from tests.browser.drivers import ENTER, SPACE, browser, wait_for
from tests.desk.reader import ESCAPE, LEFT, RIGHT, Reader
from tests.desk.station import Station, opened
from tests.desk.web import Client

TUN = "On the night"


@pytest.fixture(scope="module")
def sitting(first_station, tmp_path_factory, _chromium):
    """One desk and one reader for many tests: starting them costs seconds."""
    folder = shutil.copytree(first_station.folder, tmp_path_factory.mktemp("sitting") / "station")
    with opened(Station(folder)) as desk:
        yield Reader(_chromium, desk)


@pytest.fixture
def reader(sitting):
    """The reader before the first account, with everything undecided."""
    sitting.open(TUN)
    while "nothing left" not in sitting.status():
        sitting.press("u")
    sitting.open(TUN)
    return sitting


def test_enter_replaces_a_person_under_all_her_names_and_goes_on(reader):
    reader.go("U Tun Tun")
    reader.press(ENTER)
    assert reader.row("U Tun Tun")["state"] == "accepted" and not reader.row("U Tun Tun")["chosen"]
    assert "Tun Tun" in reader.text() and "Tun Tun" not in reader.released()
    assert reader.released().count("[P-01]") == 3


def test_space_keeps_a_row_and_asks_why(reader):
    reader.go("Maung Zaw Lin")
    reader.press(SPACE + ENTER)
    assert "Say why" in reader.status() and reader.row("Maung Zaw Lin")["state"] == "undecided"
    reader.press(ESCAPE + SPACE + "a public figure" + ENTER)
    assert reader.row("Maung Zaw Lin")["state"] == "rejected"
    assert "Zaw Lin" in reader.released()


def test_digits_change_the_kind_and_u_takes_back(reader):
    reader.go("U Tun Tun")
    reader.press("2")
    assert reader.row("U Tun Tun")["kind"] == "Perpetrator"
    reader.press("u")
    assert reader.row("U Tun Tun")["kind"] == "Person" and reader.status() == "Taken back."
    reader.press("u")
    assert "nothing left" in reader.status()


def test_m_makes_two_rows_one_and_s_parts_them(reader):
    reader.go("Maung Zaw Lin")
    reader.tab.press("m")
    wanted = reader.row("U Tun Tun")["who"]
    reader.tab.press(wanted[:3])  # typing in a list chooses
    reader.press(ENTER)
    merged = reader.row("Maung Zaw Lin")
    assert {"Maung Zaw Lin", "U Tun Tun"} <= set(merged["forms"])
    assert merged["chosen"]
    for _ in range(6):
        if reader.tab.run("return document.querySelector('mark.inhand').textContent;").endswith("Zaw Lin"):
            break
        reader.tab.press(RIGHT)
    reader.press("s")
    assert len([row for row in reader.rows() if {"Maung Zaw Lin", "U Tun Tun"} <= set(row["forms"])]) == 0


def test_a_adds_marked_words_whole_and_everywhere(reader):
    reader.mark("hop in")  # half a word at its beginning
    reader.press("a")
    assert reader.row("shop in")["state"] == "accepted" and "shop in" not in reader.released()


def test_a_without_a_marking_chooses_words_with_the_arrows(reader):
    reader.go("U Tun Tun")
    reader.tab.press("a" + RIGHT)
    first = reader.tab.run("return getSelection().toString().trim();")
    assert first and " " not in first
    reader.tab.press(LEFT)
    assert reader.tab.run("return getSelection().toString().trim();") != first
    before = len(reader.rows())
    reader.press(RIGHT + ENTER)
    assert len(reader.rows()) >= before


def test_typed_words_are_added_and_what_stands_nowhere_is_said(reader):
    reader.tab.run("document.getElementById('words').focus();")
    reader.press("nine days" + ENTER)
    assert reader.row("nine days")["state"] == "accepted"
    reader.tab.run("document.getElementById('words').focus();")
    reader.press("a house of gold" + ENTER)
    assert "nowhere" in reader.status()


def test_brackets_move_the_end_of_a_mention(reader):
    reader.mark("nine")
    reader.press("a")
    reader.go("nine")
    reader.press("]")
    assert reader.row("nine days")
    reader.press("[")
    reader.press("{")
    assert reader.row("after nine")


def test_burmese_grows_by_a_syllable_and_never_by_half_of_one(reader):
    reader.open("စစ်သား")
    reader.mark("သွား")
    reader.press("a")
    reader.go("သွား")
    reader.press("]")
    assert reader.row("သွားတယ်")


def test_a_paragraph_counts_as_seen_when_it_was_on_the_screen(tab, desk):
    reader = Reader(tab, desk)
    reader.open(TUN)
    wait_for(reader.tab, "document.hasFocus() && !document.querySelector('.par.unseen')", timeout=15)
    names = {row["who"] for row in reader.rows()}
    for _ in names:
        reader.press(ENTER)
    wait_for(reader.tab, "document.querySelector('.left').textContent.includes('ready')")
    reader.open(TUN)
    assert "ready" in reader.status()


def test_signs_that_hide_or_turn_text_are_shown_as_codes_and_markup_is_text(reader):
    reader.open("They asked for ")
    assert "‹U+202E›" in reader.text() and "‹U+E0041›" in reader.text()
    assert "<script>alert(1)</script>" in reader.text()
    assert reader.tab.run("return document.scripts.length;") == 1
    reader.mark("nobody")
    reader.press("a")
    assert reader.row("nobody")["state"] == "accepted" and "nobody" not in reader.released()


@pytest.mark.long
def test_what_the_screen_showed_is_still_there_after_a_kill(tab, station):
    with opened(station) as desk:
        reader = Reader(tab, desk)
        reader.open(TUN)
        reader.go("U Tun Tun")
        reader.press(ENTER)
        assert reader.row("U Tun Tun")["state"] == "accepted"
        desk.process.kill()
    with opened(station) as desk:
        reader = Reader(tab, desk)
        reader.open(TUN)
        assert reader.row("U Tun Tun")["state"] == "accepted"


def test_every_action_is_a_plain_form_without_script(desk):
    client = Client(desk)
    client.enter()
    for path in sorted(client.ask("/").text.split('href="/read/')[1:]):
        name = path[:8]
        if "On the night" in client.ask(f"/read/{name}").text:
            break
    page = f"/read/{name}"
    row = client.ask(page).text.partition('data-row="')[2].partition('"')[0]
    for do, fields in {
        "accept": {}, "undo": {}, "reject": {"reason": "no name"}, "reopen": {}, "kind": {"label": "OTHER"},
        "grow": {}, "shrink": {}, "grow_left": {}, "shrink_left": {}, "add": {"words": "nine days", "label": "OTHER"},
    }.items():  # fmt: skip
        answer = client.post(f"{page}/act", page, do_=do, row=row, **fields)
        assert answer.status == 303, (do, answer.text)
    assert client.post(f"{page}/seen", page, seen="narrative:0").status == 303
    assert client.post(f"{page}/act", page, do_="reject", row=row, reason="").status == 400
    assert client.post(f"{page}/act", page, do_="burn", row=row).status == 400
    assert client.post(f"{page}/act", page, do_="accept", row="nobody").status == 400


def test_a_link_of_the_page_leads_nowhere_else_and_the_console_is_quiet(reader):
    desk = reader.desk
    links = reader.tab.run("return [...document.links].map((a) => a.href);")
    assert all(link.startswith(desk.url) for link in links)
    said = reader.tab.driver.get_log("browser")  # a refusal of the desk is of the source "network"
    assert [line for line in said if line["level"] == "SEVERE" and line["source"] != "network"] == []


@pytest.mark.long
def test_firefox_is_as_good(station):
    with opened(station) as desk, browser("firefox") as tab:
        reader = Reader(tab, desk)
        reader.open(TUN)
        reader.go("U Tun Tun")
        reader.press(ENTER)
        assert "Tun Tun" not in reader.released()
        reader.mark("hop in")
        reader.press("a")
        assert reader.row("shop in")["state"] == "accepted"
        reader.press("u")
        assert "shop in" in reader.released()
