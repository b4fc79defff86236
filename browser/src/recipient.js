/** The public half of a reviewer's key: `age1pq1…`, read strictly (witness's browser). */

const PREFIX = "age1pq";
const SIZE = 1216; // ML-KEM-768 key 1,184 bytes, X25519 key 32
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"; // each stands for 5 bits
const CHECKSUM = 6; // letters of it
const WHOLE = new RegExp(`^${PREFIX}1[${LETTERS}]{${Math.ceil(SIZE * 8 / 5) + CHECKSUM}}$`);
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** @param {number[]} values of 5 bits @returns {number} 1 if they end in their Bech32 checksum (BIP-173) */
function polymod(values) {
  let state = 1;
  for (const value of values) {
    const top = state >>> 25;
    state = (state & 0x1ffffff) << 5 ^ value;
    GENERATOR.forEach((generator, bit) => { if (top >>> bit & 1) state ^= generator; });
  }
  return state;
}

/**
 * Regroup five bits into eight.
 * @param {number[]} values
 * @returns {Uint8Array | undefined} nothing if a bit is left over that is not zero
 */
function regroup(values) {
  const out = new Uint8Array(values.length * 5 >>> 3);
  let held = 0, bits = 0, at = 0;
  for (const value of values) {
    held = held << 5 | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = held >>> bits;
      held &= (1 << bits) - 1;
    }
  }
  return held ? undefined : out;
}

/**
 * @param {string} text in small letters, as a keyring has it
 * @returns {Uint8Array} 1,216 bytes
 * @throws {Error} "bad-keyring" for another kind, length, case or letter, or a checksum that does not fit
 */
export function parseRecipient(text) {
  const values = [...text.slice(PREFIX.length + 1)].map((letter) => LETTERS.indexOf(letter));
  const prefix = Array.from(PREFIX, (letter) => letter.charCodeAt(0));
  const expanded = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31)];
  const key = WHOLE.test(text) && polymod([...expanded, ...values]) === 1 && regroup(values.slice(0, -CHECKSUM));
  if (!key) throw new Error("bad-keyring");
  return key;
}
