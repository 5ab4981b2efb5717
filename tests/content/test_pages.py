"""What a page promises, whichever way it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.db.models.signals import post_delete, post_save
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from content.models import PATH_PREFIXES, HealthArticle, Page, PageRedirect, SitePage, Topic
from tests.content.view_pages import make_page, make_topic

pytestmark = pytest.mark.django_db


# ── Public or not ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("status", Page.Status.values)
@pytest.mark.parametrize("publish_in", [None, -1, 0, 1])
@pytest.mark.parametrize("expire_in", [None, -1, 0, 1])
def test_a_page_is_public_just_when_the_query_for_public_pages_finds_it(
    status: str, publish_in: int | None, expire_in: int | None
) -> None:
    now = timezone.now()
    page = make_page(
        "Influenza",
        "influenza",
        status=status,
        publish_at=None if publish_in is None else now + timedelta(days=publish_in),
        expire_at=None if expire_in is None else now + timedelta(days=expire_in),
    )
    is_public = status == "published" and publish_in in {None, -1, 0} and expire_in in {None, 1}
    assert page.is_public(now) == is_public
    assert Page.objects.published(now).exists() == is_public


def test_a_review_is_overdue_from_the_day_after_it_was_due() -> None:
    today = date(2026, 5, 1)
    for days, slug in ((-1, "i-gaar"), (0, "i-dag")):
        make_page(slug, slug, review_due=today + timedelta(days=days))
    make_page("arkiveret", "arkiveret", review_due=today - timedelta(days=9), status="archived")
    assert [page.slug for page in Page.objects.review_overdue(today)] == ["i-gaar"]


# ── Body ────────────────────────────────────────────────────────────────────────────────────────
def test_every_way_in_cleans_the_body() -> None:
    dirty, clean = "<h1>Å</h1><script>x</script>", '<h2 id="aa">Å</h2>'
    created = make_page("a", "a", body=dirty)
    by_proxy = HealthArticle.objects.create(title="b", slug="b", summary="b", body=dirty)
    updated, _ = Page.objects.update_or_create(slug="a", language="da", defaults={"body": dirty + "<p>b</p>"})
    assert (created.body, by_proxy.body) == (clean, clean)
    assert updated.body == clean + "\n<p>b</p>"


def test_a_save_of_other_fields_leaves_the_body_and_dates_the_page() -> None:
    page = make_page("a", "a", body="<p>a</p>")
    saved_at = page.updated_at
    page.body, page.status = "<script>", "archived"
    page.save(update_fields=["status"])
    stored = Page.objects.get()
    assert (stored.body, stored.status) == ("<p>a</p>", "archived")
    assert stored.updated_at > saved_at


def test_a_renamed_heading_keeps_its_anchor_through_a_save() -> None:
    page = make_page("a", "a", body="<h2>Symptomer</h2><p>Feber og hoste i en uge.</p>")
    page.body = "<h2>Tegn på sygdom</h2><p>Feber og hoste i en uge.</p>"
    page.save()
    assert page.body.startswith('<h2 id="symptomer">Tegn på sygdom</h2>')


# ── One save, one transaction, one signal ───────────────────────────────────────────────────────
def test_receivers_write_in_the_transaction_of_the_save() -> None:
    def refuse(**kwargs: Any) -> None:
        assert transaction.get_connection().in_atomic_block
        raise RuntimeError("no")

    post_save.connect(refuse, sender=Page)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            make_page("a", "a")
    finally:
        post_save.disconnect(refuse, sender=Page)
    assert not Page.objects.exists()
    assert not Page.history.exists()


@pytest.mark.parametrize("model", [Page, HealthArticle, SitePage])
def test_receivers_for_page_hear_of_each_proxy(model: type[Page]) -> None:
    heard = []

    def hear(sender: type, instance: Page, **kwargs: Any) -> None:
        heard.append((sender, type(instance), "created" in kwargs))

    post_save.connect(hear, sender=Page)
    post_delete.connect(hear, sender=Page)
    try:
        kind = getattr(model, "KIND", "page")
        page = model.objects.create(title="a", slug="a", summary="a", kind=kind)
        assert type(page) is model
        page.save()
        page.delete()
        model.objects.create(title="a", slug="a", summary="a", kind=kind)
        model.objects.all().delete()
    finally:
        post_save.disconnect(hear, sender=Page)
        post_delete.disconnect(hear, sender=Page)
    assert [is_save for _, _, is_save in heard] == [True, True, False, True, False]
    assert {sender for sender, _, _ in heard} == {Page}
    assert not Page.objects.exists()


def test_each_save_leaves_one_version_also_by_a_proxy() -> None:
    article = HealthArticle.objects.create(title="a", slug="a", summary="a")
    article.title = "b"
    article.save()
    assert [(version.history_type, version.title) for version in Page.history.all()] == [("~", "b"), ("+", "a")]


def test_proxies_see_their_own_kind_only() -> None:
    make_page("Influenza", "influenza")
    make_page("Kontakt", "kontakt", kind="page")
    assert [page.slug for page in HealthArticle.objects.all()] == ["influenza"]
    assert [page.slug for page in SitePage.objects.published()] == ["kontakt"]


@pytest.mark.parametrize(("kind", "model"), [("health", HealthArticle), ("page", SitePage)])
def test_a_page_knows_what_it_is_edited_as(kind: str, model: type[Page]) -> None:
    assert make_page("Influenza", "influenza", kind=kind).edited_as is model


# ── Translation and menu ────────────────────────────────────────────────────────────────────────
def test_counterparts_find_each_other() -> None:
    danish = make_page("Influenza", "influenza")
    english = make_page("Influenza", "influenza", language="en", translation_of=danish)
    assert danish.counterpart == english
    assert english.counterpart == danish
    assert make_page("Alene", "alene").counterpart is None


def test_the_breadcrumb_leads_from_the_outermost_ancestor_to_the_page() -> None:
    top = make_page("Tilbud", "tilbud", kind="page")
    middle = make_page("Hold", "hold", kind="page", parent=top)
    page = make_page("Lungehold", "lungehold", kind="page", parent=middle)
    assert [step.slug for step in page.breadcrumb] == ["tilbud", "hold", "lungehold"]


def test_a_circle_in_the_tree_does_not_hang_the_breadcrumb() -> None:
    a = make_page("a", "a", kind="page")
    b = make_page("b", "b", kind="page", parent=a)
    Page.objects.filter(pk=a.pk).update(parent=b)
    assert [step.slug for step in Page.objects.get(pk=a.pk).breadcrumb] == ["b", "a"]


def broken(page: Page) -> set[str]:
    """Return the fields that validation finds fault with."""
    try:
        page.full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


def test_rules_for_translations() -> None:
    danish, other = make_page("a", "a"), make_page("b", "b")
    english = make_page("a", "a", language="en", translation_of=danish)
    assert broken(english) == set()
    assert broken(Page(kind="health", title="c", slug="c", summary="c", translation_of=danish)) == {"translation_of"}
    second = Page(kind="health", title="c", slug="c", summary="c", language="en", translation_of=danish)
    assert broken(second) == {"translation_of"}
    danish.translation_of = english
    assert broken(danish) == {"translation_of"}
    danish.translation_of, danish.language = None, "en"
    assert broken(danish) == {"language", "slug"}
    other.translation_of = other
    assert broken(other) == {"translation_of"}


def test_rules_for_the_menu() -> None:
    top = make_page("a", "a", kind="page")
    child = make_page("b", "b", kind="page", parent=top)
    article = make_page("c", "c")
    english = make_page("d", "d", kind="page", language="en")
    for page, parent in [(top, top), (top, child), (child, article), (child, english), (article, top)]:
        page.parent = parent
        assert broken(page) == {"parent"}, (page, parent)
        page.refresh_from_db()
    top.language = "en"
    assert broken(top) == {"language"}
    top.language, top.kind = "da", "health"
    assert broken(top) == {"kind"}
    child.kind = "health"
    assert broken(child) == {"parent"}


def own_routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """Yield every route of the URLconf, from the site's root."""
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from own_routes(pattern.url_patterns, route)
        else:
            yield route


