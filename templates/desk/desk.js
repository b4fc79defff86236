// The desk's keys. Every action is a form of the page, which works without this script too.
"use strict";

const $ = (find, of = document) => of.querySelector(find);
const $$ = (find, of = document) => [...of.querySelectorAll(find)];
const PART = { "X-Desk-Part": "1" };
const SEEN_AFTER = 700; // ms that a paragraph stays on the screen until it counts as seen
const HERE_EVERY = 60_000; // ms between two notes that somebody is at the desk

let picking = false;
let sending = Promise.resolve();
let open = 0;

/* --- asking the server */
function send(form, button) {
  const data = new URLSearchParams(new FormData(form));
  if (button) data.set(button.name, button.value);
  queue(() => fetch(form.action, { method: "POST", headers: PART, body: data }).then(shown));
}

/** One after the other, in the order the keys were pressed; `data-busy` while one is on its way. */
function queue(work) {
  open += 1;
  document.body.dataset.busy = open;
  sending = sending.then(work).catch(failed).finally(() => {
    open -= 1;
    if (open) document.body.dataset.busy = open; else delete document.body.dataset.busy;
  });
}

async function shown(answer) {
  if (answer.redirected) { location.href = answer.url; return; }
  if (answer.status === 204) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = $("#panes", page);
  if (!fresh) { document.body.replaceWith(page.body); return; }
  const tops = places();
  $("#panes").replaceWith(fresh);
  places(tops);
  ready();
  choose(fresh.dataset.chosen, true);
}

function failed() {
  const place = $(".left");
  if (place) { place.className = "left error"; place.textContent = $("#panes").dataset.silent; }
}

/** How far each pane is scrolled; given such a list, scrolls them there. */
function places(tops) {
  const panes = $$(".group, .text, .released");
  if (tops) panes.forEach((pane, n) => { pane.scrollTop = tops[n]; });
  return panes.map((pane) => pane.scrollTop);
}

function press(id, value) {
  const form = document.getElementById(id);
  if (form) send(form, $(`button[value=${value}]`, form));
}

/* --- rows and mentions */
const rows = () => $$(".row");
const chosen = () => $(".row.chosen");
const mentions = () => $$(`.text mark[data-row="${chosen()?.dataset.row}"]`);

function choose(id, keep) {
  const row = rows().find((one) => one.dataset.row === id);
  if (!row) return;
  for (const one of rows()) {
    one.classList.toggle("chosen", one === row);
    const link = $("a", one);
    link.tabIndex = one === row ? 0 : -1;
    if (one === row) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  for (const field of $$("[data-chosen][name=row], #add [name=row]")) field.value = id;
  $("#panes").dataset.chosen = id;
  row.scrollIntoView({ block: "nearest" });
  if (keep || !row.contains(document.activeElement)) $("a", row).focus({ preventScroll: true });
  hold(mentions()[0]);
}

function hold(mark) {
  for (const one of $$("mark.inhand")) one.classList.remove("inhand");
  for (const field of $$("[name=at]")) field.value = mark ? mark.dataset.number : "";
  if (!mark) return;
  for (const one of mentions()) if (one.dataset.number === mark.dataset.number) one.classList.add("inhand");
  mark.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(chosen());
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next) choose(next.dataset.row);
}

function stepMention(by) {
  const all = mentions();
  const at = all.findIndex((one) => one.classList.contains("inhand"));
  hold(all[(at + by + all.length) % all.length]);
}

/* --- adding words */
/** The code point offset, in its text, of a place in the page; null outside the text. */
function offset(node, at) {
  if (node.nodeType !== Node.TEXT_NODE) {
    const inside = node.childNodes[Math.min(at, node.childNodes.length - 1)];
    const span = inside && (inside.nodeType === 1 ? (inside.matches("[data-at]") ? inside : $("[data-at]", inside)) : inside.parentElement.closest("[data-at]"));
    if (!span) return null;
    return Number(span.dataset.at) + (at >= node.childNodes.length ? length(span) : 0);
  }
  const span = node.parentElement.closest("[data-at]");
  if (!span) return null;
  return Number(span.dataset.at) + (span.matches(".code") ? Math.sign(at) : [...node.data.slice(0, at)].length);
}

const length = (span) => (span.matches(".code") ? 1 : [...span.textContent].length);

function marked() {
  const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
  const at = (node) => (node.nodeType === 1 ? node : node.parentElement).closest(".text .par");
  if (!range || range.collapsed || !at(range.startContainer) || at(range.startContainer).dataset.field !== at(range.endContainer)?.dataset.field) return null;
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  return start === null || end === null ? null : { field: at(range.startContainer).dataset.field, start, end };
}

function add() {
  const place = marked();
  if (!place) { pick(); return; }
  const form = $("#add");
  for (const key of ["field", "start", "end"]) form.elements[key].value = place[key];
  form.elements.words.value = "";
  leave();
  send(form, $("button", form));
}

/** Choose words with the arrows: from the mention in hand, or the top of what is on the screen. */
function pick() {
  const pane = $(".text").getBoundingClientRect();
  const from = $(".text mark.inhand span") || $$(".text .par span").find((one) => one.getBoundingClientRect().bottom > pane.top);
  if (!from) return;
  picking = true;
  $(".left").textContent = $("#panes").dataset.pick;
  getSelection().collapse(from.firstChild, 0);
  word("forward");
}

