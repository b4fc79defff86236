/** Seals and opens with npm age-encryption, for the tests: `node interop.mjs seal|twins|open KEY…`, stdin to stdout.
 *
 * `twins` seals with it and with the page's own sealer, both drawing sevens for random bytes, and writes one
 * file after the other.
 */
import { buffer } from "node:stream/consumers";
import { Decrypter, Encrypter } from "../../browser/node_modules/age-encryption/dist/index.js";
import { Sealing } from "../../browser/src/seal.js";

const [what, ...keys] = process.argv.slice(2);
const input = new Uint8Array(await buffer(process.stdin));
if (what === "twins") crypto.getRandomValues = (array) => array.fill(7);
const worker = what === "open" ? new Decrypter() : new Encrypter();
for (const key of keys) what === "open" ? worker.addIdentity(key) : worker.addRecipient(key);
process.stdout.write(await (what === "open" ? worker.decrypt(input) : worker.encrypt(input)));
if (what === "twins") {
  const sealing = new Sealing(keys);
  sealing.write(input);
  process.stdout.write(new Uint8Array(await sealing.end().arrayBuffer()));
}
