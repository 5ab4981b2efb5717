"""Nothing of a hostile page leaks into the widget, and nothing of the widget leaks out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import NewPage
from tests.browser.partners.host import Visit, open_widget, opener, states, widget
from tests.browser.partners.site import PartnerSite
from tests.browser.visitor import answered, stored

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
