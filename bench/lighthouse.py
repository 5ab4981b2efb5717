"""Lighthouse on every kind of page, as a phone sees it: `python -m bench.lighthouse`, or `make lighthouse`.

Serves the demo site, runs Lighthouse 12 (fetched once from the npm registry into var/lighthouse) in Chromium, prints
the figures and writes them to docs/lighthouse.md; the reports lie in var/lighthouse/reports. With an ADDRESS it rates
the site that is served there, with names of pages those alone, and then leaves the document as it is. Exits non-zero
where a score is under what is aimed at. On a machine that has something else to do, performance may come out too low.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.served_site import served_site

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "lighthouse"
DOCUMENT = ROOT / "docs" / "lighthouse.md"
VERSION = "12"
PAGES = {
    "front": "/",
    "topic": "/emner/boern/",
    "article": "/sundhed/skoldkopper/",
    "site page": "/aabningstider/",
    "tables": "/kontakt/",
    "all articles": "/sundhed/",
    "search": "/soeg/",
    "chat": "/chat/health/",
    "statement": "/tilgaengelighed/",
    "english front": "/en/",
    "english article": "/en/health/common-cold/",
    "not found": "/findes-ikke/",
}
AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
#: What a page that is not there cannot have: no crawler is to keep it, and the browser's console complains of the 404.
EXCUSED = {"not found": {"seo", "best-practices"}}
FLAGS = "--headless=new --no-sandbox --disable-gpu"


@dataclass(frozen=True)
class Rating:
    """One page's scores, 0 to 100, and its figures: ms, ms, and a share of the screen."""

    scores: dict[str, int]
    largest_paint: float
    blocking: float
    shift: float
    lighthouse: str
    day: str

    @classmethod
    def read(cls, report: dict[str, Any]) -> Rating:
        audits = report["audits"]
        return cls(
            scores={name: round(100 * (report["categories"][name]["score"] or 0)) for name in AIMS},
            largest_paint=audits["largest-contentful-paint"]["numericValue"],
            blocking=audits["total-blocking-time"]["numericValue"],
            shift=audits["cumulative-layout-shift"]["numericValue"],
            lighthouse=report["lighthouseVersion"],
            day=report["fetchTime"][:10],
        )

    def missed(self, name: str) -> list[str]:
        """Say which aims the page called `name` misses."""
        aims = {key: aim for key, aim in AIMS.items() if key not in EXCUSED.get(name, ())}
        return [
            f"{name}: {key} is {self.scores[key]}, under {aim}" for key, aim in aims.items() if self.scores[key] < aim
        ]

    @property
    def figures(self) -> list[str]:
        return [
            *(str(self.scores[name]) for name in AIMS),
            f"{self.largest_paint / 1000:.1f} s",
            f"{self.shift:.3f}",
            f"{self.blocking:.0f} ms",
        ]


def lighthouse() -> Path:
    """Return Lighthouse's program; fetch it the first time."""
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(["npm", "install", *options, f"lighthouse@{VERSION}"], cwd=FOLDER, check=True, timeout=300)
    return program


def measure(program: Path, address: str, report: Path) -> Rating:
    """Rate one page, as Lighthouse's own phone on its own slow network; a page that is not there, too."""
    options = ["--output=json", "--output=html", f"--output-path={report}", "--quiet", "--ignore-status-code"]
    subprocess.run(
        [program, address, *options, f"--chrome-flags={FLAGS}", "--form-factor=mobile"],
        check=True,
        timeout=180,
        env=os.environ | {"CHROME_PATH": shutil.which("chromium") or "chromium"},
    )
    return Rating.read(json.loads(Path(f"{report}.report.json").read_text()))


def document(ratings: dict[str, Rating]) -> str:
    """Return docs/lighthouse.md."""
    one = next(iter(ratings.values()))
    head = ["Page", "Performance", "Accessibility", "Best practices", "SEO", "LCP", "CLS", "TBT"]
    rows = [[f"{name} `{PAGES[name]}`", *rating.figures] for name, rating in ratings.items()]
    return f"""# Lighthouse

`make lighthouse` wrote this: Lighthouse {one.lighthouse} on {one.day}, one run for each page of the demo site, in
headless Chromium with Lighthouse's phone (a small screen, a slow network and a slow processor, all simulated).
Performance is aimed at {AIMS["performance"]}, the rest at 100. LCP is when the largest thing stands on the screen, CLS
how much moves about while the page loads, TBT how long the page does not answer to a tap.

{_table([head, ["---", *["--:"] * (len(head) - 1)], *rows])}

A page that is not there cannot have full marks: it tells crawlers to forget it, and the browser's console complains of
the 404. Results of a search are not rated: they answer a POST, so that what is searched for stands in no address, and
Lighthouse asks with a GET.
"""


def _table(rows: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(*arguments: str) -> int:
    address = next((argument for argument in arguments if "://" in argument), "")
    wanted = set(arguments) - {address}
    program, ratings, missed = lighthouse(), {}, []
    reports = FOLDER / "reports"
    reports.mkdir(exist_ok=True)
    with served_site(address) as root:
        for name in PAGES:
            if wanted and name not in wanted:
                continue
            rating = ratings[name] = measure(program, root + PAGES[name], reports / name.replace(" ", "-"))
            missed += rating.missed(name)
            print(f"{name:16}", *(f"{figure:>8}" for figure in rating.figures), flush=True)
    if not wanted:
        DOCUMENT.write_text(document(ratings))
    print(*(missed or ["Every score is what is aimed at."]), f"Reports: {reports}", sep="\n")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
