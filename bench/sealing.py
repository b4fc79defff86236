"""Sealing in the page: its speed beside noble's bare cipher, and what committing ahead saves."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.table import show
from keys.identity import AgeIdentity
from tests.browser.drivers import Browser, browser, wait_for
from tests.browser.inside import account, inside, job
from tests.browser.tor_browser import SAFER
from tests.browser.world import Team, serve

# As Tor Browser at "Safer", but with a clock that is not rounded.
SAFER_CLOCK: dict[str, Any] = SAFER | {"privacy.resistFingerprinting": False}
BROWSERS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "Chromium": ("chromium", None),
    "Firefox": ("firefox", None),
    "Firefox, no JIT": ("firefox", SAFER_CLOCK),
}
SIZES = {"text": 0, "1 MB": 1_000_000, "10 MB": 10_000_000, "100 MB": 100_000_000}
SENTENCE = "သူတို့က ကျွန်တော့်ညီကို ဆွဲခေါ်သွားတယ်။ "
LENGTHS = (3_000, 20_000)
PATIENCE = 3600.0  # seconds: 100 MB take minutes without a JIT

# Both sides run in a Worker that has only just started: she seals once.
OURS = """const files = [...document.getElementById("file").files];
    const core = new sakse.Core(sakse.core);
    await core.ask("digest", new Uint8Array(9));
    const begun = performance.now();
    const sealed = await core.ask("seal", { ...given[0], files });
    const seconds = (performance.now() - begun) / 1000;
    core.stop();
    return [seconds, Math.round(sealed.size / (65536 + 16))];"""
BARE = """const [chunks, recipients] = given;
    const task = `onmessage = ({ data: [chunks, recipients] }) => {
      const key = new Uint8Array(32);
      const plain = crypto.getRandomValues(new Uint8Array(65536));
      const begun = performance.now();
      for (let n = 0; n < chunks; n++) {
        const nonce = new Uint8Array(12);
        new DataView(nonce.buffer).setUint32(7, n);
        sakse.chacha20poly1305(key, nonce).encrypt(plain);
      }
      const bare = performance.now();
      if (recipients.length) new sakse.seal.Sealing(recipients);
      postMessage([(bare - begun) / 1000, (performance.now() - bare) / 1000]);
    };
    postMessage(0);`;
    const url = URL.createObjectURL(new Blob([document.scripts[0].textContent, task]));
    const worker = new Worker(url);
    const next = () => new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    await next();
    worker.postMessage([chunks, recipients]);
    const times = await next();
    worker.terminate();
    return times;"""
PATIENT = """window.end = null;
    const work = async () => { %s };
    const tell = (end) => { window.end = JSON.stringify(end); };
    work().then((value) => tell({ value }), (error) => tell({ error: String(error) }));"""
AHEAD = """const { account, fields, ...rest } = given[0];
    const ms = async (core, name, text) => {
      const begun = performance.now();
      await core.ask(name, { ...rest, fields, account: { ...account, narrative: text } });
      return performance.now() - begun;
    };
    const [text, more] = given[1];
    const core = new sakse.Core(sakse.core);
    await core.ask("digest", new Uint8Array(9));
    const whole = await ms(core, "prepare", text);
    const sentence = await ms(core, "prepare", text + more);
    const left = await ms(core, "seal", text + more);
    const without = await ms(core, "seal", text + more);
    core.stop();
    return [whole, sentence, left, without];"""


def main() -> None:
    """Print both tables."""
    team = Team.invented()
    recipients = [AgeIdentity.generate().recipient for _ in range(3)]
    speeds: list[list[str]] = []
    commitments: list[list[str]] = []
    for title in BROWSERS:
        with opened(title, team) as tab, tempfile.TemporaryDirectory() as folder:
            for size in SIZES:
                speeds.append([title, size, *speed(tab, Path(folder), team, recipients, size)])
            for length in LENGTHS:
                commitments.append([title, f"{length:,}", *ahead(tab, team, recipients, length)])
    show(
        "Sealing to 3 recipients in a Worker, beside noble's bare cipher over the same bytes (s)",
        ["browser", "attached", "ours", "MB/s", "bare", "bare/ours", "goal", "keys", "+keys/ours"],
        speeds,
    )
    show(
        "Committing to a Burmese account while she writes it (ms)",
        ["browser", "characters", "at once", "a sentence more", "sealing then", "without"],
        commitments,
    )


@contextmanager
def opened(title: str, team: Team) -> Iterator[Browser]:
    """A browser of BROWSERS on the page of modules, with a file field."""
    name, prefs = BROWSERS[title]
    with (
        tempfile.TemporaryDirectory() as state,
        serve(team, Path(state)) as site,
        browser(name, prefs=prefs) as tab,
    ):
        tab.open(site.url + "/modules")
        yield tab


def speed(tab: Browser, folder: Path, team: Team, recipients: list[str], size: str) -> list[str]:
    """One row: the median of three rounds, for 100 MB of one."""
    tab.run("document.body.innerHTML = '<input type=file id=file>';")
    if SIZES[size]:
        path = folder / "invented.bin"
        path.write_bytes(os.urandom(SIZES[size]))
        tab.attach("document.getElementById('file')", [path])
    rounds = []
    for _ in range(1 if size == "100 MB" else 3):
        ours, chunks = patient(tab, OURS, job(team, recipients=recipients))
        bare, keys = patient(tab, BARE, chunks, recipients)
        rounds.append((ours, bare, keys, bare / ours, (bare + keys) / ours))
    ours, bare, keys, ratio, with_keys = (median(column) for column in zip(*rounds, strict=True))
    rate = f"{SIZES[size] / 1e6 / ours:.1f}" if SIZES[size] else ""
    figures = [f"{ours:.3f}", rate, f"{bare:.3f}", f"{ratio:.0%}", "80 %"]
    return [*figures, f"{keys:.3f}", f"{with_keys:.0%}"]


def ahead(tab: Browser, team: Team, recipients: list[str], length: int) -> list[str]:
    """One row: medians of three."""
    text = (SENTENCE * (length // len(SENTENCE) + 1))[:length]
    given = job(team, recipients=recipients, account=account())
    rounds = [patient(tab, AHEAD, given, [text, SENTENCE]) for _ in range(3)]
    return [f"{median(column):,.0f}" for column in zip(*rounds, strict=True)]


def patient(tab: Browser, code: str, *given: Any) -> Any:
    """What `inside` would return, however long it takes: a driver gives up after minutes."""
    inside(tab, PATIENT % code, *given)
    end = "(window.wrappedJSObject ?? window).end"
    found = json.loads(wait_for(tab, end, timeout=PATIENCE))
    if "error" in found:
        raise SystemExit(f"error: the page does not seal ({found['error']}); run `make test`.")
    return found["value"]


if __name__ == "__main__":
    main()
