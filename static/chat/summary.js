/** A summary to take to the doctor: made here, printed or kept here, and sent nowhere. */

import { helpCard, renderText } from "./answer.js";
import { slot } from "./parts.js";
import { formatDate, namesApart, plainCard, plainSource, plainText, quoteLanguage } from "./plain.js";

/** Show the summary of `records`, the turns that were answered, in `place`; `chosen` is the one it was asked for at. */
export function showSummary({ parts, memory, records, chosen, language, place }) {
  const dialog = parts.stamp("summary");
  dialog.lang = language;
  dialog.dataset.bot = chosen.bot;
  const items = records.map((record) => new Item(parts, record, language, record === chosen));
  slot(dialog, "items").append(...items.map((item) => item.node));
  if (items.length > 1) chooseAll(dialog, items);
  slot(dialog, "date").textContent = formatDate(today(), language);
  const notes = slot(dialog, "notes");
  notes.value = memory.talk.notes;
  notes.addEventListener("input", () => {
    memory.write({ notes: notes.value });
    slot(dialog, "notes-on-paper").textContent = notes.value;
  });
  slot(dialog, "notes-on-paper").textContent = notes.value;
  slot(dialog, "print").addEventListener("click", () => (place.host ? printAlone(dialog, place) : print()));
  slot(dialog, "keep").addEventListener("click", () => download(parts.phrase("file"), asText(parts, items, notes.value, language)));
  slot(dialog, "leave").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  place.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Show the box that takes every one of `items` along, or none, and let it say what their own boxes come to. */
function chooseAll(dialog, items) {
  const all = slot(dialog, "all");
  const sum = () => {
    const chosen = items.filter((item) => item.isChosen).length;
    all.checked = chosen === items.length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  slot(dialog, "whole").hidden = false;
  all.addEventListener("change", () => items.forEach((item) => (item.isChosen = all.checked)));
  slot(dialog, "items").addEventListener("change", sum);
  sum();
}

/** Print `dialog` from a frame of its own, in the shadow tree at `root` with its styles: the page is another's. */
function printAlone(dialog, root) {
  const frame = document.createElement("iframe");
  frame.className = "visually-hidden";
  frame.addEventListener("load", () => {
    const { contentWindow, contentDocument } = frame;
    contentDocument.documentElement.lang = dialog.lang;
    contentDocument.title = document.title;
    // There is no host in there: the page itself is what the widget's own root was.
    const css = root.adoptedStyleSheets.map(({ cssRules }) => [...cssRules].map(({ cssText }) => cssText).join("")).join("");
    const rules = css.replaceAll(":host > *", "body").replaceAll(":host", "html");
    const sheet = new contentWindow.CSSStyleSheet();
    sheet.replaceSync(`${rules}html{${lookOf(root.host, css)}}`);
    contentDocument.adoptedStyleSheets = [sheet];
    contentDocument.body.append(contentDocument.importNode(dialog, true));
    contentWindow.addEventListener("afterprint", () => frame.remove());
    contentWindow.print();
  });
  root.append(frame);
}

/** Return what the page around has decided of the looks of `host`: each property of the partner's that `css` uses. */
function lookOf(host, css) {
  const computed = getComputedStyle(host);
  return [...new Set(css.match(/--vejviser-[\w-]+/g))]
    .map((name) => [name, computed.getPropertyValue(name)])
    .map(([name, value]) => (value ? `${name}:${value};` : ""))
    .join("");
}

/** One question with its answer, which can be left out. */
class Item {
  #parts;
  #record;
  #language;

  constructor(parts, record, language, chosen) {
    this.#parts = parts;
    this.#record = record;
    this.#language = language;
    const { question, bot, answer } = record;
    this.node = parts.stamp("summary-item", { question });
    this.node.dataset.bot = bot;
    const box = slot(this.node, "chosen");
    box.checked = chosen;
    box.setAttribute("aria-label", `${box.parentElement.textContent.trim()}: ${question}`);
    slot(this.node, "speaker").append(parts.stamp(`speaker-${bot}`));
    for (const name of ["cards", "body"]) slot(this.node, name).lang = answer.language;
    slot(this.node, "cards").append(...answer.help_cards.map((card) => helpCard(parts, card)));
    slot(this.node, "body").append(renderText(answer.text, quoteLanguage(answer), namesApart(answer)));
    slot(this.node, "sources").append(...answer.sources.map((source) => line(this.#plain(source), source.language)));
  }

  get isChosen() {
    return slot(this.node, "chosen").checked;
  }

  set isChosen(chosen) {
    slot(this.node, "chosen").checked = chosen;
  }

  get text() {
    const { question, bot, answer } = this.#record;
    const speaker = this.#parts.stamp(`speaker-${bot}`).textContent.trim();
    const asked = `${question}\n${"-".repeat(Math.min(question.length, 60))}`;
    const cards = answer.help_cards.map(plainCard);
    const sources = answer.sources.map((source) => this.#plain(source));
    return [asked, `${speaker}:`, ...cards, plainText(answer.text), ...sources].filter(Boolean).join("\n\n");
  }

  #plain(source) {
    return plainSource(this.#parts, source, this.#language);
  }
}

function asText(parts, items, notes, language) {
  const chosen = items.filter((item) => item.isChosen).map((item) => item.text);
  const own = notes.trim() ? [`${parts.phrase("notes")}\n\n${notes.trim()}`] : [];
  const head = `${parts.phrase("summary")}\n${formatDate(today(), language)}`;
  return [head, ...chosen, ...own, parts.phrase("summary_end")].join("\n\n\n") + "\n";
}

/** Keep `text` as a file on the visitor's device. */
function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text.replaceAll("\n", "\r\n")], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Return a source as an item of a list: its name in its own `language`, the rest in the page's. */
function line(text, language) {
  const [name, ...rest] = text.split("\n");
  const node = document.createElement("li");
  const title = document.createElement("span");
  title.lang = language;
  title.textContent = name;
  node.append(title, ["", ...rest].join("\n"));
  return node;
}

const today = () => new Date().toLocaleDateString("sv"); // The Swedish way to write a date is ISO's.
