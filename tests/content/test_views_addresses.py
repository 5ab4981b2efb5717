"""Addresses: language, translations, what crawlers are told, and addresses that lead nowhere."""

from __future__ import annotations

import pytest
from django.test import Client
from lxml import etree

from content.middleware import language_of
from content.models import Page
from content.sitemaps import PageSitemap
from content.suggestions import pages_like
from content.topic_pairs import topic_pairs
from tests.content.view_pages import make_page, make_topic, text, tree

pytestmark = pytest.mark.django_db

ALTERNATES = "//link[@rel='alternate']/@hreflang"
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def pair() -> tuple[Page, Page]:
    """A Danish article and its English translation."""
    danish = make_page("Influenza", "influenza", topic=make_topic())
    english = make_page("Flu", "flu", language="en", topic=make_topic("Airways", "en"), translation_of=danish)
    return danish, english


@pytest.mark.parametrize(
    ("path", "language"),
    [("/", "da"), ("/kontakt/", "da"), ("/en/", "en"), ("/en", "en"), ("/en/health/flu/", "en"), ("/engang/", "da")],
)
def test_language_is_the_first_segment_of_the_address(path: str, language: str) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("address", "language"),
    [
        ("/", "da"),
        ("/sundhed/", "da"),
        ("/emner/luftveje/", "da"),
        ("/sundhed/influenza/", "da"),
        ("/en/", "en"),
        ("/en/health/", "en"),
        ("/en/topics/airways/", "en"),
        ("/en/health/flu/", "en"),
    ],
)
def test_browser_language_changes_nothing(client: Client, pair: tuple[Page, Page], address: str, language: str) -> None:
    for wanted in ("da", "en", "de"):
        response = client.get(address, headers={"Accept-Language": wanted})

        assert response.status_code == 200
        assert tree(response).get("lang") == language
        assert response.headers["Content-Language"] == language
        assert "Accept-Language" not in response.headers.get("Vary", "")


def test_article_stands_only_at_its_own_address(client: Client, pair: tuple[Page, Page]) -> None:
    for address in ("/influenza/", "/en/influenza/", "/en/health/influenza/", "/sundhed/flu/"):
        assert client.get(address).status_code == 404


def test_address_without_its_last_slash_is_mended(client: Client, pair: tuple[Page, Page]) -> None:
    assert client.get("/sundhed/influenza").headers["Location"] == "/sundhed/influenza/"


def test_language_switch_leads_to_the_translation_both_ways(client: Client, pair: tuple[Page, Page]) -> None:
    for page, other in (pair, pair[::-1]):
        switch = tree(client.get(page.get_absolute_url())).xpath("//a[@class='languages__link']")

        assert [link.get("href") for link in switch] == [other.get_absolute_url()]
        assert [link.get("hreflang") for link in switch] == [other.language]


def test_language_switch_leads_to_the_front_page_without_a_public_translation(
    client: Client, pair: tuple[Page, Page]
) -> None:
    pair[1].status = "draft"
    pair[1].save()

    page = tree(client.get("/sundhed/influenza/"))

    assert page.xpath("//a[@class='languages__link']/@href") == ["/en/"]
    assert not page.xpath(ALTERNATES)


@pytest.mark.parametrize(("shown", "note"), [(0, "front page"), (1, "forside")])
def test_language_switch_says_in_its_readers_language_that_it_leads_to_the_front_page(
    client: Client, pair: tuple[Page, Page], shown: int, note: str
) -> None:
    page, other = pair[shown], pair[1 - shown]
    said = "//a[@class='languages__link' and @lang=$language]/*[@class='languages__note']/text()"

    with_translation = tree(client.get(page.get_absolute_url())).xpath(said, language=other.language)
    other.status = "draft"
    other.save()
    without = tree(client.get(page.get_absolute_url())).xpath(said, language=other.language)

    assert (with_translation, without) == ([], [note])


def test_canonical_and_alternate_links_are_whole_addresses(client: Client, pair: tuple[Page, Page]) -> None:
    page = tree(client.get("/en/health/flu/?ref=mail"))

    assert page.xpath("//link[@rel='canonical']/@href") == ["http://testserver/en/health/flu/"]
    assert sorted(page.xpath(ALTERNATES)) == ["da", "en", "x-default"]
    assert page.xpath("//link[@hreflang='x-default']/@href") == ["http://testserver/sundhed/influenza/"]


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        ("/emner/luftveje/", "/en/topics/airways/"),
        *((f"/chat/{bot}/", f"/en/chat/{bot}/") for bot in ("guide", "health")),
    ],
)
def test_a_topic_and_a_bot_stand_in_the_other_language_too(
    client: Client, pair: tuple[Page, Page], danish: str, english: str
) -> None:
    for here, there in ((danish, english), (english, danish)):
        page = tree(client.get(here))
        assert page.xpath("//a[@class='languages__link']/@href") == [there]
        assert sorted(page.xpath(ALTERNATES)) == ["da", "en", "x-default"]


def test_topics_are_a_pair_when_either_has_most_of_its_translated_pages_under_the_other(
    pair: tuple[Page, Page],
) -> None:
    lungs, airways = pair[0].topic, pair[1].topic
    rights, practical = make_topic("Rettigheder"), make_topic("Practical", "en")
    for number, (topic, other) in enumerate([(lungs, practical), (lungs, airways), (rights, airways)]):
        danish = make_page(f"Side {number}", f"side-{number}", topic=topic)
        make_page(f"Page {number}", f"page-{number}", topic=other, language="en", translation_of=danish)
    assert lungs and airways
    assert topic_pairs() == {lungs.pk: airways.pk, airways.pk: lungs.pk}

    Page.objects.filter(language="en", topic=airways).update(status="draft")
    assert topic_pairs() == {lungs.pk: practical.pk, practical.pk: lungs.pk}


