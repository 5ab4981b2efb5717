"""Lighthouse on every kind of page, as a phone sees it: `python -m bench.lighthouse`, or `make lighthouse`.

Serves the demo site, runs Lighthouse 12 (fetched once from the npm registry into var/lighthouse) in Chromium, and
prints the scores; the reports lie beside it. With an ADDRESS it rates the site that is served there, with names of
pages those alone. Exits non-zero where a score is under what is aimed at. On a machine that has something else to do,
performance may come out too low.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.served_site import served_site

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "lighthouse"
VERSION = "12"
PAGES = {
    "front": "/",
    "topic": "/emner/boern/",
    "article": "/sundhed/skoldkopper/",
    "site page": "/aabningstider/",
    "all articles": "/sundhed/",
    "search": "/soeg/",
    "english article": "/en/health/common-cold/",
}
AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def lighthouse() -> Path:
    """Return Lighthouse's program; fetch it the first time."""
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(["npm", "install", *options, f"lighthouse@{VERSION}"], cwd=FOLDER, check=True, timeout=300)
    return program


def measure(program: Path, address: str, report: Path) -> dict[str, float]:
    """Return the scores of one page, 0 to 100, and its layout shift and largest paint in ms."""
    outputs = ["--output=json", "--output=html", f"--output-path={report}"]
    subprocess.run(
        [program, address, *outputs, f"--chrome-flags={FLAGS}", "--quiet", "--form-factor=mobile"],
        check=True,
        timeout=180,
        env=os.environ | {"CHROME_PATH": shutil.which("chromium") or "chromium"},
    )
    data = json.loads(Path(f"{report}.report.json").read_text())
    scores = {name: round(100 * (data["categories"][name]["score"] or 0)) for name in AIMS}
    audits = data["audits"]
    return scores | {
        "layout shift": round(audits["cumulative-layout-shift"]["numericValue"], 3),
        "largest paint": round(audits["largest-contentful-paint"]["numericValue"]),
    }


def main(*arguments: str) -> int:
    address = next((argument for argument in arguments if "://" in argument), "")
    wanted = set(arguments) - {address} or set(PAGES)
    program, missed = lighthouse(), []
    reports = FOLDER / "reports"
    reports.mkdir(exist_ok=True)
    with served_site(address) as root:
        for name in PAGES:
            if name not in wanted:
                continue
            figures = measure(program, root + PAGES[name], reports / name.replace(" ", "-"))
            print(f"{name:16}", "  ".join(f"{key} {value:g}" for key, value in figures.items()), flush=True)
            for key, aim in AIMS.items():
                if figures[key] < aim:
                    missed.append(f"{name}: {key} is {figures[key]:g}, under {aim}")
    print(*(missed or ["Every score is what is aimed at."]), f"Reports: {reports}", sep="\n")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
