/** The form in short steps: shows, checks and gathers, and keeps nothing outside its fields (witness's browser). */
import { el, format, goTo, PRIVATE } from "./dom.js";
import { filePicker } from "./files.js";
import { ask } from "./form.js";

const MAX_NARRATIVE = 1_000_000; // 3 MB of Burmese: more would not open as testimony.json

/** Questions that stand in the form beside those the settings list. */
const ALWAYS = ["s1", "c1", "t1", "files"];

/**
 * @typedef {import("./form.js").Texts} Texts
 * @typedef {{q: import("./form.js").Question, asked: import("./form.js").Asked}} Entry
 */

/** @returns {string} today by the device's clock, YYYY-MM-DD; "" where that cannot be, since the form takes 20YY */
function today() {
  const now = new Date();
  if (now.getFullYear() < 2000 || now.getFullYear() > 2099) return "";
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export class Wizard {
  /**
   * @param {{form: any, lang: string, texts: Texts, referral: string, leave: () => void,
   *   about: HTMLElement, intro: HTMLElement[], last: HTMLElement[], actions: HTMLElement[]}} parts
   *   `about` and `intro` are shown in the first step, `last` and the buttons `actions` in the last
   */
  constructor({ form, lang, texts, referral, leave, about, intro, last, actions }) {
    this.form = form;
    this.lang = lang;
    this.about = about;
    this.actions = actions;
    this.texts = texts;
    this.picker = filePicker(texts.ui);
    this.narrative = el("textarea", { id: "t1", rows: 12, maxLength: MAX_NARRATIVE, "aria-labelledby": "t1.title", ...PRIVATE });
    this.entries = this.questions().map((q) => ({ q, asked: this.ask(q) }));
    this.steps = [...new Set(this.entries.map(({ q }) => q.step))];
    this.at = 0;
    this.child = el("div", { className: "notice", hidden: true }, el("p", {}, texts.ui("child")),
      ...(referral ? [el("p", { className: "prose" }, referral)] : []));
    this.build(intro, last);
    this.entry("s1").asked.element.onchange = (/** @type {any} */ event) => { if (event.target.value === "no") leave(); };
    this.entry("a1").asked.element.onchange = () => this.show();
    this.entry("a1").asked.element.append(this.child);
    this.show();
  }

  questions() {
    return this.form.questions.filter((/** @type {any} */ q) => ALWAYS.includes(q.id) || this.form.page.includes(q.id));
  }

  /** @param {any} q */
  ask(q) {
    if (q.id === "t1") return ask(q, this.texts, { parts: [this.narrative] });
    if (q.id === "files") return ask(q, this.texts, this.picker);
    const asked = ask(q, this.texts);
    if (q.kind !== "consent") return asked;
    const sentences = el("ul", { className: "consent" }, ...this.form.consent.map((/** @type {string} */ s) => el("li", {}, s)));
    return { ...asked, element: el("div", {}, sentences, asked.element) };
  }

  /** @param {HTMLElement[]} intro @param {HTMLElement[]} last */
  build(intro, last) {
    const { ui } = this.texts;
    this.bar = el("progress", { max: this.steps.length, "aria-hidden": "true" });
    this.count = el("p", { className: "hint" });
    this.title = el("h2", { tabIndex: -1, id: "step-title" });
    this.summary = el("p", { className: "error", role: "alert", id: "summary" });
    this.intro = el("div", {}, ...intro);
    this.last = el("div", {}, ...last);
    this.back = el("button", { type: "button", id: "back", onclick: () => this.move(-1) }, ui("back"));
    this.next = el("button", { type: "button", id: "next", className: "primary", onclick: () => this.forward() }, ui("next"));
    this.element = el("form", { id: "wizard", noValidate: true, autocomplete: "off" },
      el("div", { className: "steps" }, this.count, this.bar), this.title, this.intro,
      ...this.entries.map(({ asked }) => asked.element), this.last, this.summary,
      el("div", { className: "actions" }, ...this.actions, this.next, this.back));
    this.element.onsubmit = (/** @type {Event} */ event) => event.preventDefault();
  }

  /** @param {string} id @returns {Entry} */
  entry(id) {
    return /** @type {Entry} */ (this.entries.find(({ q }) => q.id === id));
  }

  isChild() {
    return this.entry("a1").asked.answers().a1 === "under_18";
  }

  /** @param {import("./form.js").Question} q @returns {boolean} whether this witness is asked it */
  isAsked(q) {
    return !this.isChild() || q.id === "s1" || this.form.under_18.includes(q.id);
  }

  /** Steps that have a question for this witness. */
  open() {
    return this.steps.filter((step) => this.entries.some(({ q }) => q.step === step && this.isAsked(q)));
  }

  show() {
    const open = this.open();
    const step = open[this.at];
    const isLast = this.at === open.length - 1;
    for (const { q, asked } of this.entries) asked.element.hidden = q.step !== step || !this.isAsked(q);
    this.child.hidden = !this.isChild();
    this.title.textContent = this.texts.ui(`step${step}`);
    this.count.textContent = format(this.texts.ui("step_of"), { step: this.at + 1, steps: open.length });
    this.bar.max = open.length;
    this.bar.value = this.at + 1;
    this.intro.hidden = this.about.hidden = this.at !== 0;
    this.back.hidden = this.at === 0;
    this.next.hidden = isLast;
    this.last.hidden = !isLast;
    for (const button of this.actions) button.hidden = !isLast;
    this.summary.textContent = "";
  }

  /** @param {number} by */
  move(by) {
    this.at += by;
    this.show();
    goTo(this.title);
  }

  forward() {
    if (this.check()) this.move(1);
  }

  /** @returns {boolean} whether this step may be left; says what is wrong beside the question */
  check() {
    const step = this.open()[this.at];
    /** @type {HTMLElement[]} */
    const wrong = [];
    for (const { q, asked } of this.entries.filter((entry) => entry.q.step === step && this.isAsked(entry.q))) {
      const key = q.id === "c1" && !asked.answers().c1 ? "error_consent" : asked.error();
      const place = /** @type {HTMLElement} */ (asked.element.querySelector(".error"));
      place.hidden = !key;
      place.textContent = key ? this.texts.ui(key) : "";
      if (key) wrong.push(asked.element);
    }
    this.say(wrong.length ? "error_step" : "");
    /** @type {HTMLElement | null | undefined} */ (wrong[0]?.querySelector("input, textarea, select"))?.focus();
    return !wrong.length;
  }

  /** @param {string} key of a sentence about the whole step, or "" @param {"error"|"notice"} kind */
  say(key, kind = "error") {
    this.summary.className = kind;
    this.summary.textContent = key ? this.texts.ui(key) : "";
  }

  /** @returns {boolean} whether all of it can be sealed */
  isComplete() {
    if (!this.check()) return false;
    const { account } = this.gather();
    const told = account.narrative || account.answers.i1;
    if (!told) this.say("error_empty");
    return Boolean(told);
  }

  /** @returns {{account: import("./testimony.js").Account, files: File[]}} only what she was asked */
  gather() {
    const asked = this.entries.filter(({ q }) => this.isAsked(q));
    const answers = Object.assign({}, ...asked.map((entry) => entry.asked.answers()), { written_on: today() });
    const { version, consent_sha256 } = this.form;
    return {
      account: { answers, form: version, narrative: this.isChild() ? "" : this.narrative.value,
        consent: { lang: this.lang, sha256: consent_sha256 } },
      files: this.isChild() ? [] : this.picker.files(),
    };
  }

  /** Empty every field and take the form out of the page. */
  forget() {
    this.element.reset();
    this.picker.clear();
    this.element.remove();
  }
}
