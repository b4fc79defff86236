"""A film of 100 MiB is sealed in little memory, and the page answers all the while."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.browser import memory, witness
from tests.browser.drivers import BROWSERS, Browser, browser, wait_for
from tests.browser.inside import inside, job
from tests.browser.tor_browser import SAFER
from tests.browser.witness import ROOT, SHORT, WITHOUT_WORKER, open_page
from tests.browser.world import Site, Team

pytestmark = pytest.mark.long
FILM = 100 << 20  # bytes
LIMIT = 150_000_000  # bytes more than the page holds before; the sealed file is 117 million of them


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.bin"
    with path.open("wb") as out:
        for _ in range(100):
            out.write(os.urandom(1 << 20))
    return path


# Sealing goes on when the script has answered; the sealed file is kept, as the page keeps it.
BEGIN = """window.sealed = null;
    const files = [...document.getElementById("film").files];
    new sakse.Core(sakse.core).ask("seal", { ...given[0], files }).then((blob) => { window.sealed = blob; });"""
SIZE = "(window.wrappedJSObject ?? window).sealed?.size"


@pytest.mark.parametrize("name", BROWSERS)
def test_a_film_of_a_hundred_mebibytes_is_sealed_in_less_than_150_megabytes(
    site: Site, team: Team, film: Path, name: str
) -> None:
    others = memory.descendants(os.getpid())
    with browser(name) as tab:
        tab.open(site.url + "/modules")
        tab.run("document.body.innerHTML = '<input type=file id=film>';")
        tab.attach("document.getElementById('film')", [film])
        inside(tab, "return new sakse.Core(sakse.core).ask('digest', new Uint8Array(9));")  # a Worker has run
        time.sleep(5)  # until what the browser does when it starts is done
        with memory.Peak(others) as idle:
            time.sleep(2)
        with memory.Peak(others) as peak:
            inside(tab, BEGIN, job(team))
            size = wait_for(tab, SIZE, timeout=900)
    assert FILM < size < FILM * 1.13
    assert peak.most - idle.most < LIMIT, f"{(peak.most - idle.most) / 1e6:.0f} MB over {idle.most / 1e6:.0f}"
    # The measure sees what is held: the sealed file itself.
    assert peak.most - idle.most > size * 0.8


# How far the bar is at every frame that is painted.
WATCH = f"""const page = window.wrappedJSObject ?? window;
page.seen = [];
const look = () => {{
  const bar = {ROOT}.querySelector("#delivery progress");
  if (bar) page.seen.push(bar.value);
  page.requestAnimationFrame(look);
}};
page.requestAnimationFrame(look);"""


def seal_and_stop(tab: Browser, site: Site, film: Path, *, is_blocked: bool) -> None:
    """Seal until the bar stands at 80, then go back to the words; it was painted often on its way."""
    open_page(tab, site.url + "/en")
    tab.run(WITHOUT_WORKER % str(is_blocked).lower())
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    tab.attach(f"{ROOT}.getElementById('files')", [film])
    witness.to_last_step(tab)
    tab.run(WATCH)
    witness.seal(tab, "save")
    # A script from outside waits as a finger would until the page has a turn for it.
    wait_for(tab, f"{ROOT}.querySelector('#delivery progress').value >= 80", timeout=300)
    witness.click(tab, "back_to_words")
    assert tab.run(f"return {ROOT}.getElementById('delivery').hidden;")
    painted = tab.run("return [...new Set((window.wrappedJSObject ?? window).seen)];")
    assert painted == sorted(painted)
    assert len(painted) >= 20


@pytest.mark.parametrize("is_blocked", [False, True], ids=["worker", "main thread"])
def test_the_page_paints_and_takes_clicks_while_it_seals(
    tab: Browser, site: Site, film: Path, is_blocked: bool
) -> None:
    seal_and_stop(tab, site, film, is_blocked=is_blocked)


def test_it_does_so_on_the_main_thread_without_a_jit(site: Site, tmp_path: Path) -> None:
    # A MiB read at once takes half a second and more to encrypt here: turns must come oftener.
    film = tmp_path / "film.bin"
    film.write_bytes(os.urandom(10 << 20))
    with browser("firefox", prefs=SAFER) as slow:
        seal_and_stop(slow, site, film, is_blocked=True)
