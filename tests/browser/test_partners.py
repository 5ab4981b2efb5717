"""The chat on a page of another site: another port, a strict policy, a style sheet that fights it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Response, Route, expect

from tests.browser.axe import axe_source, findings
from tests.browser.conftest import ROOT, NewPage
from tests.browser.partner_site import PartnerSite, serving
from tests.browser.visitor import FACT, QUESTION, answered, ask, broken_in, question_field, sent, stored

KEY, OTHER_KEY, SMALL_KEY, LIMITED_KEY = "key-of-the-partner", "key-of-another", "key-with-one-bot", "key-with-little"
MAKE = """
from chatbots.models import Partner
Partner.objects.create(name="Kommunen", key="{KEY}", origins="{own}", per_minute=10000, per_day=10000)
Partner.objects.create(name="Regionen", key="{OTHER_KEY}", origins="https://regionen.example")
Partner.objects.create(name="Klinikken", key="{SMALL_KEY}", origins="{own}", bots=["guide"])
Partner.objects.create(name="Lægehuset", key="{LIMITED_KEY}", origins="{own}", per_minute=1)
"""


@pytest.fixture(scope="module")
def partner(site: str, server_log: Path) -> Iterator[PartnerSite]:
    """Serve a partner's web site that is on the list."""
    with serving(site) as partner:
        make = MAKE.format(
            KEY=KEY, OTHER_KEY=OTHER_KEY, SMALL_KEY=SMALL_KEY, LIMITED_KEY=LIMITED_KEY, own=partner.address
        )
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "site_project.settings",
            "VEJVISER_DATA_DIR": str(server_log.parent),
            "DATABASE_URL": "",
        }
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", make], cwd=ROOT, env=environ, check=True, timeout=120
        )
        yield partner


@pytest.fixture(scope="module")
def stranger(site: str) -> Iterator[PartnerSite]:
    """Serve a web site that is on nobody's list."""
    with serving(site) as stranger:
        yield stranger


def widget(key: str = KEY, inside: str = "", **attributes: str) -> str:
    """Return the element as a web master writes it."""
    said = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<vejviser-widget partner="{key}"{said}>{inside}</vejviser-widget>'


Visit = Callable[..., Page]


@pytest.fixture
def visit(new_page: NewPage, partner: PartnerSite) -> Visit:
    """Return a function that opens a page of the partner with these widgets on it, and waits for the chat."""

    def open_page(widgets: str, *, style: str = "plain", chats: int = 1, **desk: object) -> Page:
        page = new_page(**desk)
        page.add_init_script(
            """window.told = [];
            for (const name of ["ready", "failure", "open", "close"]) {
              addEventListener(`vejviser-widget:${name}`, ({ detail }) => told.push([name, detail]));
            }"""
        )
        page.goto(partner.put(widgets, style=style))
        expect(page.locator("vejviser-chat")).to_have_count(chats)
        return page

    return open_page


def opener(page: Page | Locator) -> Locator:
    return page.locator("[data-open]")


def open_widget(page: Page) -> None:
    opener(page).click()
    expect(question_field(page)).to_be_focused()


def wait_for_event(page: Page) -> None:
    """Wait until the widget has told something. (The page's policy keeps Playwright from waiting for an expression.)"""
    page.evaluate("new Promise((done) => { const look = () => told.length ? done() : setTimeout(look, 50); look(); })")


def requests_of(page: Page) -> list[Request]:
    """Return the list in which the requests of the page gather."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    return requests


# ── It works there ───────────────────────────────────────────────────────────────────────────────


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


# ── Nothing leaks in ─────────────────────────────────────────────────────────────────────────────

LOOKS = """
() => {
  const looks = [];
  // A property of the page's own may reach the widget; what counts is that nothing looks different for it.
  const look = (style) => [...style].filter((name) => !name.startsWith("--"))
    .map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.matches("slot, template")) continue;
      for (const part of ["", "::before", "::after"]) {
        const style = getComputedStyle(node, part);
        looks.push(`${node.localName}.${node.getAttribute("class")}${part} ${look(style)}`);
      }
    }
  };
  const host = document.querySelector("vejviser-widget");
  looks.push(`host ${look(getComputedStyle(host))}`);
  walk(host.shadowRoot);
  return looks;
}
"""


def looks_of(page: Page) -> list[str]:
    """Return every computed style of everything the widget shows, but for what follows from the page's own width."""
    return list(page.evaluate(LOOKS))


def states(page: Page) -> Iterator[str]:
    """Bring the widget into one state after the other."""
    yield "closed"
    opener(page).click()
    expect(question_field(page)).to_be_focused()
    yield "open"
    for question in ("Intet svar", "Det er akut", "En del af svaret"):
        answered(page, question)
    yield "answered"
    page.locator(".chat-actions").last.get_by_role("button", name="Til lægen").click()
    expect(page.get_by_role("dialog", name="Til lægen")).to_be_visible()
    yield "summary"


