"""A copy of the page in a file: it seals without any connection, and says when its keys are old."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from envelope.config import LANGUAGES
from envelope.render import WITNESS
from tests.browser import tour, witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.witness import ROOT, SHORT, download, open_page, page_state
from tests.browser.world import Site, Team

# One language is quick; the others show the same with the same script.
IN_EACH_LANGUAGE = pytest.mark.parametrize(
    "lang", [lang if lang == "en" else pytest.param(lang, marks=pytest.mark.long) for lang in LANGUAGES]
)
# What the browser fetched for this page, which holds all it needs.
FETCHED = """return performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => !/^(blob|data):/.test(name));"""


def saved_copy(team: Team, lang: str, folder: Path) -> str:
    """The address of a copy of the page in a folder."""
    copy = folder / "form.html"
    copy.write_bytes(team.pages()[f"/{lang}"].html)
    return copy.as_uri()


def old_notice(tab: Browser) -> str:
    """What the page says of its age, without the words beside a box to mark."""
    return str(tab.run(f"return {ROOT}.querySelector('#old p')?.textContent ?? '';"))


@IN_EACH_LANGUAGE
@pytest.mark.parametrize("width", [320, 1280])
def test_a_saved_copy_seals_from_file_without_any_request(
    tab: Browser, site: Site, team: Team, tmp_path: Path, lang: str, width: int
) -> None:
    site.asked.clear()
    told = SHORT | {"narrative": tour.TYPED[lang]}
    with tab.wide(width):
        open_page(tab, saved_copy(team, lang, tmp_path))
        wait_for(tab, "innerWidth === arguments[0]", width)
        witness.send(tab, told, button="save")
        assert witness.state(tab) == "saved"
        sealed = download(tab)
        assert re.fullmatch(r"notes-\d{4}\.bin", sealed.name)
        assert sealed.name in tab.run(f"return {ROOT}.getElementById('delivery').textContent;")
        found = team.open(sealed.read_bytes()).testimony
        assert (found.narrative, found.consent_lang) == (told["narrative"], lang)
        assert tab.run(f"return {ROOT}.getElementById('send');") is None
        witness.click(tab, "clear_words")
        assert page_state(tab) == "cleared"
        assert tab.run(f"return {ROOT}.querySelectorAll('textarea').length;") == 0
        assert tab.run(FETCHED) == []
    assert site.asked == []


@IN_EACH_LANGUAGE
@pytest.mark.parametrize(("months", "said"), [(2, ""), (4, "old"), (6, "very_old")])
def test_a_copy_says_how_old_it_is_and_asks_for_a_yes_only_where_it_is_very_old(
    tab: Browser, team: Team, tmp_path: Path, lang: str, months: int, said: str
) -> None:
    texts = json.loads((WITNESS / f"texts.{lang}.json").read_bytes())["script"]
    open_page(tab, saved_copy(team.months_ago(months), lang, tmp_path))
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    witness.to_last_step(tab)
    assert old_notice(tab) == (texts[said] if said else "")
    assert tab.run(f"return Boolean({ROOT}.getElementById('anyway'));") == (said == "very_old")
    if said == "very_old":
        witness.click(tab, "save")
        assert witness.summary(tab) == texts["error_old"]
        assert page_state(tab) == ""
        assert tab.run(f"return {ROOT}.getElementById('receipt').hidden;")
        witness.click(tab, "anyway")
    witness.seal(tab, "save")
    assert witness.state(tab) == "saved"
    assert team.open(download(tab).read_bytes()).testimony.narrative == SHORT["narrative"]


def test_the_english_words_for_an_old_copy_are_plain() -> None:
    texts = json.loads((WITNESS / "texts.en.json").read_bytes())["script"]
    assert "some months old" in texts["old"]
    assert "very old" in texts["very_old"]
    assert "old form" in texts["error_old"]
