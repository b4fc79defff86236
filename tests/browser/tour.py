"""Walks through every screen of the witness's page in any language, answering all it asks; tests.

A tour is a generator of names: at each `yield` the browser shows that screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from envelope import code
from tests.browser import witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.witness import ROOT, open_page
from tests.browser.world import Site

Tour = Callable[[Browser, Site, str], Iterator[str]]

CODE = code.show("0123456789" * 2 + "01234567")  # invented
# What she types into every text field: long words and stacked consonants, where a line is tight.
TYPED = {
    "en": "They came at night and took my brother away (invented).",
    "kac": "Shana de sa nna ngai na kahpu hpe rim la mat wa sai (invented).",
    "my": "ညဘက်မှာ ရောက်လာပြီး ကျွန်တော့်အစ်ကိုကို ဖမ်းခေါ်သွားတယ်။ မြစ်ကြီးနား ဥက္ကဋ္ဌ ဝိညာဏ် ပဉ္စမ သတ္တဝါ (invented)",
}
# Answer what this step shows, and what that brings, until nothing is new: at most one look a question.
_ANSWER = """
const root = document.getElementById("page").shadowRoot;
const change = (field) => ["input", "change"].forEach((type) => field.dispatchEvent(new Event(type, { bubbles: true })));
const numbers = { year: "2025", month: "11", day: "7" };
const silent = ["dont_know", "not_say", "none", "no", "under_18"];
const done = new Set();
const open = () => [...root.querySelectorAll("#wizard fieldset")].filter((set) => set.checkVisibility() && !done.has(set.id + set.textContent.length));
function answer(set, typed) {
  const radios = [...set.querySelectorAll("input[type=radio]")];
  for (const name of new Set(radios.map((radio) => radio.name))) {
    const group = radios.filter((radio) => radio.name === name);
    const last = group.filter((radio) => !silent.includes(radio.value)).at(name === "a1" ? 0 : -1);
    if (last && !group.some((radio) => radio.checked)) last.click();
  }
  for (const box of set.querySelectorAll("input[type=checkbox]")) {
    if (!box.checked && (!silent.includes(box.value) || box.value === "yes")) box.click();
  }
  for (const field of set.querySelectorAll("select")) {
    if (!field.checkVisibility() || field.value) continue;
    const wanted = [...field.options].find(({ value }) => value === "MMR001") ?? field.options[1];
    if (wanted) { field.value = wanted.value; change(field); }
  }
  for (const field of set.querySelectorAll("input[type=text], textarea")) {
    if (!field.checkVisibility() || field.value) continue;
    field.value = field.classList.contains("number") ? numbers[field.id.split(".")[1]] ?? "3" : typed;
    change(field);
  }
}
for (let set = open()[0], n = 0; set && n < 200; set = open()[0], n++) {
  done.add(set.id + set.textContent.length);
  answer(set, arguments[0]);
}
"""

# The page's clock nine minutes on.
_LATER = """
const page = window.wrappedJSObject ?? window; // Marionette runs scripts in a world of its own
const now = page.Date.now.bind(page.Date);
page.Date.now = () => now() + 9 * 60 * 1000;
"""


def answer_all(tab: Browser, lang: str) -> None:
    """Answer every question this step shows, each in the way that asks most further."""
    tab.run(_ANSWER, TYPED[lang])


def unfold(tab: Browser) -> None:
    """Open what is folded away."""
    tab.run(f"for (const folded of {ROOT}.querySelectorAll('details')) folded.open = true;")


def step_name(tab: Browser) -> str:
    """A name for the step that is shown, the same in every language."""
    return "step " + "-".join(
        tab.run(f"return [...{ROOT}.querySelectorAll('#wizard > fieldset, #wizard > div > fieldset')]"
                ".filter((set) => set.checkVisibility()).map((set) => set.id.slice(2)).slice(0, 2);")
    )  # fmt: skip


def steps(tab: Browser, lang: str) -> Iterator[str]:
    """Each step, answered whole, to the last one."""
    for _ in range(12):
        answer_all(tab, lang)
        yield step_name(tab)
        if tab.run(f"return {ROOT}.getElementById('next').hidden;"):
            return
        witness.click(tab, "next")
        if problem := witness.summary(tab):
            raise LookupError(f"the page does not let her go on: {problem}")
    raise LookupError("the form does not end")


def account(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """A new account from the address to "received", with a receipt code."""
    tab.open(site.url + "/")
    yield "chooser"
    open_page(tab, f"{site.url}/{lang}")
    unfold(tab)
    yield "beginning"
    witness.click(tab, "next")
    yield "nothing agreed to"
    yield from steps(tab, lang)
    witness.click(tab, "send")
    yield "code"
    shown = tab.run(f"return {ROOT}.getElementById('code').value;")
    witness.click(tab, "receipt-code_noted")
    witness.click(tab, "receipt-send")
    yield "code not typed"
    tab.run(f"{ROOT}.getElementById('code-again').value = arguments[0];", shown)
    witness.click(tab, "receipt-send")
    assert witness.state(tab) == "received"
    yield "received"


def young(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """Someone under 18."""
    open_page(tab, f"{site.url}/{lang}")
    witness.fill(tab, {"a1": "under_18"})
    yield "young beginning"
    for name in steps(tab, lang):
        yield f"young {name}"
    witness.seal(tab)
    assert witness.state(tab) == "received"


def come_back(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """Whoever comes back with a code: to add, to withdraw, in danger."""
    for purpose in ("add", "withdraw", "danger"):
        open_page(tab, f"{site.url}/{lang}")
        witness.come_back(tab, purpose, CODE)
        for name in steps(tab, lang):
            yield f"{purpose} {name}"
    witness.seal(tab)
    assert witness.state(tab) == "received"


def trouble(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """A server that takes nothing; then the sealed file saved and her words cleared."""
    site.interfere = lambda asked: ("503 Busy", b"busy") if asked.path == "/sealed" else None
    try:
        open_page(tab, f"{site.url}/{lang}")
        witness.fill(tab, witness.SHORT["answers"], TYPED[lang])
        witness.to_last_step(tab)
        witness.seal(tab)
        wait_for(tab, f"{ROOT}.getElementById('delivery').textContent.length > 40")
        yield "sending"
    finally:
        site.interfere = lambda _: None
    open_page(tab, f"{site.url}/{lang}")
    witness.fill(tab, witness.SHORT["answers"], TYPED[lang])
    witness.to_last_step(tab)
    witness.seal(tab, "save")
    assert witness.state(tab) == "saved"
    yield "saved"
    witness.click(tab, "clear_words")
    yield "cleared"
    open_page(tab, f"{site.url}/{lang}")
    tab.run(_LATER)
    wait_for(tab, f"{ROOT}.getElementById('idle')")
    yield "still here"


TOURS: dict[str, Tour] = {"account": account, "young": young, "come back": come_back, "trouble": trouble}
