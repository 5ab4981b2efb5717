/**
 * <vejviser-chat bot="guide" bots="guide health" language="da" api="/api/v1/">: the chat on a page.
 *
 * Holds links to the chat pages, which work without this script and open the panel with it, and the
 * server's templates for everything shown. With the attribute `inline` the panel stands in the page.
 * Sends bubbling events "vejviser-chat:NAME": open, close, bot, ask, answer, failure, feedback, forget.
 */

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Dock } from "./dock.js";
import { Entrance, isElsewhere, isKept } from "./entrance.js";
import { rememberFollowed, showFollowed } from "./highlight.js";
import { openBot, rememberOpen } from "./memory.js";
import { Parts, slot } from "./parts.js";

export class VejviserChat extends HTMLElement {
  static observedAttributes = ["bot"];

  #parts;
  #api;
  #listeners;
  #panel = null;
  #dock = null;
  #composer;
  #conversations = new Map();
  #entrance = null;

  get bot() {
    return this.getAttribute("bot") ?? "guide";
  }

  set bot(name) {
    this.setAttribute("bot", name);
  }

  /** Names of the bots that can be chosen here. */
  get bots() {
    return (this.getAttribute("bots") ?? this.bot).split(/\s+/).filter(Boolean);
  }

  get language() {
    return this.getAttribute("language") ?? document.documentElement.lang;
  }

  get inline() {
    return this.hasAttribute("inline");
  }

  get isOpen() {
    return this.hasAttribute("open");
  }

