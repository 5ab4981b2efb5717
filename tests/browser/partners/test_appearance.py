"""What a web master decides: language, greeting, place and colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.partners.host import Visit, open_widget, opener, widget
from tests.browser.partners.site import PartnerSite


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


def test_on_dark_ground_a_colour_that_can_be_read_there_stays_as_it_is(visit: Visit) -> None:
    page = visit(widget(scheme="dark", accent="#ffd400"))
    assert painted(opener(page)) == [255, 212, 0]
    page.evaluate("document.querySelector('vejviser-widget').setAttribute('accent', '#003366')")
    red, green, blue = painted(opener(page))
    assert red < green < blue, "lighter, and blue as before"


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
