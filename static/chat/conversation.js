/** The conversation with the bots: asks, shows what comes, and remembers it. */

import { actionRow, hush } from "./actions.js";
import { breakNotice } from "./answer.js";
import { Problem } from "./api.js";
import { Feedback } from "./feedback.js";
import { Log } from "./log.js";
import { plainCard, spokenRuns } from "./plain.js";
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
  #api;
  #parts;
  #memory;
  #host;
  #log;
  #token = "";
  #turns = [];
  #asking = null;
  #followed = null;

  /**
   * `host` has `bot` (the one asked next), `language`, `page` (the path it is asked on, if it is the site's own),
   * `quotesOnly`, `signal` (ends with the panel), `announce(text, answer?)` (see Announcer), `alarm(text, language)`, `changed()`,
   * `edit(question)`, `summarise(record)` and `emit(name, detail)`.
   */
  constructor({ api, parts, memory, host }) {
    this.#api = api;
    this.#parts = parts;
    this.#memory = memory;
    this.#host = host;
    this.#log = new Log(parts);
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      this.node.addEventListener(kind, () => (this.#followed = null), { passive: true });
    }
    this.#restore();
  }

  get node() {
    return this.#log.node;
  }

  get busy() {
    return this.#asking !== null;
  }

  get empty() {
    return this.#turns.length === 0;
  }

  /** The bots that have been asked, oldest turn first. */
  get speakers() {
    return this.#turns.map((turn) => turn.record.bot);
  }

  /** What is remembered of the turns that were answered. */
  get answered() {
    return this.#turns.map((turn) => turn.record).filter((record) => record.state === "done");
  }

  /** Ask `bot`, and show the answer as it comes. Does nothing while another answer is under way. */
  async ask(bot, question, { calm = false } = {}) {
    if (this.busy) return;
    const turn = this.#add({ bot, question, ...(calm && { calm }) });
    this.#log.remark("");
    this.#host.emit("ask", { bot, question });
    await this.#run(turn);
  }

  /** End the answer under way and keep what has come of it. */
  stop() {
    this.#asking?.abort();
  }

  /** Ask again what could not be asked without a connection. */
  resume() {
    const turn = this.#turns.at(-1);
    if (turn?.record.state === "offline" && !this.busy) this.#run(turn);
  }

  /** Let the bot that is asked next introduce itself. */
  introduce() {
    this.#log.introduce(this.#host.bot, this.speakers);
  }

  /** Show the last question and what came of it, or the greeting of the bot that is asked next. */
  scrollToLast() {
    if (!this.empty) scrollToTop(this.#turns.at(-1).beginning);
  }

  focusLast() {
    this.#turns.at(-1)?.focus();
  }

  /** Forget everything, here and on the server. */
  async forget() {
    const token = this.#token;
    this.stop();
    hush();
    this.#memory.clear();
    this.#token = "";
    for (const turn of this.#turns.splice(0)) turn.node.remove();
    this.introduce();
    this.#host.changed();
    this.#host.emit("forget", {});
    const done = token ? await this.#api.forget(token).then(() => true, () => false) : true;
    const text = this.#parts.phrase(done ? "forgotten" : "forgotten_here");
    this.#log.remark(text);
    this.#host.announce(text);
  }

  /** Let go of the answer under way, because the panel goes away. */
  disconnect() {
    this.#asking?.abort("disconnect");
    hush();
  }

  keepToken(token) {
    this.#token = token || this.#token;
    this.#save();
  }

  addCard(turn, card) {
    turn.record.cards.push(card);
    turn.addCard(card);
    this.#alarm(turn, [card], this.#host.language);
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
    const calmer = answer.help_cards.filter((card) => card.level !== "act_now");
    if (!turn.record.cards.length) this.#alarm(turn, answer.help_cards, answer.language);
    const question = answer.question ?? turn.record.question;
    Object.assign(turn.record, { state: "done", question, answer, text: "", sources: [], cards: [] });
    turn.finish(...this.#afterAnswer(turn));
    const cards = calmer.map((card) => ({ text: plainCard(card), language: answer.language }));
    this.#host.announce(this.#parts.phrase("ready"), [...cards, ...spokenRuns(answer)]);
    this.#host.emit("answer", { bot: turn.record.bot, answer });
  }

  async #run(turn) {
    const controller = new AbortController();
    this.#asking = controller;
    Object.assign(turn.record, { state: "asked", text: "", sources: [], cards: [], detail: "" });
    turn.wait();
    this.#save();
    this.#followed = turn;
    this.#follow(turn);
    this.#host.announce(this.#tookOver(turn) + this.#parts.phrase("thinking"));
    this.#host.changed();
    try {
      await this.#receive(turn, controller.signal);
      if (turn.record.state !== "done") this.#breakOff(turn, "cut");
    } catch (error) {
      if (controller.signal.reason === "disconnect") return; // Remembered as asked, to be asked again.
      if (controller.signal.aborted) this.#breakOff(turn, "stopped");
      else if (error instanceof Problem) this.#breakOff(turn, "failed", error);
      else this.#breakOff(turn, navigator.onLine ? "cut" : "offline");
    } finally {
      this.#asking = null;
    }
    if (this.#turns.includes(turn)) this.#save();
    this.#host.changed();
    this.#follow(turn);
  }

  /** Take the events of one answer. A conversation that the server has forgotten is begun anew, once. */
  async #receive(turn, signal) {
    const { bot, question, calm } = turn.record;
    const inquiry = { message: question, language: this.#host.language };
    if (this.#host.page) inquiry.page = this.#host.page;
    if (this.#token) inquiry.conversation = this.#token;
    if (calm) inquiry.not_urgent = true;
    if (this.#host.quotesOnly) inquiry.quotes_only = true;
    try {
      for await (const { name, data } of this.#api.ask(bot, inquiry, signal)) {
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
    const notice = this.#notice(turn);
    this.#host.announce([...notice.querySelectorAll("p")].map((line) => line.textContent.trim()).join(" "));
    turn.breakOff(notice);
    this.#host.emit("failure", { bot: turn.record.bot, state, detail: turn.record.detail });
  }

  #notice(turn) {
    return breakNotice(this.#parts, turn.record, {
      retry: () => this.#retry(turn),
      edit: () => this.#host.edit(turn.record.question),
    });
  }

  #retry(turn) {
    if (this.busy) return;
    turn.focus();
    this.#run(turn);
  }

  /** Break in with the cards that cannot wait. */
  #alarm(turn, cards, language) {
    const urgent = cards.filter((card) => card.level === "act_now");
    if (urgent.length) this.#host.alarm(urgent.map(plainCard).join("\n"), language);
  }

  /** Return the nodes that stand under an answer: what to do with it, and whether it helped. */
  #afterAnswer(turn) {
    const { answer, bot, helpful, question } = turn.record;
    const announce = (text) => this.#host.announce(text);
    const send = async (feedback) => {
      await this.#api.sendFeedback(answer.id, feedback);
      turn.record.helpful = feedback.helpful;
      this.#save();
      this.#host.emit("feedback", { bot, id: answer.id, ...feedback });
    };
    return [
      actionRow(this.#parts, turn.record, {
        announce,
        signal: this.#host.signal,
        edit: () => this.#host.edit(question),
        summarise: () => this.#host.summarise(turn.record),
      }),
      new Feedback({ parts: this.#parts, send, announce, helpful }).node,
    ];
  }

  #add(record) {
    const turn = new Turn({ parts: this.#parts, record, language: this.#host.language });
    this.#turns.push(turn);
    if (this.#tookOver(turn)) turn.takeOver(this.#log.switchLine(record.bot));
    this.#log.add(turn);
    this.introduce();
    return turn;
  }

  /** Return what says that another bot answers from this turn on, "" when none does. */
  #tookOver(turn) {
    const before = this.#turns[this.#turns.indexOf(turn) - 1];
    const { bot } = turn.record;
    return before && before.record.bot !== bot ? `${this.#log.switchLine(bot).textContent.trim()}. ` : "";
  }

  #restore() {
    const { token, turns } = this.#memory.talk;
    this.#token = token;
    for (const record of turns) {
      if (!this.#parts.hasPart(`speaker-${record.bot}`)) continue; // A bot that cannot be asked here any more.
      const turn = this.#add(record);
      if (record.state === "asked" || record.state === "offline") record.state = "cut";
      if (record.state === "done") turn.finish(...this.#afterAnswer(turn));
      else turn.breakOff(this.#notice(turn));
    }
    this.introduce();
  }

  #save() {
    this.#memory.write({ token: this.#token, turns: this.#turns.map((turn) => turn.record) });
  }

  /** Keep the beginning of the turn in sight while it grows, until the visitor scrolls. */
  #follow(turn) {
    if (this.#followed === turn) scrollToTop(turn.beginning);
  }
}
