/** The part that runs in a Worker: commits, packs, pads and seals (witness's browser).
 *
 * build.mjs wraps this file's bundle as `function core(self) {…}`. `self` is the Worker's global
 * scope, or a MessagePort where no Worker starts.
 */
import { hex, utf8 } from "./bytes.js";
import { attachmentUnit, commitment, digest, root, units } from "./commit.js";
import { bucket, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from "./padding.js";
import { seal } from "./seal.js";
import { END, fill, header, packedSize } from "./tar.js";
import { build, canonical } from "./testimony.js";

const CHUNK = 64 * 1024;

/** Let other events run: a macrotask, which (unlike a timer) is never delayed. */
const pause = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); resolve(undefined); };
  port2.postMessage(0);
});

/**
 * The padded archive, in chunks of at most 64 KiB.
 * @param {[string, Blob][]} members
 * @param {number} padding zero bytes after its end
 */
async function* pack(members, padding) {
  for (const [name, blob] of members) {
    yield header(name, blob.size);
    for (let at = 0; at < blob.size; at += CHUNK) {
      yield new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer());
    }
    yield new Uint8Array(fill(blob.size));
  }
  for (let left = END + padding; left > 0; left -= CHUNK) yield new Uint8Array(Math.min(left, CHUNK));
}

/**
 * @param {AsyncGenerator<Uint8Array>} chunks
 * @param {(size: number) => void} count told of every chunk
 * @returns {ReadableStream<Uint8Array>}
 */
const streamOf = (chunks, count) => new ReadableStream({
  async pull(controller) {
    await pause();
    const { value, done } = await chunks.next();
    if (done) return controller.close();
    count(value.length);
    controller.enqueue(value);
  },
});

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {Promise<Blob>}
 */
async function collect(stream) {
  const parts = [];
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(new Blob([value]));
  }
}

/**
 * Seal one account.
 * @param {{account: import("./testimony.js").Account, files: File[], fields: string[], recipients: string[]}} job
 * @param {(part: number) => void} progress from 0 to 1
 * @returns {Promise<Blob>} the sealed file
 * @throws {Error} "too-many", "too-large", "bad-keyring"
 */
async function sealAccount({ account, files, fields, recipients }, progress) {
  const attachedSize = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > MAX_ATTACHMENTS) throw new Error("too-many");
  if (attachedSize > MAX_ATTACHMENT_BYTES) throw new Error("too-large");
  const testimony = build(account, files);
  /** @type {[string, Blob][]} */
  const members = [["testimony.json", new Blob([utf8(canonical(testimony))])]];
  files.forEach((file, i) => members.push([`attachments/${String(i + 1).padStart(2, "0")}`, file]));
  const size = packedSize(members.map(([, blob]) => blob.size));
  const total = bucket(size);
  let done = 0; // attachments are read twice: for their commitments, then to be sealed
  const count = (/** @type {number} */ bytes) => progress((done += bytes) / (attachedSize + total));
  const attached = [];
  for (const file of files) attached.push(await attachmentUnit(file, count));
  const R = await root(unhex(testimony.seed), units(fields, testimony, attached), pause);
  const source = streamOf(pack(members, total - size), count);
  return collect(await seal(source, recipients, commitment(unhex(testimony.r), R)));
}

/** @param {string} text @returns {Uint8Array} */
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

let isStopped = false;
const jobs = { seal: sealAccount, digest, stop: () => { isStopped = true; } };

self.onmessage = async ({ data: { id, job, input } }) => {
  try {
    const progress = (/** @type {number} */ part) => {
      if (isStopped) throw new Error("stopped");
      self.postMessage({ id, part });
    };
    self.postMessage({ id, result: await jobs[job](input, progress) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : "unknown" });
  }
};
self.postMessage({ id: 0 });
