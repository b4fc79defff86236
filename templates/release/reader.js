"use strict";
// Filters only: without this script the page shows everything.
const form = document.getElementById("find");
const accounts = [...document.querySelectorAll("article")];
const rows = [...document.querySelectorAll("tbody tr")].filter((row) => row.querySelector("a"));
function matches(account) {
  for (const select of form.querySelectorAll("select")) {
    const said = (account.dataset[select.name] || "").split(" ");
    if (select.value && !said.includes(select.value)) return false;
  }
  const words = form.elements.text.value.trim().toLowerCase();
  return !words || account.textContent.toLowerCase().includes(words);
}
function show() {
  let shown = 0;
  for (const account of accounts) {
    account.hidden = !matches(account);
    shown += !account.hidden;
  }
  for (const row of rows) {
    row.hidden = [...row.querySelectorAll("a")].every((a) => document.querySelector(a.hash).hidden);
  }
  form.querySelector("output").value = shown + " / " + accounts.length;
}
form.hidden = false;
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
