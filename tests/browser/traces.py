"""Looks for words in everything a browser wrote and in what it still reaches; tests.

Files are read as they are, and unpacked where browsers pack them: mozLz4 (Firefox's session and
search files), gzip, and zlib streams that begin where gzip's or zlib's usual mark stands.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.browser.drivers import Browser, Firefox

MOZ_LZ4 = b"mozLz40\0"
# The first bytes of packed data inside other files, and how zlib is told to read on from there.
PACKED = ((b"\x1f\x8b\x08", 31), (b"\x78\x01", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15))

STREAM = 1 << 20  # bytes read of one packed stream, and at most unpacked from it

# What a page of this address can reach again later, whoever opens it.
_REACHED = """
const all = [document.cookie, document.title, window.name, location.href, JSON.stringify(history.state)];
for (const storage of [localStorage, sessionStorage]) all.push(JSON.stringify({ ...storage }));
for (const key of await caches.keys()) {
  const cache = await caches.open(key);
  for (const request of await cache.keys()) all.push(request.url, await (await cache.match(request)).text());
}
const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
for (const { name } of await indexedDB.databases()) {
  const database = await settled(indexedDB.open(name));
  for (const store of database.objectStoreNames) {
    const reading = database.transaction(store).objectStore(store);
    all.push(name, store, JSON.stringify(await settled(reading.getAll())), JSON.stringify(await settled(reading.getAllKeys())));
  }
  database.close();
}
all.push(...performance.getEntries().map((entry) => entry.name));
return all.join("\\n");
"""

# What Firefox itself holds of its tabs and of what was typed into forms.
_FIREFOX = """
const [done] = arguments;
(async () => {
  const { TabStateFlusher } = ChromeUtils.importESModule("resource:///modules/sessionstore/TabStateFlusher.sys.mjs");
  const { FormHistory } = ChromeUtils.importESModule("resource://gre/modules/FormHistory.sys.mjs");
  await TabStateFlusher.flushWindow(window);
  const tabs = [...gBrowser.tabs].map((tab) => SessionStore.getTabState(tab));
  const typed = await FormHistory.search(["fieldname", "value"], {});
  const spelled = Cc["@mozilla.org/spellchecker/personaldictionary;1"].getService(Ci.mozIPersonalDictionary).wordList;
  const words = [];
  while (spelled.hasMore()) words.push(spelled.getNext());
  return [...tabs, SessionStore.getBrowserState(), JSON.stringify(typed), ...words].join("\\n");
})().then(done, (error) => done("failed: " + error));
"""


def needles(word: str) -> dict[bytes, str]:
    """The word as a browser may write it: bytes → the name of the encoding."""
    found: dict[bytes, str] = {}
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        data = word.encode(encoding)
        found[data] = encoding
        for shift in range(3):
            found[_inner_base64(data, shift)] = f"base64 of {encoding}"
    found.setdefault(quote(word).encode(), "percent encoding")
    found.setdefault(word.encode("ascii", "backslashreplace"), "escapes")
    return found


def _inner_base64(data: bytes, shift: int) -> bytes:
    """What base64 of any text with `data` in it has in common, if `data` begins at byte 3n + shift."""
    coded = base64.b64encode(bytes(shift) + data).rstrip(b"=")
    first = (8 * shift + 5) // 6
    whole = 8 * (shift + len(data)) // 6
    return coded[first:whole]


def in_files(folder: Path, words: Iterable[str]) -> list[str]:
    """Where under `folder` one of the words stands: "file: word as encoding", sorted.

    Names of files and folders count. Sockets, devices and links out of the folder are not read.
    """
    wanted = {needle: (word, name) for word in words for needle, name in needles(word).items()}
    found = set()
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        for data in (str(place).encode(), *_contents(path)):
            found |= {f"{place}: {word} as {name}" for needle, (word, name) in wanted.items() if needle in data}
    return sorted(found)


def _contents(path: Path) -> Iterator[bytes]:
    try:
        if path.is_symlink() or not path.is_file():
            return
        data = path.read_bytes()
    except FileNotFoundError:  # the browser goes on writing and removing while we look
        return
    yield data
    if data.startswith(MOZ_LZ4):
        yield unpack_lz4(data[len(MOZ_LZ4) + 4 :])
    for mark, window in PACKED:
        yield from _streams(data, mark, window)


def _streams(data: bytes, mark: bytes, window: int) -> Iterator[bytes]:
    at = data.find(mark)
    while at >= 0:
        with contextlib.suppress(zlib.error):  # the mark stood there by chance
            yield zlib.decompressobj(window).decompress(data[at : at + STREAM], STREAM)
        at = data.find(mark, at + 1)


def unpack_lz4(block: bytes) -> bytes:
    """One LZ4 block without its frame (https://github.com/lz4/lz4, doc/lz4_Block_format.md)."""
    out = bytearray()
    at = 0
    while at < len(block):
        token = block[at]
        literals, at = _length(block, at + 1, token >> 4)
        out += block[at : at + literals]
        at += literals
        if at >= len(block):  # the last sequence has no match
            break
        offset = int.from_bytes(block[at : at + 2], "little")
        length, at = _length(block, at + 2, token & 15)
        start = len(out) - offset
        for n in range(length + 4):
            out.append(out[start + n])  # one by one: a match may overlap what it writes
    return bytes(out)


def _length(block: bytes, at: int, first: int) -> tuple[int, int]:
    total = first
    if first == 15:
        while True:
            total += block[at]
            at += 1
            if block[at - 1] != 255:
                break
    return total, at


def reached(tab: Browser, words: Iterable[str]) -> list[str]:
    """Which words this tab's page, its storage, its history or the browser's own lists hold."""
    seen = {"page": tab.run_async(_REACHED), **_own_lists(tab)}
    return [f"{place}: {word}" for place, text in seen.items() for word in words if word in text or quote(word) in text]


def _own_lists(tab: Browser) -> dict[str, str]:
    if isinstance(tab, Firefox):
        with tab.driver.using_context("chrome"):
            held = tab.driver.execute_async_script(_FIREFOX)
        if held.startswith("failed"):
            raise RuntimeError(held)
        return {"session": held}
    driver: Any = tab.driver  # type: ignore[attr-defined]
    return {"history": str(driver.execute_cdp_cmd("Page.getNavigationHistory", {}))}


def shown(tab: Browser, words: Iterable[str]) -> list[str]:
    """Which words the document, its shadow root or any field in them holds."""
    js = """
      const roots = [document, document.getElementById("page")?.shadowRoot].filter(Boolean);
      const fields = roots.flatMap((root) => [...root.querySelectorAll("input, textarea")]).map((field) => field.value);
      return [document.documentElement.outerHTML, ...roots.map((root) => root.innerHTML ?? ""), ...fields].join("\\n");"""
    text = tab.run(js)
    return [word for word in words if word in text]
