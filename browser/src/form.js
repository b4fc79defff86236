/** Renders the form's questions by their kind and reads the answers back (witness's browser). */
import { asciiDigits } from "./bytes.js";
import { el, PRIVATE } from "./dom.js";
import { readable } from "./zawgyi.js";

/**
 * @typedef {{id: string, step: number, kind: string, fields: string[], choices: string[], when?: string}} Question
 * @typedef {{element: HTMLElement, answers: () => Record<string, string>, error: () => string,
 *   inside: (code: string) => void}} Asked
 *   `error` names the text that says what is wrong with the answer, or is ""; `inside` offers the places
 *   that lie in another
 */

export const MAX_TEXT = 4000; // code points of one typed answer
const LIMITS = { year: [1900, 2100], month: [1, 12], day: [1, 31], count: [0, 999999] };

/** @param {string} text @returns {string} in ASCII digits, leading zeros and spaces gone */
export const asciiNumber = (text) => asciiDigits(text.trim()).replace(/^0+(?=\d)/, "");

/** @param {string} field @param {string} number @returns {boolean} */
function isInRange(field, number) {
  const [low, high] = LIMITS[field.split(".")[1]] ?? LIMITS.count;
  return /^\d{1,6}$/.test(number) && Number(number) >= low && Number(number) <= high;
}

/** @param {Record<string, string>} all @returns {Record<string, string>} without the empty ones */
const filled = (all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value));

/**
 * Radio buttons or checkboxes.
 * @param {"radio"|"checkbox"} type
 * @param {string} name unique in the page
 * @param {{code: string, label: string}[]} choices in the order shown
 */
function choiceList(type, name, choices) {
  const inputs = choices.map(({ code }) => el("input", { type, name, value: code, id: `${name}.${code}`, autocomplete: "off" }));
  const list = el("div", { className: "choices" }, ...inputs.map((input, i) =>
    el("label", { className: "choice", for: input.id }, input, el("span", {}, choices[i].label))));
  return { list, checked: () => inputs.filter((input) => input.checked).map((input) => input.value),
    clear: () => inputs.forEach((input) => { input.checked = false; }) };
}

/** @param {string} field @returns {boolean} whether its answer is the P-code of a place */
const isListed = (field) => /\.(state|township|tract)$/.test(field);

/** @param {string} field @param {string} label @param {HTMLElement} input @param {(Node|string)[]} more */
const labelled = (field, label, input, ...more) => {
  input.id = field;
  return el("div", { className: "field" }, el("label", { for: field }, label), input, ...more);
};

/** Renderers by kind: each gets the question and its texts, and returns parts and a reader. */
const KINDS = { one, many, consent: many, date: numbers, count: numbers, text, place };

/** @param {Question} q @param {Texts} t */
function one(q, t) {
  const { list, checked, clear } = choiceList("radio", q.id, t.choices(q));
  const parts = [list];
  if (!q.choices.includes("not_say") && q.fields.length) {
    parts.push(el("button", { type: "button", className: "quiet", onclick: clear }, t.ui("clear_choice")));
  }
  return { parts, read: () => (q.fields.length ? { [q.fields[0]]: checked()[0] ?? "" } : {}) };
}

/** @param {Question} q @param {Texts} t */
function many(q, t) {
  const { list, checked } = choiceList("checkbox", q.id, t.choices(q));
  const read = () => {
    const chosen = checked();
    return { [q.fields[0]]: q.choices.filter((code) => chosen.includes(code)).join(" ") };
  };
  return { parts: [list], read };
}

/** Numbers, and where the question has choices its last field is one of them. */
function numbers(/** @type {Question} */ q, /** @type {Texts} */ t) {
  const fields = q.choices.length ? q.fields.slice(0, -1) : q.fields;
  const kind = q.fields[fields.length];
  const inputs = fields.map((field) => el("input", {
    type: "text", inputMode: "numeric", maxLength: 6, className: "number", ...PRIVATE }));
  const parts = [el("div", { className: "row" }, ...fields.map((field, i) => labelled(field, t.label(field), inputs[i])))];
  const values = () => Object.fromEntries(fields.map((field, i) => [field, asciiNumber(inputs[i].value)]));
  const error = () => (Object.entries(filled(values())).every(([field, n]) => isInRange(field, n)) ? "" : "error_number");
  if (!kind) return { parts, read: values, error };
  const { list, checked } = choiceList("radio", kind, t.choices(q));
  parts.push(el("p", { className: "sub", id: `${kind}.label` }, t.label(kind)), list);
  list.setAttribute("role", "group");
  list.setAttribute("aria-labelledby", `${kind}.label`);
  return { parts, read: () => ({ ...values(), [kind]: checked()[0] ?? "" }), error };
}

/**
 * A typed answer; what looks like Zawgyi is shown as it will be read.
 * @param {string} tag "input" or "textarea" @param {Record<string, any>} props @param {Texts} t
 * @returns {{input: any, note: HTMLElement}}
 */
