/** Starts the core in a Worker, or on the main thread where no Worker starts (witness's browser). */

const START_MS = 5000;

/** @typedef {Worker | MessagePort} Port */

/** A classic Worker: one of type "module" does not start from file:// in Chromium.
 * @param {(self: any) => void} core @returns {Promise<Port>} */
const workerPort = (core) => new Promise((resolve, reject) => {
  const url = URL.createObjectURL(new Blob([`(${core})(self);`], { type: "text/javascript" }));
  const worker = new Worker(url);
  const timer = setTimeout(() => { worker.terminate(); reject(); }, START_MS);
  worker.onerror = reject;
  worker.onmessage = () => {
    clearTimeout(timer);
    URL.revokeObjectURL(url);
    resolve(worker);
  };
});

/** @param {(self: any) => void} core @returns {Port} */
function mainThreadPort(core) {
  const { port1, port2 } = new MessageChannel();
  core(port2);
  return port1;
}

/** The core, started when something is first asked of it, and again after it was stopped or died. */
export class Core {
  /** @param {(self: any) => void} core */
  constructor(core) {
    this.core = core;
    /** @type {Map<number, {resolve: (x: any) => void, reject: (e: Error) => void, progress?: (part: number) => void}>} */
    this.open = new Map();
    this.last = 0;
    /** @type {Promise<Port> | undefined} */
    this.port = undefined;
  }

  /**
   * @param {string} job @param {any} input @param {(part: number) => void} [progress]
   * @returns {Promise<any>} the job's result
   * @throws {Error} the job's own, "stopped", or "worker" when the Worker died
   */
  async ask(job, input, progress) {
    const starting = this.port ??= this.start();
    const port = await starting;
    if (starting !== this.port) throw new Error("stopped");
    return new Promise((resolve, reject) => {
      this.open.set(++this.last, { resolve, reject, progress });
      port.postMessage({ id: this.last, job, input });
    });
  }

  /** @returns {Promise<Port>} */
  async start() {
    const port = await workerPort(this.core).catch(() => mainThreadPort(this.core));
    port.onmessage = ({ data }) => this.hear(data);
    // Whatever it was doing, it may never answer.
    if ("terminate" in port) port.onerror = port.onmessageerror = () => this.stop("worker");
    return port;
  }

  /** @param {{id: number, part?: number, result?: any, error?: string}} answer */
  hear({ id, part, result, error }) {
    const call = this.open.get(id);
    if (!call) return;
    if (part !== undefined) return call.progress?.(part);
    this.open.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(error));
  }

  /** End whatever is under way. @param {string} why what every open call is told */
  stop(why = "stopped") {
    this.port?.then((port) => {
      port.postMessage({ job: "stop" }); // nothing else ends it on the main thread
      if ("terminate" in port) port.terminate();
    });
    this.port = undefined;
    for (const { reject } of this.open.values()) reject(new Error(why));
    this.open.clear();
  }
}
