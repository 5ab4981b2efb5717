/** Reading aloud with a voice of the visitor's own device: other voices send the text to whoever offers them. */

const speech = globalThis.speechSynthesis;

/** Call `then` when the device's voices are known: at once, and whenever they change until `signal`. */
export function whenVoices(then, signal) {
  then();
  speech?.addEventListener("voiceschanged", then, { signal });
}

/** Return a voice of the device for `language`, or undefined. */
export function voiceFor(language) {
  return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

/** Read `text`, and nothing else; `onEnd` runs when it has ended or was broken off. */
export function read(text, language, onEnd) {
  hush();
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voiceFor(language);
  words.lang = words.voice.lang;
  words.onend = words.onerror = onEnd;
  speech.speak(words);
}

/** Stop reading. */
export function hush() {
  speech?.cancel();
}
