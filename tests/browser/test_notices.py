"""A notice for everybody, from the editor's form to the top of every page and away again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import FEWER_SCREENS, Axe, Screen, on_each_screen
from tests.browser.conftest import Manage, NewPage
from tests.browser.visitor import ARTICLE, has_sideways_scroll

TEXT = "Sundhedscentret holder lukket fredag den 27. på grund af vejret. Ring 70 10 20 30."
TEXT_EN = "The health centre is closed on Friday the 27th because of the weather. Call 70 10 20 30."
SIGN_UP = """
from django.contrib.auth.models import Group, User
User.objects.create_user("rikke", password="hemmeligt", is_staff=True).groups.add(Group.objects.get(name="Redaktører"))
"""
PAGES = {
    "front page": "/",
    "front page, English": "/en/",
    "article": ARTICLE,
    "search": "/soeg/",
    "chat": "/chat/guide/",
    "not found": "/findes-ikke/",
}
#: Wider than any that axe-core looks at.
VAST = Screen(3840, 2160)


@pytest.fixture
def desk(new_page: NewPage, manage: Manage) -> Page:
    """Return an editor's browser, signed in to the admin."""
    manage("shell", "-c", SIGN_UP)
    page = new_page()
    page.goto("/admin/")
    page.get_by_label("Brugernavn").fill("rikke")
    page.get_by_label("Adgangskode").fill("hemmeligt")
    page.get_by_role("button", name="Log ind").click()
    return page


def until(desk: Page, moment: datetime) -> None:
    """Let the notice in the form be shown until `moment`."""
    local = moment.astimezone(ZoneInfo("Europe/Copenhagen"))
    desk.locator("[name=show_until_0]").fill(f"{local:%d.%m.%Y}")
    desk.locator("[name=show_until_1]").fill(f"{local:%H:%M:%S}")
    desk.get_by_role("button", name="Gem", exact=True).first.click()
    expect(desk.locator(".success")).to_be_visible()


def region(page: Page) -> Locator:
    return page.get_by_role("region", name="Besked").or_(page.get_by_role("region", name="Notice"))


def states(page: Page) -> Iterator[str]:
    for name, address in PAGES.items():
        page.goto(address)
        expect(region(page)).to_be_visible()
        yield f"a notice for everybody, {name}"


def test_an_editors_notice_is_on_every_page_until_it_ends(desk: Page, new_page: NewPage, axe: Axe) -> None:
    desk.get_by_role("link", name="Beskeder på alle sider").first.click()
    desk.get_by_role("link", name="Tilføj besked på alle sider").click()
    desk.get_by_label("Tekst:", exact=True).fill(TEXT)
    desk.get_by_label("Tekst på engelsk:").fill(TEXT_EN)
    desk.get_by_label("Slags:").select_option("Vigtig besked")
    until(desk, datetime.now().astimezone() + timedelta(hours=1))
    expect(desk.locator("#result_list")).to_contain_text("Vises nu")

    visitor = new_page(width=360, height=740)
    visitor.goto("/")
    notice = region(visitor)
    expect(notice).to_contain_text(f"Vigtig besked: {TEXT}")
    expect(notice.get_by_role("link", name="70 10 20 30")).to_have_attribute("href", "tel:+4570102030")
    assert (notice.bounding_box() or {})["y"] < 250
    assert axe.findings(visitor) == []
    assert axe.survey("Pages", visitor, states(visitor), FEWER_SCREENS) == {}
    for state, screen in on_each_screen(visitor, states(visitor), FEWER_SCREENS | {"vast": VAST}):
        assert not has_sideways_scroll(visitor), (state, screen)
    visitor.emulate_media(media="print")
    expect(notice).to_be_hidden()

    desk.locator("#result_list").get_by_role("link", name=TEXT).click()
    expect(desk.get_by_role("region", name="Notice")).to_contain_text(TEXT_EN)
    until(desk, datetime.now().astimezone() + timedelta(seconds=8))
    visitor.emulate_media(media="screen")
    deadline = time.monotonic() + 30
    visitor.goto("/")
    while notice.count():
        assert time.monotonic() < deadline
        visitor.wait_for_timeout(500)
        visitor.reload()
    desk.reload()
    expect(desk.locator("#result_list")).to_contain_text("Slut")
