/** What one browser tab remembers of a conversation, from page to page, until it is forgotten. */

const PREFIX = "vejviser-chat:";
const OPEN = `${PREFIX}open`;

/** One bot's conversation: the server's token and the turns shown. A turn is `{question, state, ...}`. */
export class Memory {
  #key;

  constructor(bot) {
    this.#key = `${PREFIX}talk:${bot}`;
  }

  read() {
    return { token: "", turns: [], draft: "", ...load(this.#key) };
  }

  write(conversation) {
    save(this.#key, conversation);
  }

  clear() {
    save(this.#key, null);
  }
}

/** Return the name of the bot whose panel stands open in this tab, or null. */
export const openBot = () => load(OPEN);

/** Remember whose panel stands open; null when none does. */
export const rememberOpen = (bot) => save(OPEN, bot);

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
