"""The contrast of what axe-core could not decide, measured on a picture of the page without its words.

Words that lie partly under a menu, a panel or the edge of what scrolls are laid bare first; words on a picture or a
gradient are held against every pixel that they stand on.
"""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page

#: What lies over the page, and scrolls by itself: hidden, or shown in full length where the words stand in it.
COVERS = ".chat-openers, .chat-dialog, .chat-summary, .menu__panel, .suggestions"
#: Share of the pixels under some words that may be too like them: the line under a marked word, the edge of a box.
SPARED = 0.05

#: Hide every word, and what covers those of `group`. Return the next group, or null where there is none.
PREPARE = """
([covers, group]) => {
  // While an answer streams, its words are laid anew all the time; those that are gone by now come again.
  const undecided = window.undecided.filter(({ element }) => element.isConnected);
  const around = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const coverOf = (node) => {
    for (; node; node = around(node)) if (node.matches(covers)) return node;
    return null;
  };
  window.roots ??= new Set([document]);
  for (const { element } of undecided) roots.add(element.getRootNode());
  const groups = [...new Set(undecided.map(({ element }) => coverOf(element)))];
  if (group >= groups.length) return null;
  window.laidBare ??= new CSSStyleSheet();
  laidBare.replaceSync(`
    *, *::before, *::after, *::placeholder {
      color: transparent !important; -webkit-text-fill-color: transparent !important;
      text-decoration-color: transparent !important; text-shadow: none !important; caret-color: transparent !important;
      animation: none !important; transition: none !important;
    }
    .chat-dialog, .chat-summary, .menu__panel, .suggestions {
      position: absolute !important; height: auto !important; max-height: none !important; overflow: visible !important;
    }
    .chat-dialog, .chat-summary { inset: 0 auto auto 0 !important; margin: 0 !important; }
    .chat-panel { height: auto !important; }
    .chat-log { overflow: visible !important; }
    .chat-summary .chat-buttons, .contents { position: static !important; }
    .out-of-the-way { visibility: hidden !important; }`);
  for (const root of roots) {
    if (!root.adoptedStyleSheets.includes(laidBare)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, laidBare];
    for (const cover of root.querySelectorAll(covers)) {
      cover.classList.toggle("out-of-the-way", cover !== groups[group] && !cover.contains(groups[group]));
    }
  }
  const range = document.createRange();
  window.measured = undecided.filter(({ element }) => coverOf(element) === groups[group]);
  for (const one of measured) {
    one.boxes = [...one.element.childNodes].filter(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim())
      .flatMap((text) => (range.selectNodeContents(text), [...range.getClientRects()]))
      .map(({ x, y, width, height }) => [x + scrollX, y + scrollY, width, height].map(Math.round));
    if (one.element.matches("input, textarea, select")) {
      const { x, y, width, height } = one.element.getBoundingClientRect();
      one.boxes = [[x + scrollX + 4, y + scrollY + 4, width - 8, height - 8].map(Math.round)];
    }
  }
  return measured.length;
}
"""
#: Return [where, what is wrong] of those in `measured` that are too faint on the picture.
MEASURE = """
async ([png, spared]) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
  canvas.drawImage(bitmap, 0, 0);
  const light = (r, g, b) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const faint = [];
  for (const { element, where, why, looks, color, size, bold, boxes } of measured) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, alpha] = pen.getImageData(0, 0, 1, 1).data;
    const wanted = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const ink = light(r, g, b);
    let pixels = 0, low = 0, least = 21;
    for (const [x, y, width, height] of boxes) {
      if (width < 1 || height < 1 || x < 0 || y < 0 || x + width > bitmap.width || y + height > bitmap.height) continue;
      const { data } = canvas.getImageData(x, y, width, height);
      for (let i = 0; i < data.length; i += 4) {
        const ground = light(data[i], data[i + 1], data[i + 2]);
        const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
        pixels += 1;
        if (ratio < wanted) low += 1;
        least = Math.min(least, ratio);
      }
    }
    if (!pixels || alpha < 255) faint.push([where, `${why} It could not be measured either.`]);
    else if (low > spared * pixels) faint.push([where, `${why} Measured: ${least.toFixed(2)}, not ${wanted}.`]);
    else settled.set(element, (settled.get(element) ?? new Set()).add(looks));
  }
  return faint;
}
"""
RESTORE = """
() => {
  for (const root of roots) {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== laidBare);
    for (const cover of root.querySelectorAll(".out-of-the-way")) cover.classList.remove("out-of-the-way");
  }
}
"""


def too_faint(page: Page) -> list[list[Any]]:
    """Return [where, what is wrong] of each of the page's `undecided` that is too faint or cannot be measured."""
    found: list[list[Any]] = []
    group = 0
    while page.evaluate(PREPARE, [COVERS, group]) is not None:
        picture = base64.b64encode(page.screenshot(full_page=True, caret="initial")).decode()
        found += page.evaluate(MEASURE, [picture, SPARED])
        group += 1
    page.evaluate(RESTORE)
    return found
