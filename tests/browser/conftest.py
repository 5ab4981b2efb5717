"""A real server and a real browser, each started once for the tests in this folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.axe import Axe, axe_source

ROOT = Path(__file__).resolve().parents[2]
#: A few pages, so that indexing takes seconds, and the demo site can change without these tests.
CONTENT = Path(__file__).parent / "content"
#: The demo site's pages, long ones among them, that stand on the site beside those few. No bot knows of them.
MORE_CONTENT = ROOT / "content" / "demo"
#: Each of these will do, the first, which draws no window, in less time; `.ci/run` and the Makefile look for the same.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    skip = pytest.mark.skip(reason="Chromium is not on this machine; install it to run the browser tests")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(skip)


#: Runs a command of manage.py.
Manage = Callable[..., None]


@pytest.fixture(scope="package")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that all of the server's log goes to, every request among it."""
    return tmp_path_factory.mktemp("site") / "server.log"


@pytest.fixture(scope="package")
def site_environ(prepared_model: Path, server_log: Path) -> dict[str, str]:
    """Return the environment that the server and its commands run in."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
        "VEJVISER_DATA_DIR": str(server_log.parent),
        "DATABASE_URL": "",
        "REDIS_URL": f"redis://127.0.0.1:{_free_port()}/0",  # Nobody answers there, and nobody needs to.
        "EMBEDDING_MODEL": str(prepared_model),
    }


@pytest.fixture(scope="package")
def manage(site_environ: dict[str, str]) -> Manage:
    """Return a function that runs a command of manage.py beside the server."""

    def run(*command: str) -> None:
        line = [sys.executable, "manage.py", *command, "--verbosity=0"]
        subprocess.run(line, cwd=ROOT, env=site_environ, check=True, timeout=300)

    return run


@pytest.fixture(scope="package")
def site(site_environ: dict[str, str], manage: Manage, server_log: Path) -> Iterator[str]:
    """Serve a small site with both bots indexed; yield its address."""
    more = _without_known_pages(MORE_CONTENT, server_log.parent / "more")
    for command in (
        ["collectstatic", "--noinput"],  # Scripts and styles as a visitor gets them.
        ["migrate"],
        ["import_content", str(CONTENT)],
        ["reindex"],
        ["import_content", str(more)],
    ):
        manage(*command)
    port = _free_port()
    log = server_log.open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tests.browser.site:application", f"--port={port}", "--log-level=info"],
        cwd=ROOT,
        env=site_environ,
        stdout=log,
        stderr=log,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(f"{address}/readyz", server, server_log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Package scope: while Playwright runs, Django takes this thread for an async one and keeps it from the database.
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@dataclass
class Desk:
    """A visitor's screen, size and habits."""

    width: int = 1280
    height: int = 800
    javascript: bool = True
    scheme: str = "light"
    forced_colors: bool = False
    motion: bool = False
    touch: bool = False


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(site: str, browser: Browser) -> Iterator[NewPage]:
    """Return a function that opens a fresh browser on the site. A script error or a blocked resource fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(**desk: object) -> Page:
        visitor = Desk(**desk)  # type: ignore[arg-type]
        context = browser.new_context(
            base_url=site,
            viewport={"width": visitor.width, "height": visitor.height},
            java_script_enabled=visitor.javascript,
            color_scheme=visitor.scheme,  # type: ignore[arg-type]
            forced_colors="active" if visitor.forced_colors else "none",
            reduced_motion="no-preference" if visitor.motion else "reduce",
            has_touch=visitor.touch,
            locale="da-DK",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture(scope="session")
def axe() -> Iterator[Axe]:
    """Return axe-core. What it found is written to the file that AXE_REPORT names."""
    axe = Axe(axe_source())
    yield axe
    if report := os.environ.get("AXE_REPORT"):
        (ROOT / report).write_text(axe.report())


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Return a page on a desktop screen."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """Return a page on a small phone."""
    return new_page(width=360, height=740)


def _without_known_pages(folder: Path, copy: Path) -> Path:
    """Copy a folder of pages without those that CONTENT has at the same address; return the copy."""
    known = [path.name for path in CONTENT.glob("*.md")]
    return Path(shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*known)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"The site did not get ready:\n{log.read_text()}")
