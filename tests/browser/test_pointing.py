"""What a link or a button says can be read while it is pointed at: no rule of its own loses to that of all links."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Axe
from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE, answered, ask_on_its_page

#: Mark the first one on the screen of each kind, by its names and those around it; return those names, in order.
KINDS = """
() => {
  const kinds = new Map();
  const box = (node) => node.getBoundingClientRect();
  for (const node of document.querySelectorAll("a[href]:not(.skip-link), button:enabled, summary, [role=option]")) {
    if (!node.checkVisibility({ visibilityProperty: true }) || box(node).width < 2 || box(node).height < 2) continue;
    const about = (one) => [one.tagName, one.className, one.ariaPressed, one.ariaCurrent, one.dataset.level].join(" ");
    const around = [];
    for (let one = node; one && around.length < 3; one = one.parentElement) around.push(about(one));
    around.push(node.closest("[data-bot]")?.dataset.bot, node.closest("[data-level], .care, .chat-header")?.className);
    const kind = around.join(" < ");
    if (!kinds.has(kind)) kinds.set(kind, node);
  }
  [...kinds.values()].forEach((node, number) => { node.dataset.pointed = number; });
  return [...kinds.keys()];
}
"""
FORGET = "() => document.querySelectorAll('[data-pointed]').forEach((node) => node.removeAttribute('data-pointed'))"
IS_HOVERED = "(node) => node.matches(':hover')"


def pages(page: Page) -> Iterator[str]:
    """Bring the browser from one page to the next; yield what each is called."""
    for address in ("/", "/sundhed/", "/emner/boern/", "/sundhed/feber-hos-boern/", "/findes-ikke/"):
        page.goto(address)
        yield address
    page.goto(ARTICLE)
    page.locator(".menu > summary").click()
    yield "menu"
    page.goto("/soeg/")
    for words in ("smitter", "min mor er bevidstløs"):
        page.get_by_role("combobox").fill(words)
        page.get_by_role("combobox").press("Enter")
        expect(page.locator("[data-search-heading]")).to_contain_text(words)
        yield f"search: {words}"
    page.goto(ARTICLE)
    page.locator("[data-open=health]").click()
    yield "chat"
    for question in ("Det er akut", "Det er vigtigt i dag", "En at tale med", "Intet svar", "Giv den videre"):
        answered(page, question)
        expect(page.get_by_role("button", name="Stop svaret")).to_be_hidden()
        yield f"chat: {question}"
    for question in ("Det er akut", "Det er vigtigt i dag", "En at tale med"):
        ask_on_its_page(page, question)
        expect(page.locator(".chat-feedback").first).to_be_visible()
        expect(page.get_by_role("button", name="Stop svaret")).to_be_hidden()
        yield f"chat's own page: {question}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_is_pointed_at_can_be_read(new_page: NewPage, axe: Axe, scheme: str) -> None:
    page = new_page(width=1440, height=900, scheme=scheme)
    found: list[tuple[str, ...]] = []
    pointed: set[str] = set()  # What looks alike on one page does on the next.
    for name in pages(page):
        for number, kind in enumerate(page.evaluate(KINDS)):
            one = page.locator(f'[data-pointed="{number}"]')
            if kind in pointed or not is_pointed_at(one):
                continue
            pointed.add(kind)
            found += [(name, *wrong) for wrong in axe.findings(page, rule="color-contrast", within=one)]
        page.evaluate(FORGET)
        page.mouse.move(0, 0)
    assert found == []
    assert len(pointed) > 45


def is_pointed_at(one: Locator) -> bool:
    """Point at it. Return whether it is: the open menu or chat may lie over it."""
    one.hover(force=True)
    if not one.evaluate(IS_HOVERED):
        one.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
        one.hover(force=True)
    return bool(one.evaluate(IS_HOVERED))
