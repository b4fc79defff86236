"""Leaving: by key, by being away too long, and never in the middle of an upload."""

from __future__ import annotations

import time

from tests.browser import witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.witness import ROOT, SHORT, open_page, page_state
from tests.browser.world import Site, Team

# Moves the page's clock on; its timers go on ticking.
LATER = """
const page = window.wrappedJSObject ?? window;
const real = page.Date;
const shift = arguments[0] * 60000;
page.Date = function () { return new real(real.now() + shift); };
page.Date.now = () => real.now() + shift;
page.Date.parse = (text) => real.parse(text);
"""
COVER = f"{ROOT}.getElementById('idle')"


def is_left(tab: Browser, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while tab.address() != "about:blank" and time.monotonic() < end:
        time.sleep(0.1)
    return tab.address() == "about:blank"


def press_escape(tab: Browser, times: int) -> None:
    # Later, since a script that leaves its page has no answer to give.
    tab.run(
        """const page = window.wrappedJSObject ?? window;
        const press = () => dispatchEvent(new page.KeyboardEvent("keydown", { key: "Escape" }));
        for (let n = 0; n < arguments[0]; n++) setTimeout(press, 50 + 100 * n);""",
        times,
    )


def write(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])


def words(tab: Browser) -> str:
    return str(tab.run(f"return {ROOT}.getElementById('t1').value;"))


def test_escape_pressed_twice_leaves_and_once_does_not(tab: Browser, site: Site) -> None:
    write(tab, site)
    press_escape(tab, 1)
    assert not is_left(tab, 1.5)
    assert words(tab) == SHORT["narrative"]
    press_escape(tab, 2)
    assert is_left(tab, 20)
    tab.run("setTimeout(() => history.back(), 50);")
    time.sleep(0.5)
    assert "invented" not in str(tab.run("return document.documentElement.outerHTML;"))


def test_after_nine_idle_minutes_she_is_asked_and_her_answer_keeps_her_words(tab: Browser, site: Site) -> None:
    write(tab, site)
    tab.run(LATER, 8.5)
    time.sleep(1.5)
    assert not tab.run(f"return Boolean({COVER});")
    tab.run(LATER, 1)
    wait_for(tab, f"Boolean({COVER})", timeout=10)
    covered = f"""const box = {COVER}.getBoundingClientRect(), page = document.documentElement;
        return box.width >= page.clientWidth && box.height >= page.clientHeight;"""
    assert tab.run(covered)
    assert tab.run(f"return {ROOT}.activeElement.id;") == "stay"
    assert "seconds" in tab.run(f"return {COVER}.textContent;")
    witness.click(tab, "stay")
    assert not tab.run(f"return Boolean({COVER});")
    assert words(tab) == SHORT["narrative"]
    assert not is_left(tab, 1.5)


def test_after_ten_idle_minutes_the_page_is_empty(tab: Browser, site: Site) -> None:
    write(tab, site)
    tab.run(LATER, 9.1)
    wait_for(tab, f"Boolean({COVER})", timeout=10)
    tab.run(LATER, 1.1)
    assert is_left(tab, 20)
    assert "invented" not in str(tab.run("return document.documentElement.outerHTML;"))


def test_a_phone_that_slept_hides_her_words_before_it_empties_them(tab: Browser, site: Site) -> None:
    write(tab, site)
    tab.run(LATER, 180)
    wait_for(tab, f"Boolean({COVER})", timeout=10)
    assert not is_left(tab, 1.5)
    tab.run(LATER, 1.1)
    assert is_left(tab, 20)


def test_touching_the_page_starts_the_ten_minutes_anew(tab: Browser, site: Site) -> None:
    write(tab, site)
    tab.run(LATER, 8)
    tab.run("const page = window.wrappedJSObject ?? window; dispatchEvent(new page.Event('pointerdown'));")
    tab.run(LATER, 8)
    time.sleep(1.5)
    assert not tab.run(f"return Boolean({COVER});")


def test_an_upload_is_never_emptied_however_long_it_takes(tab: Browser, site: Site, team: Team) -> None:
    site.interfere = lambda asked: ("503 Busy", b"busy") if asked.path == "/sealed" else None
    before = site.kept()
    write(tab, site)
    witness.to_last_step(tab)
    witness.seal(tab)
    wait_for(tab, f"{ROOT}.getElementById('delivery').dataset.state === 'sending'")
    tab.run(LATER, 60)
    time.sleep(2.5)
    assert page_state(tab) == "sending"
    assert not tab.run(f"return Boolean({COVER});")
    site.interfere = lambda _: None
    assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_a_sealed_file_that_could_not_be_sent_outlives_her_words(tab: Browser, site: Site, team: Team) -> None:
    site.interfere = lambda asked: ("507 Full", b"full\n") if asked.path == "/sealed" else None
    before = site.kept()
    write(tab, site)
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "not_sent"
    tab.run(LATER, 11)
    wait_for(tab, f"Boolean({COVER})", timeout=10)
    tab.run(LATER, 2)
    wait_for(tab, f"!{COVER}", timeout=10)
    assert page_state(tab) == "not_sent"
    assert "have been cleared" in tab.run(f"return {ROOT}.getElementById('delivery').textContent;")
    assert tab.run(f"return {ROOT}.getElementById('t1') === null && {ROOT}.getElementById('back_to_words') === null;")
    tab.run(LATER, 60)
    assert not is_left(tab, 2)
    site.interfere = lambda _: None
    witness.click(tab, "try_again")
    assert witness.state(tab, was="not_sent") == "received"
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_while_she_is_asked_no_key_reaches_what_is_covered(tab: Browser, site: Site) -> None:
    write(tab, site)
    tab.run(LATER, 9.5)
    wait_for(tab, f"Boolean({COVER})", timeout=10)
    js = f"const field = {ROOT}.getElementById('t1'); field.focus(); return {ROOT}.activeElement.id;"
    assert tab.run(js) == "stay"
    witness.click(tab, "stay")
    witness.to_last_step(tab)
    witness.click(tab, "back")
    assert tab.run(js) == "t1"


def test_a_clock_that_is_set_back_gives_no_hours(tab: Browser, site: Site) -> None:
    write(tab, site)
    tab.run(LATER, -600)
    time.sleep(1.5)
    tab.run(LATER, 9.5)
    wait_for(tab, f"Boolean({COVER})", timeout=10)
