/** Commitments "SR1" (FORMAT.md): a root over every answer and sentence (witness's browser). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, hex, random, u32, utf8 } from "./bytes.js";

/** @typedef {import("./turns.js").Rest} Rest */

export const SLICE = 1 << 20; // bytes of an attachment that are hashed as one
const PIECE = 1 << 15; // bytes hashed between two rests
const CELLS = 32; // cells digested between two rests
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
 * @returns {Generator<string>} each "" or one code point
 */
export function* cells(key, text) {
  yield "";
  let i = 0;
  for (const point of [...text, ""]) {
    // Math.clz32 counts leading zeros of 32 bits: the byte is inverted and moved to the top.
    const ones = Math.clz32((~H(TAG.deco, key, u32(i++))[0] & 0xff) << 24 | 1 << 23);
    for (let decoy = 0; decoy < ones; decoy++) yield "";
    if (point) yield point;
  }
}

/** @param {Uint8Array} key k_u @param {number} cell its index @returns {Uint8Array} 16 bytes */
export const cellSalt = (key, cell) => H(TAG.salt, key, u32(cell)).slice(0, SALT);

/**
 * @param {Uint8Array} key k_u @param {string} text
 * @param {Rest} rest
 * @returns {Promise<Uint8Array>} D_u
 */
export async function unitDigest(key, text, rest) {
  const node = sha256.create().update(TAG.node);
  let c = 0;
  for (const cell of cells(key, text)) {
    node.update(H(TAG.cell, cellSalt(key, c), utf8(cell)));
    if (++c % CELLS === 0) await rest();
  }
  return node.digest();
}

/** The commitments of one sealing. Units are known by place and text: asked again, only changed ones are computed. */
export class Commitments {
  constructor() {
    this.seed = random(32);
    /** @type {{text: string, digest: Uint8Array}[]} */
    this.known = [];
  }

  /** @param {number} u @param {string} text @param {Rest} rest @returns {Promise<Uint8Array>} D_u */
  async unit(u, text, rest) {
    const found = this.known[u];
    if (found?.text === text) return found.digest;
    const digest = await unitDigest(unitKey(this.seed, u), text, rest);
    this.known[u] = { text, digest };
    return digest;
  }

  /** @param {string[]} units @param {Rest} rest @returns {Promise<Uint8Array>} the commitment root R */
  async root(units, rest) {
    const hash = sha256.create().update(TAG.root).update(u32(units.length));
    for (const [u, text] of units.entries()) {
      hash.update(await this.unit(u, text, rest));
      await rest();
    }
    return hash.digest();
  }
}

/** @param {Uint8Array} r 32 bytes @param {Uint8Array} R @returns {Uint8Array} C of the grease stanza */
export const commitment = (r, R) => H(TAG.seal, r, R);

/** @param {string} text @returns {string[]} cut after each run of U+104B . ? ! LF */
export const splitNarrative = (text) => text.match(/[^\u104B.?!\n]*[\u104B.?!\n]+|[^\u104B.?!\n]+$/g) ?? [];

/**
 * SHA-256, by the browser where it offers it (http .onion outside Tor Browser does not).
 * @param {Uint8Array} bytes
 * @param {Rest} rest
 * @returns {Promise<Uint8Array>}
 */
export async function digest(bytes, rest) {
  if (crypto.subtle) return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = sha256.create();
  for (let at = 0; at < bytes.length; at += PIECE) {
    hash.update(bytes.subarray(at, at + PIECE));
    await rest();
  }
  return hash.digest();
}

/** An attachment's unit, while its slices pass by: one hash over their hashes. */
export class AttachmentUnit {
  constructor() {
    this.slices = sha256.create();
  }

  /** @param {Uint8Array} slice the next `SLICE` bytes, fewer at the end only @param {Rest} rest */
  async add(slice, rest) {
    this.slices.update(await digest(slice, rest));
  }

  /** @returns {string} once every slice was added */
  text() {
    return `sha256:${hex(this.slices.digest())}`;
  }
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
