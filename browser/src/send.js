/** Brings sealed files to the drop: one request, or acknowledged pieces (witness's browser). */
import { base64, concat, hex } from "./bytes.js";
import { Line, Refused } from "./line.js";

export const PIECE = 128 * 1024;
const NOT_FOUND = 404;
const RESTARTS = [400, NOT_FOUND, 409]; // the drop has other pieces than this page thinks: ask which
const MOST_RESTARTS = 3;
const SAMPLES = 3; // pieces until their speed is known
const MEMORY = 8; // pieces that count most for it
const OUTLIER = 4; // times slower than usual: an hour without a line says little of the next one

/**
 * @typedef {(bytes: Uint8Array) => Promise<Uint8Array>} Digest SHA-256
 * @typedef {{blob: Blob, id?: string, isDone?: boolean}} Upload what is sent; its id once pieces have begun
 * @typedef {{progress: (part: number, left: number) => void, hold: (why: import("./line.js").Hold) => void,
 *   signal: AbortSignal}} Watch `progress` is told from 0 to 1, and the milliseconds that are left (0:
 *   unknown); `hold` what keeps it; `signal` stops it all
 */

/** How much of all there is has arrived, and how long the rest will take at the pace so far. */
export class Meter {
  /** @param {number} total bytes @param {Watch["progress"]} tell */
  constructor(total, tell) {
    this.total = total;
    this.tell = tell;
    this.arrived = 0;
    this.shown = 0;
    this.pace = 0; // milliseconds a byte, with waits and repeats: only what the drop has confirmed counts
    this.samples = 0;
    this.since = performance.now();
  }

  /** @param {number} bytes that have left, but may be lost yet */
  sending(bytes) {
    // It never goes back at a cut, and is never full before the drop has said so.
    this.shown = Math.max(this.shown, Math.min((this.arrived + bytes) / this.total, 0.99));
    this.show();
  }

  /** @param {number} bytes the drop has confirmed */
  confirmed(bytes) {
    const sample = (performance.now() - this.since) / bytes;
    this.samples++;
    const usual = this.samples > SAMPLES ? Math.min(sample, this.pace * OUTLIER) : sample;
    this.pace += (usual - this.pace) / Math.min(this.samples, MEMORY);
    this.known(bytes);
  }

  /** @param {number} bytes the drop had before: they tell nothing of the pace */
  known(bytes) {
    this.since = performance.now();
    this.arrived += bytes;
    this.shown = this.arrived / this.total;
    this.show();
  }

  show() {
    this.tell(this.shown, this.samples < SAMPLES ? 0 : (this.total - this.arrived) * this.pace);
  }
}

/**
 * @param {Blob} blob @param {number} n @returns {Promise<Uint8Array>} its n-th piece
 */
const piece = async (blob, n) => new Uint8Array(await blob.slice(n * PIECE, (n + 1) * PIECE).arrayBuffer());

/** @param {Uint8Array} digest */
const sealedHeaders = (digest) => ({
  "Content-Type": "application/age", "Content-Digest": `sha-256=:${base64(digest)}:` });

/** @param {string} path @param {any} value @returns {import("./line.js").Request} */
const post = (path, value) => ({ method: "POST", path, body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

/** One file on its way. */
class Sending {
  /** @param {Upload} upload @param {Digest} digest @param {Line} line @param {Meter} meter */
  constructor(upload, digest, line, meter) {
    this.upload = upload;
    this.blob = upload.blob;
    this.digest = digest;
    this.line = line;
    this.meter = meter;
  }

  /** @param {string} method @param {string} path @param {Uint8Array} body @param {Uint8Array} digest */
  async put(method, path, body, digest) {
    await this.line.request({ method, path, body, headers: sealedHeaders(digest), sent: (bytes) => this.meter.sending(bytes) });
    this.meter.confirmed(body.length);
  }

  async whole() {
    const body = await piece(this.blob, 0);
    await this.put("POST", "/sealed", body, await this.digest(body));
  }

  /** The pieces the drop has not got, after beginning or finding the upload.
   * @param {number} pieces @returns {Promise<number[]>} */
  async missing(pieces) {
    if (this.upload.id) {
      try {
        return JSON.parse((await this.line.request({ method: "GET", path: `/t/${this.upload.id}` })).responseText).missing;
      } catch (error) {
        // Not there: the drop has swept or refused it, so begin again.
        if (!(error instanceof Refused) || error.status !== NOT_FOUND) throw error;
      }
    }
    const answer = await this.line.request(post("/t", { pieces, size: this.blob.size }));
    this.upload.id = JSON.parse(answer.responseText).id;
    return Array.from({ length: pieces }, (_, n) => n);
  }

  async pieces() {
    const pieces = Math.ceil(this.blob.size / PIECE);
    const wanted = new Set(await this.missing(pieces));
    const digests = [];
    for (let n = 0; n < pieces; n++) {
      const body = await piece(this.blob, n);
      digests.push(await this.digest(body));
      if (wanted.has(n)) await this.put("PUT", `/t/${this.upload.id}/${n}`, body, digests[n]);
      else this.meter.known(body.length);
    }
    await this.line.request(post(`/t/${this.upload.id}/done`, { digest: hex(await this.digest(concat(...digests))) }));
  }

  async run() {
    if (this.blob.size <= PIECE) return this.whole();
    const before = this.meter.arrived;
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.pieces();
      } catch (error) {
        if (!(error instanceof Refused) || !RESTARTS.includes(error.status) || restarts === MOST_RESTARTS) throw error;
        this.meter.arrived = before;
      }
    }
  }
}

/**
 * Send sealed files, one after the other; called again with the same uploads it goes on where it stopped.
 * @param {Upload[]} uploads each is marked once the drop has it on disk
 * @param {Digest} digest
 * @param {Watch} watch
 * @returns {Promise<void>}
 * @throws {Refused|Error} as `Line.request` does
 */
export async function send(uploads, digest, watch) {
  const left = uploads.filter((upload) => !upload.isDone);
  const line = new Line(watch);
  const meter = new Meter(left.reduce((sum, { blob }) => sum + blob.size, 0), watch.progress);
  for (const upload of left) {
    await new Sending(upload, digest, line, meter).run();
    upload.isDone = true;
  }
}
