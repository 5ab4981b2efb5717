"""Two editors with the same form open: the second is told, and nothing of the first is overwritten unseen."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from content.admin import change_url
from content.groups import EDITORS
from content.models import Notice, Page
from tests.content.test_admin import form
from tests.content.view_pages import make_page

pytestmark = pytest.mark.django_db

WHEN = datetime(2026, 6, 1, 8, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))


def editor(name: str) -> Client:
    """Return the browser of an editor who is logged in."""
    user = User.objects.create_user(name, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITORS))
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, address: str, **changes: str) -> tuple[int, BeautifulSoup]:
    """Send a form as the browser of somebody who changed a few of its fields; return the status and the page."""
    response = client.post(address, changes)
    return response.status_code, BeautifulSoup(response.content, "lxml")


def opened(client: Client, page: Page) -> dict[str, str]:
    """Return what a browser holds of a page's form when it has just been opened."""
    soup = BeautifulSoup(client.get(change_url(page)).content, "lxml")
    return form(page) | {"seen": soup.select_one("[name=seen]")["value"]}


@pytest.fixture
def page() -> Page:
    return make_page("Feber", "feber", body="<p>Mål feberen.</p>", summary="Om feber.")


def test_the_second_of_two_editors_overwrites_nothing(page: Page) -> None:
    anna, bo = editor("anna"), editor("bo")
    of_anna, of_bo = opened(anna, page), opened(bo, page)
    bo.post(change_url(page), of_bo | {"body": "<p>Mål feberen i enden.</p>", "status": "archived"})

    status, soup = sent(
        anna, change_url(page), **of_anna | {"body": "<p>Mål feberen nu.</p>", "title": "Har du feber?"}
    )

    assert status == 200
    said = soup.select_one(".errornote ~ .errorlist, .errorlist.nonfield").get_text(" ")
    assert "bo har gemt (" in said
    assert "Hentet ind fra den nye udgave: “Status”" in said
    assert "vist, som du skrev det: “Tekst”" in said
    page.refresh_from_db()
    assert (page.title, page.body, page.status) == ("Feber", "<p>Mål feberen i enden.</p>", "archived")
    assert soup.select_one("[name=title]")["value"] == "Har du feber?"
    assert "Mål feberen nu." in soup.select_one("[name=body]").get_text()
    assert soup.select_one("[name=status] [selected]")["value"] == "archived"
    assert anna.get(soup.select_one(".errorlist a")["href"]).status_code == 200


def test_saving_again_after_the_word_saves_what_the_form_shows(page: Page) -> None:
    anna, bo = editor("anna"), editor("bo")
    of_anna, of_bo = opened(anna, page), opened(bo, page)
    bo.post(change_url(page), of_bo | {"summary": "Hvad feber er."})
    mine = of_anna | {"title": "Har du feber?"}

    _status, soup = sent(anna, change_url(page), **mine)
    shown = {name: soup.select_one(f"[name={name}]") for name in ("seen", "summary")}
    again = mine | {"seen": shown["seen"]["value"], "summary": shown["summary"].get_text().strip()}

    assert sent(anna, change_url(page), **again)[0] == 302
    page.refresh_from_db()
    assert (page.title, page.summary) == ("Har du feber?", "Hvad feber er.")


def test_times_of_the_other_come_into_both_their_fields(page: Page) -> None:
    anna = editor("anna")
    of_anna = opened(anna, page)
    page.expire_at = WHEN
    page.save()

    _status, soup = sent(anna, change_url(page), **of_anna | {"title": "Har du feber?"})

    assert soup.select_one("[name=expire_at_0]")["value"] == "01.06.2026"
    assert soup.select_one("[name=expire_at_1]")["value"].startswith("08")


def test_one_who_was_alone_saves_as_before(page: Page) -> None:
    anna = editor("anna")
    assert sent(anna, change_url(page), **opened(anna, page) | {"title": "Har du feber?"})[0] == 302
    assert sent(anna, change_url(page), **opened(anna, page) | {"title": "Om feber"})[0] == 302
    assert page.history.count() == 3


def test_a_form_that_saw_a_version_that_is_gone_is_told_too(page: Page) -> None:
    anna = editor("anna")
    _status, soup = sent(anna, change_url(page), **opened(anna, page) | {"seen": "999999", "title": "Ny"})
    assert "Det er ikke gemt" in soup.select_one(".errorlist").get_text()
    assert soup.select_one("[name=seen]")["value"] == str(page.history.first().pk)


def test_a_notice_that_was_ended_is_not_brought_back_by_an_open_form() -> None:
    notice = Notice.objects.create(text="Lukket fredag.", show_from=WHEN, show_until=WHEN.replace(year=2036))
    address = reverse("admin:content_notice_change", args=[notice.pk])
    anna = editor("anna")
    soup = BeautifulSoup(anna.get(address).content, "lxml")
    mine = {field["name"]: field.get("value", "") for field in soup.select("#notice_form input[name]")}
    mine = {name: value for name, value in mine.items() if not name.startswith("_")}
    mine |= {"text": "Lukket fredag og lørdag.", "level": notice.level, "page": ""}
    notice.show_until = WHEN.replace(year=2027)
    notice.save()

    status, soup = sent(anna, address, **mine)

    assert status == 200
    assert soup.select_one("[name=show_until_0]")["value"] == "01.06.2027"
    assert "Lukket fredag og lørdag." in soup.select_one("[name=text]").get_text()
    notice.refresh_from_db()
    assert model_to_dict(notice, ["text"]) == {"text": "Lukket fredag."}
