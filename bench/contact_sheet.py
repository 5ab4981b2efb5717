"""Pictures of every kind of page and state of the chat: `python -m bench.contact_sheet`, or `make contact-sheet`.

Each at 360, 768 and 1440 pixels, light and dark, put together as one sheet a scheme in docs/screenshots/. With an
ADDRESS it pictures the demo site that is served there.
"""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.served_site import served_site

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WIDTHS = {360: 740, 768: 1024, 1440: 900}
SCHEMES = ("light", "dark")
#: Pixels of width that one CSS pixel of a screen becomes on the sheet.
SCALE = 0.3
ARTICLE = "/sundhed/skoldkopper/"


def _search(page: Page, words: str) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").fill(words)
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("[data-search-heading]")).to_contain_text(words)


def _suggest(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").press_sequentially("hvor læ")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("combobox").press("ArrowDown")


def _care(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".care").last.scroll_into_view_if_needed()


def _feedback(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".page-feedback button").last.click()
    expect(page.locator("#page-feedback-comment")).to_be_visible()


def _chat(page: Page, question: str = "") -> None:
    page.goto(ARTICLE)
    page.locator("[data-open=health]").click()
    if question:
        field = page.get_by_label("Skriv dit spørgsmål", exact=True).locator("visible=true")
        field.fill(question)
        field.press("Enter")
        expect(page.locator(".chat-feedback").last).to_be_visible()


def _at(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


STATES: dict[str, Callable[[Page], object]] = {
    "Front": _at("/"),
    "Topic": _at("/emner/boern/"),
    "All articles": _at("/sundhed/"),
    "Article": _at(ARTICLE),
    "Care cards": _care,
    "Page feedback": _feedback,
    "Site page": _at("/aabningstider/"),
    "Search": _at("/soeg/"),
    "Suggestions": _suggest,
    "Results": lambda page: _search(page, "feber hos barn"),
    "Nothing found": lambda page: _search(page, "qwrtz xcvbn"),
    "Emergency": lambda page: _search(page, "smerter i brystet og kan ikke få luft"),
    "Not found": _at("/findes-ikke/"),
    "English": _at("/en/"),
    "Chat open": _chat,
    "Chat answered": lambda page: _chat(page, "Hvor længe smitter skoldkopper?"),
    "Chat, emergency": lambda page: _chat(page, "min mor er bevidstløs"),
}


def pictures(browser: Browser, root: str, scheme: str, width: int) -> dict[str, bytes]:
    """Return a picture of each state at one width."""
    context = browser.new_context(
        base_url=root,
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="da-DK",
    )
    taken = {}
    for name, reach in STATES.items():
        page = context.new_page()  # a tab of its own, which remembers nothing
        reach(page)
        page.wait_for_timeout(150)
        taken[name] = page.screenshot(type="jpeg", quality=80)
        page.close()
    context.close()
    return taken


def sheet(browser: Browser, taken: dict[int, dict[str, bytes]], scheme: str) -> bytes:
    """Return all pictures of a scheme as one picture."""
    figures = "".join(_figure(name, {width: taken[width][name] for width in WIDTHS}) for name in STATES)
    ground, ink = ("#fff", "#111") if scheme == "light" else ("#000", "#eee")
    style = (
        f"body{{margin:12px;background:{ground};color:{ink};font:12px sans-serif;display:flex;flex-wrap:wrap;gap:14px}}"
        "figure{margin:0}figcaption{margin-bottom:4px}"
        "div{display:flex;gap:6px;align-items:start}img{outline:1px solid #888}"
    )
    page = browser.new_page(viewport={"width": 1620, "height": 900})
    page.set_content(f"<style>{style}</style>{figures}")
    picture = page.screenshot(full_page=True, type="jpeg", quality=72)
    page.close()
    return picture


def _figure(name: str, by_width: dict[int, bytes]) -> str:
    images = ""
    for width, picture in by_width.items():
        data = base64.b64encode(picture).decode()
        images += f'<img width="{width * SCALE:.0f}" src="data:image/jpeg;base64,{data}">'
    return f"<figure><figcaption>{name}</figcaption><div>{images}</div></figure>"


def main(address: str = "") -> None:
    expect.set_options(timeout=60_000)  # a busy machine makes late pictures, not wrong ones
    with served_site(address) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in SCHEMES:
            taken = {width: pictures(browser, root, scheme, width) for width in WIDTHS}
            file = FOLDER / f"contact-sheet-{scheme}.jpg"
            file.write_bytes(sheet(browser, taken, scheme))
            print(f"{file.name}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
