/** Seals, then sends or saves, and says honestly what has happened (witness's browser). */
import { el, format, goTo, leave } from "./dom.js";
import { random } from "./bytes.js";
import { Refused, send } from "./send.js";

const AGE = "age-encryption.org/v1\n";

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

export class Delivery {
  /**
   * @param {{ui: (key: string) => string, ask: () => Promise<import("./worker.js").Ask>, canSend: boolean,
   *   forget: () => void, back: () => void}} parts
   *   `forget` clears every word typed; `back` shows the form again
   */
  constructor({ ui, ask, canSend, forget, back }) {
    this.ui = ui;
    this.ask = ask;
    this.canSend = canSend;
    this.forget = forget;
    this.back = back;
    this.element = el("section", { id: "delivery", hidden: true });
    this.status = el("p", { role: "status", "aria-live": "polite", className: "hint" });
  }

  /** Show one state: a heading, sentences, and buttons.
   * @param {string} state its name, the prefix of its texts
   * @param {HTMLElement[]} more @param {HTMLElement[]} buttons */
  show(state, more = [], buttons = []) {
    const title = el("h2", { tabIndex: -1 }, this.ui(state));
    const body = this.ui(`${state}_text`).split("\n").map((sentence) => el("p", {}, sentence));
    this.element.dataset.state = state;
    this.element.replaceChildren(title, ...body, ...more, el("div", { className: "actions" }, ...buttons));
    this.element.hidden = false;
    goTo(title);
  }

  /** @param {string} state @returns {(part: number) => void} moves the bar */
  progress(state) {
    const bar = el("progress", { max: 100, value: 0, "aria-label": this.ui(state) });
    this.status.textContent = "";
    this.show(state, [bar, this.status]);
    return (part) => {
      bar.value = Math.floor(part * 100);
      // Said every tenth, so that a screen reader is not flooded.
      if (bar.value % 10 === 0) this.status.textContent = format(this.ui("percent"), { n: bar.value });
    };
  }

  /** @param {string} id @param {() => void} onclick @param {string} className */
  button(id, onclick, className = "") {
    return el("button", { type: "button", id, className, onclick }, this.ui(id));
  }

  /** Seal what was gathered, then hand it on.
   * @param {any} input of the core's job "seal" @param {boolean} keep save instead of sending */
  async seal(input, keep) {
    try {
      const progress = this.progress("sealing");
      const ask = await this.ask();
      const blob = await ask("seal", input, progress);
      if (keep) this.saved(blob);
      else await this.send({ blob });
    } catch (error) {
      const key = `error_${error instanceof Error ? error.message : ""}`;
      this.show("not_sealed", [el("p", { className: "error", role: "alert" }, this.ui(key) ?? this.ui("error_unknown"))],
        [this.button("back_to_words", this.back, "primary")]);
    }
  }

  /** Send a sealed file, and let her try again as long as it fails.
   * @param {import("./send.js").Upload} upload @returns {Promise<void>} */
  async send(upload) {
    try {
      const ask = await this.ask();
      await send(upload, (bytes) => ask("digest", bytes), this.progress("sending"));
      this.finished("received");
    } catch (error) {
      this.notSent(upload, error instanceof Refused ? error.message : this.ui("error_offline"));
    }
  }

  /** The end: her words leave the page. @param {string} state */
  finished(state) {
    this.forget();
    this.show(state, [], [this.button("leave", leave)]);
  }

  /** @param {import("./send.js").Upload} upload @param {string} why a sentence */
  notSent(upload, why) {
    this.show("not_sent", [el("p", { className: "error", role: "alert" }, why)], [
      this.button("try_again", () => this.send(upload), "primary"),
      this.button("save_sealed", () => this.saved(upload.blob)),
      this.button("back_to_words", this.back)]);
  }

  /** @param {Blob} blob */
  saved(blob) {
    const name = el("p", { className: "file-name" }, save(blob));
    this.show("saved", [name], [
      this.button("clear_words", () => this.finished("cleared"), "primary"),
      ...(this.canSend ? [this.button("send_now", () => this.send({ blob }))] : []),
      this.button("save_again", () => { name.textContent = save(blob); }),
      this.button("back_to_words", this.back)]);
  }
}