def own_segments() -> list[str]:
    """Return each fixed segment of the site's own addresses that stands where some page's slug would."""
    routes = [*own_routes(get_resolver().url_patterns), settings.STATIC_URL.lstrip("/")]
    found = {
        route.removeprefix(prefix[1:]).split("/")[0]
        for route in routes
        for prefix in PATH_PREFIXES.values()
        if route.startswith(prefix[1:])
    }
    return sorted(segment for segment in found if segment and "<" not in segment)


@pytest.mark.parametrize("slug", own_segments())
def test_the_sites_own_addresses_are_reserved(slug: str) -> None:
    assert broken(Page(kind="page", title="a", slug=slug, summary="a")) == {"slug"}


def test_the_sites_own_addresses_are_all_found() -> None:
    assert {"admin", "api", "static", "sundhed", "health", "en", "chat", "search", "page-feedback"} <= set(
        own_segments()
    )


@pytest.mark.parametrize(
    "slug", ["Influenza", "ørepine", "a b", "sitemap.xml", "robots.txt", "-a", "a--b", "a_b", "a/b"]
)
def test_an_address_is_ascii_words_and_hyphens(slug: str) -> None:
    assert broken(Page(kind="page", title="a", slug=slug, summary="a")) == {"slug"}


def test_a_taken_address_names_the_page_that_has_it() -> None:
    make_page("Influenza hos børn", "influenza")
    with pytest.raises(ValidationError, match="taget af siden “Influenza hos børn”"):
        Page(kind="page", title="a", slug="influenza", summary="a").full_clean()
    assert broken(Page(kind="page", title="a", slug="influenza", summary="a", language="en")) == set()


