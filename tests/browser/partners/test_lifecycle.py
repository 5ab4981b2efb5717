"""The element goes away without a trace, and several stand on one page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.partners.host import KEY, Visit, open_widget, opener, widget
from tests.browser.partners.site import PartnerSite
from tests.browser.visitor import answered, ask, stored

LISTENERS = """
Object.fromEntries([["window", window], ["document", document], ["body", document.body], ["speech", speechSynthesis],
  ["root", document.documentElement]].map(([name, target]) =>
  [name, Object.values(getEventListeners(target)).flat().length]))
"""


def listeners(page: Page) -> dict[str, int]:
    """Return how many listeners hang on what outlives the widget."""
    session = page.context.new_cdp_session(page)
    answer = session.send(
        "Runtime.evaluate", {"expression": LISTENERS, "includeCommandLineAPI": True, "returnByValue": True}
    )
    return dict(answer["result"]["value"])


def test_a_removed_element_leaves_nothing(visit: Visit) -> None:
    page = visit("<div id=place></div>", chats=0)
    page.evaluate("customElements.whenDefined('vejviser-widget').then(() => true)")
    before = listeners(page)
    page.evaluate(
        """(key) => {
          const widget = document.createElement("vejviser-widget");
          widget.setAttribute("partner", key);
          document.getElementById("place").append(widget);
          window.weak = [new WeakRef(widget)];
        }""",
        KEY,
    )
    open_widget(page)
    answered(page, "Intet svar")
    page.evaluate("weak.push(new WeakRef(weak[0].deref().shadowRoot.querySelector('vejviser-chat')))")
    during = listeners(page)
    assert during != before
    ask(page, "Svar langsomt")
    with page.expect_event("requestfailed") as given_up:
        page.evaluate("document.querySelector('vejviser-widget').remove()")
    assert given_up.value.url.endswith("/v1/chat/guide/")
    assert listeners(page) == before
    page.evaluate("told.length = 0")
    session = page.context.new_cdp_session(page)
    for _ in range(20):
        session.send("HeapProfiler.collectGarbage")
        if page.evaluate("weak.every((one) => !one.deref())"):
            break
    assert page.evaluate("weak.map((one) => Boolean(one.deref()))") == [False, False]
    assert page.evaluate("document.querySelectorAll('vejviser-chat, dialog').length") == 0


def test_an_element_that_is_moved_or_put_back_goes_on(visit: Visit) -> None:
    page = visit(widget(bot="guide"))
    open_widget(page)
    answered(page, "Intet svar")
    page.evaluate("document.querySelector('main').append(document.querySelector('vejviser-widget'))")
    expect(page.locator(".chat-question")).to_contain_text("Intet svar")
    expect(page.locator("vejviser-chat")).to_have_count(1)
    answered(page, "Afvist")


def test_an_element_that_is_removed_before_it_is_ready_stays_quiet(visit: Visit) -> None:
    page = visit("", chats=0)
    page.evaluate("customElements.whenDefined('vejviser-widget').then(() => true)")
    page.evaluate(
        """(key) => {
          const widget = document.createElement("vejviser-widget");
          widget.setAttribute("partner", key);
          document.body.append(widget);
          widget.remove();
          window.widget = widget;
        }""",
        KEY,
    )
    page.wait_for_timeout(500)
    assert page.evaluate("told") == []
    assert page.evaluate("widget.shadowRoot.querySelectorAll('vejviser-chat').length") == 0


def test_two_on_one_page_hold_two_conversations(visit: Visit, partner: PartnerSite) -> None:
    both = widget(bot="guide", position="inline") + widget(bot="guide", position="inline")
    page = visit(both, chats=2)
    first, second = page.locator("vejviser-widget").nth(0), page.locator("vejviser-widget").nth(1)
    for one, question in ((first, "Intet svar"), (second, "Afvist")):
        field = one.get_by_label("Skriv dit spørgsmål", exact=True)
        field.fill(question)
        field.press("Enter")
        expect(one.locator(".chat-feedback")).to_be_visible(timeout=30_000)
    tokens = {key: value["token"] for key, value in stored(page).items() if key.endswith(":talk")}
    assert len(set(tokens.values())) == len(tokens) == 2
    page.reload()
    expect(first.locator(".chat-question")).to_have_count(1)
    expect(first.locator(".chat-question")).to_contain_text("Intet svar")
    expect(second.locator(".chat-question")).to_contain_text("Afvist")
    first.get_by_role("button", name="Glem samtalen nu").click()
    expect(first.locator(".chat-turn")).to_have_count(0)
    expect(second.locator(".chat-turn")).to_have_count(1)


def test_both_bots_can_stand_at_either_edge(visit: Visit) -> None:
    page = visit(widget(bot="guide", position="left") + widget(bot="health"), chats=2)
    left, right = opener(page).nth(0).bounding_box(), opener(page).nth(1).bounding_box()
    assert left and right
    assert left["x"] < 100 and right["x"] + right["width"] > 1180
    opener(page).nth(0).click()
    dialog = page.locator(".chat-dialog").bounding_box()
    assert dialog and dialog["x"] < 40
