"""Search as a visitor meets it: with a script, without one, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE

#: Whether a tap a little above the lower edge of what can be seen of an element meets it.
IS_HIT = """
(node) => {
  const { left, width, bottom } = node.getBoundingClientRect();
  return node.contains(document.elementFromPoint(left + width / 2, Math.min(bottom, innerHeight) - 4));
}
"""


def test_results_come_into_the_page_and_the_words_into_no_address_or_log(page: Page, server_log: Path) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill("løbende næse og forkølelse")
    page.get_by_role("button", name="Søg", exact=True).click()

    expect(page.locator("[data-search-heading]")).to_be_focused()
    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    expect(page.locator(".hit mark").first).to_be_visible()
    assert page.url.endswith("/soeg/")
    assert page.evaluate("history.length") <= 2
    assert "løbende" not in server_log.read_text()
    assert "l%C3%B8bende" not in server_log.read_text()


def test_back_from_a_result_finds_the_results_again(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill("forkølelse")
    page.get_by_role("combobox").press("Enter")
    page.locator(".hit__title a").first.click()
    page.wait_for_url(f"**{ARTICLE}")
    page.go_back()

    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    expect(page.get_by_role("combobox")).to_have_value("forkølelse")


def test_on_a_phone_every_suggestion_can_be_hit(phone: Page) -> None:
    phone.goto("/soeg/")
    phone.get_by_role("combobox").press_sequentially("hovedp")
    options = phone.get_by_role("option")
    expect(options.nth(3)).to_be_visible()
    assert [option.text_content() for option in options.all() if not option.evaluate(IS_HIT)] == []
    phone.get_by_role("combobox").press("Escape")
    expect(phone.get_by_role("button", name="Spørg Vejviseren")).to_be_visible()


def test_the_box_on_any_page_leads_to_the_results(page: Page) -> None:
    page.goto(ARTICLE)
    page.get_by_role("combobox", name="Søg på hele siden").fill("åbningstider")
    page.get_by_role("combobox").press("Enter")
    page.wait_for_url("**/soeg/")

    expect(page.locator(".hit__title a").first).to_have_text("Åbningstider")


def test_without_a_script_the_form_does_the_same(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(ARTICLE)
    page.get_by_label("Søg på hele siden").last.fill("åbningstider")
    page.get_by_role("button", name="Søg").click()

    expect(page.locator(".hit__title a").first).to_have_text("Åbningstider")
    page.get_by_role("button", name=re.compile("Om centret")).click()
    expect(page.get_by_role("button", name=re.compile("Om centret"))).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Spørg Vejviseren").click()
    expect(page.locator(".chat-question")).to_contain_text("åbningstider")


def test_suggestions_are_chosen_by_keyboard_alone(page: Page) -> None:
    page.goto("/soeg/")
    field = page.get_by_role("combobox")
    field.press_sequentially("fork")
    option = page.get_by_role("option", name="Forkølelse", exact=True)
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("fork")
    field.press_sequentially("ø")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{ARTICLE}")


def test_asking_instead_opens_the_chat_with_the_words(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill("Hvor længe varer en forkølelse?")
    page.get_by_role("combobox").press("Enter")
    page.locator("[data-ask-bot=health] button").click()

    expect(page.locator(".chat-question").last).to_contain_text("Hvor længe varer en forkølelse?")
    assert page.url.endswith("/soeg/")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_empty_search_is_said_at_the_field_and_on_its_edge(new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    page.goto("/soeg/")
    field = page.locator("#search-words")
    edge = field.evaluate("(field) => getComputedStyle(field).borderTopColor")
    page.get_by_role("button", name="Søg", exact=True).click()

    expect(page).to_have_title(re.compile("^Fejl: "))
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Skriv, hvad du leder efter"))
    assert field.evaluate("(field) => getComputedStyle(field).borderTopColor") != edge


def test_an_error_goes_with_the_next_search(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").press("Enter")
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("forkølelse")
    field.press("Enter")

    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    expect(page.locator(".search-error")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).not_to_have_accessible_description(re.compile("Skriv, hvad du leder efter"))


def test_the_numbers_of_a_help_card_have_the_icons_they_have_in_the_chat(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill("min mor er bevidstløs")
    page.get_by_role("combobox").press("Enter")

    expect(page.locator(".help-card__contact[href='tel:112'] use")).to_have_attribute("href", re.compile("#phone$"))


def test_a_lost_connection_is_said_and_the_words_stay(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill("forkølelse")
    page.context.set_offline(True)
    page.get_by_role("combobox").press("Enter")

    expect(page.locator("[data-search-failed]")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_value("forkølelse")


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(page: Page) -> None:
    page.goto("/soeg/")
    held: list[Route] = []
    page.route("**/soeg/", lambda route: route.fallback() if held else held.append(route))
    field = page.get_by_role("combobox")
    field.fill("åbningstider")
    field.press("Enter")
    field.fill("forkølelse")
    field.press("Enter")
    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    held[0].fulfill(body="<h2 data-search-heading tabindex=-1>Sider om åbningstider</h2>")
    page.wait_for_timeout(300)

    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    expect(page.locator("[data-search-failed]")).to_be_hidden()
    expect(page.locator("[data-search-results]")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("status", [403, 500, 502])
def test_a_page_that_tells_of_an_error_is_not_shown_as_results(page: Page, status: int) -> None:
    page.goto("/soeg/")
    field = page.get_by_role("combobox")
    field.fill("forkølelse")
    field.press("Enter")
    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    page.route("**/soeg/", lambda route: route.fulfill(status=status, body="<title>Fejl</title><h1>Det gik galt</h1>"))
    field.fill("feber")
    field.press("Enter")

    expect(page.locator("[data-search-failed]")).to_be_visible()
    expect(page.get_by_text("Det gik galt")).to_have_count(0)
    expect(page.locator(".hit__title a").first).to_have_text("Forkølelse")
    expect(field).to_have_value("feber")


def test_a_second_click_on_an_answer_is_not_sent(page: Page) -> None:
    page.goto(ARTICLE)
    held: list[Route] = []
    page.route("**/tilbagemelding/", lambda route: held.append(route))
    box = page.locator(".page-feedback")
    box.get_by_role("button", name="Nej").dblclick()
    box.get_by_role("button", name="Ja").click()
    expect(box).to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(200)

    assert [route.request.post_data_json["found"] for route in held] == ["no"]
    held[0].continue_()
    expect(page.get_by_label("Hvad ledte du efter?")).to_be_visible()


def test_feedback_on_a_page_takes_two_clicks_with_or_without_a_script(new_page: NewPage) -> None:
    for javascript in (True, False):
        page = new_page(javascript=javascript)
        page.goto(ARTICLE)
        page.locator(".page-feedback").get_by_role("button", name="Nej").click()
        page.get_by_label("Hvad ledte du efter?").fill("Noget om børn")
        page.get_by_role("button", name="Send kommentar").click()
        expect(page.get_by_role("heading", name="Tak for din kommentar")).to_be_visible()
        assert page.url.endswith(ARTICLE) == javascript
