"""How the chat looks to visitors who have set their colours, and what it weighs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chatbots.minifying import minify
from chatbots.partners.files import TYPES
from tests.browser.conftest import NewPage
from tests.browser.visitor import ask, open_chat

STATIC = Path(__file__).resolve().parents[2] / "static" / "chat"

#: Contrast of each visible text with the nearest painted ground (WCAG 2), as [words, ratio] where it is under 4.5.
FAINT = """
() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const color = channels(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.querySelector("dialog"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest(".visually-hidden")) continue;
    const [a, b] = [light(channels(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push([walker.currentNode.data.trim(), ratio]);
  }
  return faint;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(new_page: NewPage, scheme: str) -> None:
    page = new_page(scheme=scheme)
    open_chat(page)
    assert page.evaluate(FAINT) == []
    for question in ("Et langt svar", "Det er akut", "Intet svar", "Fejl midt i svaret"):
        expect(ask(page, question).locator(".chat-extras > *").first).to_be_visible()
    page.get_by_role("button", name="Ja").last.click()
    expect(page.get_by_role("button", name="Ja").last).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(FAINT) == []


#: Links that stand by themselves in a line, in tables, lists of sources and the foot of a page, and are hard to hit.
SMALL = """
() => [...document.querySelectorAll(":is(.prose table, .provenance li, .site-footer) a, a.emergency__number")]
  .filter((link) => [...link.getClientRects()].some(({ width, height }) => height < 24 || width < 24))
  .map((link) => `${link.textContent.trim()}: ${Math.min(...[...link.getClientRects()].map((box) => box.height))}`)
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_that_stands_by_itself_is_large_enough_to_hit(new_page: NewPage, width: int) -> None:
    page = new_page(width=width, height=740)
    for path in ("/", "/akut-hjaelp/", "/en/contact/", "/sundhed/feber-hos-boern/"):
        page.goto(path)
        assert page.evaluate(SMALL) == [], path


def test_the_widget_weighs_at_most_30_kilobytes_with_what_it_loads_later(
    record_property: Callable[[str, object], None],
) -> None:
    files = [path for path in STATIC.iterdir() if path.is_file()]
    texts = {path: path.read_text() for path in files}
    served = {path: minify(path, text) if path.suffix in TYPES else text for path, text in texts.items()}
    weights = {path.name: len(gzip.compress(text.encode())) for path, text in served.items()}
    code = sum(weights.values())
    record_property("widget_bytes_gzipped", code)
    assert {"chat.css", "define.js", "element.js", "summary.js", "icons.svg"} <= weights.keys()
    assert code <= 30_000, f"scripts, styles and icons: {code} bytes gzipped; {weights}"
