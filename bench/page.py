"""The witness's page: its weight, its requests, and the seconds she has to be online."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.table import show
from intake.compress import gzipped
from tests.browser import witness
from tests.browser.drivers import BROWSERS, Browser, browser
from tests.browser.witness import ROOT as FORM
from tests.browser.world import Site, Team, serve
from tests.relay import Relay

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = {"answers": {"c1": "yes", "a1": "adult"}, "narrative": "They came at night (invented)."}
GOALS = {"en": 50_000, "my": 72_000, "kac": 50_000}
RATE = 20_000  # bytes a second each way
ROUND_TRIP = 2.0  # seconds
PHOTOS = [300_000] * 3
WAIT = 900.0  # seconds a bad line may need


def main() -> None:
    """Print the three tables."""
    team = Team.invented()
    weight(team)
    requests(team)
    online(team)


def weight(team: Team) -> None:
    """Each page beside its own script alone: what no layout can go below."""
    script = f"{len(gzipped((ROOT / 'browser/dist/page.js').read_bytes())):,}"
    size = {path: len(gzipped(page.html)) for path, page in team.pages().items()}
    rows = [["/", f"{size['/']:,}", "", "", ""]]
    for lang, goal in GOALS.items():
        page, total = size[f"/{lang}"], size["/"] + size[f"/{lang}"]
        rows.append([f"/{lang}", f"{page:,}", f"{total:,}", script, f"{goal:,}"])
    head = ["page", "gzip", "with the chooser", "script alone", "goal"]
    show("Weight of the page (bytes, three recipients)", head, rows)


def requests(team: Team) -> None:
    """A text testimony in each browser, from the address typed in to "received"."""
    rows = []
    for name in BROWSERS:
        with _place(team, name) as (site, tab):
            tab.open(site.url + "/")
            end = witness.testify(tab, site.url + "/en", ACCOUNT)
            asked = [f"{one.method} {one.path}" for one in site.asked]
            up = sum(one.header_bytes + len(one.body) for one in site.asked)
            rows.append([name, end, str(len(asked)), "3", f"{up:,}", ", ".join(asked)])
    show(
        "From the address to the confirmation of a text testimony",
        ["browser", "end", "requests", "goal", "bytes up", "asked for"],
        rows,
    )


def online(team: Team) -> None:
    """Seconds online over a slow line, beside bytes over rate and one round trip a request."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, _place(team, "chromium") as (site, tab):
        photos = [_photo(Path(folder), n, size) for n, size in enumerate(PHOTOS)]
        for lang in GOALS:
            rows.append(_timed(f"text, {lang}", site, tab, _visit(lang, [])))
        rows.append(_timed("text and 3 photos of 300 kB, en", site, tab, _visit("en", photos)))
        for what, attached in (("text", 0), ("text and 3 photos", sum(PHOTOS))):
            sealed = team.seal(Path(folder) / f"notes-{attached}.bin", attached)
            rows.append(_timed(f"{what}, sealed offline: upload only", site, tab, _upload(sealed)))
    show(
        f"Online over {RATE // 1000} kB/s and round trips of {ROUND_TRIP:.0f} s (Chromium)",
        ["what", "seconds", "limit", "requests", "bytes down", "bytes up"],
        rows,
    )


Steps = Callable[[Site, Relay, Browser], Iterator[None]]


def _visit(lang: str, files: list[Path]) -> Steps:
    """From the chooser's address to "received", without the time of writing."""

    def steps(_: Site, line: Relay, tab: Browser) -> Iterator[None]:
        yield
        tab.open(line.url + "/")
        witness.open_page(tab, f"{line.url}/{lang}")
        witness.send(tab, ACCOUNT, files)

    return steps


def _upload(sealed: Path) -> Steps:
    """From the press of the button to "received": any page of the drop is open already."""

    def steps(_: Site, line: Relay, tab: Browser) -> Iterator[None]:
        witness.open_page(tab, line.url + "/en")
        tab.attach(f"{FORM}.getElementById('sealed')", [sealed])
        yield
        witness.click(tab, "send-sealed")

    return steps


def _timed(what: str, site: Site, tab: Browser, steps: Steps) -> list[str]:
    port = int(site.url.rpartition(":")[2])
    with Relay(port, rate=RATE, latency=ROUND_TRIP / 2) as line:
        going = steps(site, line, tab)
        next(going)
        site.asked.clear()
        line.up = line.down = 0
        start = time.perf_counter()
        next(going, None)
        end = witness.state(tab, WAIT)
        took = time.perf_counter() - start
        tab.open("about:blank")
    limit = (line.down + line.up) / RATE + ROUND_TRIP * len(site.asked)
    row = [f"{took:.0f}" if end.endswith("received") else end, f"{limit:.0f}", str(len(site.asked))]
    return [what, *row, f"{line.down:,}", f"{line.up:,}"]


@contextmanager
def _place(team: Team, name: str) -> Iterator[tuple[Site, Browser]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(team, Path(folder)) as site,
        browser(name) as tab,
    ):
        yield site, tab


def _photo(folder: Path, n: int, size: int) -> Path:
    path = folder / f"photo-{n}.jpg"
    path.write_bytes(random.Random(n).randbytes(size))
    return path
