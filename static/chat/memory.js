/**
 * What one browser tab remembers of a conversation, from page to page, until it is forgotten.
 *
 * Kept in sessionStorage: it ends with the tab, no other tab reads it, and it is never sent anywhere.
 */

const PREFIX = "vejviser-chat:";
const TALK = `${PREFIX}talk`;
const OPEN = `${PREFIX}open`;
const QUOTES = `${PREFIX}quotes`;

/** Return the conversation: the server's token, the turns shown, what is being written, and the visitor's own notes. */
export const readTalk = () => ({ token: "", turns: [], draft: "", notes: "", ...load(TALK) });

/** Remember more of the conversation. */
export const writeTalk = (changes) => save(TALK, { ...readTalk(), ...changes });

export const clearTalk = () => save(TALK, null);

/** Return the name of the bot whose panel stands open in this tab, or null. */
export const openBot = () => load(OPEN);

/** Remember whose panel stands open; null when none does. */
export const rememberOpen = (bot) => save(OPEN, bot);

/** Return whether the visitor wants quotations only. */
export const wantsQuotes = () => load(QUOTES) === true;

export const rememberQuotes = (wanted) => save(QUOTES, wanted || null);

function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null; // Storage is closed to us, or holds something else: a fresh conversation.
  }
}

function save(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is closed or full: the conversation lasts as long as the page.
  }
}
