/** What a screen reader hears of the chat: one polite region for what happens, one that breaks in when it is urgent. */

import { slot } from "./parts.js";

export class Announcer {
  #panel;
  #language;

  constructor(panel, language) {
    this.#panel = panel;
    this.#language = language;
  }

  /** Tell, once, what happens, and the finished answer in its own language. */
  say(text, { answer = "", language = this.#language } = {}) {
    slot(this.#panel, "announcement").textContent = text;
    this.#speak("announced-answer", answer, language);
  }

  /** Tell at once, over everything else. */
  alarm(text, language) {
    this.#speak("alarm", text, language);
  }

  #speak(name, text, language) {
    const node = slot(this.#panel, name);
    node.lang = language;
    node.textContent = text;
  }
}
