/** Reads Zawgyi, the old Burmese font encoding, as Unicode while she types (witness's browser).
 *
 * Line by line, since one text often mixes both, and only where signs of Zawgyi outweigh those of
 * Unicode: a wrong conversion would spoil what she wrote, a missed one is mended on the laptop.
 */
import PAIRS from "../../envelope/vocabulary/zg2uni.json";

const RULES = PAIRS.map(([from, to]) => ({ from: new RegExp(from, "gu"), to: to.replace(/\\(\d)/g, "$$$1") }));

/** What Unicode text of no language holds: vowel e or ra before its consonant where no letter stands
 * before it, a virama with nothing under it or under a final nga or nya, a vowel behind the sign that
 * is ya in Zawgyi, and shapes of marks that only Zawgyi has there. */
const ZAWGYI = new RegExp([
  "(?:^|[^\\u1000-\\u102a\\u103b-\\u103f\\u1050-\\u109f\\uaa60-\\uaa7f\\u200b-\\u200d])\\u1031[\\u1000-\\u1021\\u103b]",
  "(?:^|[\\s\\u102b-\\u1032\\u1036-\\u1039\\u104a\\u104b])[\\u103b\\u107f\\u1080\\u1082-\\u1084][\\u1000-\\u1021]",
  "\\u1039(?![\\u1000-\\u102a\\u103f\\u1050-\\u107d\\u1085-\\u1093\\u1096-\\u109f\\uaa60-\\uaa7f])",
  "[\\u1004\\u100a]\\u1039[\\u1000-\\u1021]",
  "\\u103a[\\u102b-\\u102e\\u1032]",
  "[\\u1000-\\u1021]\\u1088",
  "[\\u102d\\u102f\\u1033]\\u1094",
  "[\\u1000-\\u103f]\\u1095",
  "\\u108f[\\u102d-\\u1030\\u103c\\u103d]",
  "\\u107e[\\u1000\\u1003\\u1006\\u100f\\u1018]",
].join("|"), "g");

/** What Zawgyi cannot hold or hardly ever does: vowel e with no consonant behind it, ha and great sa
 * in their Unicode places, asat with a dot, and asat on nga, nya, ta or na. */
const UNICODE = new RegExp([
  "\\u1031(?![\\u1000-\\u1022\\u1025\\u103b\\u103f\\u106a\\u106b\\u107e-\\u1084\\u108f\\u1090])",
  "[\\u103e\\u103f]",
  "\\u103a\\u1037|\\u1037\\u103a",
  "[\\u1004\\u100a\\u1010\\u1014]\\u103a",
].join("|"), "g");

/** @param {RegExp} signs @param {string} line @returns {number} */
const count = (signs, line) => line.match(signs)?.length ?? 0;

/** @param {string} line @returns {boolean} whether this line is Zawgyi; false where it could be either */
export function isZawgyi(line) {
  const signs = count(ZAWGYI, line);
  return signs > 0 && signs > count(UNICODE, line);
}

/** @param {string} line in Zawgyi @returns {string} the same in Unicode */
export const toUnicode = (line) => RULES.reduce((text, { from, to }) => text.replace(from, to), line);

/**
 * @param {string} text as typed
 * @returns {{text: string, converted: boolean}} with every line that is Zawgyi in Unicode
 */
export function readable(text) {
  let converted = false;
  const read = text.replace(/[^\n]+\n?/g, (line) => {
    if (!isZawgyi(line)) return line;
    converted = true;
    return toUnicode(line);
  });
  return { text: read, converted };
}