def test_topics_have_no_list_of_their_own(client: Client) -> None:
    assert client.get("/emner/").headers["Location"] == "/sundhed/"
    assert client.get("/en/topics/").headers["Location"] == "/en/health/"


def sitemap_files(client: Client) -> list[tuple[str, list[etree._Element]]]:
    """Return the addresses of the files that the sitemap's index names, each with the entries of that file."""
    index = etree.fromstring(client.get("/sitemap.xml").content)
    files = [str(address) for address in index.xpath("//s:sitemap/s:loc/text()", namespaces=SITEMAP)]
    return [(file, etree.fromstring(client.get(file).content).findall("s:url", SITEMAP)) for file in files]


def test_sitemap_names_every_published_page_its_change_and_its_translation(
    client: Client, pair: tuple[Page, Page]
) -> None:
    make_page("Kladde", "kladde", status="draft")
    found = etree.fromstring(client.get("/sitemap.xml").content).findall("s:url", SITEMAP)
    locations = [url.findtext("s:loc", namespaces=SITEMAP) for url in found]
    urls = dict(zip(locations, found, strict=True))
    flu = urls["http://testserver/en/health/flu/"]

    assert set(locations) == {
        f"http://testserver{path}"
        for path in (
            "/", "/sundhed/", "/en/", "/en/health/",
            "/emner/luftveje/", "/en/topics/airways/",
            "/sundhed/influenza/", "/en/health/flu/",
            "/chat/guide/", "/en/chat/guide/", "/chat/health/", "/en/chat/health/",
        )
    }  # fmt: skip
    assert len(locations) == len(set(locations))
    assert flu.xpath("s:lastmod/text()", namespaces=SITEMAP)
    for danish, english in (
        ("/", "/en/"), ("/emner/luftveje/", "/en/topics/airways/"),
        ("/sundhed/influenza/", "/en/health/flu/"), ("/chat/guide/", "/en/chat/guide/"),
    ):  # fmt: skip
        both = {f"http://testserver{address}" for address in (danish, english)}
        for address in both:
            assert set(urls[address].xpath("x:link/@href", namespaces=SITEMAP)) == both


def test_a_long_sitemap_is_cut_into_files_that_the_index_names(
    client: Client, pair: tuple[Page, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PageSitemap, "limit", 2)
    for number in range(3):
        make_page(f"Side {number}", f"side-{number}")
    make_page("Side 0 in English", "side-0-in-english", language="en", translation_of=Page.objects.get(slug="side-0"))
    files = dict(sitemap_files(client))
    pages = {file: urls for file, urls in files.items() if "pages" in file}

    assert list(pages) == [f"http://testserver/sitemap-pages.xml{query}" for query in ("", "?p=2", "?p=3")]
    assert [len(urls) for urls in pages.values()] == [2, 2, 2]
    assert len({url.findtext("s:loc", namespaces=SITEMAP) for urls in pages.values() for url in urls}) == 6
    paired = [[len(url.findall("x:link", SITEMAP)) for url in urls] for urls in pages.values()]
    assert paired == [[2, 2], [2, 2], [0, 0]]
    assert client.get("/sitemap-pages.xml?p=4").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_what_asks_for_an_icon_without_looking_is_led_to_it(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 301
    assert client.get(response.url).headers["Content-Type"] == "image/svg+xml"


def test_robots_txt_names_the_sitemap(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"].startswith("text/plain")
    assert "Sitemap: http://testserver/sitemap.xml" in response.content.decode()
    assert "Disallow: /admin/" in response.content.decode()
    assert "chat" not in response.content.decode()  # Who looks for somebody to ask may find the bots' own pages.


def test_misspelt_address_gets_suggestions_and_a_way_on(client: Client, pair: tuple[Page, Page]) -> None:
    response = client.get("/sundhed/influensa/")
    page = tree(response)

    assert response.status_code == 404
    assert text(page, "//section[@aria-labelledby='suggestions-title']//a") == "Influenza"
    assert {"/", "/sundhed/"} <= set(page.xpath("//section[@aria-labelledby='onwards-title']//a/@href"))
    assert "62 00 40 00" in text(page, "//section[@aria-labelledby='onwards-title']")


def test_lost_visitor_under_en_is_answered_in_english(client: Client) -> None:
    response = client.get("/en/nowhere/")

    assert response.status_code == 404
    assert tree(response).get("lang") == "en"


STRANGE = ["/%00/", "/sundhed/%27%22%3E%3Cscript%3E/", "/" + "a" * 3000 + "/", "/æøå/", "/..%2f/"]


@pytest.mark.parametrize("path", STRANGE)
def test_strange_addresses_are_answered_calmly(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert b"<script>" not in response.content


def test_suggestions_hold_only_published_pages_of_the_language(pair: tuple[Page, Page]) -> None:
    make_page("Influenzavaccine", "influenzavaccine", status="draft")

    assert [page.slug for page in pages_like("/sundhed/influensa/", "da")] == ["influenza"]
    assert pages_like("/en/health/influensa/", "en") == []
    assert pages_like("/", "da") == []


def test_failure_page_needs_neither_database_nor_context(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr("content.views.render", fail)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert "Der er sket en fejl hos os" in response.content.decode()
    assert "tel:112" in response.content.decode()
