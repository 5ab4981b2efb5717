"""axe-core finds nothing in any state of the chat, whatever screen and colours its visitor has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_source, findings
from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE, answered, ask, open_chat, question_field

#: Zoomed twice and four times, a window of 1280 by 1024 pixels has this much room left.
SCREENS: dict[str, dict[str, Any]] = {
    "wide": {},
    "wide, in motion": {"motion": True},
    "wide, dark": {"scheme": "dark"},
    "wide, forced colours": {"forced_colors": True},
    "phone": {"width": 360, "height": 740},
    "phone, dark": {"width": 360, "height": 740, "scheme": "dark"},
    "zoomed to 200 %": {"width": 640, "height": 512},
    "zoomed to 400 %": {"width": 320, "height": 256},
    "zoomed to 400 %, forced colours": {"width": 320, "height": 256, "forced_colors": True},
}


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


def states(page: Page) -> Iterator[str]:
    """Bring the chat into one state after the other; yield the name of each."""
    page.goto(ARTICLE)
    yield "closed"
    open_chat(page)
    yield "open"
    turn = ask(page, "Svar langsomt")
    expect(turn.locator(".chat-text")).to_contain_text("ord3")
    yield "streaming"
    page.get_by_role("button", name="Stop svaret").click()
    yield "stopped"
    for question in (
        "Svar på engelsk",
        "Citat på engelsk",
        "Et langt svar",
        "Intet svar",
        "En del af svaret",
        "Afvist",
    ):
        answered(page, question)
    yield "answered"
    page.get_by_role("button", name="Nej").last.click()
    expect(page.locator(".chat-comment").last).to_be_visible()
    yield "giving feedback"
    for question in ("Det er akut", "Det er vigtigt i dag", "En at tale med"):
        answered(page, question)
        yield f"help: {question}"
    expect(ask(page, "Fejl midt i svaret").locator(".chat-notice")).to_be_visible()
    yield "error"
    answered(page, "Giv den videre")
    yield "handover offered"
    page.get_by_role("button", name="Vejviseren", exact=True).click()
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
    page.get_by_role("button", name="Glem samtalen nu").click()
    expect(page.locator(".chat-note")).to_contain_text("Samtalen er slettet")
    yield "forgotten"
    page.context.set_offline(True)
    expect(ask(page, "Intet svar").locator(".chat-notice")).to_be_visible()
    yield "offline"


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_in_any_state(
    new_page: NewPage, axe: str, screen: str, record_property: Callable[[str, object], None]
) -> None:
    page = new_page(**SCREENS[screen])
    found = {state: findings(page, axe) for state in states(page)}
    record_property("states", len(found))
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_axe_finds_nothing_on_the_page_of_the_chat(new_page: NewPage, axe: str, javascript: bool) -> None:
    page = new_page()  # axe-core is a script itself: what the visitor has not is the chat's.
    if not javascript:
        page.route("**/static/chat/define.js", lambda route: route.abort())
    page.goto("/chat/health/")
    found = [findings(page, axe)]
    for question in ("En del af svaret", "Det er akut", "Citat på engelsk", "Giv den videre", "Intet svar"):
        question_field(page).fill(question)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".chat-question").last).to_contain_text(question)
        expect(page.locator(".chat-feedback").last).to_be_visible()
    found.append(findings(page, axe))
    assert found == [[], []]
