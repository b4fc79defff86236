"""What comes in and is set aside at the desk, by plain forms. All accounts are invented."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from queue import SimpleQueue

import pytest

from reviewer import importing
from reviewer.desk import moves
from reviewer.desk.session import Session
from reviewer.desk.texts import texts
from tests.desk.station import make, opened
from tests.desk.web import Client


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    return make(tmp_path_factory.mktemp("moves"), taken_in=False)


@pytest.fixture(scope="module")
def client(station):
    with opened(station) as desk:
        found = Client(desk)
        found.enter()
        yield found


def lines(answer):
    assert answer.status == 200, answer.text
    return re.findall(r"<li>(.*)</li>", answer.text)


def test_a_transfer_is_taken_in_line_by_line_and_known_the_second_time(client, station):
    (stick,) = station.folder.glob("sakse-transfer-*")
    said = lines(client.post("/import", "/import", folder=str(stick)))
    assert "1 of 3" in said and said[-1].startswith("3 opened, 0 known already")
    assert len(re.findall(r'href="/read/', client.ask("/").text)) == 3
    said = lines(client.post("/import", "/import", folder=str(stick)))
    assert said[-1].startswith("0 opened, 3 known already")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(5, "Input/output error"), "The stick or the disk failed"),
        (KeyError("U Tun Tun"), "A fault in the program; please report this line (KeyError)"),
    ],
)
def test_an_import_that_fails_says_so_and_the_case_is_read_anew(monkeypatch, error, told, capfd):
    def fails(*_given):
        raise error

    session, said = Session(Path("/nowhere")), SimpleQueue()
    session._vault, session._case = object(), object()
    monkeypatch.setattr(importing, "take_in", fails)
    importer = moves._Import(session, [], said, texts("en"))
    importer.start()
    importer.join()
    assert said.get().startswith(told) and said.get() == moves._MARK
    assert session._case is None and capfd.readouterr() == ("", "")


@pytest.mark.parametrize("folder", ["", "/nowhere", "relative/path", "/tmp\0x", "/" + "a" * 5000])
def test_a_place_that_is_none_is_refused_in_a_sentence(client, folder):
    answer = client.post("/import", "/import", folder=folder)
    assert answer.status == 400 and 'role="alert"' in answer.text


def test_a_transfer_that_was_changed_is_refused_by_name(client, station, tmp_path):
    (stick,) = station.folder.glob("sakse-transfer-*")
    place = tmp_path / "stick"
    bad = shutil.copytree(stick, place / "sakse-transfer-0009-aaaa")
    sealed = next((bad / "data/sealed").iterdir())
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    said = lines(client.post("/import", "/import", folder=str(place)))
    assert any("sakse-transfer-0009-aaaa" in line for line in said) and said[-1].startswith("0 opened")


def test_setting_aside_takes_a_testimony_out_of_the_case_until_it_is_taken_back(client):
    name = re.search(r'href="/read/(\w+)"', client.ask("/").text)[1]
    assert client.post("/aside", id=name, reason="spam", note="a test").status == 303
    shown = client.ask("/").text
    assert f'href="/read/{name}"' not in shown and "set aside: spam: a test" in shown
    assert client.ask(f"/read/{name}").status == 400
    assert client.post("/aside", id=name, reason="because").status == 400
    assert client.post("/aside", id=name, reason="back").status == 303
    assert f'href="/read/{name}"' in client.ask("/").text


def test_what_may_go_to_nobody_is_never_called_ready_nor_offered(tmp_path):
    with opened(make(tmp_path, 0, "child")) as desk:
        client = Client(desk)
        client.enter()
        assert client.post("/find").status == 303
        listed = client.ask("/").text
        assert "4 opened, 0 ready" in listed
        assert listed.count("decided; may go to nobody") == 1 and "✓" not in listed
        assert 'name="id"' not in client.ask("/release").text


def test_nothing_is_proposed_that_is_not_ready_nor_without_a_card(client):
    name = re.search(r'href="/read/(\w+)"', client.ask("/").text)[1]
    fields = {"card": "/nowhere.json", "purpose": "Case 1", "out": "/nowhere/out"}
    answer = client.post("/release/propose", "/release", id=name, **fields)
    assert answer.status == 400 and "decide every row" in answer.text
    answer = client.post("/release/propose", "/release", **fields)
    assert answer.status == 400 and "nothing is marked" in answer.text
    answer = client.post("/release/seal", "/release", folder="/nowhere", file="/nowhere/out.age")
    assert answer.status == 400 and 'role="alert"' in answer.text
