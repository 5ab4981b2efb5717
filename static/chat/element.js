/**
 * <vejviser-chat bot="guide" bots="guide health" language="da" api="/api/v1/">: the chat on a page.
 *
 * Holds links to the chat pages, which work without this script and open the panel with it, and the
 * server's templates for everything shown. With the attribute `inline` the panel stands in the page.
 * On a page of another site, `site` has the address that the paths in answers belong to; `scope` tells
 * apart the memories of several chats on one page. It may stand in a shadow tree.
 * Sends bubbling events "vejviser-chat:NAME": open, close, bot, ask, answer, failure, feedback, forget.
 */

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Announcer, Dock, Entrance, isElsewhere } from "./frame.js";
import { rememberFollowed, showFollowed } from "./highlight.js";
import { Memory } from "./memory.js";
import { Parts, slot } from "./parts.js";

/** Where a finger points, a focused field brings up a keyboard over half of what there is to read. */
const FINGER = matchMedia("(pointer: coarse)");

export class VejviserChat extends HTMLElement {
  static observedAttributes = ["bot"];

  #parts;
  #memory;
  #api;
  #listeners;
  #panel = null;
  #dock = null;
  #announcer;
  #composer;
  #conversation = null;
  #entrance = null;
  #summary = null;
  #summaryScript;

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

  /** Address of the site that the chat belongs to, "" when it is the page's own. */
  get site() {
    return this.getAttribute("site") ?? "";
  }

  get isOpen() {
    return this.hasAttribute("open");
  }

