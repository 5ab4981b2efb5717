/** The server's templates: every label and every piece of markup that the widget shows comes from them. */

export class Parts {
  #root;
  #site;
  #phrases = new Map();

  /**
   * `root` holds `<template data-part>` elements; the one called "phrases" holds `[data-phrase]` texts.
   * `site` is the address of the site that the paths in answers belong to, where it is not the page's own.
   */
  constructor(root, site = "") {
    this.#root = root;
    this.#site = site;
    for (const node of this.stamp("phrases").querySelectorAll("[data-phrase]")) {
      this.#phrases.set(node.dataset.phrase, node.textContent.trim());
    }
  }

  hasPart(name) {
    return this.#template(name) !== null;
  }

  /** Return a copy of the part's first element, its slots filled. Throw when the part or a slot is missing. */
  stamp(name, slots = {}) {
    const template = this.#template(name);
    if (!template) throw new Error(`No template for the part "${name}"`);
    const node = template.content.firstElementChild.cloneNode(true);
    for (const [slot, value] of Object.entries(slots)) fill(node, slot, value);
    return node;
  }

  /** Return the phrase with its `{names}` replaced. Throw when it is missing. */
  phrase(name, values = {}) {
    if (!this.#phrases.has(name)) throw new Error(`No phrase "${name}"`);
    return this.#phrases.get(name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  /** Return the bot whose chat page `link` leads to, or null. */
  botAt({ origin, pathname }) {
    const isPage = ([name, text]) => name.startsWith("page_") && this.address(text) === origin + pathname;
    return [...this.#phrases].find(isPage)?.[0].slice("page_".length) ?? null;
  }

  /** Return the whole address of `path`. Throw TypeError when it cannot be one. */
  address(path) {
    return new URL(path, this.#site || document.baseURI).href;
  }

  /** Lead `anchor` to `url`; to the site in a new tab, when the page is another's. */
  lead(anchor, url) {
    lead(anchor, url, this.#site || undefined);
    if (!this.#site || !/^https?:/.test(anchor.protocol)) return;
    Object.assign(anchor, { target: "_blank", rel: "noopener" });
    anchor.append(this.stamp("new-tab"));
  }

  #template(name) {
    return this.#root.querySelector(`template[data-part="${name}"]`);
  }
}

/** Return the element in `root` that is the slot `name`. Throw when there is none. */
export function slot(root, name) {
  const selector = `[data-slot~="${name}"]`;
  const node = root.matches?.(selector) ? root : root.querySelector(selector);
  if (!node) throw new Error(`No slot "${name}"`);
  return node;
}

/** Set a slot's text, and take the slot away when there is none. */
function fill(root, name, value) {
  const node = slot(root, name);
  if (value) node.textContent = value;
  else node.remove();
}

const SAFE = new Set(["http:", "https:", "tel:", "sms:", "mailto:"]);

/** Lead `anchor` to `url`, a path of the site at `base` if one is given, unless it is of a kind that could run code. */
export function lead(anchor, url, base) {
  try {
    const address = new URL(url, base ?? document.baseURI);
    if (SAFE.has(address.protocol)) anchor.setAttribute("href", base ? address.href : url);
  } catch {
    anchor.removeAttribute("href");
  }
}
