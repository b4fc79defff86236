/** age's payload: chunks of 64 KiB, each with its tag, kept in Blobs (witness's browser). */
import { encrypt, TAG } from "./aead.js";

export const CHUNK = 64 * 1024;
const CHUNKS = 16; // in one part: a MiB at a time leaves this memory for the browser's store of Blobs

export class Stream {
  /** @param {Uint8Array} key 32 bytes, for this payload alone */
  constructor(key) {
    this.key = key;
    this.part = new Uint8Array(CHUNKS * (CHUNK + TAG)); // used again for every part: a Blob is a copy
    this.start = 0; // of the open chunk in the part
    this.filled = 0; // bytes of it that are there
    this.chunks = 0; // closed so far
    /** @type {Blob[]} */
    this.blobs = [];
  }

  /** @param {Uint8Array} bytes of plaintext, any number of them */
  write(bytes) {
    for (let at = 0; at < bytes.length;) {
      if (this.filled === CHUNK) this.close(false); // only now it is known not to be the last
      const piece = bytes.subarray(at, at + CHUNK - this.filled);
      this.part.set(piece, this.start + this.filled);
      this.filled += piece.length;
      at += piece.length;
    }
  }

  /** Encrypt the open chunk where it stands. @param {boolean} isLast */
  close(isLast) {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, this.chunks++);
    nonce[11] = Number(isLast);
    const whole = this.part.subarray(this.start, this.start + this.filled + TAG);
    encrypt(this.key, nonce, whole);
    this.start += whole.length;
    this.filled = 0;
    if (this.start < this.part.length && !isLast) return;
    this.blobs.push(new Blob([this.part.subarray(0, this.start)]));
    this.start = 0;
  }

  /** @returns {Blob[]} the whole payload; nothing can be written after it */
  end() {
    this.close(true);
    this.key.fill(0);
    return this.blobs;
  }
}
