/** HPKE (RFC 9180, base mode, one message) with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305; sealing only (witness's browser). */
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { encrypt, TAG } from "./aead.js";
import { concat, random, utf8 } from "./bytes.js";

const MLKEM_SIZE = 1184; // bytes of its public key; the X25519 key follows
const MLKEM_Q = 3329;
const MLKEM_NUMBERS = 1152; // bytes of its public key that are numbers of 12 bits; a seed follows
const XWING_LABEL = utf8("\\.//^\\");
const BASE = Uint8Array.of(0);
const EMPTY = new Uint8Array();
// KEM MLKEM768-X25519 0x647a, KDF HKDF-SHA256 1, AEAD ChaCha20-Poly1305 3
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 3));
const VERSION = utf8("HPKE-v1");

/** @param {Uint8Array} key @returns {boolean} FIPS 203 §7.2: every number is below q. noble's own check passes everything. */
function isReduced(key) {
  for (let at = 0; at < MLKEM_NUMBERS; at += 3) {
    const pair = key[at] | key[at + 1] << 8 | key[at + 2] << 16;
    if ((pair & 0xfff) >= MLKEM_Q || pair >>> 12 >= MLKEM_Q) return false;
  }
  return true;
}

/**
 * X-Wing: a secret, and what lets the key's owner find it.
 * @param {Uint8Array} key 1,216 bytes
 * @returns {{enc: Uint8Array, secret: Uint8Array}} 1,120 and 32 bytes
 * @throws {Error} if the key is none: ML-KEM refuses some, X25519 those of low order
 */
function encapsulate(key) {
  if (!isReduced(key)) throw new Error("not reduced");
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(key.subarray(0, MLKEM_SIZE));
  const theirs = key.subarray(MLKEM_SIZE);
  const own = random(32);
  const share = x25519.getPublicKey(own);
  const secret = sha3_256(concat(sharedSecret, x25519.getSharedSecret(own, theirs), share, theirs, XWING_LABEL));
  return { enc: concat(cipherText, share), secret };
}

/** @param {string} label @param {Uint8Array} input @param {Uint8Array} [salt] @returns {Uint8Array} RFC 9180 LabeledExtract */
const labeledExtract = (label, input, salt = EMPTY) =>
  extract(sha256, concat(VERSION, SUITE, utf8(label), input), salt);

/** @param {Uint8Array} secret @param {string} label @param {Uint8Array} info @param {number} size @returns {Uint8Array} RFC 9180 LabeledExpand */
const labeledExpand = (secret, label, info, size) =>
  expand(sha256, secret, concat(Uint8Array.of(size >> 8, size), VERSION, SUITE, utf8(label), info), size);

/**
 * Seal one message to one key.
 * @param {Uint8Array} message
 * @param {Uint8Array} key 1,216 bytes
 * @param {string} info what it is for
 * @returns {{enc: Uint8Array, sealed: Uint8Array}} 1,120 bytes, and 16 more than the message has
 * @throws {Error} if the key cannot be sealed to
 */
export function sealTo(message, key, info) {
  const { enc, secret } = encapsulate(key);
  const context = concat(BASE, labeledExtract("psk_id_hash", EMPTY), labeledExtract("info_hash", utf8(info)));
  const schedule = labeledExtract("secret", EMPTY, secret);
  const sealed = concat(message, new Uint8Array(TAG));
  encrypt(labeledExpand(schedule, "key", context, 32), labeledExpand(schedule, "base_nonce", context, 12), sealed);
  return { enc, sealed };
}
