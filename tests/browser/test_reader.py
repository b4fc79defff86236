"""The bundle's own page in both browsers: to read, to find, to print, with and without script."""

from __future__ import annotations

import base64
import dataclasses
import os
from pathlib import Path

import pytest

from release.content import Assessment, Event
from tests.browser.drivers import Browser, Chromium, wait_for
from tests.release.sample import content, make_bundle, make_team
from tests.release.test_tables import several

SHOWN = "[...document.querySelectorAll('article')].filter((a) => a.offsetParent).map((a) => a.id)"
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an invented bundle: English and Burmese accounts, a group, a translation."""
    team = make_team()
    both = content(team)
    told = ({}, {"d1.month": "1"}, {"p1.township": "MMR001001"}, {"x1": "kia"})
    more = several(team, *told, proved=True)
    first = dataclasses.replace(
        both.testimonies[0],
        translation="An invented translation of [P-07].",
        assessment=Assessment("likely_reliable", "unsure"),
    )
    all_of = (first, *both.testimonies[1:], *more.testimonies)
    counts = dataclasses.replace(both.counts, received=len(all_of) + 3, released=len(all_of))
    made = dataclasses.replace(
        both, testimonies=all_of, counts=counts, events=(Event(("T-2aaa", "T-2aac")),)
    )
    folder = tmp_path_factory.mktemp("reader")
    bundle = make_bundle(folder, team, made)
    for above in (bundle, *list(bundle.parents)[:3]):
        above.chmod(0o755)  # a browser of its own user reads it
    return bundle / "data/index.html"


def read_in(tab: Browser, page: Path, lang: str) -> None:
    tab.open(page.as_uri())
    tab.run(f"document.getElementById('in-{lang}').click()")


def test_every_account_is_there_with_its_words_and_marks(tab: Browser, page: Path) -> None:
    read_in(tab, page, "en")
    assert tab.run(f"return {SHOWN}") == ["T-2aaa", "T-2aab", "T-2aac", "T-2aad", "T-2ab3", "T-3ab0"]
    assert tab.run("return document.querySelector('#T-2ab3 blockquote mark').textContent") == "[P-07]"
    said = tab.run("return document.getElementById('T-2ab3').innerText")
    for words in ("They came at night.", "An invented translation", "likely reliable", "P 1"):
        assert words in said


def test_the_words_around_the_accounts_are_in_english_or_burmese_and_never_both(
    tab: Browser, page: Path
) -> None:
    read_in(tab, page, "en")
    assert "Read this first" in tab.run("return document.body.innerText")
    read_in(tab, page, "my")
    said = tab.run("return document.body.innerText")
    assert "Read this first" not in said and "ဤအရာကို ဦးစွာ ဖတ်ပါ" in said
    assert tab.run("return document.fonts.check('16px \"Sakse Burmese\"')")


def test_filters_show_what_was_asked_for_and_the_list_follows(tab: Browser, page: Path) -> None:
    read_in(tab, page, "en")
    choose = (
        "const one = document.querySelector(arguments[0]); one.value = arguments[1];"
        "one.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    tab.run(choose, "select[name=party]", "kia")
    assert tab.run(f"return {SHOWN}") == ["T-2aad"]
    rows = "return [...document.querySelectorAll('tbody tr')].filter((r) => r.offsetParent && r.querySelector('a')).length"
    assert tab.run(rows) == 1
    assert tab.run("return document.querySelector('output').value") == "1 / 6"
    tab.run(choose, "select[name=party]", "")
    tab.run(choose, "input[name=text]", "INVENTED TRANSLATION")
    assert tab.run(f"return {SHOWN}") == ["T-2ab3"]


def test_without_script_everything_is_shown_and_both_languages_can_be_chosen(
    tab: Browser, page: Path
) -> None:
    plain = page.with_name("plain.html")
    before, _, _ = page.read_text("utf-8").partition("<script>")
    plain.write_text(before, "utf-8")
    try:
        read_in(tab, plain, "my")
        assert len(tab.run(f"return {SHOWN}")) == 6
        assert not tab.run("return document.getElementById('find').offsetParent !== null")
        assert "ဦးစွာ" in tab.run("return document.body.innerText")
    finally:
        plain.unlink()


def test_the_page_loads_nothing_and_runs_no_script_but_its_own(tab: Browser, page: Path) -> None:
    hostile = page.with_name("hostile.html")
    text = page.read_text("utf-8").replace(
        "<header", "<script>window.ran = 1</script><img src='README.txt' onerror='window.ran = 1'><header", 1
    )
    hostile.write_text(text, "utf-8")
    try:
        tab.open(hostile.as_uri())
        assert wait_for(tab, "document.querySelector('output').value") == "6 / 6"
        assert tab.run("return window.ran || 0") == 0
    finally:
        hostile.unlink()
    tab.open(page.as_uri())
    assert tab.run("return performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("lang", ["en", "my"])
def test_nothing_is_wider_than_a_phone_or_a_screen(tab: Browser, page: Path, lang: str) -> None:
    for width in WIDTHS:
        with tab.wide(width):
            read_in(tab, page, lang)
            wide = tab.run("return document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{width} px in {lang}: {wide} px too wide"
            if folder := os.environ.get("SAKSE_PICTURES"):
                name = f"reader-{type(tab).__name__.lower()}-{lang}-{width}.png"
                tab.screenshot(Path(folder) / name)


def test_printed_each_account_begins_a_page_with_the_release_on_it(
    tab: Browser, page: Path, tmp_path: Path
) -> None:
    """Chromium prints; that Firefox hides the same by the same rules is seen in its style."""
    read_in(tab, page, "en")
    if not isinstance(tab, Chromium):
        rule = "return [...document.styleSheets[0].cssRules].some((r) => r.media && r.media.mediaText === 'print' && /article[^}]*break-before: page/.test(r.cssText))"
        assert tab.run(rule)
        return
    printed = tmp_path / "printed.pdf"
    printed.write_bytes(base64.b64decode(tab._cdp("Page.printToPDF")["data"]))
    pages = _texts_of(printed)
    for name in ("T-2ab3", "T-3ab0", "T-2aaa"):
        (first,) = (text for text in pages if f"\n{name}\n" in f"\n{text}" and "Account" in text)
        assert first.lstrip().startswith("sakse-R7K2Q9")
        assert "Show only" not in first


def _texts_of(pdf: Path) -> list[str]:
    import pypdfium2

    opened = pypdfium2.PdfDocument(pdf)
    return [one.get_textpage().get_text_range().replace("\r\n", "\n") for one in opened]
