/**
 * Suggestions under a search field, as the ARIA combobox pattern has it (list autocomplete, manual selection):
 * the focus stays in the field, arrows choose, Enter goes there, Escape closes.
 */

const WAIT = 140;
const LEAST = 2;
let made = 0;

export class Combobox {
  #field;
  #input;
  #list;
  #status;
  #timer = 0;
  #request = null;
  #options = [];
  #active = -1;

  /** `field` holds the input; its data say where suggestions come from and what the list is called. */
  constructor(field) {
    this.#field = field;
    this.#input = field.querySelector("input");
    const id = `suggestions-${++made}`;
    this.#list = element("ul", { id, role: "listbox", className: "suggestions", hidden: true });
    this.#list.setAttribute("aria-label", field.dataset.label);
    this.#status = element("p", { role: "status", className: "visually-hidden" });
    field.append(this.#list, this.#status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": id,
      "aria-expanded": "false",
    })) {
      this.#input.setAttribute(name, value);
    }
    this.#input.addEventListener("input", () => this.#later());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.close());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
  }

  close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#show([]);
  }

  #later() {
    this.#activate(-1); // What was chosen was chosen for other words.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), WAIT);
  }

  async #ask() {
    this.#request?.abort();
    const words = this.#input.value.trim();
    if (words.length < LEAST) return this.#show([]);
    const request = (this.#request = new AbortController());
    try {
      const response = await fetch(this.#field.dataset.suggest, {
        method: "POST",
        body: new URLSearchParams({ words }),
        signal: request.signal,
      });
      const { suggestions } = response.ok ? await response.json() : { suggestions: [] };
      if (!request.signal.aborted) this.#show(suggestions);
    } catch {
      // The visitor types on, or the line is down: the form works without suggestions.
    }
  }

  #show(suggestions) {
    this.#options = suggestions;
    this.#list.replaceChildren(...suggestions.map((one, at) => this.#option(one, at)));
    this.#list.hidden = !suggestions.length;
    this.#input.setAttribute("aria-expanded", String(suggestions.length > 0));
    this.#activate(-1);
    this.#status.textContent = suggestions.length ? this.#field.dataset.counted.replace("{count}", suggestions.length) : "";
  }

  #option({ text, page, kind }, at) {
    const option = element("li", { id: `${this.#list.id}-${at}`, role: "option", className: `suggestion suggestion--${page ? "question" : kind}` });
    option.setAttribute("aria-selected", "false");
    option.append(element("span", { className: "suggestion__text", textContent: text }));
    if (page) option.append(element("span", { className: "suggestion__page", textContent: page }));
    return option;
  }

  #activate(at) {
    this.#active = at;
    for (const [number, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(number === at));
    }
    const active = this.#list.children[at];
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const count = this.#options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // The field itself is one of the places, at -1.
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#list.children[this.#active]);
    } else if (event.key === "Enter") {
      this.close();
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  #choose(option) {
    if (!option) return;
    const { url } = this.#options[[...this.#list.children].indexOf(option)];
    this.close();
    location.assign(url);
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
