"""A page of a partner, and the widget on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.visitor import answered, question_field

KEY, OTHER_KEY, SMALL_KEY, LIMITED_KEY = "key-of-the-partner", "key-of-another", "key-with-one-bot", "key-with-little"
#: Opens a page of the partner with these widgets on it, and waits for the chat.
Visit = Callable[..., Page]


def widget(key: str = KEY, inside: str = "", **attributes: str) -> str:
    """Return the element as a web master writes it."""
    said = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<vejviser-widget partner="{key}"{said}>{inside}</vejviser-widget>'


def opener(page: Page | Locator) -> Locator:
    return page.locator("[data-open]")


def open_widget(page: Page) -> None:
    opener(page).click()
    expect(question_field(page)).to_be_focused()


def wait_for_event(page: Page) -> None:
    """Wait until the widget has told something. (The page's policy keeps Playwright from waiting for an expression.)"""
    page.evaluate("new Promise((done) => { const look = () => told.length ? done() : setTimeout(look, 50); look(); })")


def requests_of(page: Page) -> list[Request]:
    """Return the list in which the requests of the page gather."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    return requests


def states(page: Page) -> Iterator[str]:
    """Bring the widget into one state after the other."""
    yield "closed"
    opener(page).click()
    expect(question_field(page)).to_be_focused()
    yield "open"
    for question in ("Intet svar", "Det er akut", "En del af svaret"):
        answered(page, question)
    yield "answered"
    page.locator(".chat-actions").last.get_by_role("button", name="Til lægen").click()
    expect(page.get_by_role("dialog", name="Til lægen")).to_be_visible()
    yield "summary"
