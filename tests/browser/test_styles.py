"""A style sheet as it is served says the same to a browser as the one it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from chatbots.minifying import minify

STATIC = Path(__file__).resolve().parents[2] / "static"
SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.css"))

#: Return each rule as the browser has understood it. In custom properties it keeps the spaces of the source.
RULES = """
async (text) => {
  const sheet = await new CSSStyleSheet().replace(text);
  return [...sheet.cssRules].map(({ cssText }) => cssText.replace(/\\s+/g, " ").replace(/ ?([,;{}]) ?/g, "$1"));
}
"""


@pytest.mark.parametrize("name", SHEETS)
def test_a_browser_reads_the_same_rules_in_what_is_served(page: Page, name: str) -> None:
    text = (STATIC / name).read_text()
    served = minify(Path(name), text)
    assert len(served) < len(text)
    assert page.evaluate(RULES, served) == page.evaluate(RULES, text) != []


def test_a_visitor_gets_a_style_sheet_by_what_is_in_it(page: Page) -> None:
    page.goto("/")
    address = page.locator("link[rel=stylesheet][href*='/site/site.']").get_attribute("href")
    response = page.request.get(str(address))
    assert response.text() == minify(STATIC / "site/site.css", (STATIC / "site/site.css").read_text())
    assert "immutable" in response.headers["cache-control"]
