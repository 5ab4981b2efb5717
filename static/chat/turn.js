/** One question and what came of it, on the screen. */

import { calmButton, handoverButton, helpCard, renderText, sourceList, suggestionList } from "./answer.js";
import { slot } from "./parts.js";
import { namesApart, quoteLanguage } from "./plain.js";

export class Turn {
  #parts;
  #language;
  #frame = 0;

  /**
   * `record` is what is remembered: `{bot, question, calm?, state, text?, sources?, cards?, answer?, detail?, helpful?}`.
   * `calm` says that the visitor has seen the help and finds that it is not urgent.
   */
  constructor({ parts, record, language }) {
    this.#parts = parts;
    this.#language = language;
    this.record = record;
    this.node = parts.stamp("turn", { question: record.question, calm: record.calm && parts.phrase("calm") });
    this.node.dataset.bot = record.bot;
    slot(this.node, "speaker").append(parts.stamp(`speaker-${record.bot}`));
  }

  /** What must be seen first: urgent help, else the question. */
  get beginning() {
    return this.node.querySelector('[data-level="act_now"]') ?? this.node;
  }

  focus() {
    slot(this.node, "question").parentElement.focus({ preventScroll: true });
  }

  /** Say that this bot takes over here. */
  takeOver(line) {
    this.node.prepend(line);
  }

  /** Empty the reply and show that an answer is under way. */
  wait() {
    this.node.dataset.state = "asked";
    for (const name of ["cards", "outcome", "body", "extras"]) slot(this.node, name).replaceChildren();
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

  /** Show the whole answer in place of what was streamed; `more` are the nodes that stand after it. */
  finish(...more) {
    const { answer, bot, question } = this.record;
    slot(this.node, "question").textContent = question; // The server may have masked what identifies someone.
    this.#settle();
    this.node.dataset.status = answer.status;
    slot(this.node, "reply").lang = answer.language;
    slot(this.node, "cards").replaceChildren(...answer.help_cards.map((card) => helpCard(this.#parts, card)));
    slot(this.node, "body").replaceChildren(renderText(answer.text, quoteLanguage(answer), namesApart(answer)));
    const outcome = `outcome-${answer.status}`;
    if (this.#parts.hasPart(outcome)) this.#fill("outcome", this.#parts.stamp(outcome));
    this.#fill(
      "extras",
      answer.status === "emergency" && calmButton(this.#parts, bot, question),
      answer.handover && handoverButton(this.#parts, answer.handover),
      sourceList(this.#parts, answer.sources, this.#language),
      suggestionList(this.#parts, answer.suggestions),
      ...more,
    );
  }

  /** Show what there is of an answer that did not come to its end, and `notice`, which says so and offers a way on. */
  breakOff(notice) {
    const { text, cards, sources } = this.record;
    this.#settle();
    slot(this.node, "cards").replaceChildren(...cards.map((card) => helpCard(this.#parts, card)));
    slot(this.node, "body").replaceChildren(renderText(text));
    this.#fill("extras", notice, text ? sourceList(this.#parts, sources, this.#language) : null);
  }

  #settle() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.node.dataset.state = this.record.state;
  }

  /** Put `nodes` in a slot: not part of the answer, so in the page's language, whatever the answer's is. */
  #fill(name, ...nodes) {
    const box = slot(this.node, name);
    box.replaceChildren(...nodes.filter(Boolean));
    for (const node of box.children) node.lang = this.#language;
  }
}
