"""The site itself, on screens of any size and on paper, by keyboard, in either language and in the dark."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.visitor import ARTICLE, has_sideways_scroll, open_chat

LONG, TRANSLATED = "/sundhed/feber-hos-boern/", "/en/health/fever-in-children/"

#: How many letters the longest line of running text holds: a paragraph's letters by its number of lines.
LONGEST_LINE = """
() => Math.max(...[...document.querySelectorAll("main :is(p, li, dd, td)")]
  .filter((node) => node.checkVisibility() && !node.querySelector("p, li, td") && node.innerText.trim().length > 20)
  .map((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 12)));
    return node.innerText.trim().length / lines.size;
  }))
"""


def search(page: Page, words: str = "smitter") -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill(words)
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("[data-search-heading]")).to_contain_text(words)


@pytest.mark.parametrize(
    "reach",
    [lambda page: page.goto("/"), lambda page: page.goto(LONG), search],
    ids=["front page", "article", "search"],
)
def test_no_screen_is_too_narrow_or_too_wide(page: Page, reach: Callable[[Page], object]) -> None:
    reach(page)
    for width, height in ((3840, 2160), (1280, 800), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not has_sideways_scroll(page)
        assert 10 < page.evaluate(LONGEST_LINE) <= 95, width


def test_on_paper_an_article_is_its_text_and_where_it_comes_from(page: Page) -> None:
    page.goto(LONG)
    aside = (
        ".menu",
        ".languages",
        ".quick-nav",
        ".site-footer",
        ".contents",
        ".breadcrumb",
        ".page-feedback",
        ".search-box",
        ".chat-openers",
    )
    for name in aside:
        expect(page.locator(name).first).to_be_visible()
    open_chat(page, path=LONG)
    page.emulate_media(media="print")
    for name in (*aside, ".skip-link", ".chat-dialog"):
        expect(page.locator(name).first).to_be_hidden()
    expect(page.get_by_role("heading", name="Feber hos børn", level=1)).to_be_visible()
    expect(page.locator(".prose table").first).to_be_visible()
    about = page.locator(".provenance")
    expect(about).to_contain_text("Senest gennemgået 27. august 2026")
    expect(about).to_contain_text("Næste gennemgang 27. august 2027")
    source = about.get_by_role("link", name="Sundhedsstyrelsen")
    expect(source).to_be_visible()
    assert "https://www.sst.dk/" in source.evaluate("(node) => getComputedStyle(node, '::after').content")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    expect(page.locator(".brand")).to_contain_text("Sundhedscenter")
    expect(page.get_by_text(f"Siden findes på {page.url}")).to_be_visible()


def test_on_paper_a_link_in_the_text_tells_where_on_the_site_it_leads(page: Page) -> None:
    page.goto("/sundhed/hovedpine/")
    page.emulate_media(media="print")
    link = page.locator('.prose a[href^="/"]').first
    whole, told = link.evaluate("(node) => [node.href, getComputedStyle(node, '::after').content]")
    assert whole.startswith("http")
    assert told in (f'" (" "{whole}" ")"', f'" ({whole})"')


#: The texts that something else is drawn over.
COVERED = """
() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const covered = [], range = document.createRange();
  while (texts.nextNode()) {
    const { data, parentElement: parent } = texts.currentNode;
    if (!data.trim() || parent.closest(".visually-hidden, .skip-link") || !parent.checkVisibility()) continue;
    range.selectNodeContents(texts.currentNode);
    for (const { left, top, width, height } of range.getClientRects()) {
      const above = document.elementFromPoint(left + width / 2, top + height / 2);
      if (above?.closest(".card")?.contains(parent)) continue;  // the link that a whole card is
      if (width > 1 && !parent.contains(above) && !above?.contains(parent)) covered.push(data.trim());
    }
  }
  return covered;
}
"""


@pytest.mark.parametrize("address", ["/", LONG, "/emner/boern/"])
def test_on_paper_no_text_is_covered(new_page: NewPage, address: str) -> None:
    page = new_page(width=794, height=1123)  # A4
    page.goto(address)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": page.evaluate("document.documentElement.scrollHeight")})
    assert page.evaluate(COVERED) == []


@pytest.mark.parametrize("address", ["/sundhed/?sort=title", "/en/health/?sort=title"])
def test_no_letter_stands_alone_in_a_row(page: Page, address: str) -> None:
    page.goto(address)
    letters = page.locator(".letters li")
    for width in (320, 390, 480, 640, 768, 1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        tops = letters.evaluate_all("(items) => items.map((item) => Math.round(item.getBoundingClientRect().top))")
        assert tops.count(tops[-1]) > 1, width


#: How many pixels of the picture are of the sun's colour: in its uppermost rows, and in all.
SUN = """
async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const count = (height) => {
    const { data } = canvas.getImageData(0, 0, bitmap.width, height);
    let number = 0;
    for (let i = 0; i < data.length; i += 4) number += data[i] === 246 && data[i + 1] === 207 && data[i + 2] === 148;
    return number;
  };
  return [count(8), count(bitmap.height)];
}
"""


@pytest.mark.parametrize("width", [1440, 1920, 2560, 3840])
def test_the_sun_is_whole_on_any_screen(new_page: NewPage, width: int) -> None:
    page = new_page(width=width, height=900)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    cut, whole = page.evaluate(SUN, base64.b64encode(page.locator(".hero").screenshot()).decode())
    assert cut == 0
    assert whole > 10_000


def test_the_topics_open_inside_the_column_and_stand_clear_of_the_results(page: Page) -> None:
    search(page)
    topics = page.locator(".search-topics")
    turn = "(node) => getComputedStyle(node, '::after').transform"
    closed = topics.locator("summary").evaluate(turn)
    topics.locator("summary").click()

    assert closed != "none"
    assert topics.locator("summary").evaluate(turn) != closed
    column, last = page.locator("ol.hits").bounding_box(), topics.locator(".chip").last.bounding_box()
    assert column and last
    assert last["y"] + last["height"] + 12 < column["y"]
    for chip in topics.locator(".chip").all():
        box = chip.bounding_box()
        assert box and box["x"] + box["width"] <= column["x"] + column["width"]


def test_results_are_filtered_by_topic(page: Page) -> None:
    search(page)
    titles = page.locator(".hit__title")
    expect(titles).to_have_count(2)
    page.get_by_text("Vælg emne").click()
    topic = page.get_by_role("button", name="Børn")
    topic.click()
    expect(titles).to_have_text(["Skoldkopper"])
    expect(topic).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Alle emner").click()
    expect(titles).to_have_count(2)


def test_the_menu_is_opened_and_used_by_keyboard(page: Page) -> None:
    page.goto(ARTICLE)
    button, panel = page.locator(".menu > summary"), page.get_by_role("navigation", name="Hele menuen")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("link").first).to_be_focused()
    contact = panel.get_by_role("link", name="Kontakt", exact=True)
    for _ in range(60):
        if contact.evaluate("(node) => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kontakt/")
    expect(panel).to_be_hidden()


def test_the_menu_closes_when_the_focus_leaves_it(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu__panel")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".menu__panel")).to_be_hidden()


def test_the_language_switch_leads_to_the_translated_page_and_back(page: Page) -> None:
    page.goto(LONG)
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"**{TRANSLATED}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fever in children")
    page.get_by_role("link", name="Dansk").click()
    page.wait_for_url(f"**{LONG}")
    expect(page.locator("html")).to_have_attribute("lang", "da")


@pytest.mark.parametrize("forced", [False, True], ids=["own colours", "forced colours"])
def test_what_to_do_and_what_not_to_do_differ_in_shape_and_stand_clear_of_the_words(
    new_page: NewPage, forced: bool
) -> None:
    page = new_page(width=320, height=640, forced_colors=forced)
    page.goto(LONG)
    dont, do = page.locator(".advice__item--dont"), page.locator(".advice__item--do").first
    expect(dont).to_have_text(re.compile("^Brug ikke kolde bade"))
    for line, shape in ((do, "tick"), (dont, "cross")):
        mark = line.locator("svg")
        expect(mark).to_be_visible()
        assert str(mark.locator("use").get_attribute("href")).endswith(f"#{shape}")
        colours = "(node) => [node, node.parentElement].map((one) => getComputedStyle(one).color)"
        assert (len(set(mark.evaluate(colours))) == 1) is forced
        start = "(node) => { const r = document.createRange(); r.selectNodeContents(node.lastChild); return r"
        words = line.evaluate(f"{start}.getClientRects()[0].left; }}")
        box = mark.bounding_box()
        assert box and box["x"] >= 0
        assert box["x"] + box["width"] < words
    expect(page.locator(".prose").get_by_role("list").filter(has=dont)).to_have_count(1)
    page.emulate_media(media="print", forced_colors="none")
    assert dont.locator("svg").evaluate("(node) => getComputedStyle(node).color") == "rgb(0, 0, 0)"


def test_an_article_is_found_by_letter_with_the_keyboard_and_without_javascript(new_page: NewPage) -> None:
    page = new_page(width=320, height=640, javascript=False)
    page.goto("/sundhed/")
    page.get_by_role("link", name="Fra A til Å").click()
    page.wait_for_url("**/sundhed/?sort=title#_liste")
    letters = page.get_by_role("navigation", name="Bogstaver på siden")
    expect(letters.get_by_role("listitem")).to_have_count(29)
    expect(letters.get_by_role("link", name="Q", exact=True)).to_have_count(0)
    for letter in letters.get_by_role("link").all():
        box = letter.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24
    letters.get_by_role("link", name="F", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="F", exact=True)).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("#f a").first).to_be_focused()


#: How light a picture is, from 0 to 1.
BRIGHTNESS = """
async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
  return data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0) / (data.length * 0.75 * 255);
}
"""


@pytest.mark.parametrize("address", ["/", "/sundhed/", "/emner/boern/", LONG, "/kontakt/", "/soeg/", "/fejl/"])
def test_in_the_dark_every_page_is_dark(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")

    def brightness() -> float:
        return float(page.evaluate(BRIGHTNESS, base64.b64encode(page.screenshot()).decode()))

    assert brightness() > 0.75
    page.emulate_media(color_scheme="dark")
    deadline = time.monotonic() + 10
    while brightness() >= 0.25 and time.monotonic() < deadline:
        page.wait_for_timeout(100)  # The picture of the other scheme is fetched only now.
    assert brightness() < 0.25
