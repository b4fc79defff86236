/** POSIX ustar exactly as FORMAT.md says: regular files, 0644, owner 0, time 0 (witness's browser). */
import { utf8 } from "./bytes.js";

export const BLOCK = 512;
export const END = 2 * BLOCK; // zero bytes that end an archive
const CHECKSUM = 148;

/**
 * One member's header.
 * @param {string} name ASCII, at most 100 characters
 * @param {number} size in bytes
 * @returns {Uint8Array} 512 bytes
 */
export function header(name, size) {
  const block = new Uint8Array(BLOCK);
  const put = (/** @type {number} */ at, /** @type {string} */ text) => block.set(utf8(text), at);
  const octal = (/** @type {number} */ n, /** @type {number} */ digits) => n.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, "0000644\0" + "0000000\0" + "0000000\0" + `${octal(size, 11)}\0` + "00000000000\0");
  put(CHECKSUM, "        0");
  put(257, "ustar\x0000");
  put(CHECKSUM, `${octal(block.reduce((sum, byte) => sum + byte, 0), 6)}\0 `);
  return block;
}

/** @param {number} size in bytes @returns {number} how many zeros fill its last block */
export const fill = (size) => -size & (BLOCK - 1);

/** @param {number[]} sizes of the members @returns {number} bytes of the archive with its end */
export const packedSize = (sizes) =>
  sizes.reduce((sum, size) => sum + BLOCK + size + fill(size), END);