function word(way, more) {
  const selection = getSelection();
  if (!more) {
    if (way === "forward") selection.collapseToEnd(); else { selection.collapseToStart(); selection.modify("move", "backward", "word"); selection.modify("move", "backward", "word"); }
    for (let n = 0; n < 50; n += 1) { // over blanks and signs to the next word
      selection.modify("extend", "forward", "word");
      if (/[\p{L}\p{N}]/u.test(selection.toString())) break;
      selection.collapseToEnd();
    }
  } else selection.modify("extend", way, "word");
  selection.focusNode?.parentElement?.scrollIntoView({ block: "nearest" });
}

function leave() {
  picking = false;
  getSelection().removeAllRanges();
  document.activeElement?.blur?.();
}

/* --- what was on the screen */

const watched = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(target.wait);
    if (isIntersecting) target.wait = setTimeout(() => note(target), SEEN_AFTER);
  }
}, { threshold: 0.95 });

let noted = [];
function note(par) {
  if (document.hidden || !document.hasFocus()) { par.wait = setTimeout(() => note(par), SEEN_AFTER); return; }
  watched.unobserve(par);
  noted.push(par);
  if (noted.length === 1) setTimeout(tell, 100);
}

function tell() {
  const pars = noted;
  noted = [];
  const data = new URLSearchParams(new FormData($("#seen")));
  for (const par of pars) data.append("seen", `${par.dataset.field}:${par.dataset.n}`);
  queue(() => fetch($("#seen").action, { method: "POST", headers: PART, body: data }).then((answer) => {
    if (answer.redirected) location.href = answer.url;
    if (!answer.ok) return;
    for (const par of pars) document.getElementById(par.id)?.classList.remove("unseen");
    const left = $("#panes")?.dataset;
    if (left) { left.unseen = $$(".par.unseen").length; count(); }
  }));
}

function count() {
  const { waiting, unseen, left, done } = $("#panes").dataset;
  const place = $(".left");
  if (picking || $(".error", place)) return;
  place.textContent = waiting === "0" && unseen === "0" ? done : left.replace("{}", waiting).replace("{}", unseen);
}

function nextUnseen() {
  const par = $(".par.unseen");
  if (!par) return;
  par.scrollIntoView({ block: "start" });
}

/* --- keys */

const KEYS = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  ArrowRight: () => stepMention(1), ArrowLeft: () => stepMention(-1),
  Enter: () => press("do", "accept"), u: () => press("do", "undo"), s: () => press("change", "split"),
  " ": () => $("#reason")?.focus(), m: () => unfold("#into"), g: () => unfold("#word"), a: add, n: nextUnseen,
  "]": () => press("change", "grow"), "[": () => press("change", "shrink"),
  "{": () => press("change", "grow_left"), "}": () => press("change", "shrink_left"),
  "?": () => { location.href = "/help"; }, Escape: leave,
};

const PICKING = {
  ArrowRight: (event) => word("forward", event.shiftKey), ArrowLeft: (event) => word("backward", event.shiftKey),
  Enter: add, a: add, Escape: leave,
};

function keyed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !$("#panes")) return;
  const field = event.target.closest("input:not([type=hidden]), select");
  if (field) {
    if (event.key === "Escape") { leave(); choose($("#panes").dataset.chosen, true); }
    if (event.key === "Enter") { // in a field Enter means that field's own button
      const value = { reason: "reject", words: "add", into: "merge", word: "coarsen" }[field.id];
      if (value) { event.preventDefault(); send(field.form, $(`button[value=${value}]`, field.form)); }
    }
    return;
  }
  if (event.target.closest("button, summary") && (event.key === "Enter" || event.key === " ")) return;
  const act = (picking ? PICKING : KEYS)[event.key] || (/^[1-9]$/.test(event.key) && (() => kind(event.key)));
  if (!act) return;
  event.preventDefault();
  act(event);
}

/** Open what a field is folded into, and go to it. */
function unfold(find) {
  const field = $(find);
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
}

function kind(digit) {
  const select = $("#change select[name=label]");
  if (!select) return;
  select.selectedIndex = Number(digit) - 1;
  press("change", "kind");
}

function clicked(event) {
  const row = event.target.closest(".row");
  if (row) { event.preventDefault(); choose(row.dataset.row, true); return; }
  const mark = event.target.closest(".text mark");
  if (mark && getSelection().isCollapsed) { choose(mark.dataset.row, true); hold(mark); }
}

/* --- at the desk or not */
let last = Date.now();
let told = Date.now();
function here() {
  last = Date.now();
  const form = $("form[action='/lock']");
  if (form && last - told > HERE_EVERY) {
    told = last;
    fetch("/here", { method: "POST", headers: PART, body: new URLSearchParams(new FormData(form)) }).then((answer) => { if (answer.redirected) location.href = answer.url; });
  }
}

function watchIdle() {
  const idle = Number(document.body.dataset.idle) * 1000;
  if (idle) setInterval(() => { if (Date.now() - last > idle) location.replace("/locked"); }, 1000);
  for (const kindOf of ["keydown", "pointermove", "wheel"]) addEventListener(kindOf, here, { passive: true });
}

function ready() {
  for (const par of $$(".par.unseen")) watched.observe(par);
}

addEventListener("keydown", keyed);
addEventListener("click", clicked);
addEventListener("submit", (event) => {
  if ($("#panes") && event.target.closest("#panes")) { event.preventDefault(); send(event.target, event.submitter); }
});
watchIdle();
ready();
if ($("#panes")) choose($("#panes").dataset.chosen, true);
if ($("#find[data-go]")) $("#find").submit();
