/** The form where a question is written: Enter sends, the counter counts, and one button sends or stops. */

import { slot } from "./parts.js";

export class Composer {
  #parts;
  #form;
  #field;
  #limit;
  #busy = false;
  #onAsk;
  #onStop;

  /** `form` is the real form; `onAsk(question)` and `onStop()` are called when it is sent or stopped. */
  constructor({ parts, form, onAsk, onStop }) {
    this.#parts = parts;
    this.#form = form;
    this.#field = form.elements.message;
    this.#limit = Number(form.dataset.limit);
    this.#onAsk = onAsk;
    this.#onStop = onStop;
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#field.addEventListener("keydown", (event) => this.#keydown(event));
    this.#field.addEventListener("input", () => this.#count());
    slot(form, "stop").addEventListener("click", () => this.#onStop());
    this.#count();
  }

  /** Show whether an answer is under way: the button then stops it. */
  set busy(busy) {
    const button = slot(this.#form, busy ? "send" : "stop");
    const hadFocus = button === document.activeElement;
    this.#busy = busy;
    slot(this.#form, "send").hidden = busy;
    slot(this.#form, "stop").hidden = !busy;
    if (hadFocus) this.focus();
  }

  focus() {
    this.#field.focus();
  }

  /** Put `question` back where it can be changed. */
  edit(question) {
    this.#field.value = question;
    this.#count();
    this.focus();
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#field.value.trim();
    if (this.#busy || !question || this.#left() < 0) return this.focus();
    this.edit("");
    this.#onAsk(question);
  }

  #keydown(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** Return how many characters are left; the server counts code points, so do we. */
  #left() {
    return this.#limit - [...this.#field.value.trim()].length;
  }

  #count() {
    const left = this.#left();
    const counter = slot(this.#form, "counter");
    counter.textContent = this.#parts.phrase(left < 0 ? "too_long" : "left", { count: Math.abs(left) });
    counter.classList.toggle("chat-counter--over", left < 0);
    if (left < 0) this.#field.setAttribute("aria-invalid", "true");
    else this.#field.removeAttribute("aria-invalid");
  }
}
