/** One question and what came of it, on the screen. */

import { handoverButton, helpCard, sourceList, suggestionList } from "./answer.js";
import { slot } from "./parts.js";
import { renderText } from "./text.js";

export class Turn {
  #parts;
  #language;
  #frame = 0;

  /** `record` is what is remembered: `{question, state, text?, sources?, cards?, answer?, detail?, helpful?}`. */
  constructor({ parts, record, language }) {
    this.#parts = parts;
    this.#language = language;
    this.record = record;
    this.node = parts.stamp("turn", { question: record.question });
  }

  /** Empty the reply and show that an answer is under way. */
  wait() {
    this.node.dataset.state = "asked";
    for (const name of ["cards", "body", "extras"]) slot(this.node, name).replaceChildren();
    slot(this.node, "reply").lang = this.#language;
    this.showStep("thinking");
  }

  /** Say what is being done. */
  showStep(phrase) {
    slot(this.node, "step").textContent = this.#parts.phrase(phrase);
  }

  /** Show the text so far; the screen follows at its own pace. `after` runs when it has. */
  showText(after) {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      slot(this.node, "body").replaceChildren(renderText(this.record.text));
      after();
    });
  }

  addCard(card) {
    slot(this.node, "cards").append(helpCard(this.#parts, card));
  }

  /** Show the whole answer in place of what was streamed. `feedback` is the node that asks whether it helped. */
  finish(feedback) {
    const { answer } = this.record;
    this.#settle();
    this.node.dataset.status = answer.status;
    slot(this.node, "reply").lang = answer.language;
    slot(this.node, "cards").replaceChildren(...answer.help_cards.map((card) => helpCard(this.#parts, card)));
    slot(this.node, "body").replaceChildren(renderText(answer.text));
    this.#showExtras(
      answer.handover && handoverButton(this.#parts, answer.handover),
      sourceList(this.#parts, answer.sources, this.#language),
      suggestionList(this.#parts, answer.suggestions),
      feedback,
    );
  }

  /** Show what there is of an answer that did not come to its end, and `notice`, which says so and offers a way on. */
  breakOff(notice) {
    const { text, cards, sources } = this.record;
    this.#settle();
    slot(this.node, "cards").replaceChildren(...cards.map((card) => helpCard(this.#parts, card)));
    slot(this.node, "body").replaceChildren(renderText(text));
    this.#showExtras(notice, text ? sourceList(this.#parts, sources, this.#language) : null);
  }

  #settle() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.node.dataset.state = this.record.state;
  }

  #showExtras(...nodes) {
    const extras = slot(this.node, "extras");
    extras.replaceChildren(...nodes.filter(Boolean));
    // What is not part of the answer is in the page's language, whatever the answer's is.
    for (const node of extras.children) node.lang = this.#language;
  }
}
