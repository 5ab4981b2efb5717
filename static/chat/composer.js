/** The form where a question is written: Enter sends, the counter counts, a CPR number is held back. */

import { findCpr, maskCpr } from "./cpr.js";
import { slot } from "./parts.js";

/** Characters left from which on a screen reader is told, and again when there are too many. */
const FEW = 50;

export class Composer {
  #parts;
  #memory;
  #form;
  #field;
  #limit;
  #busy = false;
  #told = 0;
  #given = "";
  #kept = "";
  #announce;
  #onAsk;
  #onStop;

  /** `form` is the real form; `onAsk(question)` and `onStop()` are called when it is sent or stopped. */
  constructor({ parts, memory, form, announce, onAsk, onStop }) {
    this.#parts = parts;
    this.#memory = memory;
    this.#form = form;
    this.#field = form.elements.message;
    this.#limit = Number(form.dataset.limit);
    this.#announce = announce;
    this.#onAsk = onAsk;
    this.#onStop = onStop;
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#field.addEventListener("keydown", (event) => this.#keydown(event));
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("change", () => memory.write({ draft: this.#kept || this.#field.value }));
    slot(form, "stop").addEventListener("click", () => this.#onStop());
    slot(form, "mask").addEventListener("click", () => this.#send(maskCpr(this.#field.value)));
    slot(form, "revise").addEventListener("click", () => this.#revise());
    this.#field.value = memory.talk.draft;
    this.#changed();
    const quotes = form.elements.quotes_only;
    if (!quotes) return;
    quotes.checked = memory.quotes;
    quotes.addEventListener("change", () => (memory.quotes = quotes.checked));
  }

  /** Show whether an answer is under way: the button then stops it. */
  set busy(busy) {
    const button = slot(this.#form, busy ? "send" : "stop");
    const hadFocus = button === button.getRootNode().activeElement;
    this.#busy = busy;
    slot(this.#form, "send").hidden = busy;
    slot(this.#form, "stop").hidden = !busy;
    if (hadFocus) this.focus();
  }

  /** Whether the visitor wants quotations only. */
  get quotesOnly() {
    return this.#form.elements.quotes_only?.checked ?? false;
  }

  focus() {
    this.#field.focus();
  }

  /** Put `question` where it can be changed, with the cursor after it. What was being written comes back when it is sent. */
  edit(question) {
    const draft = this.#field.value.trim();
    this.#fill(question);
    if (draft && draft !== this.#given && draft !== question) {
      this.#kept ||= draft;
      const kept = this.#parts.phrase("kept");
      slot(this.#form, "counter").textContent = kept;
      this.#announce(kept);
    }
    this.#given = question;
    this.focus();
    this.#field.setSelectionRange(question.length, question.length);
  }

  /** Take away what is written. */
  clear() {
    this.#kept = this.#given = "";
    this.#fill("");
  }

  #fill(text) {
    this.#field.value = text;
    this.#changed();
  }

  #submit(event) {
    event.preventDefault();
    const found = findCpr(this.#field.value);
    if (found) this.#warn();
    else this.#send(this.#field.value);
  }

  #send(text) {
    const question = text.trim();
    const left = this.#left(question);
    const refusal = this.#busy ? "wait" : !question ? "nothing" : left < 0 && "unsent";
    this.focus();
    if (refusal) return this.#announce(this.#parts.phrase(refusal, { count: -left }));
    const draft = this.#kept;
    this.clear();
    this.#fill(draft);
    this.#memory.write({ draft });
    this.#onAsk(question);
  }

  /** Hold the question back and say why. The number itself is not repeated. */
  #warn() {
    const warning = slot(this.#form, "warning");
    warning.hidden = false;
    warning.focus();
  }

  /** Lead to the number, selected. */
  #revise() {
    const { index, number } = findCpr(this.#field.value) ?? { index: 0, number: "" };
    this.focus();
    this.#field.setSelectionRange(index, index + number.length);
  }

  #keydown(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** Return how many characters are left; the server counts code points, so do we. */
  #left(text) {
    return this.#limit - [...text.trim()].length;
  }

  #changed() {
    if (!findCpr(this.#field.value)) slot(this.#form, "warning").hidden = true;
    const left = this.#left(this.#field.value);
    const counter = slot(this.#form, "counter");
    counter.textContent = this.#parts.phrase(left < 0 ? "too_long" : "left", { count: Math.abs(left) });
    counter.classList.toggle("chat-counter--over", left < 0);
    if (left < 0) this.#field.setAttribute("aria-invalid", "true");
    else this.#field.removeAttribute("aria-invalid");
    const told = (left <= FEW) + (left < 0);
    if (told > this.#told) this.#announce(counter.textContent);
    this.#told = told;
  }
}
