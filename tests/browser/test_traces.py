"""What a witness typed is nowhere in the browser afterwards: not in its files, storage, history or memory of forms."""

from __future__ import annotations

import base64
import gzip
import json
import time
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser import traces, witness
from tests.browser.drivers import ENTER, Browser, Firefox, browser, new_home, wait_for
from tests.browser.tor_browser import STANDARD
from tests.browser.witness import ROOT, open_page
from tests.browser.world import Site

# Invented, and such that no four letters of one stand anywhere else.
WORD, FIELD, BURMESE = "qzvxwitnesskj", "wqxfieldzvbk", "ဇွဲကောင်းကင်ပြာ"
WORDS = (WORD, FIELD, BURMESE)
# What a person's Firefox does unless told otherwise, and the tests' own start leaves out.
PLAIN: dict[str, Any] = {
    "browser.formfill.enable": True,
    "browser.pagethumbnails.capturing_disabled": False,
    "browser.sessionstore.interval": 500,
    "browser.sessionstore.resume_from_crash": True,
    "layout.spellcheckDefault": 2,  # every field, not only large ones
    "places.history.enabled": True,
    "signon.rememberSignons": True,
}
KINDS = {"chromium": ("chromium", {}), "firefox": ("firefox", PLAIN), "tor": ("firefox", STANDARD)}
# Every field she can type in, whatever the form asks.
_FILL_ALL = """
const fields = [...%s.querySelectorAll("#wizard textarea, #wizard input[type=text]:not(.number)")];
for (const field of fields) {
  field.value = arguments[0];
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
return fields.length;
"""


def start(kind: str, home: Path) -> Any:
    name, prefs = KINDS[kind]
    return browser(name, prefs=prefs, home=home)


def write(tab: Browser, site: Site) -> None:
    """Type canaries into every field of the form, the account's by real keys."""
    open_page(tab, site.url + "/en")
    assert tab.run(_FILL_ALL % ROOT, f"{FIELD} {BURMESE}") > 1
    witness.fill(tab, witness.SHORT["answers"])
    show_account(tab)
    tab.run(f"const field = {ROOT}.getElementById('t1'); field.value = ''; field.focus();")
    tab.press(f"{WORD} {FIELD} {BURMESE}")
    assert tab.run(f"return {ROOT}.getElementById('t1').value;") == f"{WORD} {FIELD} {BURMESE}"


def show_account(tab: Browser) -> None:
    for _ in range(10):
        if tab.run(f"return {ROOT}.getElementById('t1').checkVisibility();"):
            return
        witness.click(tab, "next")
    raise LookupError("no step asks for the account: " + witness.summary(tab))


def end(tab: Browser, site: Site, way: str) -> list[str]:
    """End a testimony the one way or the other; return the receipt code, as shown and as typed."""
    if way == "left":
        # Later, since a script that leaves its page has no answer to give.
        tab.run(f"setTimeout(() => {ROOT}.getElementById('leave').click(), 50);")
        wait_for(tab, "!location.href.startsWith(arguments[0])", site.url)
        return []
    witness.to_last_step(tab)
    code = witness.take_code(tab, "send" if way == "sent" else "save")
    assert witness.state(tab) == {"sent": "received", "saved": "saved"}[way]
    if way == "saved":
        witness.download(tab)
        witness.click(tab, "clear_words")
    return [code, code.replace(" ", "")]


