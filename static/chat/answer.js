/** What an answer shows beside its text: help cards, sources, suggestions, the way to the other bot, or that it broke off. */

import { slot } from "./parts.js";
import { formatDate } from "./plain.js";

/** Return the box with ways to get help. */
export function helpCard(parts, card) {
  const node = parts.stamp("help-card", { title: card.title, text: card.text });
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
      about: [source.title, heading].filter(Boolean).join(": "),
      breadcrumb: source.breadcrumb?.length > 1 ? source.breadcrumb.join(" › ") : "",
      reviewed: source.reviewed_on && parts.phrase("reviewed", { date: formatDate(source.reviewed_on, language) }),
      overdue: source.overdue && parts.phrase("overdue"),
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
export function handoverButton(parts, handover) {
  const node = parts.stamp(`handover-${handover.bot}`);
  const button = slot(node, "button");
  button.dataset.handover = handover.bot;
  button.dataset.question = handover.question;
  return node;
}

/** Return the button that asks `question` again of `bot`, said not to be urgent. */
export function calmButton(parts, bot, question) {
  const node = parts.stamp("not-urgent");
  const button = slot(node, "button");
  button.dataset.calm = bot;
  button.dataset.question = question;
  return node;
}

/** Return what tells the language of a quoted line where it is not the answer's own, else "". */
export function quoteLanguage({ sources, language }) {
  const foreign = sources.filter((source) => source.language && source.language !== language);
  return (line) => foreign.find((source) => source.excerpt?.includes(line.trim()))?.language ?? "";
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
  slot(node, "button").addEventListener("click", unaskable ? edit : retry);
  return node;
}
