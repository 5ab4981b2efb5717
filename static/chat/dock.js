/** Where the panel stands: at the edge of the page, or as a sheet over it where the screen is small. */

/** Where the panel covers the whole screen. Keep in step with chat.css. */
const SHEET = matchMedia("(max-width: 40rem), (max-height: 30rem)");

export class Dock {
  #onClose;

  /** `label` is the id of the panel's title; `onClose` runs when the visitor leaves by Escape or "back". */
  constructor({ panel, label, onClose, signal }) {
    this.#onClose = onClose;
    this.node = document.createElement("dialog");
    this.node.className = "chat-dialog";
    this.node.setAttribute("aria-labelledby", label);
    this.node.append(panel);
    this.node.addEventListener("cancel", (event) => this.#cancel(event), { signal });
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#cancel(event), { signal });
    SHEET.addEventListener("change", () => this.#relayout(), { signal });
  }

  /** Whether a panel would cover the page now. */
  static get covers() {
    return SHEET.matches;
  }

  /** Whether the panel covers the page, which is then out of reach. */
  get covers() {
    return this.node.matches(":modal");
  }

  open() {
    if (SHEET.matches) this.node.showModal();
    else this.show();
  }

  /** Open beside the page without taking the focus, as `dialog.show()` would. */
  show() {
    this.node.setAttribute("open", "");
  }

  close() {
    this.node.close();
  }

  #cancel(event) {
    event.preventDefault();
    this.#onClose();
  }

  #relayout() {
    if (!this.node.open) return;
    this.close();
    this.open();
  }
}
