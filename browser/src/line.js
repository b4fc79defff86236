/** One request over a line that cuts, stalls and goes away, tried until the drop answers (witness's browser). */

const FULL = 507;
const BUSY = [429, 503];
const FIRST_WAIT_MS = 300;
const BUSY_WAIT_MS = 2000; // it has answered, so it is not the line
const GROWTH = 1.5;
const LONGEST_WAIT_MS = 30 * 1000;
const GRACE_MS = 4000; // no word of a cut that is over sooner
const PATIENCE_MS = 15 * 60 * 1000; // longer than the drop tidies its database once a day
const QUIET_MS = 60 * 1000;
const STALL_MS = 3 * 60 * 1000; // a piece at 0.7 kilobytes a second
const SHORTEST_STALL_MS = 60 * 1000;
const LONGEST_STALL_MS = 10 * 60 * 1000;
const SLACK = 8; // times as long as the last piece: that is no slow line but a dead one

/** The drop's answer when trying the same again will not help. */
export class Refused extends Error {
  /** @param {number} status HTTP's; what she reads is in her own language */
  constructor(status) {
    super(`refused ${status}`);
    this.status = status;
  }
}

/**
 * @typedef {""|"busy"|"fault"|"offline"|"quiet"} Hold what keeps it from the drop just now
 * @typedef {{method: string, path: string, body?: Uint8Array|string, headers?: Record<string, string>,
 *   sent?: (bytes: number) => void}} Request `sent` is told how much has left, with 0 when it begins anew
 */

/**
 * Wait, but not longer than until the browser is online again, the page is looked at again (its timers
 * sleep in the background), or all is stopped.
 * @param {number} ms @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether something ended it early
 */
const pause = (ms, signal) => new Promise((resolve) => {
  const over = new AbortController();
  const end = (/** @type {boolean} */ isEarly) => {
    clearTimeout(timer);
    over.abort();
    resolve(isEarly);
  };
  const timer = setTimeout(() => end(false), ms);
  addEventListener("online", () => end(true), { signal: over.signal });
  document.addEventListener("visibilitychange", () => document.hidden || end(true), { signal: over.signal });
  signal.addEventListener("abort", () => end(true), { signal: over.signal });
});

// A shop's login page also answers 200, or 403: only the drop's own words count.
const RECEIVED = /^(received\n$|\{)/;
const isSentence = (/** @type {XMLHttpRequest} */ xhr) => xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");

/** @param {XMLHttpRequest | null} answer null without one
 * @returns {""|"refused"|"busy"|"fault"|"offline"} what it means; "" is success */
function meaning(answer) {
  if (!answer) return "offline";
  const { status } = answer;
  if (status >= 200 && status < 300) return RECEIVED.test(answer.responseText) ? "" : "offline";
  if (BUSY.includes(status)) return "busy";
  if (status >= 500 && status !== FULL) return "fault";
  return isSentence(answer) ? "refused" : "offline";
}

/** The way to the drop; it learns how long a piece may take. */
export class Line {
  /** @param {{hold: (why: Hold) => void, signal: AbortSignal}} watch `signal` stops it all */
  constructor({ hold, signal }) {
    this.hold = hold;
    this.signal = signal;
    this.stall = STALL_MS;
  }

  /** Try once (XMLHttpRequest, since fetch tells nothing while sending).
   * @param {Request} asked @returns {Promise<XMLHttpRequest | null>} null without an answer */
  once({ method, path, body, headers = {}, sent }) {
    return new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open(method, path);
      xhr.timeout = this.stall;
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      if (sent) xhr.upload.onprogress = (event) => sent(event.loaded);
      xhr.onload = () => resolve(xhr.status ? xhr : null); // Firefox "loads" a cut connection
      xhr.onerror = xhr.onabort = () => resolve(null);
      xhr.ontimeout = () => {
        this.stall = Math.min(this.stall * 2, LONGEST_STALL_MS);
        resolve(null);
      };
      const quiet = setTimeout(() => this.hold("quiet"), QUIET_MS);
      xhr.onloadend = () => clearTimeout(quiet);
      this.signal.onabort = () => xhr.abort();
      xhr.send(body);
    });
  }

  /** A dead line is noticed soon where pieces go fast, and a slow one is given its time.
   * @param {number} took milliseconds of a piece */
  learn(took) {
    this.stall = Math.min(Math.max(took * SLACK, SHORTEST_STALL_MS), LONGEST_STALL_MS);
  }

  /**
   * Ask until the drop answers. A cut is normal: the first time the same is asked again at once, then
   * after growing, uneven waits, less the time the try has lasted. Every answer begins this anew.
   * @param {Request} asked
   * @returns {Promise<XMLHttpRequest>} answered with 2xx
   * @throws {Refused} when the drop says no
   * @throws {Error} "stopped", or what has failed all the time: "busy", "fault", "offline"
   */
  async request(asked) {
    let wait = 0;
    let failing = 0; // since when
    for (let failures = 1; ; failures++) {
      const begun = performance.now();
      const answer = this.signal.aborted ? null : await this.once(asked);
      const lasted = performance.now() - begun;
      if (this.signal.aborted) throw new Error("stopped");
      const why = meaning(answer);
      if (answer && !why) {
        if (asked.body instanceof Uint8Array) this.learn(lasted);
        this.hold("");
        return answer;
      }
      if (answer && why === "refused") throw new Refused(answer.status);
      failing ||= begun;
      const failed = performance.now() - failing;
      if (failed > PATIENCE_MS) throw new Error(why);
      asked.sent?.(0);
      if (answer || (failures > 2 && failed > GRACE_MS)) this.hold(/** @type {Hold} */ (why));
      if (answer) wait = Math.max(wait, BUSY_WAIT_MS);
      const rest = wait * (0.5 + Math.random()) - (answer ? 0 : lasted);
      const isWoken = rest > 0 && await pause(rest, this.signal);
      if (isWoken) wait = failures = failing = 0;
      else wait = Math.min(wait * GROWTH || FIRST_WAIT_MS, LONGEST_WAIT_MS);
    }
  }
}
