/** An answer's text as elements. Text only: what looks like markup is shown as it stands. */

/**
 * Return a fragment of `text`: lines that begin with "> " quote, with "- " list, others stand in paragraphs.
 * `languageOf` tells the language of a quoted line where it is not that of the text around it.
 */
export function renderText(text, languageOf = () => "") {
  const fragment = document.createDocumentFragment();
  for (const block of blocks(text)) fragment.append(BLOCKS[block.kind](block.lines, languageOf));
  return fragment;
}

const BLOCKS = {
  quote: (lines, languageOf) => {
    const quote = document.createElement("blockquote");
    const language = languageOf(lines[0]);
    if (language) quote.lang = language;
    quote.append(renderText(lines.join("\n")));
    return quote;
  },
  list: (lines) => {
    const list = document.createElement("ul");
    list.append(...lines.map((line) => element("li", line)));
    return list;
  },
  paragraph: (lines) => {
    const paragraph = document.createElement("p");
    lines.forEach((line, index) => {
      if (index) paragraph.append(document.createElement("br"));
      paragraph.append(line);
    });
    return paragraph;
  },
};

/** Yield runs of lines of one kind. An empty line ends a run. */
function* blocks(text) {
  let block = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const read = readLine(line);
    if (block && block.kind !== read?.kind) {
      yield block;
      block = null;
    }
    if (!read) continue;
    block ??= { kind: read.kind, lines: [] };
    block.lines.push(read.text);
  }
  if (block) yield block;
}

function readLine(line) {
  if (/^>( |$)/.test(line)) return { kind: "quote", text: line.slice(2) };
  if (line.startsWith("- ")) return { kind: "list", text: line.slice(2) };
  return line.trim() ? { kind: "paragraph", text: line } : null;
}

function element(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
