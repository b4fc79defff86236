/** Commitments "SR1" (FORMAT.md): a root over every answer and sentence (witness's browser). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, hex, u32, utf8 } from "./bytes.js";

const SLICE = 1 << 20;
const ATTACHMENT_UNITS = 16;
const UNIT_STEP = 16;
const SALT = 16;

const tag = (/** @type {string} */ name) => utf8(`SR1-${name}`);
const TAG = { unit: tag("unit"), deco: tag("deco"), salt: tag("salt"), cell: tag("cell"),
  node: tag("node"), root: tag("root"), seal: tag("seal") };

/** @param {Uint8Array[]} parts @returns {Uint8Array} SHA-256 of the parts joined */
const H = (...parts) => sha256(concat(...parts));

/** @param {Uint8Array} seed 32 bytes @param {number} unit its index @returns {Uint8Array} k_u */
export const unitKey = (seed, unit) => H(TAG.unit, seed, u32(unit));

/**
 * The code points of a unit with the decoy cells between them.
 * @param {Uint8Array} key k_u
 * @param {string} text without lone surrogates
 * @returns {string[]} each "" or one code point
 */
export function cells(key, text) {
  const out = [""];
  const points = [...text];
  for (let i = 0; i <= points.length; i++) {
    // Math.clz32 counts leading zeros of 32 bits: the byte is inverted and moved to the top.
    const ones = Math.clz32((~H(TAG.deco, key, u32(i))[0] & 0xff) << 24 | 1 << 23);
    for (let decoy = 0; decoy < ones; decoy++) out.push("");
    if (i < points.length) out.push(points[i]);
  }
  return out;
}

/** @param {Uint8Array} key k_u @param {number} cell its index @returns {Uint8Array} 16 bytes */
export const cellSalt = (key, cell) => H(TAG.salt, key, u32(cell)).slice(0, SALT);

/** @param {Uint8Array} key k_u @param {string} text @returns {Uint8Array} D_u */
export function unitDigest(key, text) {
  const node = sha256.create().update(TAG.node);
  cells(key, text).forEach((cell, c) => node.update(H(TAG.cell, cellSalt(key, c), utf8(cell))));
  return node.digest();
}

/**
 * The commitment root R.
 * @param {Uint8Array} seed 32 bytes
 * @param {string[]} units
 * @param {() => Promise<void>} [pause] called between units
 * @returns {Promise<Uint8Array>}
 */
export async function root(seed, units, pause) {
  const hash = sha256.create().update(TAG.root).update(u32(units.length));
  for (let u = 0; u < units.length; u++) {
    hash.update(unitDigest(unitKey(seed, u), units[u]));
    if (pause) await pause();
  }
  return hash.digest();
}

/** @param {Uint8Array} r 32 bytes @param {Uint8Array} R @returns {Uint8Array} C of the grease stanza */
export const commitment = (r, R) => H(TAG.seal, r, R);

/** @param {string} text @returns {string[]} cut after each run of U+104B . ? ! LF */
export const splitNarrative = (text) => text.match(/[^\u104B.?!\n]*[\u104B.?!\n]+|[^\u104B.?!\n]+$/g) ?? [];

/**
 * SHA-256, by the browser where it offers it (http .onion outside Tor Browser does not).
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export const digest = async (bytes) =>
  crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(bytes);

/**
 * An attachment's unit: one hash over the hashes of its 1 MiB slices.
 * @param {Blob} file
 * @param {(size: number) => void} [count] told of every slice
 * @returns {Promise<string>}
 */
export async function attachmentUnit(file, count) {
  const slices = sha256.create();
  for (let at = 0; at < file.size; at += SLICE) {
    const slice = new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer());
    slices.update(await digest(slice));
    count?.(slice.length);
  }
  return `sha256:${hex(slices.digest())}`;
}

/**
 * Every unit of a testimony, in order.
 * @param {string[]} fields the form's fields, in its order
 * @param {import("./testimony.js").Testimony} testimony
 * @param {string[]} attachments their units
 * @returns {string[]} their number is a multiple of 16
 */
export function units(fields, testimony, attachments) {
  const { consent, form, answers, raw, narrative } = testimony;
  const list = [`${form} ${consent.lang} ${consent.sha256}`, ...fields.map((id) => answers[id] ?? ""), raw];
  for (let i = 0; i < ATTACHMENT_UNITS; i++) list.push(attachments[i] ?? "");
  list.push(...splitNarrative(narrative));
  while (list.length % UNIT_STEP) list.push("");
  return list;
}
