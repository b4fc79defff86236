"""Over a line that cuts, stalls or loses answers everything arrives whole and once, the page staying open."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.browser import witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.test_trouble import FAST, shown, wait_for_words
from tests.browser.witness import ROOT, SHORT, open_page, page_state
from tests.browser.world import Site, Team
from tests.relay import Relay

# From here on no wait of the page ends by itself; they are counted.
NO_END_OF_WAITS = """
const page = window.wrappedJSObject ?? window;
const later = page.setTimeout;
page.waits = 0;
page.setTimeout = (job, ms) => {
  if (ms >= 5000) return later.call(page, job, ms); // the Worker's start, a minute's silence
  page.waits++;
};
"""
BETWEEN_CUTS = 300_000  # bytes, on average
FILM = 4_900_000  # five megabytes when it is sealed


@pytest.fixture(autouse=True)
def _calm(site: Site) -> Iterator[None]:
    site.asked.clear()
    yield
    site.interfere = lambda _: None


def film(folder: Path, size: int = FILM) -> Path:
    """A file of random bytes: one piece is never taken for another."""
    path = folder / "film.bin"
    path.write_bytes(Random(size).randbytes(size))
    return path


@contextlib.contextmanager
def opened_over(tab: Browser, site: Site, **faults: float) -> Iterator[Relay]:
    """The page, come over a line that is good until it is open and then has these faults."""
    mean_bytes = faults.pop("mean_bytes", 0)
    with Relay(int(site.url.rpartition(":")[2]), **faults) as line:
        open_page(tab, line.url + "/en")
        line.mean_bytes = mean_bytes
        line.off()  # what is still connected has no end
        line.on()
        yield line


def arrives(tab: Browser, site: Site, team: Team, files: list[Path]) -> None:
    """Send `SHORT` with `files` from the open page: it is stored whole, and once."""
    before = site.kept()
    witness.send(tab, SHORT, files)
    assert witness.state(tab, timeout=1200) == "received"
    assert len(site.kept()) == len(before) + 1
    opened = team.open(site.newest(before))
    assert opened.testimony.narrative == SHORT["narrative"]
    assert opened.attachments == [file.read_bytes() for file in files]


def test_five_megabytes_arrive_over_a_line_that_cuts_again_and_again(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    with opened_over(tab, site, mean_bytes=BETWEEN_CUTS, seed=1) as line:
        arrives(tab, site, team, [film(tmp_path)])
        assert line.cuts > FILM / BETWEEN_CUTS / 2


@pytest.mark.long
def test_five_megabytes_arrive_over_a_slow_late_line_that_cuts_again_and_again(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    with opened_over(tab, site, mean_bytes=BETWEEN_CUTS, rate=40_000, latency=0.4, seed=2) as line:
        arrives(tab, site, team, [film(tmp_path)])
        assert line.cuts > FILM / BETWEEN_CUTS / 2


def test_a_text_arrives_over_a_line_that_cuts_most_of_its_tries(tab: Browser, site: Site, team: Team) -> None:
    with opened_over(tab, site, mean_bytes=70_000, seed=4) as line:
        arrives(tab, site, team, [])
        assert line.cuts > 0


def test_whatever_answer_is_lost_it_is_stored_once_and_received(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    for files in ([], [film(tmp_path, 300_000)]):
        with opened_over(tab, site) as line:
            # The page's own was the first; of what follows, every other one.
            line.lose = lambda n: n % 2 == 0
            site.asked.clear()
            arrives(tab, site, team, files)
            paths = [asked.path for asked in site.asked]
            assert line.cuts == len(paths) / 2
            assert "/sealed" in paths or {path.rpartition("/")[2] for path in paths} >= {"t", "0", "1", "2", "done"}


def test_without_a_network_it_waits_and_goes_on_at_once_when_the_browser_is_online_again(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    with opened_over(tab, site) as line:
        line.off()
        # Only what wakes it can bring it on: its own waits do not end.
        witness.fill(tab, SHORT["answers"], SHORT["narrative"])
        witness.to_last_step(tab)
        tab.run(NO_END_OF_WAITS)
        witness.seal(tab, "send")
        wait_for(tab, "(window.wrappedJSObject ?? window).waits > 0")
        assert page_state(tab) == "sending"
        line.on()
        tab.run("dispatchEvent(new Event('online'));")
        assert witness.state(tab) == "received"
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_after_a_quarter_of_an_hour_nothing_is_lost_and_it_begins_by_itself_when_she_is_online(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    with opened_over(tab, site) as line:
        line.off()
        witness.send(tab, SHORT)
        wait_for_words(tab, "cannot be reached just now; nothing is lost")
        tab.run(FAST)
        assert witness.state(tab) == "not_sent"
        assert "Nothing is lost" in shown(tab)
        line.on()
        tab.run("dispatchEvent(new Event('online'));")
        wait_for(tab, f"{ROOT}.getElementById('delivery').dataset.state === 'received'")
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_the_remaining_time_is_said_once_it_is_known_and_is_about_right(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    with opened_over(tab, site, rate=150_000) as line:
        witness.send(tab, SHORT, [film(tmp_path, 1_900_000)])
        left = f"{ROOT}.getElementById('left').textContent"
        wait_for(tab, f"{ROOT}.querySelector('#delivery progress').value > 0")
        assert tab.run(f"return {left};") == ""
        assert wait_for(tab, left) == "Less than a minute left"
        line.off()
        wait_for_words(tab, "cannot be reached just now")
        assert tab.run(f"return {left};") == ""
        witness.click(tab, "back_to_words")


# Milliseconds of each of 40 pieces, and what is said to be left after each of them, in minutes.
ESTIMATES = """
const { send } = sakse;
const real = performance.now.bind(performance);
let clock = 0;
performance.now = () => clock;
const said = [];
const meter = new send.Meter(arguments[0].length, (part, left) => said.push(left));
for (const ms of arguments[0]) { clock += ms; meter.confirmed(1); }
performance.now = real;
return said.map((ms) => ms / 60000);
"""


def test_the_estimate_follows_the_line_and_is_not_deceived_by_one_outage(modules: Browser) -> None:
    minute = 60_000
    steady = modules.run(ESTIMATES, [minute] * 40)
    assert steady[:2] == [0, 0]
    assert steady[2:] == pytest.approx([37 - n for n in range(38)])
    outage = modules.run(ESTIMATES, [minute] * 19 + [60 * minute] + [minute] * 20)
    assert max(outage) < 40
    slower = modules.run(ESTIMATES, [minute] * 20 + [3 * minute] * 20)
    assert slower[30] == pytest.approx(9 * 3, rel=0.3)


@pytest.mark.parametrize(
    ("ms", "said"),
    [(0, None), (1, ["left_under", 1]), (60_000, ["left_under", 1]), (60_001, ["left_minutes", 2]),
     (10 * 60_000, ["left_minutes", 10]), (10 * 60_000 + 1, ["left_minutes", 15]),
     (100 * 60_000, ["left_minutes", 100]), (100 * 60_000 + 1, ["left_hours", 2]),
     (7_200_001, ["left_hours", 3])],
)  # fmt: skip
def test_a_time_is_said_in_words_that_promise_no_more_than_is_known(
    modules: Browser, ms: int, said: list[object] | None
) -> None:
    found = modules.run("return sakse.deliver.timeLeft(arguments[0]);", ms)
    assert found == (said and {"key": said[0], "n": said[1]})
