"""One site for all flows: what a test breaks it mends, and what it writes it writes on pages of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.site import Editor, Site, Web

pytest.register_assert_rewrite("tests.flows.trial")


@pytest.fixture(scope="package")
def running(prepared_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Web, Web]]:
    """Yield a site with its broker, its worker and two web servers."""
    site = Site(tmp_path_factory.mktemp("flows") / "data", prepared_model)
    try:
        site.fill()
        site.start_broker()
        site.worker.start()
        web, other = site.new_web("web", ready=False), site.new_web("other", ready=False)
        for server in (web, other):
            server.wait_until_ready()
        site.warm_up()
        yield site, web, other
    finally:
        site.stop()


@pytest.fixture
def live(running: tuple[Site, Web, Web]) -> Site:
    """Return the site, with nothing waiting to be indexed, whatever the test before left behind."""
    site = running[0]
    if site.behind():
        site.sweep()
        site.wait_until_current()
    return site


@pytest.fixture
def web(running: tuple[Site, Web, Web], live: Site) -> Web:
    return running[1]


@pytest.fixture
def other(running: tuple[Site, Web, Web], live: Site) -> Web:
    """Return the second web server, in which nothing is ever saved."""
    return running[2]


@pytest.fixture
def editor(live: Site, web: Web) -> Iterator[Editor]:
    """Return an editor who is logged in."""
    someone = Editor(live, web)
    yield someone
    someone.close()
