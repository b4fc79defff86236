"""Runs code as the page's own script, on the page of modules, and asks the core there for its jobs."""

from __future__ import annotations

import base64
import json
from typing import Any

from envelope.form import load
from tests.browser.drivers import Browser
from tests.browser.world import Team

# Firefox runs a test's script in a world of its own, which sees the page's bytes through a slow wrapper.
_INSIDE = """
const script = document.createElement("script");
script.textContent = `window.task = (async (given) => { ${arguments[0]} })(${arguments[1]});
  window.outcome = window.task.then((value) => JSON.stringify(value ?? null));`;
document.head.append(script);
return await (window.wrappedJSObject ?? window).outcome;
"""
_HELPERS = """
const base64 = (blob) => new Promise((resolve) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(",")[1] ?? "");
  reader.readAsDataURL(blob);
});
"""


def inside(tab: Browser, code: str, *given: Any) -> Any:
    """Run an async function body in the page's own world, with `given` and `base64(blob)`.

    Returns what it returns, by way of JSON; raises RuntimeError if it throws.
    """
    return json.loads(tab.run_async(_INSIDE, _HELPERS + code, json.dumps(given)))


def sealed_inside(tab: Browser, code: str, *given: Any) -> bytes:
    """The bytes of what `inside` returns as `base64(blob)`."""
    return base64.b64decode(inside(tab, code, *given))


def account(narrative: str = "They came at night (invented).", **answers: str) -> dict[str, Any]:
    """An account as the page hands it to the core."""
    consent = {"lang": "en", "sha256": load().consent_sha256("en")}
    return {"answers": {"c1": "yes", "a1": "adult", **answers}, "narrative": narrative, "form": 1, "consent": consent}


def job(team: Team, **more: Any) -> dict[str, Any]:
    """The input of the core's jobs `seal` and `prepare`; `more` replaces or adds to it."""
    return {
        "account": account(),
        "files": [],
        "fields": list(load().fields),
        "recipients": [r.age for r in team.ring.recipients],
        "contact": "",
        "protection": team.ring.protection,
        **more,
    }