  connectedCallback() {
    this.#listeners = new AbortController();
    this.#parts = new Parts(this);
    this.#api = new Api(this.getAttribute("api") ?? "/api/v1/", this.language);
    this.#listen(window, "pageshow", (event) => event.persisted && this.#refresh());
    if (this.inline) return this.#build();
    const { signal } = this.#listeners;
    this.#entrance = new Entrance({ root: this, parts: this.#parts, onOpen: (bot) => this.open(bot), signal });
    if (this.#parts.hasPart(`conversation-${openBot()}`) && !Dock.covers) this.#reopen(openBot());
  }

  disconnectedCallback() {
    this.#listeners.abort();
    for (const conversation of this.#conversations.values()) conversation.disconnect();
    this.#conversations.clear();
    (this.#dock?.node ?? this.#panel)?.remove();
    this.#dock = this.#panel = null;
    this.#hideFallback(false);
    this.removeAttribute("open");
  }

  attributeChangedCallback(name, before, now) {
    if (this.#panel && before !== now) this.#showBot();
  }

  /** Open the panel, with the focus where a question is written. */
  open(bot = this.bot) {
    if (!this.#panel) this.#build();
    this.bot = bot;
    if (this.#dock && !this.isOpen) {
      this.#dock.open();
      this.#markOpen();
    }
    this.#conversation().scrollToLast();
    this.#composer.focus();
  }

  /** Close the panel and give the focus back. An answer under way goes on. */
  close() {
    if (!this.isOpen) return;
    this.#dock.close();
    this.removeAttribute("open");
    rememberOpen(null);
    this.#entrance.markKept();
    this.#entrance.focus();
    this.#emit("close");
  }

  /** Open the panel as it stood on the page before, without taking the focus. */
  #reopen(bot) {
    this.#build();
    this.bot = bot;
    this.#dock.show();
    this.#markOpen();
    this.#conversation().scrollToLast();
  }

  #markOpen() {
    this.setAttribute("open", "");
    rememberOpen(this.bot);
    this.#emit("open");
  }

  #build() {
    const { signal } = this.#listeners;
    this.#panel = this.#parts.stamp("panel");
    if (!this.inline) {
      const label = slot(this.#panel, "title").id;
      this.#dock = new Dock({ panel: this.#panel, label, onClose: () => this.close(), signal });
    }
    this.append(this.#dock?.node ?? this.#panel);
    this.#hideFallback(true);
    this.#composer = new Composer({
      parts: this.#parts,
      form: slot(this.#panel, "form"),
      onAsk: (question) => this.#conversation().ask(question),
      onStop: () => this.#conversation().stop(),
    });
    this.#listen(this.#panel, "click", (event) => this.#click(event));
    this.#showBot();
  }

  /** The plain forms give way to the panel. */
  #hideFallback(hidden) {
    for (const fallback of this.querySelectorAll("[data-fallback]")) fallback.hidden = hidden;
  }

  /** Show the conversation with the bot in the attribute. */
  #showBot() {
    const shown = this.#conversation();
    for (const conversation of this.#conversations.values()) conversation.node.hidden = conversation !== shown;
    this.#showChoices();
    slot(this.#panel, "form").action = this.#parts.phrase(`page_${this.bot}`);
    if (this.isOpen) rememberOpen(this.bot);
    this.#update();
    this.#emit("bot");
  }

  /** Offer the bots of this page, the one shown, and those that the visitor has talked to. */
  #showChoices() {
    const choices = [...slot(this.#panel, "chooser").querySelectorAll("[data-choose]")];
    for (const button of choices) {
      const bot = button.dataset.choose;
      button.hidden = !(bot === this.bot || this.bots.includes(bot) || this.#conversations.has(bot) || isKept(bot));
      button.setAttribute("aria-pressed", String(bot === this.bot));
      if (bot === this.bot) slot(this.#panel, "title").textContent = button.textContent.trim();
    }
    slot(this.#panel, "chooser").hidden = choices.filter((button) => !button.hidden).length < 2;
  }

  /** Return the conversation with the bot in the attribute. */
  #conversation() {
    if (!this.#conversations.has(this.bot)) {
      const host = {
        language: this.language,
        announce: (text, answer) => this.#announce(text, answer),
        changed: () => this.#update(),
        edit: (question) => this.#composer.edit(question),
        focusQuestion: () => this.#composer.focus(),
        emit: (name, detail) => this.#emit(name, detail),
      };
      const conversation = new Conversation({ bot: this.bot, api: this.#api, parts: this.#parts, host });
      this.#conversations.set(this.bot, conversation);
      slot(this.#panel, "conversations").append(conversation.node);
    }
    return this.#conversations.get(this.bot);
  }

  /** Bring the buttons in line with the conversation shown. */
  #update() {
    const conversation = this.#conversation();
    this.#composer.busy = conversation.busy;
    slot(this.#panel, "forget").hidden = conversation.empty;
  }

  /** Tell the live region, once: what happens, and the finished answer in its own language. */
  #announce(text, { answer = "", language = this.language } = {}) {
    slot(this.#panel, "announcement").textContent = text;
    const spoken = slot(this.#panel, "announced-answer");
    spoken.textContent = answer;
    spoken.lang = language;
  }

  #click(event) {
    const node = event.target.closest("a[href], button");
    if (!node) return;
    const { ask, choose, handover, question, slot: name } = node.dataset;
    if (node.matches("a")) this.#follow(event, node);
    else if (ask !== undefined) this.#ask(this.bot, node.textContent.trim());
    else if (choose) this.open(choose);
    else if (handover) this.#ask(handover, question);
    else if (name === "close") this.close();
    else if (name === "forget") this.#forget();
  }

  #ask(bot, question) {
    this.open(bot);
    this.#conversation().ask(question);
  }

  #forget() {
    this.#conversation().forget();
    this.#composer.focus();
  }

  /** Follow a link from the chat: its section is marked there, and a sheet that covers the page steps aside. */
  #follow(event, link) {
    if (isElsewhere(event) || !link.protocol.startsWith("http")) return;
    rememberFollowed(link.href);
    if (this.#dock?.covers) this.close();
    if (link.hash && link.href.split("#")[0] === location.href.split("#")[0]) {
      event.preventDefault();
      location.hash = link.hash;
      showFollowed();
    }
  }

  /** Begin again from what the tab remembers: the page comes back from the browser's cache. */
  #refresh() {
    this.disconnectedCallback();
    this.connectedCallback();
  }

  #listen(target, type, listener) {
    target.addEventListener(type, listener, { signal: this.#listeners.signal });
  }

  #emit(name, detail = { bot: this.bot }) {
    this.dispatchEvent(new CustomEvent(`vejviser-chat:${name}`, { bubbles: true, detail }));
  }
}
