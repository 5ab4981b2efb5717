/** Whether an answer helped: two thumbs, then a comment for those who want to say why. */

import { maskCpr } from "./cpr.js";
import { slot } from "./parts.js";
import { scrollToBottom } from "./scrolling.js";

export class Feedback {
  #parts;
  #send;
  #announce;
  #helpful = null;

  /** `send` posts `{helpful, comment?}`; `announce` tells the live region. `helpful` is what was said before. */
  constructor({ parts, send, announce, helpful = null }) {
    this.#parts = parts;
    this.#send = send;
    this.#announce = announce;
    this.node = parts.stamp("feedback");
    for (const button of this.#thumbs()) {
      button.addEventListener("click", () => this.#vote(button.dataset.helpful === "true"));
    }
    this.#comment().addEventListener("submit", (event) => this.#sendComment(event));
    if (helpful !== null) this.#show(helpful);
  }

  async #vote(helpful) {
    const before = this.#helpful;
    this.#show(helpful);
    if (await this.#post({ helpful })) {
      this.#comment().hidden = false;
      this.#say("feedback_thanks");
    } else {
      this.#show(before);
    }
  }

  async #sendComment(event) {
    event.preventDefault();
    const form = event.target; // In a shadow tree an event forgets its target.
    const comment = maskCpr(form.elements.comment.value.trim());
    if (!comment) return form.elements.comment.focus();
    if (await this.#post({ helpful: this.#helpful, comment })) {
      form.hidden = true;
      this.#say("comment_thanks");
      slot(this.node, "note").focus();
    }
  }

  async #post(feedback) {
    try {
      await this.#send(feedback);
      return true;
    } catch {
      this.#say("feedback_failed");
      return false;
    }
  }

  #show(helpful) {
    this.#helpful = helpful;
    for (const button of this.#thumbs()) {
      button.setAttribute("aria-pressed", String(button.dataset.helpful === String(helpful)));
    }
  }

  #say(phrase) {
    slot(this.node, "note").textContent = this.#parts.phrase(phrase);
    this.#announce(this.#parts.phrase(phrase));
    scrollToBottom(this.node);
  }

  #thumbs() {
    return this.node.querySelectorAll("[data-helpful]");
  }

  #comment() {
    return slot(this.node, "comment");
  }
}
