/** The witness's page: one file, nothing stored, every answer inside a shadow root (witness's browser).
 *
 * The renderer puts `SAKSE` (form, words, keyring of this file) before this script; build.mjs puts `core`.
 */
import { parse } from "./code.js";
import { Delivery, isSealed } from "./deliver.js";
import { el, fileButton, leave } from "./dom.js";
import { ask, Texts } from "./form.js";
import { watchIdle } from "./idle.js";
import { codeError, codeInput, Receipt } from "./receipt.js";
import { Wizard } from "./wizard.js";
import { Core } from "./worker.js";

const OLD_MONTHS = 3;
const VERY_OLD_MONTHS = 5;
const MONTH_MS = 30.44 * 24 * 3600 * 1000;
const PAUSE_MS = 1500; // without a key: then what she wrote is committed to ahead of sealing
const TWICE_MS = 1000;

const { lang, ui, form, keyring, referral } = SAKSE;
const about = /** @type {HTMLElement} */ (document.getElementById("about"));
const texts = new Texts(form, ui);
const canSend = /^https?:$/.test(location.protocol); // a file manager may say file: or content:
const months = (Date.now() - Date.parse(keyring.valid_until)) / MONTH_MS;

const sealer = new Core(core);
const delivery = new Delivery({ ui: texts.ui, core: sealer, canSend, forget, back });
const receipt = new Receipt({ ui: texts.ui, back, done: seal });
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

/** Sealed files made elsewhere, for instance in an offline copy. */
function carried() {
  const input = el("input", { type: "file", multiple: true, id: "sealed", "aria-labelledby": "sealed-title" });
  const names = el("p", { className: "hint", role: "status" });
  input.onchange = () => { names.textContent = [...input.files].map(({ name }) => name).join(", "); };
  const error = el("p", { className: "error", role: "alert" });
  const submit = async () => {
    const files = /** @type {File[]} */ ([...input.files]);
    const sealed = await Promise.all(files.map(isSealed));
    const others = files.filter((_, i) => !sealed[i]).map(({ name }) => name);
    if (others.length || !files.length) {
      error.textContent = texts.ui("error_not_sealed_file") + (others.length ? ` (${others.join(", ")})` : "");
      return;
    }
    wizard.element.hidden = about.hidden = true;
    await delivery.send(files.map((blob) => ({ blob, name: blob.name })));
  };
  return el("details", {}, el("summary", { id: "sealed-title" }, texts.ui("carried")),
    el("p", { className: "hint" }, texts.ui("carried_text")),
    fileButton(input, texts.ui("choose_files")), names, error,
    el("button", { type: "button", id: "send-sealed", onclick: submit }, texts.ui("carried_send")));
}

/** For whoever has the code of an earlier visit. Reading the team's answers will have its place here. */
function cameBack() {
  const purpose = ask(form.questions.find((/** @type {any} */ q) => q.id === "u1"), texts);
  const input = codeInput("code-before");
  const error = el("p", { className: "error", role: "alert" });
  const goOn = () => {
    const { u1 } = purpose.answers();
    const wrong = u1 ? codeError(input.value) : "error_purpose";
    error.textContent = wrong && texts.ui(wrong);
    if (wrong) return;
    wizard.comeBack(u1, parse(input.value));
    input.value = "";
  };
  return el("details", { id: "came-back" }, el("summary", {}, texts.ui("came_back")),
    el("p", { className: "hint" }, texts.ui("came_back_text")), purpose.element,
    el("div", { className: "field" }, el("label", { for: input.id }, texts.ui("code_label")), input), error,
    el("button", { type: "button", id: "go-on", onclick: goOn }, texts.ui("go_on")));
}

/** @returns {HTMLElement[]} */
function intro() {
  const link = (/** @type {string} */ href, /** @type {string} */ words, props = {}) => el("p", {}, el("a", { href, ...props }, words));
  const online = () => [link("/", texts.ui("other_language")), link("?dl", texts.ui("keep_copy"), { download: "" }), carried()];
  return [el("p", {}, texts.ui(canSend ? "intro" : "intro_offline")), el("p", {}, texts.ui("intro_leave")),
    ...(canSend ? online() : []), cameBack()];
}

/** @param {boolean} keep save instead of sending */
function finish(keep) {
  if (!wizard.isComplete()) return;
  if (months >= VERY_OLD_MONTHS && !anyway.checked) {
    wizard.say("error_old");
    return;
  }
  wizard.element.hidden = true;
  if (wizard.code) seal(keep);
  else receipt.open(keep);
}

/** @param {boolean} keep save instead of sending */
function seal(keep) {
  clearTimeout(pause); // it would commit to all of it again while it is sealed
  const { recipients, protection } = keyring;
  delivery.seal({ ...wizard.gather(receipt.code), fields: form.fields, recipients, protection }, keep);
}

function newWizard() {
  const sendButton = el("button", { type: "button", id: "send", className: "primary", onclick: () => finish(false) }, texts.ui("send"));
  const saveButton = el("button", { type: "button", id: "save", className: canSend ? "" : "primary", onclick: () => finish(true) }, texts.ui("save_sealed"));
  const actions = canSend ? [sendButton, saveButton] : [saveButton];
  return new Wizard({ form, lang, texts, referral, leave: leaveNow, about, intro: intro(), last: oldNotice(), actions });
}

/** @param {string} [why] names the text that says what was stopped */
function back(why = "") {
  delivery.element.hidden = true;
  wizard.element.hidden = false;
  wizard.show();
  wizard.say(why, "notice");
  if (why) wizard.summary.scrollIntoView({ block: "center" });
}

/** Away too long: her words go; a sealed file that could not be sent yet stays, since nobody can read it. */
function away() {
  if (!delivery.isUnsent) return leaveNow();
  forget();
  delivery.keepSealedOnly();
}

/** Leave at once, whatever is under way. */
function leaveNow() {
  forget();
  leave();
}

/** Empty every field, and let go of what was made of them. */
function forget() {
  clearTimeout(pause);
  sealer.stop();
  wizard.forget();
  receipt.forget();
}

// Committing takes seconds for a long account on a cheap phone: most of it is done while she thinks.
let pause = 0;
wizard.element.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => sealer.ask("prepare", { account: wizard.gather().account, fields: form.fields }).catch(() => {}), PAUSE_MS);
});

let escaped = -TWICE_MS;
addEventListener("keydown", ({ key, timeStamp }) => {
  if (key !== "Escape") return;
  if (timeStamp - escaped < TWICE_MS) leaveNow();
  escaped = timeStamp;
});

// A browser keeps a page it has left as it was, and shows it again to whoever presses Back.
addEventListener("pagehide", () => {
  delivery.stop();
  forget();
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
    el("button", { type: "button", id: "leave", className: "leave", onclick: leaveNow }, texts.ui("leave_now"))),
  wizard.element, receipt.element, delivery.element);
watchIdle({ ui: texts.ui, root, isBusy: () => delivery.busy || (delivery.isUnsent && !delivery.hasWords), leave: away });
