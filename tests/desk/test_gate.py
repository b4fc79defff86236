"""Nobody but the one browser of this start talks to the desk. All names are invented."""

from __future__ import annotations

import re
import shutil
import socket
import time
from pathlib import Path

import pytest

from reviewer.desk.gate import CSP, Gate
from reviewer.desk.session import Session
from tests.desk.station import Station, opened, wait_until
from tests.desk.web import Client
from tests.reviewer.world import PASSPHRASE

PAGES = ("/", "/people", "/import", "/release", "/second", "/custody", "/keys", "/help")


@pytest.fixture(scope="module")
def shared(first_station, tmp_path_factory):
    """A desk that many tests ask and none changes; starting one costs a second or two."""
    folder = shutil.copytree(first_station.folder, tmp_path_factory.mktemp("shared") / "station")
    with opened(Station(folder)) as desk:
        yield desk, Client(desk).enter()


@pytest.fixture
def client(shared):
    desk, entered = shared
    return Client(desk, cookie=entered.headers["Set-Cookie"].partition(";")[0])


def test_the_start_token_opens_once(shared):
    desk, entered = shared
    assert entered.status == 200
    assert Client(desk).enter().status == 403


def test_a_wrong_token_spends_nothing_the_right_one_opens_once_and_an_old_one_never(monkeypatch):
    gate = Gate("127.0.0.1:1")
    assert not gate.opens("wrong") and gate.opens(gate.token) and not gate.opens(gate.token)
    late = Gate("127.0.0.1:1")
    made = late.made
    monkeypatch.setattr(time, "monotonic", lambda: made + 61)
    assert not late.opens(late.token)
    monkeypatch.setattr(time, "monotonic", lambda: made + 59)
    assert Gate("127.0.0.1:1", made=made).opens("") is False
    fresh = Gate("127.0.0.1:1", made=made)
    assert fresh.opens(fresh.token)


def test_without_the_cookie_nothing_is_told(shared):
    desk, _ = shared
    for path in (*PAGES, "/parts/desk.js", "/nowhere", "/read/abcdefgh"):
        answer = Client(desk).ask(path)
        assert answer.status == 401 and "U Tun Tun" not in answer.text
        assert answer.headers["Content-Type"].startswith("text/plain") and "<" not in answer.text
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["evil.test", "localhost:{}", "127.0.0.1", "127.0.0.1:1", "[::1]:{}"])
def test_another_host_is_refused_also_with_the_cookie(client, host):
    port = client.desk.url.rpartition(":")[2]
    assert client.ask("/", Host=host.format(port)).status == 421


def test_the_cookie_is_for_this_site_and_for_no_script(shared):
    set_cookie = shared[1].headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie and "SameSite=Strict" in set_cookie and "Domain" not in set_cookie
    assert "Expires" not in set_cookie and "Max-Age" not in set_cookie


def test_a_cookie_of_another_start_opens_nothing(client, station):
    with opened(station, "bo") as other:
        assert Client(other, cookie=client.cookie).ask("/").status == 401


@pytest.mark.parametrize("path", ["/lock", "/find", "/aside", "/import", "/release/propose", "/release/seal", "/second", "/second/sign", "/language", "/unlock", "/here"])
def test_a_form_without_its_token_changes_nothing(client, path):
    assert client.ask(path, "POST", "lang=my").status == 400
    assert client.ask(path, "POST", "csrf_token=made-up&lang=my").status == 400
    assert client.ask("/").status == 200


def test_a_form_in_parts_is_refused_before_it_is_read(client):
    body = '--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    assert client.ask("/language", "POST", body, Content_Type=kind).status == 415


@pytest.mark.parametrize("back", ["/\r\nX: y", "/\u2028", "//evil.test", "/\\evil.test", "evil.test"])
def test_after_a_choice_of_language_nobody_is_sent_to_a_place_that_is_not_the_desk_s(client, back):
    answer = client.post("/language", lang="en", back=back)
    assert answer.status == 303 and answer.headers["Location"] == "/"


def test_two_pages_asked_for_at_once_after_the_start_can_both_send_their_forms(station):
    with opened(station, "bo") as desk:
        client = Client(desk)
        client.enter()
        pages = [client.ask("/"), client.ask("/")]
        for page in pages:
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
            assert client.ask("/language", "POST", f"csrf_token={token}&lang=en").status == 303


