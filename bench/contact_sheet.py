"""Pictures of every kind of page and state of the chat: `python -m bench.contact_sheet`, or `make contact-sheet`.

Each at 360, 768 and 1440 pixels, light and dark, put together as sheets in docs/screenshots/; the single pictures lie
in var/contact-sheet/, those of the README beside the sheets. What it pictures is the demo site, served from a scratch
folder, or with an ADDRESS the one that is served there. With names of states it pictures those alone, and leaves the
sheets as they are.
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, expect, sync_playwright

from bench.served_site import ROOT, served_site
from bench.states import CHAT, EDITOR, PAGES, PARTNER, README, Reach

SHEETS = ROOT / "docs" / "screenshots"
PICTURES = ROOT / "var" / "contact-sheet"
GROUPS: dict[str, dict[str, Reach]] = {"pages": PAGES, "chat": CHAT}
#: Width of each screen, and its height.
SCREENS = {360: 740, 768: 1024, 1440: 900}
SCHEMES = ("light", "dark")
#: Pixels of width that one CSS pixel of a screen becomes on the sheet.
SCALE = 0.42
#: Of WebP, 0 to 100.
QUALITY = 62
#: Pixels between the pictures of a row, and around a sheet.
GAP, MARGIN = 10, 20
SHEET_WIDTH = sum(round(width * SCALE) for width in SCREENS) + GAP * (len(SCREENS) - 1) + 2 * MARGIN
#: States on one sheet, one below the other.
MOST_STATES = 10


def main(*arguments: str) -> int:
    """Make the sheets, or single pictures. Return how many states could not be reached."""
    address = next((argument for argument in arguments if "://" in argument), "")
    wanted = set(arguments) - {address}
    expect.set_options(timeout=60_000)  # A busy machine makes late pictures, not wrong ones.
    failed = 0
    commands = [["shell", "-c", PARTNER], ["shell", "-c", EDITOR]]
    with served_site(address, commands=commands) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        if not wanted or wanted & README.keys():
            failed += picture_readme(browser, root)
        for group, states in GROUPS.items():
            chosen = {name: reach for name, reach in states.items() if not wanted or name in wanted}
            for scheme in SCHEMES:
                failed += sum(picture(browser, root, folder(group, scheme), scheme, width, chosen) for width in SCREENS)
                if not wanted:
                    make_sheets(browser, group, scheme, list(states))
    return failed


def folder(group: str, scheme: str) -> Path:
    """Return where the single pictures of a sheet lie."""
    place = PICTURES / f"{group}-{scheme}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def picture(browser: Browser, root: str, place: Path, scheme: str, width: int, states: dict[str, Reach]) -> int:
    """Take a picture of each state at one width; say which could not be reached, and return how many."""
    context = browser.new_context(
        base_url=root,
        viewport={"width": width, "height": SCREENS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="da-DK",
        has_touch=width < 1000,
    )
    context.set_default_timeout(60_000)
    failed = sum(not _take(context, reach, file_of(place, name, width)) for name, reach in states.items())
    context.close()
    return failed


def picture_readme(browser: Browser, root: str) -> int:
    """Take the README's pictures; return how many could not be reached."""
    context = browser.new_context(base_url=root, viewport={"width": 1440, "height": 900}, locale="da-DK")
    context.set_default_timeout(60_000)
    failed = sum(not _take(context, reach, SHEETS / f"{name}.png") for name, reach in README.items())
    context.close()
    return failed


def file_of(place: Path, name: str, width: int) -> Path:
    return place / f"{name.lower().replace(' ', '-').replace(',', '')}-{width}.png"


def _take(context: BrowserContext, reach: Reach, file: Path) -> bool:
    """Take one picture, in a tab that remembers nothing. Say whether its state was reached."""
    page = context.new_page()
    try:
        reach(page)
        page.mouse.move(0, 0)
        page.wait_for_timeout(200)
        page.screenshot(path=file)
        return True
    except (Error, AssertionError) as error:
        print(f"{file.stem}: {error}", file=sys.stderr, flush=True)
        file.unlink(missing_ok=True)
        return False
    finally:
        page.close()
        context.set_offline(False)


def make_sheets(browser: Browser, group: str, scheme: str, names: list[str]) -> None:
    """Put the pictures of a group together as sheets, numbered from 1."""
    for number, first in enumerate(range(0, len(names), MOST_STATES), 1):
        file = SHEETS / f"{group}-{scheme}-{number}.webp"
        file.write_bytes(sheet(browser, folder(group, scheme), scheme, names[first : first + MOST_STATES]))
        print(f"{file.name}: {file.stat().st_size // 1024} KB", flush=True)


def sheet(browser: Browser, place: Path, scheme: str, names: list[str]) -> bytes:
    """Return the pictures that lie in `place` as one, as WebP."""
    figures = "".join(_figure(place, name) for name in names)
    ground, ink = ("#fff", "#111") if scheme == "light" else ("#000", "#eee")
    style = (
        f"body{{margin:{MARGIN}px;background:{ground};color:{ink};font:18px sans-serif;display:grid;gap:28px}}"
        "figure{margin:0}figcaption{margin-bottom:6px}"
        f"div{{display:flex;gap:{GAP}px;align-items:start}}img{{outline:1px solid #8888}}"
    )
    page = browser.new_page(viewport={"width": SHEET_WIDTH, "height": 900})
    page.set_content(f"<!doctype html><style>{style}</style>{figures}")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": SHEET_WIDTH, "height": height})
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    page.close()
    return base64.b64decode(shot["data"])


def _figure(place: Path, name: str) -> str:
    files = {width: file_of(place, name, width) for width in SCREENS}
    images = "".join(_image(file, width) for width, file in files.items() if file.exists())
    return f"<figure><figcaption>{name}</figcaption><div>{images}</div></figure>"


def _image(file: Path, width: int) -> str:
    data = base64.b64encode(file.read_bytes()).decode()
    return f'<img width="{round(width * SCALE)}" src="data:image/png;base64,{data}">'


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