@pytest.mark.long
@pytest.mark.parametrize("way", ["sent", "saved", "left"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_a_testimony_stays_in_the_browser(kind: str, way: str, site: Site) -> None:
    with new_home(kind) as home:
        with start(kind, home) as tab:
            write(tab, site)
            time.sleep(2)  # longer than Firefox waits before it writes its session down
            assert traces.shown(tab, WORDS) == list(WORDS)
            assert traces.in_files(home, WORDS) == []
            words = [*WORDS, *end(tab, site, way)]
            assert traces.shown(tab, words) == []
            if way == "left":
                tab.run("setTimeout(() => history.back(), 50);")
                time.sleep(1)
                assert traces.shown(tab, words) == []
            tab.open(site.url + "/modules")
            assert traces.reached(tab, words) == []
            time.sleep(2)
            assert traces.in_files(home, words) == []
            tab.quit()
        assert traces.in_files(home, words) == []


PLANT = """
const word = arguments[0];
localStorage.planted = word + "local";
sessionStorage.planted = word + "session";
document.cookie = `planted=${word}cookie; max-age=86400`;
window.name = word + "name";
history.pushState(word + "state", "", "?" + word + "address");
const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const opening = indexedDB.open("planted");
opening.onupgradeneeded = () => opening.result.createObjectStore("planted");
const database = await settled(opening);
await settled(database.transaction("planted", "readwrite").objectStore("planted").put(word + "indexed", 1));
database.close();
const cache = await caches.open("planted");
await cache.put("/planted", new Response(word + "cache"));
"""
STORES = ("local", "session", "cookie", "name", "state", "address", "indexed", "cache")
_FORM = """
document.body.innerHTML = "<form action='/modules'><input id='typed' name='typed'></form>";
document.getElementById("typed").focus();
"""


# Where a word may be put on purpose, and which of them each kind of browser writes to its disk.
# Chromium encrypts cookies; a private window, as Tor Browser's all are, writes nothing at all.
ON_DISK = {
    "chromium": {"local", "session", "state", "address", "indexed", "cache", "typed"},
    "firefox": {"local", "session", "cookie", "state", "address", "indexed", "cache", "typed"},
    "tor": set(),
}
_PACK = """
const [folder, word, done] = arguments;
IOUtils.writeUTF8(PathUtils.join(folder, "packed"), word.repeat(9), { compress: true }).then(() => done("written"), done);
"""


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_words_planted_on_purpose_are_found_where_the_browser_puts_them(kind: str, site: Site) -> None:
    words = [WORD + store for store in (*STORES, "typed")]
    with new_home(kind) as home:
        with start(kind, home) as tab:
            tab.open(site.url + "/modules")
            tab.run_async(PLANT, WORD)
            found = traces.reached(tab, words)
            assert {place for place in found if place.startswith("page")} == {f"page: {WORD}{s}" for s in STORES}
            other = "history" if kind == "chromium" else "session"
            assert f"{other}: {WORD}address" in found
            tab.run(_FORM)
            tab.press(f"{WORD}typed {BURMESE}")
            assert traces.shown(tab, words) == [f"{WORD}typed"]
            tab.press(ENTER)
            wait_for(tab, "location.search.includes('typed')")
            until = time.monotonic() + 30  # browsers write when they find time to
            while stores(home, words) != ON_DISK[kind] and time.monotonic() < until:
                time.sleep(1)
            assert stores(home, words) == ON_DISK[kind]
            tab.quit()
        assert stores(home, words) == ON_DISK[kind]
        assert bool(traces.in_files(home, [BURMESE])) == bool(ON_DISK[kind])


def stores(home: Path, words: list[str]) -> set[str]:
    """Which of the planted words are in a file."""
    return {line.partition(f": {WORD}")[2].split()[0] for line in traces.in_files(home, words)}


def test_a_word_is_found_in_a_file_however_it_is_written(tmp_path: Path) -> None:
    ways = {
        "plain": WORD.encode(),
        "wide": BURMESE.encode("utf-16-le"),
        "base64": base64.b64encode(f"x{BURMESE}".encode()),
        "base64 wide": base64.b64encode(f"xy{WORD}".encode("utf-16-le")),
        "address": b"?q=" + quote(BURMESE).encode(),
        "json": json.dumps(BURMESE).encode(),
        "gzip": b"head" + gzip.compress(WORD.encode() * 9),
        "zlib": b"head" + zlib.compress(WORD.encode() * 9),
    }
    for name, data in ways.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / f"named {FIELD}").touch()
    (tmp_path / "innocent").write_bytes(b"qzvx witness wqxfield" + "ဇွဲ ကောင်း".encode())
    found = {line.partition(":")[0] for line in traces.in_files(tmp_path, WORDS)}
    assert found == {*ways, f"named {FIELD}"}


def test_a_word_in_a_file_packed_by_firefox_is_found(tmp_path: Path) -> None:
    with browser("firefox", prefs=STANDARD) as tab:
        assert isinstance(tab, Firefox)
        with tab.driver.using_context("chrome"):
            assert tab.driver.execute_async_script(_PACK, [str(tmp_path), WORD]) == "written"
    packed = (tmp_path / "packed").read_bytes()
    assert packed.startswith(traces.MOZ_LZ4)
    assert traces.unpack_lz4(packed[12:]) == WORD.encode() * 9
    assert traces.in_files(tmp_path, WORDS) == [f"packed: {WORD} as utf-8"]
