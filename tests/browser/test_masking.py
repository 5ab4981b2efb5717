"""What the server took out of a question is gone from the screen and from the tab's memory too."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_chat import open_chat, question_field, stored

SECRETS = ("bo@mail.dk", "20 30 40 50")


def test_a_masked_question_is_shown_and_remembered_masked(page: Page) -> None:
    open_chat(page)
    question_field(page).fill("Hvor længe varer en forkølelse? Jeg er bo@mail.dk, 20 30 40 50")
    question_field(page).press("Enter")
    turn = page.locator(".chat-turn").last
    expect(turn.locator(".chat-text")).to_contain_text("Jeg har skjult")
    expect(turn.locator(".chat-question")).to_contain_text("Jeg er •••••, •••••")
    for secret in SECRETS:
        expect(turn).not_to_contain_text(secret)
        assert secret not in str(stored(page))
    page.reload()
    expect(page.locator(".chat-question").last).to_contain_text("Jeg er •••••, •••••")
