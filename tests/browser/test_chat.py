"""A visitor's way through the chat, in a real browser on the real site."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.visitor import (
    ARTICLE,
    FACT,
    QUESTION,
    announced,
    answered,
    ask,
    ask_on_its_page,
    broken_in,
    has_sideways_scroll,
    open_chat,
    question_field,
    sent,
    stored,
    token,
)

# ── Ways in ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("path", "bots"), [("/", ["guide"]), ("/kontakt/", ["guide"]), (ARTICLE, ["health", "guide"])])
def test_the_guide_stands_everywhere_and_the_health_bot_on_health_pages(page: Page, path: str, bots: list[str]) -> None:
    page.goto(path)
    openers = page.locator("[data-open]")
    assert [opener.get_attribute("data-open") for opener in openers.all()] == bots


def test_what_speaks_is_said_to_be_a_machine_before_the_first_question(page: Page) -> None:
    open_chat(page)
    panel = page.get_by_role("dialog", name="Sundhedsrobotten")
    expect(panel).to_contain_text("Jeg er en robot og erstatter ikke en læge")
    expect(panel.get_by_role("button", name="Hvornår smitter skoldkopper?")).to_be_visible()


def test_a_link_on_the_page_to_the_chat_opens_the_panel(page: Page) -> None:
    page.goto("/")
    link = page.locator("main").get_by_role("link", name="Stil et spørgsmål")
    link.click()
    expect(page.get_by_role("dialog", name="Vejviseren")).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_either_bot_can_be_asked_in_one_conversation_that_shows_who_answered_what(page: Page) -> None:
    open_chat(page)
    first = answered(page, "Intet svar")
    page.get_by_role("button", name="Vejviseren", exact=True).click()
    expect(page.get_by_role("dialog", name="Vejviseren")).to_be_visible()
    expect(announced(page)).to_contain_text("Vejviseren")
    expect(page.locator(".chat-switch")).to_have_text("Nu svarer Vejviseren")
    expect(page.get_by_role("button", name="Hvor kan jeg parkere?")).to_be_visible()
    second = answered(page, "Intet svar")
    expect(first.locator(".chat-who")).to_have_text("Sundhedsrobotten")
    expect(second.locator(".chat-who")).to_have_text("Vejviseren")
    expect(second.locator(".chat-switch")).to_have_text("Nu svarer Vejviseren")
    page.reload()
    expect(page.locator(".chat-who")).to_have_text(["Sundhedsrobotten", "Vejviseren"])


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_answered_with_its_source_and_the_source_opens_its_section(page: Page) -> None:
    open_chat(page, path="/sundhed/")
    turn = ask(page, QUESTION)
    expect(turn.locator(".chat-text")).to_contain_text(FACT, timeout=30_000)
    expect(turn.locator("blockquote")).to_be_visible()
    source = turn.get_by_role("link", name=re.compile("Forkølelse")).first
    expect(turn.locator(".chat-source-facts").first).to_contain_text(re.compile(r"Gennemgået \d+\. \w+ 20\d\d"))
    source.click()
    page.wait_for_url(re.compile(r"/sundhed/forkoelelse/#.+"))
    heading = page.locator(":target")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    marked = page.locator(".passage:has(:target)")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text(FACT)
    assert marked.evaluate("node => getComputedStyle(node).backgroundColor") != "rgba(0, 0, 0, 0)"
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".chat-turn .chat-text")).to_contain_text(FACT)


def test_a_source_on_the_page_being_read_is_marked_without_loading_it_again(page: Page) -> None:
    open_chat(page)
    turn = ask(page, QUESTION)
    page.evaluate("window.same = true")
    turn.get_by_role("link", name=re.compile("Forkølelse")).first.click(timeout=30_000)
    expect(page.locator(".passage:has(:target)")).to_contain_text(FACT)
    expect(page.locator(":target")).to_be_focused()
    assert page.evaluate("window.same") is True


def test_a_suggested_question_is_asked_by_a_click(page: Page) -> None:
    open_chat(page, "guide", "/")
    suggestion = page.locator(".chat-chip").first
    words = suggestion.inner_text()
    suggestion.click()
    expect(page.locator(".chat-question")).to_contain_text(words)
    expect(page.locator(".chat-feedback")).to_be_visible(timeout=30_000)
    expect(suggestion).to_be_hidden()


def test_shift_and_enter_begins_a_new_line(page: Page) -> None:
    open_chat(page)
    question_field(page).press_sequentially("Intet")
    question_field(page).press("Shift+Enter")
    question_field(page).press_sequentially("svar")
    expect(question_field(page)).to_have_value("Intet\nsvar")
    expect(page.locator(".chat-turn")).to_have_count(0)


def test_the_counter_counts_and_a_question_too_long_is_not_sent(page: Page) -> None:
    open_chat(page)
    field = question_field(page)
    field.fill("🌱" * 990)
    expect(page.locator(".chat-counter")).to_have_text("10 tegn tilbage")
    field.fill("æ" * 1003)
    expect(page.locator(".chat-counter")).to_have_text("3 tegn for meget. Gør spørgsmålet kortere.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    expect(field).to_have_value("æ" * 1003)
    expect(page.locator(".chat-turn")).to_have_count(0)


def test_the_request_is_what_the_api_asks_for_and_carries_no_cookie(page: Page) -> None:
    open_chat(page)
    page.context.add_cookies([{"name": "trace", "value": "1", "url": page.url}])
    with page.expect_request("**/api/v1/chat/health/") as first:
        turn = ask(page, "Intet svar")
    expect(turn.locator(".chat-feedback")).to_be_visible()
    assert first.value.method == "POST"
    assert sent(first.value) == {"message": "Intet svar", "language": "da", "page": ARTICLE}
    assert "cookie" not in first.value.all_headers()
    with page.expect_request("**/api/v1/chat/health/") as second:
        ask(page, "Intet svar")
    assert sent(second.value)["conversation"] == token(page)


# ── While it streams ─────────────────────────────────────────────────────────────────────────────


def test_the_answer_appears_word_by_word_and_can_be_stopped(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Svar langsomt")
    expect(turn.locator(".chat-text")).to_contain_text("ord3")
    assert "ord199" not in turn.inner_text()
    expect(announced(page)).to_contain_text("Leder efter svar")
    page.get_by_role("button", name="Stop svaret").click()
    expect(turn).to_contain_text("Du stoppede svaret.")
    expect(turn.locator(".chat-text")).to_contain_text("ord3")
    expect(question_field(page)).to_be_focused()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    text = turn.inner_text()
    page.wait_for_timeout(500)
    assert turn.inner_text() == text


def test_an_unknown_event_is_passed_over(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Ukendte hændelser").locator(".chat-text")).to_have_text("Det gik godt.")


def test_markup_in_an_answer_is_shown_as_it_stands(page: Page) -> None:
    open_chat(page)
    title = page.title()
    turn = ask(page, "Markup")
    expect(turn.locator("blockquote")).to_contain_text("<script>document.title=2</script>")
    assert turn.locator("img, script").count() == 0
    assert turn.locator("a[href^=javascript]").count() == 0
    assert page.title() == title


# ── When it goes wrong ───────────────────────────────────────────────────────────────────────────


def test_an_answer_that_was_cut_off_says_so_and_can_be_asked_for_again(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Afbryd første gang")
    expect(turn).to_contain_text("Forbindelsen blev afbrudt")
    expect(turn.locator(".chat-text")).to_have_text("Det begynder her")
    turn.get_by_role("button", name="Prøv igen").click()
    expect(turn.locator(".chat-text")).to_have_text("Anden gang gik det godt.")
    expect(page.locator(".chat-turn")).to_have_count(1)
    expect(turn.locator(".chat-notice")).to_have_count(0)


def test_an_error_in_the_stream_shows_its_detail(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Fejl midt i svaret")
    expect(turn.locator(".chat-notice")).to_contain_text("Robotten kan ikke svare lige nu, men siderne virker.")
    expect(turn.get_by_role("button", name="Prøv igen")).to_be_visible()


def test_a_question_asked_without_a_connection_is_sent_when_it_is_back(page: Page) -> None:
    open_chat(page)
    page.context.set_offline(True)
    turn = ask(page, "Intet svar")
    expect(turn.locator(".chat-notice")).to_contain_text("Dit spørgsmål står her endnu")
    expect(turn.locator(".chat-notice").get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    expect(announced(page)).to_contain_text("Der er ingen forbindelse lige nu.")
    expect(announced(page)).to_contain_text("Er det livsfarligt, så ring 112.")
    page.context.set_offline(False)
    expect(turn.locator(".chat-text")).to_contain_text("Det kan jeg ikke finde svar på her.")
    expect(page.locator(".chat-turn")).to_have_count(1)


def test_a_question_left_without_a_connection_waits_on_the_next_page(page: Page) -> None:
    open_chat(page)
    page.context.set_offline(True)
    expect(ask(page, "Intet svar").locator(".chat-notice")).to_be_visible()
    page.route("**/api/v1/chat/health/", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/kontakt/")
    turn = page.locator(".chat-turn")
    expect(turn.locator(".chat-question")).to_contain_text("Intet svar")
    page.unroute("**/api/v1/chat/health/")
    turn.get_by_role("button", name="Prøv igen").click()
    expect(turn.locator(".chat-text")).to_contain_text("Det kan jeg ikke finde svar på her.")


def test_what_is_being_written_is_there_on_the_next_page(page: Page) -> None:
    open_chat(page)
    question_field(page).fill("Jeg har ondt i")
    page.get_by_role("navigation", name="Brødkrumme").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/$"))
    expect(question_field(page)).to_have_value("Jeg har ondt i")


def problem(status: int, name: str, detail: str) -> dict[str, Any]:
    body = {"type": f"urn:vejviser:problem:{name}", "title": "Fejl", "status": status, "detail": detail}
    return {"status": status, "json": body, "content_type": "application/problem+json"}


def test_a_problem_before_the_stream_shows_its_detail_and_a_retry(page: Page) -> None:
    page.route("**/api/v1/chat/health/", lambda route: route.fulfill(**problem(429, "too-many", "Vent 4 sekunder.")))
    open_chat(page)
    turn = ask(page, "Intet svar")
    expect(turn.locator(".chat-notice")).to_contain_text("Vent 4 sekunder.")
    expect(turn.locator(".chat-notice").get_by_role("link", name="112")).to_be_visible()
    expect(announced(page)).to_contain_text("Vent 4 sekunder.")
    expect(turn.get_by_role("button", name="Prøv igen")).to_be_visible()


def test_a_question_that_is_refused_is_given_back_to_be_changed(page: Page) -> None:
    page.route("**/api/v1/chat/health/", lambda route: route.fulfill(**problem(400, "invalid", "For langt.")))
    open_chat(page)
    turn = ask(page, "Et dårligt spørgsmål")
    expect(turn.locator(".chat-notice")).to_contain_text("For langt.")
    expect(turn.locator(".chat-notice").get_by_role("link", name="112")).to_have_count(0)
    turn.get_by_role("button", name="Ret spørgsmålet").click()
    expect(question_field(page)).to_have_value("Et dårligt spørgsmål")
    expect(question_field(page)).to_be_focused()


def test_a_conversation_the_server_has_forgotten_is_begun_anew(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    tokens: list[Any] = []

    def forget_once(route: Route) -> None:
        tokens.append(sent(route.request).get("conversation"))
        if len(tokens) == 1:
            route.fulfill(**problem(404, "unknown-conversation", "Den er udløbet."))
        else:
            route.continue_()

    page.route("**/api/v1/chat/health/", forget_once)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    assert tokens[0] and tokens[1] is None


# ── What an answer can hold ──────────────────────────────────────────────────────────────────────


def test_no_answer_shows_pages_to_look_at(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Intet svar")
    turn.get_by_role("link", name="Kontakt").click()
    page.wait_for_url("**/kontakt/")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_help_comes_first_with_numbers_to_call(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Det er akut")
    expect(turn.get_by_role("link", name="Ring 112")).to_have_attribute("href", "tel:112")
    expect(turn.get_by_role("link", name="Send sms til 114")).to_have_attribute("href", "sms:114")
    expect(turn.locator(".chat-card")).to_contain_text("Det lyder livsfarligt. Vent ikke.")
    expect(turn.locator(".chat-text")).to_have_text("Jeg kan ikke vurdere, hvor alvorligt det er.")
    card, text = (turn.locator(name).bounding_box() for name in (".chat-card", ".chat-text"))
    assert card and text and card["y"] < text["y"]
    expect(broken_in(page)).to_contain_text("Ring 112 nu")


def test_the_other_bot_gets_the_question_with_a_click(page: Page) -> None:
    open_chat(page, "guide", "/kontakt/")
    turn = ask(page, "Giv den videre")
    before = page.locator(".chat-header").evaluate("node => getComputedStyle(node).backgroundColor")
    turn.get_by_role("button", name="Spørg Sundhedsrobotten i stedet").click()
    expect(page.get_by_role("dialog", name="Sundhedsrobotten")).to_be_visible()
    after = page.locator(".chat-header").evaluate("node => getComputedStyle(node).backgroundColor")
    assert before != after
    carried = page.locator(".chat-turn").last
    expect(carried.locator(".chat-switch")).to_have_text("Nu svarer Sundhedsrobotten")
    expect(carried.locator(".chat-question")).to_contain_text("Svar på engelsk")
    expect(carried.locator(".chat-question")).to_be_focused()
    expect(carried.locator(".chat-text")).to_contain_text("We are open.")
    expect(turn.locator(".chat-question")).to_contain_text("Giv den videre")
    expect(page.locator(".chat-who")).to_have_text(["Vejviseren", "Sundhedsrobotten"])


def test_parts_in_another_language_are_marked_as_such(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Svar på engelsk")
    expect(turn.locator(".chat-text")).to_contain_text("We are open.")
    assert turn.locator(".chat-text").evaluate("node => node.closest('[lang]').lang") == "en"
    expect(turn.locator(".chat-source-title")).to_have_attribute("lang", "en")
    expect(turn.locator(".chat-source-facts")).to_contain_text("På engelsk")
    assert turn.locator(".chat-thumbs").evaluate("node => node.closest('[lang]').lang") == "da"


def test_feedback_is_kept_with_its_comment(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Intet svar")
    with page.expect_response("**/feedback/") as vote:
        turn.get_by_role("button", name="Nej").click()
    assert vote.value.status == 200
    assert sent(vote.value.request) == {"helpful": False}
    expect(turn.get_by_role("button", name="Nej")).to_have_attribute("aria-pressed", "true")
    comment = turn.get_by_label("Vil du skrive hvorfor?")
    expect(comment).to_be_in_viewport()
    comment.fill("Jeg ledte efter noget andet.")
    with page.expect_response("**/feedback/") as words:
        turn.get_by_role("button", name="Send kommentar").click()
    assert words.value.json() == {"helpful": False, "comment": "Jeg ledte efter noget andet."}
    expect(turn).to_contain_text("Tak, din kommentar er sendt.")
    assert page.evaluate("window.scrollY") == 0
    page.reload()
    expect(page.get_by_role("button", name="Nej").last).to_have_attribute("aria-pressed", "true")


def test_feedback_that_does_not_get_through_says_so(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Intet svar")
    page.route("**/feedback/", lambda route: route.abort())
    turn.get_by_role("button", name="Ja").click()
    expect(turn).to_contain_text("Det kunne ikke sendes.")
    expect(turn.get_by_role("button", name="Ja")).to_have_attribute("aria-pressed", "false")


# ── From page to page ────────────────────────────────────────────────────────────────────────────


def test_the_conversation_follows_the_visitor_without_taking_the_focus(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    page.get_by_role("navigation", name="Brødkrumme").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/$"))
    expect(page.get_by_role("dialog", name="Sundhedsrobotten")).to_be_visible()
    expect(page.locator(".chat-turn")).to_contain_text("Det kan jeg ikke finde svar på her.")
    assert page.evaluate("document.activeElement === document.body")


def test_a_closed_chat_stays_closed_and_keeps_what_was_said(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    page.get_by_role("button", name="Luk").click()
    page.goto("/sundhed/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    opener = page.get_by_role("button", name="Spørg Sundhedsrobotten (fortsæt samtalen)")
    opener.click()
    expect(page.locator(".chat-turn")).to_have_count(1)


def test_an_answer_cut_off_by_leaving_the_page_can_be_asked_for_again(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Svar langsomt")
    expect(turn.locator(".chat-text")).to_contain_text("ord1")
    page.goto("/kontakt/")
    turn = page.locator(".chat-turn")
    expect(turn.locator(".chat-question")).to_contain_text("Svar langsomt")
    expect(turn.get_by_role("button", name="Prøv igen")).to_be_visible()


def test_the_way_back_shows_what_was_said_since(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    page.goto("/sundhed/")
    expect(ask(page, "Det er akut").locator(".chat-feedback")).to_be_visible()
    page.go_back()
    expect(page.locator(".chat-turn")).to_have_count(2)


def test_another_tab_has_a_conversation_of_its_own(new_page: NewPage) -> None:
    page = new_page()
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    other = page.context.new_page()
    open_chat(other)
    expect(other.locator(".chat-turn")).to_have_count(0)


def test_forgetting_clears_the_tab_and_the_server(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    opened = token(page)
    with page.expect_response("**/conversations/**") as deleted:
        page.get_by_role("button", name="Glem samtalen").click()
    assert (deleted.value.request.method, deleted.value.status) == ("DELETE", 204)
    expect(page.locator(".chat-turn")).to_have_count(0)
    expect(page.locator(".chat-note:visible")).to_have_text("Samtalen er væk, både her og hos os.")
    expect(page.get_by_role("button", name="Glem samtalen")).to_be_hidden()
    expect(question_field(page)).to_be_focused()
    assert opened not in str(stored(page))
    again = page.request.delete(f"/api/v1/chat/conversations/{opened}/")
    assert again.status == 404


@pytest.mark.parametrize(("width", "height"), [(360, 740), (800, 600), (1280, 800)])
def test_what_is_said_of_a_forgotten_conversation_is_seen(new_page: NewPage, width: int, height: int) -> None:
    page = new_page(width=width, height=height)
    open_chat(page)
    answered(page, "Et langt svar")
    page.get_by_role("button", name="Glem samtalen").click()
    expect(page.locator(".chat-note:visible")).to_have_text("Samtalen er væk, både her og hos os.")
    remark, log = (page.locator(name).bounding_box() for name in (".chat-note:visible", ".chat-log"))
    assert remark and log and remark["y"] >= log["y"]
    assert remark["y"] + remark["height"] <= log["y"] + log["height"]
    expect(question_field(page)).to_be_focused()


def test_forgetting_without_a_connection_tells_what_remains(page: Page) -> None:
    open_chat(page)
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Glem samtalen").click()
    expect(page.locator(".chat-note:visible")).to_contain_text("inden for 24 timer")
    expect(page.locator(".chat-turn")).to_have_count(0)


def test_forgetting_stops_an_answer_under_way(page: Page) -> None:
    open_chat(page)
    turn = ask(page, "Svar langsomt")
    expect(turn.locator(".chat-text")).to_contain_text("ord1")
    page.get_by_role("button", name="Glem samtalen").click()
    expect(page.locator(".chat-turn")).to_have_count(0)
    page.wait_for_timeout(500)
    assert "vejviser-chat:talk" not in stored(page)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()


# ── Keyboard and screen reader ───────────────────────────────────────────────────────────────────


def test_everything_can_be_done_with_the_keyboard_alone(page: Page) -> None:
    page.goto(ARTICLE)
    opener = page.get_by_role("button", name="Spørg Sundhedsrobotten")
    for _ in range(200):
        page.keyboard.press("Tab")
        if opener.evaluate("node => node === document.activeElement"):
            break
    assert opener.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Space")
    expect(question_field(page)).to_be_focused()
    page.keyboard.type("Intet svar")
    page.keyboard.press("Enter")
    turn = page.locator(".chat-turn")
    expect(turn.locator(".chat-feedback")).to_be_visible()
    expect(question_field(page)).to_be_focused()
    for name in ("Nej", "Ja", "Til lægen", "Ret", "Kopiér", "Kontakt", "Åbningstider"):
        page.keyboard.press("Shift+Tab")
        expect(turn.locator(":focus")).to_have_text(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/aabningstider/")
    question_field(page).focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Spørg Vejviseren")).to_be_focused()


def test_the_panel_is_no_trap_on_a_wide_screen(new_page: NewPage) -> None:
    page = new_page(width=1100)
    open_chat(page)
    page.get_by_role("link", name="Symptomer på forkølelse").press("Enter")
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.get_by_role("dialog")).to_be_visible()
    question_field(page).focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("!document.activeElement.closest('dialog')")


def test_one_live_region_tells_of_the_answer_once(page: Page) -> None:
    open_chat(page)
    expect(page.locator("vejviser-chat [role=status], vejviser-chat [aria-live=polite]")).to_have_count(1)
    expect(page.locator("vejviser-chat [role=alert], vejviser-chat [aria-live=assertive]")).to_have_count(1)
    assert page.locator("[role=log]:visible").get_attribute("aria-live") == "off"
    page.evaluate(
        """() => {
          window.said = [];
          const region = document.querySelector("vejviser-chat [role=status]");
          const note = () => window.said.push(region.innerText.trim());
          new MutationObserver(note).observe(region, { subtree: true, childList: true, characterData: true });
        }"""
    )
    turn = ask(page, "Svar på engelsk")
    expect(turn.locator(".chat-feedback")).to_be_visible()
    assert page.evaluate("said") == ["Leder efter svar …", "Svaret er klar. We are open."]
    assert announced(page).locator("[lang=en]").inner_text() == "We are open."


def test_buttons_and_links_are_large_enough_to_hit(page: Page) -> None:
    open_chat(page)
    for question in ("Intet svar", "Det er akut", "Fejl midt i svaret", "Et langt svar"):
        ask(page, question)
    small = page.evaluate(
        """() => [...document.querySelectorAll("vejviser-chat button, vejviser-chat a, vejviser-chat textarea")]
          .filter((node) => node.checkVisibility())
          .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
          .filter(([, box]) => box.height < 44 || box.width < 44)
          .map(([name]) => name)"""
    )
    assert small == []


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_runs_out_of_a_narrow_screen(new_page: NewPage, width: int) -> None:
    page = new_page(width=width, height=740)
    page.goto(ARTICLE)
    assert not has_sideways_scroll(page)
    open_chat(page)
    assert not has_sideways_scroll(page)
    for question in ("Et langt svar", "Det er akut", "Intet svar", "Fejl midt i svaret"):
        turn = ask(page, question)
        expect(turn.locator(".chat-extras > *").first).to_be_visible()
        assert not has_sideways_scroll(page)
    for button in page.locator("vejviser-chat button:visible").all():
        box = button.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_on_a_phone_the_chat_covers_the_page_and_steps_aside_for_a_source(phone: Page) -> None:
    open_chat(phone)
    box = phone.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert phone.locator("dialog").evaluate("node => node.matches(':modal')")
    turn = ask(phone, QUESTION)
    turn.get_by_role("link", name=re.compile("Forkølelse")).first.click(timeout=30_000)
    expect(phone.locator(".passage:has(:target)")).to_be_in_viewport()
    expect(phone.locator(":target")).to_be_focused()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    phone.get_by_role("button", name="Spørg Sundhedsrobotten (fortsæt samtalen)").click()
    expect(phone.locator(".chat-turn")).to_have_count(1)


def test_escape_closes_the_sheet_and_gives_the_focus_back(phone: Page) -> None:
    open_chat(phone)
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.get_by_role("button", name="Spørg Sundhedsrobotten")).to_be_focused()


def test_the_panel_becomes_a_sheet_when_the_window_shrinks(page: Page) -> None:
    open_chat(page)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("dialog:modal")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("dialog:not(:modal)")).to_be_visible()


def test_at_four_times_the_size_the_whole_panel_scrolls(new_page: NewPage) -> None:
    page = new_page(width=320, height=200)
    open_chat(page)
    expect(question_field(page)).to_be_in_viewport()
    turn = ask(page, "Intet svar")
    expect(turn.locator(".chat-question")).to_be_in_viewport()
    assert not has_sideways_scroll(page)


# ── Without JavaScript, and on the chat's own page ───────────────────────────────────────────────


def test_without_javascript_the_entrance_is_a_link_to_a_form_that_works(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(ARTICLE)
    page.get_by_role("link", name="Spørg Sundhedsrobotten").click()
    page.wait_for_url("**/chat/health/")
    question_field(page).fill(QUESTION)
    page.get_by_role("button", name="Send").click()
    turn = page.locator(".chat-turn")
    expect(turn.locator(".chat-text")).to_contain_text(FACT)
    expect(turn.locator("blockquote")).to_be_visible()
    assert page.url.endswith("/chat/health/#seneste")

    question_field(page).fill("Giv den videre")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".chat-turn")).to_have_count(2)
    page.locator(".chat-turn").last.get_by_role("button", name="Nej").click()
    expect(page.get_by_role("status")).to_contain_text("Tak")
    expect(page.get_by_role("button", name="Nej").last).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Glem samtalen").click()
    expect(page.locator(".chat-turn")).to_have_count(0)


def test_without_javascript_a_source_leads_to_its_section(new_page: NewPage) -> None:
    page = ask_on_its_page(new_page(javascript=False, width=360), QUESTION)
    assert not has_sideways_scroll(page)
    with page.context.expect_page() as opened:  # The way back to a page that answers a form would be a warning.
        page.get_by_role("link", name=re.compile("Vis mig Forkølelse.*åbner i en ny fane")).first.click()
    target = opened.value.locator(":target")
    expect(target).to_be_in_viewport()
    assert target.evaluate("node => getComputedStyle(node.closest('.passage')).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_without_javascript_the_conversation_can_be_printed_for_the_doctor(new_page: NewPage) -> None:
    page = ask_on_its_page(new_page(javascript=False, width=360), "En del af svaret")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Til lægen").click()
    sheet = opened.value
    sheet.get_by_label("Mine egne noter").fill("Det begyndte i går.")
    assert not has_sideways_scroll(sheet)
    sheet.emulate_media(media="print")
    shown = sheet.locator("body").inner_text()
    for words in ("Medicin kan give hovedpine.", "Gennemgået 2. marts 2026", "http://", "Mine egne noter"):
        assert words in shown
    for words in ("Print", "For eksempel"):
        assert words not in shown
    expect(page.locator(".chat-question")).to_contain_text("En del af svaret")


def test_without_javascript_the_conversation_goes_along_to_the_other_bot(new_page: NewPage) -> None:
    page = ask_on_its_page(new_page(javascript=False), QUESTION)
    page.get_by_role("button", name="Vejviseren", exact=True).click()
    expect(page.get_by_role("link", name="Vejviseren", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator(".chat-question")).to_contain_text(QUESTION)
    question_field(page).fill("Intet svar")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".chat-turn")).to_have_count(2)


def test_without_javascript_what_is_too_long_is_refused_whole(new_page: NewPage) -> None:
    page = ask_on_its_page(new_page(javascript=False), "æ" * 1003)
    expect(page.get_by_role("alert")).to_contain_text("Skriv højst 1000 tegn")
    expect(question_field(page)).to_have_value("æ" * 1003)
    expect(question_field(page)).to_have_accessible_description(re.compile("Højst 1000 tegn"))


def test_without_javascript_the_other_bot_gets_the_question(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/chat/guide/")
    question_field(page).fill("Giv den videre")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Spørg Sundhedsrobotten i stedet").click()
    page.wait_for_url("**/chat/health/#seneste")
    expect(page.locator(".chat-text").last).to_contain_text("We are open.")
    expect(page.locator(".chat-who")).to_have_text(["Vejviseren", "Sundhedsrobotten"])


def test_with_javascript_the_chats_own_page_holds_the_panel(page: Page) -> None:
    page.goto("/chat/guide/")
    expect(page.locator(".chat-fallback")).to_be_hidden()
    turn = ask(page, "Intet svar")
    expect(turn.locator(".chat-text")).to_contain_text("Det kan jeg ikke finde svar på her.")
    page.reload()
    expect(page.locator(".chat-turn")).to_have_count(1)


# ── The element ──────────────────────────────────────────────────────────────────────────────────


def test_the_element_tells_what_happens_and_lets_go_of_everything_when_it_leaves(page: Page) -> None:
    open_chat(page)
    page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["ask", "answer", "failure", "close", "open"]) {
            document.addEventListener(`vejviser-chat:${name}`, (event) => heard.push([name, event.detail.bot]));
          }
        }"""
    )
    expect(ask(page, "Intet svar").locator(".chat-feedback")).to_be_visible()
    with page.expect_event("requestfailed"):
        ask(page, "Svar langsomt")
        expect(page.locator(".chat-turn").last.locator(".chat-text")).to_contain_text("ord1")
        page.evaluate("() => { window.chat = document.querySelector('vejviser-chat'); chat.remove(); }")
    assert page.evaluate("heard") == [["ask", "health"], ["answer", "health"], ["ask", "health"]]
    assert page.evaluate("chat.querySelector('dialog')") is None
    page.evaluate("document.body.append(chat)")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.locator(".chat-turn")).to_have_count(2)
    expect(page.locator(".chat-turn").last.get_by_role("button", name="Prøv igen")).to_be_visible()


def test_on_english_pages_the_chat_asks_in_english(page: Page) -> None:
    page.goto("/en/")
    opener = page.locator("[data-open=guide]")
    expect(opener).to_have_attribute("href", "/en/chat/guide/")
    opener.click()
    page.locator("#chat-message").fill("Intet svar")
    with page.expect_request("**/api/v1/chat/guide/") as asked:
        page.locator("#chat-message").press("Enter")
    assert sent(asked.value)["language"] == "en"
    assert asked.value.headers["accept-language"] == "en"