def test_other_rules() -> None:
    now = timezone.now()
    page = Page(kind="health", title="a", slug="a", summary="a", topic=make_topic("Airways", "en"))
    page.publish_at, page.expire_at = now, now
    page.reviewed_on, page.review_due = date(2026, 1, 2), date(2026, 1, 1)
    page.sources = [{"title": "x", "url": "javascript:x"}]
    page.questions = ["", 3]
    assert broken(page) == {"topic", "expire_at", "review_due", "sources", "questions"}


@pytest.mark.parametrize("unseen", ["\u200b\u00ad", " \u00a0", "\ufeff\u2028"])
def test_what_no_reader_sees_is_no_title_and_no_name(unseen: str) -> None:
    page = Page(kind="health", title=unseen, slug="a", summary=unseen)
    page.questions, page.sources = [unseen], [{"title": unseen, "url": "https://a.dk/"}]
    assert broken(page) == {"title", "summary", "questions", "sources"}
    with pytest.raises(ValidationError) as error:
        Topic(name=unseen, slug="a").full_clean()
    assert set(error.value.message_dict) == {"name"}


def test_a_topic_makes_its_own_address() -> None:
    assert Topic.objects.create(name="Øre, næse og hals", language="da").slug == "oere-naese-og-hals"


# ── Old addresses ───────────────────────────────────────────────────────────────────────────────
def redirects() -> dict[str, str]:
    return {redirect.path: redirect.page.get_absolute_url() for redirect in PageRedirect.objects.all()}


def test_a_changed_address_leaves_a_redirect_that_follows_the_page() -> None:
    page = make_page("a", "a")
    for field, value in [("slug", "b"), ("kind", "page"), ("language", "en")]:
        setattr(page, field, value)
        page.save()
    assert redirects() == {"/sundhed/a/": "/en/b/", "/sundhed/b/": "/en/b/", "/b/": "/en/b/"}


def test_a_page_that_takes_its_address_back_frees_it() -> None:
    page = make_page("a", "a")
    for slug in ("b", "a"):
        page.slug = slug
        page.save()
    assert redirects() == {"/sundhed/b/": "/sundhed/a/"}


def test_a_new_page_takes_an_old_address_over() -> None:
    page = make_page("a", "a")
    page.slug = "b"
    page.save()
    make_page("ny", "a")
    assert redirects() == {}


def test_a_save_that_does_not_move_the_page_leaves_none() -> None:
    page = make_page("a", "a")
    page.title = "b"
    page.save()
    assert redirects() == {}


def test_redirects_go_with_their_page() -> None:
    page = make_page("a", "a")
    page.slug = "b"
    page.save()
    page.delete()
    assert redirects() == {}


HOSTILE = '<p onclick="x()">Ring<script>alert(1)</script></p><iframe src="https://a.dk"></iframe>'


@pytest.mark.parametrize("way", ["update", "bulk_create", "bulk_update"])
def test_no_way_into_the_database_goes_past_the_cleaning(way: str) -> None:
    page = make_page("Hoste", "hoste", body="<p>Ring</p>")
    if way == "update":
        Page.objects.filter(pk=page.pk).update(body=HOSTILE)
    elif way == "bulk_update":
        page.body = HOSTILE
        Page.objects.bulk_update([page], ["body"])
    else:
        page.pk, page.slug, page.body = None, "hoste-2", HOSTILE
        Page.objects.bulk_create([page])
    assert {stored.body for stored in Page.objects.all()} == {"<p>Ring</p>"}


def test_a_body_can_be_moved_within_the_database() -> None:
    page = make_page("Hoste", "hoste", body="<p>Ring</p>")
    Page.objects.filter(pk=page.pk).update(body=Concat("body", Value("<p>Nu</p>")))
    assert Page.objects.get().body == "<p>Ring</p><p>Nu</p>"
