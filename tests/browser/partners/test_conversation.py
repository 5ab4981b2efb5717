"""On a page of another site, the chat answers as it does on ours."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.partners.host import KEY, SMALL_KEY, Visit, open_widget, opener, requests_of, widget
from tests.browser.partners.site import PartnerSite
from tests.browser.visitor import FACT, QUESTION, answered, ask, broken_in, question_field, sent, stored


def test_a_question_is_answered_on_a_partners_page(visit: Visit, partner: PartnerSite, site: str) -> None:
    page = visit(widget(bot="health"))
    requests = requests_of(page)
    expect(opener(page)).to_have_text(re.compile("Spørg Sundhedsrobotten"))
    open_widget(page)
    turn = answered(page, QUESTION)
    expect(turn.locator("blockquote").first).to_contain_text(FACT)
    assert page.url == f"{partner.address}/sundhed/private-emner/"
    (asked,) = [request for request in requests if request.method == "POST"]
    assert asked.url == f"{site}/api/partners/{KEY}/v1/chat/health/"
    assert set(sent(asked)) == {"message", "language"}
    assert asked.all_headers()["referer"] == f"{partner.address}/"


def test_what_is_asked_goes_to_the_site_and_nowhere_else(visit: Visit, site: str) -> None:
    page = visit(widget(bot="health"))
    requests = requests_of(page)
    open_widget(page)
    answered(page, QUESTION)
    assert requests
    assert {request.url.split("/api/")[0] for request in requests} == {site}
    assert not [request.url for request in requests if "forkølelse" in request.url or "fork%C3" in request.url]
    assert QUESTION not in str(page.evaluate("told"))
    assert [name for name, _ in page.evaluate("told")] == ["ready", "open"]


def test_sources_open_the_site_in_a_new_tab_that_knows_nothing_of_the_page(visit: Visit, site: str) -> None:
    page = visit(widget(bot="health"))
    open_widget(page)
    link = answered(page, QUESTION).locator(".chat-show").first
    assert str(link.get_attribute("href")).startswith(f"{site}/sundhed/forkoelelse/#")
    expect(link).to_have_attribute("rel", "noopener")
    expect(link).to_contain_text("(åbner i en ny fane)")
    with page.context.expect_page() as opened:
        link.click()
    article = opened.value
    article.wait_for_load_state()
    assert article.evaluate("opener") is None
    expect(article.locator(":target")).to_be_visible()
    expect(page.locator(".chat-turn")).to_be_visible()


def test_it_says_whose_it_is_before_the_first_question(visit: Visit) -> None:
    page = visit(widget())
    open_widget(page)
    expect(page.locator(".chat-machine")).to_contain_text("kommer fra Sundhedscenter Åvang")


def test_urgent_help_is_shown_and_said_at_once(visit: Visit, site: str) -> None:
    page = visit(widget())
    open_widget(page)
    turn = answered(page, "Det er akut")
    expect(turn.get_by_role("link", name="Ring 112")).to_have_attribute("href", "tel:112")
    assert turn.get_by_role("link", name="Ring 112").get_attribute("target") is None
    expect(broken_in(page)).to_contain_text("Ring 112 nu")
    turn.get_by_role("button", name="Det er ikke akut – vis svaret").click()
    expect(page.locator(".chat-calm")).to_be_visible()
    page_link = answered(page, "Det er vigtigt i dag").get_by_role("link", name="Læs om akut hjælp")
    expect(page_link).to_have_attribute("href", f"{site}/kontakt/")
    expect(page_link).to_have_attribute("target", "_blank")


def test_the_other_bot_takes_over_where_the_partner_has_both(visit: Visit) -> None:
    page = visit(widget(bot="guide"))
    open_widget(page)
    answered(page, "Giv den videre").get_by_role("button", name="Spørg Sundhedsrobotten i stedet").click()
    expect(page.locator(".chat-turn").nth(1).locator(".chat-feedback")).to_be_visible(timeout=30_000)
    expect(page.locator(".chat-title")).to_contain_text("Sundhedsrobotten")


def test_a_bot_that_the_partner_does_not_have_is_found_on_the_site(visit: Visit, site: str) -> None:
    page = visit(widget(SMALL_KEY))
    open_widget(page)
    other = answered(page, "Giv den videre").get_by_role("link", name="Find Sundhedsrobotten hos Sundhedscenter Åvang")
    expect(other).to_have_attribute("href", f"{site}/chat/health/")
    expect(other).to_have_attribute("target", "_blank")


def test_an_answer_can_be_stopped_and_asked_for_again(visit: Visit) -> None:
    page = visit(widget())
    open_widget(page)
    turn = ask(page, "Svar langsomt")
    expect(turn.locator(".chat-text")).to_contain_text("ord1")
    page.get_by_role("button", name="Stop svaret").click()
    expect(turn.locator(".chat-notice")).to_contain_text("Du stoppede svaret.")
    again = ask(page, "Afbryd første gang")
    again.get_by_role("button", name="Prøv igen").click()
    expect(again.locator(".chat-text")).to_contain_text("Anden gang gik det godt.")


def test_an_answer_can_be_judged_and_the_conversation_forgotten(visit: Visit, partner: PartnerSite) -> None:
    page = visit(widget(bot="guide"))
    open_widget(page)
    turn = answered(page, "Intet svar")
    with page.expect_response("**/feedback/") as judged:
        turn.get_by_role("button", name="Nej").click()
    assert judged.value.status == 200
    turn.get_by_label("Vil du skrive hvorfor?").fill("Det passede ikke")
    turn.get_by_role("button", name="Send kommentar").click()
    expect(turn.locator(".chat-feedback-note")).to_have_text("Tak, din kommentar er sendt.")
    with page.expect_response("**/conversations/*/") as forgotten:
        page.get_by_role("button", name="Glem samtalen nu").click()
    assert forgotten.value.status == 204
    expect(page.locator(".chat-turn")).to_have_count(0)
    assert "vejviser-chat:guide:talk" not in stored(page)


def test_a_summary_can_be_kept_as_a_file(visit: Visit, site: str) -> None:
    page = visit(widget(bot="health"))
    open_widget(page)
    answered(page, QUESTION).get_by_role("button", name="Til lægen").click()
    summary = page.get_by_role("dialog", name="Til lægen")
    expect(summary).to_be_visible()
    summary.get_by_label("Mine egne noter").fill("Siden i går")
    with page.expect_download() as kept:
        summary.get_by_role("button", name="Hent som fil").click()
    text = Path(kept.value.path()).read_text()
    assert QUESTION in text
    assert "Siden i går" in text
    assert f"{site}/sundhed/forkoelelse/" in text


#: Keeps the browser from printing, and tells from where it was asked to.
PRINTING = """
window.print = () => { top.printed = [...(top.printed ?? []), window === top ? "the page" : "a frame of its own"]; };
"""


def test_a_summary_is_printed_without_the_page_around_it(visit: Visit) -> None:
    page = visit(widget(bot="health", accent="#7a1f5c"), style="hostile")
    page.add_init_script(PRINTING)
    page.reload()
    page.evaluate(
        """() => {
          const own = new CSSStyleSheet();
          own.replaceSync("vejviser-widget { --vejviser-accent: #250 }");
          document.adoptedStyleSheets = [own];
        }"""
    )
    open_widget(page)
    answered(page, QUESTION).get_by_role("button", name="Til lægen").click()
    summary = page.get_by_role("dialog", name="Til lægen")
    summary.get_by_label("Mine egne noter").fill("Siden i går")
    before = page.evaluate("document.documentElement.outerHTML")
    summary.get_by_role("button", name="Print").click()
    frame = page.locator("iframe")
    expect(frame).to_have_count(1)
    assert page.evaluate("printed") == ["a frame of its own"]
    page.emulate_media(media="print")
    paper = page.frames[1]
    shown = paper.evaluate("document.body.innerText")
    assert QUESTION in shown and FACT in shown and "Siden i går" in shown and "Gennemgået" in shown
    for words in ("Kommunens", "Hent som fil", "Tag med", "Spørg Sundhedsrobotten"):
        assert words not in shown
    assert paper.evaluate("getComputedStyle(document.querySelector('dialog')).color") == "rgb(27, 42, 40)"
    assert paper.evaluate("document.documentElement.lang") == "da"
    assert paper.evaluate("document.title") == page.title()
    assert paper.evaluate("getComputedStyle(document.body).getPropertyValue('--vejviser-accent')") == "#250"
    assert "sans-serif" in paper.evaluate("getComputedStyle(document.querySelector('dialog')).fontFamily")
    page.emulate_media(media="screen")
    paper.evaluate("void setTimeout(() => dispatchEvent(new Event('afterprint')))")
    expect(frame).to_have_count(0)
    assert page.evaluate("document.documentElement.outerHTML") == before


def test_a_cpr_number_is_held_back_there_too(visit: Visit) -> None:
    page = visit(widget())
    requests = requests_of(page)
    open_widget(page)
    question_field(page).fill("Jeg er 010190-1234")
    question_field(page).press("Enter")
    expect(page.get_by_text("Der står vist et cpr-nummer i dit spørgsmål.")).to_be_visible()
    assert [request for request in requests if request.method == "POST"] == []


def test_the_keyboard_alone_opens_asks_and_closes(visit: Visit) -> None:
    page = visit(widget())
    page.get_by_role("button", name="Vores knap").focus()
    page.keyboard.press("Tab")
    expect(opener(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(question_field(page)).to_be_focused()
    page.keyboard.type("Intet svar")
    page.keyboard.press("Enter")
    expect(page.locator(".chat-feedback")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".chat-dialog")).to_be_hidden()
    expect(opener(page)).to_be_focused()
    assert [name for name, _ in page.evaluate("told")] == ["ready", "open", "close"]


def test_the_conversation_goes_on_on_the_next_page(visit: Visit, partner: PartnerSite) -> None:
    page = visit(widget(bot="guide"))
    open_widget(page)
    answered(page, "Intet svar")
    page.goto(partner.put(widget(bot="guide"), path="/en-anden-side/"))
    expect(page.locator(".chat-dialog")).to_be_visible()
    expect(page.locator(".chat-question")).to_contain_text("Intet svar")
