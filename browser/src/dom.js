/** Building elements without innerHTML (witness's browser). */

/**
 * @param {string} tag
 * @param {Record<string, any>} props properties; a name with a hyphen, `for` and `role` are attributes
 * @param {...(Node|string)} children
 * @returns {any} the element
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.includes("-") || name === "for" || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** @param {string} text with {names} @param {Record<string, string|number>} values @returns {string} */
export const format = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** Begin at the top, and let a screen reader begin with the heading. @param {HTMLElement} title */
export function goTo(title) {
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/**
 * A file field as a button in her language: a browser writes its own words on it, in the browser's.
 * @param {HTMLInputElement} input @param {string} words @returns {HTMLElement}
 */
export const fileButton = (input, words) => el("label", { className: "file-button" }, input, el("span", {}, words));

/** What a phone's keyboard or its memory of words must not learn. */
export const PRIVATE = { autocomplete: "off", spellcheck: false, autocapitalize: "off", "data-gramm": "false" };

/** Show an empty page in place of this one, with no way back to it in this tab. */
export function leave() {
  document.body.replaceChildren();
  location.replace("about:blank");
}
