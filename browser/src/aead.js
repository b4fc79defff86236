/** ChaCha20-Poly1305 (RFC 8439 §2.8) where the bytes stand (witness's browser).
 *
 * noble's own copies what it authenticates, and a browser collects a large file's copies late: tens of
 * megabytes more, which a cheap phone has not. Its two halves are put together here without that copy.
 */
import { Poly1305 } from "@noble/ciphers/_poly1305.js";
import { chacha20 } from "@noble/ciphers/chacha.js";

export const TAG = 16;
const BLOCK = 16; // bytes Poly1305 takes at once
const ZEROS = new Uint8Array(32);

/**
 * Encrypt and authenticate, without additional data.
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} nonce 12 bytes, never used before under this key
 * @param {Uint8Array} whole the plaintext and room for 16 bytes after it; ciphertext and tag when done
 */
export function encrypt(key, nonce, whole) {
  const body = whole.subarray(0, -TAG);
  const once = chacha20(key, nonce, ZEROS);
  chacha20(key, nonce, body, body, 1); // the one-time key took block 0
  const mac = /** @type {any} */ (new Poly1305(once)); // `process` is what `update` calls for each block of its copy
  const even = body.length - body.length % BLOCK;
  for (let at = 0; at < even; at += BLOCK) mac.process(body, at);
  const end = new Uint8Array((even < body.length ? BLOCK : 0) + BLOCK);
  end.set(body.subarray(even));
  new DataView(end.buffer).setUint32(end.length - 8, body.length, true); // after the length of no additional data
  mac.update(end).digestInto(whole.subarray(-TAG));
  once.fill(0);
}
