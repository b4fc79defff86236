/** Stands in the bundle for the NIST curves, whose recipients the page refuses: 14 kB less to load. */
const absent = () => { throw new Error("not in this bundle"); };

// noble's hybrid.js measures its curves when it is loaded, before anyone asks for one.
const lengths = { seed: 1, secretKey: 1, publicKey: 1, publicKeyUncompressed: 1 };
const curve = { lengths, Point: { Fn: {} }, keygen: absent, getPublicKey: absent, getSharedSecret: absent };

export { curve as p256, curve as p384 };
