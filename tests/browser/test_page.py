"""The page in both browsers, against a real drop: what is typed arrives, and nothing else happens."""

from __future__ import annotations

import quopri
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from envelope.config import LANGUAGES
from envelope.form import load
from tests.browser import witness
from tests.browser.drivers import PLAIN_HOST, Browser, wait_for
from tests.browser.witness import ROOT, SHORT, WITHOUT_WORKER, download, open_page, page_state
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


BURMESE = "သူတို့က ကျွန်တော့်ညီကို ဆွဲခေါ်သွားတယ်။ "
FULL = "The drop is full (invented)."


@pytest.fixture(autouse=True)
def _calm(site: Site) -> Iterator[None]:
    """Nothing asked yet, nothing interfered with."""
    site.asked.clear()
    yield
    site.interfere = lambda _: None


def paths(site: Site) -> list[str]:
    return [f"{asked.method} {asked.path}" for asked in site.asked]


def test_what_she_types_opens_in_python_with_the_same_commitments(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    told = {"answers": ANSWERS, "narrative": NARRATIVE}
    assert witness.testify(tab, site.url + "/en", told) == "received"
    # Opening recomputes the commitment from what Python reads.
    found = team.open(site.newest(before)).testimony
    assert {**found.answers, "written_on": ""} == STORED | {"written_on": ""}
    assert found.narrative == NARRATIVE
    assert found.consent_sha256 == load().consent_sha256("en")
    assert (found.code, found.raw, found.attachments) == ("", "", ())


def test_a_text_takes_three_requests_from_the_address_to_received(tab: Browser, site: Site) -> None:
    tab.open(site.url + "/")
    tab.run("document.querySelector('a[href=\"/en\"]').click();")
    wait_for(tab, f"document.getElementById('page') && {ROOT} && {ROOT}.getElementById('wizard')")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert paths(site) == ["GET /", "GET /en", "POST /sealed"]


def test_fifty_and_four_hundred_burmese_characters_are_equal_on_the_wire(
    tab: Browser, site: Site
) -> None:
    sizes = set()
    for count in (50, 400):
        site.asked.clear()
        text = (BURMESE * 20)[:count]
        assert witness.testify(tab, site.url + "/en", SHORT | {"narrative": text}) == "received"
        (sent,) = [asked for asked in site.asked if asked.method == "POST"]
        sizes.add((len(sent.body), sent.header_bytes))
    assert len(sizes) == 1


@pytest.mark.long
def test_a_hundred_thousand_burmese_characters_go_through(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    text = (BURMESE * 3000)[:100_000]
    assert witness.testify(tab, site.url + "/en", SHORT | {"narrative": text}) == "received"
    assert team.open(site.newest(before)).testimony.narrative == text


def test_attachments_arrive_byte_for_byte_in_pieces(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    contents = {"photo.jpg": b"\xff\xd8" + bytes(range(256)) * 1200, "empty.txt": b"", "ရုပ်ပုံ.bin": b"x"}
    files = []
    for name, content in contents.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(content)
    before = site.kept()
    assert witness.testify(tab, site.url + "/en", SHORT, files) == "received"
    assert "POST /sealed" not in paths(site)
    opened = team.open(site.newest(before))
    assert [a.name for a in opened.testimony.attachments] == list(contents)
    assert opened.testimony.attachments[0].type == "image/jpeg"
    assert opened.attachments == list(contents.values())


def test_an_upload_goes_on_where_it_stopped(tab: Browser, site: Site, team: Team, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(600_000))
    site.interfere = lambda asked: ("507 Full", FULL.encode()) if asked.path.endswith("/3") else None
    before = site.kept()
    assert witness.testify(tab, site.url + "/en", SHORT, [photo]) == "not_sent"
    shown = tab.run(f"return {ROOT}.getElementById('delivery').textContent;")
    assert "The server is full just now" in shown
    assert FULL not in shown
    site.interfere = lambda _: None
    first = [asked.path for asked in site.asked if asked.method == "PUT"]
    site.asked.clear()
    witness.click(tab, "try_again")
    wait_for(tab, f"{ROOT}.getElementById('delivery').dataset.state === 'received'")
    second = [asked.path for asked in site.asked if asked.method == "PUT"]
    assert paths(site)[0].startswith("GET /t/")
    assert set(first) & set(second) == {first[-1]}
    assert team.open(site.newest(before)).attachments == [bytes(600_000)]


def test_a_failing_server_is_tried_again_without_her(tab: Browser, site: Site) -> None:
    failures = iter([("503 Busy", b"busy")])
    site.interfere = lambda asked: next(failures, None) if asked.path == "/sealed" else None
    assert witness.testify(tab, site.url + "/en", SHORT) == "received"
    assert paths(site).count("POST /sealed") == 2


def test_when_it_cannot_be_sent_nothing_is_lost(tab: Browser, site: Site, team: Team) -> None:
    site.interfere = lambda asked: ("507 Full", FULL.encode()) if asked.path == "/sealed" else None
    before = site.kept()
    assert witness.testify(tab, site.url + "/en", SHORT) == "not_sent"
    witness.click(tab, "back_to_words")
    assert tab.run(f"return {ROOT}.getElementById('t1').value;") == SHORT["narrative"]
    assert site.kept() == before
    site.interfere = lambda _: None
    witness.seal(tab)
    wait_for(tab, f"{ROOT}.getElementById('delivery').dataset.state === 'received'")
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_two_sealings_of_the_same_words_share_no_secret(tab: Browser, site: Site, team: Team) -> None:
    told = []
    for _ in range(2):
        before = site.kept()
        witness.testify(tab, site.url + "/en", SHORT)
        told.append(team.open(site.newest(before)))
    assert told[0].testimony.r != told[1].testimony.r
    assert told[0].testimony.seed != told[1].testimony.seed
    assert told[0].commitment != told[1].commitment


def test_the_end_screen_promises_nothing_and_her_words_are_gone(tab: Browser, site: Site) -> None:
    assert witness.testify(tab, site.url + "/en", SHORT) == "received"
    text = tab.run(f"return {ROOT}.getElementById('delivery').textContent;")
    assert "Received" in text
    assert "Nobody has read it yet" in text
    assert " safe" not in text
    assert tab.run(f"return {ROOT}.querySelectorAll('textarea, input, select').length;") == 0


def test_nothing_stays_in_the_browser(tab: Browser, site: Site) -> None:
    assert witness.testify(tab, site.url + "/en", SHORT) == "received"
    js = """return [document.cookie, localStorage.length, sessionStorage.length,
        (await indexedDB.databases()).length, (await caches.keys()).length];"""
    assert tab.run_async(js) == ["", 0, 0, 0, 0]


def test_every_answer_field_is_inside_the_shadow_root_and_private(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    assert tab.run("return document.querySelectorAll('input, textarea, select').length;") == 0
    fields = f"[...{ROOT}.querySelectorAll('input, textarea, select')]"
    assert tab.run(f"return {fields}.length;") > 50
    assert tab.run(f"return {fields}.every((f) => f.type === 'file' || f.getAttribute('autocomplete') === 'off');")
    typed = f"{fields}.filter((f) => f.matches('textarea, input[type=text]'))"
    assert tab.run(f"return {typed}.every((f) => f.spellcheck === false);")
    assert tab.run(f"return {fields}.every((f) => f.type === 'file' || !f.name || f.value);")


def test_every_field_has_a_name_that_is_read_aloud(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    js = f"""const root = {ROOT};
        const named = (f) => f.labels.length || f.getAttribute("aria-label") || (f.getAttribute("aria-labelledby") ?? "").split(" ").every((id) => root.getElementById(id));
        return [...root.querySelectorAll("input, textarea, select")].filter((f) => !named(f)).map((f) => f.id);"""
    assert tab.run(js) == []
    ids = tab.run(f"return [...{ROOT}.querySelectorAll('[id]')].map((e) => e.id);")
    assert len(ids) == len(set(ids))


def test_the_policy_is_never_violated_and_stops_what_it_must(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    tab.run("window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.effectiveDirective));")
    assert tab.run("return getComputedStyle(document.body).maxWidth;") == "640px"
    assert tab.run(f"return getComputedStyle({ROOT}.querySelector('fieldset')).borderTopWidth;") == "1px"
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert tab.run("return violations;") == []
    js = """const script = document.createElement("script"); script.textContent = "window.planted = 1;";
        document.body.append(script);
        const image = new Image(); image.src = "http://127.0.0.1:9/x.png"; document.body.append(image);
        let fetched = true;
        try { await fetch("http://127.0.0.1:9/"); } catch { fetched = false; }
        await new Promise((resolve) => setTimeout(resolve, 200));
        return [window.planted ?? null, fetched, violations];"""
    planted, fetched, violations = tab.run_async(js)
    assert (planted, fetched) == (None, False)
    assert set(violations) == {"connect-src", "img-src", "script-src-elem"}


@pytest.mark.parametrize("is_blocked", [False, True])
def test_it_seals_in_a_worker_and_on_the_main_thread_where_none_starts(
    tab: Browser, site: Site, team: Team, is_blocked: bool
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    tab.run(WITHOUT_WORKER % str(is_blocked).lower())
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "received"
    assert tab.run("return (window.wrappedJSObject ?? window).workers;") == 1
    assert team.open(site.newest(before)).testimony.narrative == SHORT["narrative"]


def test_it_seals_and_sends_where_the_browser_offers_no_crypto_subtle(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(200_000))
    before = site.kept()
    url = site.url.replace("127.0.0.1", PLAIN_HOST)
    assert witness.testify(tab, url + "/en", SHORT, [photo]) == "received"
    assert tab.run("return [isSecureContext, typeof crypto.subtle];") == [False, "undefined"]
    assert team.open(site.newest(before)).attachments == [bytes(200_000)]


def test_files_sealed_elsewhere_are_sent_as_they_are_and_what_she_has_typed_stays(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    carried = [team.seal(tmp_path / f"carried{n}.bin", attached=200_000 * n) for n in range(3)]
    plain = tmp_path / "plain.txt"
    plain.write_text("not sealed (invented)")
    before = site.kept()
    open_page(tab, site.url + "/en")
    witness.fill(tab, SHORT["answers"], SHORT["narrative"])
    site.asked.clear()
    tab.attach(f"{ROOT}.getElementById('sealed')", [carried[0], plain])
    witness.click(tab, "send-sealed")
    wait_for(tab, f"{ROOT}.querySelector('details .error').textContent.includes('plain.txt')")
    assert site.asked == []
    tab.run(f"{ROOT}.getElementById('sealed').value = '';")
    tab.attach(f"{ROOT}.getElementById('sealed')", carried)
    witness.click(tab, "send-sealed")
    assert witness.state(tab) == "carried_received"
    assert set(site.kept()) - set(before) == {file.read_bytes() for file in carried}
    witness.click(tab, "back_to_words")
    assert tab.run(f"return {ROOT}.getElementById('t1').value;") == SHORT["narrative"]


def test_files_that_are_not_taken_are_named(tab: Browser, site: Site, team: Team, tmp_path: Path) -> None:
    good, last = (team.seal(tmp_path / f"{name}.bin") for name in ("good", "last"))
    cut = tmp_path / "cut.bin"
    cut.write_bytes(good.read_bytes()[:-1])
    open_page(tab, site.url + "/en")
    tab.attach(f"{ROOT}.getElementById('sealed')", [good, cut, last])
    witness.click(tab, "send-sealed")
    assert witness.state(tab) == "not_sent"
    assert tab.run(f"return [...{ROOT}.querySelectorAll('#delivery li')].map((e) => e.textContent);") == [
        "cut.bin", "last.bin",
    ]  # fmt: skip
    assert "perhaps it is damaged" in tab.run(f"return {ROOT}.getElementById('delivery').textContent;")


def test_the_copy_to_keep_is_the_same_bytes(tab: Browser, site: Site, team: Team) -> None:
    open_page(tab, site.url + "/en")
    tab.run(f"{ROOT}.querySelector('a[download]').click();")
    assert download(tab).read_bytes() == team.pages()["/en"].html


def test_without_consent_or_any_account_nothing_is_sealed(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.click(tab, "next")
    assert "attention" in witness.summary(tab)
    assert "Please mark this" in tab.run(f"return {ROOT}.getElementById('c1.error').textContent;")
    witness.fill(tab, SHORT["answers"])
    witness.to_last_step(tab)
    witness.seal(tab)
    assert "Nothing is told yet" in witness.summary(tab)
    assert page_state(tab) == ""
    assert paths(site) == ["GET /en"]


def test_an_impossible_number_is_said_beside_its_question(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, {"c1": "yes", "a1": "adult", "d1.month": "၁၃"})
    witness.click(tab, "next")
    witness.click(tab, "next")
    assert "whole number" in tab.run(f"return {ROOT}.getElementById('d1.error').textContent;")
    witness.fill(tab, {"d1.month": "၁၂"})
    witness.to_last_step(tab)


def test_someone_under_18_is_asked_few_things_and_only_those_are_sealed(
    tab: Browser, site: Site, team: Team
) -> None:
    open_page(tab, site.url + "/en")
    # She had typed more before she said her age.
    witness.fill(tab, ANSWERS, NARRATIVE)
    witness.fill(tab, {"a1": "under_18"})
    assert tab.run(f"return {ROOT}.textContent.includes('You are under 18');")
    before = site.kept()
    witness.to_last_step(tab)
    for hidden in ("t1", "c2", "c3", "c5", "files", "k1", "x1"):
        assert tab.run(f"return {ROOT}.getElementById('q.{hidden}').closest('[hidden]') !== null;")
    witness.seal(tab)
    assert witness.state(tab) == "received"
    found = team.open(site.newest(before)).testimony
    assert found.narrative == ""
    load().require(found.answers, found.narrative, len(found.attachments))


@pytest.mark.parametrize("way", ["leave", "s1.no"])
def test_leaving_shows_an_empty_page_without_a_way_back(tab: Browser, site: Site, way: str) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, {}, "a word (invented)")
    # Later, since a script that leaves its page has no answer to give.
    tab.run(f"setTimeout((id) => {ROOT}.getElementById(id).click(), 50, arguments[0]);", way)
    end = time.monotonic() + 20
    while tab.address() != "about:blank" and time.monotonic() < end:
        time.sleep(0.1)
    assert tab.address() == "about:blank"
    tab.run("setTimeout(() => history.back(), 50);")
    time.sleep(0.5)
    assert "invented" not in str(tab.run("return document.documentElement.outerHTML;"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_saved_page_holds_none_of_her_words_nor_her_code(
    tab: Browser, site: Site, tmp_path: Path, lang: str
) -> None:
    photo = tmp_path / "canaryphoto.jpg"
    photo.write_bytes(b"invented")
    open_page(tab, f"{site.url}/{lang}")
    # Zawgyi, since what it reads as is shown beside the field.
    witness.fill(tab, {**SHORT["answers"], "c5": "canaryfield"}, "canarynarrative ေမာင္ေလးကို မေျပာပါနဲ႔")
    tab.attach(f"{ROOT}.getElementById('files')", [photo])
    witness.to_last_step(tab)
    witness.click(tab, "send")
    code = tab.run(f"return {ROOT}.getElementById('code').value;")
    # A field outside the shadow root shows that this test would find her words.
    tab.run("""const field = document.createElement("textarea");
        document.body.append(field);
        field.value = field.textContent = "canaryoutside";""")
    saved = tab.saved_page()
    assert "canaryoutside" in saved
    for word in ("canaryfield", "canarynarrative", "canaryphoto", "မောင်လေး", code, code[:9]):
        assert word not in saved and quoted(word) not in saved


def quoted(text: str) -> str:
    """As MHTML writes it, up to its first soft line break."""
    return quopri.encodestring(text.encode()).decode().partition("=\n")[0]


CLOCK = """
const page = window.wrappedJSObject ?? window;
const shift = page.Date.parse(arguments[0]) - page.Date.now();
const real = page.Date;
page.Date = function () { return new real(real.now() + shift); };
page.Date.now = () => real.now() + shift;
"""


@pytest.mark.parametrize("day", ["1970-01-02", "1999-12-30", "2000-01-02", "2099-12-30", "2100-01-02"])
def test_the_day_of_a_clock_that_cannot_be_right_is_left_out(
    tab: Browser, site: Site, team: Team, day: str
) -> None:
    before = site.kept()
    open_page(tab, site.url + "/en")
    tab.run(CLOCK, day + "T12:00:00")
    witness.send(tab, SHORT)
    assert witness.state(tab) == "received"
    written = {"written_on": day} if day[:2] == "20" else {}
    assert team.open(site.newest(before)).testimony.answers == SHORT["answers"] | written
