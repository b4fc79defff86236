/** Picking attachments: a list with sizes, limits said before sealing (witness's browser). */
import { el, fileButton, format, PRIVATE } from "./dom.js";
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from "./padding.js";

const WARN_BYTES = 10 * 1024 * 1024;
const MIB = 1024 * 1024;
const NAME_ROW = 26; // characters of a name that fit beside each other on the narrowest phone

/** @param {number} bytes @returns {string} such as "1.2" */
const mib = (bytes) => (Math.ceil(bytes / MIB * 10) / 10).toFixed(1);

/** @param {File} file @returns {HTMLElement} its name, as a value: a saved page holds none */
function named({ name }) {
  const rows = Math.ceil(name.length / NAME_ROW);
  const field = el("textarea", { className: "file-name", rows, readOnly: true, "aria-labelledby": "files.title", ...PRIVATE });
  field.value = name;
  return field;
}

/**
 * @param {(key: string) => string} ui the interface's words
 * @returns {{parts: HTMLElement[], files: () => File[], error: () => string, clear: () => void}}
 */
export function filePicker(ui) {
  /** @type {File[]} */
  let files = [];
  const size = () => files.reduce((sum, file) => sum + file.size, 0);
  const list = el("ul", { className: "files" });
  const note = el("p", { className: "hint", role: "status" });
  const input = el("input", { type: "file", multiple: true, id: "files", "aria-labelledby": "files.title" });
  const show = () => {
    list.replaceChildren(...files.map((file) => el("li", {},
      named(file), el("span", {}, `${mib(file.size)} MB`),
      el("button", { type: "button", className: "quiet", "aria-label": format(ui("remove_file"), { name: file.name }),
        onclick: () => { files = files.filter((other) => other !== file); show(); } }, ui("remove")))));
    note.textContent = size() > WARN_BYTES ? format(ui("files_large"), { size: mib(size()) }) : "";
  };
  input.onchange = () => {
    files.push(...input.files);
    input.value = "";
    show();
  };
  const error = () => {
    if (files.length > MAX_ATTACHMENTS) return "error_too-many";
    return size() > MAX_ATTACHMENT_BYTES ? "error_too-large" : "";
  };
  return { parts: [fileButton(input, ui("choose_files")), list, note], files: () => files, error, clear: () => { files = []; show(); } };
}
