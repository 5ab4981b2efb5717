"""A notice for everybody: who sees it, where, for how long, in which language, and how editors write it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from content.groups import EDITORS, HEALTH_EDITORS, SITE_EDITORS, make_groups
from content.models import Notice
from content.notice_admin import NoticeAdmin
from tests.content.test_admin import errors, login
from tests.content.view_pages import make_page, make_topic, text, tree

pytestmark = pytest.mark.django_db

CLOSED = "Sundhedscentret holder lukket fredag på grund af vejret. Ring 70 10 20 30."
REGION = "//section[@class='site-notices']"
LIST = "/admin/content/notice/"
ADD = f"{LIST}add/"
HOUR = timedelta(hours=1)


def make_notice(words: str = CLOSED, **fields: Any) -> Notice:
    """Store a notice that is shown for another hour, unless `fields` say otherwise."""
    return Notice.objects.create(text=words, **{"show_until": timezone.now() + HOUR} | fields)


def shown(client: Client, address: str = "/") -> str:
    """Return the words of all notices on a page."""
    return text(tree(client.get(address)), REGION)


# ── On the pages ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/en/", 200),
        ("/sundhed/", 200),
        ("/emner/luftveje/", 200),
        ("/sundhed/influenza/", 200),
        ("/kontakt/", 200),
        ("/soeg/", 200),
        ("/chat/guide/", 200),
        ("/chat/health/", 200),
        ("/findes-ikke/", 404),
        ("/admin-findes-ikke/", 404),
    ],
)
def test_a_notice_stands_on_every_page_above_its_content(client: Client, address: str, status: int) -> None:
    make_page("Influenza", "influenza", topic=make_topic())
    make_page("Kontakt", "kontakt", kind="page")
    assert not tree(client.get(address)).xpath(REGION)

    make_notice()
    response = client.get(address)

    assert response.status_code == status
    assert CLOSED in text(tree(response), f"{REGION}[following-sibling::main]")


def test_a_found_page_and_an_answer_without_javascript_show_it_too(client: Client) -> None:
    make_notice()

    assert CLOSED in text(tree(client.post("/soeg/", {"words": ""})), REGION)
    assert CLOSED in text(tree(client.post("/chat/guide/", {"message": ""})), REGION)


def test_a_notice_begins_and_ends_by_itself(client: Client) -> None:
    now = timezone.now()
    make_notice("Før", show_until=now - timedelta(seconds=1))
    make_notice("Nu", show_from=now - HOUR)
    make_notice("Siden", show_from=now + HOUR, show_until=now + 2 * HOUR)

    assert shown(client) == "Besked: Nu"


@pytest.mark.parametrize(
    ("begins", "ends", "state"),
    [(None, 1, "current"), (-1, 1, "current"), (0, 1, "current"), (1, 2, "coming"), (-1, 0, "ended"), (1, 0, "ended")],
)
def test_a_notice_is_in_one_state_and_queries_say_the_same(begins: int | None, ends: int, state: str) -> None:
    now = timezone.now()
    notice = make_notice(show_from=None if begins is None else now + begins * HOUR, show_until=now + ends * HOUR)

    assert notice.state(now) == state
    found = {name: getattr(Notice.objects, name)(now).exists() for name in ("current", "coming", "ended")}
    assert [name for name, is_there in found.items() if is_there] == [state]


def test_it_has_a_name_an_icon_and_words_for_how_important_it_is(client: Client) -> None:
    make_notice("Almindelig")
    page = tree(client.get("/"))
    assert page.xpath(f"{REGION}/@aria-label") == ["Besked"]
    assert not page.xpath(f"{REGION}//*[@role or @aria-live or self::h1 or self::h2 or self::h3]")
    assert page.xpath(f"{REGION}//use/@href")[0].endswith("#info")

    make_notice("Vigtig", level="important")
    page = tree(client.get("/"))
    assert page.xpath(f"{REGION}/@aria-label") == ["Beskeder"]
    assert text(page, REGION) == "Vigtig besked: Vigtig Besked: Almindelig"
    assert page.xpath(f"{REGION}//use/@href")[0].endswith("#alert")


def test_among_equals_the_newest_stands_first(client: Client) -> None:
    make_notice("Ældst")
    make_notice("Nyest")

    assert shown(client) == "Besked: Nyest Besked: Ældst"


def test_its_phone_numbers_can_be_called_and_its_text_is_no_markup(client: Client) -> None:
    make_notice("<b>Ring</b> 70 10 20 30 & vent\x0b")

    region = tree(client.get("/")).xpath(REGION)[0]

    assert region.xpath(".//a/@href") == ["tel:+4570102030"]
    assert region.xpath(".//a/@class") == ["phone"]
    assert "<b>Ring</b> 70 10 20 30 & vent" in text(region, ".")


# ── Languages ───────────────────────────────────────────────────────────────────────────────────
def test_english_pages_show_the_english_text(client: Client) -> None:
    make_notice(text_en="The centre is closed on Friday.", level="important")

    page = tree(client.get("/en/"))

    assert text(page, REGION) == "Important notice: The centre is closed on Friday."
    assert page.xpath(f"{REGION}/@aria-label") == ["Notice"]
    assert not page.xpath(f"{REGION}//@lang")
    assert CLOSED in shown(client, "/")


def test_without_an_english_text_english_pages_show_the_danish_one_and_say_that_it_is(client: Client) -> None:
    make_notice()

    page = tree(client.get("/en/"))

    assert text(page, f"{REGION}//*[@lang='da']") == CLOSED
    assert text(page, REGION) == f"Notice: {CLOSED}"
    assert not tree(client.get("/")).xpath(f"{REGION}//@lang")


# ── The link ────────────────────────────────────────────────────────────────────────────────────
def link(client: Client, address: str = "/") -> html.HtmlElement | None:
    return next(iter(tree(client.get(address)).xpath(f"{REGION}//a[@class='site-notice__link']")), None)


def test_it_leads_to_a_page_and_on_english_pages_to_its_translation(client: Client) -> None:
    page = make_page("Lukkedage", "lukkedage", kind="page")
    make_page("Closing days", "closing-days", kind="page", language="en", translation_of=page)
    make_notice(page=page)

    danish, english = link(client), link(client, "/en/")

    assert danish is not None and (danish.get("href"), danish.text) == ("/lukkedage/", "Lukkedage")
    assert english is not None and (english.get("href"), english.text) == ("/en/closing-days/", "Closing days")
    assert english.get("lang") is None


def test_a_page_without_a_translation_is_linked_to_as_danish(client: Client) -> None:
    make_notice(page=make_page("Lukkedage", "lukkedage", kind="page"))

    english = link(client, "/en/")

    assert english is not None and (english.get("lang"), english.get("hreflang")) == ("da", "da")


@pytest.mark.parametrize(
    "hidden",
    [{"status": "draft"}, {"publish_at": timezone.now() + HOUR}, {"expire_at": timezone.now() - HOUR}],
    ids=["draft", "not yet", "no more"],
)
def test_a_page_that_nobody_sees_is_not_linked_to(client: Client, hidden: dict[str, Any]) -> None:
    page = make_page("Lukkedage", "lukkedage", kind="page", **hidden)
    make_notice(page=page)

    assert CLOSED in shown(client)
    assert link(client) is None


def test_a_notice_outlives_the_page_that_it_leads_to(client: Client) -> None:
    page = make_page("Lukkedage", "lukkedage", kind="page")
    make_notice(page=page)
    page.delete()

    assert CLOSED in shown(client)
    assert link(client) is None


# ── What it costs ───────────────────────────────────────────────────────────────────────────────
def asked_for(client: Client, address: str) -> list[str]:
    """Return the queries that a page takes."""
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("address", ["/", "/en/", "/sundhed/influenza/", "/soeg/", "/chat/guide/"])
def test_notices_cost_a_page_one_small_query_however_many_there_are(client: Client, address: str) -> None:
    make_page("Influenza", "influenza")
    page = make_page("Lukkedage", "lukkedage", kind="page")
    make_page("Closing days", "closing-days", kind="page", language="en", translation_of=page)
    asked_for(client, address)
    without = asked_for(client, address)
    for _ in range(3):
        make_notice(page=page)
    with_three = asked_for(client, address)

    (asked,) = [query for query in with_three if "content_notice" in query]
    assert len(with_three) == len(without)
    assert '"body"' not in asked


def test_a_page_that_a_browser_keeps_is_sent_anew_when_a_notice_begins(client: Client) -> None:
    make_page("Influenza", "influenza")
    first = client.get("/sundhed/influenza/")
    make_notice()
    again = client.get("/sundhed/influenza/", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 200
    assert CLOSED in text(tree(again), REGION)


def test_its_styles_are_fetched_only_where_there_is_one(client: Client) -> None:
    assert b"site/notice" not in client.get("/").content
    make_notice()
    assert b"site/notice.css" in client.get("/").content


# ── In the admin ────────────────────────────────────────────────────────────────────────────────
def moment(name: str, when: datetime | None) -> dict[str, str]:
    """Return what the two fields of a time send."""
    if when is None:
        return {f"{name}_0": "", f"{name}_1": ""}
    local = timezone.localtime(when)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}


def form(begins: datetime | None = None, ends: datetime | None = None, **changes: Any) -> dict[str, Any]:
    """Return what the form of a notice sends, with changes."""
    fields = {"text": CLOSED, "text_en": "", "level": "important", "page": ""}
    times = moment("show_from", begins) | moment("show_until", ends or timezone.now() + HOUR)
    return fields | times | changes


def test_an_editor_writes_a_notice_and_every_page_shows_it_at_once(client: Client) -> None:
    editor = login(client, SITE_EDITORS)
    page = make_page("Lukkedage", "lukkedage", kind="page")

    response = client.post(ADD, form(text=f"  {CLOSED}\r\n", text_en="Closed.", page=page.pk))

    assert response.headers["Location"] == LIST
    notice = Notice.objects.get()
    assert (notice.text, notice.text_en, notice.level, notice.page) == (CLOSED, "Closed.", "important", page)
    assert notice.written_by == editor
    assert CLOSED in shown(Client())


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"text": ""}, "text", "Dette felt er påkrævet."),
        ({"text": "\u200b"}, "text", "Skriv noget, der kan læses."),
        ({"text": "x" * 301}, "text", "højst have 300 tegn"),
        ({"text_en": "x" * 301}, "text_en", "højst have 300 tegn"),
        ({"show_until_0": "", "show_until_1": ""}, "show_until", "Dette felt er påkrævet."),
        ({"show_until_0": "2026-01-01"}, "show_until", "Den tid er gået."),
        ({"show_from_0": "2999-01-01", "show_from_1": "08:00"}, "show_until", "efter at den begynder"),
        ({"page": "4711"}, "page", "Marker en gyldig valgmulighed."),
        ({"level": "panic"}, "level", "panic er ikke en af de tilgængelige valgmuligheder."),
    ],
)
def test_what_cannot_stand_is_refused_in_danish_at_its_field(
    client: Client, changes: dict[str, str], field: str, message: str
) -> None:
    login(client)
    found = errors(client.post(ADD, form(**changes)))
    assert list(found) == [field] and len(found[field]) == 1
    assert message in " ".join(found[field])
    assert not Notice.objects.exists()


def test_a_link_to_a_page_that_is_not_published_is_kept_and_said_to_wait(client: Client) -> None:
    login(client)
    page = make_page("Lukkedage", "lukkedage", kind="page", status="draft")
    response = client.post(ADD, form(page=page.pk), follow=True)
    assert "“Lukkedage” er ikke udgivet." in text(tree(response), "//*[@class='warning']")
    assert Notice.objects.get().page == page


def test_pages_to_link_to_are_named_with_language_and_address(client: Client) -> None:
    login(client)
    make_page("Lukkedage", "lukkedage", kind="page")
    query = {"term": "luk", "app_label": "content", "model_name": "notice", "field_name": "page"}
    found = client.get("/admin/content/page/lookup/", query).json()["results"]
    assert [result["text"] for result in found] == ["Lukkedage (Dansk, /lukkedage/)"]


def rows(response: HttpResponse) -> set[tuple[str, str]]:
    """Return the text and the state of each notice in the list."""
    row = "//table[@id='result_list']/tbody/tr"
    return {
        (text(one, ".//*[@class='field-text']"), text(one, ".//*[@class='field-shown_state']"))
        for one in tree(response).xpath(row)
    }


def test_the_list_says_and_filters_by_what_visitors_see(client: Client) -> None:
    login(client)
    now = timezone.now()
    make_notice("Før", show_until=now - HOUR)
    make_notice("Nu")
    begins = datetime(2999, 11, 27, 8, tzinfo=timezone.get_default_timezone())
    make_notice("Senere", show_from=begins, show_until=begins + HOUR)

    assert rows(client.get(LIST)) == {("Før", "Slut"), ("Nu", "Vises nu"), ("Senere", "Kommer 27.11.2999 08:00")}
    assert rows(client.get(f"{LIST}?state=coming")) == {("Senere", "Kommer 27.11.2999 08:00")}
    assert rows(client.get(f"{LIST}?state=ended")) == {("Før", "Slut")}
    assert len(rows(client.get(f"{LIST}?state=delete"))) == 3


def test_notices_are_ended_from_the_list(client: Client) -> None:
    editor = login(client)
    running, over = make_notice(), make_notice(show_until=timezone.now() - HOUR)
    selected = {"action": "end_now", "_selected_action": [running.pk, over.pk]}
    assert "1 besked er slut." in client.post(LIST, selected, follow=True).content.decode()
    running.refresh_from_db()
    assert running.state() == "ended"
    assert (running.history.count(), over.history.count()) == (2, 1)
    assert running.history.first().history_user == editor
    assert not shown(client)


def test_the_form_shows_how_it_looks_in_both_languages_and_what_it_said_before(client: Client) -> None:
    editor = login(client)
    client.post(ADD, form(text="Lukket fredag.", text_en="Closed."))
    notice = Notice.objects.get()
    address = f"{LIST}{notice.pk}/change/"
    client.post(address, form(text="Lukket lørdag.", text_en="Closed.", ends=notice.show_until))
    client.post(address, form(text="Lukket lørdag.", text_en="Closed.", ends=notice.show_until))

    page = tree(client.get(address))

    preview = [text(one, ".") for one in page.xpath(REGION)]
    assert preview == ["Vigtig besked: Lukket lørdag.", "Important notice: Closed."]
    assert [one.get("lang") for one in page.xpath(f"{REGION}/..")] == ["da", "en"]
    versions = [text(one, ".") for one in page.xpath("//div[contains(@class, 'field-versions')]//p")]
    assert [version.split(", ", 1)[1] for version in versions] == [
        f"{editor}: Lukket lørdag.",
        f"{editor}: Lukket fredag.",
    ]
    assert not page.xpath("//*[@style] | //style")


def test_a_save_that_changes_nothing_makes_no_version(client: Client) -> None:
    login(client)
    notice = make_notice(show_until=timezone.now().replace(microsecond=0) + HOUR)
    sent = form(level="information", ends=notice.show_until)
    assert client.post(f"{LIST}{notice.pk}/change/", sent).status_code == 302
    assert notice.history.count() == 1


def test_a_fault_in_mid_save_keeps_the_text(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    login(client)
    monkeypatch.setattr(NoticeAdmin, "log_addition", fail)
    response = client.post(ADD, form())
    assert response.status_code == 503
    assert "Det er ikke gemt, for databasen er optaget" in response.content.decode()
    assert CLOSED in response.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("group", "status"), [(EDITORS, 200), (SITE_EDITORS, 200), (HEALTH_EDITORS, 403)])
def test_those_who_write_about_the_house_write_notices(client: Client, group: str, status: int) -> None:
    login(client, group)
    assert client.get(ADD).status_code == status


def test_groups_that_are_there_are_not_given_a_right_that_came_later(client: Client) -> None:
    group = Group.objects.get(name=EDITORS)
    group.permissions.remove(*Permission.objects.filter(codename__endswith="_notice"))
    make_groups(apps.get_app_config("content"))
    assert not group.permissions.filter(codename__endswith="_notice").exists()


def test_who_may_only_see_notices_ends_none(client: Client) -> None:
    reader = User.objects.create_user("læser", password="x", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_notice"))
    client.force_login(reader)
    notice = make_notice()
    assert client.get(f"{LIST}{notice.pk}/change/").status_code == 200
    client.post(LIST, {"action": "end_now", "_selected_action": [notice.pk]})
    assert CLOSED in shown(client)
