"""Editors at work in the admin."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from content import panels
from content.admin import change_url
from content.groups import EDITORS, HEALTH_EDITORS, SITE_EDITORS
from content.models import Page, PageRedirect, Topic
from tests.content.view_pages import make_page, make_topic

pytestmark = pytest.mark.django_db

ADD = "/admin/content/healtharticle/add/"
LIST = "/admin/content/healtharticle/"


def login(client: Client, group: str = EDITORS) -> User:
    """Log a member of a group of editors in."""
    editor = User.objects.create_user("rikke", password="x", is_staff=True)
    editor.groups.add(Group.objects.get(name=group))
    client.force_login(editor)
    return editor


def form(page: Page | None = None, **changes: Any) -> dict[str, Any]:
    """Return what the form of a page sends, with changes."""
    fields = {
        "title": "Influenza",
        "slug": "influenza",
        "language": "da",
        "summary": "Feber i en uge.",
        "body": "<p>Influenza begynder brat.</p>",
        "status": "published",
        "order": "0",
    }
    if page is not None:
        fields |= {name: getattr(page, name) for name in fields}
    return fields | changes


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """Return the errors of the form that was sent back."""
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────
def test_an_editor_writes_a_health_article(client: Client) -> None:
    editor = login(client)
    topic = make_topic()
    response = client.post(
        ADD,
        form(
            body="<h1>Symptomer</h1><p>Feber<script>x</script></p>",
            topic=topic.pk,
            owner=editor.pk,
            sources="Sundhed.dk | https://www.sundhed.dk/\r\n\r\nA | B | https://ssi.dk/",
            questions="Hvor længe?\r\n  Smitter   det? \r\n",
            reviewed_on="2026-03-12",
            change_reason="Første udgave",
        ),
    )
    assert response.status_code == 302
    page = Page.objects.get()
    assert (page.kind, page.title, page.topic, page.owner) == ("health", "Influenza", topic, editor)
    assert page.body == '<h2 id="symptomer">Symptomer</h2>\n<p>Feber</p>'
    assert page.sources == [
        {"title": "Sundhed.dk", "url": "https://www.sundhed.dk/"},
        {"title": "A | B", "url": "https://ssi.dk/"},
    ]
    assert page.questions == ["Hvor længe?", "Smitter det?"]
    version = Page.history.get()
    assert (version.history_user, version.history_change_reason) == (editor, "Første udgave")


def test_an_empty_address_is_made_from_the_title_without_javascript(client: Client) -> None:
    login(client)
    client.post(ADD, form(title="Øre, næse og hals: må jeg gå på arbejde?", slug=""))
    assert Page.objects.get().slug == "oere-naese-og-hals-maa-jeg-gaa-paa-arbejde"


def test_a_title_that_makes_no_address_asks_for_one(client: Client) -> None:
    login(client)
    assert list(errors(client.post(ADD, form(title="???", slug="")))) == ["slug"]


def test_a_taken_address_is_refused_with_the_name_of_the_page_that_has_it(client: Client) -> None:
    login(client)
    make_page("Influenza hos børn", "influenza")
    (message,) = errors(client.post(ADD, form()))["slug"]
    assert "Influenza hos børn" in message


def test_bad_sources_are_reported_by_line_and_the_text_is_kept(client: Client) -> None:
    login(client)
    sources = "Sundhed.dk | https://www.sundhed.dk/\nuden streg\n | https://x.dk\nx | javascript:x"
    response = client.post(ADD, form(sources=sources))
    assert [message.split(":")[0] for message in errors(response)["sources"]] == ["Linje 2", "Linje 3", "Linje 4"]
    assert "uden streg" in response.content.decode()
    assert not Page.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"summary": " "}, "summary"),
        ({"slug": "admin"}, "slug"),
        ({"slug": "Ørepine"}, "slug"),
        ({"body": "x" * 150_001}, "body"),
        (
            {
                "publish_at_0": "2026-02-01",
                "publish_at_1": "08:00",
                "expire_at_0": "2026-01-01",
                "expire_at_1": "08:00",
            },
            "expire_at",
        ),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(client: Client, changes: dict[str, str], field: str) -> None:
    login(client)
    assert list(errors(client.post(ADD, form(**changes)))) == [field]


def test_a_translation_of_a_page_in_the_same_language_is_refused(client: Client) -> None:
    login(client)
    other = make_page("Forkølelse", "forkoelelse")
    assert list(errors(client.post(ADD, form(translation_of=other.pk)))) == ["translation_of"]


def test_a_rule_about_a_field_that_the_form_lacks_is_shown_above_it(client: Client) -> None:
    login(client)
    article = make_page("Influenza", "influenza")
    parent = make_page("Tilbud", "tilbud", kind="page")
    Page.objects.filter(pk=article.pk).update(parent=parent)
    assert list(errors(client.post(change_url(article), form(title="Ny")))) == ["__all__"]


def test_a_save_that_changes_nothing_makes_no_version_although_the_editor_drops_anchors(client: Client) -> None:
    login(client)
    page = make_page("Influenza", "influenza", body="<h2>Symptomer</h2><ul><li>feber</li></ul>")
    sent = "<h2>Symptomer</h2><ul><li><p>feber</p></li></ul>"
    assert client.post(change_url(page), form(page, body=sent)).status_code == 302
    assert Page.history.count() == 1
    assert client.post(change_url(page), form(page, body=sent + "<p>ny</p>")).status_code == 302
    assert Page.history.count() == 2
    assert 'id="symptomer"' in Page.objects.get().body


def test_a_changed_address_leaves_a_redirect(client: Client) -> None:
    login(client)
    page = make_page("Influenza", "influenza")
    client.post(change_url(page), form(page, slug="influenza-a"))
    assert PageRedirect.objects.get().path == "/sundhed/influenza/"


def test_each_kind_is_edited_with_its_own_fields(client: Client) -> None:
    login(client)
    health = set(client.get(ADD).context["adminform"].form.fields)
    site = set(client.get("/admin/content/sitepage/add/").context["adminform"].form.fields)
    assert {"sources", "reviewed_by", "questions"} <= health
    assert not health & {"parent", "order", "kind"}
    assert {"parent", "order", "sources", "reviewed_by", "reviewed_on", "review_due", "questions"} <= site
    assert "kind" not in site


def test_the_sources_and_the_reviewer_of_a_site_page_are_edited_too(client: Client) -> None:
    login(client)
    sources = [{"title": "Styrelsen for Patientklager", "url": "https://stpk.dk/"}]
    page = make_page("Klage", "klage", kind="page", sources=sources, reviewed_by="Sekretariatet")
    address = f"/admin/content/sitepage/{page.pk}/change/"
    assert "Styrelsen for Patientklager | https://stpk.dk/" in client.get(address).content.decode()
    sent = form(page, sources="Patienterstatningen | https://patienterstatningen.dk/", reviewed_by="Rikke Lund")
    assert client.post(address, sent).status_code == 302
    page.refresh_from_db()
    assert page.sources == [{"title": "Patienterstatningen", "url": "https://patienterstatningen.dk/"}]
    assert page.reviewed_by == "Rikke Lund"


def test_no_break_spaces_in_lists_outlive_a_save(client: Client) -> None:
    login(client)
    page = make_page("Influenza", "influenza", questions=["Er 5\u00a0% meget?"])
    assert client.post(change_url(page), form(page, questions="Er  5\u00a0% meget?")).status_code == 302
    assert Page.history.count() == 1
    assert Page.objects.get().questions == ["Er 5\u00a0% meget?"]


def test_the_form_of_the_other_kind_does_not_open_a_page(client: Client) -> None:
    login(client)
    page = make_page("Influenza", "influenza")
    assert client.get(f"/admin/content/sitepage/{page.pk}/change/").status_code == 302
    assert client.get(f"/admin/content/page/{page.pk}/change/").headers["Location"] == change_url(page)


def test_the_editor_runs_under_the_content_security_policy(client: Client) -> None:
    login(client)
    response = client.get(ADD)
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
    assert nonce
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    html = response.content.decode()
    assert f'<script type="importmap" nonce="{nonce[1]}">' in html
    for tag in re.findall(r"<script\b[^>]*>", html):
        assert "src=" in tag or "nonce=" in tag, tag
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def test_other_apps_show_panels_on_a_saved_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    login(client)
    monkeypatch.setattr(
        panels, "_panels", [lambda page: mark_safe(f"<p>kvittering for {page.slug}</p>"), lambda page: ""]
    )
    assert "<p>kvittering for influenza</p>" in client.get(change_url(make_page("a", "influenza"))).content.decode()
    assert "kvittering" not in client.get(ADD).content.decode()


# ── Lists ───────────────────────────────────────────────────────────────────────────────────────
def listed(client: Client, query: str = "") -> set[str]:
    response = client.get(LIST + query)
    assert response.status_code == 200
    return {page.slug for page in response.context["cl"].result_list}


@pytest.mark.parametrize("word", ["øre", "ØRE", "Øre", "næse øre", "oerepine"])
def test_search_finds_danish_words_whatever_their_case(client: Client, word: str) -> None:
    login(client)
    make_page("ØREPINE og næse", "oerepine")
    make_page("Hoste", "hoste")
    assert listed(client, f"?q={word}") == {"oerepine"}


def test_filters_narrow_the_list(client: Client) -> None:
    login(client)
    today = timezone.localdate()
    topic = make_topic()
    make_page("a", "overskredet", review_due=today - timedelta(days=1), topic=topic)
    make_page("b", "snart", review_due=today + timedelta(days=7), language="en")
    make_page("c", "kladde", status="draft")
    assert listed(client) == {"overskredet", "snart", "kladde"}
    assert listed(client, "?review=overdue") == {"overskredet"}
    assert listed(client, "?review=soon") == {"snart"}
    assert listed(client, "?review=none") == {"kladde"}
    assert listed(client, "?status__exact=draft") == {"kladde"}
    assert listed(client, "?language__exact=en") == {"snart"}
    assert listed(client, f"?topic__id__exact={topic.pk}") == {"overskredet"}


def test_the_list_says_what_visitors_see(client: Client) -> None:
    login(client)
    now = timezone.now()
    make_page("a", "a", publish_at=now + timedelta(days=3))
    make_page("b", "b", expire_at=now - timedelta(days=3))
    make_page("c", "c", review_due=timezone.localdate() - timedelta(days=1))
    html = client.get(LIST).content.decode()
    assert "Udgives " in html
    assert "Udløbet " in html
    assert ", overskredet" in html


def act(client: Client, action: str, *pages: Page) -> HttpResponse:
    return client.post(LIST, {"action": action, "_selected_action": [page.pk for page in pages]}, follow=True)


def test_bulk_actions_save_each_page_with_a_version_and_tell_how_many(client: Client) -> None:
    editor = login(client)
    draft, live = make_page("a", "a", status="draft"), make_page("b", "b")
    assert "1 side er nu: Udgivet." in act(client, "publish", draft, live).content.decode()
    assert Page.objects.get(pk=draft.pk).status == "published"
    assert (draft.history.count(), live.history.count()) == (2, 1)
    version = draft.history.first()
    assert (version.history_user, version.history_change_reason) == (editor, "Udgivet fra listen")
    assert "2 sider er nu: Arkiveret." in act(client, "archive", draft, live).content.decode()
    assert set(Page.objects.values_list("status", flat=True)) == {"archived"}


def test_a_reader_is_offered_no_bulk_action(client: Client) -> None:
    reader = User.objects.create_user("læser", password="x", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_healtharticle"))
    client.force_login(reader)
    page = make_page("a", "a", status="draft")
    act(client, "publish", page)
    assert Page.objects.get().status == "draft"


# ── Choosing a page ─────────────────────────────────────────────────────────────────────────────
def lookup(client: Client, term: str, field: str = "translation_of") -> list[str]:
    query = {"term": term, "app_label": "content", "model_name": "page", "field_name": field}
    response = client.get(reverse("admin:content_page_lookup"), query)
    assert response.status_code == 200
    return [result["text"] for result in response.json()["results"]]


def test_pages_to_choose_from_are_named_with_language_and_address(client: Client) -> None:
    login(client)
    make_page("Influenza", "influenza")
    make_page("Influenza", "influenza", language="en")
    assert lookup(client, "influenza") == [
        "Influenza (Dansk, /sundhed/influenza/)",
        "Influenza (Engelsk, /en/health/influenza/)",
    ]


def test_only_site_pages_are_offered_as_parents(client: Client) -> None:
    login(client)
    make_page("Hold i luften", "hold-i-luften")
    make_page("Hold og kurser", "hold", kind="page")
    assert lookup(client, "hold", "parent") == ["Hold og kurser (Dansk, /hold/)"]


def test_visitors_cannot_look_pages_up(client: Client) -> None:
    make_page("Hemmelig", "hemmelig", status="draft")
    assert client.get(reverse("admin:content_page_lookup"), {"term": "h"}).status_code == 302


# ── Groups ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("group", "health", "site"), [(EDITORS, True, True), (HEALTH_EDITORS, True, False), (SITE_EDITORS, False, True)]
)
def test_each_group_edits_its_own_pages(client: Client, group: str, health: bool, site: bool) -> None:
    login(client, group)
    assert client.get("/admin/content/healtharticle/add/").status_code == (200 if health else 403)
    assert client.get("/admin/content/sitepage/add/").status_code == (200 if site else 403)
    assert client.get("/admin/content/topic/add/").status_code == 200
    assert client.get("/admin/content/pageredirect/").status_code == 200
    assert client.get("/admin/auth/user/").status_code == 403
    assert client.get("/admin/").status_code == 200


def test_old_addresses_and_topics_are_listed(client: Client) -> None:
    login(client)
    page = make_page("a", "a", topic=make_topic("Luftveje"))
    page.slug = "b"
    page.save()
    assert "/sundhed/b/" in client.get("/admin/content/pageredirect/?q=/sundhed/a").content.decode()
    assert "Luftveje" in client.get("/admin/content/topic/?q=LUFT").content.decode()


def test_a_topic_gets_its_address_from_its_name(client: Client) -> None:
    login(client)
    client.post("/admin/content/topic/add/", {"name": "Børn og unge", "slug": "", "language": "da"})
    assert Topic.objects.get().slug == "boern-og-unge"