def test_a_hostile_style_sheet_changes_nothing_of_the_widget(visit: Visit) -> None:
    plain, hostile = (visit(widget(), style=style) for style in ("plain", "hostile"))
    for state, _ in zip(states(plain), states(hostile), strict=True):
        there, here = looks_of(plain), looks_of(hostile)
        assert len(there) == len(here) > 20, state
        for before, after in zip(there, here, strict=True):
            changed = [pair for pair in zip(before.split(";"), after.split(";"), strict=False) if pair[0] != pair[1]]
            assert before == after, (state, before.split(" ")[0], changed[:8])


@pytest.mark.parametrize("position", ["right", "left", "inline"])
def test_it_is_seen_and_used_in_spite_of_a_hostile_style_sheet(visit: Visit, position: str) -> None:
    page = visit(widget(position=position), style="hostile")
    if position != "inline":
        expect(opener(page)).to_be_in_viewport(ratio=1)
        opener(page).click()
    answered(page, "Intet svar")
    box = page.locator(".chat-send").first.bounding_box()
    assert box and box["width"] >= 44 and box["height"] >= 44


# ── Nothing leaks out ────────────────────────────────────────────────────────────────────────────

OWN_LOOKS = """
() => [document.documentElement, document.body, ...document.querySelectorAll("main, main *")].map((node) => {
  const style = getComputedStyle(node);
  return [...style].map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
})
"""


def test_the_page_looks_as_it_did(visit: Visit, new_page: NewPage, partner: PartnerSite) -> None:
    without = new_page()
    without.goto(partner.put("", path="/uden/"))
    page = visit(widget())
    for _ in states(page):
        assert page.evaluate(OWN_LOOKS) == without.evaluate(OWN_LOOKS)
        assert page.evaluate("document.adoptedStyleSheets.length") == 0
        assert page.evaluate("document.styleSheets.length") == 1
        assert page.evaluate("document.querySelectorAll('head > *').length") == without.evaluate(
            "document.querySelectorAll('head > *').length"
        )
        assert page.evaluate("document.querySelectorAll('[id], style, iframe').length") == 0


def test_nothing_in_the_widget_is_inline(visit: Visit) -> None:
    page = visit(widget())
    inline = (
        "document.querySelector('vejviser-widget').shadowRoot.querySelectorAll('[style], style, script, [onclick]')"
    )
    for _ in states(page):
        assert page.evaluate(f"{inline}.length") == 0


def test_no_cookie_is_set_or_sent(visit: Visit, partner: PartnerSite, site: str) -> None:
    page = visit(widget())
    page.context.add_cookies([{"name": "sessionid", "value": "editor", "url": site}])
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response) if response.url.startswith(site) else None)
    page.reload()
    open_widget(page)
    answered(page, "Intet svar")
    with page.expect_response("**/conversations/*/"):
        page.get_by_role("button", name="Glem samtalen nu").click()
    assert {response.request.method for response in responses} == {"GET", "POST", "DELETE"}
    assert not any("cookie" in response.request.all_headers() for response in responses)
    assert not any("set-cookie" in response.all_headers() for response in responses)
    assert page.context.cookies(partner.address) == []
    assert page.evaluate("localStorage.length") == 0
    assert all(key.startswith("vejviser-chat:guide:") for key in stored(page))


# ── It goes away without a trace ─────────────────────────────────────────────────────────────────

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


# ── Several on one page ──────────────────────────────────────────────────────────────────────────


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


# ── What a web master decides ────────────────────────────────────────────────────────────────────


def test_it_speaks_the_language_of_the_page_or_the_one_said(visit: Visit) -> None:
    page = visit(widget(language="en"))
    expect(opener(page)).to_contain_text("Ask")
    expect(page.locator("vejviser-chat")).to_have_attribute("lang", "en")
    page.evaluate("document.querySelector('vejviser-widget').setAttribute('language', 'da')")
    expect(opener(page)).to_contain_text("Spørg Vejviseren")
    page = visit(f'<div lang="en-GB">{widget()}</div>')
    expect(opener(page)).to_contain_text("Ask")
    page = visit(f'<div lang="fr">{widget()}</div>')
    expect(opener(page)).to_contain_text("Spørg Vejviseren")


def test_it_greets_and_begins_as_the_page_wants_it_to(visit: Visit, partner: PartnerSite) -> None:
    page = visit(widget(greeting="Hej fra kommunen! <b>x</b>", open=""))
    expect(page.locator(".chat-dialog")).to_be_visible()
    expect(page.locator(".chat-greeting > p")).to_have_text("Hej fra kommunen! <b>x</b>")
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="Luk").click()
    page.reload()
    expect(opener(page)).to_be_visible()
    expect(page.locator(".chat-dialog")).to_have_count(0)


