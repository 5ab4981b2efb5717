"""What a visitor does in the chat, for the tests of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

ARTICLE = "/sundhed/forkoelelse/"
QUESTION = "Hvor længe varer en forkølelse?"
FACT = "7-10 dage"


def question_field(page: Page) -> Locator:
    return page.get_by_label("Skriv dit spørgsmål", exact=True).locator("visible=true")


def open_chat(page: Page, bot: str = "health", path: str = ARTICLE) -> None:
    page.goto(path)
    page.locator(f"[data-open={bot}]").click()
    expect(question_field(page)).to_be_focused()


def ask(page: Page, question: str) -> Locator:
    """Ask, and return the turn on the screen."""
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()  # No answer is under way.
    turn = page.locator(".chat-turn").nth(page.locator(".chat-turn").count())
    question_field(page).fill(question)
    question_field(page).press("Enter")
    expect(turn.locator(".chat-question")).to_contain_text(question)
    return turn


def ask_on_its_page(page: Page, question: str) -> Page:
    """Ask on the health bot's own page, where no script is needed; return the page."""
    page.goto("/chat/health/")
    question_field(page).fill(question)
    page.get_by_role("button", name="Send", exact=True).click()
    return page


def answered(page: Page, question: str) -> Locator:
    """Ask, and return the turn when its answer is whole."""
    turn = ask(page, question)
    expect(turn.locator(".chat-feedback")).to_be_visible(timeout=30_000)
    return turn


def announced(page: Page) -> Locator:
    return page.locator("vejviser-chat [role=status]")


def broken_in(page: Page) -> Locator:
    """Return what a screen reader is told at once."""
    return page.locator("vejviser-chat [role=alert]")


def sent(request: Request) -> dict[str, Any]:
    """Return the JSON that a request carries."""
    return request.post_data_json or {}


def stored(page: Page) -> dict[str, Any]:
    script = "() => Object.fromEntries(Object.entries(sessionStorage).map(([k, v]) => [k, JSON.parse(v)]))"
    return page.evaluate(script)  # type: ignore[no-any-return]


def token(page: Page) -> str:
    """Return the token of the conversation."""
    return str(stored(page)["vejviser-chat:talk"]["token"])


def has_sideways_scroll(page: Page) -> bool:
    return bool(
        page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll("vejviser-chat *")].some((node) =>
              node.checkVisibility() && node.clientWidth > 1 && getComputedStyle(node).display !== "inline" &&
              !node.matches("textarea") && node.scrollWidth > node.clientWidth + 1)"""
        )
    )
