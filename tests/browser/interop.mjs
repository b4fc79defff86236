/** Seals and opens with npm age-encryption, for the tests: `node interop.mjs seal|open KEY…`, stdin to stdout. */
import { buffer } from "node:stream/consumers";
import { Decrypter, Encrypter } from "../../browser/node_modules/age-encryption/dist/index.js";

const [what, ...keys] = process.argv.slice(2);
const worker = what === "seal" ? new Encrypter() : new Decrypter();
for (const key of keys) what === "seal" ? worker.addRecipient(key) : worker.addIdentity(key);
const input = new Uint8Array(await buffer(process.stdin));
process.stdout.write(await (what === "seal" ? worker.encrypt(input) : worker.decrypt(input)));