def test_it_does_not_cover_a_phone_unasked(visit: Visit) -> None:
    page = visit(widget(open=""), width=360, height=740)
    expect(opener(page)).to_be_visible()
    opener(page).click()
    box = page.locator(".chat-dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}


def colour(locator: Locator, name: str = "background-color") -> str:
    return str(locator.evaluate(f"(node) => getComputedStyle(node).getPropertyValue('{name}')"))


#: Red, green and blue of a colour as it comes to the screen, however the browser writes it.
PAINTED = """
(node, name) => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  pen.fillStyle = getComputedStyle(node).getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
"""


def painted(locator: Locator, name: str = "background-color") -> list[int]:
    return list(locator.evaluate(PAINTED, name))


def contrast(one: list[int], other: list[int]) -> float:
    """Return the contrast of two colours (WCAG 2)."""

    def luminance(colour: list[int]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (c / 255 for c in colour)]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_its_colours_follow_attributes_and_then_properties(visit: Visit) -> None:
    page = visit(widget(accent="#7a1f5c", accent_text="#fffbe6"))
    assert painted(opener(page)) == [122, 31, 92]
    assert painted(opener(page), "color") == [255, 251, 230]
    page.evaluate("document.querySelector('vejviser-widget').setAttribute('accent', '#003366')")
    assert painted(opener(page)) == [0, 51, 102]
    page.evaluate(
        """() => {
          const own = new CSSStyleSheet();
          const said = ["--vejviser-accent: #250", "--vejviser-radius: 0px", "--vejviser-offset-y: 90px"];
          own.replaceSync(`vejviser-widget { ${said.join(";")} }`);
          document.adoptedStyleSheets = [own];
        }"""
    )
    assert painted(opener(page)) == [34, 85, 0]
    box = opener(page).bounding_box()
    assert box and round(box["y"] + box["height"]) == 800 - 90
    open_widget(page)
    expect(page.locator(".chat-dialog")).to_have_css("border-radius", "0px")


def test_what_is_no_colour_changes_nothing(visit: Visit) -> None:
    page = visit(widget(accent="red;} * {display:none !important"))
    assert painted(opener(page)) == [13, 79, 74]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("given", ["#ffd400", "#d9480f", "#00b5e2", "#ff00ff", "#ffffff", "#000000", "#7fffd4"])
def test_any_colour_that_a_partner_gives_can_be_read(visit: Visit, given: str, scheme: str) -> None:
    page = visit(widget(bot="guide", bots="health", scheme=scheme, accent=given))
    open_widget(page)
    faint = {}
    for also in ("", f"--vejviser-accent-text: {given}; --vejviser-accent-dark: {given}"):
        page.evaluate(
            """(also) => {
              const own = new CSSStyleSheet();
              own.replaceSync(`vejviser-widget { ${also} }`);
              document.adoptedStyleSheets = [own];
            }""",
            also,
        )
        for bot in ("Sundhedsrobotten", "Vejviseren"):
            page.get_by_role("button", name=bot, exact=True).click()
            for ground, ink in {
                ".chat-header": ".chat-title",
                ".chat-send": ".chat-send",
                ".chat-chip": ".chat-chip",
                ".chat-machine": ".chat-machine",
                ".chat-choice[aria-pressed=true]": ".chat-choice[aria-pressed=true]",
            }.items():
                ratio = contrast(painted(page.locator(ground).first), painted(page.locator(ink).first, "color"))
                if ratio < 4.5:
                    faint[bot, ink, also] = ratio
    assert faint == {}


@pytest.mark.parametrize(
    ("scheme", "said", "dark"), [("dark", "", True), ("dark", "light", False), ("light", "dark", True)]
)
def test_it_is_dark_with_the_visitors_screen_or_as_said(visit: Visit, scheme: str, said: str, dark: bool) -> None:
    page = visit(widget(**({"scheme": said} if said else {})), scheme=scheme)
    open_widget(page)
    assert (colour(page.locator(".chat-panel")) == "rgb(24, 36, 34)") is dark


def test_text_is_as_large_as_the_visitor_wants_it_whatever_the_page_says(visit: Visit) -> None:
    page = visit(widget(), style="hostile")
    open_widget(page)
    assert colour(page.locator(".chat-greeting > p").first, "font-size") == "16px"
    assert colour(page.locator(".chat-title"), "font-size") == "17px"


# ── Where it is not wanted, or cannot be ─────────────────────────────────────────────────────────

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


# ── For everybody ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


@pytest.mark.parametrize(
    "desk",
    [{}, {"scheme": "dark"}, {"forced_colors": True}, {"width": 360, "height": 740}, {"width": 320, "height": 256}],
    ids=["wide", "dark", "forced colours", "phone", "zoomed"],
)
@pytest.mark.parametrize("attributes", [{}, {"accent": "#7a1f5c"}], ids=["own colours", "a partner's colour"])
def test_axe_finds_nothing_in_any_state_of_the_widget(
    visit: Visit, axe: str, desk: dict[str, Any], attributes: dict[str, str]
) -> None:
    page = visit(widget(bot="health", **attributes), **desk)
    for state in states(page):
        assert findings(page, axe) == [], state
