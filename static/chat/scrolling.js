/** Scrolling inside the panel, which never moves the page behind it. */

/** Pixels between the top of a box and what is scrolled to. */
const GAP = 12;

/** Bring the top of `node` to the top of whatever scrolls around it: the log, the sheet, or else the page. */
export function scrollToTop(node) {
  const box = scrollingBox(node);
  if (box) box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top - GAP;
  else node.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** Bring the bottom of `node` into sight. */
export function scrollToBottom(node) {
  const box = scrollingBox(node);
  if (!box) return node.scrollIntoView({ block: "nearest", behavior: "instant" });
  const hidden = node.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom + GAP;
  if (hidden > 0) box.scrollTop += hidden;
}

function scrollingBox(node) {
  const boxes = [node.closest(".chat-log"), node.closest("dialog")];
  return boxes.find((box) => box && getComputedStyle(box).overflowY === "auto");
}
