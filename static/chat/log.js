/** The log of a conversation: its turns, who takes over where, and how a bot introduces itself. */

import { slot } from "./parts.js";
import { scrollToTop } from "./scrolling.js";

export class Log {
  #parts;

  constructor(parts) {
    this.#parts = parts;
    this.node = parts.stamp("conversation");
  }

  /** Show that `bot` is asked next after `speakers`, the bots of the turns so far: its greeting, if it has said nothing. */
  introduce(bot, speakers) {
    const [first = bot] = speakers;
    const bottom = [];
    if (speakers.length && bot !== speakers.at(-1)) {
      bottom.push(this.switchLine(bot));
      if (!speakers.includes(bot)) bottom.push(this.#welcome(bot, true));
    }
    slot(this.node, "top").replaceChildren(this.#welcome(first, !speakers.length));
    slot(this.node, "bottom").replaceChildren(...bottom);
  }

  /** Return the line that says that `bot` speaks from here on. */
  switchLine(bot) {
    return this.#parts.stamp(`switch-${bot}`);
  }

  add(turn) {
    slot(this.node, "turns").append(turn.node);
  }

  /** Say something beside the turns, such as that they are deleted; nothing when `text` is empty. */
  remark(text) {
    const remark = slot(this.node, "remark");
    remark.textContent = text;
    remark.hidden = !text;
    if (text) scrollToTop(remark);
  }

  #welcome(bot, withSuggestions) {
    const node = this.#parts.stamp(`welcome-${bot}`);
    if (!withSuggestions) slot(node, "start").remove();
    return node;
  }
}
