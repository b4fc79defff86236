"""What witnesses typed into the page in real browsers is nowhere on the drop they sent it to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import witness
from tests.browser.drivers import browser
from tests.browser.world import open_testimony
from tests.intake import canary
from tests.intake.rig import REVIEWERS, Site, make_site, rows, serving
from tests.ports import free_port

CANARY = "invented canary 8842: two men in a white car took him from the mine gate"
ANSWERS = {"c1": "yes", "a1": "adult", "k1": "saw", "i1": "taken_work", "c2": "iimm", "c3": "text"}
ACCOUNT = {"answers": ANSWERS, "narrative": f"{CANARY}။ စမ်းသပ်စာ"}


def _kept(site: Site) -> bytes:
    exported = site.folder / "export"
    exported.mkdir()
    site.command("export", "--to", str(exported))
    return next(exported.rglob("*.age")).read_bytes()


def _submit(name: str, times: int, folder: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    site = make_site(folder, listen=listen)
    environment = {"OPENED": str(site.folder / "opened")}
    watched = serving(site, module="tests.intake.watched", environment=environment)
    with watched as running, browser(name) as tab:
        for n in range(times):
            assert witness.testify(tab, f"http://{listen}/en", ACCOUNT) == "received"
            if n % 10 == 0:
                assert canary.places(running.process.pid, CANARY, site.files()) == []
        assert rows(site)["finished"] == times
        assert canary.places(running.process.pid, CANARY, site.files()) == []
    assert canary.in_files(CANARY, site.files()) == []
    # The words did arrive, sealed: a reviewer's key finds them in what the drop kept.
    assert CANARY in open_testimony(_kept(site), REVIEWERS[0]).testimony.narrative


def test_a_sentence_typed_into_the_page_is_nowhere_on_the_drop(tmp_path):
    _submit("chromium", 3, tmp_path)


@pytest.mark.long
def test_a_sentence_sent_fifty_times_by_chromium_is_nowhere_on_the_drop(tmp_path):
    _submit("chromium", 50, tmp_path)


@pytest.mark.long
def test_a_sentence_sent_ten_times_by_firefox_is_nowhere_on_the_drop(tmp_path):
    _submit("firefox", 10, tmp_path)
