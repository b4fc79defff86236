/** Seals, then sends or saves, and says honestly what has happened (witness's browser). */
import { el, format, goTo, leave } from "./dom.js";
import { random } from "./bytes.js";
import { Refused } from "./line.js";
import { send } from "./send.js";

const AGE = "age-encryption.org/v1\n";
const UNDER_WAY = ["sealing", "sending"];
const UNSENT = "not_sent";
const MINUTE_MS = 60 * 1000;

/** @returns {string} a name that tells nothing */
const innocentName = () => `notes-${1000 + new DataView(random(4).buffer).getUint32(0) % 9000}.bin`;

/** @param {Blob} blob @returns {Promise<boolean>} whether it begins as a sealed file does */
export const isSealed = async (blob) => (await blob.slice(0, AGE.length).text()) === AGE;

/** @param {Blob} blob @returns {string} the name it was offered under */
function save(blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: innocentName() });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return link.download;
}

/** @param {number} ms 0: unknown @returns {{key: string, n: number} | null} the text that says it, never too little */
export function timeLeft(ms) {
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (!minutes) return null;
  if (minutes === 1) return { key: "left_under", n: 1 };
  if (minutes > 100) return { key: "left_hours", n: Math.ceil(minutes / 60) };
  const step = minutes > 10 ? 5 : 1;
  return { key: "left_minutes", n: Math.ceil(minutes / step) * step };
}

/** @typedef {import("./send.js").Upload & {name?: string}} Upload a file carried here has its name */

export class Delivery {
  /**
   * @param {{ui: (key: string) => string, core: import("./worker.js").Core, canSend: boolean,
   *   forget: () => void, back: (why?: string) => void}} parts
   *   `forget` clears every word typed; `back` shows the form again, and a sentence with it
   */
  constructor({ ui, core, canSend, forget, back }) {
    this.ui = ui;
    this.core = core;
    this.canSend = canSend;
    this.forget = forget;
    this.back = back;
    this.element = el("section", { id: "delivery", hidden: true });
    this.status = el("p", { role: "status", "aria-live": "polite", className: "hint" });
    this.left = el("p", { id: "left", className: "hint" }); // seen, but not read aloud whenever it changes
    this.note = el("p", { role: "status", "aria-live": "polite", className: "notice" });
    this.running = new AbortController();
    this.hasWords = true;
  }

  /** Sealing or sending is under way, also while it waits for the line: the page must not be blanked. */
  get busy() {
    return !this.element.hidden && UNDER_WAY.includes(this.element.dataset.state ?? "");
  }

  /** A sealed file that could not be sent yet is all there is left to lose. */
  get isUnsent() {
    return !this.element.hidden && this.element.dataset.state === UNSENT;
  }

  /** Her words are gone from the page, the sealed file is not. */
  keepSealedOnly() {
    this.hasWords = false;
    this.element.querySelector("#back_to_words")?.remove();
    this.element.querySelector("h2 + p")?.replaceWith(el("p", { className: "notice" }, this.ui("words_gone")));
  }

  /** @param {() => void} onclick @param {string} className @returns {HTMLElement[]} the way back, while there is one */
  backToWords(onclick, className = "") {
    return this.hasWords ? [this.button("back_to_words", onclick, className)] : [];
  }

  /** Show one state: a heading, sentences, and buttons.
   * @param {string} state its name, the prefix of its texts
   * @param {HTMLElement[]} more @param {HTMLElement[]} buttons @param {string} text the key of its sentences */
  show(state, more = [], buttons = [], text = `${state}_text`) {
    const title = el("h2", { tabIndex: -1 }, this.ui(state));
    const body = this.ui(text).split("\n").map((sentence) => el("p", {}, sentence));
    this.element.dataset.state = state;
    this.element.replaceChildren(title, ...body, ...more, el("div", { className: "actions" }, ...buttons));
    this.element.hidden = false;
    goTo(title);
  }

  /** End what is under way; no word of hers is lost by it. */
  stop() {
    this.running.abort();
    this.core.stop();
  }

