/** Asks after ten idle minutes whether she is still here, and then leaves (witness's browser).
 *
 * The question covers her words, so that nobody reads them over an unattended phone; only her answer
 * brings them back.
 */
import { el, format } from "./dom.js";

const ASK_MS = 9 * 60 * 1000;
const ANSWER_MS = 60 * 1000; // together ten minutes
const TICK_MS = 1000;
const SIGNS = ["keydown", "pointerdown", "input", "wheel", "touchmove"];

/**
 * @param {{ui: (key: string) => string, root: ShadowRoot, isBusy: () => boolean, leave: () => void}} parts
 *   `isBusy` while something is sealed or sent, or no word is left: then nothing is emptied
 */
export function watchIdle({ ui, root, isBusy, leave }) {
  // By the clock: a timer sleeps with the phone.
  let seen = Date.now();
  let asked = 0; // when the question was shown
  const left = el("p", { role: "timer" });
  const stay = el("button", { type: "button", id: "stay", className: "primary", onclick: () => close() }, ui("idle_stay"));
  const cover = el("div", { id: "idle", className: "cover", role: "alertdialog", "aria-labelledby": "idle-title" },
    el("h2", { id: "idle-title" }, ui("idle")), left, el("div", { className: "actions" }, stay));
  /** @type {HTMLElement | null} */
  let before = null;

  /** From keys and screen readers too. @param {boolean} isHidden */
  function hide(isHidden) {
    for (const part of root.children) /** @type {HTMLElement} */ (part).inert = isHidden;
  }

  function close() {
    seen = Date.now();
    asked = 0;
    cover.remove();
    hide(false);
    before?.focus();
  }

  function open() {
    asked = Date.now();
    before = /** @type {HTMLElement | null} */ (root.activeElement);
    hide(true);
    root.append(cover);
    stay.focus();
  }

  function tick() {
    // A clock that was set back must not give her hours.
    seen = Math.min(seen, Date.now());
    asked = Math.min(asked, Date.now());
    if (isBusy()) return asked ? close() : void (seen = Date.now());
    if (!asked && Date.now() - seen >= ASK_MS) open();
    if (!asked) return;
    const seconds = Math.ceil((asked + ANSWER_MS - Date.now()) / 1000);
    if (seconds <= 0) end();
    else left.textContent = format(ui("idle_text"), { n: seconds });
  }

  function end() {
    close();
    leave();
  }

  const sign = () => { if (!asked) seen = Date.now(); };
  for (const name of SIGNS) addEventListener(name, sign, { capture: true, passive: true });
  setInterval(tick, TICK_MS);
}
