"""axe-core finds nothing on any kind of page, whatever screen and colours its visitor has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_source, findings
from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE, has_sideways_scroll

SCREENS: dict[str, dict[str, Any]] = {
    "wide": {},
    "wide, dark": {"scheme": "dark"},
    "phone": {"width": 320, "height": 640},
    "phone, dark": {"width": 320, "height": 640, "scheme": "dark"},
    "wide, forced colours": {"forced_colors": True},
}
PAGES = ("/", "/en/", "/sundhed/", ARTICLE, "/kontakt/", "/findes-ikke/", "/soeg/")


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


def states(page: Page) -> Iterator[str]:
    """Bring the browser to one kind of page after the other; yield the name of each."""
    for address in PAGES:
        page.goto(address)
        yield address
    page.goto(ARTICLE)
    page.locator(".menu > summary").click()
    yield "menu"
    page.goto("/soeg/")
    field = page.get_by_role("combobox")
    field.press_sequentially("fork")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    yield "suggestions"
    for words in ("forkølelse", "qwrtz xcvbn", "min mor er bevidstløs"):
        field.fill(words)
        field.press("Enter")
        expect(page.locator("[data-search-heading]")).to_contain_text(words)
        yield f"results: {words}"
    page.goto(ARTICLE)
    page.locator(".page-feedback").get_by_role("button", name="Nej").click()
    expect(page.get_by_role("heading", name="Tak for dit svar")).to_be_focused()
    yield "feedback"


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_its_screen(
    new_page: NewPage, axe: str, screen: str
) -> None:
    page = new_page(**SCREENS[screen])
    found: dict[str, Any] = {}
    wide = []
    for state in states(page):
        found[state] = findings(page, axe)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth") or has_sideways_scroll(page):
            wide.append(state)

    assert {state: wrong for state, wrong in found.items() if wrong} == {}
    assert wide == []
