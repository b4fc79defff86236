/** Which questions a witness is asked, from what she has answered so far (witness's browser). */

const UNSURE = ["dont_know", "not_say"];

/**
 * @typedef {Record<string, string[]>} Condition question → codes, one of which must be chosen there:
 *   "" stands for no answer, "*" for any code but the unsure ones
 */

/** @param {string[]} wanted @param {string} answer codes joined by a space */
const isMet = (wanted, answer) => answer.split(" ").some((code) =>
  wanted.includes(code) || (wanted.includes("*") && code !== "" && !UNSURE.includes(code)));

/**
 * @param {{conditions: Record<string, Condition>, follow_up: Record<string, string[]>, under_18: string[]}} form
 * @param {{id: string, when?: string}} q
 * @param {Record<string, string>} answers all that are given, by field
 * @param {string} purpose "" or an answer to u1
 * @returns {boolean}
 */
export function isAsked(form, q, answers, purpose) {
  if (form.follow_up[purpose]) return form.follow_up[purpose].includes(q.id);
  if (q.id === "u1") return false;
  if (answers.a1 === "under_18" && q.id !== "s1" && !form.under_18.includes(q.id)) return false;
  const condition = q.when ? form.conditions[q.when] : {};
  return Object.entries(condition).every(([id, wanted]) => isMet(wanted, answers[id] ?? ""));
}
