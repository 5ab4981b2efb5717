"""Every state of the chat, one after the other, on the site and on a partner's page alike."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.visitor import answered, ask, question_field


def panel_states(page: Page) -> Iterator[str]:
    """Bring the chat whose entrance stands on the page into each state; yield its name."""
    yield "closed"
    page.locator("[data-open=health]").click()
    expect(question_field(page)).to_be_focused()
    yield "open"
    turn = ask(page, "Tænk længe")
    expect(turn.locator(".chat-step")).to_be_visible()
    yield "waiting"
    page.get_by_role("button", name="Stop svaret").click()
    expect(turn.locator(".chat-notice")).to_be_visible()
    turn = ask(page, "Svar langsomt")
    expect(turn.locator(".chat-text")).to_contain_text("ord3")
    yield "streaming"
    page.get_by_role("button", name="Stop svaret").click()
    expect(turn.locator(".chat-notice")).to_be_visible()
    yield "stopped"
    forget(page)  # What is scrolled out of sight is slower to look at.
    for question in ("Svar på engelsk", "Citat på engelsk", "Et langt svar"):
        answered(page, question)
    yield "answered"
    forget(page)
    answered(page, "En del af svaret")
    yield "partly answered"
    forget(page)
    answered(page, "Afvist")
    yield "refused"
    answered(page, "Intet svar")
    yield "no answer"
    page.get_by_role("button", name="Nej").last.click()
    expect(page.locator(".chat-comment").last).to_be_visible()
    yield "giving feedback"
    forget(page)
    answered(page, "Det er akut")
    yield "help card: act now"
    page.get_by_role("button", name="Det er ikke akut – vis svaret").click()
    expect(page.locator(".chat-calm")).to_be_visible()
    yield "not urgent"
    forget(page)
    answered(page, "Det er vigtigt i dag")
    yield "help card: today"
    forget(page)
    answered(page, "En at tale med")
    yield "help card: talk"
    expect(ask(page, "Fejl midt i svaret").locator(".chat-notice")).to_be_visible()
    yield "error"
    forget(page)
    answered(page, "Giv den videre")
    yield "handover offered"
    page.get_by_role("button", name="Vejviseren", exact=True).click()
    expect(page.get_by_role("button", name="Vejviseren", exact=True)).to_have_attribute("aria-pressed", "true")
    yield "another bot"
    question_field(page).fill("Mit cpr-nummer er 010190-1234")
    question_field(page).press("Enter")
    expect(page.get_by_role("button", name="Send uden nummeret")).to_be_visible()
    yield "a CPR number"
    question_field(page).fill("æ" * 1003)
    yield "too long"
    question_field(page).fill("")
    page.get_by_role("button", name="Til lægen").last.click()
    expect(page.get_by_role("dialog", name="Til lægen")).to_be_visible()
    yield "to the doctor"
    page.get_by_role("dialog", name="Til lægen").get_by_role("button", name="Luk").click()
    forget(page)
    yield "forgotten"
    page.context.set_offline(True)
    expect(ask(page, "Intet svar").locator(".chat-notice")).to_be_visible()
    yield "offline"


def own_page_states(page: Page) -> Iterator[str]:
    """Bring the chat's own page into each state that it has with or without JavaScript; yield its name."""
    page.goto("/chat/health/")
    yield "open"
    for question, name in {
        "En del af svaret": "answered",
        "Det er akut": "help card",
        "Citat på engelsk": "a quotation in English",
        "Giv den videre": "handover offered",
        "Intet svar": "no answer",
    }.items():
        question_field(page).fill(question)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".chat-question").last).to_contain_text(question)
        expect(page.locator(".chat-feedback").last).to_be_visible()
        yield name
    fold = page.locator(".chat-comment-fold > summary")
    if fold.count():  # Without a script, the field for a comment is there before the verdict.
        fold.last.click()
    page.get_by_role("button", name="Nej").last.click()
    expect(page.get_by_role("button", name="Nej").last).to_have_attribute("aria-pressed", "true")
    yield "giving feedback"
    question_field(page).fill("Fejl midt i svaret")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".chat-notice").filter(has_text="Robotten kan ikke svare lige nu")).to_be_visible()
    yield "error"
    forget(page)
    yield "forgotten"


def forget(page: Page) -> None:
    page.get_by_role("button", name="Glem samtalen nu").click()
    expect(page.locator(".chat-turn")).to_have_count(0)
    expect(page.locator(".chat-note")).to_be_visible()
