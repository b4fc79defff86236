/** The witness's page: one file, nothing stored, every answer inside a shadow root (witness's browser).
 *
 * The renderer puts `SAKSE` (form, words, keyring of this file) before this script; build.mjs puts `core`.
 */
import { Delivery, isSealed } from "./deliver.js";
import { el, leave } from "./dom.js";
import { Texts } from "./form.js";
import { Wizard } from "./wizard.js";
import { Core } from "./worker.js";

const OLD_MONTHS = 3;
const VERY_OLD_MONTHS = 5;
const MONTH_MS = 30.44 * 24 * 3600 * 1000;

const { lang, ui, form, keyring, referral } = SAKSE;
const about = /** @type {HTMLElement} */ (document.getElementById("about"));
const texts = new Texts(form, ui);
const canSend = location.protocol !== "file:";
const months = (Date.now() - Date.parse(keyring.valid_until)) / MONTH_MS;

const delivery = new Delivery({ ui: texts.ui, core: new Core(core), canSend, forget: () => wizard.forget(), back });
const anyway = el("input", { type: "checkbox", id: "anyway", autocomplete: "off" });
const wizard = newWizard();

/** @returns {HTMLElement[]} what an old copy must say; it never refuses by a clock */
function oldNotice() {
  if (!(months >= OLD_MONTHS)) return [];
  const isVery = months >= VERY_OLD_MONTHS;
  const notice = el("div", { className: "notice", id: "old" }, el("p", {}, texts.ui(isVery ? "very_old" : "old")));
  if (isVery) notice.append(el("label", { className: "choice", for: "anyway" }, anyway, el("span", {}, texts.ui("seal_anyway"))));
  return [notice];
}

/** A sealed file made elsewhere, for instance in an offline copy. */
function carried() {
  const input = el("input", { type: "file", id: "sealed", "aria-labelledby": "sealed-title" });
  const error = el("p", { className: "error", role: "alert" });
  const submit = async () => {
    const [file] = input.files;
    if (!file || !(await isSealed(file))) {
      error.textContent = texts.ui("error_not_sealed_file");
      return;
    }
    wizard.element.hidden = about.hidden = true;
    await delivery.send({ blob: file });
  };
  return el("details", {}, el("summary", { id: "sealed-title" }, texts.ui("carried")),
    el("p", { className: "hint" }, texts.ui("carried_text")), input, error,
    el("button", { type: "button", id: "send-sealed", onclick: submit }, texts.ui("carried_send")));
}

/** @returns {HTMLElement[]} */
function intro() {
  const keep = el("p", {}, el("a", { href: "?dl", download: "" }, texts.ui("keep_copy")));
  return [el("p", {}, texts.ui(canSend ? "intro" : "intro_offline")), ...(canSend ? [keep, carried()] : [])];
}

/** @param {boolean} keep save instead of sending */
function finish(keep) {
  if (!wizard.isComplete()) return;
  if (months >= VERY_OLD_MONTHS && !anyway.checked) {
    wizard.say("error_old");
    return;
  }
  wizard.element.hidden = true;
  delivery.seal({ ...wizard.gather(), fields: form.fields, recipients: keyring.recipients }, keep);
}

function newWizard() {
  const sendButton = el("button", { type: "button", id: "send", className: "primary", onclick: () => finish(false) }, texts.ui("send"));
  const saveButton = el("button", { type: "button", id: "save", className: canSend ? "" : "primary", onclick: () => finish(true) }, texts.ui("save_sealed"));
  const actions = canSend ? [sendButton, saveButton] : [saveButton];
  return new Wizard({ form, lang, texts, referral, leave, about, intro: intro(), last: oldNotice(), actions });
}

/** @param {string} [why] names the text that says what was stopped */
function back(why = "") {
  delivery.element.hidden = true;
  wizard.element.hidden = false;
  wizard.show();
  wizard.say(why, "notice");
  if (why) wizard.summary.scrollIntoView({ block: "center" });
}

// A browser keeps a page it has left as it was, and shows it again to whoever presses Back.
addEventListener("pagehide", () => {
  delivery.stop();
  wizard.forget();
  document.body.replaceChildren();
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const host = /** @type {HTMLElement} */ (document.getElementById("page"));
const root = host.attachShadow({ mode: "open" });
root.append(
  // The same text as the page's own sheet, so that the same hash allows it.
  el("style", {}, /** @type {HTMLElement} */ (document.querySelector("style")).textContent ?? ""),
  el("div", { className: "top" }, el("p", { className: "team" }, keyring.team),
    el("button", { type: "button", id: "leave", className: "leave", onclick: leave }, texts.ui("leave_now"))),
  wizard.element, delivery.element);
