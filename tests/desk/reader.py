"""A reviewer at the desk who uses the keyboard alone."""

from __future__ import annotations

from typing import Any

from tests.browser.drivers import ENTER, Browser, wait_for
from tests.desk.station import Open

LEFT, RIGHT, UP, ESCAPE, SHIFT = "\ue012", "\ue014", "\ue013", "\ue00c", "\ue008"
_ROWS = """
return [...document.querySelectorAll(".row")].map((row) => ({
  who: row.querySelector(".who").firstChild.data.trim(),
  forms: [row.querySelector(".who").firstChild.data.trim(), ...[...row.querySelectorAll(".alias")].map((one) => one.textContent)],
  kind: row.querySelector(".kind").textContent,
  state: row.classList[1],
  chosen: row.classList.contains("chosen"),
}));
"""


class Reader:
    keys = 0  # pressed so far

    def __init__(self, tab: Browser, desk: Open) -> None:
        self.tab, self.desk = tab, desk
        tab.open(desk.link)
        wait_for(tab, "document.querySelector('.list')")

    def open(self, begins: str) -> None:
        """Open the testimony whose account begins so."""
        for link in self.links():
            self.tab.open(link)
            if self.text().startswith(begins):
                return
        raise AssertionError(f"no testimony begins with {begins!r}")

    def links(self) -> list[str]:
        self.tab.open(self.desk.url + "/")
        return self.tab.run("return [...document.querySelectorAll('.go')].map((a) => a.href);")

    def text(self) -> str:
        return self.tab.run("return [...document.querySelectorAll('.text .par')].map((p) => p.textContent).join('');")

    def released(self) -> str:
        return self.tab.run("return [...document.querySelectorAll('.released .par')].map((p) => p.textContent).join('');")

    def rows(self) -> list[dict[str, Any]]:
        return self.tab.run(_ROWS)

    def row(self, who: str) -> dict[str, Any]:
        (found,) = [row for row in self.rows() if who in row["forms"]]
        return found

    def go(self, who: str) -> None:
        """Go to a row with j and k."""
        names = [row["who"] for row in self.rows()]
        at = next(n for n, row in enumerate(self.rows()) if row["chosen"])
        to = next(n for n, row in enumerate(self.rows()) if who in row["forms"])
        self.type("j" * (to - at) if to > at else "k" * (at - to))
        wait_for(self.tab, "document.querySelector('.row.chosen .who').firstChild.data.trim() === arguments[0]", names[to])

    def press(self, keys: str) -> None:
        """Press keys and wait until the desk has answered."""
        self.type(keys)
        wait_for(self.tab, "!document.body.dataset.busy")

    def type(self, keys: str) -> None:
        """Press keys that the desk's server need not hear of."""
        self.keys += len(keys)
        self.tab.press(keys)

    def visit(self, page: str) -> None:
        """Go to a page by its link."""
        self.keys += 1
        self.tab.open(self.desk.url + page)

    def fill(self, **fields: object) -> None:
        """Write into the fields of a page, and press Enter in the last."""
        for name, value in fields.items():
            self.tab.run("document.getElementsByName(arguments[0])[0].focus();", name)
            self.type(str(value))
        before = self.tab.run("return performance.timeOrigin;")
        self.type(ENTER)
        wait_for(self.tab, "performance.timeOrigin !== arguments[0] && document.readyState === 'complete'", before)

    def page(self) -> str:
        return self.tab.run("return document.querySelector('main').textContent;")

    def status(self) -> str:
        return self.tab.run("return document.querySelector('.left').textContent;")

    def mark(self, words: str) -> None:
        """Mark words of the account, as a mouse does."""
        self.tab.run(
            """
            for (const span of document.querySelectorAll(".text .par span")) {
              const at = span.textContent.indexOf(arguments[0]);
              if (at < 0) continue;
              getSelection().setBaseAndExtent(span.firstChild, at, span.firstChild, at + arguments[0].length);
              return;
            }
            throw new Error("not there");
            """,
            words,
        )
