/** The receipt code: 28 random digits and a check group, in any script's digits (witness's browser).
 *
 * The twin of envelope/code.py.
 */
import { asciiDigits, random } from "./bytes.js";

const DIGITS = 28; // 93 bits
const GROUP = 4;
// The largest prime below 10^4: the check group notices every wrong digit and every swap.
const CHECK_MODULUS = 9973;
const FAIR = 250; // bytes from here on would make some digits likelier

/** @param {string} code 28 digits @returns {string} */
const checkGroup = (code) =>
  String([...code].reduce((rest, digit) => (rest * 10 + Number(digit)) % CHECK_MODULUS, 0)).padStart(GROUP, "0");

/** @returns {string} 28 random digits, without their check group */
export function generate() {
  let code = "";
  while (code.length < DIGITS) {
    for (const byte of random(DIGITS)) if (byte < FAIR && code.length < DIGITS) code += byte % 10;
  }
  return code;
}

/** @param {string} code 28 digits @returns {string} eight groups of four, as a person copies them */
export const show = (code) => `${code}${checkGroup(code)}`.replace(/\d{4}(?=\d)/g, "$& ");

/**
 * @param {string} text as typed; spaces and hyphens are fine
 * @returns {string} its 28 digits
 * @throws {Error} "code_length", "code"
 */
export function parse(text) {
  const digits = asciiDigits(text).replace(/[\s\u200b-\u2013-]/g, "");
  if (!/^\d{32}$/.test(digits)) throw new Error("code_length");
  const code = digits.slice(0, DIGITS);
  if (checkGroup(code) !== digits.slice(DIGITS)) throw new Error("code");
  return code;
}
