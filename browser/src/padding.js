/** Sizes a testimony is padded to, so that its length tells little (witness's browser). */

export const FIRST = 64 * 1024;
export const LARGEST = 112 * 1024 * 1024;
export const CONTACT_BYTES = 4096; // one size for every contact text, after UTF-8, filled up with zeros
export const MAX_ATTACHMENTS = 16;
export const MAX_ATTACHMENT_BYTES = 100 * 1024 * 1024;

/**
 * The bucket a plaintext is padded to: 64 KiB, then four steps an octave (above 512 KiB all are multiples of 128 KiB).
 * @param {number} size in bytes
 * @returns {number} in bytes
 * @throws {RangeError} above the largest bucket
 */
export function bucket(size) {
  for (let octave = FIRST; octave <= LARGEST; octave *= 2) {
    for (let step = octave; step < 2 * octave; step += octave / 4) {
      if (step <= LARGEST && size <= step) return step;
    }
  }
  throw new RangeError("too-large");
}
