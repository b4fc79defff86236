/** testimony.json: what a sealed file says, as canonical JSON (witness's browser). */
import { hex, random, wellFormed } from "./bytes.js";

/**
 * @typedef {{name: string, size: number, type: string}} Attachment
 * @typedef {{answers: Record<string, string>, attachments: Attachment[], code: string,
 *   consent: {lang: string, sha256: string}, form: number, format: string, narrative: string,
 *   r: string, raw: string, seed: string}} Testimony
 * @typedef {{answers: Record<string, string>, narrative: string, raw?: string, code?: string,
 *   consent: {lang: string, sha256: string}, form: number}} Account
 */

export const FORMAT = "sakse-testimony@v1";
const SECRET = 32;
const MAX_NAME = 255; // code points of a file's name or type

/**
 * JSON in one possible form: sorted keys, no spaces, whole numbers only.
 * @param {any} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${pairs.join(",")}}`;
}

/** @param {string} text */
const short = (text) => [...wellFormed(text)].slice(0, MAX_NAME).join("");

/**
 * A testimony with a fresh `r`, made anew at every sealing.
 * @param {Account} account what was typed; `raw` and `code` may be missing or ""
 * @param {File[]} files
 * @param {Uint8Array} seed of its commitments, 32 bytes, for this sealing alone
 * @returns {Testimony}
 */
export function build(account, files, seed) {
  const answers = Object.fromEntries(
    Object.entries(account.answers).map(([id, text]) => [id, wellFormed(text)]).filter(([, text]) => text));
  return {
    answers,
    attachments: files.map(({ name, size, type }) => ({ name: short(name), size, type: short(type) })),
    code: account.code ?? "",
    consent: account.consent,
    form: account.form,
    format: FORMAT,
    narrative: wellFormed(account.narrative),
    r: hex(random(SECRET)),
    raw: wellFormed(account.raw ?? ""),
    seed: hex(seed),
  };
}