  connectedCallback() {
    if (!this.isConnected) return; // It has been moved, and taken away again since.
    this.#listeners = new AbortController();
    this.#parts = new Parts(this, this.site);
    this.#memory = new Memory(this.getAttribute("scope") ?? "");
    this.#api = new Api(this.getAttribute("api") ?? "/api/v1/", this.language);
    this.#listen(window, "pageshow", (event) => event.persisted && this.#refresh());
    this.#listen(window, "online", () => this.#conversation?.resume());
    if (this.inline) return this.#build();
    const { signal } = this.#listeners;
    this.#entrance = new Entrance({
      root: this,
      parts: this.#parts,
      memory: this.#memory,
      onOpen: (bot) => this.open(bot),
      signal,
    });
    const wanted = this.#memory.open ?? (this.hasAttribute("start-open") ? this.bot : "");
    if (this.#parts.hasPart(`welcome-${wanted}`) && !Dock.covers) this.#reopen(wanted);
  }

  disconnectedCallback() {
    this.#listeners.abort();
    this.#conversation?.disconnect();
    this.#summary?.close();
    (this.#dock?.node ?? this.#panel)?.remove();
    this.#dock = this.#panel = this.#conversation = null;
    this.#hideFallback(false);
    this.removeAttribute("open");
  }

  attributeChangedCallback(name, before, now) {
    if (this.#panel && before !== now) this.#showBot();
  }

  /** Open the panel, with the focus where a question is written. */
  open(bot = this.bot) {
    this.#show(bot);
    this.#conversation.scrollToLast();
    if (FINGER.matches) slot(this.#panel, "title").focus({ preventScroll: true });
    else this.#composer.focus();
  }

  /** Open the panel and ask there. While an answer is under way, the question waits in the field. */
  ask(question, bot = this.bot) {
    this.open(bot);
    if (this.#conversation.busy) this.#composer.edit(question);
    else this.#carry(bot, question);
  }

  /** Close the panel and give the focus back, if it was there. An answer under way goes on. */
  close() {
    if (!this.isOpen) return;
    const hadFocus = document.activeElement === document.body || this.#dock.node.matches(":focus-within");
    this.#dock.close();
    this.removeAttribute("open");
    this.#memory.open = "";
    this.#entrance.markKept();
    if (hadFocus) this.#entrance.focus();
    this.#emit("close");
  }

  /** Return a link that leads back to the conversation, or null where it stands in the page itself. */
  wayBack() {
    if (this.inline) return null;
    const bot = this.#memory.talk.turns.at(-1)?.bot ?? this.bot;
    const link = this.#parts.stamp("way-back");
    this.#parts.lead(link, this.#parts.phrase(`page_${bot}`));
    return link;
  }

  #show(bot) {
    if (!this.#panel) this.#build();
    this.bot = bot;
    if (!this.#dock || this.isOpen) return;
    this.#dock.open();
    this.#markOpen();
  }

  /** Open the panel as it stood on the page before, without taking the focus. */
  #reopen(bot) {
    this.#build();
    this.bot = bot;
    this.#dock.show();
    this.#markOpen();
    this.#conversation.scrollToLast();
  }

  #markOpen() {
    this.setAttribute("open", "");
    this.#memory.open = this.bot;
    this.#emit("open");
  }

  #build() {
    const { signal } = this.#listeners;
    // Not before the panel is wanted, and not later: then making a summary asks nobody for anything.
    this.#summaryScript = import("./summary.js").catch(() => null);
    this.#panel = this.#parts.stamp("panel");
    if (!this.inline) {
      const label = slot(this.#panel, "title").id;
      // Whatever else takes Escape on our own pages; on a page of another site nobody knows.
      const escapes = this.site ? "body" : ":not(dialog *, [role=combobox])";
      this.#dock = new Dock({ panel: this.#panel, label, escapes, onClose: () => this.close(), signal });
    }
    this.append(this.#dock?.node ?? this.#panel);
    this.#hideFallback(true);
    this.#announcer = new Announcer(this.#panel);
    this.#composer = new Composer({
      parts: this.#parts,
      memory: this.#memory,
      form: slot(this.#panel, "form"),
      announce: (text) => this.#announcer.say(text),
      onAsk: (question) => this.#asked(this.bot, question),
      onStop: () => this.#conversation.stop(),
    });
    this.#conversation = new Conversation({
      api: this.#api,
      parts: this.#parts,
      memory: this.#memory,
      host: this.#host(),
    });
    slot(this.#panel, "conversations").append(this.#conversation.node);
    this.#listen(this.#panel, "click", (event) => this.#click(event));
    this.#showBot();
  }

  /** Return what the conversation needs of the panel around it. */
  #host() {
    const chat = this;
    return {
      language: this.language,
      page: this.site ? "" : location.pathname,
      signal: this.#listeners.signal,
      get bot() {
        return chat.bot;
      },
      get quotesOnly() {
        return chat.#composer.quotesOnly;
      },
      announce: (text, answer) => this.#announcer.say(text, answer),
      alarm: (text, language) => this.#alarm(text, language),
      changed: () => this.#update(),
      edit: (question) => this.#composer.edit(question),
      summarise: (record) => this.#summarise(record),
      emit: (name, detail) => this.#emit(name, detail),
    };
  }

  /** The plain forms give way to the panel. */
  #hideFallback(hidden) {
    for (const fallback of this.querySelectorAll("[data-fallback]")) fallback.hidden = hidden;
  }

  /** Let the bot in the attribute be the one that is asked. */
  #showBot() {
    this.#panel.dataset.bot = this.bot;
    slot(this.#panel, "title").replaceChildren(this.#parts.stamp(`speaker-${this.bot}`));
    slot(this.#panel, "form").action = this.#parts.address(this.#parts.phrase(`page_${this.bot}`));
    if (this.isOpen) this.#memory.open = this.bot;
    this.#conversation?.introduce();
    this.#update();
    this.#emit("bot");
  }

  /** Offer the bots of this page, the one shown, and those that the visitor has talked to. */
  #showChoices() {
    const offered = new Set([this.bot, ...this.bots, ...this.#conversation.speakers]);
    const choices = [...slot(this.#panel, "chooser").querySelectorAll("[data-choose]")];
    for (const button of choices) {
      button.hidden = !offered.has(button.dataset.choose);
      button.setAttribute("aria-pressed", String(button.dataset.choose === this.bot));
    }
    slot(this.#panel, "chooser").hidden = offered.size < 2;
  }

  /** Bring the buttons in line with the conversation. */
  #update() {
    if (!this.#conversation) return; // It is being built.
    this.#composer.busy = this.#conversation.busy;
    slot(this.#panel, "forget").hidden = this.#conversation.empty;
    this.#showChoices();
  }

  /** Break in: urgent help shows even when the panel was closed meanwhile. */
  #alarm(text, language) {
    this.#show(this.bot);
    this.#announcer.alarm(text, language);
  }

  #click(event) {
    const node = event.target.closest("a[href], button");
    if (!node) return;
    const { ask, choose, handover, calm, question, slot: name } = node.dataset;
    if (node.matches("a")) this.#follow(event, node);
    else if (ask !== undefined) this.#carry(this.bot, node.textContent.trim());
    else if (choose) this.#choose(choose);
    else if (handover) this.#carry(handover, question);
    else if (calm) this.#carry(calm, question, { calm: true });
    else if (name === "close") this.close();
    else if (name === "forget") this.#forget();
  }

  #choose(bot) {
    this.bot = bot;
    this.#announcer.say(slot(this.#panel, "title").textContent.trim());
    slot(this.#conversation.node, "bottom").scrollIntoView({ block: "nearest" });
    if (!FINGER.matches) this.#composer.focus();
  }

  /** Ask with a click: the focus goes to the question, for the button may be gone. */
  #carry(bot, question, how) {
    this.bot = bot;
    this.#conversation.ask(bot, question, how);
    this.#conversation.focusLast();
  }

  #asked(bot, question) {
    this.#conversation.ask(bot, question);
    if (FINGER.matches) this.#conversation.focusLast();
  }

  #forget() {
    this.#composer.clear();
    this.#conversation.forget();
    this.#composer.focus();
  }

  async #summarise(record) {
    const { signal } = this.#listeners;
    const script = await this.#summaryScript;
    if (signal.aborted) return;
    if (!script) return this.#announcer.alarm(this.#parts.phrase("failed"), this.language);
    const root = this.getRootNode();
    this.#summary = script.showSummary({
      parts: this.#parts,
      memory: this.#memory,
      records: this.#conversation.answered,
      chosen: record,
      language: this.language,
      place: root.body ?? root, // Beside everything else, so that paper can leave the rest out.
    });
  }

  /** Follow a link from the chat: its section is marked there, and a panel that lies over the page steps aside. */
  #follow(event, link) {
    if (this.site || isElsewhere(event) || !link.protocol.startsWith("http")) return;
    rememberFollowed(link.href);
    if (this.#dock?.liesOver) this.close();
    if (link.hash && link.href.split("#")[0] === location.href.split("#")[0]) {
      event.preventDefault();
      location.hash = link.hash;
      showFollowed(this);
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
