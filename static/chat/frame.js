/** The frame of the chat: the ways into it, where its panel stands, and what a screen reader hears of it. */

import { slot } from "./parts.js";

/** Where the panel covers the whole screen. Keep in step with chat.css. */
const SHEET = matchMedia("(max-width: 40rem), (max-height: 30rem)");
/** Where the page makes room for the panel beside it. Keep in step with site.css. */
const BESIDE = matchMedia("(min-width: 78rem)");

/** The dialog that holds the panel: at the edge of the page, or as a sheet over it where the screen is small. */
export class Dock {
  #onClose;
  #escapes;

  /**
   * `label` is the id of the panel's title; `onClose` runs when the visitor leaves by Escape or "back". Outside the panel
   * Escape is heard where the focus is on what the selector `escapes` says.
   */
  constructor({ panel, label, escapes, onClose, signal }) {
    this.#onClose = onClose;
    this.#escapes = escapes;
    this.node = document.createElement("dialog");
    this.node.className = "chat-dialog";
    this.node.setAttribute("aria-labelledby", label);
    this.node.append(panel);
    this.node.addEventListener("cancel", (event) => this.#cancel(event), { signal });
    document.addEventListener("keydown", (event) => this.#keydown(event), { signal });
    SHEET.addEventListener("change", () => this.#relayout(), { signal });
  }

  /** Whether a panel would cover the page now. */
  static get covers() {
    return SHEET.matches;
  }

  /** Whether the panel covers the page, which is then out of reach. */
  get covers() {
    return this.node.matches(":modal");
  }

  /** Whether the panel lies over some of what is read on the page. */
  get liesOver() {
    return this.covers || !BESIDE.matches;
  }

  open() {
    if (SHEET.matches) this.node.showModal();
    else this.show();
  }

  /** Open beside the page without taking the focus, as `dialog.show()` would. */
  show() {
    this.node.setAttribute("open", "");
  }

  close() {
    this.node.close();
  }

  #keydown(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.node.open) return;
    const isOutside = () => event.target.matches?.(this.#escapes) && !this.node.getRootNode().querySelector(":modal");
    if (event.composedPath().includes(this.node) || isOutside()) this.#cancel(event);
  }

  #cancel(event) {
    event.preventDefault();
    this.#onClose();
  }

  #relayout() {
    if (!this.node.open) return;
    const above = [...this.node.getRootNode().querySelectorAll("dialog:modal")].filter((dialog) => dialog !== this.node);
    this.close();
    this.open();
    if (this.covers) above.forEach(raise);
  }
}

/** Lay an open dialog over those that were opened after it, without its "close" being heard. */
function raise(dialog) {
  const place = dialog.parentNode;
  dialog.remove();
  dialog.removeAttribute("open");
  place.append(dialog);
  dialog.showModal();
}

/** The openers at the edge of the page, and every link on it that leads to a chat page. */
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

function inLanguage({ text, language }) {
  const node = document.createElement("span");
  node.lang = language;
  node.textContent = text;
  return node;
}

/** One polite region for what happens, one that breaks in when it is urgent. */
export class Announcer {
  #panel;

  constructor(panel) {
    this.#panel = panel;
  }

  /** Tell, once, what happens, and the finished answer, each of its runs `{text, language}` in its own language. */
  say(text, answer = []) {
    slot(this.#panel, "announcement").textContent = text;
    slot(this.#panel, "announced-answer").replaceChildren(...answer.flatMap((run) => [inLanguage(run), "\n"]));
  }

  /** Tell at once, over everything else. */
  alarm(text, language) {
    slot(this.#panel, "alarm").replaceChildren(inLanguage({ text, language }));
  }
}