export function typed(tag, props, t) {
  // As a field's value: a browser that saves the page writes the text of elements, but no values.
  const reading = el("textarea", { className: "reading", readOnly: true, rows: 3, "aria-label": t.ui("zawgyi"), ...PRIVATE });
  const note = el("div", { className: "notice", hidden: true }, el("p", { role: "status" }, t.ui("zawgyi")), reading);
  const show = () => {
    const { text, converted } = readable(input.value);
    reading.value = converted ? text : "";
    note.hidden = !converted;
  };
  const input = el(tag, { maxLength: MAX_TEXT, ...PRIVATE, ...props, onchange: show });
  if (tag === "input") input.type = "text";
  return { input, note };
}

/** @param {Question} q @param {Texts} t */
function text(q, t) {
  if (q.fields.length > 1) {
    const inputs = q.fields.map(() => typed("input", {}, t));
    return { parts: inputs.map(({ input, note }, i) => labelled(q.fields[i], t.label(q.fields[i]), input, note)),
      read: () => Object.fromEntries(q.fields.map((field, i) => [field, inputs[i].input.value])) };
  }
  const [field = q.id] = q.fields;
  const { input, note } = typed("textarea", { id: field, rows: 3, "aria-labelledby": `${q.id}.title` }, t);
  return { parts: [input, note], read: () => ({ [field]: input.value }) };
}

/** Places chosen from lists, each inside the one before it, and after them typed ones. */
function place(/** @type {Question} */ q, /** @type {Texts} */ t) {
  const unsure = q.choices.map((code) => ({ code, label: t.choice(q.id, code) }));
  const inputs = q.fields.map((field) => (isListed(field) ? { input: el("select", { autocomplete: "off" }), note: "" } : typed("input", {}, t)));
  const parts = q.fields.map((field, i) => labelled(field, t.label(field), inputs[i].input, inputs[i].note));
  const offer = (/** @type {number} */ i, /** @type {string} */ outside) => {
    if (!isListed(q.fields[i])) return;
    const within = t.inside(outside);
    const options = within.length ? [{ code: "", label: t.ui("choose") }, ...within, ...unsure] : [];
    inputs[i].input.replaceChildren(...options.map(({ code, label }) => el("option", { value: code }, label)));
    parts[i].hidden = !within.length;
    if (i + 1 < parts.length) offer(i + 1, "");
  };
  inputs.forEach(({ input }, i) => { if (isListed(q.fields[i]) && i + 1 < parts.length) input.onchange = () => offer(i + 1, input.value); });
  const read = () => Object.fromEntries(q.fields.map((field, i) => [field, inputs[i].input.value]));
  return { parts, read, inside: (/** @type {string} */ code) => offer(0, code) };
}

/**
 * The places inside one, from names in the order of their codes; a number says where counting goes on.
 * @param {string} parent P-code
 * @param {string} names "A|B|7|C" are 001, 002 and 007
 * @returns {{code: string, label: string}[]}
 */
export function unpackPlaces(parent, names) {
  let number = 1;
  const found = [];
  for (const label of names.split("|").filter(Boolean)) {
    if (/^\d+$/.test(label)) number = Number(label);
    else found.push({ code: `${parent}${String(number++).padStart(3, "0")}`, label });
  }
  return found;
}

/** The form's words in one language. */
export class Texts {
  /** @param {any} form @param {Record<string, string>} ui */
  constructor(form, ui) {
    this.texts = form.texts;
    this.shown = form.shown;
    /** @type {Record<string, string>} P-code → packed names of what lies inside */
    this.places = form.places;
    this.words = ui;
  }

  ui = (/** @type {string} */ key) => this.words[key];
  question = (/** @type {string} */ id) => this.texts[`q.${id}`];
  hint = (/** @type {string} */ id) => this.texts[`h.${id}`];
  label = (/** @type {string} */ field) => this.texts[`l.${field}`];
  choice = (/** @type {string} */ id, /** @type {string} */ code) => this.texts[`${id}.${code}`];
  inside = (/** @type {string} */ code) => unpackPlaces(code, this.places[code] ?? "");
  choices = (/** @type {Question} */ q) =>
    (this.shown[q.id] ?? q.choices).map((/** @type {string} */ code) => ({ code, label: this.choice(q.id, code) }));
}

/**
 * Render one question.
 * @param {Question} q
 * @param {Texts} t
 * @param {{parts: (HTMLElement|string)[], read?: () => Record<string, string>, error?: () => string,
 *   inside?: (code: string) => void}} [made]
 *   its inside, where the page makes it
 * @returns {Asked}
 */
export function ask(q, t, made) {
  const { parts, read = () => ({}), error = () => "", inside = () => {} } = made ?? KINDS[q.kind](q, t);
  const hint = t.hint(q.id);
  const element = el("fieldset", { id: `q.${q.id}` },
    el("legend", { id: `${q.id}.title` }, t.question(q.id)),
    ...(hint ? [el("p", { className: "hint", id: `${q.id}.hint` }, hint)] : []),
    ...parts,
    el("p", { className: "error", id: `${q.id}.error`, hidden: true }));
  if (hint) element.setAttribute("aria-describedby", `${q.id}.hint`);
  return { element, error, inside, answers: () => filled(read()) };
}
