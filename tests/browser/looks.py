"""What can be seen to be wrong with a screen: cut or overlapping text, words of another language; tests."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from envelope import form
from tests.browser.drivers import Browser
from tests.browser.world import ROOT as CHECKOUT

TEMPLATES = CHECKOUT / "templates" / "witness"
# Both are in no word of the other languages, and in nearly every English sentence.
ENGLISH = re.compile(r"\b(the|and|your|you|this|is|of|with|not|has|can)\b", re.IGNORECASE)
# What a template, a script or a catalogue leaves behind when a text is missing.
RAW = re.compile(r"\bundefined\b|\bnull\b|\bNaN\b|\[object|\{\w+\}|\{\{|^[a-z]\w*(\.\w+)+$|^[a-z0-9]+(_[a-z0-9]+)+$")
BURMESE = re.compile(r"[\u1000-\u109f]")

# Everything shown, in the document and in the shadow root, in reading order.
_SHOWN = """
const page = document.documentElement;
const roots = [document.body, document.getElementById("page")?.shadowRoot].filter(Boolean);
const all = roots.flatMap((root) => [...root.querySelectorAll("*")]).filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  && !e.matches("script, style, option"));
const own = (e) => [...e.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
const name = (e) => `${e.tagName.toLowerCase()}${e.id && "#" + e.id} ${(e.textContent || e.value || "").trim().slice(0, 40)}`;
"""
# What reaches out of the window, or what is cut off or runs into the next line inside its own box.
_SPOILT = """
const found = [];
if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`);
const pen = document.createElement("canvas").getContext("2d");
for (const e of all) {
  const box = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  if (!box.width || style.position === "fixed") continue;
  if (box.right > page.clientWidth + 1 || box.left < -1) found.push(`reaches out of the window: ${name(e)}`);
  const hides = style.overflowX !== "visible" || e.matches("button, input, select");
  if (hides && !e.matches("textarea, input[type=text]:not([readonly]), input[type=file]") && e.scrollWidth > e.clientWidth + 1) found.push(`cut at its side: ${name(e)}`);
  if ((style.overflowY !== "visible" || e.matches("button")) && !e.matches("textarea, select")
    && e.scrollHeight > e.clientHeight + 1) found.push(`cut below: ${name(e)}`);
  if (e.matches("select")) {
    pen.font = style.font;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const wide = Math.max(...[...e.selectedOptions].map((option) => pen.measureText(option.label).width));
    if (wide > room + 1) found.push(`choice is cut: ${name(e)}: ${e.selectedOptions[0].label}`);
  }
  for (const node of own(e)) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const high = Math.max(...[...range.getClientRects()].map((line) => line.height));
    const line = parseFloat(style.lineHeight);
    if (line && high > line + 1) found.push(`letters of ${high} px in lines of ${line} px: ${name(e)}`);
  }
}
return [...new Set(found)];
"""
# Each text with the language it says it is in.
_TEXTS = """
const lang = (e) => e.closest("[lang]")?.lang ?? lang(e.getRootNode().host);
const said = [];
for (const e of all) {
  const texts = own(e).map((node) => node.data);
  for (const attribute of ["aria-label", "title", "placeholder", "alt"]) if (e.getAttribute(attribute)) texts.push(e.getAttribute(attribute));
  if (e.matches("select")) texts.push(...[...e.options].map((option) => option.label));
  said.push(...texts.map((text) => [lang(e), text.replace(/\\s+/g, " ").trim()]));
}
said.push([page.lang, document.title]);
return said;
"""


def spoilt(tab: Browser) -> list[str]:
    """What of this screen is cut, overlaps or reaches out of the window, in words."""
    found: list[str] = tab.run(_SHOWN + _SPOILT)
    return found


def texts(tab: Browser) -> list[tuple[str, str]]:
    """Every text this screen shows or names, with its language."""
    return [(lang, text) for lang, text in tab.run(_SHOWN + _TEXTS) if text]


def untranslated(said: list[tuple[str, str]], typed: str) -> list[str]:
    """Texts that are a key, a leftover, or of another language than they say; `typed` is hers."""
    return sorted({f"{lang}: {text}" for lang, text in said if text != typed and _is_wrong(lang, text)})


def pictures(tmp_path: Path, *names: object) -> Path:
    """The folder for one run's pictures: under SAKSE_PICTURES, else under `tmp_path`."""
    folder = Path(os.environ.get("SAKSE_PICTURES") or tmp_path) / "-".join(map(str, names))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def clusters(text: str) -> list[str]:
    """The Burmese letters of a text, each with the marks and stacked letters that belong to it."""
    return re.findall(r"[\u1000-\u102a\u103f-\u1055](?:\u1039[\u1000-\u102a]|[\u102b-\u103e])*", text)


def _is_wrong(lang: str, text: str) -> bool:
    if RAW.search(text):
        return True
    if lang == "en":
        return bool(BURMESE.search(text)) and text not in catalogue("my")
    if text in catalogue(lang):
        return False
    return text in catalogue("en") or bool(ENGLISH.search(text))


@cache
def catalogue(lang: str) -> frozenset[str]:
    """Every text of one language that the page may show."""
    chooser = json.loads((TEMPLATES / "chooser.json").read_text())["languages"]
    found: list[Any] = [entry for entry in chooser if entry["lang"] == lang]
    if lang in form.load().languages:
        found += [json.loads((TEMPLATES / f"texts.{lang}.json").read_text()), form.load().texts(lang)]
    return frozenset(line.strip() for whole in found for text in _strings(whole) for line in text.split("\n"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
