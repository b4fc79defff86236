/** POSIX ustar exactly as FORMAT.md says: regular files, 0644, owner 0, time 0 (witness's browser). */
import { utf8 } from "./bytes.js";
import { SLICE } from "./commit.js";
import { CHUNK } from "./stream.js";

/** @typedef {{name: string, blob: Blob, hash?: import("./commit.js").AttachmentUnit}} Member `hash` is told every slice */

const BLOCK = 512;
const END = 2 * BLOCK; // zero bytes that end an archive
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
const fill = (size) => -size & (BLOCK - 1);

/** @param {number[]} sizes of the members @returns {number} bytes of the archive with its end */
export const packedSize = (sizes) =>
  sizes.reduce((sum, size) => sum + BLOCK + size + fill(size), END);

/**
 * What reads a blob's next bytes into one buffer, used for every slice: what a browser allocates for each
 * it takes back late, and for a large file it would hold half of it.
 * @param {Blob} blob
 * @returns {(() => Promise<Uint8Array>) | undefined} nothing where an older browser cannot
 */
function filler(blob) {
  let buffer = new ArrayBuffer(SLICE);
  /** @type {ReadableStreamBYOBReader} */
  let reader;
  try {
    reader = blob.stream().getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
  return async () => {
    for (let filled = 0; ;) {
      const { value, done } = await reader.read(new Uint8Array(buffer, filled, SLICE - filled));
      if (!value) return new Uint8Array();
      buffer = value.buffer;
      filled += value.length;
      if (done || filled === SLICE) return new Uint8Array(buffer, 0, filled);
    }
  };
}

/**
 * A blob's slices, each read once and gone when the next is asked for.
 * @param {Blob} blob
 * @throws {Error} "unreadable" if it is no longer what was chosen
 */
async function* slices(blob) {
  const fill = filler(blob);
  const read = fill ?? (async (/** @type {number} */ at) => new Uint8Array(await blob.slice(at, at + SLICE).arrayBuffer()));
  for (let at = 0; at < blob.size; at += SLICE) {
    const slice = await read(at).catch(() => new Uint8Array());
    if (slice.length !== Math.min(SLICE, blob.size - at)) throw new Error("unreadable");
    yield slice;
  }
}

/**
 * The padded archive, in pieces of at most 64 KiB.
 * @param {Member[]} members
 * @param {number} padding zero bytes after its end
 * @param {import("./turns.js").Rest} rest
 */
export async function* pack(members, padding, rest) {
  const zeros = new Uint8Array(CHUNK);
  for (const { name, blob, hash } of members) {
    yield header(name, blob.size);
    for await (const slice of slices(blob)) {
      const hashed = hash?.add(slice, rest);
      for (let at = 0; at < slice.length; at += CHUNK) yield slice.subarray(at, at + CHUNK);
      await hashed;
    }
    yield zeros.subarray(0, fill(blob.size));
  }
  for (let left = END + padding; left > 0; left -= CHUNK) yield zeros.subarray(0, Math.min(left, CHUNK));
}
