/** Small conversions between text, numbers and bytes (witness's browser). */

const encoder = new TextEncoder();

/** @param {string} text @returns {Uint8Array} its UTF-8 bytes */
export const utf8 = (text) => encoder.encode(text);

/** @param {Uint8Array} bytes @returns {string} lower-case hexadecimal */
export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** @param {string} text lower-case hexadecimal @returns {Uint8Array} */
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** @param {Uint8Array} bytes @returns {string} Base64 with padding */
export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {number} n below 2^32 @returns {Uint8Array} four bytes, big-endian */
export const u32 = (n) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);

/** @param {Uint8Array[]} parts @returns {Uint8Array} the parts one after the other */
export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** @param {number} size in bytes @returns {Uint8Array} from the system's generator */
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

/**
 * Replace what UTF-8 cannot carry, so that every language reads the same text.
 * @param {string} text
 * @returns {string} with each lone surrogate replaced by U+FFFD
 */
export const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, "\uFFFD");

const MYANMAR_ZERO = 0x1040;

/** @param {string} text @returns {string} with Myanmar digits, and the letter often typed for zero, as ASCII digits */
export const asciiDigits = (text) => text.replace(/\u101d/g, "0")
  .replace(/[\u1040-\u1049]/g, (digit) => String(digit.charCodeAt(0) - MYANMAR_ZERO));
