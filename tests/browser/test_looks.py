"""How the chat looks, to visitors who have set their colours too, and what it weighs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chatbots.minifying import minify
from chatbots.partners.files import TYPES
from tests.browser.conftest import NewPage
from tests.browser.visitor import answered, ask, ask_on_its_page, broken_in, open_chat

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


def test_the_sheet_for_the_doctor_has_the_colour_of_who_answered_and_its_buttons_one_line(phone: Page) -> None:
    open_chat(phone)
    turn = answered(phone, "Intet svar")
    colour = phone.locator(".chat-send:visible").evaluate("node => getComputedStyle(node).backgroundColor")
    turn.get_by_role("button", name="Til lægen").click()
    buttons = phone.locator(".chat-summary .chat-buttons button")
    assert buttons.first.evaluate("node => getComputedStyle(node).backgroundColor") == colour
    assert len({(box := button.bounding_box()) and box["y"] for button in buttons.all()}) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_statements_from_different_places_stand_apart_in_a_quotation(new_page: NewPage, javascript: bool) -> None:
    page = ask_on_its_page(new_page(javascript=javascript), "Flere citater")
    quote = page.locator("blockquote")
    expect(quote.locator("p")).to_have_text(["Feber varer ofte tre dage.", "Ring til lægen, hvis:"])
    expect(quote.locator("ul")).to_have_count(1)
    expect(quote.locator("li")).to_have_text(["du er gravid", "det bliver værre"])


@pytest.mark.parametrize("javascript", [True, False])
def test_the_day_on_which_the_numbers_were_looked_at_stands_below_them(new_page: NewPage, javascript: bool) -> None:
    page = ask_on_its_page(new_page(javascript=javascript), "Det er akut")
    expect(page.locator(".chat-feedback")).to_be_visible()
    card = page.locator(".chat-card")
    checked = card.get_by_text("Numrene er sidst tjekket 1. november 2026.")
    expect(checked).to_be_visible()
    last, below = card.locator("a").last.bounding_box(), checked.bounding_box()
    assert last and below and below["y"] > last["y"]
    if javascript:
        expect(broken_in(page)).not_to_contain_text("tjekket")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_danger_is_as_red_in_the_chat_as_on_the_page(new_page: NewPage, scheme: str) -> None:
    page = new_page(scheme=scheme)
    open_chat(page)
    answered(page, "Det er akut")
    red = "node => getComputedStyle(node).backgroundColor"
    card = page.locator(".chat-card").evaluate(red)
    assert card == page.evaluate(
        """() => {
          const node = Object.assign(document.createElement("i"), { style: "background: var(--alarm)" });
          document.body.append(node);
          return getComputedStyle(node).backgroundColor;
        }"""
    )


def test_on_the_page_without_javascript_nothing_has_the_other_bots_colour_or_stands_aside(new_page: NewPage) -> None:
    page = new_page(javascript=False, width=360)
    page.goto("/chat/health/")
    ink = page.locator(".chat-greeting > p").evaluate("node => getComputedStyle(node).color")
    other = page.get_by_role("link", name="Vejviseren", exact=True)
    assert other.evaluate("node => getComputedStyle(node).color") == ink
    edges = [page.locator(name).bounding_box() for name in (".chat-form textarea", ".chat-counter")]
    limit = page.locator(".chat-counter").evaluate("node => getComputedStyle(node).textAlign")
    assert limit == "start" and all(edges)
