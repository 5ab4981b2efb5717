/** An answer as elements: its text, help cards, sources, suggestions, the way to the other bot, or that it broke off. */

import { slot } from "./parts.js";
import { datesOf, sourceName } from "./plain.js";

/** Return the box with ways to get help. */
export function helpCard(parts, card) {
  const node = parts.stamp("help-card", { title: card.title, text: card.text, checked: card.checked });
  node.dataset.level = card.level;
  slot(node, "contacts").append(...card.contacts.map((contact) => helpContact(parts, contact)));
  return node;
}

function helpContact(parts, { label, url, note }) {
  const kind = /^(tel|sms):/.exec(url)?.[1] ?? "page";
  const node = parts.stamp(`help-contact-${kind}`, { label: label.replace(/(?<=\d) (?=\d)/g, "\u00a0"), note });
  parts.lead(slot(node, "link"), url);
  return node;
}

/** Return the list of sources, or null when there is none. */
export function sourceList(parts, sources, language) {
  return list(parts, "sources", sources, (source) => {
    const foreign = source.language && source.language !== language;
    const heading = source.heading === source.title ? "" : source.heading;
    const node = parts.stamp("source", {
      title: source.title,
      heading,
      about: sourceName(source),
      breadcrumb: source.breadcrumb?.length > 1 ? source.breadcrumb.join(" › ") : "",
      ...datesOf(parts, source, language),
      language: foreign && parts.phrase(`language_${source.language}`),
    });
    if (foreign) {
      for (const name of ["title", "heading", "about", "breadcrumb"]) {
        node.querySelector(`[data-slot~="${name}"]`)?.setAttribute("lang", source.language);
      }
    }
    parts.lead(slot(node, "link"), source.url);
    return node;
  });
}

/** Return the list of pages worth a look, or null when there is none. */
export function suggestionList(parts, suggestions) {
  return list(parts, "suggestions", suggestions, (suggestion) => {
    const node = parts.stamp("suggestion", { title: suggestion.title });
    parts.lead(slot(node, "link"), suggestion.url);
    return node;
  });
}

/** Return the button that carries the question to the other bot. */
export const handoverButton = (parts, { bot, question }) => carrier(parts, `handover-${bot}`, { handover: bot, question });

/** Return the button that asks `question` again of `bot`, said not to be urgent. */
export const calmButton = (parts, bot, question) => carrier(parts, "not-urgent", { calm: bot, question });

function carrier(parts, name, data) {
  const node = parts.stamp(name);
  Object.assign(slot(node, "button").dataset, data);
  return node;
}

function list(parts, name, items, render) {
  if (!items.length) return null;
  const node = parts.stamp(name);
  slot(node, "items").append(...items.map(render));
  return node;
}

/** Return the notice for a turn's `record`: with `retry`, or with `edit` when the question is to blame. */
export function breakNotice(parts, { state, detail, unaskable }, { retry, edit }) {
  const node = parts.stamp("notice", {
    message: detail || parts.phrase(state),
    label: parts.phrase(unaskable ? "edit" : "retry"),
  });
  if (unaskable || state === "stopped") slot(node, "danger").remove();
  slot(node, "button").addEventListener("click", unaskable ? edit : retry);
  return node;
}

/**
 * Return a fragment of `text`, which holds no markup: lines that begin with "> " quote, with "- " list, others stand in paragraphs.
 * `languageOf` tells the language of a quoted line where it is not that of the text around it; `apart` cuts a line of a
 * paragraph where its language changes.
 */
export function renderText(text, languageOf = () => "", apart = (text) => [{ text }]) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks(text)) fragment.append(BLOCKS[block.kind](block.lines, languageOf, apart));
  return fragment;
}

const BLOCKS = {
  quote: (lines, languageOf) => {
    const quote = document.createElement("blockquote");
    const language = languageOf(lines[0]);
    if (language) quote.lang = language;
    quote.append(renderText(lines.join("\n").replace(/\n(?!- )/g, "\n\n"))); // Each statement stands by itself.
    return quote;
  },
  list: (lines) => {
    const list = document.createElement("ul");
    for (const line of lines) {
      const item = document.createElement("li");
      item.append(...withCalls(line));
      list.append(item);
    }
    return list;
  },
  paragraph: (lines, languageOf, apart) => {
    const paragraph = document.createElement("p");
    lines.forEach((line, index) => {
      if (index) paragraph.append(document.createElement("br"));
      for (const { text, language } of apart(line)) {
        if (language) paragraph.append(Object.assign(element("span", text), { lang: language }));
        else paragraph.append(...withCalls(text));
      }
    });
    return paragraph;
  },
};

/** What stands in words, in any alphabet. */
const W = String.raw`\p{L}\p{N}_`;

/** Phone numbers and e-mail addresses, by the rules of content/numbers.py. */
const NUMBER = new RegExp(
  String.raw`(?<![\d+])(?:\d\d \d\d \d\d \d\d|[2-9]\d [1-9]\d\d \d{3})(?![\d-])|(?<![\d+] )\b116 (?:006|111|117|123)\b(?!,\d| ?(?:kr|\d))` +
    String.raw`|(?<=(?:[Rr]inge?|[Rr]ing til|[Cc]all|[Tt]elefon) )(?:112|1813|1888)\b` +
    String.raw`|(?<![${W}.+/:@-])[${W}][${W}.+-]*@[${W}][${W}-]*(?:\.[${W}][${W}-]*)*\.\p{L}{2,}(?![${W}@/-])`,
  "gu",
);

/** Yield `text` in pieces: each number as a link that calls it, each address as one that writes to it, the rest as it is. */
function* withCalls(text) {
  let end = 0;
  for (const { 0: number, index } of text.matchAll(NUMBER)) {
    const digits = number.replaceAll(" ", "");
    const link = element("a", number);
    link.href = number.includes("@") ? `mailto:${encodeURI(number)}` : `tel:${digits.length < 8 ? "" : "+45"}${digits}`;
    yield text.slice(end, index);
    yield link;
    end = index + number.length;
  }
  yield text.slice(end);
}

/** Yield runs of lines of one kind. An empty line ends a run. */
function* blocks(text) {
  let block = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const read = readLine(line);
    if (block && block.kind !== read?.kind) {
      yield block;
      block = null;
    }
    if (!read) continue;
    block ??= { kind: read.kind, lines: [] };
    block.lines.push(read.text);
  }
  if (block) yield block;
}

function readLine(line) {
  if (/^>( |$)/.test(line)) return { kind: "quote", text: line.slice(2) };
  if (line.startsWith("- ")) return { kind: "list", text: line.slice(2) };
  return line.trim() ? { kind: "paragraph", text: line } : null;
}

function element(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
