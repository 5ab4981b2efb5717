"""axe-core: what a machine can tell of a page's accessibility. Fetched once from the npm registry into var/npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.contrast import too_faint

ROOT = Path(__file__).resolve().parents[2]
WANTED = Path(__file__).with_name("package.json")
FOLDER = ROOT / "var" / "npm"
VERSION = json.loads(WANTED.read_text())["devDependencies"]["axe-core"]

#: Run on everything the page shows, or on one element and with one rule; [rule, where, what is wrong] of each finding.
#: axe-core ships the rule of WCAG 2.2, target-size, switched off. The contrasts that it could not decide are left in
#: the page, as `undecided`.
RUN = """
async ([within, rule]) => {
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
  const { violations, incomplete } = await axe.run(within ?? document, {
    ...(rule ? { runOnly: [rule] } : { rules: { "target-size": { enabled: true } } }),
    resultTypes: ["violations", "incomplete"],
    elementRef: true,
    preload: false,
  });
  const where = ({ target }) => target.flat().join(" ");
  // Once on a picture is enough for the same words in the same colours.
  const widget = document.querySelector("vejviser-widget");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  window.settled ??= new WeakMap();
  const contrasts = incomplete.filter(({ id }) => id === "color-contrast").flatMap(({ nodes }) => nodes);
  window.undecided = contrasts.map((node) => {
    const { color, fontSize, fontWeight } = getComputedStyle(node.element);
    const text = { color, size: parseFloat(fontSize), bold: fontWeight >= 700 };
    const looks = [color, dark, innerWidth, widget?.getAttribute("accent")].join();
    return { element: node.element, where: where(node), why: node.any[0].message, looks, ...text };
  }).filter(({ element, looks }) => !settled.get(element)?.has(looks));
  const wrong = violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, where(node), node.failureSummary]));
  return [wrong, undecided.length];
}
"""


@dataclass(frozen=True)
class Screen:
    """What a visitor looks at a page on, and how they have set it."""

    width: int = 1280
    height: int = 1024
    scheme: str = "light"
    forced_colors: bool = False
    motion: bool = False

    @property
    def settings(self) -> str:
        """Return in words what its visitor has set."""
        colours = "forced colours" if self.forced_colors else f"{self.scheme} colours"
        return colours if self.motion else f"{colours}, reduced motion"

    def show(self, page: Page) -> None:
        """Let the page stand on this screen from now on."""
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(
            color_scheme=self.scheme,  # type: ignore[arg-type]
            forced_colors="active" if self.forced_colors else "none",
            reduced_motion="no-preference" if self.motion else "reduce",
        )


#: Zoomed twice and four times, a window of 1280 by 1024 pixels has that much room left.
SCREENS = {
    "wide": Screen(),
    "dark": Screen(scheme="dark"),
    "forced colours": Screen(forced_colors=True),
    "in motion": Screen(motion=True),
    "phone": Screen(360, 740),
    "phone, dark": Screen(360, 740, scheme="dark"),
    "200 %": Screen(640, 512),
    "400 %": Screen(320, 256),
    "400 %, forced colours": Screen(320, 256, forced_colors=True),
}


#: Those that are enough where nothing moves, and a phone's width is among those of the zoomed windows.
FEWER_SCREENS = {name: SCREENS[name] for name in ("wide", "dark", "forced colours", "phone, dark", "200 %", "400 %")}


def on_each_screen(
    page: Page, states: Iterable[str], screens: dict[str, Screen] = SCREENS
) -> Iterator[tuple[str, str]]:
    """Show each state of the page on one screen after the other; yield the names of both.

    A state is reached once, on the first screen.
    """
    first = next(iter(screens.values()))
    first.show(page)
    for state in states:
        page.wait_for_load_state()  # A form that was sent without a script shows its words before its styles.
        for name, screen in screens.items():
            screen.show(page)
            yield state, name
        first.show(page)


@dataclass
class Axe:
    """axe-core, and how many findings it had where."""

    source: str
    browser: str = ""
    #: Part of the site ▸ state ▸ screen ▸ number of findings.
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    def findings(self, page: Page, *, rule: str | None = None, within: Locator | None = None) -> list[Any]:
        """Return what axe-core finds wrong with the page, or with what is `within` it, by one `rule` or all of them."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(f"{self.source};undefined")
        wrong, undecided = page.evaluate(RUN, [within.element_handle() if within else None, rule])
        # Where colours are forced, the browser lays a ground of its own under all words.
        if undecided and not page.evaluate("matchMedia('(forced-colors: active)').matches"):
            wrong += [["color-contrast", *faint] for faint in too_faint(page)]
        return list(wrong)

    def look(self, page: Page, part: str, state: str, screen: str) -> list[Any]:
        """Return the findings, and keep their number for the report."""
        found = self.findings(page)
        self.counts.setdefault(part, {}).setdefault(state, {})[screen] = len(found)
        self.browser = page.context.browser.version if page.context.browser else ""
        return found

    def survey(
        self, part: str, page: Page, states: Iterable[str], screens: dict[str, Screen] = SCREENS
    ) -> dict[tuple[str, str], list[Any]]:
        """Return the findings in each state on each screen where there are any."""
        looks = ((where, self.look(page, part, *where)) for where in on_each_screen(page, states, screens))
        return {where: found for where, found in looks if found}

    def report(self) -> str:
        """Return the numbers as Markdown."""
        numbers = [number for states in self.counts.values() for row in states.values() for number in row.values()]
        lines = [
            "# What axe-core finds",
            "",
            f"{date.today()}, axe-core {VERSION}, Chromium {self.browser}:",
            f"{sum(numbers)} findings in {len(numbers)} runs. Each number in the tables is that of the findings.",
            "",
            "`make axe` writes this page. All rules run, with `target-size`, the rule of WCAG 2.2 that axe-core ships",
            "switched off. A contrast that it cannot decide is measured on a picture of the page without its words.",
            "How each state is reached stands in [tests/browser](../tests/browser), where the same runs are tests.",
            "",
            "| Screen | CSS pixels | |",
            "|---|---|---|",
            *(f"| {name} | {screen.width} × {screen.height} | {screen.settings} |" for name, screen in SCREENS.items()),
            "",
        ]
        for part, states in self.counts.items():
            screens = list(dict.fromkeys(name for row in states.values() for name in row))
            lines += [f"## {part}", "", f"| | {' | '.join(screens)} |", f"|---|{'--:|' * len(screens)}"]
            for state, row in states.items():
                lines.append(f"| {state} | {' | '.join(str(row.get(name, '–')) for name in screens)} |")
            lines.append("")
        return "\n".join(lines)


def axe_source() -> str:
    """Return axe-core's script. Without npm or its registry the test is skipped, but never in CI."""
    installed = FOLDER / "node_modules" / "axe-core"
    if _version_in(installed) != VERSION:
        _fetch()
    return (installed / "axe.min.js").read_text()


def _version_in(folder: Path) -> str | None:
    file = folder / "package.json"
    return json.loads(file.read_text())["version"] if file.exists() else None


def _fetch() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copy(WANTED, FOLDER / WANTED.name)
    npm = shutil.which("npm")
    if npm is None:
        return _unavailable("npm is not on this machine")
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    outcome = subprocess.run([npm, "install", *options], cwd=FOLDER, capture_output=True, text=True, timeout=300)
    if outcome.returncode:
        _unavailable(f"npm could not fetch axe-core: {outcome.stderr.strip()[-300:]}")


def _unavailable(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(f"{reason}; install Node.js and npm to test accessibility")
