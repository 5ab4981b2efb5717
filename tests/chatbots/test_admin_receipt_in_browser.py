"""The receipt in Chromium: it follows a save by itself, and says when it stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from chatbots.indexing import freshness
from tests.browser.conftest import CHROMIUM
from tests.chatbots.indexed_pages import log_in, make_article

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine; install it to run the browser tests"),
]

LINES = ".bots-receipt-lines"


def index_now() -> None:
    """Do what the worker does, in a thread: Playwright keeps this one from the database."""

    def work() -> None:
        freshness.catch_up()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


@pytest.fixture
def form(live_server: LiveServer, client: Client) -> Iterator[Callable[[], Tab]]:
    """Return a function that opens the change form of an article which no bot knows yet."""
    page = make_article()
    log_in(client, "change_healtharticle")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context()
        context.add_cookies([cookie])

        def open_form() -> Tab:
            tab = context.new_page()
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
            tab.clock.install()
            tab.goto(f"{live_server.url}/admin/content/healtharticle/{page.pk}/change/")
            return tab

        yield open_form
        browser.close()
    assert not complaints


def test_the_receipt_follows_a_save_without_a_reload_until_the_bots_know_the_page(form: Callable[[], Tab]) -> None:
    tab = form()
    expect(tab.locator(LINES)).to_contain_text("bliver indekseret nu")
    index_now()
    tab.clock.run_for(1500)
    expect(tab.locator(LINES)).to_contain_text("Sundhedsrobotten kender siden: 3 tekststykker, indekseret kl.")
    expect(tab.locator("[data-unsettled]")).to_have_count(0)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.clock.run_for(5000)
    assert asked == []


def test_the_receipt_stops_after_a_minute_and_says_so(form: Callable[[], Tab]) -> None:
    tab = form()
    stopped = tab.locator(".bots-receipt-stopped")
    expect(stopped).to_be_hidden()
    tab.clock.fast_forward(61_000)
    expect(stopped).to_be_visible()


def test_a_server_that_is_away_for_a_moment_does_not_end_it(form: Callable[[], Tab]) -> None:
    tab = form()
    tab.route("**/receipt/", lambda route: route.abort())
    tab.clock.run_for(3000)
    tab.unroute("**/receipt/")
    index_now()
    tab.clock.run_for(1500)
    expect(tab.locator(LINES)).to_contain_text("Sundhedsrobotten kender siden")
