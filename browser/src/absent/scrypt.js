/** Stands in the bundle for scrypt: the page seals to no passphrase. */
export const scrypt = () => { throw new Error("not in this bundle"); };
