/** Brings a sealed file to the drop: one request, or acknowledged pieces (witness's browser). */
import { base64, concat, hex } from "./bytes.js";

export const PIECE = 128 * 1024;
const NOT_FOUND = 404;
const FULL = 507;
const BUSY = [429, 503];
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30 * 1000;
const PATIENCE_MS = 15 * 60 * 1000; // longer than the drop tidies its database once a day
const QUIET_MS = 60 * 1000;
const TIMEOUT_MS = 10 * 60 * 1000; // a piece at a quarter of a kilobyte a second

/** The drop's answer when trying the same again will not help. */
export class Refused extends Error {
  /** @param {number} status @param {string} sentence what the drop says */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/**
 * @typedef {(bytes: Uint8Array) => Promise<Uint8Array>} Digest SHA-256
 * @typedef {{blob: Blob, id?: string}} Upload what is sent, and its id once pieces have begun
 * @typedef {""|"busy"|"fault"|"offline"|"quiet"} Hold what keeps it from the drop just now
 * @typedef {{progress: (part: number) => void, hold: (why: Hold) => void, signal: AbortSignal}} Watch
 *   `progress` is told from 0 to 1; `signal` stops it all
 * @typedef {{method: string, path: string, body?: Uint8Array|string, headers?: Record<string, string>,
 *   sent?: (bytes: number) => void}} Request
 */

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One request (XMLHttpRequest, since fetch tells nothing while sending).
 * @param {Request} request @param {Watch} watch @returns {Promise<XMLHttpRequest>} */
const once = ({ method, path, body, headers = {}, sent }, { hold, signal }) => new Promise((resolve, reject) => {
  const xhr = new XMLHttpRequest();
  xhr.open(method, path);
  xhr.timeout = TIMEOUT_MS;
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
  if (sent) xhr.upload.onprogress = (event) => sent(event.loaded);
  xhr.onload = () => resolve(xhr);
  xhr.onerror = xhr.ontimeout = xhr.onabort = reject;
  const quiet = setTimeout(() => hold("quiet"), QUIET_MS);
  xhr.onloadend = () => clearTimeout(quiet);
  signal.onabort = () => xhr.abort();
  xhr.send(body);
});

// A shop's login page also answers 200: only the drop's own words are "received".
const FROM_DROP = /^(received\n$|\{)/;

/**
 * One request, again after a growing, uneven wait while the line or the drop fails.
 * @param {Request} asked @param {Watch} watch
 * @returns {Promise<XMLHttpRequest>} answered with 2xx
 * @throws {Refused} when the drop says no
 * @throws {Error} "stopped", or what has failed all the time: "busy", "fault", "offline"
 */
async function request(asked, watch) {
  let failing = 0; // since when
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const answer = watch.signal.aborted ? null : await once(asked, watch).catch(() => null);
    if (watch.signal.aborted) throw new Error("stopped");
    const success = answer && answer.status >= 200 && answer.status < 300;
    if (success && FROM_DROP.test(answer.responseText)) {
      watch.hold("");
      return answer;
    }
    const isFinal = answer && !success && (answer.status < 500 || answer.status === FULL) && !BUSY.includes(answer.status);
    if (isFinal) throw new Refused(answer.status, answer.responseText);
    const why = answer && !success ? (BUSY.includes(answer.status) ? "busy" : "fault") : "offline";
    failing ||= performance.now();
    if (performance.now() - failing > PATIENCE_MS) throw new Error(why);
    watch.hold(why);
    asked.sent?.(0);
    await sleep(wait * (0.5 + Math.random()));
  }
}

/**
 * @param {Blob} blob @param {number} n @returns {Promise<Uint8Array>} its n-th piece
 */
const piece = async (blob, n) => new Uint8Array(await blob.slice(n * PIECE, (n + 1) * PIECE).arrayBuffer());

/** @param {Uint8Array} digest */
const sealedHeaders = (digest) => ({
  "Content-Type": "application/age", "Content-Digest": `sha-256=:${base64(digest)}:` });

/** @param {Upload} upload @param {Digest} digest @param {Watch} watch */
async function sendWhole({ blob }, digest, watch) {
  const body = await piece(blob, 0);
  await request({ method: "POST", path: "/sealed", body, headers: sealedHeaders(await digest(body)),
    sent: (bytes) => watch.progress(bytes / blob.size) }, watch);
}

/**
 * The pieces the drop has not got, after beginning or finding the upload.
 * @param {Upload} upload @param {number} pieces @param {Watch} watch
 * @returns {Promise<number[]>}
 */
async function missing(upload, pieces, watch) {
  if (upload.id) {
    try {
      return JSON.parse((await request({ method: "GET", path: `/t/${upload.id}` }, watch)).responseText).missing;
    } catch (error) {
      // Not there: the drop has swept or refused it, so begin again.
      if (!(error instanceof Refused) || error.status !== NOT_FOUND) throw error;
    }
  }
  const answer = await request({ method: "POST", path: "/t", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ pieces, size: upload.blob.size }) }, watch);
  upload.id = JSON.parse(answer.responseText).id;
  return Array.from({ length: pieces }, (_, n) => n);
}

/** @param {Upload} upload @param {Digest} digest @param {Watch} watch */
async function sendPieces(upload, digest, watch) {
  const { blob } = upload;
  const pieces = Math.ceil(blob.size / PIECE);
  const wanted = new Set(await missing(upload, pieces, watch));
  let done = (pieces - wanted.size) * PIECE;
  const digests = [];
  for (let n = 0; n < pieces; n++) {
    const body = await piece(blob, n);
    digests.push(await digest(body));
    if (!wanted.has(n)) continue;
    await request({ method: "PUT", path: `/t/${upload.id}/${n}`, body, headers: sealedHeaders(digests[n]),
      sent: (bytes) => watch.progress((done + bytes) / blob.size) }, watch);
    done += body.length;
    watch.progress(done / blob.size);
  }
  await request({ method: "POST", path: `/t/${upload.id}/done`, headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ digest: hex(await digest(concat(...digests))) }) }, watch);
}

/**
 * Send a sealed file; called again with the same upload it goes on where it stopped.
 * @param {Upload} upload
 * @param {Digest} digest
 * @param {Watch} watch
 * @returns {Promise<void>} once the drop has it on disk
 * @throws {Refused|Error} as `request` does
 */
export const send = (upload, digest, watch) =>
  upload.blob.size <= PIECE ? sendWhole(upload, digest, watch) : sendPieces(upload, digest, watch);
