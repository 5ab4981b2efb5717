/** Server-sent events out of bytes, as the HTML standard reads them. */

/**
 * Turns chunks of bytes, cut anywhere, into events. Holds what is not yet whole between two chunks.
 * An event is `{name, data}`; comments, `id` and `retry` are read over, and an event without data is none.
 */
export class EventParser {
  #decoder = new TextDecoder();
  #line = "";
  #afterReturn = false;
  #name = "";
  #data = [];

  /** Return the events that `bytes` completes. */
  push(bytes) {
    return [...this.#events(this.#decoder.decode(bytes, { stream: true }))];
  }

  *#events(text) {
    for (const part of text.split(/(\r\n|\r|\n)/)) {
      if (part === "") continue;
      // A "\r" ends its line at once, so an "\n" at the start of the next chunk belongs to it.
      const belongsToReturn = this.#afterReturn && part === "\n";
      this.#afterReturn = part === "\r";
      if (belongsToReturn) continue;
      if (part === "\r" || part === "\n" || part === "\r\n") {
        const event = this.#endLine();
        if (event) yield event;
      } else {
        this.#line += part;
      }
    }
  }

  /** Read the line that has just ended. Return the event it completes, or null. */
  #endLine() {
    const line = this.#line;
    this.#line = "";
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
    return null;
  }

  #dispatch() {
    const event = this.#data.length ? { name: this.#name || "message", data: this.#data.join("\n") } : null;
    this.#name = "";
    this.#data = [];
    return event;
  }
}

/** Yield the events of `body`, a ReadableStream of bytes. Throw TimeoutError after `silence` ms without a byte. */
export async function* readEvents(body, { silence = 60_000 } = {}) {
  const reader = body.getReader();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await within(silence, reader.read());
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("The server went silent", "TimeoutError")), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
