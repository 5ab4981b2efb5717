"""Where a question is written: what a screen reader is told there, and what comes back when a question is changed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitor import announced, answered, ask, open_chat, question_field, stored


def test_a_screen_reader_is_told_when_a_question_gets_too_long_and_that_it_is_not_sent(page: Page) -> None:
    open_chat(page)
    field = question_field(page)
    field.fill("æ" * 990)
    expect(announced(page)).to_contain_text("10 tegn tilbage")
    field.fill("æ" * 1003)
    expect(announced(page)).to_contain_text("3 tegn for meget. Gør spørgsmålet kortere.")
    field.press("Enter")
    expect(announced(page)).to_contain_text("Spørgsmålet er ikke sendt. 3 tegn for meget.")
    field.fill("")
    field.press("Enter")
    expect(announced(page)).to_have_text("Skriv et spørgsmål.")
    expect(field).to_be_focused()


def test_the_next_question_can_be_written_while_an_answer_comes_but_not_sent_and_a_screen_reader_is_told(
    page: Page,
) -> None:
    open_chat(page)
    ask(page, "Svar langsomt")
    question_field(page).fill("Og hvad så?")
    question_field(page).press("Enter")
    expect(announced(page)).to_contain_text("Spørgsmålet er ikke sendt. Vent, til svaret er færdigt.")
    expect(question_field(page)).to_have_value("Og hvad så?")
    expect(page.locator(".chat-turn")).to_have_count(1)


def test_what_was_being_written_comes_back_when_a_changed_question_has_been_sent(page: Page) -> None:
    open_chat(page)
    turn = answered(page, "Intet svar")
    field = question_field(page)
    field.fill("Jeg har ondt i")
    turn.get_by_role("button", name="Ret spørgsmålet").click()
    expect(field).to_have_value("Intet svar")
    told = "Det, du var ved at skrive, kommer igen, når du har sendt."
    expect(page.locator(".chat-counter")).to_have_text(told)
    expect(announced(page)).to_have_text(told)
    turn.get_by_role("button", name="Ret spørgsmålet").click()
    field.press("End")
    page.keyboard.type(" ")
    field.press("Enter")
    expect(page.locator(".chat-turn")).to_have_count(2)
    expect(field).to_have_value("Jeg har ondt i")
    assert stored(page)["vejviser-chat:talk"]["draft"] == "Jeg har ondt i"


def test_a_question_that_is_changed_twice_leaves_nothing_behind(page: Page) -> None:
    open_chat(page)
    answered(page, "Intet svar").get_by_role("button", name="Ret spørgsmålet").click()
    question_field(page).press("Enter")
    expect(page.locator(".chat-turn")).to_have_count(2)
    expect(page.locator(".chat-feedback")).to_have_count(2)
    for button in page.get_by_role("button", name="Ret spørgsmålet").all():
        button.click()
    question_field(page).press("Enter")
    expect(question_field(page)).to_have_value("")
