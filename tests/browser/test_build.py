"""What is built for the page: exact pins, kept licences, and none of what a page must not do."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser.world import ROOT

BROWSER = ROOT / "browser"
PACKAGE = json.loads((BROWSER / "package.json").read_text())
LOCK = json.loads((BROWSER / "package-lock.json").read_text())["packages"]
SCRIPT = (BROWSER / "dist" / "page.js").read_text()


def test_every_package_is_pinned_exactly_and_by_hash() -> None:
    wished = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wished.values())
    locked = {path: entry for path, entry in LOCK.items() if path}
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())
    assert not any("resolved" in entry for entry in locked.values())


def test_the_licence_of_everything_bundled_is_kept() -> None:
    kept = (BROWSER / "dist" / "LICENSES").read_text()
    for path, entry in LOCK.items():
        if path and not entry.get("dev"):
            name = path.removeprefix("node_modules/")
            assert f"{name} {entry['version']}\n" in kept
    assert kept.count("Copyright (c)") >= kept.count("\n" + "-" * 72) + 1


@pytest.mark.parametrize(
    "forbidden",
    ["localStorage", "sessionStorage", "indexedDB", ".cookie", "serviceWorker", "sendBeacon", "WebSocket",
     "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
     "WebAssembly", "importScripts", "console.", "http:", "https:", "SharedArrayBuffer"],
)  # fmt: skip
def test_the_script_does_not_even_name_what_it_must_not_use(forbidden: str) -> None:
    assert forbidden not in SCRIPT


def test_the_script_is_plain_ascii_and_cannot_end_its_own_element() -> None:
    assert SCRIPT.isascii()
    assert "</script" not in SCRIPT.lower()
    assert "<!--" not in SCRIPT


def test_every_text_the_page_asks_for_is_there_and_none_is_idle() -> None:
    texts = json.loads((ROOT / "templates" / "witness" / "texts.en.json").read_text())
    source = "".join(path.read_text() for path in (BROWSER / "src").glob("*.js"))
    page = (ROOT / "templates" / "witness" / "page.html").read_text()
    computed = {f"step{n}" for n in range(1, 6)} | {key for key in texts["script"] if key.endswith("_text")}
    computed |= {f"error_{name}" for name in re.findall(r'Error\("([a-z_-]+)"\)', source)}
    (holds,) = re.findall(r'@typedef \{""\|(.*)\} Hold', source)
    spoken = {"sealing_stopped", "sending_stopped", *(f"hold_{name}" for name in re.findall(r'"(\w+)"', holds))}
    assert spoken <= set(texts["script"])
    computed |= {key for key in texts["script"] if re.fullmatch(r"refused_\d{3}", key)}  # by status
    computed |= spoken | {"error_busy", "error_fault", "error_offline", "error_worker"}
    for key in texts["script"]:
        assert key in computed or f'"{key}"' in source, f"nothing shows {key}"
    assert set(re.findall(r"texts\.(\w+)", page)) == set(texts["static"])
    shown = set(re.findall(r'ui\("([\w-]+)"\)', source))
    assert shown <= set(texts["script"])
