"""axe-core finds nothing on any kind of page, whatever screen and colours its visitor has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.axe import FEWER_SCREENS, Axe, on_each_screen
from tests.browser.visitor import ARTICLE, has_sideways_scroll

#: Real articles, with tables and many headings.
LONG, OVERDUE = "/sundhed/feber-hos-boern/", "/sundhed/solskoldning/"
ADDRESSES = {
    "front page": "/",
    "front page, English": "/en/",
    "all articles": "/sundhed/",
    "all articles, by letter": "/sundhed/?sort=title",
    "all articles, by letter, English": "/en/health/?sort=title",
    "topic": "/emner/boern/",
    "article": LONG,
    "article, a section linked to": f"{LONG}#feberkramper",
    "article, what to do linked to": f"{LONG}#det-kan-du-selv-goere",
    "article, overdue for review": OVERDUE,
    "article, English": "/en/health/fever-in-children/",
    "site page with tables": "/priser/",
    "accessibility statement": "/tilgaengelighed/",
    "accessibility statement, English": "/en/accessibility/",
    "not found": "/findes-ikke/",
    "failure (500)": "/fejl/",
    "search": "/soeg/",
    "search, English": "/en/search/",
}


def states(page: Page) -> Iterator[str]:
    """Bring the browser to one kind of page after the other; yield the name of each."""
    for name, address in ADDRESSES.items():
        page.goto(address)
        yield name
    page.goto(LONG)
    page.locator(".menu > summary").click()
    yield "menu"
    page.goto("/soeg/")
    page.locator(".search-box--large").evaluate("(form) => form.submit()")
    expect(page.locator(".search-error").first).to_be_visible()
    yield "search, nothing searched for"
    field = page.get_by_role("combobox")
    field.press_sequentially("fork")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    yield "search, suggestions"
    for words, name in (("smitter", "results"), ("qwrtz xcvbn", "nothing found"), ("min mor er bevidstløs", "urgent")):
        search(page, words)
        yield f"search, {name}"
    page.goto("/en/search/")
    search(page, "opening hours")
    yield "search, results, English"
    page.context.set_offline(True)
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("[data-search-failed]")).to_be_visible()
    yield "search, no connection"
    page.context.set_offline(False)
    page.goto(ARTICLE)
    page.locator(".page-feedback").get_by_role("button", name="Nej").click()
    expect(page.get_by_role("heading", name="Tak for dit svar")).to_be_focused()
    yield "feedback"
    page.route(re.compile(r"\.js\b"), lambda route: route.abort())
    page.goto(ARTICLE)
    yield "article without JavaScript"
    page.locator(".page-feedback").get_by_role("button", name="Nej").click()
    expect(page.get_by_role("heading", name="Din mening om siden")).to_be_visible()
    yield "feedback without JavaScript"
    page.get_by_label("Hvad ledte du efter?").fill("Noget om børn")
    page.get_by_role("button", name="Send kommentar").click()
    expect(page.get_by_role("heading", name="Tak for din kommentar")).to_be_visible()
    yield "feedback without JavaScript, commented"


def search(page: Page, words: str) -> None:
    page.get_by_role("combobox").fill(words)
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("[data-search-heading]")).to_contain_text(words)


def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_its_screen(page: Page, axe: Axe) -> None:
    found: dict[tuple[str, str], Any] = {}
    wide = []
    for state, screen in on_each_screen(page, states(page), FEWER_SCREENS):
        found[state, screen] = axe.look(page, "Pages", state, screen)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth") or has_sideways_scroll(page):
            wide.append((state, screen))

    assert {where: wrong for where, wrong in found.items() if wrong} == {}
    assert wide == []
