/** Shows a new receipt code once, and has it typed once (witness's browser). */
import { generate, parse, show } from "./code.js";
import { el, goTo, PRIVATE } from "./dom.js";

export class Receipt {
  /**
   * @param {{ui: (key: string) => string, back: () => void, done: (keep: boolean) => void}} parts
   *   `done` goes on to sealing once she has a code, or wants none
   */
  constructor({ ui, back, done }) {
    this.ui = ui;
    this.back = back;
    this.done = done;
    this.code = ""; // sealed in, once she has typed it
    this.element = el("section", { id: "receipt", hidden: true });
  }

  /** Show it, unless she has one already. @param {boolean} keep save instead of sending */
  open(keep) {
    if (this.code) return this.done(keep);
    this.keep = keep;
    this.fresh ||= generate();
    const text = this.ui("code_text").split("\n").map((sentence) => el("p", {}, sentence));
    // As a field's value: a browser that saves the page writes the text of elements, but no values.
    const code = el("textarea", { id: "code", className: "code", readOnly: true, rows: 3, "aria-label": this.ui("code_title"), ...PRIVATE });
    code.value = show(this.fresh);
    this.show([...text, code], [
      this.button("code_noted", () => this.ask(), "primary"),
      this.button("code_none", () => this.settle("")),
      this.button("back_to_words", () => this.leave())]);
  }

  /** Have it typed: only a code that was noted right is of use. */
  ask() {
    const error = el("p", { className: "error", role: "alert" });
    const input = codeInput("code-again");
    const check = () => {
      const wrong = codeError(input.value, this.fresh);
      error.textContent = wrong && this.ui(wrong);
      if (wrong) input.focus();
      else this.settle(this.fresh ?? "");
    };
    this.show([el("div", { className: "field" }, el("label", { for: input.id }, this.ui("code_retype")), input), error], [
      this.button(this.keep ? "save_sealed" : "send", check, "primary"),
      this.button("code_show", () => this.open(Boolean(this.keep))),
      this.button("back_to_words", () => this.leave())]);
    input.focus();
  }

  /** @param {string} code "" for none */
  settle(code) {
    this.code = code;
    this.fresh = undefined; // shown once
    this.element.hidden = true;
    this.element.replaceChildren();
    this.done(Boolean(this.keep));
  }

  leave() {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.back();
  }

  /** Forget the code. */
  forget() {
    this.code = "";
    this.fresh = undefined;
    this.element.replaceChildren();
    this.element.remove();
  }

  /** @param {HTMLElement[]} body @param {HTMLElement[]} buttons */
  show(body, buttons) {
    const title = el("h2", { tabIndex: -1 }, this.ui("code_title"));
    this.element.replaceChildren(title, ...body, el("div", { className: "actions" }, ...buttons));
    this.element.hidden = false;
    goTo(title);
  }

  /** @param {string} id @param {() => void} onclick */
  button(id, onclick, className = "") {
    return el("button", { type: "button", id: `receipt-${id}`, className, onclick }, this.ui(id));
  }
}

/** @param {string} id @returns {HTMLTextAreaElement} a field for a code; two rows, since one of a phone is too short */
export const codeInput = (id) => el("textarea", { id, className: "code-input", rows: 2, inputMode: "numeric", maxLength: 80, ...PRIVATE });

/**
 * @param {string} typed @param {string} [expected] the code it must be
 * @returns {string} the key of the text that says what is wrong, or ""
 */
export function codeError(typed, expected) {
  try {
    const code = parse(typed);
    return expected === undefined || code === expected ? "" : "error_code_other";
  } catch (error) {
    return `error_${/** @type {Error} */ (error).message}`;
  }
}
