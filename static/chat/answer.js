/** What an answer shows beside its text: help cards, sources, suggestions and the way to the other bot. */

import { lead, slot } from "./parts.js";

/** Return the box with ways to get help. */
export function helpCard(parts, card) {
  const node = parts.stamp("help-card", { title: card.title, text: card.text });
  node.dataset.level = card.level;
  slot(node, "contacts").append(...card.contacts.map((contact) => helpContact(parts, contact)));
  return node;
}

function helpContact(parts, contact) {
  const node = parts.stamp("help-contact", { label: contact.label, note: contact.note });
  lead(slot(node, "link"), contact.url);
  return node;
}

/** Return the list of sources, or null when there is none. */
export function sourceList(parts, sources, language) {
  return list(parts, "sources", sources, (source) => {
    const foreign = source.language && source.language !== language;
    const node = parts.stamp("source", {
      title: source.title,
      heading: source.heading === source.title ? "" : source.heading,
      breadcrumb: source.breadcrumb?.length > 1 ? source.breadcrumb.join(" › ") : "",
      reviewed: source.reviewed_on && parts.phrase("reviewed", { date: formatDate(source.reviewed_on, language) }),
      language: foreign && parts.phrase(`language_${source.language}`),
    });
    if (foreign) {
      for (const name of ["title", "heading"]) node.querySelector(`[data-slot~="${name}"]`)?.setAttribute("lang", source.language);
    }
    lead(slot(node, "link"), source.url);
    return node;
  });
}

/** Return the list of pages worth a look, or null when there is none. */
export function suggestionList(parts, suggestions) {
  return list(parts, "suggestions", suggestions, (suggestion) => {
    const node = parts.stamp("suggestion", { title: suggestion.title });
    lead(slot(node, "link"), suggestion.url);
    return node;
  });
}

/** Return the button that carries the question to the other bot. */
export function handoverButton(parts, handover) {
  const node = parts.stamp("handover", { label: parts.phrase(`handover_${handover.bot}`) });
  const button = slot(node, "button");
  button.dataset.handover = handover.bot;
  button.dataset.question = handover.question;
  return node;
}

/** Return the answer as one text for a screen reader: help first, without the marks of quotes and lists. */
export function spokenText({ text, help_cards: cards }) {
  const help = cards.flatMap((card) => [card.title, card.text, ...card.contacts.map((contact) => contact.label)]);
  return [...help, text.replace(/^(> ?|- )+/gm, "")].filter(Boolean).join("\n");
}

function list(parts, name, items, render) {
  if (!items.length) return null;
  const node = parts.stamp(name);
  slot(node, "items").append(...items.map(render));
  return node;
}

function formatDate(iso, language) {
  const date = new Date(`${iso}T12:00:00`);
  const locale = language === "en" ? "en-GB" : language; // The day before the month, as the server writes it.
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleDateString(locale, { dateStyle: "long" });
}
