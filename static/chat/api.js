/** The chat API, as the widget uses it, and its answers as a stream. */

/** An answer of the server that says what is wrong (RFC 9457). `message` is its detail, for the visitor. */
export class Problem extends Error {
  name = "Problem";

  constructor({ status = 0, detail = "", title = "", type = "" } = {}) {
    super(detail || title);
    this.status = status;
    this.type = type;
  }

  /** Whether the server no longer knows the conversation: a new one can be begun. */
  get isForgotten() {
    return this.type === "urn:vejviser:problem:unknown-conversation";
  }

  /** Whether the question is to blame: asking it again would not help, changing it would. */
  get isQuestion() {
    return [400, 413, 422].includes(this.status);
  }

  static async from(response) {
    const problem = await response.json().catch(() => ({}));
    return new Problem({ ...problem, status: response.status });
  }
}

/** The endpoints under `root`, such as "/api/v1/". No cookie is sent: the API uses none. */
export class Api {
  #root;
  #language;

  /** `language` is the one that problems are told in. */
  constructor(root, language) {
    this.#root = root;
    this.#language = language;
  }

  /** Ask `bot`; yield `{name, data}` with data parsed. Throw Problem, TypeError (no connection) or AbortError. */
  async *ask(bot, question, signal) {
    const response = await this.#send("POST", `chat/${bot}/`, question, { signal, accept: "text/event-stream" });
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      yield { name: "done", data: await response.json() };
      return;
    }
    for await (const { name, data } of readEvents(response.body)) {
      yield { name, data: JSON.parse(data) };
    }
  }

  /** Say whether the answer `id` helped; return what the server has kept. */
  async sendFeedback(id, feedback) {
    const response = await this.#send("POST", `chat/answers/${encodeURIComponent(id)}/feedback/`, feedback);
    return response.json();
  }

  /** Delete the conversation on the server. One that is gone already counts as deleted. */
  async forget(token) {
    try {
      await this.#send("DELETE", `chat/conversations/${encodeURIComponent(token)}/`);
    } catch (error) {
      if (!(error instanceof Problem && error.isForgotten)) throw error;
    }
  }

  async #send(method, path, body, { signal, accept = "application/json" } = {}) {
    const headers = { Accept: accept, "Accept-Language": this.#language };
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(this.#root + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "strict-origin", // Which page of a health site someone reads stays with them.
      signal,
    });
    if (!response.ok) throw await Problem.from(response);
    return response;
  }
}

/**
 * Server-sent events, as the HTML standard reads them: turns chunks of bytes, cut anywhere, into events. Holds what is not yet whole between two chunks.
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
