/** An answer as plain text, for the clipboard, a file, a voice and a screen reader. */

/** Return the answer's text without the marks of quotes and lists. */
export const plainText = (text) => text.replace(/^(> ?|- )+/gm, "");

/** Return what tells the language of a quoted line where it is not the answer's own, else "". */
export function quoteLanguage({ sources, language }) {
  const foreign = sources.filter((source) => source.language && source.language !== language);
  return (line) => foreign.find((source) => source.excerpt?.includes(line.trim()))?.language ?? "";
}

/**
 * Return what cuts a line at the titles and headings that stand there in quotation marks and are in another language than
 * the answer: `[{text, language}]`, the language "" where it is the answer's own. The rules are those of templatetags/chat.py.
 */
export function namesApart({ sources, language }) {
  const names = new Map();
  for (const { title, heading, language: its } of sources) {
    for (const name of [title, heading]) if (!names.has(name) || its === language) names.set(name, its);
  }
  return (line) =>
    line.split(/(“[^“”]+”)/).filter(Boolean).map((text) => {
      const its = names.get(/^“(.+)”$/.exec(text)?.[1]);
      return { text, language: its && its !== language ? its : "" };
    });
}

/** Return the answer's text as plain text, cut where its language changes: `[{text, language}]`. */
export function spokenRuns(answer) {
  const languageOf = quoteLanguage(answer);
  const apart = namesApart(answer);
  const runs = [];
  let quoted = ""; // Language of the quotation that the line before belongs to, which its first line tells.
  for (const line of answer.text.split("\n")) {
    const text = plainText(line);
    quoted = line.startsWith(">") ? quoted || languageOf(text) || answer.language : "";
    const pieces = (text && /^(?!>|- )/.test(line) && apart(text)) || [{ text, language: quoted }];
    pieces.forEach(({ text, language }, index) => {
      const run = { text, language: language || answer.language };
      if (runs.at(-1)?.language === run.language) runs.at(-1).text += (index ? "" : "\n") + text;
      else runs.push(run);
    });
  }
  return runs;
}

/** Return a help card as text. */
export const plainCard = (card) => [card.title, card.text, ...card.contacts.map(({ label }) => label)].join("\n");

/** Return what an answer says, help first, and where it stands. */
export function plainAnswer(parts, { answer }) {
  const sources = answer.sources.map((source) => plainSource(parts, source, answer.language));
  return [...answer.help_cards.map(plainCard), plainText(answer.text), ...sources].filter(Boolean).join("\n\n");
}

/** Return what a source is called: its page, and the heading there. */
export const sourceName = ({ title, heading }) => [title, heading !== title && heading].filter(Boolean).join(": ");

/** Return a source with its dates and its whole address; its name comes first, on a line of its own. */
export function plainSource(parts, source, language) {
  const { reviewed, overdue } = datesOf(parts, source, language);
  return [sourceName(source), reviewed, overdue, parts.address(source.url)].filter(Boolean).join("\n");
}

/** Return what to say of when a source was reviewed, and of a review that is overdue; "" where there is nothing to say. */
export function datesOf(parts, { reviewed_on, review_due, overdue }, language) {
  const phrase = (name, iso) => parts.phrase(name, { date: formatDate(iso, language) });
  return {
    reviewed: reviewed_on ? phrase("reviewed", reviewed_on) : "",
    overdue: overdue && review_due ? phrase("overdue", review_due) : "",
  };
}

/** Return an ISO date in words. */
export function formatDate(iso, language) {
  const date = new Date(`${iso}T12:00:00`);
  const locale = language === "en" ? "en-GB" : language; // The day before the month, as the server writes it.
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleDateString(locale, { dateStyle: "long" });
}
