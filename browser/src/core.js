/** The part that runs in a Worker: commits, packs, pads and seals (witness's browser).
 *
 * build.mjs wraps this file's bundle as `function core(self) {…}`. `self` is the Worker's global
 * scope, or a MessagePort where no Worker starts.
 */
import { concat, unhex, utf8 } from "./bytes.js";
import { AttachmentUnit, commitment, Commitments, digest, units } from "./commit.js";
import { bucket, CONTACT_BYTES, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from "./padding.js";
import { Sealing } from "./seal.js";
import { pack, packedSize } from "./tar.js";
import { build, canonical } from "./testimony.js";
import { turns } from "./turns.js";

/**
 * @typedef {import("./turns.js").Rest} Rest
 * @typedef {import("./testimony.js").Account} Account
 */


/** Committed to while she writes, for the next sealing alone. @type {Commitments | undefined} */
let ahead;
let newest = 0; // the newest call of `prepare`

/**
 * Commit to what is written so far, so that little is left to do at sealing.
 * @param {{account: Account, fields: string[]}} job @param {Rest} rest
 */
async function prepare({ account, fields }, rest) {
  const mine = ahead ??= new Commitments();
  const call = ++newest;
  const isOvertaken = () => mine !== ahead || call !== newest;
  const check = async () => {
    await rest();
    if (isOvertaken()) throw new Error("overtaken");
  };
  try {
    await mine.root(units(fields, build(account, [], mine.seed), []), check);
  } catch (error) {
    if (!isOvertaken()) throw error;
  }
}

/** @param {string} contact @param {string} protection its recipient @returns {Blob} contact.age */
function sealContact(contact, protection) {
  const text = utf8(contact);
  if (text.length > CONTACT_BYTES) throw new Error("contact-long");
  const sealing = new Sealing([protection]);
  sealing.write(concat(text, new Uint8Array(CONTACT_BYTES - text.length)));
  return sealing.end();
}

/** @param {File[]} files @throws {Error} "too-many", "too-large" */
function requireFew(files) {
  if (files.length > MAX_ATTACHMENTS) throw new Error("too-many");
  if (files.reduce((sum, file) => sum + file.size, 0) > MAX_ATTACHMENT_BYTES) throw new Error("too-large");
}

/**
 * Seal one account. Every secret is fresh: what was committed to ahead serves once.
 * @param {{account: Account, files: File[], fields: string[], recipients: string[], contact?: string,
 *   protection?: string | null}} job `contact` is "" or how and when to reach her, for `protection` alone
 * @param {Rest} rest
 * @returns {Promise<Blob>} the sealed file
 * @throws {Error} "too-many", "too-large", "bad-keyring", "contact-long", "unreadable"
 */
async function sealAccount({ account, files, fields, recipients, contact, protection }, rest) {
  requireFew(files);
  const commitments = ahead ?? new Commitments();
  ahead = undefined;
  const testimony = build(account, files, commitments.seed);
  const sealing = new Sealing(recipients);
  /** @type {import("./tar.js").Member[]} */
  const members = [{ name: "testimony.json", blob: new Blob([utf8(canonical(testimony))]) }];
  if (contact) members.push({ name: "contact.age", blob: sealContact(contact, protection ?? "") });
  const hashes = files.map(() => new AttachmentUnit());
  files.forEach((blob, i) => members.push({ name: `attachments/${String(i + 1).padStart(2, "0")}`, blob, hash: hashes[i] }));
  const size = packedSize(members.map(({ blob }) => blob.size));
  const total = bucket(size);
  let done = 0;
  for await (const piece of pack(members, total - size, rest)) {
    sealing.write(piece);
    await rest((done += piece.length) / total);
  }
  const R = await commitments.root(units(fields, testimony, hashes.map((hash) => hash.text())), rest);
  return sealing.end(commitment(unhex(testimony.r), R));
}

let isStopped = false;
const jobs = { seal: sealAccount, prepare, digest, stop: () => { isStopped = true; ahead = undefined; } };

self.onmessage = async ({ data: { id, job, input } }) => {
  const rest = turns((part) => {
    if (isStopped) throw new Error("stopped");
    if (part !== undefined) self.postMessage({ id, part });
  });
  try {
    self.postMessage({ id, result: await jobs[job](input, rest) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : "unknown" });
  }
};
self.postMessage({ id: 0 });
