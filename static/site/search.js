/**
 * Search without a new page: results come into the search page as they are, and "back" finds them again.
 *
 * What is searched for stays out of addresses and history: it travels in the body of a POST, and the tab's
 * sessionStorage keeps it from page to page. Without this file the forms do the same with a page for each search.
 */

import { Combobox } from "./combobox.js";

const KEY = "vejviser-search";
/** What the search page answers with: results, words that cannot be searched for, too many searches. */
const ANSWERS = [200, 400, 429];
const results = document.querySelector("[data-search-results]");
let request = null;

for (const field of document.querySelectorAll("[data-suggest]")) new Combobox(field);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-search]")) search(event, form);
  else if (form.matches("[data-ask-bot]")) ask(event, form);
});

if (results) returnToSearch();

function search(event, form) {
  const wanted = Object.fromEntries(new FormData(form, event.submitter));
  if (!wanted.words.trim()) return; // The server says what is missing.
  if (results) {
    event.preventDefault();
    show(form.action, wanted);
  } else if (remember({ ...wanted, waiting: true })) {
    event.preventDefault();
    location.assign(form.action);
  }
}

/** Search on arrival for what was typed on another page, and again for what was found before "back". */
function returnToSearch() {
  const { waiting, ...wanted } = recall() ?? {};
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  if (!wanted.words || !(waiting || type === "back_forward" || type === "reload")) return;
  document.querySelector("#search-words").value = wanted.words;
  show(location.href, wanted, { settle: !waiting });
}

/** Show what is found for `wanted`. A search that is still on its way is given up: its answer would come too late. */
async function show(url, wanted, { settle = false } = {}) {
  request?.abort();
  const { signal } = (request = new AbortController());
  const failed = document.querySelector("[data-search-failed]");
  const status = document.querySelector("[data-search-status]");
  failed.hidden = true;
  markField(false);
  results.setAttribute("aria-busy", "true");
  status.textContent = results.dataset.searching;
  remember(wanted);
  try {
    const headers = { "X-Fragment": "results" };
    const response = await fetch(url, { method: "POST", body: new URLSearchParams(wanted), headers, signal });
    if (!ANSWERS.includes(response.status)) throw new Error(`No results in the answer: ${response.status}`);
    const found = new DOMParser().parseFromString(await response.text(), "text/html");
    results.replaceChildren(...found.body.childNodes);
    const heading = results.querySelector("[data-search-heading]");
    markField(Boolean(results.querySelector(".search-error")));
    status.textContent = results.querySelector("[role=alert]") ? "" : (heading?.textContent ?? "");
    if (!settle) (results.querySelector(".help-card h2") ?? heading)?.scrollIntoView({ block: "nearest" });
    if (!settle) heading?.focus({ preventScroll: true });
  } catch {
    if (signal.aborted) return;
    status.textContent = "";
    failed.hidden = false;
    failed.setAttribute("role", "alert");
  } finally {
    if (!signal.aborted) results.removeAttribute("aria-busy");
  }
}

/** Show at the field whether its words could be searched for. What is wrong stands in the results; what was is gone. */
function markField(isWrong) {
  const field = document.querySelector("#search-words");
  if (isWrong) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "search-error search-hint");
  } else {
    document.querySelector("#search-error")?.remove();
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", "search-hint");
  }
}

/** Let the chat on the page take the words; without it the form leads to the chat's own page. */
function ask(event, form) {
  const chat = document.querySelector("vejviser-chat");
  if (typeof chat?.ask !== "function") return;
  event.preventDefault();
  chat.ask(form.elements.message.value, form.dataset.askBot);
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null; // Storage is closed to us, or holds something else.
  }
}

function remember(wanted) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(wanted));
    return true;
  } catch {
    return false; // The form is sent as it would be without this file.
  }
}
