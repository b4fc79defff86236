"""Plays a witness in a real browser: types a testimony into the page, attaches files, sends."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.browser.drivers import TIMEOUT, Browser, wait_for

ROOT = "document.getElementById('page').shadowRoot"
END_STATES = ("received", "carried_received", "saved", "not_sent", "not_sealed")

SHORT: dict[str, Any] = {"answers": {"c1": "yes", "a1": "adult"}, "narrative": "They came at night (invented)."}

WITHOUT_WORKER = """
const page = window.wrappedJSObject ?? window; // Marionette runs scripts in a world of its own
const real = page.Worker;
page.workers = 0;
page.Worker = function (url) {
  page.workers++;
  if (%s) throw new Error("no Worker here");
  return new real(url);
};
"""

# The first Worker gets none of the page's jobs; what is put into it runs instead.
DEAF_WORKER = """
const page = window.wrappedJSObject ?? window;
const real = page.Blob;
const deaf = `addEventListener("message", (event) => { event.stopImmediatePropagation(); ${arguments[0]} });`;
page.Blob = function (parts, options) {
  page.Blob = real;
  parts.unshift(deaf);
  return new real(parts, options);
};
"""

_FILL = """
const root = document.getElementById('page').shadowRoot;
const fire = (element, type) => element.dispatchEvent(new Event(type, { bubbles: true }));
for (const [field, value] of Object.entries(arguments[0])) {
  const typed = root.getElementById(field);
  if (typed && typed.matches("input[type=text], textarea, select")) {
    typed.value = value;
    fire(typed, "input");
    fire(typed, "change");
    if (typed.value !== value) return field;
    continue;
  }
  for (const code of value.split(" ")) {
    const choice = root.getElementById(`${field}.${code}`);
    if (!choice) return field;
    choice.click();
    if (!choice.checked) return field;
  }
}
return null;
"""


def open_page(tab: Browser, url: str) -> None:
    """Open the witness's page and wait until its form is there."""
    tab.open(url)
    wait_for(tab, f"{ROOT} && {ROOT}.getElementById('wizard')")


def fill(tab: Browser, answers: Mapping[str, str], narrative: str = "") -> None:
    """Answer questions of the open page; LookupError names a field the page does not ask."""
    missing = tab.run(_FILL, {**answers, **({"t1": narrative} if narrative else {})})
    if missing is not None:
        raise LookupError(f"the page does not take this answer to {missing}")


def click(tab: Browser, button: str) -> None:
    """Press the button with this id."""
    tab.run(f"{ROOT}.getElementById(arguments[0]).click();", button)


def seal(tab: Browser, button: str = "send") -> None:
    """Press the button that seals, and want no receipt code if one is offered."""
    click(tab, button)
    if tab.run(f"return !{ROOT}.getElementById('receipt').hidden;"):
        click(tab, "receipt-code_none")


def take_code(tab: Browser, button: str = "send") -> str:
    """Press the button that seals, note the receipt code and type it as asked; return it as shown."""
    click(tab, button)
    code: str = tab.run(f"return {ROOT}.getElementById('code').value;")
    click(tab, "receipt-code_noted")
    tab.run(f"{ROOT}.getElementById('code-again').value = arguments[0];", code)
    click(tab, "receipt-send" if button == "send" else "receipt-save_sealed")
    return code


def come_back(tab: Browser, purpose: str, code: str) -> None:
    """On the open page come back with a receipt code: add, withdraw or danger."""
    fill(tab, {"u1": purpose, "code-before": code})
    click(tab, "go-on")


def to_last_step(tab: Browser) -> None:
    """Press Next until there is none."""
    for _ in range(10):
        if tab.run(f"return {ROOT}.getElementById('next').hidden;"):
            return
        click(tab, "next")
    raise LookupError("the page does not let her go on: " + summary(tab))


def summary(tab: Browser) -> str:
    """What the page says is wrong with this step, or an empty text."""
    text: str = tab.run(f"return {ROOT}.getElementById('summary').textContent;")
    return text


def state(tab: Browser, timeout: float = TIMEOUT * 4, was: str = "") -> str:
    """The state the page ends in after sealing, one of END_STATES; another than it `was`."""
    ends = [end for end in END_STATES if end != was]
    js = f"{ends!r}.includes({ROOT}.getElementById('delivery').dataset.state)"
    wait_for(tab, js, timeout=timeout)
    found: str = tab.run(f"return {ROOT}.getElementById('delivery').dataset.state;")
    return found


def send(tab: Browser, testimony: Mapping[str, Any], files: Sequence[Path] = (), button: str = "send") -> None:
    """On the open page give `testimony`, attach `files`, press `button`."""
    fill(tab, testimony["answers"], testimony.get("narrative", ""))
    if files:
        tab.attach(f"{ROOT}.getElementById('files')", files)
    to_last_step(tab)
    seal(tab, button)


def page_state(tab: Browser) -> str:
    """The state that is shown now; empty while she writes."""
    return str(tab.run(f"return {ROOT}.getElementById('delivery').dataset.state ?? '';"))


def download(tab: Browser) -> Path:
    """The one file the browser has saved, once it is whole."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = [f for f in tab.downloads.iterdir() if f.suffix not in (".part", ".crdownload", ".tmp")]
        if len(found) == len(list(tab.downloads.iterdir())) == 1 and found[0].stat().st_size:
            return found[0]
        time.sleep(0.05)
    raise TimeoutError("nothing was saved")


def testify(
    tab: Browser,
    url: str,
    testimony: Mapping[str, Any],
    files: Sequence[Path] = (),
    *,
    button: str = "send",
    timeout: float = TIMEOUT * 4,
) -> str:
    """Open the page, give `testimony` (`answers`, `narrative`), attach `files`, press `button`.

    Returns the state the page shows: "received" once the drop has it, "not_sent" if it could not.
    """
    open_page(tab, url)
    send(tab, testimony, files, button)
    return state(tab, timeout)
