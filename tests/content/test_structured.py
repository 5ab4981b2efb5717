"""What search engines, other sites and readers of feeds are told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from content.models import Page
from tests.content.view_pages import make_page, make_topic, tree

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def structured(client: Client, address: str) -> Any:
    (block,) = tree(client.get(address)).xpath("//script[@type='application/ld+json']/text()")
    return json.loads(block)


def meta(client: Client, address: str) -> dict[str, str]:
    return {
        one.get("property"): one.get("content")
        for one in tree(client.get(address)).xpath("//meta[starts-with(@property, 'og:')]")
    }


def test_an_article_says_that_it_is_medical_and_when_it_was_last_reviewed(client: Client) -> None:
    make_page(
        "Hoste",
        "hoste",
        topic=make_topic(),
        reviewed_on=date(2026, 3, 4),
        reviewed_by="Karin Holm, speciallæge",
        sources=[{"title": "SSI", "url": "https://www.ssi.dk/"}],
    )
    data = structured(client, "/sundhed/hoste/")

    assert data["@type"] == "MedicalWebPage"
    assert data["lastReviewed"] == "2026-03-04"
    assert data["reviewedBy"] == {"@type": "Person", "name": "Karin Holm", "jobTitle": "speciallæge"}
    assert data["citation"] == [{"@type": "CreativeWork", "name": "SSI", "url": "https://www.ssi.dk/"}]
    assert data["inLanguage"] == "da"
    steps = [step["item"] for step in data["breadcrumb"]["itemListElement"]]
    assert steps[0] == "http://testserver/"
    assert steps[-1] == data["url"] == "http://testserver/sundhed/hoste/"


def test_a_page_without_a_review_claims_none_and_a_site_page_is_not_medical(client: Client) -> None:
    make_page("Hoste", "hoste")
    make_page("Kontakt", "kontakt", kind="page")

    assert not {"lastReviewed", "reviewedBy"} & structured(client, "/sundhed/hoste/").keys()
    assert structured(client, "/kontakt/")["@type"] == "WebPage"
    assert {one["@type"] for one in structured(client, "/")["@graph"]} == {"MedicalOrganization", "WebSite"}


def test_no_title_ends_the_block_of_data(client: Client) -> None:
    evil = "</script><script>alert(1)</script>&amp;"
    make_page(evil, "farlig")
    response = client.get("/sundhed/farlig/")

    assert structured(client, "/sundhed/farlig/")["name"] == evil
    assert "<script>alert" not in response.content.decode()


def test_a_shared_link_shows_what_the_page_is_about(client: Client) -> None:
    make_page("Hoste", "hoste", summary="Hoste går over.")
    said = meta(client, "/sundhed/hoste/")

    assert said["og:title"] == "Hoste"
    assert said["og:description"] == "Hoste går over."
    assert said["og:url"] == "http://testserver/sundhed/hoste/"
    assert said["og:locale"] == "da_DK"
    assert said["og:image"].startswith("http://testserver/static/site/share")
    assert "bakker" in said["og:image:alt"]
    assert meta(client, "/en/")["og:locale"] == "en_GB"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Sundhedscenter Åvang"),
        ("/sundhed/", "Sygdom og sundhed"),
        ("/sundhed/?sort=title", "Sygdom og sundhed: Fra A til Å"),
        ("/emner/luftveje/", "Luftveje"),
        ("/chat/guide/", "Vejviseren"),
        ("/en/chat/health/", "Health Bot"),
    ],
)
def test_what_is_shared_says_the_same_of_a_page_as_search_engines_do(client: Client, address: str, title: str) -> None:
    make_page("Hoste", "hoste", topic=make_topic())
    said = meta(client, address)
    head = tree(client.get(address)).head

    assert said["og:title"] == title
    assert head.findtext("title") in (title, f"{title} – Sundhedscenter Åvang")
    assert [said["og:description"]] == head.xpath("meta[@name='description']/@content")
    general = meta(client, "/")["og:description"]
    assert (said["og:description"] == general) == (address == "/")


def test_the_feed_has_changed_pages_of_its_language_the_last_first(client: Client) -> None:
    make_page("Hoste", "hoste", topic=make_topic(), summary="Hoste <går> over.")
    make_page("Feber", "feber")
    make_page("Fever", "fever", language="en")
    make_page("Kladde", "kladde", status="draft")
    Page.objects.get(slug="hoste").save()
    response = client.get("/aendringer.atom")
    feed = etree.fromstring(response.content)

    assert response.headers["Content-Type"].startswith("application/atom+xml")
    assert feed.xpath("//a:entry/a:title/text()", namespaces=ATOM) == ["Hoste", "Feber"]
    assert feed.xpath("//a:entry/a:summary/text()", namespaces=ATOM)[0] == "Hoste <går> over."
    assert feed.xpath("//a:entry/a:category/@term", namespaces=ATOM) == ["Luftveje"]
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "da"
    english = etree.fromstring(client.get("/en/changes.atom").content)
    assert english.xpath("//a:entry/a:title/text()", namespaces=ATOM) == ["Fever"]


def test_a_page_that_came_out_later_than_it_was_written_is_new_in_the_feed_when_it_comes_out(client: Client) -> None:
    now = timezone.now()
    for slug, changed, out in (("gammel", 40, None), ("planlagt", 90, 2), ("senere", 1, -5), ("rettet", 5, 60)):
        make_page(slug.title(), slug, publish_at=out and now - timedelta(days=out))
        made = now - timedelta(days=max(changed, 90))
        Page.objects.filter(slug=slug).update(created_at=made, updated_at=now - timedelta(days=changed))
    feed = etree.fromstring(client.get("/aendringer.atom").content)
    shown = {
        entry.findtext("a:title", namespaces=ATOM): entry.findtext("a:updated", namespaces=ATOM)[:10]
        for entry in feed.findall("a:entry", ATOM)
    }

    assert list(shown) == ["Planlagt", "Rettet", "Gammel"]
    for title, days in (("Planlagt", 2), ("Rettet", 5), ("Gammel", 40)):
        assert shown[title] == (now - timedelta(days=days)).date().isoformat()
    scheduled = structured(client, "/sundhed/planlagt/")
    assert scheduled["dateModified"] == scheduled["datePublished"]


def test_days_are_those_of_the_clock_in_denmark(client: Client) -> None:
    make_page("Hoste", "hoste")
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    Page.objects.filter(slug="hoste").update(created_at=late, updated_at=late)
    data = structured(client, "/sundhed/hoste/")

    assert data["datePublished"] == data["dateModified"] == "2026-07-02"


def test_every_page_names_the_feed_of_its_language(client: Client) -> None:
    for address, feed in (("/", "/aendringer.atom"), ("/en/", "/en/changes.atom")):
        assert tree(client.get(address)).xpath("//link[@type='application/atom+xml']/@href") == [feed]


def test_an_unchanged_feed_is_not_sent_again(client: Client) -> None:
    make_page("Hoste", "hoste")
    etag = client.get("/aendringer.atom").headers["ETag"]

    assert client.get("/aendringer.atom", headers={"If-None-Match": etag}).status_code == 304
