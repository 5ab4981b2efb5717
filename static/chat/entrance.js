/** The ways in: the openers at the edge of the page, and every link on it that leads to a chat page. */

export class Entrance {
  #openers;
  #parts;
  #memory;
  #onOpen;
  #last = null;

  /** `onOpen(bot)` runs in place of following such a link; with a modifier key the link is followed as ever. */
  constructor({ root, parts, memory, onOpen, signal }) {
    this.#openers = [...root.querySelectorAll("[data-open]")];
    this.#parts = parts;
    this.#memory = memory;
    this.#onOpen = onOpen;
    root.getRootNode().addEventListener("click", (event) => this.#click(event), { signal });
    for (const opener of this.#openers) {
      opener.setAttribute("role", "button");
      opener.setAttribute("aria-haspopup", "dialog");
      opener.addEventListener("keydown", pressOnSpace, { signal });
    }
    this.markKept();
  }

  /** Show on each opener whether the tab remembers a conversation to go on with. */
  markKept() {
    const kept = this.#memory.talk.turns.length > 0;
    for (const opener of this.#openers) opener.querySelector("[data-kept]").hidden = !kept;
  }

  /** Give the focus back to where the visitor came in. */
  focus() {
    (this.#last ?? this.#openers[0])?.focus();
  }

  #click(event) {
    const link = event.target.closest("a[href]");
    if (!link || isElsewhere(event)) return;
    const bot = this.#parts.botAt(link);
    if (!bot) return;
    event.preventDefault();
    this.#last = link;
    this.#onOpen(bot);
  }
}

/** Return whether the click asks for another tab or window. */
export const isElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey;

function pressOnSpace(event) {
  if (event.key !== " ") return;
  event.preventDefault();
  event.currentTarget.click();
}
