"""The witness's page: its weight, and the requests from the address to the confirmation."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from bench.table import show
from tests.browser import witness
from tests.browser.drivers import BROWSERS, browser
from tests.browser.world import Team, serve

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = {"answers": {"c1": "yes", "a1": "adult"}, "narrative": "They came at night (invented)."}


def main() -> None:
    """Print both tables."""
    team = Team.invented()
    weight(team)
    requests(team)


def weight(team: Team) -> None:
    """Each page beside its own script alone: what no layout can go below."""
    script = len(gzip.compress((ROOT / "browser/dist/page.js").read_bytes(), 9))
    pages = team.pages()
    rows = [
        [path, f"{len(page.html):,}", f"{len(page.gzip):,}", "", ""] for path, page in pages.items()
    ]
    total = len(pages["/"].gzip) + len(pages["/en"].gzip)
    rows.append(["/ and /en", "", f"{total:,}", f"{script:,}", "50,000"])
    show("Weight of the page (bytes)", ["page", "html", "gzip", "script alone", "goal"], rows)


def requests(team: Team) -> None:
    """A text testimony in each browser, from the address typed in to "received"."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in BROWSERS:
            state = Path(folder) / name
            state.mkdir()
            with serve(team, state) as site, browser(name) as tab:
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
