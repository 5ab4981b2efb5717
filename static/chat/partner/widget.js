/**
 * <vejviser-widget partner="KEY" bot="guide">: the chat on a page of another site. See docs/partners.md.
 *
 * A shadow tree holds an ordinary <vejviser-chat>, so no style leaks in or out. What the page has put between
 * the tags shows until the chat is there, and when it cannot be. Sends bubbling events "vejviser-widget:NAME":
 * ready, failure, open, close. None tells what is asked or answered.
 */

import { loadParts } from "./parts.js";
import { commonStyles } from "./styles.js";
import { THEME_ATTRIBUTES, themeOf } from "./theme.js";

/** Address of the site that this script comes from. */
const SITE = new URL("/", import.meta.url).href;
const LANGUAGES = ["da", "en"];

/** Scopes of the memories in use on this page. */
const taken = new Set();

export class VejviserWidget extends HTMLElement {
  static observedAttributes = ["partner", "bot", "bots", "language", "position", "greeting", ...THEME_ATTRIBUTES];

  #theme = new CSSStyleSheet(); // First: a browser that cannot make one keeps showing what the page has put here.
  #root = this.attachShadow({ mode: "open" });
  #life = null;
  #scope = "";

  /** Name of the bot that is asked first. */
  get bot() {
    return this.getAttribute("bot") ?? "guide";
  }

  /** "da" or "en": as said, else as the page around it, else Danish. */
  get language() {
    const around = this.getAttribute("language") ?? this.closest("[lang]")?.lang ?? "";
    const base = around.toLowerCase().split("-")[0];
    return LANGUAGES.includes(base) ? base : LANGUAGES[0];
  }

  /** "right", "left" or "inline". */
  get position() {
    const position = this.getAttribute("position");
    return ["left", "inline"].includes(position) ? position : "right";
  }

  get isOpen() {
    return this.#chat?.isOpen ?? false;
  }

  constructor() {
    super();
    this.#root.append(document.createElement("slot"));
    for (const name of ["open", "close"]) {
      this.#root.addEventListener(`vejviser-chat:${name}`, () => this.#emit(name));
    }
  }

  connectedCallback() {
    if (!this.isConnected) return; // It has been put in and taken away again since.
    this.#scope = freeScope(this.getAttribute("name") ?? this.bot);
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
    taken.delete(this.#scope);
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#life || before === now) return;
    if (THEME_ATTRIBUTES.includes(name)) this.#theme.replaceSync(themeOf(this));
    else this.#begin();
  }

  /** Open the panel, once the chat is there. */
  open() {
    this.#chat?.open();
  }

  close() {
    this.#chat?.close();
  }

  get #chat() {
    return this.#root.querySelector("vejviser-chat");
  }

  async #begin() {
    this.#end();
    const life = (this.#life = new AbortController());
    if (!CSS.supports("color", "light-dark(color(from red xyz x y z), red)")) return this.#fail("The browser is too old");
    this.#theme.replaceSync(themeOf(this));
    this.#root.adoptedStyleSheets = [this.#theme];
    try {
      const rem = Number.parseFloat(getComputedStyle(this).fontSize);
      this.#root.adoptedStyleSheets = []; // What the page shows instead looks as the page does.
      const [styles, parts] = await Promise.all([commonStyles(rem), loadParts(this.#address("parts/"), life.signal)]);
      if (life.signal.aborted) return;
      this.#root.adoptedStyleSheets = [styles, this.#theme];
      this.#root.replaceChildren(this.#build(parts));
      this.#emit("ready");
    } catch (error) {
      if (life.signal.aborted) return;
      this.#fail(String(error.message ?? error));
    }
  }

  /** Take everything away again. What goes on in the chat ends with it. */
  #end() {
    this.#life?.abort();
    this.#life = null;
    this.#root.adoptedStyleSheets = [];
    this.#root.replaceChildren(document.createElement("slot"));
  }

  /** Return the chat with the server's `parts` in it. Throw TypeError. */
  #build(parts) {
    const chat = document.createElement("vejviser-chat");
    const bots = [this.bot, ...(this.getAttribute("bots") ?? "").split(/\s+/).filter(Boolean)];
    const attributes = { bot: this.bot, bots: bots.join(" "), language: this.language, lang: this.language };
    Object.assign(attributes, { api: this.#address("v1/", ""), site: SITE, scope: this.#scope });
    if (this.position === "inline") attributes.inline = "";
    else attributes["data-side"] = this.position;
    if (this.hasAttribute("open")) attributes["start-open"] = "";
    for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value);
    chat.append(...parts.body.childNodes, ...parts.head.childNodes);
    this.#keepOpener(chat);
    this.#introduce(chat);
    return chat;
  }

  /** Leave one way in, to the bot that is asked first; none where the panel stands in the page. Throw TypeError. */
  #keepOpener(chat) {
    const openers = [...chat.querySelectorAll("[data-open]")];
    const own = openers.find((opener) => opener.dataset.open === this.bot);
    if (!own) throw new TypeError(`The partner does not have the bot "${this.bot}"`);
    own.setAttribute("href", new URL(own.getAttribute("href"), SITE).href);
    own.parentElement.replaceChildren(own);
    if (this.position === "inline") own.parentElement.remove();
  }

  /** Let the first bot greet as the page wants it to, and every bot say where its answers come from. */
  #introduce(chat) {
    const from = chat.querySelector('template[data-part="from"]').content;
    for (const { content, dataset } of chat.querySelectorAll('template[data-part^="welcome-"]')) {
      const [greeting] = content.querySelectorAll(".chat-greeting > p");
      if (dataset.part === `welcome-${this.bot}` && this.getAttribute("greeting")) {
        greeting.textContent = this.getAttribute("greeting");
      }
      content.querySelector(".chat-machine div").append(from.cloneNode(true));
    }
    for (const { content } of chat.querySelectorAll("template")) {
      for (const link of content.querySelectorAll("a[href]")) leadOut(link);
    }
  }

  #address(path, query = `?language=${this.language}`) {
    return new URL(`api/partners/${encodeURIComponent(this.getAttribute("partner") ?? "")}/${path}${query}`, SITE).href;
  }

  /** Tell the page, and its web master in the console, why the chat is not there. */
  #fail(message) {
    console.warn(`vejviser-widget partner="${this.getAttribute("partner") ?? ""}" bot="${this.bot}": ${message}`);
    this.#emit("failure", { message });
  }

  #emit(name, detail = { bot: this.bot }) {
    this.dispatchEvent(new CustomEvent(`vejviser-widget:${name}`, { bubbles: true, detail }));
  }
}

/** Let a link of the parts lead to the site, in a new tab. */
function leadOut(link) {
  link.setAttribute("href", new URL(link.getAttribute("href"), SITE).href);
  Object.assign(link, { target: "_blank", rel: "noopener" });
}

function freeScope(wanted) {
  let scope = wanted;
  for (let number = 2; taken.has(scope); number++) scope = `${wanted}-${number}`;
  taken.add(scope);
  return scope;
}
