"""Walks through every screen of the witness's page in any language, answering all it asks; tests.

A tour is a generator of names: at each `yield` the browser shows that screen.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from envelope import code
from tests.browser import witness
from tests.browser.drivers import Browser, wait_for
from tests.browser.witness import ROOT, open_page
from tests.browser.world import Site, Team

Tour = Callable[[Browser, Site, str], Iterator[str]]

CODE = code.show("0123456789" * 2 + "01234567")  # invented
# What she types into every text field: long words and stacked consonants, where a line is tight.
TYPED = {
    "en": "They came at night and took my brother away (invented).",
    "kac": "Shana de sa nna ngai na kahpu hpe rim la mat wa sai (invented).",
    "my": "ညဘက်မှာ ရောက်လာပြီး ကျွန်တော့်အစ်ကိုကို ဖမ်းခေါ်သွားတယ်။ မြစ်ကြီးနား ဥက္ကဋ္ဌ ဝိညာဏ် ပဉ္စမ သတ္တဝါ (invented)",
}
# The same words as typed in Zawgyi and as the page reads them.
ZAWGYI = ("ေက်ာင္းသားေတြ ထြက္ေျပးၾကတယ္။", "ကျောင်းသားတွေ ထွက်ပြေးကြတယ်။")
# A name as a phone gives it, and files of which the first brings the warning of a slow line.
FILMS = {"VID_20251107_183012_HDR_invented.mp4": 11 << 20, "VID_20251107_190145_HDR_invented.mp4": 100 << 20}
# What the drop may answer that the page tells apart.
REFUSALS = ("507 Full", "413 Too Large", "422 Not Sealed")
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
        _begin(tab, f"{site.url}/{lang}", lang)
        witness.to_last_step(tab)
        witness.seal(tab)
        wait_for(tab, f"{ROOT}.getElementById('delivery').textContent.length > 40")
        yield "sending"
    finally:
        site.interfere = lambda _: None
    _begin(tab, f"{site.url}/{lang}", lang)
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


def refused(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """A drop that does not take what was sealed, each for a reason of its own; and sealing that fails."""
    answers = iter(REFUSALS)
    site.interfere = lambda asked: (next(answers), b"no (invented)") if asked.path == "/sealed" else None
    try:
        _begin(tab, f"{site.url}/{lang}", lang)
        witness.to_last_step(tab)
        witness.seal(tab)
        for n, refusal in enumerate(REFUSALS):
            if n:
                witness.click(tab, "try_again")
            assert witness.state(tab) == "not_sent"
            yield f"not sent {refusal}"
        for wanted in ("getElementById('idle')", "querySelector('#delivery .notice')"):
            tab.run(_LATER)
            wait_for(tab, f"{ROOT}.{wanted}")
        yield "not sent and her words gone"
    finally:
        site.interfere = lambda _: None
    open_page(tab, f"{site.url}/{lang}")
    tab.run(witness.DEAF_WORKER, 'throw new Error("invented");')
    witness.fill(tab, witness.SHORT["answers"], TYPED[lang])
    witness.to_last_step(tab)
    witness.seal(tab)
    assert witness.state(tab) == "not_sealed"
    yield "not sealed"


def carried(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """Sealed files brought from elsewhere: another file among them, a full server, then all received."""
    with tempfile.TemporaryDirectory(dir=tab.home) as folder:
        sealed = [site.team.seal(Path(folder) / f"notes-{n}.bin") for n in (1001, 1002)]
        other = Path(folder) / "plain-1003.txt"
        other.write_text("not sealed (invented)")
        site.interfere = lambda asked: (REFUSALS[0], b"full") if asked.path == "/sealed" else None
        try:
            open_page(tab, f"{site.url}/{lang}")
            unfold(tab)
            tab.attach(f"{ROOT}.getElementById('sealed')", [other])
            witness.click(tab, "send-sealed")
            wait_for(tab, f"{ROOT}.querySelector('details .error').textContent.includes('plain-1003.txt')")
            yield "carried and not sealed"
            tab.run(f"{ROOT}.getElementById('sealed').value = '';")
            tab.attach(f"{ROOT}.getElementById('sealed')", sealed)
            witness.click(tab, "send-sealed")
            assert witness.state(tab) == "not_sent"
            yield "carried not sent"
        finally:
            site.interfere = lambda _: None
        witness.click(tab, "try_again")
        assert witness.state(tab) == "carried_received"
        yield "carried received"


def added(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """What she adds to her answers: words typed in Zawgyi, a large file, and more than fits."""
    with tempfile.TemporaryDirectory(dir=tab.home) as folder:
        _begin(tab, f"{site.url}/{lang}", lang)
        for _ in range(3):
            witness.click(tab, "next")
        witness.fill(tab, {"t1": ZAWGYI[0]})
        wait_for(tab, f"{ROOT}.getElementById('q.t1').querySelector('.reading').value === arguments[0]", ZAWGYI[1])
        yield "zawgyi"
        for name, size in FILMS.items():
            film = Path(folder) / name
            with film.open("xb") as out:
                out.truncate(size)  # holes: no disk is filled
            tab.attach(f"{ROOT}.getElementById('files')", [film])
            yield f"files of {size >> 20} MiB"
        witness.click(tab, "next")
        assert witness.summary(tab)
        yield "files too large"


def offline(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """A saved copy from a folder, to the sealed file; no drop is asked."""
    with _saved(tab, site.team, lang) as copy:
        open_page(tab, copy)
        unfold(tab)
        yield "offline beginning"
        for name in steps(tab, lang):
            yield f"offline {name}"
        witness.click(tab, "save")
        yield "offline code"
        witness.click(tab, "receipt-code_none")
        assert witness.state(tab) == "saved"
        yield "offline saved"
        witness.click(tab, "clear_words")
        yield "offline cleared"


def old(tab: Browser, site: Site, lang: str) -> Iterator[str]:
    """A saved copy whose keys ended over three months ago, and one of over five."""
    for months, name in ((3.5, "old"), (5.5, "very old")):
        with _saved(tab, site.team.months_ago(months), lang) as copy:
            _begin(tab, copy, lang)
            witness.to_last_step(tab)
            assert tab.run(f"return {ROOT}.getElementById('old').checkVisibility();")
            yield name
    witness.click(tab, "save")
    assert witness.summary(tab)
    yield "very old not marked"


def _begin(tab: Browser, url: str, lang: str) -> None:
    """Open a page and write a short account into it."""
    open_page(tab, url)
    witness.fill(tab, witness.SHORT["answers"], TYPED[lang])


@contextlib.contextmanager
def _saved(tab: Browser, team: Team, lang: str) -> Iterator[str]:
    """The address of a saved copy in a folder of the browser's, while the block runs."""
    with tempfile.TemporaryDirectory(dir=tab.home) as folder:
        copy = Path(folder) / "form.html"
        copy.write_bytes(team.pages()[f"/{lang}"].html)
        yield copy.as_uri()


TOURS: dict[str, Tour] = {
    "account": account, "young": young, "come back": come_back, "trouble": trouble, "refused": refused,
    "carried": carried, "added": added, "offline": offline, "old": old,
}  # fmt: skip
