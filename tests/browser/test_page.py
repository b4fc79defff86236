"""The page in both browsers, against a real drop: what is typed arrives, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from envelope.form import load
from tests.browser import witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.witness import ROOT
from tests.browser.world import Site, Team

ANSWERS = {
    "c1": "yes",
    "a1": "adult",
    "k1": "saw heard",
    "i1": "taken_work died_fleeing",
    "d1.year": "၂၀၂၅",
    "d1.month": "11",
    "d1.day": "07",
    "d1.precision": "within_3_days",
    "p1.state": "MMR001",
    "p1.township": "MMR001009",
    "p3": "mine",
    "x1": "military kia",
    "n1.count": "20",
    "n1.kind": "about",
    "t2": "other_witness",
    "c2": "iimm un",
    "c3": "text",
    "c5": "Not to anyone in the village (invented).",
}
STORED = ANSWERS | {"d1.year": "2025", "d1.day": "7"}
NARRATIVE = "They stopped us at the bridge. သူတို့က အိမ်တွေထဲဝင်ပြီး ဆွဲခေါ်သွားတယ်။ (invented)\nShanhte sa wa sai! 🌧"


def test_what_she_types_opens_in_python_with_the_same_commitments(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    assert witness.testify(tab, site.url + "/en", {"answers": ANSWERS, "narrative": NARRATIVE}) == "received"
    opened = team.open(site.newest(before))
    told = opened.testimony
    assert told.answers | {"written_on": ""} == STORED | {"written_on": ""}
    assert told.narrative == NARRATIVE
    assert told.consent_sha256 == load().consent_sha256("en")
    assert (told.code, told.raw, told.attachments) == ("", "", ())
