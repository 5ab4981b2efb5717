/** An answer as plain text, for the clipboard, a file, a voice and a screen reader. */

/** Return the answer's text without the marks of quotes and lists. */
export const plainText = (text) => text.replace(/^(> ?|- )+/gm, "");

/** Return a help card as text. */
export const plainCard = (card) => [card.title, card.text, ...card.contacts.map(({ label }) => label)].join("\n");

/** Return what an answer says, help first, and where it stands. */
export function plainAnswer(parts, { answer }) {
  const sources = answer.sources.map((source) => plainSource(parts, source, answer.language));
  return [...answer.help_cards.map(plainCard), plainText(answer.text), ...sources].filter(Boolean).join("\n\n");
}

/** Return a source with its dates and its whole address. */
export function plainSource(parts, source, language) {
  const lines = [
    [source.title, source.heading !== source.title && source.heading].filter(Boolean).join(": "),
    source.reviewed_on && parts.phrase("reviewed", { date: formatDate(source.reviewed_on, language) }),
    source.overdue && parts.phrase("overdue"),
    parts.address(source.url),
  ];
  return lines.filter(Boolean).join("\n");
}

/** Return an ISO date in words. */
export function formatDate(iso, language) {
  const date = new Date(`${iso}T12:00:00`);
  const locale = language === "en" ? "en-GB" : language; // The day before the month, as the server writes it.
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleDateString(locale, { dateStyle: "long" });
}
