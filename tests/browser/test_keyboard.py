"""The form is filled and sent by a keyboard alone, and read in order by whoever listens to it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from envelope.config import LANGUAGES
from tests.browser import tour, witness
from tests.browser.drivers import DOWN, ENTER, SPACE, TAB, Browser, Chromium, wait_for
from tests.browser.witness import ROOT, open_page
from tests.browser.world import Site, Team

ESCAPE = "\ue00c"
ACCOUNT = "They came at night (invented)."
NUMBERS = {"d1.year": "2025", "d1.month": "11", "d1.day": "7"}
# What has the focus: which control it is, where, and whether one can see that it is there.
_FOCUSED = """
const deep = (e) => (e?.shadowRoot?.activeElement ? deep(e.shadowRoot.activeElement) : e);
const e = deep(document.activeElement);
const box = e.getBoundingClientRect();
// A file field is transparent over its button, which shows the focus for it.
const style = getComputedStyle(getComputedStyle(e).opacity === "0" ? e.parentElement : e);
const root = e.getRootNode();
const hit = root.elementFromPoint(box.left + Math.min(box.width, 40) / 2, box.top + Math.min(box.height, 40) / 2);
return { key: e.type === "radio" ? e.name : e.id || e.getAttribute("href") || (e.closest("fieldset")?.id ?? "") + e.textContent.slice(0, 40),
  tag: e.tagName.toLowerCase(), type: e.type ?? "", value: e.value ?? "", checked: Boolean(e.checked),
  top: Math.round(box.top + scrollY), bottom: Math.round(box.bottom + scrollY),
  outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  hit: `${innerHeight} ${Math.round(box.top)} ${hit?.outerHTML?.slice(0, 80)}`, uncovered: Boolean(hit) && (e.contains(hit) || hit.contains(e)) && hit !== document.body };
"""
# The keys of every control a keyboard must reach, in reading order; a group of radio buttons is one.
_CONTROLS = """
const roots = [document.body, document.getElementById("page").shadowRoot];
const all = roots.flatMap((root) => [...root.querySelectorAll("a[href], button, input, select, textarea, summary")]);
const keys = all.filter((e) => e.checkVisibility()).map((e) => e.type === "radio" ? e.name : e.id || e.getAttribute("href")
  || (e.closest("fieldset")?.id ?? "") + e.textContent.slice(0, 40));
