/** The style sheets of the widget, as objects: a page's policy may forbid style elements and attributes. */

const FILES = ["../chat.css", "partner.css"];
let sheet = null;

/** Return the sheet that all widgets of the page share, with `rem` pixels for each rem: the page may have changed it. */
export function commonStyles(rem) {
  sheet ??= load(rem).catch((error) => {
    sheet = null; // Another widget, or the same one put in again, may have more luck.
    throw error;
  });
  return sheet;
}

async function load(rem) {
  const texts = await Promise.all(FILES.map(fetchText));
  const common = new CSSStyleSheet();
  common.replaceSync(inPixels(texts.join("\n"), rem));
  return common;
}

async function fetchText(file) {
  const response = await fetch(new URL(file, import.meta.url), { credentials: "omit", referrerPolicy: "strict-origin" });
  if (!response.ok) throw new TypeError(`${file}: ${response.status}`);
  return response.text();
}

/** Return `css` with lengths in rem as pixels. Media queries go by the browser's own size, so they are left alone. */
const inPixels = (css, rem) =>
  css.replace(/(@media[^{]*)|(\d*\.?\d+)rem\b/g, (all, media, number) => media ?? `${number * rem}px`);
