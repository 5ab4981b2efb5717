"""The admin in Danish or English, as staff choose; the public pages, whose addresses name their language, know nothing
of that choice."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from lxml import html

from chatbots.models import PageFeedback, Partner, TriageExample
from content.models import Page
from tests.content.view_pages import make_page, make_topic

pytestmark = pytest.mark.django_db

CHOOSE = "/admin/language/"
LOGIN = "/admin/login/"


@pytest.fixture
def editor(client: Client) -> Client:
    """Return the client of somebody who may do everything, and reads Danish."""
    client.force_login(User.objects.create_superuser("rikke", first_name="Rikke"))
    return client


@pytest.fixture
def page() -> Page:
    """Return an indexed page with nothing Danish in it, of which there are two versions."""
    page = make_page("Cough", "cough", language="en", summary="Short.", topic=make_topic("Airways", "en"))
    page.body, page.expire_at = "<h2>One</h2><p>A cough.</p>", timezone.now() + timedelta(days=900)
    page.save()
    call_command("reindex", verbosity=0)
    PageFeedback.objects.create(page=page, found=False, comment="Too long")
    return page


def choose(client: Client, language: str, back: str = "/admin/") -> str:
    """Press the button of a language on the page `back`; return where that leads."""
    response = client.post(CHOOSE, {"language": language, "next": back})
    assert response.status_code == 302
    return str(response["Location"])


def language_of(client: Client, address: str, **headers: str) -> str:
    return str(html.fromstring(client.get(address, headers=headers).content).get("lang"))


# ── The choice ──────────────────────────────────────────────────────────────────────────────────
def test_the_admin_is_danish_until_somebody_chooses(client: Client) -> None:
    assert language_of(client, LOGIN) == "da"
    assert language_of(client, LOGIN, **{"accept-language": "en"}) == "da"


def test_the_login_page_offers_both_languages(client: Client) -> None:
    form = html.fromstring(client.get(f"{LOGIN}?next=/admin/").content).xpath("//form[@id='languages']")[0]
    assert (form.get("action"), form.get("method")) == (CHOOSE, "post")
    assert form.xpath("input[@name='next']/@value") == [f"{LOGIN}?next=/admin/"]
    assert [(button.get("value"), button.get("lang"), button.text) for button in form.xpath("button")] == [
        ("da", "da", "Dansk"),
        ("en", "en", "English"),
    ]
    assert form.xpath("button[@aria-current]/@value") == ["da"]


def test_the_choice_counts_on_every_page_of_the_admin_and_leads_back_to_where_one_was(editor: Client) -> None:
    assert choose(editor, "en", "/admin/content/topic/?q=a") == "/admin/content/topic/?q=a"
    for address in ("/admin/", "/admin/content/topic/?q=a", "/admin/password_change/"):
        assert language_of(editor, address) == "en"
    assert "Cookie" in editor.get("/admin/jsi18n/")["Vary"]
    choose(editor, "da")
    assert language_of(editor, "/admin/") == "da"


def test_from_the_page_that_says_goodbye_the_choice_leads_to_the_admin(editor: Client) -> None:
    goodbye = html.fromstring(editor.post("/admin/logout/").content)
    assert goodbye.xpath("//form[@id='languages']/input[@name='next']/@value") == ["/admin/"]


def test_nobody_is_led_to_another_site(client: Client) -> None:
    assert choose(client, "en", "https://example.org/") == "/"


def test_the_choice_is_remembered_for_the_admin_alone(client: Client) -> None:
    choose(client, "en")
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == ("/admin/", "Lax", True)


@pytest.mark.parametrize("value", ["sv", "", "da-DK-x", "../en"])
def test_a_choice_that_is_none_is_danish(client: Client, value: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = value
    assert language_of(client, LOGIN) == "da"


@pytest.mark.parametrize("address", ["/", "/en/", "/sundhed/", "/soeg/", "/chat/guide/", "/nothing-here/"])
def test_a_public_page_takes_its_language_from_its_address_and_sets_no_cookie(client: Client, address: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "da" if address.startswith("/en/") else "en"
    response = client.get(address)
    assert html.fromstring(response.content).get("lang") == ("en" if address.startswith("/en/") else "da")
    assert not response.cookies.keys() - {"csrftoken"}


def test_a_page_that_is_not_in_the_admin_is_said_so_in_the_language_of_its_address(editor: Client) -> None:
    choose(editor, "en")
    response = editor.get("/admin/nothing-here/")
    assert (response.status_code, response["Content-Language"]) == (404, "da")
    assert html.fromstring(response.content).get("lang") == "da"


# ── Everything in English ───────────────────────────────────────────────────────────────────────
#: Danish that stays: names, the language's own name, and what an editor types in Danish whatever the admin speaks.
DANISH = re.compile(
    r"Åvang|Dansk\b|lægevagten|døgnet rundt|lør-søn|æ/ø/å|ae/oe/aa for|BørneTelefonen|"
    r"“(?:[^”]*)”"
)


def danish_in(content: str) -> list[str]:
    """Return the texts of an English page that hold a Danish letter, or are the Danish half of the catalogue."""
    from tests.test_translations import entries

    danish = {text for text, message in entries().items() if message.string != text}
    tree = html.fromstring(content)
    # The content stays as it was written: what stands in lists, fields and choices of rows.
    for content_of in tree.xpath(
        "//option | //textarea | //pre | //table[@id='result_list']/tbody | //script | //style"
    ):
        content_of.getparent().remove(content_of)
    shown = tree.xpath("//text()[not(ancestor::button[@lang])]")
    shown += tree.xpath("//@aria-label | //@alt | //@title | //@placeholder | //input[@type='submit']/@value")
    texts = [" ".join(str(found).split()) for found in shown]
    return [text for text in texts if text in danish or re.search("[æøåÆØÅ]", DANISH.sub("", text))]


ADMIN_PAGES = [
    "/admin/",
    "/admin/login/",
    "/admin/password_change/",
    "/admin/content/",
    "/admin/content/healtharticle/",
    "/admin/content/healtharticle/add/",
    "/admin/content/healtharticle/{page}/change/",
    "/admin/content/healtharticle/{page}/history/",
    "/admin/content/healtharticle/{page}/history/compare/?from={old}&to={new}",
    "/admin/content/healtharticle/{page}/delete/",
    "/admin/content/sitepage/",
    "/admin/content/sitepage/add/",
    "/admin/content/topic/",
    "/admin/content/topic/add/",
    "/admin/content/pageredirect/",
    "/admin/content/notice/",
    "/admin/content/notice/add/",
    "/admin/chatbots/",
    "/admin/chatbots/indexstate/",
    "/admin/chatbots/indexstate/judge/",
    "/admin/chatbots/indexstate/page/{page}/chunks/",
    "/admin/chatbots/feedback/",
    "/admin/chatbots/pagefeedback/",
    "/admin/chatbots/partner/",
    "/admin/chatbots/partner/add/",
    "/admin/chatbots/partner/{partner}/change/",
    "/admin/chatbots/helpcontact/",
    "/admin/chatbots/helpcontact/add/",
    "/admin/chatbots/triagerule/",
    "/admin/chatbots/triagerule/add/",
    "/admin/chatbots/triageexample/",
    "/admin/chatbots/triageexample/add/",
    "/admin/chatbots/triageexample/try/",
    "/admin/auth/user/",
    "/admin/auth/group/",
]


@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_a_page_of_the_admin_in_english_shows_no_danish(editor: Client, page: Page, address: str) -> None:
    partner = Partner.objects.create(name="Town", origins="https://town.example", contact="a@town.example")
    new, old = page.history.order_by("-history_id").values_list("pk", flat=True)[:2]
    choose(editor, "en")
    response = editor.get(address.format(page=page.pk, partner=partner.pk, old=old, new=new), follow=True)
    assert response.status_code == 200
    assert html.fromstring(response.content).get("lang") == "en"
    assert danish_in(response.content.decode()) == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/chatbots/partner/add/", "/admin/content/healtharticle/"])
def test_the_same_page_in_danish_would_be_caught(editor: Client, page: Page, address: str) -> None:
    assert danish_in(editor.get(address).content.decode())


def test_every_page_that_the_admin_leads_to_is_looked_at(editor: Client) -> None:
    links = html.fromstring(editor.get("/admin/").content).xpath("//*[@id='content-main']//th//a/@href")
    assert len(links) > 10
    assert set(links) <= set(ADMIN_PAGES)


def test_what_the_triage_makes_of_a_sentence_is_said_in_english(editor: Client) -> None:
    TriageExample.objects.exclude(text__regex="^[A-Za-z ]*$").delete()
    choose(editor, "en")
    response = editor.post("/admin/chatbots/triageexample/try/", {"text": "I have pain in my chest"})
    tree = html.fromstring(response.content)
    assert "Ring 112" not in tree.text_content()
    assert "Call 112 now" in tree.text_content()


def test_the_receipt_and_what_happened_are_told_in_english(editor: Client, page: Page) -> None:
    choose(editor, "en")
    receipt = editor.get(f"/admin/chatbots/indexstate/page/{page.pk}/receipt/").json()
    assert danish_in(receipt["html"]) == []
    address = "/admin/content/healtharticle/"
    done = editor.post(address, {"action": "archive", "_selected_action": [page.pk]}, follow=True)
    assert "1 page is now: Archived." in html.fromstring(done.content).text_content()
    wrong = editor.post(f"{address}{page.pk}/change/", {"title": "", "sources": "x"})
    assert wrong.context["adminform"].form.errors
    assert danish_in(wrong.content.decode()) == []


@pytest.mark.parametrize(
    ("language", "group", "permission"),
    [
        ("da", "Sundhedsredaktører", "Indhold | sundhedsartikel: ændre"),
        ("en", "Health editors", "Content | health article: change"),
    ],
)
def test_groups_and_permissions_are_named_in_the_language_chosen(
    editor: Client, language: str, group: str, permission: str
) -> None:
    choose(editor, language)
    user = User.objects.get(username="rikke")
    for address in ("/admin/auth/group/", "/admin/auth/user/", f"/admin/auth/user/{user.pk}/change/"):
        assert group in html.fromstring(editor.get(address).content.decode()).text_content()
    choices = html.fromstring(editor.get("/admin/auth/group/add/").content.decode()).xpath(
        "//select[@name='permissions']/option"
    )
    assert permission in [choice.text for choice in choices]


def test_a_group_that_somebody_named_keeps_its_name(editor: Client) -> None:
    group = Group.objects.create(name="Nattevagten")
    choose(editor, "en")
    assert "Nattevagten" in editor.get("/admin/auth/group/").content.decode()
    assert 'value="Nattevagten"' in editor.get(f"/admin/auth/group/{group.pk}/change/").content.decode()


def test_a_date_in_the_admin_is_written_the_european_way_in_both_languages(editor: Client, page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(review_due="2031-03-05")
    for language, day in (("da", "05.03.2031"), ("en", "5 Mar 2031")):
        choose(editor, language)
        assert day in html.fromstring(editor.get("/admin/content/healtharticle/").content).text_content()


def test_a_date_is_typed_as_it_is_shown(editor: Client, page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(review_due="2031-03-05")
    address = f"/admin/content/healtharticle/{page.pk}/change/"
    for language, day, moved in (("da", "05.03.2031", "06.03.2031"), ("en", "06/03/2031", "07/03/2031")):
        choose(editor, language)
        form = html.fromstring(editor.get(address).content).xpath("//form[@id='healtharticle_form']")[0]
        assert form.fields["review_due"] == day
        response = editor.post(address, {**dict(form.form_values()), "review_due": moved})
        assert response.status_code == 302, response.context["adminform"].form.errors
    page.refresh_from_db()
    assert str(page.review_due) == "2031-03-07"


def test_a_version_is_dated_in_the_language_chosen(editor: Client, page: Page) -> None:
    page.history.update(history_date="2026-03-05T11:00:09Z")
    new, old = page.history.order_by("-history_id").values_list("pk", flat=True)[:2]
    versions = f"/admin/content/healtharticle/{page.pk}/history/"
    for language, moment in (("da", "5. marts 2026 12:00:09"), ("en", "5 March 2026 12:00:09")):
        choose(editor, language)
        for address in (versions, f"{versions}compare/?from={old}&to={new}"):
            assert moment in html.fromstring(editor.get(address).content.decode()).text_content()


@pytest.mark.parametrize(("language", "number", "share"), [("da", "0,", " %"), ("en", "0.", "%")])
def test_numbers_are_written_in_the_language_chosen(editor: Client, language: str, number: str, share: str) -> None:
    choose(editor, language)
    response = editor.post("/admin/chatbots/triageexample/try/", {"text": "My chest hurts"})
    shown = html.fromstring(response.content.decode()).text_content()
    assert re.search(rf"[0-9]{share}", shown)
    if "·" in shown:
        assert re.search(rf"{re.escape(number)}[0-9]{{2}} · ", shown)
    judge = html.fromstring(editor.get("/admin/chatbots/indexstate/judge/").content.decode()).text_content()
    assert re.search(rf"{re.escape(number)}[0-9]{{2}}", judge)
    assert ("Golden questions" if language == "en" else "Gyldne spørgsmål") in judge


@pytest.mark.parametrize(("language", "word"), [("da", "Adresse"), ("en", "Address")])
def test_the_scripts_of_the_editor_speak_the_language_chosen(editor: Client, language: str, word: str) -> None:
    choose(editor, language)
    script = editor.get("/admin/jsi18n/").content.decode()
    words = json.loads(re.search(r"const newcatalog = (\{.*?\});", script, re.S)[1])
    assert words.get("Adresse", "Adresse") == word
    assert words.get("Today", "Today") == ("I dag" if language == "da" else "Today")


# ── E-mail ──────────────────────────────────────────────────────────────────────────────────────
def test_no_mail_is_sent_so_none_needs_a_language() -> None:
    """Nobody can ask for a new password by mail, errors go to the log, and no source sends any."""
    with pytest.raises(NoReverseMatch):
        reverse("admin_password_reset")
    assert not settings.ADMINS
    assert not settings.MANAGERS
    sending = re.compile(r"django\.core\.mail|smtplib|email\.message")
    sources = [
        path for app in ("chatbots", "content", "site_project") for path in (settings.BASE_DIR / app).rglob("*.py")
    ]
    assert not [path for path in sources if sending.search(path.read_text())]