return [...new Set(keys)];
"""


def focused(tab: Browser) -> dict[str, Any]:
    """The control that has the focus, once the browser has scrolled to it."""
    for _ in range(40):
        at = dict(tab.run(_FOCUSED))
        if at["uncovered"]:
            break
        time.sleep(0.05)
    return at


def walk(tab: Browser, button: str) -> list[str]:
    """Tab through a screen to `button`, answering on the way; every stop can be seen and lies further on.

    Returns the keys of the controls that had the focus.
    """
    seen: list[str] = []
    below = 0
    for _ in range(150):
        tab.press(TAB)
        at = focused(tab)
        assert at["key"] not in seen, f"the focus went round without {button}: {seen}"
        assert at["outlined"], f"one cannot see that the focus is on {at}"
        assert at["uncovered"], f"something covers {at}"
        assert seen == [] or at["bottom"] >= below, f"the focus went back up to {at}"
        below = at["top"]
        seen.append(at["key"])
        if at["key"] == button:
            return seen
        answer(tab, at)
    raise LookupError(f"{button} is never reached")


def answer(tab: Browser, at: dict[str, Any]) -> None:
    """Answer the control that has the focus by keys."""
    if at["type"] == "radio" and not at["checked"]:
        tab.press(SPACE)
        if at["key"] == "p3":
            tab.press(DOWN)
            assert focused(tab)["value"] != at["value"]
        assert focused(tab)["checked"]
    elif at["type"] == "checkbox" and at["value"] not in ("dont_know", "not_say"):
        tab.press(SPACE)
        assert focused(tab)["checked"]
    elif at["tag"] == "select":
        tab.press(DOWN)
        assert focused(tab)["value"] != at["value"]
    elif at["tag"] == "textarea" or (at["type"] == "text" and not at["key"].startswith("code")):
        tab.press(NUMBERS.get(at["key"], "3" if at["key"][:2] in ("n1", "n2", "h1") else ACCOUNT))


def reach(tab: Browser, button: str) -> None:
    """Tab to `button` past every control before it, and press it."""
    seen = walk(tab, button)
    controls = tab.run(_CONTROLS)
    missed = set(controls[: controls.index(button)]) - set(seen) - {"leave", "/", "?dl"}
    assert not missed, f"no key reaches {missed}"
    tab.press(ENTER)


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_keyboard_alone_fills_and_sends_the_form(tab: Browser, site: Site, team: Team, lang: str) -> None:
    before = site.kept()
    open_page(tab, f"{site.url}/{lang}")
    for _ in range(10):
        if tab.run(f"return {ROOT}.getElementById('next').hidden;"):
            break
        title = tab.run(f"return {ROOT}.getElementById('step-title').textContent;")
        reach(tab, "next")
        assert witness.summary(tab) == ""
        assert tab.run(f"return {ROOT}.getElementById('step-title').textContent;") != title
    reach(tab, "send")
    code = tab.run(f"return {ROOT}.getElementById('code').value;")
    reach(tab, "receipt-code_noted")
    assert focused(tab)["key"] == "code-again"
    tab.press(code.replace(" ", ""))
    tab.press(TAB + ENTER)
    assert witness.state(tab) == "received"
    found = team.open(site.newest(before)).testimony
    assert found.narrative == ACCOUNT
    assert found.code == code.replace(" ", "")[:28]
    assert {"c1", "a1", "i1", "p1.state", "p3", "x1", "n1.count", "c2"} <= set(found.answers)


def test_escape_pressed_twice_leaves(tab: Browser, site: Site) -> None:
    open_page(tab, site.url + "/en")
    witness.fill(tab, {}, ACCOUNT)
    tab.press(ESCAPE + ESCAPE)
    wait_for(tab, "location.href === 'about:blank'")


def tree(tab: Chromium) -> list[tuple[str, str, bool]]:
    """What a screen reader is given, in its order: role, name, whether it takes the focus."""
    tab.driver.execute_cdp_cmd("Accessibility.enable", {})
    nodes = tab.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    found = []

    def visit(node: dict[str, Any]) -> None:
        if not node["ignored"]:
            focus = any(p["name"] == "focusable" and p["value"]["value"] for p in node.get("properties", []))
            found.append((node["role"]["value"], node.get("name", {}).get("value", ""), focus))
        for child in node.get("childIds", []):
            if child in by_id:
                visit(by_id[child])

    visit(nodes[0])
    return found


_QUESTIONS = """
return [...(document.getElementById("page")?.shadowRoot ?? document).querySelectorAll("fieldset")]
  .filter((set) => set.checkVisibility()).map((set) => set.firstElementChild.textContent.replace(/\\s+/g, " ").trim());
"""


@pytest.mark.parametrize("tab", ["chromium"], indirect=True)  # Firefox shows its tree to no driver
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_read_aloud_in_order_and_every_control_has_a_name(
    tab: Browser, site: Site, lang: str
) -> None:
    assert isinstance(tab, Chromium)
    for screen in tour.account(tab, site, lang):
        found = tree(tab)
        nameless = [(role, name) for role, name, focus in found if focus and role != "RootWebArea" and not name.strip()]
        assert nameless == [], screen
        headings = [name for role, name, _ in found if role == "heading"]
        assert headings, screen
        asked = tab.run(_QUESTIONS)
        assert bool(asked) == (screen in ("beginning", "nothing agreed to") or screen.startswith("step")), screen
        read = [name for role, name, _ in found if role in ("group", "radiogroup", "Legend") and name in asked]
        assert list(dict.fromkeys(read)) == asked, screen
