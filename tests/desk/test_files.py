"""Attachments at the desk: seen as pixels, boxed by mouse and by keys, cleaned, withheld. All invented."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image

from tests.browser.drivers import ENTER, wait_for
from tests.cleaning.samples import LEFT as FIELD
from tests.desk.make import PICTURED
from tests.desk.reader import LEFT, UP, Reader
from tests.desk.station import make, opened
from tests.desk.web import Client

pytestmark = pytest.mark.long  # a sandbox for every picture


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    return make(tmp_path_factory.mktemp("files"), 0, "files")


@pytest.fixture(scope="module")
def reader(station, _chromium):
    with opened(station) as desk:
        found = Reader(_chromium, desk)
        found.open(PICTURED)
        found.file = found.tab.run("return document.querySelector('h1 a').href;").removesuffix("1")
        yield found


def boxes(reader):
    return reader.tab.run("return document.getElementById('boxes').value;").split()


def pixels(reader):
    """The picture as the page shows it."""
    data = reader.tab.run_async(
        "const a = await fetch(document.getElementById('sheet').src);"
        "return [a.headers.get('content-type'), [...new Uint8Array(await a.arrayBuffer())]];"
    )
    assert data[0] == "image/png"
    return Image.open(io.BytesIO(bytes(data[1]))).convert("RGB")


def submitted(reader, press):
    before = reader.tab.run("return performance.timeOrigin;")
    press()
    wait_for(reader.tab, "performance.timeOrigin !== arguments[0] && document.readyState === 'complete'", before)


def test_a_box_is_drawn_with_keys_and_a_clean_copy_has_it_filled(reader):
    reader.tab.open(reader.file + "1")
    x, y, w, h = FIELD
    middle = (int((x + w / 2) * 800), int((y + h / 2) * 600))
    assert pixels(reader).getpixel(middle)[0] > 150  # red
    reader.tab.run("document.getElementById('sheet').focus();")
    # The box begins at 40,40 with 20 by 20: to the upper left, and larger.
    reader.type(LEFT * 32 + UP * 32)
    reader.tab.run(
        "for (const key of ['ArrowRight', 'ArrowDown']) for (let n = 0; n < 15; n += 1)"
        " sheet.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true }));"
    )
    submitted(reader, lambda: reader.type(ENTER))
    assert boxes(reader) == ["0:8.00,8.00,35.00,35.00"]
    assert pixels(reader).getpixel(middle) == (0, 0, 0)
    submitted(reader, lambda: reader.tab.run("document.querySelector('#clean [value=clean]').click();"))
    assert "A clean copy will leave" in reader.page() and boxes(reader) == ["0:8,8,35,35"]


def test_a_box_is_drawn_with_the_mouse(reader):
    from selenium.webdriver import ActionChains

    reader.tab.open(reader.file + "1?boxes=")
    wait_for(reader.tab, "document.getElementById('sheet').complete && document.getElementById('sheet').naturalWidth")
    sheet = reader.tab.run("return document.getElementById('sheet');")
    drag = ActionChains(reader.tab.driver).move_to_element_with_offset(sheet, -100, -100)
    submitted(reader, drag.click_and_hold().move_by_offset(120, 80).release().perform)
    (box,) = boxes(reader)
    page, place = box.split(":")
    assert page == "0" and all(float(n) > 5 for n in place.split(","))


def test_boxes_are_listed_in_words_and_each_can_be_taken_away(reader):
    reader.tab.open(reader.file + "1?boxes=0:65,60,15,11%0A0:1,2,3,4")
    listed = "return [...document.querySelectorAll('.boxes li')].map((one) => one.innerText)"
    first, second = reader.tab.run(listed)
    assert first.startswith("Page 1: from 65 to 80 % across, 60 to 71 % down")
    assert second.startswith("Page 1: from 1 to 4 % across, 2 to 6 % down")
    submitted(reader, lambda: reader.tab.run("document.querySelector('.boxes a').click();"))
    assert boxes(reader) == ["0:1,2,3,4"]
    reader.tab.open(reader.file + "1?boxes=0-2:0,0,100,100")
    assert "Pages or seconds 1 to 3: from 0 to 100 % across" in reader.page()


def test_boxes_written_and_not_looked_at_are_left_out_of_no_clean_copy(reader):
    reader.tab.open(reader.file + "1?boxes=0:1,2,3,4")
    disabled = "return document.querySelector('#clean [value=clean]').disabled;"
    assert not reader.tab.run(disabled)
    reader.tab.run("document.querySelector('details').open = true; document.getElementById('boxes').focus();")
    reader.type("0:5,6,7,8\n")
    assert reader.tab.run(disabled)
    submitted(reader, lambda: reader.tab.run("document.getElementById('look').click();"))
    assert "0:5,6,7,8" in boxes(reader) and not reader.tab.run(disabled)
    client = Client(reader.desk, cookie="; ".join(f"{c['name']}={c['value']}" for c in reader.tab.driver.get_cookies()))
    page = reader.file.removeprefix(reader.desk.url) + "1"
    written = {"boxes": "0:1,2,3,4", "typed": "0:1,2,3,4\r\n0:5,6,7,8"}
    answer = client.post(f"{page}/decide", page, do="clean", **written)
    assert answer.status == 400 and "not looked at" in answer.text


def test_what_is_not_opened_says_why_and_can_be_withheld_and_written_down(reader):
    reader.tab.open(reader.file + "2")
    assert "are not opened" in reader.page() or "not" in reader.page()
    assert not reader.tab.run("return Boolean(document.getElementById('sheet') || document.getElementById('clean'));")
    submitted(reader, lambda: (reader.tab.run("document.getElementById('reason').focus();"), reader.type("a map with houses" + ENTER)))
    assert "Withheld: a map with houses" in reader.page()
    reader.tab.run("document.getElementById('transcript').value = 'a road and a bridge';")
    submitted(reader, lambda: reader.tab.run("document.querySelector('button[value=transcribe]').click();"))
    assert "a road and a bridge" in reader.tab.run("return document.getElementById('transcript').value;")


def test_the_second_reviewer_hears_a_recording_before_she_signs(tmp_path):
    station = make(tmp_path, 0, "sound")
    (name,) = [row["id"] for row in json.loads(station.ok("ana", "list", "--json")) if row["attachments"]]
    station.ok("ana", "suggest", name)
    station.ok("ana", "redact", name, "--accept-all")
    station.ok("ana", "attach", name, "1", "--clean", "--sound")
    out = tmp_path / "out"
    station.ok("ana", "propose", name, "--to", tmp_path / "iimm.card.json", "--purpose", "Case 1", "--out", out)
    with opened(station, "bo") as desk:
        client = Client(desk)
        client.enter()
        shown = client.post("/second", "/second", folder=str(out))
        address = re.search(r'<audio controls preload="none" src="([^"]+)"', shown.text)[1]
        sound = client.ask(address)
        assert sound.headers["Content-Type"] == "audio/wav" and sound.body.startswith(b"RIFF")
        heard, digest = (re.search(rf'name="{field}" value="([^"]+)"', shown.text)[1] for field in ("looked", "digest"))
        given = {"folder": str(out), "digest": digest, "read": "yes"}
        assert client.post("/second/sign", "/second", **given).status == 400
        assert client.post("/second/sign", "/second", **given, looked=heard).status == 200
    assert (out / "tagmanifest-sha256.txt.bo.sig").exists()


@pytest.mark.parametrize("line", ["x", "0:1,2,3", "0:10,10,0,10", "0:200,1,1,1", "5-2:1,1,1,1", "0:1,1,1,1;rm"])
def test_a_line_that_is_no_box_is_refused(reader, line):
    client = Client(reader.desk, cookie="; ".join(f"{c['name']}={c['value']}" for c in reader.tab.driver.get_cookies()))
    answer = client.ask(reader.file.removeprefix(reader.desk.url) + f"1?boxes={line}")
    assert answer.status == 400 and "box" in answer.text


def test_the_vault_holds_what_was_decided_and_no_browser_ever_got_the_file(station, reader):
    client = Client(reader.desk, cookie="; ".join(f"{c['name']}={c['value']}" for c in reader.tab.driver.get_cookies()))
    page = reader.file.removeprefix(reader.desk.url) + "1"
    assert b"\xff\xd8" not in client.ask(f"{page}/page?page=0").body[:16]
    assert client.ask(f"{page}/page?page=x").status == 400
    assert client.ask(f"{page[:-1]}2/page").status == 404
    name = page.split("/")[2]
    assert client.post("/lock").status == 303
    rows = json.loads(station.ok("ana", "attach", name, "--json"))
    assert [row["state"] for row in rows] == ["cleaned", "withheld"]
