"""Tables, whatever screen they are read on: no cell is cut, and a screen reader meets a table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.conftest import NewPage

#: Some of the demo pages with two, three, four and five columns.
PAGES = ("/priser/", "/tilgaengelighed/", "/sundhed/feber-hos-boern/")

#: What of a page's tables is wider than the box around it.
CUT = """
() => [...document.querySelectorAll(".table-scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.textContent.slice(0, 60))
"""
ROWS = """
() => document.querySelector(".prose").innerHTML = `<h2 id="tider">Tider</h2>` +
  `<p class="table-scroll__hint">Træk</p><div class="table-scroll" role="group" tabindex="0" aria-labelledby="tider">` +
  `<table><tr><th colspan="3">${"Åbningstider for alle ".repeat(3)}</th></tr><tr>` +
  `<td>${"Sundhedsplejerskekonsultation".repeat(3)}</td><td>Mandag</td><td>Tirsdag</td></tr></table></div>`
"""


@pytest.mark.parametrize("width", [320, 360, 600, 768, 1024, 1440])
def test_no_table_is_cut_at_any_width(new_page: NewPage, width: int) -> None:
    page = new_page(width=width, height=800)
    for address in PAGES:
        page.goto(address)
        expect(page.locator(".table-scroll").first).to_be_visible()
        assert page.evaluate(CUT) == [], address


def with_tables(page: Page) -> list[str]:
    """Return the addresses of all pages of the site that have a table."""
    pages = page.request.get("/sitemap-pages.xml").text()
    addresses = [re.sub(r"^https?://[^/]+", "", address) for address in re.findall(r"<loc>([^<]+)</loc>", pages)]
    return [address for address in addresses if "table-scroll" in page.request.get(address).text()]


def test_on_a_phone_no_page_with_a_table_is_wider_than_the_screen(new_page: NewPage) -> None:
    page = new_page(width=360, height=740)
    addresses = with_tables(page)
    assert len(addresses) > 30 and "/akut-hjaelp/" in addresses
    for address in addresses:
        page.goto(address)
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate(CUT) == [], f"{address} at {width} px"
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, f"{address} at {width} px"


def test_on_a_phone_each_cell_says_what_its_column_is_called(phone: Page) -> None:
    phone.goto("/tilgaengelighed/")
    cell = phone.locator(".stacks td", has_text="1. april 2027")
    expect(cell).to_have_css("display", "flow-root")
    label = cell.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert "Løses" in str(label) or "data-label" in str(label)
    assert cell.get_attribute("data-label") == "Løses"
    first, last = (phone.locator(".stacks td").nth(number).bounding_box() for number in (0, 3))
    assert first and last and last["y"] > first["y"]  # below each other, not beside


#: The words of stacked tables that begin on one line and end on another.
BROKEN = """
() => [...document.querySelectorAll(".stacks td, .stacks th")].flatMap((cell) => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = document.createRange(), broken = [];
  while (texts.nextNode()) {
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
    }
  }
  return broken;
})
"""


def test_on_the_narrowest_phone_no_word_of_a_table_is_cut(new_page: NewPage) -> None:
    page = new_page(width=320, height=640)
    for address in PAGES:
        page.goto(address)
        assert page.evaluate(BROKEN) == [], address


def test_on_a_wide_screen_the_cells_stand_beside_each_other(page: Page) -> None:
    page.goto("/tilgaengelighed/")
    first, last = (page.locator(".stacks td").nth(number).bounding_box() for number in (0, 3))
    assert first and last and last["y"] == first["y"]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_screen_reader_meets_a_table_with_rows_and_headers(new_page: NewPage, axe: Axe, width: int) -> None:
    page = new_page(width=width, height=800)
    page.goto("/tilgaengelighed/")
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(table.get_by_role("cell", name="1. april 2027", exact=True)).to_have_count(1)  # without its label
    assert axe.findings(page) == []


def test_a_table_that_cannot_be_taken_apart_says_that_it_scrolls(phone: Page) -> None:
    phone.goto("/tilgaengelighed/")
    phone.evaluate(ROWS)
    assert phone.evaluate(CUT)
    expect(phone.locator(".table-scroll__hint")).to_be_visible()
    phone.locator(".table-scroll").focus()
    phone.keyboard.press("ArrowRight")
    phone.wait_for_function("() => document.querySelector('.table-scroll').scrollLeft > 0")
