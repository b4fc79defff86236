/** The form in short steps: shows, checks and gathers, and keeps nothing outside its fields (witness's browser). */
import { isAsked } from "./asked.js";
import { utf8, wellFormed } from "./bytes.js";
import { el, format, goTo } from "./dom.js";
import { filePicker } from "./files.js";
import { ask, MAX_TEXT, typed } from "./form.js";
import { CONTACT_BYTES } from "./padding.js";
import { canonical } from "./testimony.js";
import { readable } from "./zawgyi.js";

const MAX_NARRATIVE = 1_000_000; // 3 MB of Burmese: more would not open as testimony.json

/**
 * @typedef {import("./form.js").Texts} Texts
 * @typedef {{q: import("./form.js").Question, asked: import("./form.js").Asked}} Entry
 * @typedef {{account: import("./testimony.js").Account, files: File[], contact: string}} Gathered
 */

/** @returns {string} today by the device's clock, YYYY-MM-DD; "" where that cannot be, since the form takes 20YY */
function today() {
  const now = new Date();
  if (now.getFullYear() < 2000 || now.getFullYear() > 2099) return "";
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/**
 * What was typed in Zawgyi becomes Unicode, and stays beside it as typed. It stays alone where it would become longer
 * than its field may be, which no laptop would open.
 * @param {Record<string, string>} texts
 * @returns {{shown: Record<string, string>, raw: string}} `raw` as testimony.json has it
 */
function converted(texts) {
  /** @type {Record<string, string>} */
  const raw = {};
  const shown = Object.fromEntries(Object.entries(texts).map(([id, text]) => {
    const reading = readable(wellFormed(text));
    if (!reading.converted || [...reading.text].length > (id === "narrative" ? MAX_NARRATIVE : MAX_TEXT)) return [id, text];
    raw[id] = wellFormed(text);
    return [id, reading.text];
  }));
  return { shown, raw: Object.keys(raw).length ? canonical(raw) : "" };
}

/** @param {string} typed @returns {string} how to reach her: where it is Zawgyi, first as it reads, if both fit */
function bothForms(typed) {
  const reading = readable(typed);
  const both = `${reading.text}\n${typed}`;
  return reading.converted && utf8(both).length <= CONTACT_BYTES ? both : typed;
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
    this.purpose = ""; // an answer to u1, once she has given the code of an earlier visit
    this.code = "";
    this.picker = filePicker(texts.ui);
    this.entries = form.questions.filter((/** @type {any} */ q) => q.id !== "u1") // it has its place in the first step
      .map((/** @type {any} */ q) => ({ q, asked: this.ask(q) }));
    this.at = 0;
    this.child = el("div", { className: "notice", hidden: true }, el("p", {}, texts.ui("child")),
      ...(referral ? [el("p", { className: "prose" }, referral)] : []));
    this.build(intro, last);
    this.entry("s1").asked.element.onchange = (/** @type {any} */ event) => { if (event.target.value === "no") leave(); };
    this.entry("a1").asked.element.append(this.child);
    this.entry("p1").asked.inside("MMR"); // the whole country
    this.entry("p1").asked.element.onchange = () => this.entry("p2").asked.inside(this.all()["p1.township"]);
    this.entry("p2").asked.inside("");
    this.element.addEventListener("change", () => this.reveal());
    this.show();
  }

  /** @param {any} q */
  ask(q) {
    if (q.id === "files") return ask(q, this.texts, this.picker);
    if (q.id === "t1") {
      const { input, note } = typed("textarea", { id: "t1", rows: 12, maxLength: MAX_NARRATIVE, "aria-labelledby": "t1.title" }, this.texts);
      return ask(q, this.texts, { parts: [input, note], read: () => ({ t1: input.value }) });
    }
    const asked = ask(q, this.texts);
    if (q.kind !== "consent") return asked;
    const sentences = el("ul", { className: "consent" }, ...this.form.consent.map((/** @type {string} */ s) => el("li", {}, s)));
    const title = el("h3", {}, this.texts.ui("consent"));
    return { ...asked, element: el("div", {}, title, sentences, asked.element) };
  }

  /** @param {HTMLElement[]} intro @param {HTMLElement[]} last */
  build(intro, last) {
    const { ui } = this.texts;
    this.bar = el("progress", { "aria-hidden": "true" });
    this.count = el("p", { className: "hint" });
    this.title = el("h2", { tabIndex: -1, id: "step-title" });
    this.why = el("p", { className: "notice", id: "why" });
    this.summary = el("p", { className: "error", role: "alert", id: "summary" });
    const [safe, ...others] = this.entries.map(({ asked }) => asked.element);
    this.intro = el("div", {}, ...intro);
    this.last = el("div", {}, ...last);
    this.back = el("button", { type: "button", id: "back", onclick: () => this.goBack() }, ui("back"));
    this.next = el("button", { type: "button", id: "next", className: "primary", onclick: () => this.forward() }, ui("next"));
    this.element = el("form", { id: "wizard", noValidate: true, autocomplete: "off" },
      el("div", { className: "steps" }, this.count, this.bar), this.title, this.why, safe, this.intro, ...others, this.last, this.summary,
      el("div", { className: "actions" }, ...this.actions, this.next, this.back));
    this.element.onsubmit = (/** @type {Event} */ event) => event.preventDefault();
  }

  /** @param {string} id @returns {Entry} */
  entry(id) {
    return /** @type {Entry} */ (this.entries.find(({ q }) => q.id === id));
  }

  /** @returns {Record<string, string>} every answer in the fields, asked now or not */
  all() {
    return Object.assign({}, ...this.entries.map(({ asked }) => asked.answers()));
  }

  /** @returns {Entry[]} what this witness is asked now */
  asked() {
    const answers = this.all();
    return this.entries.filter(({ q }) => isAsked(this.form, q, answers, this.purpose));
  }

  isChild() {
    return !this.isFollowUp() && this.all().a1 === "under_18";
  }

  /** @returns {boolean} whether she came back for something that needs little more than her code */
  isFollowUp() {
    return this.purpose in this.form.follow_up;
  }

  /** Steps that have a question for this witness; one without any, to confirm a withdrawal. */
  open() {
    const steps = [...new Set(this.asked().map(({ q }) => q.step))];
    return steps.length ? steps : [0];
  }

  /** Come back with the code of an earlier visit. @param {string} purpose an answer to u1 @param {string} code */
  comeBack(purpose, code) {
    this.purpose = purpose;
    this.code = code;
    this.at = 0;
    this.show();
    goTo(this.title);
  }

  show() {
    const isFirst = this.at === 0;
    this.why.textContent = isFirst && this.purpose ? this.texts.ui(`${this.purpose}_text`) : "";
    this.intro.hidden = this.about.hidden = !isFirst || Boolean(this.purpose);
    this.back.hidden = isFirst && !this.purpose;
    this.summary.textContent = "";
    this.reveal();
  }

  /** Show the questions of this step, and the way on, that her answers call for. */
  reveal() {
    const asked = this.asked();
    const open = this.open();
    const step = open[this.at];
    const isLast = this.at === open.length - 1;
    for (const entry of this.entries) entry.asked.element.hidden = entry.q.step !== step || !asked.includes(entry);
    this.child.hidden = !this.isChild();
    this.title.textContent = this.heading(step);
    this.count.textContent = open.length > 1 ? format(this.texts.ui("step_of"), { step: this.at + 1, steps: open.length }) : "";
    this.bar.max = open.length;
    this.bar.value = this.at + 1;
    this.bar.hidden = open.length === 1;
    this.next.hidden = isLast;
    this.last.hidden = !isLast;
    for (const button of this.actions) button.hidden = !isLast;
  }

  /** @param {number} step @returns {string} its title for this witness */
  heading(step) {
    if (this.isFollowUp()) return this.texts.choice("u1", this.purpose);
    return this.texts.ui(this.isChild() && step === 5 ? "step5_child" : `step${step}`);
  }

  /** @param {number} by */
  move(by) {
    this.at += by;
    this.show();
    goTo(this.title);
  }

  goBack() {
    if (this.at) this.move(-1);
    else this.comeBack("", "");
  }

  forward() {
    if (this.check()) this.move(1);
  }

  /** @returns {boolean} whether this step may be left; says what is wrong beside the question */
  check() {
    const step = this.open()[this.at];
    /** @type {HTMLElement[]} */
    const wrong = [];
    for (const { q, asked } of this.asked().filter((entry) => entry.q.step === step)) {
      const key = this.missing(q, asked) || asked.error();
      const place = /** @type {HTMLElement} */ (asked.element.querySelector(".error"));
      place.hidden = !key;
      place.textContent = key ? this.texts.ui(key) : "";
      if (key) wrong.push(asked.element);
    }
    this.say(wrong.length ? "error_step" : "");
    /** @type {HTMLElement | null | undefined} */ (wrong[0]?.querySelector("input, textarea, select"))?.focus();
    return !wrong.length;
  }

  /**
   * @param {import("./form.js").Question} q @param {import("./form.js").Asked} asked
   * @returns {string} the key of what must be said of an answer that is missing, or ""
   */
  missing(q, asked) {
    if (q.id === "c1" && !asked.answers().c1) return "error_consent";
    return q.id === "contact" && !this.purpose && !asked.answers().contact ? "error_contact" : "";
  }

  /** @param {string} key of a sentence about the whole step, or "" @param {"error"|"notice"} kind */
  say(key, kind = "error") {
    this.summary.className = kind;
    this.summary.textContent = key ? this.texts.ui(key) : "";
  }

  /** @returns {boolean} whether all of it can be sealed */
  isComplete() {
    if (!this.check()) return false;
    const { account, files } = this.gather();
    const isTold = this.isFollowUp() || account.narrative || account.answers.i1
      || (this.purpose && files.length);
    if (!isTold) this.say("error_empty");
    return Boolean(isTold);
  }

  /** @param {string} [code] a new receipt code @returns {Gathered} only what she was asked */
  gather(code = "") {
    const asked = this.asked();
    const { contact = "", t1 = "", ...texts } = Object.assign({}, ...asked.map((entry) => entry.asked.answers()));
    const { shown: { narrative, ...answers }, raw } = converted({ ...texts, narrative: t1 });
    Object.assign(answers, this.purpose && { u1: this.purpose }, { written_on: today() });
    if (this.purpose === "danger") Object.assign(answers, { f1: "yes" }, contact && { c4: "channel" });
    const { version, consent_sha256 } = this.form;
    return {
      account: { answers, narrative, raw, code: this.code || code, form: version,
        consent: { lang: this.lang, sha256: consent_sha256 } },
      files: asked.some(({ q }) => q.id === "files") ? this.picker.files() : [],
      contact: bothForms(contact),
    };
  }

  /** Empty every field and take the form out of the page. */
  forget() {
    this.element.reset();
    this.picker.clear();
    this.code = "";
    this.element.remove();
  }
}
