/** The chat API, as the widget uses it. */

import { readEvents } from "./sse.js";

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
