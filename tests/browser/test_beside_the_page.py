"""The chat and the page around it: neither covers what somebody reads or has the focus on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE, answered, has_sideways_scroll, open_chat, question_field

#: What has the focus, and what covers it: null when its middle can be seen.
COVERED = """
() => {
  const node = document.activeElement;
  if (node === document.body || node.closest("vejviser-chat")) return null;
  const [box] = node.getClientRects();
  if (!box) return null;
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const isSeen = over && (node.contains(over) || over.contains(node));
  return isSeen ? null : [node.outerHTML.slice(0, 80), over?.outerHTML.slice(0, 80)];
}
"""

#: What lies over an element at one of its corners.
LIES_UNDER = """
(node) => {
  const { left, right, top, bottom } = node.getBoundingClientRect();
  for (const x of [left + 4, right - 4]) {
    for (const y of [top + 4, Math.min(bottom, innerHeight) - 90]) {
      const over = document.elementFromPoint(x, Math.max(y, top + 4));
      if (over && !node.contains(over) && !over.contains(node)) return over.outerHTML.slice(0, 80);
    }
  }
  return null;
}
"""


def covered_stops(page: Page) -> list[object]:
    """Go through the page with the tabulator; return the stops outside the chat that something covers."""
    page.locator(".skip-link").focus()
    found = []
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('vejviser-chat')"):
            assert page.evaluate("scrollY") > 1000  # All of the page has been gone through.
            return found
        found += [covered] if (covered := page.evaluate(COVERED)) else []
    raise AssertionError("The chat was never reached")


def overlaps(one: Locator, other: Locator) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    assert a and b
    apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    return not (apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"])


# ── What a source leads to ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("same_page", [True, False])
def test_a_source_before_the_first_heading_is_focused_and_marked(page: Page, same_page: bool) -> None:
    open_chat(page, path=ARTICLE if same_page else "/sundhed/")
    page.evaluate("window.same = true")
    answered(page, "Hvad er forkølelse?").locator(".chat-show", has_text="Forkølelse").first.click()
    page.wait_for_url(re.compile(r"/sundhed/forkoelelse/#_resume"))
    target = page.locator(":target")
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()
    assert target.evaluate("node => getComputedStyle(node).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert bool(page.evaluate("window.same")) is same_page


def test_text_under_the_summary_is_marked_when_it_is_led_to(page: Page) -> None:
    page.goto("/sundhed/skoldkopper/#_indledning")
    lead = page.locator(":target")
    expect(lead).to_be_visible()
    assert lead.evaluate("node => getComputedStyle(node).backgroundColor") != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("same_page", [True, False])
@pytest.mark.parametrize("width", [700, 1000, 1240])
def test_the_panel_steps_aside_where_it_would_lie_over_what_it_leads_to(
    new_page: NewPage, width: int, same_page: bool
) -> None:
    page = new_page(width=width, height=800)
    open_chat(page, path=ARTICLE if same_page else "/sundhed/")
    answered(page, "Hvad er forkølelse?").locator(".chat-show", has_text="Forkølelse").first.click()
    page.wait_for_url(re.compile(r"/sundhed/forkoelelse/#"))
    expect(page.locator(":target")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-open=health] [data-kept]")).to_be_visible()
    assert page.locator(":target").evaluate(LIES_UNDER) is None


@pytest.mark.parametrize("same_page", [True, False])
@pytest.mark.parametrize("width", [360, 1000, 1440])
def test_from_what_a_source_led_to_the_next_stop_of_the_keyboard_leads_back(
    new_page: NewPage, width: int, same_page: bool
) -> None:
    page = new_page(width=width, height=800)
    open_chat(page, path=ARTICLE if same_page else "/sundhed/")
    for times in (1, 2):
        answered(page, "Hvad er forkølelse?").locator(".chat-show", has_text="Forkølelse").first.press("Enter")
        expect(page.locator(":target")).to_be_focused()
        text = page.locator(".prose p").first.bounding_box()
        page.keyboard.press("Tab")
        back = page.get_by_role("link", name="Tilbage til samtalen")
        expect(back).to_be_focused()
        assert back.evaluate(LIES_UNDER) is None
        assert page.locator(".prose p").first.bounding_box() == text
        page.keyboard.press("Enter")
        expect(question_field(page)).to_be_focused()
        expect(page.locator(".chat-turn")).to_have_count(times)


# ── The focus is seen ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 640), (360, 740)])
def test_no_tab_stop_of_the_page_lies_under_the_ways_into_the_chat(new_page: NewPage, width: int, height: int) -> None:
    page = new_page(width=width, height=height)
    page.goto("/sundhed/skoldkopper/")
    assert covered_stops(page) == []


@pytest.mark.parametrize("path", ["/sundhed/skoldkopper/", "/"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 640), (1700, 900)])
def test_no_tab_stop_of_the_page_lies_under_the_open_panel(
    new_page: NewPage, path: str, width: int, height: int
) -> None:
    page = new_page(width=width, height=height)
    open_chat(page, "guide", path)
    assert covered_stops(page) == []
    assert not has_sideways_scroll(page)


def test_the_text_being_read_stays_where_it_is_when_the_panel_opens(page: Page) -> None:
    page.goto("/sundhed/skoldkopper/")
    heading = page.locator(".prose h2").last
    before = heading.bounding_box()
    page.evaluate("document.querySelector('[data-open]').click()")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert heading.bounding_box() == before


def test_escape_closes_the_panel_from_anywhere_on_the_page_and_leaves_the_focus_there(page: Page) -> None:
    open_chat(page)
    link = page.locator(".prose a, .provenance a").first
    link.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_escape_closes_what_lies_over_the_panel_and_not_the_panel_with_it(page: Page) -> None:
    open_chat(page)
    answered(page, "Intet svar").get_by_role("button", name="Til lægen").click()
    sheet = page.get_by_role("dialog", name="Til lægen")
    page.mouse.click(5, 5)  # Beside the sheet: the focus is nowhere.
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.get_by_role("dialog", name="Sundhedsrobotten")).to_be_visible()


def test_escape_for_the_menu_or_the_suggestions_leaves_the_panel_open(page: Page) -> None:
    open_chat(page)
    page.locator(".menu > summary").press("Enter")
    expect(page.locator(".menu__panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu__panel")).to_be_hidden()
    field = page.get_by_role("combobox").first
    field.press_sequentially("forkø")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_visible()


# ── The ways into the chat ───────────────────────────────────────────────────────────────────────


def test_at_the_edge_of_the_front_page_the_emergency_numbers_can_be_read(new_page: NewPage) -> None:
    page = new_page(width=1440, height=900)
    page.goto("/")
    for text in page.locator(".emergency li > *").all():
        assert not overlaps(text, page.locator(".chat-opener"))
    expect(page.get_by_role("button", name="Spørg Vejviseren")).to_be_visible()


@pytest.mark.parametrize("path", ["/sundhed/", "/emner/boern/", "/en/health/"])
def test_the_ways_in_lie_over_nothing_that_is_read(new_page: NewPage, path: str) -> None:
    page = new_page(width=1440, height=900)
    page.goto(path)
    openers = page.locator(".chat-opener")
    for width, words in ((1280, False), (1440, False), (1839, False), (1840, True), (2560, True)):
        page.set_viewport_size({"width": width, "height": 900})
        for opener in openers.all():
            box = opener.bounding_box()
            assert box and (box["width"] > 150) is words
        beside = page.evaluate("document.documentElement.clientWidth / 2 + 38 * 16")  # the end of what is read
        if width >= 1440:
            assert all(box["x"] > beside for box in map(Locator.bounding_box, openers.all()) if box), width


def test_the_ways_in_say_a_word_below_their_icons_and_tell_their_names_when_pointed_at(page: Page) -> None:
    page.goto("/sundhed/skoldkopper/")
    opener = page.get_by_role("button", name="Spørg Sundhedsrobotten")
    narrow = opener.bounding_box()
    assert narrow and 44 <= narrow["width"] < 72 and narrow["height"] >= 44
    assert page.locator(".chat-opener-short:visible").all_inner_texts() == ["Sundhed", "Vejviser"]
    opener.hover()
    again = opener.bounding_box()
    assert again and again["width"] > 150


@pytest.mark.parametrize("path", ["/", "/sundhed/skoldkopper/", "/findes-ikke/"])
def test_on_a_phone_the_ways_in_have_a_bar_to_themselves(phone: Page, path: str) -> None:
    phone.goto(path)
    bar = phone.locator(".chat-openers").bounding_box()
    assert bar and bar["x"] == 0 and bar["width"] == 360 and bar["y"] + bar["height"] == 740 and bar["height"] < 80
    for opener in phone.locator(".chat-opener").all():
        box = opener.bounding_box()
        assert box and box["height"] >= 44 and box["y"] > bar["y"]
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = phone.locator(".site-footer a").last.bounding_box()
    assert last and last["y"] + last["height"] <= bar["y"]


def test_on_a_phone_the_number_to_call_of_a_page_that_is_not_there_can_be_read(phone: Page) -> None:
    phone.goto("/findes-ikke/")
    assert not overlaps(phone.locator("main a[href^='tel:']").last, phone.locator(".chat-openers"))


def test_the_open_menu_lies_under_nothing(phone: Page) -> None:
    phone.goto(ARTICLE)
    expect(phone.locator(".chat-openers")).to_be_visible()
    phone.locator(".menu > summary").click()
    expect(phone.locator(".chat-openers")).to_be_hidden()
    phone.keyboard.press("Escape")
    expect(phone.locator(".chat-openers")).to_be_visible()
