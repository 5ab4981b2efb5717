/**
 * What one browser tab remembers of a conversation, from page to page, until it is forgotten.
 *
 * Kept in sessionStorage: it ends with the tab, no other tab reads it, and it is never sent anywhere.
 */
export class Memory {
  #prefix;

  /** `scope` tells apart the chats of a page that has several. */
  constructor(scope = "") {
    this.#prefix = `vejviser-chat:${scope && `${scope}:`}`;
  }

  /** The conversation: the server's token, the turns shown, what is being written, and the visitor's own notes. */
  get talk() {
    return { token: "", turns: [], draft: "", notes: "", ...this.#load("talk") };
  }

  /** Remember more of the conversation. */
  write(changes) {
    this.#save("talk", { ...this.talk, ...changes });
  }

  clear() {
    this.#save("talk", null);
  }

  /** The name of the bot whose panel stands open in this tab, "" when it was closed here, null before either. */
  get open() {
    return this.#load("open");
  }

  set open(bot) {
    this.#save("open", bot);
  }

  /** Whether the visitor wants quotations only. */
  get quotes() {
    return this.#load("quotes") === true;
  }

  set quotes(wanted) {
    this.#save("quotes", wanted || null);
  }

  #load(key) {
    try {
      return JSON.parse(sessionStorage.getItem(this.#prefix + key));
    } catch {
      return null; // Storage is closed to us, or holds something else: a fresh conversation.
    }
  }

  #save(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(this.#prefix + key);
      else sessionStorage.setItem(this.#prefix + key, JSON.stringify(value));
    } catch {
      // Storage is closed or full: the conversation lasts as long as the page.
    }
  }
}
