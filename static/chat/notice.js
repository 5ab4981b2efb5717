/** What says that an answer broke off, and offers a way on. */

import { slot } from "./parts.js";

/** Return the notice for a turn's `record`: with `retry`, or with `edit` when the question is to blame. */
export function breakNotice(parts, { state, detail, unaskable }, { retry, edit }) {
  const node = parts.stamp("notice", {
    message: detail || parts.phrase(state),
    label: parts.phrase(unaskable ? "edit" : "retry"),
  });
  slot(node, "button").addEventListener("click", unaskable ? edit : retry);
  return node;
}
