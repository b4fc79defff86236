/** Sealing: an age v1 file to post-quantum recipients only (FORMAT.md §1; witness's browser). */
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64, random, utf8 } from "./bytes.js";
import { sealTo } from "./hpke.js";
import { parseRecipient } from "./recipient.js";
import { Stream } from "./stream.js";

const KIND = "mlkem768x25519";
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MAX_RECIPIENTS = 63; // 64 stanzas with the grease stanza
const NONE = new Uint8Array();

/** @param {Uint8Array} bytes @returns {string} Base64 without padding */
const unpadded = (bytes) => base64(bytes).replace(/=+$/, "");

/** @param {string} words @param {Uint8Array} body 32 bytes, so that it is one line @returns {string} */
const stanza = (words, body) => `-> ${words}\n${unpadded(body)}\n`;

/** @returns {string} 8 random letters: always as many, so that two texts make files of one size */
const word = () => Array.from(random(8), (byte) => LETTERS[byte % LETTERS.length]).join("");

/** @param {Uint8Array} fileKey @param {Uint8Array} salt @param {string} purpose @returns {Uint8Array} 32 bytes */
const derive = (fileKey, salt, purpose) => expand(sha256, extract(sha256, fileKey, salt), utf8(purpose), 32);

/**
 * @param {Uint8Array} fileKey @param {string[]} recipients @returns {string[]} a stanza each
 * @throws {Error} "bad-keyring"
 */
function wrap(fileKey, recipients) {
  const isMany = recipients.length > MAX_RECIPIENTS || new Set(recipients).size < recipients.length;
  if (!recipients.length || isMany) throw new Error("bad-keyring");
  const keys = recipients.map(parseRecipient);
  try {
    return keys.map((key) => {
      const { enc, sealed } = sealTo(fileKey, key, `age-encryption.org/${KIND}`);
      return stanza(`${KIND} ${unpadded(enc)}`, sealed);
    });
  } catch {
    throw new Error("bad-keyring"); // not every 1,216 bytes are a key
  }
}

/** One file under way: its plaintext is written in pieces, and its header comes last. */
export class Sealing {
  /**
   * @param {string[]} recipients each `age1pq1…`, no two the same
   * @throws {Error} "bad-keyring" when one is of any other kind, before anything is sealed
   */
  constructor(recipients) {
    this.fileKey = random(16);
    this.stanzas = wrap(this.fileKey, recipients);
    this.nonce = random(16);
    this.stream = new Stream(derive(this.fileKey, this.nonce, "payload"));
  }

  /** @param {Uint8Array} bytes the next ones of the plaintext */
  write(bytes) {
    this.stream.write(bytes);
  }

  /**
   * @param {Uint8Array} [commitment] C, 32 bytes: the stanza every age tool ignores and reviewers read
   * @returns {Blob} the sealed file
   */
  end(commitment) {
    const grease = commitment ? stanza(`${word()}-grease`, commitment) : "";
    const head = `age-encryption.org/v1\n${this.stanzas.join("")}${grease}---`;
    const mac = hmac(sha256, derive(this.fileKey, NONE, "header"), utf8(head));
    this.fileKey.fill(0);
    return new Blob([`${head} ${unpadded(mac)}\n`, this.nonce, ...this.stream.end()]);
  }
}