  /** Show what is under way, and how to stop it.
   * @param {string} state @param {HTMLElement[]} more @param {HTMLElement[]} buttons
   * @returns {(part: number, left?: number) => void} moves the bar, and says the milliseconds left */
  progress(state, more = [], buttons = []) {
    this.running.abort();
    this.running = new AbortController();
    const stop = () => { this.stop(); this.back(`${state}_stopped`); };
    const bar = el("progress", { max: 100, value: 0, "aria-label": this.ui(state) });
    this.status.textContent = this.left.textContent = this.note.textContent = "";
    this.show(state, [bar, this.status, this.left, this.note, ...more], [...buttons, ...this.backToWords(stop)]);
    return (part, left = 0) => {
      const found = timeLeft(left);
      this.left.textContent = found ? format(this.ui(found.key), { n: found.n }) : "";
      bar.value = Math.floor(part * 100);
      // Said every tenth, so that a screen reader is not flooded.
      if (bar.value % 10 === 0) this.status.textContent = bar.value ? format(this.ui("percent"), { n: bar.value }) : "";
    };
  }

  /** @param {string} id @param {() => void} onclick @param {string} className */
  button(id, onclick, className = "") {
    return el("button", { type: "button", id, className, onclick }, this.ui(id));
  }

  /** @param {unknown} error @param {string} usual the text for an error that has none */
  wrong(error, usual) {
    const name = error instanceof Error ? error.message : "";
    const known = error instanceof Refused ? this.ui(`refused_${error.status}`) ?? this.ui("refused") : this.ui(`error_${name}`);
    return el("p", { className: "error", role: "alert" }, known ?? this.ui(usual));
  }

  /** Seal what was gathered, then hand it on.
   * @param {any} input of the core's job "seal" @param {boolean} keep save instead of sending */
  async seal(input, keep) {
    const progress = this.progress("sealing");
    const { signal } = this.running;
    try {
      const blob = await this.core.ask("seal", input, progress);
      if (keep) this.saved(blob);
      else await this.send([{ blob }]);
    } catch (error) {
      if (signal.aborted) return;
      this.show("not_sealed", [this.wrong(error, "error_unknown")], [this.button("back_to_words", () => this.back(), "primary")]);
    }
  }

  /** Send sealed files, and let her try again when it has failed for long.
   * @param {Upload[]} uploads her own account, or files carried here, which have names
   * @returns {Promise<void>} */
  async send(uploads) {
    const isCarried = uploads.some(({ name }) => name);
    const saved = el("div", { role: "status" });
    const keep = () => saved.replaceChildren(el("p", {}, this.ui("saved_meanwhile")), el("p", { className: "file-name" }, save(uploads[0].blob)));
    const progress = this.progress("sending", [saved], isCarried ? [] : [this.button("save_sealed", keep)]);
    const { signal } = this.running;
    const hold = (/** @type {string} */ why) => {
      const sentence = why && this.ui(`hold_${why}`);
      if (why) this.left.textContent = "";
      if (this.note.textContent !== sentence) this.note.textContent = sentence; // else it is read aloud again
    };
    try {
      await send(uploads, (bytes) => this.core.ask("digest", bytes), { progress, hold, signal });
      if (isCarried) this.show("carried_received", [], [...this.backToWords(() => this.back(), "primary"), this.button("leave", leave)]);
      else this.finished("received");
    } catch (error) {
      if (!signal.aborted) this.notSent(uploads, error);
    }
  }

  /** The end: her words leave the page. @param {string} state */
  finished(state) {
    this.forget();
    this.show(state, [], [this.button("leave", leave)]);
  }

  /** It has failed for long; it begins by itself once the browser is online again.
   * @param {Upload[]} uploads @param {unknown} error */
  notSent(uploads, error) {
    const again = () => this.send(uploads);
    const { signal } = this.running;
    const names = uploads.filter(({ name, isDone }) => name && !isDone).map(({ name = "" }) => el("li", {}, name));
    const keep = this.button("save_sealed", () => { this.running.abort(); this.saved(uploads[0].blob); });
    if (!(error instanceof Refused)) addEventListener("online", again, { signal });
    this.show(UNSENT, [this.wrong(error, "error_sending"), ...(names.length ? [el("ul", {}, ...names)] : [])], [
      this.button("try_again", again, "primary"),
      ...(names.length ? [] : [keep]),
      ...this.backToWords(() => { this.running.abort(); this.back(); })],
    names.length ? "carried_not_sent" : this.hasWords ? "not_sent_text" : "words_gone");
  }

  /** @param {Blob} blob */
  saved(blob) {
    const name = el("p", { className: "file-name" }, save(blob));
    this.show("saved", [name], [
      this.button("clear_words", () => this.finished("cleared"), "primary"),
      ...(this.canSend ? [this.button("send_now", () => this.send([{ blob }]))] : []),
      this.button("save_again", () => { name.textContent = save(blob); }),
      ...this.backToWords(() => this.back())]);
  }
}
