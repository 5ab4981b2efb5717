"""What `.ci/run` sees to before it runs the tests."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.browser import axe
from tests.browser.conftest import CHROMIUM_NAMES

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / ".ci" / "run"


def run(tmp_path: Path, *programs: str) -> str:
    """Return what the script says on a machine that has just these programs, and a `make` that tells of CI."""
    for name in ("dirname", "id"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    for name in programs:
        (tmp_path / name).symlink_to("/usr/bin/true")
    (tmp_path / "make").write_text('#!/bin/bash\necho "make $* with CI=$CI"\n')
    (tmp_path / "make").chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", str(SCRIPT)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout.splitlines()[-1] if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("chromium", CHROMIUM_NAMES)
def test_with_any_chromium_that_the_tests_know_it_installs_nothing_and_tells_them_that_this_is_ci(
    tmp_path: Path, chromium: str
) -> None:
    assert run(tmp_path, chromium, "npm", "xgettext") == "make lint test with CI=1"


def test_it_is_content_with_no_chromium_that_the_tests_do_not_know() -> None:
    (line,) = re.findall(r"has_chromium\(\) \{\n(.*)\n\}", SCRIPT.read_text())
    assert tuple(re.findall(r"command -v ([\w-]+)", line)) == CHROMIUM_NAMES
    (loop,) = re.findall(r"for name in ([^;]*chromium[^;]*);", (ROOT / "Makefile").read_text())
    assert tuple(loop.split()) == CHROMIUM_NAMES


def test_no_test_looks_for_chromium_by_itself() -> None:
    own = [path for path in (ROOT / "tests").rglob("test_*.py") if 'which("chromium' in path.read_text()]
    assert own == [Path(__file__)]


@pytest.mark.parametrize(("ci", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_what_is_missing_fails_in_ci_and_is_skipped_elsewhere(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome):
        axe._unavailable("npm is not on this machine")
