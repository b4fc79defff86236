/** placeholder until merged */
export const readable = (/** @type {string} */ text) => ({ text, converted: false });
