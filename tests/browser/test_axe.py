"""axe-core finds the faults that are planted for it, so that finding nothing says something."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.axe import SCREENS, Axe, on_each_screen

PAGE = "<!doctype html><html lang=da><title>Side</title><main><h1>Side</h1>{}</main>"
#: Words that the chat's entrance lies half over.
OVER = """<p style="color: {}">Ord, der er halvt dækket af noget</p>
<div class="chat-openers" style="position: fixed; inset: 0 auto auto 0; width: 90px; height: 300px; background: #000">
</div>
"""


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("", None),
        ("<style>button { width: 10px; height: 10px; padding: 0 }</style>" + "<button>x</button>" * 2, "target-size"),
        ("<p style='color: #bbb'>Svagt</p>", "color-contrast"),
        ("<p style='background: linear-gradient(#999, #666)'>På en flade, der skifter</p>", "color-contrast"),
        ("<p style='background: linear-gradient(#fff, #ddd)'>På en flade, der skifter</p>", None),
        (OVER.format("#999"), "color-contrast"),
        (OVER.format("#333"), None),
        ("<input>", "label"),
    ],
    ids=[
        "nothing",
        "a small target",
        "a faint colour",
        "a gradient too dark",
        "a gradient",
        "faint words half under a panel",
        "words half under a panel",
        "a field without a label",
    ],
)
def test_axe_finds_what_is_wrong(page: Page, axe: Axe, fault: str, rule: str | None) -> None:
    page.set_content(PAGE.format(fault))
    assert {found for found, *_ in axe.findings(page)} == ({rule} if rule else set())


def test_each_state_is_shown_on_each_screen_as_its_visitor_has_set_it(page: Page) -> None:
    page.set_content(PAGE.format(""))
    asked = """() => [innerWidth, innerHeight, ...["(prefers-color-scheme: dark)", "(forced-colors: active)",
      "(prefers-reduced-motion: reduce)"].map((query) => matchMedia(query).matches)]"""
    seen = {where: page.evaluate(asked) for where in on_each_screen(page, ["one", "two"])}
    assert len(seen) == 2 * len(SCREENS)
    for (_, name), shown in seen.items():
        screen = SCREENS[name]
        settings = [screen.scheme == "dark", screen.forced_colors, not screen.motion]
        assert shown == [screen.width, screen.height, *settings], name


def test_the_report_has_a_number_for_each_state_on_each_screen() -> None:
    counts = {"Pages": {"front page": {"wide": 0, "dark": 2}, "search": {"wide": 1}}}
    report = Axe("", browser="1.2", counts=counts).report()
    assert "Chromium 1.2:\n3 findings in 3 runs." in report
    assert "## Pages\n\n| | wide | dark |\n|---|--:|--:|\n| front page | 0 | 2 |\n| search | 1 | – |\n" in report
