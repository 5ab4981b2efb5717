"""Help that cannot be missed, answers that are less than whole, and the bot that speaks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.visitor import (
    ARTICLE,
    announced,
    answered,
    ask,
    ask_on_its_page,
    broken_in,
    open_chat,
    question_field,
    sent,
)


def top(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box
    return box["y"]


def test_urgent_help_fills_a_phone_with_buttons_to_call(phone: Page) -> None:
    open_chat(phone)
    turn = answered(phone, "Det er akut")
    call = turn.get_by_role("link", name="Ring 112")
    expect(call).to_have_attribute("href", "tel:112")
    expect(turn.get_by_role("link", name="Send sms til 114")).to_have_attribute("href", "sms:114")
    box = call.bounding_box()
    assert box and box["width"] > 280 and box["height"] >= 56
    expect(call).to_be_in_viewport(ratio=1)
    expect(turn.get_by_role("heading", name="Ring 112 nu")).to_be_in_viewport(ratio=1)
    assert top(turn.locator(".chat-card")) < top(turn.locator(".chat-text"))
    assert turn.locator("blockquote").count() == 0


def test_urgent_help_shows_below_a_question_of_any_length(phone: Page) -> None:
    open_chat(phone)
    phone.route(
        "**/api/v1/chat/health/",
        lambda route: route.continue_(post_data={**sent(route.request), "message": "Det er akut"}),
    )
    turn = ask(phone, "Jeg ved ikke, hvad jeg skal gøre. " * 25)
    expect(turn.get_by_role("link", name="Ring 112")).to_be_in_viewport(ratio=1)


def test_urgent_help_is_told_at_once_and_once(page: Page) -> None:
    open_chat(page)
    page.evaluate(
        """() => {
          window.said = [];
          for (const region of document.querySelectorAll("vejviser-chat :is([role=status], [role=alert])")) {
            const note = () => said.push([region.getAttribute("role"), region.innerText.trim()]);
            new MutationObserver(note).observe(region, { subtree: true, childList: true, characterData: true });
          }
        }"""
    )
    answered(page, "Det er akut")
    said = page.evaluate("said")
    assert [role for role, _ in said] == ["status", "alert", "status"]
    assert said[1][1].startswith("Ring 112 nu Det lyder livsfarligt.")
    assert "Ring 112" not in said[2][1]


def test_urgent_help_opens_the_panel_that_was_closed_meanwhile(page: Page) -> None:
    open_chat(page)
    question_field(page).fill("Det er akut")
    page.evaluate(
        """() => {
          document.addEventListener("vejviser-chat:ask", () => document.querySelector("vejviser-chat").close());
        }"""
    )
    question_field(page).press("Enter")
    expect(page.get_by_role("dialog", name="Sundhedsrobotten")).to_be_visible()
    expect(page.get_by_role("link", name="Ring 112")).to_be_in_viewport()


def test_what_is_said_not_to_be_urgent_is_answered_under_the_card(page: Page) -> None:
    open_chat(page)
    turn = answered(page, "Det er akut")
    with page.expect_request("**/api/v1/chat/health/") as again:
        turn.get_by_role("button", name="Det er ikke akut – vis svaret").click()
    assert sent(again.value)["not_urgent"] is True
    assert sent(again.value)["message"] == "Det er akut"
    second = page.locator(".chat-turn").nth(1)
    expect(second.locator(".chat-question")).to_be_focused()
    expect(second.locator(".chat-question")).to_contain_text("Ikke akut")
    expect(second.locator("blockquote")).to_contain_text("Mærker du det samme igen")
    expect(turn.get_by_role("link", name="Ring 112")).to_be_attached()
    page.reload()
    expect(page.locator(".chat-question").last).to_contain_text("Ikke akut")


def test_without_javascript_urgent_help_comes_first_and_the_answer_can_be_had_all_the_same(new_page: NewPage) -> None:
    page = ask_on_its_page(new_page(javascript=False, width=360, height=740), "Det er akut")
    call = page.get_by_role("link", name="Ring 112")
    expect(call).to_be_in_viewport(ratio=1)
    expect(call).to_have_attribute("href", "tel:112")
    page.get_by_role("button", name="Det er ikke akut – vis svaret").click()
    expect(page.locator(".chat-turn")).to_have_count(2)
    expect(page.locator(".chat-turn").last.locator("blockquote")).to_contain_text("Mærker du det samme igen")


@pytest.mark.parametrize(
    ("question", "title"),
    [("Det er vigtigt i dag", "Ring til en læge i dag"), ("En at tale med", "Tal med nogen")],
)
def test_help_that_can_wait_comes_before_the_answer_and_does_not_break_in(
    page: Page, question: str, title: str
) -> None:
    open_chat(page)
    turn = answered(page, question)
    expect(turn.get_by_role("heading", name=title)).to_be_visible()
    assert top(turn.locator(".chat-card")) < top(turn.locator("blockquote"))
    expect(broken_in(page)).to_be_empty()
    expect(announced(page)).to_contain_text(title)


def test_each_level_of_help_looks_its_own(page: Page) -> None:
    open_chat(page)
    for question in ("Det er akut", "Det er vigtigt i dag", "En at tale med"):
        answered(page, question)
    grounds = page.locator(".chat-card").evaluate_all(
        "nodes => nodes.map((node) => getComputedStyle(node).backgroundColor)"
    )
    assert len(set(grounds)) == 3


def test_a_page_with_help_is_opened_and_the_chat_stays(page: Page) -> None:
    open_chat(page)
    answered(page, "Det er vigtigt i dag").get_by_role("link", name="Læs om akut hjælp").click()
    page.wait_for_url("**/kontakt/")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize(
    ("question", "label"), [("En del af svaret", "Med forbehold"), ("Afvist", "Det svarer robotten ikke på")]
)
def test_an_answer_with_reserve_and_a_refusal_say_so(new_page: NewPage, question: str, label: str) -> None:
    page = new_page()
    open_chat(page)
    expect(answered(page, question).locator(".chat-outcome")).to_have_text(label)
    expect(answered(page, "Svar på engelsk").locator(".chat-outcome")).to_have_count(0)
    plain = ask_on_its_page(new_page(javascript=False), question)
    expect(plain.locator(".chat-outcome")).to_have_text(label)


def test_a_source_is_a_card_with_where_it_is_how_old_it_is_and_a_way_there(page: Page) -> None:
    open_chat(page)
    source = answered(page, "En del af svaret").locator(".chat-source")
    expect(source.locator(".chat-source-title")).to_have_text("Åbningstider")
    expect(source.locator(".chat-source-heading")).to_have_text("Telefontid")
    expect(source.locator(".chat-source-way")).to_have_text("Kontakt › Åbningstider")
    expect(source).to_contain_text("Gennemgået 2. marts 2026")
    expect(source).to_contain_text("Forfalden: Skulle være gennemgået igen senest 1. september 2026")
    show = source.get_by_role("link", name="Vis mig Åbningstider: Telefontid")
    source.click(position={"x": 20, "y": 40})  # The whole card leads there.
    page.wait_for_url("**/aabningstider/")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(show).to_be_visible()


def test_a_source_that_is_not_overdue_says_nothing_of_it(page: Page) -> None:
    open_chat(page)
    source = answered(page, "Det er vigtigt i dag").locator(".chat-source")
    expect(source).to_contain_text("Vis mig")
    expect(source).not_to_contain_text("Forfalden")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_quotation_in_another_language_is_marked_so(new_page: NewPage, javascript: bool) -> None:
    page = ask_on_its_page(new_page(javascript=javascript), "Citat på engelsk")
    turn = page.locator(".chat-turn")
    expect(turn.locator("blockquote")).to_have_attribute("lang", "en")
    assert turn.locator(".chat-text > p").first.evaluate("node => node.closest('[lang]').lang") == "da"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_title_and_a_heading_in_another_language_are_marked_so(new_page: NewPage, javascript: bool) -> None:
    page = ask_on_its_page(new_page(javascript=javascript), "Dansk artikel på engelsk")
    lead = page.locator(".chat-text > p").first
    expect(lead).to_have_text("“Skoldkopper” says, under “Smitte og institution”:")
    assert lead.locator("[lang=da]").all_text_contents() == ["“Skoldkopper”", "“Smitte og institution”"]
    assert lead.evaluate("node => node.closest('[lang]').lang") == "en"
    if javascript:
        told = page.locator("[data-slot~=announced-answer] [lang=da]")
        assert told.all_text_contents() == [
            "“Skoldkopper”",
            "“Smitte og institution”",
            "Barnet må komme i institution.",
        ]


def test_a_page_suggests_the_questions_that_it_answers(page: Page) -> None:
    open_chat(page, "guide", "/aabningstider/")
    expect(page.get_by_text("Siden her svarer blandt andet på:")).to_be_visible()
    with page.expect_request("**/api/v1/chat/guide/") as asked:
        page.get_by_role("button", name="Hvornår har I åbent?").click()
    assert sent(asked.value)["message"] == "Hvornår har I åbent?"
    expect(page.locator(".chat-question")).to_be_focused()


def test_on_a_touch_screen_no_keyboard_covers_what_there_is_to_read(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, touch=True)
    page.goto(ARTICLE)
    page.locator("[data-open=health]").tap()
    expect(page.get_by_role("heading", name="Sundhedsrobotten")).to_be_focused()
    question_field(page).tap()
    question_field(page).fill("Intet svar")
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.locator(".chat-question")).to_be_focused()
