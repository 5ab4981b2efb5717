from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chatbots.page_feedback.models import PageFeedback
from content.models import Page
from tests.content.view_pages import make_editor, make_page, text, tree

pytestmark = pytest.mark.django_db
ADDRESS = "/tilbagemelding/"


@pytest.fixture
def page() -> Page:
    return make_page("Hoste", "hoste")


def answer(client: Client, page: Page, found: str = "no") -> HttpResponse:
    return client.post(ADDRESS, {"page": page.pk, "found": found})


def comment(client: Client, words: str) -> HttpResponse:
    return client.post(ADDRESS, {"given": str(PageFeedback.objects.get().token), "comment": words})


def test_every_page_asks_and_its_form_needs_no_script(client: Client, page: Page) -> None:
    (form,) = tree(client.get("/sundhed/hoste/")).xpath("//section[@data-page-feedback]/form")

    assert form.get("method") == "post"
    assert form.get("action") == ADDRESS
    assert form.xpath(".//button/@value") == ["yes", "no"]
    assert not tree(client.get("/")).xpath("//section[@data-page-feedback]")


def test_the_english_page_asks_in_its_own_address(client: Client) -> None:
    make_page("Cough", "cough", language="en")

    assert tree(client.get("/en/health/cough/")).xpath("//section[@data-page-feedback]/form/@action") == [
        "/en/page-feedback/"
    ]


def test_the_question_costs_no_cookie_and_no_fresh_copy_of_the_page(client: Client, page: Page) -> None:
    first = client.get("/sundhed/hoste/")

    assert not first.cookies
    assert client.get("/sundhed/hoste/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("found", "kept"), [("yes", True), ("no", False)])
def test_an_answer_is_kept_with_a_date_and_nothing_of_who_gave_it(
    client: Client, page: Page, found: str, kept: bool
) -> None:
    response = answer(client, page, found)
    given = PageFeedback.objects.get()

    assert (given.page, given.found, given.comment, given.given_on) == (page, kept, "", timezone.localdate())
    assert {field.name for field in PageFeedback._meta.get_fields()} == {
        "id",
        "page",
        "token",
        "found",
        "comment",
        "given_on",
    }
    assert "Tak for dit svar" in response.content.decode()
    assert tree(response).xpath("//a[@href='/sundhed/hoste/']")
    assert not response.cookies


def test_a_comment_joins_its_answer_once_and_masked(client: Client, page: Page) -> None:
    answer(client, page)
    response = comment(client, "Jeg er 010190-1234 og savner <b>noget</b> om børn")

    assert "Tak for din kommentar" in response.content.decode()
    kept = PageFeedback.objects.get().comment
    assert "010190" not in kept
    assert "savner <b>noget</b> om børn" in kept
    assert comment(client, "En gang til").status_code == 404
    assert PageFeedback.objects.get().comment == kept


@pytest.mark.parametrize("words", ["", "   ", "æ" * 1001])
def test_a_comment_that_cannot_be_kept_is_told_why(client: Client, page: Page, words: str) -> None:
    answer(client, page)
    response = comment(client, words)

    assert response.status_code == 400
    (field,) = tree(response).xpath("//textarea[@id='page-feedback-comment']")
    (error,) = tree(response).xpath("//*[@data-page-feedback]//*[@role='alert']")
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby").split() == [error.get("id"), "page-feedback-hint"]
    assert field.text_content().strip() == words.strip()
    assert PageFeedback.objects.get().comment == ""


def test_room_for_a_comment_begins_empty_and_without_an_error(client: Client, page: Page) -> None:
    (field,) = tree(answer(client, page)).xpath("//textarea[@id='page-feedback-comment']")

    assert (field.text_content(), field.get("aria-invalid")) == ("", None)
    assert field.get("aria-describedby") == "page-feedback-hint"


def test_no_comment_is_taken_the_day_after(client: Client, page: Page) -> None:
    answer(client, page)
    PageFeedback.objects.update(given_on=timezone.localdate() - timedelta(days=1))

    assert comment(client, "For sent").status_code == 404


@pytest.mark.parametrize(
    "fields", [{}, {"found": "yes"}, {"page": "x", "found": "yes"}, {"page": "999999", "found": "yes"}, {"given": "x"}]
)
def test_what_no_form_sends_is_not_kept(client: Client, page: Page, fields: dict[str, str]) -> None:
    assert client.post(ADDRESS, fields).status_code == 404
    assert not PageFeedback.objects.exists()


def test_nobody_answers_about_a_page_that_is_not_public(client: Client, page: Page) -> None:
    Page.objects.update(status="draft")
    client.force_login(make_editor("view_healtharticle"))

    assert answer(client, page).status_code == 404
    assert not tree(client.get("/sundhed/hoste/")).xpath("//section[@data-page-feedback]")


def test_another_site_cannot_answer(page: Page) -> None:
    client = Client(enforce_csrf_checks=True)

    assert (
        client.post(
            ADDRESS, {"page": page.pk, "found": "no"}, headers={"Origin": "https://et-andet-sted.example"}
        ).status_code
        == 403
    )
    assert not PageFeedback.objects.exists()


def test_one_address_cannot_answer_without_end(client: Client, page: Page, settings: LazySettings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "2/min"}

    assert [answer(client, page).status_code for _time in range(3)] == [200, 200, 429]


def test_a_script_gets_the_box_alone(client: Client, page: Page) -> None:
    response = client.post(ADDRESS, {"page": page.pk, "found": "no"}, headers={"X-Fragment": "box"})

    assert response.content.decode().strip().startswith("<section")


def test_editors_read_it_on_the_page_they_write(client: Client, page: Page) -> None:
    client.force_login(make_editor("view_healtharticle", "change_healtharticle"))
    address = f"/admin/content/healtharticle/{page.pk}/change/"
    assert "hvad de søgte" not in client.get(address).content.decode()
    answer(client, page)
    comment(client, "Hvor længe <i>smitter</i> det?")
    answer(client, page, "yes")
    shown = client.get(address).content.decode()

    assert "Ja: 1. Nej: 1." in shown
    assert "Hvor længe &lt;i&gt;smitter&lt;/i&gt; det?" in shown


def test_the_admin_lists_answers_to_read_and_delete_only(client: Client, page: Page) -> None:
    client.force_login(User.objects.create_superuser("chef", password="hemmeligt"))
    answer(client, page)
    comment(client, "Mangler noget")
    listed = client.get("/admin/chatbots/pagefeedback/?commented=yes")
    one = client.get(f"/admin/chatbots/pagefeedback/{PageFeedback.objects.get().pk}/change/")

    assert "Mangler noget" in text(tree(listed), "//table[@id='result_list']")
    assert client.get(f"/admin/chatbots/pagefeedback/?page__id__exact={page.pk}").status_code == 200
    assert not tree(one).xpath("//form//textarea")
