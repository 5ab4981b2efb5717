"""axe-core finds nothing in any state of the chat, whatever screen and colours its visitor has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from playwright.sync_api import Page

from tests.browser.axe import FEWER_SCREENS, Axe
from tests.browser.chat_states import own_page_states, panel_states
from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE, ask_on_its_page


def test_axe_finds_nothing_in_any_state(page: Page, axe: Axe) -> None:
    page.goto(ARTICLE)
    assert axe.survey("The chat", page, panel_states(page)) == {}


def test_axe_finds_nothing_on_the_page_of_the_chat(page: Page, axe: Axe) -> None:
    assert axe.survey("The chat's own page", page, own_page_states(page), FEWER_SCREENS) == {}


def test_axe_finds_nothing_on_the_page_of_the_chat_without_javascript(new_page: NewPage, axe: Axe) -> None:
    bare, copy = new_page(javascript=False), new_page()
    states = copied(own_page_states(bare), bare, copy)
    assert axe.survey("The chat's own page without JavaScript", copy, states, FEWER_SCREENS) == {}
    sheet = copied(doctors_sheet(bare), bare, copy)
    assert axe.survey("The doctor's sheet without JavaScript", copy, sheet, FEWER_SCREENS) == {}


def doctors_sheet(page: Page) -> Iterator[str]:
    """Bring the page to the sheet of a conversation, in place of the tab that it opens in."""
    ask_on_its_page(page, "Det er akut")
    form = page.locator(".chat-end")
    form.get_by_role("button", name="Til lægen").evaluate("button => button.removeAttribute('formtarget')")
    form.get_by_role("button", name="Til lægen").click()
    yield "to the doctor"


def copied(states: Iterable[str], page: Page, copy: Page) -> Iterator[str]:
    """Let `copy` show what `page` does in each state, without the site's scripts: axe-core is one, and runs there."""
    html = ""
    copy.route(re.compile(r"\.js\b"), lambda route: route.abort())
    copy.route("**/chat/*/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    for state in states:
        html = page.content()
        copy.goto(page.url.partition("#")[0])
        assert copy.evaluate("customElements.get('vejviser-chat') === undefined")
        yield state
