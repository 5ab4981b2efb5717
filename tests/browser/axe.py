"""axe-core: what a machine can tell of a page's accessibility. Fetched once from the npm registry into var/npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
WANTED = Path(__file__).with_name("package.json")
FOLDER = ROOT / "var" / "npm"

#: Run on everything the page shows; [rule, where, what is wrong] of each finding.
RUN = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.target.join(" "), node.failureSummary]));
}
"""


def axe_source() -> str:
    """Return axe-core's script. Without npm or its registry the test is skipped, but never in CI."""
    installed = FOLDER / "node_modules" / "axe-core"
    version = json.loads(WANTED.read_text())["devDependencies"]["axe-core"]
    if _version_in(installed) != version:
        _fetch()
    return (installed / "axe.min.js").read_text()


def findings(page: Page, source: str) -> list[Any]:
    """Return what axe-core finds wrong with the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{source};undefined")
    return list(page.evaluate(RUN))


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
