/** What a visitor can do with an answer: copy it, hear it, change the question, take it to the doctor. */

import { plainAnswer } from "./plain.js";
import { slot } from "./parts.js";
import { hush, read, voiceFor, whenVoices } from "./speech.js";

/** Return the row of buttons for a turn's `record`. `edit` and `summarise` run when chosen; `announce` tells; `signal` ends with the panel. */
export function actionRow(parts, record, { announce, edit, summarise, signal }) {
  const node = parts.stamp("actions");
  slot(node, "edit").addEventListener("click", edit);
  slot(node, "summarise").addEventListener("click", summarise);
  copyButton(slot(node, "copy"), parts, record, announce);
  readButton(slot(node, "read"), parts, record, signal);
  return node;
}

function copyButton(button, parts, record, announce) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(plainAnswer(parts, record)).then(() => "copied", () => "not_copied");
    slot(button, "copy-label").textContent = parts.phrase(done);
    announce(parts.phrase(done));
  });
}

function readButton(button, parts, { answer }, signal) {
  const show = (reading) => {
    button.setAttribute("aria-pressed", String(reading));
    slot(button, "read-label").textContent = parts.phrase(reading ? "hush" : "read");
  };
  whenVoices(() => (button.hidden = !voiceFor(answer.language)), signal);
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return hush();
    read(plainAnswer(parts, { answer: { ...answer, sources: [] } }), answer.language, () => show(false));
    show(true);
  });
}
