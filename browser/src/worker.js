/** Starts the core in a Worker, or on the main thread where no Worker starts (witness's browser). */

const START_MS = 5000;

/**
 * @typedef {Worker | MessagePort} Port
 * @typedef {(job: string, input: any, progress?: (part: number) => void) => Promise<any>} Ask
 */

/** A classic Worker: one of type "module" does not start from file:// in Chromium.
 * @param {(self: any) => void} core @returns {Promise<Port>} */
const workerPort = (core) => new Promise((resolve, reject) => {
  const url = URL.createObjectURL(new Blob([`(${core})(self);`], { type: "text/javascript" }));
  const worker = new Worker(url);
  const timer = setTimeout(reject, START_MS);
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

/**
 * Start the core.
 * @param {(self: any) => void} core
 * @returns {Promise<Ask>} resolves to the job's result, rejects with its error's name
 */
export async function start(core) {
  const port = await workerPort(core).catch(() => mainThreadPort(core));
  /** @type {Map<number, {resolve: (x: any) => void, reject: (e: Error) => void, progress?: (part: number) => void}>} */
  const open = new Map();
  let last = 0;
  port.onmessage = ({ data: { id, part, result, error } }) => {
    const call = open.get(id);
    if (!call) return;
    if (part !== undefined) return call.progress?.(part);
    open.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(error));
  };
  return (job, input, progress) => new Promise((resolve, reject) => {
    open.set(++last, { resolve, reject, progress });
    port.postMessage({ id: last, job, input });
  });
}
