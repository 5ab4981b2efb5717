/** One bot's conversation: asks, shows what comes, and remembers it. */

import { spokenText } from "./answer.js";
import { Problem } from "./api.js";
import { Feedback } from "./feedback.js";
import { Memory } from "./memory.js";
import { breakNotice } from "./notice.js";
import { slot } from "./parts.js";
import { scrollToTop } from "./scrolling.js";
import { Turn } from "./turn.js";

/** What each event of the stream does. An event that is not here is none of our business. */
const ON = {
  accepted: (conversation, turn, { conversation: token }) => conversation.keepToken(token),
  sources: (conversation, turn, { sources }) => (turn.record.sources = sources),
  help_card: (conversation, turn, card) => conversation.addCard(turn, card),
  delta: (conversation, turn, { text }) => conversation.addText(turn, text),
  done: (conversation, turn, answer) => conversation.finish(turn, answer),
  error: (conversation, turn, problem) => {
    throw new Problem(problem);
  },
};

export class Conversation {
  #bot;
  #api;
  #parts;
  #host;
  #memory;
  #token = "";
  #turns = [];
  #asking = null;
  #followed = null;

  /** `host` has `language`, `announce(text, answer?)`, `changed()` and `emit(name, detail)`. */
  constructor({ bot, api, parts, host }) {
    this.#bot = bot;
    this.#api = api;
    this.#parts = parts;
    this.#host = host;
    this.#memory = new Memory(bot);
    this.node = parts.stamp(`conversation-${bot}`);
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      this.node.addEventListener(kind, () => (this.#followed = null), { passive: true });
    }
    this.#restore();
  }

  get busy() {
    return this.#asking !== null;
  }

  get empty() {
    return this.#turns.length === 0;
  }

  /** Ask, and show the answer as it comes. Does nothing while another answer is under way. */
  async ask(question) {
    if (this.busy) return;
    const turn = this.#add({ question });
    this.#host.emit("ask", { bot: this.#bot, question });
    await this.#run(turn);
  }

  /** End the answer under way and keep what has come of it. */
  stop() {
    this.#asking?.abort();
  }

  /** Show the last question and what came of it. */
  scrollToLast() {
    if (!this.empty) scrollToTop(this.#turns.at(-1).node);
  }

  /** Forget everything, here and on the server. */
  async forget() {
    const token = this.#token;
    this.stop();
    this.#memory.clear();
    this.#token = "";
    for (const turn of this.#turns.splice(0)) turn.node.remove();
    this.#showStart();
    this.#host.changed();
    this.#host.emit("forget", { bot: this.#bot });
    try {
      if (token) await this.#api.forget(token);
      this.#say("forgotten");
    } catch {
      this.#say("forgotten_here");
    }
  }

  /** Let go of the answer under way, because the panel goes away. */
  disconnect() {
    this.#asking?.abort("disconnect");
  }

  keepToken(token) {
    this.#token = token || this.#token;
    this.#save();
  }

  addCard(turn, card) {
    turn.record.cards.push(card);
    turn.addCard(card);
    this.#follow(turn);
  }

  addText(turn, text) {
    if (!turn.record.text) turn.showStep("writing");
    turn.record.text += text;
    turn.showText(() => this.#follow(turn));
  }

  finish(turn, answer) {
    this.#token = answer.conversation || this.#token;
    if (answer.status === "unavailable") throw new Problem({ detail: answer.text }); // It can be asked again.
    Object.assign(turn.record, { state: "done", answer, text: "", sources: [], cards: [] });
    turn.finish(this.#feedback(turn));
    this.#host.announce(this.#parts.phrase("ready"), { answer: spokenText(answer), language: answer.language });
    this.#host.emit("answer", { bot: this.#bot, answer });
  }

  async #run(turn) {
    const controller = new AbortController();
    this.#asking = controller;
    Object.assign(turn.record, { state: "asked", text: "", sources: [], cards: [], detail: "" });
    turn.wait();
    this.#save();
    this.#followed = turn;
    this.#follow(turn);
    this.#host.announce(this.#parts.phrase("thinking"));
    this.#host.changed();
    try {
      await this.#receive(turn, controller.signal);
      if (turn.record.state !== "done") this.#breakOff(turn, "cut");
    } catch (error) {
      if (controller.signal.reason === "disconnect") return; // Remembered as asked, to be asked again.
      if (controller.signal.aborted) this.#breakOff(turn, "stopped");
      else if (error instanceof Problem) this.#breakOff(turn, "failed", error);
      else {
        console.warn(error);
        this.#breakOff(turn, "cut");
      }
    } finally {
      this.#asking = null;
    }
    if (this.#turns.includes(turn)) this.#save();
    this.#host.changed();
    this.#follow(turn);
  }

  /** Take the events of one answer. A conversation that the server has forgotten is begun anew, once. */
  async #receive(turn, signal) {
    const question = { message: turn.record.question, language: this.#host.language, page: location.pathname };
    if (this.#token) question.conversation = this.#token;
    try {
      for await (const { name, data } of this.#api.ask(this.#bot, question, signal)) {
        signal.throwIfAborted();
        if (Object.hasOwn(ON, name)) ON[name](this, turn, data);
        if (turn.record.state === "done") return;
      }
    } catch (error) {
      if (!(this.#token && error instanceof Problem && error.isForgotten)) throw error;
      this.#token = "";
      await this.#receive(turn, signal);
    }
  }

  #breakOff(turn, state, problem = null) {
    if (!this.#turns.includes(turn)) return;
    Object.assign(turn.record, { state, detail: problem?.message ?? "", unaskable: problem?.isQuestion ?? false });
    turn.breakOff(this.#notice(turn));
    this.#host.announce(turn.record.detail || this.#parts.phrase(state));
    this.#host.emit("failure", { bot: this.#bot, state, detail: turn.record.detail });
  }

  #notice(turn) {
    return breakNotice(this.#parts, turn.record, {
      retry: () => this.#retry(turn),
      edit: () => this.#host.edit(turn.record.question),
    });
  }

  #retry(turn) {
    if (this.busy) return;
    this.#host.focusQuestion();
    this.#run(turn);
  }

  #feedback(turn) {
    const { answer, helpful } = turn.record;
    const send = async (feedback) => {
      await this.#api.sendFeedback(answer.id, feedback);
      turn.record.helpful = feedback.helpful;
      this.#save();
      this.#host.emit("feedback", { bot: this.#bot, id: answer.id, ...feedback });
    };
    return new Feedback({ parts: this.#parts, send, announce: (text) => this.#host.announce(text), helpful }).node;
  }

  #add(record) {
    const turn = new Turn({ parts: this.#parts, record, language: this.#host.language });
    this.#turns.push(turn);
    slot(this.node, "turns").append(turn.node);
    this.#showStart();
    return turn;
  }

  #restore() {
    const { token, turns } = this.#memory.read();
    this.#token = token;
    for (const record of turns) {
      const turn = this.#add(record);
      if (record.state === "asked") record.state = "cut";
      if (record.state === "done") turn.finish(this.#feedback(turn));
      else turn.breakOff(this.#notice(turn));
    }
  }

  #save() {
    this.#memory.write({ token: this.#token, turns: this.#turns.map((turn) => turn.record) });
  }

  #showStart() {
    slot(this.node, "start").hidden = !this.empty;
    slot(this.node, "remark").hidden = true;
  }

  #say(phrase) {
    const remark = slot(this.node, "remark");
    remark.textContent = this.#parts.phrase(phrase);
    remark.hidden = false;
    this.#host.announce(remark.textContent);
  }

  /** Keep the beginning of the turn in sight while it grows, until the visitor scrolls. */
  #follow(turn) {
    if (this.#followed === turn) scrollToTop(turn.node);
  }
}
