"""What the demo's accessibility statement says was tested: 25 pages, wide and narrow, and with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.axe import Axe
from tests.browser.conftest import ROOT, NewPage
from tests.browser.visitor import has_sideways_scroll

PAGES = (
    *("/", "/en/", "/sundhed/", "/en/health/", "/emner/boern/", "/soeg/", "/en/search/"),
    *("/chat/guide/", "/chat/health/", "/en/chat/guide/", "/en/chat/health/", "/findes-ikke/"),
    *("/sundhed/feber-hos-boern/", "/sundhed/solskoldning/", "/sundhed/hjernerystelse/", "/en/health/common-cold/"),
    *("/tilgaengelighed/", "/en/accessibility/", "/priser/", "/find-vej/", "/dine-data/", "/tolk/", "/en/contact/"),
    *("/lukkedage/", "/alkoholraadgivning/"),
)
#: 1280 pixels enlarged to 400 per cent.
NARROW = 320

#: How many elements the Tab key stops at.
STOPS = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((one) => !one.disabled && one.type !== "hidden" && one.checkVisibility({ visibilityProperty: true })).length
"""
#: What has the focus: a number for each element, and whether it can be seen.
FOCUSED = """
() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body) return null;
  one.dataset.seen ??= String((window.seen = (window.seen ?? 0) + 1));
  const { width, height } = one.getBoundingClientRect();
  return [one.dataset.seen, width > 0 && height > 0];
}
"""


def test_the_statement_counts_the_pages_that_are_tested_here() -> None:
    assert len(set(PAGES)) == 25
    for path, words in (("da/pages/tilgaengelighed.md", "25 sider"), ("en/pages/accessibility.md", "25 pages")):
        assert words in (ROOT / "content" / "demo" / path).read_text()


@pytest.mark.parametrize("width", [1280, NARROW])
def test_axe_finds_nothing_on_the_25_pages_and_none_is_wider_than_the_screen(
    new_page: NewPage, axe: Axe, width: int
) -> None:
    page = new_page(width=width, height=800)
    wrong, wide = {}, []
    for address in PAGES:
        answer = page.goto(address)
        assert answer and answer.status == (404 if "findes" in address else 200), address
        if found := axe.findings(page):
            wrong[address] = found
        if page.evaluate("document.documentElement.scrollWidth > innerWidth") or has_sideways_scroll(page):
            wide.append(address)

    assert wrong == {}
    assert wide == []


def test_the_tab_key_reaches_all_of_the_25_pages_and_is_caught_nowhere(page: Page) -> None:
    for address in PAGES:
        page.goto(address)
        stops = page.evaluate(STOPS)
        seen, unseen = set(), []
        for _ in range(stops + 20):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None or focused[0] in seen:
                break
            seen.add(focused[0])
            if not focused[1]:
                unseen.append(focused)

        assert len(seen) >= stops, address
        assert unseen == [], address
