/** What a visitor can do with an answer: copy it, hear it, change the question, take it to the doctor. */

import { plainAnswer, plainCard, spokenRuns } from "./plain.js";
import { slot } from "./parts.js";

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
    const cards = answer.help_cards.map((card) => ({ text: plainCard(card), language: answer.language }));
    read([...cards, ...spokenRuns(answer)], () => show(false));
    show(true);
  });
}

// Only a voice of the visitor's own device reads aloud: other voices send the text to whoever offers them.
const speech = globalThis.speechSynthesis;

/** Call `then` when the device's voices are known: at once, and whenever they change until `signal`. */
function whenVoices(then, signal) {
  then();
  speech?.addEventListener("voiceschanged", then, { signal });
}

/** Return a voice of the device for `language`, or undefined. */
function voiceFor(language) {
  return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

/**
 * Read `runs`, `[{text, language}]`, and nothing else, each by a voice of its language where the device has one, else by
 * that of the first; `onEnd` runs when all have ended or were broken off.
 */
function read(runs, onEnd) {
  hush();
  runs.forEach(({ text, language }, index) => {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voiceFor(language) ?? voiceFor(runs[0].language);
    words.lang = words.voice.lang;
    words.onerror = onEnd;
    if (index === runs.length - 1) words.onend = onEnd;
    speech.speak(words);
  });
}

/** Stop reading. */
export function hush() {
  speech?.cancel();
}
