"""What the page does when a Worker, the server, or she herself goes away: no word is lost or left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.witness import (
    DEAF_WORKER,
    ROOT,
    SHORT,
    WITHOUT_WORKER,
    download,
    open_page,
    page_state,
)
from tests.browser.world import Asked, Site, Team, serve


@pytest.fixture(autouse=True)
def _calm(site: Site) -> Iterator[None]:
    """Nothing asked yet, nothing interfered with."""
    site.asked.clear()
    yield
    site.interfere = lambda _: None


def posts(site: Site) -> int:
    return sum(asked.path == "/sealed" for asked in site.asked)


def shown(tab: Browser) -> str:
    """What the page says while it seals or sends, or after it."""
    return str(tab.run(f"return {ROOT}.getElementById('delivery').innerText;"))


def wait_for_words(tab: Browser, words: str) -> None:
    wait_for(tab, f"{ROOT}.getElementById('delivery').textContent.includes(arguments[0])", words)


def buttons(tab: Browser) -> list[str]:
    shown = f"[...{ROOT}.querySelectorAll('#delivery button')]"
    return list(tab.run(f"return {shown}.filter((b) => b.checkVisibility()).map((b) => b.id);"))


def require_words(tab: Browser) -> None:
    """Her words stand in the form that is shown, and nothing was sent."""
    assert tab.run(f"return {ROOT}.getElementById('t1').value;") == SHORT["narrative"]
    assert not tab.run(f"return {ROOT}.getElementById('wizard').hidden;")
    assert tab.run(f"return {ROOT}.getElementById('delivery').hidden;")


def test_when_the_worker_dies_she_is_told_and_her_words_can_be_sent(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    tab.run(DEAF_WORKER, 'throw new Error("invented");')
    witness.send(tab, SHORT)
    assert witness.state(tab) == "not_sealed"
    assert "A part of this page stopped working" in shown(tab)
    witness.click(tab, "back_to_words")
    require_words(tab)
    witness.seal(tab)
    wait_for(tab, f"{ROOT}.getElementById('delivery').dataset.state === 'received'")
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


# The page's newest Worker or XMLHttpRequest is kept for the test.
KEEP_NEWEST = """
const page = window.wrappedJSObject ?? window;
const real = page[arguments[0]];
page[arguments[0]] = function (...given) { return (page.newest = new real(...given)); };
"""


def test_from_a_silent_worker_there_is_a_way_back_to_her_words(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    tab.run(DEAF_WORKER, "setInterval(() => postMessage({ part: 0 }), 10);")
    tab.run(KEEP_NEWEST, "Worker")
    witness.send(tab, SHORT)
    assert page_state(tab) == "sealing"
    heard = """const page = window.wrappedJSObject ?? window;
        let heard = 0;
        page.newest.addEventListener("message", () => { heard++; });
        await new Promise((resolve) => setTimeout(resolve, 500));
        return heard;"""
    assert tab.run_async(heard) > 0
    assert buttons(tab) == ["back_to_words"]
    witness.click(tab, "back_to_words")
    require_words(tab)
    assert "Sealing was stopped" in witness.summary(tab)
    assert tab.run_async(heard) == 0
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


@pytest.mark.parametrize("is_blocked", [False, True])
def test_stopping_ends_the_sealing_also_on_the_main_thread(
    tab: Browser, site: Site, tmp_path: Path, is_blocked: bool
) -> None:
    film = tmp_path / "film.bin"
    film.write_bytes(bytes(60 << 20))
    open_page(tab, site.url + "/en")
    tab.run(WITHOUT_WORKER % str(is_blocked).lower())
    tab.run("""const page = window.wrappedJSObject ?? window;
        const reader = page.ReadableStreamBYOBReader.prototype;
        const read = reader.read;
        page.reads = 0;
        reader.read = function (...given) { page.reads++; return read.apply(this, given); };""")
    witness.send(tab, SHORT, [film])
    wait_for(tab, f"{ROOT}.querySelector('#delivery progress').value > 0")
    witness.click(tab, "back_to_words")
    require_words(tab)
    time.sleep(0.3)
    reads = "return (window.wrappedJSObject ?? window).reads;"
    read = tab.run(reads)
    assert bool(read) == is_blocked  # a Worker reads by itself
    time.sleep(0.5)
    assert tab.run(reads) == read
    assert tab.run(f"return {ROOT}.getElementById('delivery').hidden;")
    assert [asked.path for asked in site.asked] == ["/en"]


# From here on a second of the page is as short as five milliseconds.
FAST = """
const page = window.wrappedJSObject ?? window;
const later = page.setTimeout;
const now = page.performance.now.bind(page.performance);
page.setTimeout = (job, ms) => later.call(page, job, ms / 200);
const begun = now();
page.performance.now = () => begun + (now() - begun) * 200;
"""


def test_a_silent_server_holds_neither_her_words_nor_the_sealed_file(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    answer = threading.Event()

    def silent(asked: Asked) -> tuple[str, bytes] | None:
        if asked.path != "/sealed":
            return None
        answer.wait(60)
        return "503 Busy", b"busy"

    site.interfere = silent
    try:
        open_page(tab, site.url + "/en")
        tab.run(KEEP_NEWEST, "XMLHttpRequest")
        witness.send(tab, SHORT)
        wait_for(tab, f"{ROOT}.getElementById('delivery').dataset.state === 'sending'")
        assert buttons(tab) == ["save_sealed", "back_to_words"]
        witness.click(tab, "save_sealed")
        sealed = download(tab)
        assert sealed.name in shown(tab)
        assert page_state(tab) == "sending"
        assert team.open(sealed.read_bytes()).testimony.narrative == SHORT["narrative"]
        witness.click(tab, "back_to_words")
        require_words(tab)
        assert "Sending was stopped" in witness.summary(tab)
        assert tab.run("return (window.wrappedJSObject ?? window).newest.readyState;") == 0
    finally:
        answer.set()
        site.interfere = lambda _: None
    time.sleep(2)
    assert posts(site) == 1
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_a_server_that_does_not_answer_for_a_minute_is_said_to_be_silent(tab: Browser, site: Site) -> None:
    answer = threading.Event()

    def slow(asked: Asked) -> None:
        if asked.path == "/sealed":
            answer.wait(60)

    site.interfere = slow
    open_page(tab, site.url + "/en")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    witness.to_last_step(tab)
    # The page gives a Worker 5 s to start: only what waits longer is shortened.
    tab.run("""const page = window.wrappedJSObject ?? window;
        const later = page.setTimeout;
        page.setTimeout = (job, ms) => later.call(page, job, ms > 5000 ? ms / 200 : ms);""")
    witness.seal(tab)
    try:
        wait_for_words(tab, "has not answered for a minute")
    finally:
        answer.set()
    assert witness.state(tab) == "received"
    assert "has not answered" not in shown(tab)


def test_a_busy_server_is_asked_again_for_minutes_without_her(tab: Browser, site: Site) -> None:
    tries = iter(range(14))
    site.interfere = lambda asked: (
        ("503 Busy", b"busy") if asked.path == "/sealed" and next(tries, None) is not None else None
    )
    open_page(tab, site.url + "/en")
    witness.send(tab, SHORT)
    wait_for_words(tab, "The server is busy for a few minutes; nothing is lost. Keep this page open.")
    assert buttons(tab) == ["save_sealed", "back_to_words"]
    tab.run(FAST)
    assert witness.state(tab) == "received"
    assert posts(site) == 15


def test_a_server_that_stays_busy_is_left_after_a_quarter_of_an_hour(tab: Browser, site: Site) -> None:
    site.interfere = lambda asked: ("503 Busy", b"busy") if asked.path == "/sealed" else None
    open_page(tab, site.url + "/en")
    witness.send(tab, SHORT)
    wait_for_words(tab, "The server is busy")
    tab.run(FAST)
    start = time.monotonic()
    assert witness.state(tab) == "not_sent"
    assert "busy for a quarter of an hour" in shown(tab)
    assert "nothing is lost" in shown(tab).lower()
    assert time.monotonic() - start > 15 * 60 / 200 * 0.9
    assert 10 < posts(site) < 80


def test_without_a_server_she_is_told_so_and_keeps_everything(
    tab: Browser, team: Team, tmp_path: Path
) -> None:
    with serve(team, tmp_path) as gone:
        open_page(tab, gone.url + "/en")
    witness.send(tab, SHORT)
    wait_for_words(tab, "The server cannot be reached just now; nothing is lost.")
    witness.click(tab, "save_sealed")
    assert team.open(download(tab).read_bytes()).testimony.narrative == SHORT["narrative"]
    witness.click(tab, "back_to_words")
    require_words(tab)


def test_leaving_empties_the_page_before_a_browser_can_keep_it(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    left = tab.run(f"""const narrative = {ROOT}.getElementById("t1");
        dispatchEvent(new PageTransitionEvent("pagehide", {{ persisted: true }}));
        return [narrative.value, document.body.children.length];""")
    assert left == ["", 0]


@pytest.mark.parametrize("way", ["server", "file"])
@pytest.mark.parametrize("moment", ["typed", "saved"])
def test_back_gives_her_words_to_nobody_once_the_page_was_left(
    tab: Browser, site: Site, team: Team, tmp_path: Path, way: str, moment: str
) -> None:
    copy = tmp_path / "form.html"
    copy.write_bytes(team.pages()["/en"].html)
    other = tmp_path / "other.html"
    other.write_text("<!doctype html><title>other</title>")
    here, elsewhere = {
        "server": (site.url + "/en", site.url + "/"),
        "file": (copy.as_uri(), other.as_uri()),
    }[way]
    open_page(tab, here)
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    if moment == "saved":
        witness.to_last_step(tab)
        witness.seal(tab, "save")
        assert witness.state(tab) == "saved"
    # As a link would: a browser keeps no page that a test's own command has left.
    tab.run("setTimeout((url) => { location.href = url; }, 50, arguments[0]);", elsewhere)
    wait_for(tab, "location.href === arguments[0]", elsewhere)
    tab.run("setTimeout(() => history.back(), 50);")
    wait_for(tab, f"document.getElementById('page') && {ROOT} && {ROOT}.getElementById('t1')")
    time.sleep(0.5)
    assert tab.address() == here
    wait_for(tab, f"{ROOT} && {ROOT}.getElementById('t1')")
    assert tab.run(f"return {ROOT}.getElementById('t1').value;") == ""
    assert tab.run(f"return {ROOT}.querySelectorAll('input:checked').length;") == 0
    assert not tab.run(f"return {ROOT}.getElementById('wizard').hidden;")


def test_a_login_page_that_answers_instead_of_the_drop_is_not_taken_for_received(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    portal = ("200 OK", b"<!doctype html><title>Invented shop: please pay</title>")
    site.interfere = lambda asked: portal if asked.path == "/sealed" and posts(site) < 3 else None
    open_page(tab, site.url + "/en")
    witness.send(tab, SHORT)
    assert witness.state(tab) == "received"
    assert posts(site) == 3
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]
