"""What a visitor meets on each kind of page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.content.view_pages import BODY, make_page, make_topic, text, tree

pytestmark = pytest.mark.django_db

SOURCES = [{"title": "Statens Serum Institut", "url": "https://www.ssi.dk/"}]


def test_front_page_shows_tasks_emergency_numbers_topics_and_newest_articles(client: Client) -> None:
    make_page("Åbningstider", "aabningstider", kind="page")
    make_page("Influenza", "influenza", topic=make_topic())

    page = tree(client.get("/"))

    assert "Åbningstider" in text(page, "//nav[@class='tasks']")
    assert {"tel:112", "tel:+4570110707"} <= set(page.xpath("//section[@class='emergency']//a/@href"))
    assert "Luftveje 1 artikel" in text(page, "//ul[@class='topics']")
    assert "Influenza" in text(page, "//section[@aria-labelledby='newest-title']")


@pytest.mark.parametrize("address", ["/", "/en/health/"])
def test_the_emergency_box_has_the_numbers_of_the_settings(
    client: Client, settings: LazySettings, address: str
) -> None:
    shown = [
        (settings.SITE_OUT_OF_HOURS_PHONE, "tel:+4570110707"),
        (settings.SITE_POISON_PHONE, "tel:+4582121212"),
        (settings.SITE_CRISIS_PHONE, "tel:+4570201201"),
    ]
    links = "//section[@class='emergency']//a"

    assert [(link.text, link.get("href")) for link in tree(client.get(address)).xpath(links)][1:] == shown
    settings.SITE_POISON_PHONE = "11 22 33 44"
    assert "tel:+4511223344" in tree(client.get(address)).xpath(f"{links}/@href")


def test_front_page_puts_the_latest_reviewed_article_first(client: Client) -> None:
    make_page("Ældst", "aeldst", reviewed_on=date(2025, 1, 1))
    make_page("Nyest", "nyest", reviewed_on=date(2026, 1, 1))

    assert tree(client.get("/")).xpath("//section[@aria-labelledby='newest-title']//h3/a/text()") == ["Nyest", "Ældst"]


def test_topic_without_published_articles_is_not_offered(client: Client) -> None:
    make_page("Influenza", "influenza", topic=make_topic(), status="draft")

    assert "Luftveje" not in client.get("/").content.decode()


def test_health_front_lists_every_article_by_topic(client: Client) -> None:
    topic = make_topic()
    make_page("Influenza", "influenza", topic=topic)
    make_page("Hoste", "hoste", topic=topic)
    make_page("Uden emne", "uden-emne")
    make_page("Kladde", "kladde", status="draft")

    page = tree(client.get("/sundhed/"))

    assert text(page, "//section[@id='luftveje']//li") == "Hoste Influenza"
    assert "Uden emne" in text(page, "//main")
    assert "Kladde" not in text(page, "//main")


def test_all_articles_stand_by_letter_too(client: Client) -> None:
    make_page("Øjenbetændelse", "oejenbetaendelse")
    make_page("Astma", "astma", topic=make_topic())
    make_page("Kladde", "kladde", status="draft")

    page = tree(client.get("/sundhed/?sort=title"))
    letters = page.xpath("//nav[@class='letters']//li")

    assert [letter.text_content() for letter in letters][-3:] == ["Æ", "Ø", "Å"]
    assert page.xpath("//nav[@class='letters']//a/@href") == ["#a", "#oe"]
    assert text(page, "//*[@id='a' or @id='oe']") == "A Astma Ø Øjenbetændelse"
    assert "Kladde" not in text(page, "//main")
    assert page.xpath("//title/text()")[0].startswith("Sygdom og sundhed: Fra A til Å – ")


def test_by_topic_and_by_letter_lead_to_each_other_and_are_one_page_to_a_search_engine(client: Client) -> None:
    make_page("Astma", "astma")
    order = "//nav[@class='order']//a"

    for address, current in (("/sundhed/", "Efter emne"), ("/sundhed/?sort=title", "Fra A til Å")):
        page = tree(client.get(address))
        assert page.xpath(f"{order}/@href") == ["/sundhed/#_liste", "/sundhed/?sort=title#_liste"]
        assert page.xpath("//*[@id='_liste']")
        assert page.xpath(f"{order}[@aria-current='page']/text()") == [current]
        assert page.xpath("//link[@rel='canonical']/@href") == ["http://testserver/sundhed/"]
        assert page.xpath("//link[@hreflang='en']/@href") == ["http://testserver/en/health/"]


def test_by_letter_leads_to_the_other_language_by_letter(client: Client) -> None:
    for address, other in (("/sundhed/", "/en/health/"), ("/en/health/", "/sundhed/")):
        page = tree(client.get(f"{address}?sort=title"))
        assert page.xpath("//a[@class='languages__link']/@href") == [f"{other}?sort=title"]


def test_by_letter_says_where_there_is_nothing_yet(client: Client) -> None:
    page = tree(client.get("/sundhed/?sort=title"))

    assert "Der er ingen artikler endnu." in text(page, "//main")
    assert not page.xpath("//nav[@class='letters']//a")


def test_topic_page_lists_its_articles_and_site_pages(client: Client) -> None:
    topic = make_topic()
    make_page("Influenza", "influenza", topic=topic)
    make_page("Lungehold", "lungehold", topic=topic, kind="page")
    make_page("Stress", "stress")

    page = tree(client.get("/emner/luftveje/"))

    assert text(page, "//section[@aria-labelledby='articles-title']//h3") == "Influenza"
    assert text(page, "//section[@aria-labelledby='pages-title']//h3") == "Lungehold"
    assert "Stress" not in text(page, "//main")


def test_article_shows_where_it_comes_from(client: Client) -> None:
    due = timezone.localdate() + timedelta(days=365)
    make_page(
        "Influenza",
        "influenza",
        sources=SOURCES,
        reviewed_by="Anne Dahl, læge",
        reviewed_on=date(2026, 3, 12),
        review_due=due,
    )

    page = tree(client.get("/sundhed/influenza/"))
    provenance = text(page, "//*[@class='provenance']")

    assert "Senest gennemgået 12. marts 2026" in provenance
    assert "Anne Dahl, læge" in provenance
    assert f"Næste gennemgang {due.day}. " in provenance
    assert page.xpath("//*[@class='provenance']//li/a/@href") == ["https://www.ssi.dk/"]
    assert not page.xpath("//*[@class='notice']")


def test_site_page_shows_its_sources_and_review_where_it_has_them(client: Client) -> None:
    reviewed = {"sources": SOURCES, "reviewed_by": "Sekretariatet", "reviewed_on": date(2026, 3, 12)}
    make_page("Klage", "klage", kind="page", **reviewed)
    make_page("Find vej", "find-vej", kind="page", review_due=date(2027, 1, 1))

    page = tree(client.get("/klage/"))
    provenance = text(page, "//*[@class='provenance']")

    assert provenance.startswith("Om denne side Senest gennemgået 12. marts 2026 Gennemgået af Sekretariatet Kilder ")
    assert page.xpath("//*[@class='provenance']//li/a/@href") == ["https://www.ssi.dk/"]
    assert "kan ikke erstatte en læge" not in provenance
    assert not tree(client.get("/find-vej/")).xpath("//*[@class='provenance']")


def test_article_that_should_have_been_reviewed_says_so(client: Client) -> None:
    make_page("Influenza", "influenza", reviewed_on=date(2024, 1, 1), review_due=date(2025, 1, 1))

    notice = text(tree(client.get("/sundhed/influenza/")), "//*[@class='notice']")

    assert "1. januar 2025" in notice


def test_table_of_contents_leads_to_each_section(client: Client) -> None:
    make_page("Influenza", "influenza", body=BODY)

    page = tree(client.get("/sundhed/influenza/"))
    anchors = [href.removeprefix("#") for href in page.xpath("//nav[@class='contents']//a/@href")]

    assert len(anchors) == 3
    assert anchors == page.xpath("//div[@class='prose']//h2/@id")
    assert text(page, "//nav[@class='contents']//a") == "Symptomer Behandling Hvornår skal du søge læge?"


def test_short_text_has_no_table_of_contents(client: Client) -> None:
    make_page("Influenza", "influenza", body="<h2>Symptomer</h2><p>Feber.</p>")

    assert not tree(client.get("/sundhed/influenza/")).xpath("//nav[@class='contents']")


def test_article_leads_on_to_others_of_its_topic(client: Client) -> None:
    topic = make_topic()
    make_page("Influenza", "influenza", topic=topic)
    make_page("Hoste", "hoste", topic=topic)
    make_page("Kladde", "kladde", topic=topic, status="draft")
    make_page("Stress", "stress")

    assert text(tree(client.get("/sundhed/influenza/")), "//section[@class='related']//h3") == "Hoste"


def test_article_without_topic_has_no_related_articles(client: Client) -> None:
    make_page("Influenza", "influenza")
    make_page("Stress", "stress")

    assert not tree(client.get("/sundhed/influenza/")).xpath("//section[@class='related']")


def test_breadcrumb_of_an_article_goes_through_its_topic(client: Client) -> None:
    make_page("Influenza", "influenza", topic=make_topic())

    page = tree(client.get("/sundhed/influenza/"))

    assert page.xpath("//nav[@class='breadcrumb']//a/@href") == ["/", "/sundhed/", "/emner/luftveje/"]
    assert text(page, "//nav[@class='breadcrumb']//*[@aria-current]") == "Influenza"


def test_breadcrumb_of_a_site_page_follows_the_tree_and_skips_what_visitors_cannot_see(client: Client) -> None:
    top = make_page("Kontakt", "kontakt", kind="page")
    hidden = make_page("Skjult", "skjult", kind="page", parent=top, status="draft")
    make_page("Parkering", "parkering", kind="page", parent=hidden)

    page = tree(client.get("/parkering/"))

    assert page.xpath("//nav[@class='breadcrumb']//a/@href") == ["/", "/kontakt/"]


def test_site_page_shows_its_published_children_in_the_editors_order(client: Client) -> None:
    top = make_page("Kontakt", "kontakt", kind="page")
    make_page("Parkering", "parkering", kind="page", parent=top, order=2)
    make_page("Åbningstider", "aabningstider", kind="page", parent=top, order=1)
    make_page("Kladde", "kladde", kind="page", parent=top, status="draft")

    assert text(tree(client.get("/kontakt/")), "//section[@class='children']//h3") == "Åbningstider Parkering"


def test_menu_is_the_tree_of_published_site_pages(client: Client) -> None:
    top = make_page("Kontakt", "kontakt", kind="page", order=2)
    make_page("Tilbud", "tilbud", kind="page", order=1)
    make_page("Åbningstider", "aabningstider", kind="page", parent=top)
    make_page("Kladde", "kladde", kind="page", status="draft")
    make_page("Contact", "contact", kind="page", language="en")

    menu = tree(client.get("/kontakt/")).xpath("//*[@class='menu__list']")[0]

    assert menu.xpath(".//a/@href") == ["/sundhed/", "/tilbud/", "/kontakt/", "/aabningstider/"]
    assert menu.xpath(".//a[@aria-current='page']/@href") == ["/kontakt/"]
    assert menu.xpath("./li[3]/ul/li/a/@href") == ["/aabningstider/"]


@pytest.mark.parametrize(
    "address", ["/", "/sundhed/", "/sundhed/?sort=title", "/emner/luftveje/", "/sundhed/sygdom-0/", "/side-0/"]
)
def test_number_of_queries_does_not_grow_with_the_site(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    topic = make_topic()
    top = make_page("Top", "top", kind="page")
    for number in range(12):
        make_page(f"Sygdom {number}", f"sygdom-{number}", topic=topic)
        make_page(f"Side {number}", f"side-{number}", kind="page", parent=top)

    with django_assert_max_num_queries(9):
        assert client.get(address).status_code == 200


def test_pages_set_no_cookie_and_look_up_no_session(client: Client) -> None:
    make_page("Influenza", "influenza")

    response = client.get("/sundhed/influenza/")

    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_unchanged_page_is_not_sent_twice_and_an_edit_shows_at_once(client: Client) -> None:
    page = make_page("Influenza", "influenza", body="<p>Før.</p>")
    first = client.get("/sundhed/influenza/")
    again = client.get("/sundhed/influenza/", headers={"If-None-Match": first.headers["ETag"]})
    page.body = "<p>Efter.</p>"
    page.save()
    edited = client.get("/sundhed/influenza/", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert edited.status_code == 200
    assert "Efter." in edited.content.decode()


def test_other_methods_than_reading_are_refused(client: Client) -> None:
    make_page("Influenza", "influenza")

    assert client.head("/sundhed/influenza/").status_code == 200
    assert client.post("/sundhed/influenza/").status_code == 405
