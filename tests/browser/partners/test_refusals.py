"""Where the widget is not wanted, or cannot be."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import NewPage
from tests.browser.partners.host import (
    KEY,
    LIMITED_KEY,
    OTHER_KEY,
    SMALL_KEY,
    Visit,
    open_widget,
    wait_for_event,
    widget,
)
from tests.browser.partners.site import PartnerSite
from tests.browser.visitor import answered, ask

INSTEAD = '<a href="https://example.org/chat/">Spørg Vejviseren</a>'


def test_a_page_that_is_not_on_the_list_gets_nothing(new_page: NewPage, stranger: PartnerSite, site: str) -> None:
    page = new_page()
    answers: list[Any] = []
    page.on("response", lambda response: answers.append(response) if response.url.startswith(site) else None)
    page.goto(stranger.put(widget(inside=INSTEAD)))
    page.wait_for_timeout(500)
    expect(page.get_by_role("link", name="Spørg Vejviseren")).to_be_visible()
    expect(page.locator("vejviser-chat")).to_have_count(0)
    assert not page.evaluate("Boolean(customElements.get('vejviser-widget'))")
    tried = page.evaluate(
        """async ([site, key]) => {
          const tries = [
            [`${site}/api/partners/${key}/v1/chat/guide/`, "POST"], [`${site}/api/partners/${key}/parts/`, "GET"],
            [`${site}/api/v1/chat/guide/`, "POST"], [`${site}/`, "GET"], [`${site}/static/chat/api.js`, "GET"],
          ];
          return Promise.all(tries.map(([url, method]) => fetch(url, {
            method, headers: method === "POST" ? { "Content-Type": "application/json" } : {},
            body: method === "POST" ? JSON.stringify({ message: "Hej" }) : undefined,
          }).then(() => "read", (error) => error.name)));
        }""",
        [site, KEY],
    )
    assert tried == ["TypeError"] * 5
    assert all("access-control-allow-origin" not in answer.all_headers() for answer in answers)


def test_another_partners_key_shows_what_the_page_has_instead(visit: Visit) -> None:
    page = visit(widget(OTHER_KEY, INSTEAD), chats=0)
    wait_for_event(page)
    assert [name for name, _ in page.evaluate("told")] == ["failure"]
    assert f'partner="{OTHER_KEY}" bot="guide"' in page.evaluate("warned")[0]
    expect(page.get_by_role("link", name="Spørg Vejviseren")).to_be_visible()


def test_a_bot_that_is_not_offered_shows_what_the_page_has_instead(visit: Visit) -> None:
    page = visit(widget(SMALL_KEY, INSTEAD, bot="health"), chats=0)
    wait_for_event(page)
    assert "health" in page.evaluate("told")[0][1]["message"]
    expect(page.get_by_role("link", name="Spørg Vejviseren")).to_be_visible()


def test_a_partner_over_its_limit_gets_a_kind_message(visit: Visit) -> None:
    page = visit(widget(LIMITED_KEY))
    open_widget(page)
    answered(page, "Afvist")
    turn = ask(page, "Afvist")
    expect(turn.locator(".chat-notice")).to_contain_text("Der er mange, der spørger her lige nu. Vent ")
    expect(turn.locator(".chat-notice").get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    expect(turn.get_by_role("button", name="Prøv igen")).to_be_visible()
    expect(turn.locator(".chat-question")).to_contain_text("Afvist")


def test_without_storage_the_conversation_lasts_as_long_as_the_page(
    visit: Visit, new_page: NewPage, partner: PartnerSite
) -> None:
    page = new_page()
    page.add_init_script(
        """for (const name of ["sessionStorage", "localStorage"]) {
          Object.defineProperty(window, name, { get() { throw new DOMException("Blocked", "SecurityError"); } });
        }"""
    )
    page.goto(partner.put(widget(bot="guide", open="")))
    expect(page.locator(".chat-dialog")).to_be_visible()
    answered(page, "Intet svar")
    answered(page, "Afvist")
    page.get_by_role("button", name="Glem samtalen nu").click()
    expect(page.locator(".chat-turn")).to_have_count(0)


def test_a_lost_connection_keeps_the_question(visit: Visit) -> None:
    page = visit(widget(bot="guide"))
    open_widget(page)

    def break_off(route: Route) -> None:
        route.abort("internetdisconnected")

    page.route("**/v1/chat/guide/", break_off)
    turn = ask(page, "Intet svar")
    expect(turn.locator(".chat-notice")).to_contain_text("Forbindelsen blev afbrudt")
    page.unroute("**/v1/chat/guide/", break_off)
    turn.get_by_role("button", name="Prøv igen").click()
    expect(turn.locator(".chat-feedback")).to_be_visible(timeout=30_000)