def test_a_form_from_another_site_is_refused_even_with_everything_right(client):
    page = client.ask("/")
    client.cookie = page.headers.get("Set-Cookie", client.cookie).partition(";")[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    for header in ({"Origin": "http://evil.test"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}):
        assert client.ask("/lock", "POST", f"csrf_token={token}", **header).status == 403
    assert client.ask("/language", "POST", f"csrf_token={token}&lang=en").status == 303


def test_no_page_is_kept_framed_or_loads_anything_from_elsewhere(client):
    reading = re.findall(r'href="(/read/\w+)"', client.ask("/").text)
    assert len(reading) == 3
    for path in (*reading, *PAGES, "/parts/desk.css", "/parts/desk.js", "/nowhere"):
        answer = client.ask(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in answer.headers or answer.headers["Server"] == ""
        assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", answer.text), path
        assert not re.findall(r"<script(?! src=\"/)|<style|style=\"|\son\w+=", answer.text), path
    assert "'unsafe" not in CSP and "default-src 'none'" in CSP


def test_it_listens_on_loopback_alone(shared):
    desk, _ = shared
    inodes = {
        link.readlink().name
        for link in Path(f"/proc/{desk.process.pid}/fd").iterdir()
        if str(link.readlink()).startswith("socket:")
    }
    listening = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{desk.process.pid}/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if f"socket:[{parts[9]}]" in inodes and parts[3] in ("0A", "07"):
                listening.append(parts[1])
    port = int(desk.url.rpartition(":")[2])
    # the kernel writes 127.0.0.1 in its own byte order
    assert listening == [f"0100007F:{port:04X}"]


def test_a_crash_of_it_or_of_its_browser_leaves_no_memory_on_a_disk(shared):
    desk, _ = shared
    limits = Path(f"/proc/{desk.process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)


def test_an_error_says_one_sentence_and_nothing_of_a_testimony(client):
    answer = client.ask("/read/nobody00")
    assert answer.status == 400 and "not in this case" in answer.text
    answer = client.post("/second", folder="/nowhere")
    assert answer.status == 400 and "proposal.age" in answer.text
    assert client.ask("/parts/../sitting.py").status == 404


def test_a_locked_desk_shows_nothing_until_the_passphrase_and_lets_others_into_the_vault(desk, station):
    client = Client(desk)
    client.enter()
    assert station.run("ana", "list").returncode != 0
    assert client.post("/lock").status == 303
    assert "passphrase" in client.ask("/locked").text
    for path in (*PAGES, "/parts/desk.css"):
        assert "U Tun Tun" not in client.ask(path).text
    assert station.run("ana", "list").returncode == 0
    wrong = client.post("/unlock", "/locked", passphrase="a wrong one")
    assert wrong.status == 403 and client.ask("/").status == 303
    assert client.post("/unlock", "/locked", passphrase=PASSPHRASE).status == 303
    assert client.ask("/").status == 200


def test_it_locks_itself_when_nobody_is_there(station):
    session = Session(station.vault("ana"), idle=0.3)
    session.unlock(PASSPHRASE)
    session.watch()
    assert not session.locked
    end = time.monotonic() + 10
    while not session.locked and time.monotonic() < end:
        time.sleep(0.05)
    assert session.locked
    session.close()


def test_it_locks_and_goes_on_watching_also_when_the_custody_log_can_not_be_written(station, monkeypatch):
    def full(_session):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Session, "note", full)
    session = Session(station.vault("ana"), idle=0.3)
    for _ in range(2):
        session.unlock(PASSPHRASE)
        with pytest.raises(OSError, match="space"):
            session.lock()
        assert session.locked
    session.watch()
    for _ in range(2):
        session.unlock(PASSPHRASE)
        session.keep("name", "U Tun Tun")
        wait_until(lambda: session.locked, 10)
        assert session.kept("name") is None
    session.close()


def test_the_desk_does_not_start_with_a_wrong_passphrase(station):
    (station.folder / "passphrase").write_text("wrong")
    done = station.run("ana", "desk", "--no-browser")
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("error: ")
    assert done.stdout == ""


def test_a_port_that_is_taken_is_said_in_a_sentence(station):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = station.run("ana", "desk", "--no-browser", "--port", taken.getsockname()[1])
    assert done.returncode == 1 and "can not be used" in done.stderr
