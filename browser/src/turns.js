/** Long work in short stretches, between which everything else gets its turn (witness's browser). */

const STRETCH_MS = 40; // a person notices nothing shorter than 50

/**
 * Called often by long work, which goes on when it resolves; rejects if the work is to end.
 * @typedef {(part?: number) => Promise<void>} Rest `part` of it that is done, from 0 to 1
 */

/** Let other events run: a macrotask, which (unlike a timer) is never delayed. */
const pause = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); resolve(undefined); };
  port2.postMessage(0);
});

/**
 * @param {(part?: number) => void} turn called at every turn; throws to end the work
 * @returns {Rest} which gives turns no oftener than people notice
 */
export function turns(turn) {
  let last = performance.now();
  return async (part) => {
    if (performance.now() - last < STRETCH_MS) return;
    turn(part);
    await pause();
    turn();
    last = performance.now();
  };
}
