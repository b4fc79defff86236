/** Sealing: an age v1 file to post-quantum recipients only, with one grease stanza (witness's browser). */
import { Encrypter, Stanza } from "age-encryption";
import { random } from "./bytes.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MAX_RECIPIENTS = 63; // 64 stanzas with the grease stanza

/** @returns {string} 8 random letters: always as many, so that two texts make files of one size */
const word = () => Array.from(random(8), (byte) => LETTERS[byte % LETTERS.length]).join("");

/**
 * The stanza every age tool ignores and reviewers read.
 * @param {Uint8Array} body the commitment C, 32 bytes
 */
const grease = (body) => ({ wrapFileKey: () => [new Stanza([`${word()}-grease`], body)] });

/**
 * Encrypt a stream to every recipient.
 * @param {ReadableStream<Uint8Array>} source
 * @param {string[]} recipients each `age1pq1…`, no two the same
 * @param {Uint8Array} commitment 32 bytes
 * @returns {Promise<ReadableStream<Uint8Array>>}
 * @throws {Error} "bad-keyring" when a recipient is of any other kind
 */
export async function seal(source, recipients, commitment) {
  const allowed = recipients.length >= 1 && recipients.length <= MAX_RECIPIENTS
    && new Set(recipients).size === recipients.length
    && recipients.every((text) => /^age1pq1[02-9ac-hj-np-z]+$/.test(text));
  if (!allowed) throw new Error("bad-keyring");
  const encrypter = new Encrypter();
  try {
    for (const text of recipients) encrypter.addRecipient(text);
  } catch {
    throw new Error("bad-keyring");
  }
  encrypter.addRecipient(grease(commitment));
  return encrypter.encrypt(source);
}
