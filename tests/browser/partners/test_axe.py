"""axe-core finds nothing in any state of the widget, in its own colours and in a partner's."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.axe import FEWER_SCREENS, Axe, on_each_screen
from tests.browser.chat_states import panel_states
from tests.browser.partners.host import Visit, widget

#: Where the colour that a partner has chosen is tried too: a bright one, which is made readable in its light and dark.
TINTED = ("wide", "dark")


def test_axe_finds_nothing_in_any_state_of_the_widget(visit: Visit, axe: Axe) -> None:
    page = visit(widget(bot="health", bots="guide"))
    found: dict[tuple[str, str], Any] = {}
    for state, screen in on_each_screen(page, panel_states(page), FEWER_SCREENS):
        found[state, screen] = axe.look(page, "The chat on a partner's page", state, screen)
        if screen in TINTED:
            tint(page, "#d9480f")
            name = f"{screen}, the partner's colour"
            found[state, name] = axe.look(page, "The chat on a partner's page", state, name)
            tint(page, "")
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def tint(page: Page, accent: str) -> None:
    """Let the widget have this colour, or its own."""
    name = "setAttribute" if accent else "removeAttribute"
    page.locator("vejviser-widget").evaluate(f"(widget, accent) => widget.{name}('accent', accent)", accent)
