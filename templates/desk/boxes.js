// Draws boxes on a page: with the mouse, or with arrows (Shift makes it larger or smaller) and Enter.
"use strict";

const sheet = document.getElementById("sheet");
const field = document.getElementById("boxes");
const STEP = 1; // percent a key moves
let box = null; // x, y, w, h in percent
let from = null;

const frame = document.createElement("div");
frame.className = "frame";
frame.hidden = true;
sheet?.parentElement.insertBefore(frame, sheet.nextSibling);

const inside = (n) => Math.min(Math.max(n, 0), 100);

function place(event) {
  const area = sheet.getBoundingClientRect();
  return [inside((event.clientX - area.left) / area.width * 100), inside((event.clientY - area.top) / area.height * 100)];
}

function show() {
  frame.hidden = !box;
  if (!box) return;
  const [x, y, w, h] = box;
  frame.style.left = `${sheet.offsetLeft + sheet.offsetWidth * x / 100}px`;
  frame.style.top = `${sheet.offsetTop + sheet.offsetHeight * y / 100}px`;
  frame.style.width = `${sheet.offsetWidth * w / 100}px`;
  frame.style.height = `${sheet.offsetHeight * h / 100}px`;
}

/** Write the box into the form and look at the page with it filled. */
function keep() {
  if (!box || box[2] < 0.1 || box[3] < 0.1) { box = null; show(); return; }
  field.value = `${field.value.trim()}\n${sheet.dataset.page}:${box.map((n) => n.toFixed(2)).join(",")}`.trim();
  document.getElementById("look").click();
}

function down(event) {
  event.preventDefault();
  sheet.focus();
  sheet.setPointerCapture(event.pointerId);
  from = place(event);
}

function move(event) {
  if (!from) return;
  const to = place(event);
  box = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  show();
}

function keyed(event) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (event.key === "Enter") { event.preventDefault(); keep(); return; }
  if (event.key === "Escape") { box = null; show(); return; }
  if (!way || event.ctrlKey || event.altKey) return;
  event.preventDefault();
  box ??= [40, 40, 20, 20];
  const [x, y, w, h] = box;
  const [dx, dy] = way.map((n) => n * STEP);
  if (event.shiftKey) box = [x, y, Math.min(Math.max(w + dx, STEP), 100 - x), Math.min(Math.max(h + dy, STEP), 100 - y)];
  else box = [Math.min(Math.max(x + dx, 0), 100 - w), Math.min(Math.max(y + dy, 0), 100 - h), w, h];
  show();
}

/** Only what was looked at can be cleaned. */
function compare() {
  document.querySelector("#clean [value=clean]").disabled = field.value !== field.defaultValue;
}

if (field) {
  field.addEventListener("input", compare);
  addEventListener("pageshow", compare); // going back fills in what was written before
}
if (sheet) {
  sheet.draggable = false;
  sheet.addEventListener("pointerdown", down);
  sheet.addEventListener("pointermove", move);
  sheet.addEventListener("pointerup", () => { from = null; keep(); });
  sheet.addEventListener("keydown", keyed);
}
