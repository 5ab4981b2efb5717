from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from chatbots.search import finding, views
from content.models import Page
from tests.content.view_pages import make_page, text, tree

ADDRESS = "/soeg/"


def search(client: Client, words: str, address: str = ADDRESS, **fields: Any) -> HttpResponse:
    return client.post(address, {"words": words} | fields)


def titles(response: HttpResponse) -> list[str]:
    return [heading.text_content().strip() for heading in tree(response).xpath("//li[@class='hit']/h3")]


@pytest.mark.usefixtures("indexed")
def test_the_form_posts_so_that_the_words_stand_in_no_address(client: Client) -> None:
    page = tree(client.get(ADDRESS))

    forms = page.xpath("//form[@role='search']")
    assert [form.get("method") for form in forms] == ["post"]
    assert "skoldkopper" not in str(page.xpath("//@href"))
    assert client.get(f"{ADDRESS}?words=skoldkopper").status_code == 200
    assert titles(client.get(f"{ADDRESS}?words=skoldkopper")) == []


@pytest.mark.usefixtures("indexed")
def test_results_are_shown_without_a_script_and_kept_by_no_cache(client: Client) -> None:
    response = search(client, "skoldkopper")
    page = tree(response)

    assert titles(response)[0] == "Skoldkopper"
    assert text(page, "//h2[@id='search-count']") == "2 resultater for “skoldkopper”"
    assert "no-store" in response.headers["Cache-Control"]
    assert "skoldkopper" not in text(page, "//title").lower()
    assert page.xpath("//input[@id='search-words']/@value") == ["skoldkopper"]
    assert page.xpath("//mark")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]


@pytest.mark.usefixtures("indexed")
def test_the_empty_page_may_be_kept_and_sets_no_cookie(client: Client) -> None:
    first, again = client.get(ADDRESS), client.get(ADDRESS)

    assert not first.cookies
    assert first.content == again.content
    assert "no-store" not in first.headers["Cache-Control"]


@pytest.mark.usefixtures("indexed")
def test_what_a_visitor_types_is_text_and_never_markup(client: Client) -> None:
    evil = "<script>alert(1)</script> skoldkopper\"'><img src=x onerror=alert(1)>"
    page = tree(search(client, evil))

    assert not page.xpath("//img[@src='x'] | //script[contains(., 'alert')]")
    assert page.xpath("//input[@id='search-words']/@value") == [evil]


def test_titles_and_passages_are_text_and_never_markup(client: Client, pages: dict[str, Page]) -> None:
    Page.objects.filter(slug="hoste").update(title="<b>Hoste</b>", summary="<img src=x onerror=alert(1)> hoste")
    response = search(client, "hoste")

    assert titles(response) == ["<b>Hoste</b>"]
    assert not tree(response).xpath("//img[@src='x']")


@pytest.mark.usefixtures("indexed")
def test_results_are_narrowed_by_kind_and_by_topic(client: Client) -> None:
    assert titles(search(client, "skoldkopper", kind="page")) == ["Sundhedsplejen"]
    assert titles(search(client, "skoldkopper", kind="health")) == ["Skoldkopper"]
    assert len(titles(search(client, "skoldkopper", topic="boern"))) == 2
    page = tree(search(client, "skoldkopper", kind="page"))
    assert text(page, "//button[@name='kind' and @aria-pressed='true']") == "Om centret 1"


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("fields", [{"kind": "x"}, {"side": "0"}, {"side": "-1"}, {"side": "abc"}, {"topic": "a b"}])
def test_a_form_that_no_browser_sends_is_answered_with_the_page(client: Client, fields: dict[str, str]) -> None:
    assert search(client, "skoldkopper", **fields).status_code == 400


@pytest.mark.usefixtures("indexed")
def test_a_page_beyond_the_last_is_the_last_and_an_unknown_topic_is_none(client: Client) -> None:
    assert len(titles(search(client, "skoldkopper", side="99"))) == 2
    assert len(titles(search(client, "skoldkopper", topic="findes-ikke"))) == 2


def test_long_lists_are_shown_ten_at_a_time(client: Client, db: None) -> None:
    for number in range(23):
        Page.objects.create(
            title=f"Eksem {number}", slug=f"eksem-{number}", kind="health", status="published", summary="Om eksem."
        )
    first, last = search(client, "eksem"), search(client, "eksem", side="3")

    assert len(titles(first)) == 10
    assert len(titles(last)) == 3
    assert text(tree(first), "//form[@class='pager']/span") == "Side 1 af 3"
    assert tree(last).xpath("//ol[@class='hits']/@start") == ["21"]
    assert not set(titles(first)) & set(titles(last))


@pytest.mark.usefixtures("indexed")
def test_nothing_found_leads_on(client: Client) -> None:
    page = tree(search(client, "qwrtz xcvbn"))

    assert text(page, "//h2[@id='search-count']") == "Ingen sider om “qwrtz xcvbn”"
    assert page.xpath("//div[@class='search-none']//a[@href='/sundhed/']")
    assert page.xpath("//form[@data-ask-bot]")
    assert page.xpath("//div[@class='search-none']//a[@class='phone']")


@pytest.mark.usefixtures("indexed")
def test_pages_that_do_not_name_what_was_searched_for_are_headed_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MEANS_IT", -99.0)  # whatever is nearest
    for words, address, head in (
        ("klamydia", ADDRESS, "Ingen sider nævner “klamydia”. Måske kan disse hjælpe:"),
        ("chlamydia", "/en/search/", "No pages mention “chlamydia”. Perhaps these can help:"),
    ):
        response = search(client, words, address)
        assert titles(response)
        assert text(tree(response), "//h2[@id='search-count']") == head


@pytest.mark.usefixtures("indexed")
def test_a_phone_number_in_an_excerpt_stays_on_one_line(client: Client) -> None:
    make_page("Lægevagt", "laegevagt", body="<p>Lægevagten har telefon 70 11 07 07 døgnet rundt.</p>")
    call_command("reindex", verbosity=0, stdout=io.StringIO())

    (number,) = tree(search(client, "lægevagten 70")).xpath("//p[@class='hit__text']//span[@class='phone']")
    assert number.text_content() == "70 11 07 07"
    assert [mark.text for mark in number.xpath("./mark")] == ["70"]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("words", ["ikke", "kan ikke", "virker ikke"])
def test_words_that_tell_nothing_show_no_help_card(client: Client, words: str) -> None:
    assert not tree(search(client, words)).xpath("//section[contains(@class, 'help-card')]")


@pytest.mark.parametrize(("words", "status"), [("", 400), ("   ", 400), ("æ" * 301, 400), ("æ" * 300, 200)])
@pytest.mark.usefixtures("indexed")
def test_empty_and_endless_searches_are_refused_kindly(client: Client, words: str, status: int) -> None:
    response = search(client, words)

    assert response.status_code == status
    assert bool(tree(response).xpath("//main//*[@role='alert']")) == (status == 400)


@pytest.mark.usefixtures("indexed")
def test_an_emergency_shows_the_help_card_before_any_result(client: Client) -> None:
    page = tree(search(client, "min mor er bevidstløs og trækker ikke vejret"))

    numbers = page.xpath("//section[contains(@class, 'help-card')]//a/@href")
    assert "tel:112" in numbers
    order = [heading.get("id") for heading in page.xpath("//main//h2")]
    assert order[0] == "help-card-title"
    assert not tree(search(client, "åbningstider")).xpath("//section[contains(@class, 'help-card')]")


@pytest.mark.usefixtures("indexed")
def test_a_search_goes_on_when_no_help_card_can_be_looked_for(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(words: str) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(views, "assess", broken)

    assert titles(search(client, "skoldkopper"))[0] == "Skoldkopper"
    assert "skoldkopper" not in caplog.text


@pytest.mark.usefixtures("indexed")
def test_a_cpr_number_is_taken_out_and_neither_shown_nor_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    response = search(client, "skoldkopper 010190-1234")

    assert "010190" not in response.content.decode()
    assert "taget noget ud af det, du søgte på" in response.content.decode()
    assert titles(response)[0] == "Skoldkopper"
    assert "010190" not in caplog.text
    assert "skoldkopper" not in caplog.text


@pytest.mark.usefixtures("pages")
def test_without_an_index_the_page_says_what_it_cannot_do(client: Client) -> None:
    response = search(client, "skoldkopper")

    assert titles(response)[0] == "Skoldkopper"
    assert "kun ord i titler og resuméer" in response.content.decode()


@pytest.mark.usefixtures("indexed")
def test_the_words_can_be_handed_to_a_bot_the_fitting_one_first(client: Client, settings: LazySettings) -> None:
    health = tree(search(client, "skoldkopper")).xpath("//form[@data-ask-bot]")
    site = tree(search(client, "åbningstider")).xpath("//form[@data-ask-bot]")

    assert [form.get("data-ask-bot") for form in health] == ["health", "guide"]
    assert [form.get("data-ask-bot") for form in site] == ["guide", "health"]
    assert health[0].get("action") == "/chat/health/#seneste"
    assert health[0].xpath(".//input[@name='message']/@value") == ["skoldkopper"]
    settings.SITE_ASK_PATHS = {}
    assert not tree(search(client, "skoldkopper")).xpath("//form[@data-ask-bot]")


@pytest.mark.usefixtures("indexed")
def test_a_script_gets_the_results_alone(client: Client) -> None:
    response = client.post(ADDRESS, {"words": "skoldkopper"}, headers={"X-Fragment": "results"})

    assert "<html" not in response.content.decode()
    assert "Skoldkopper" in response.content.decode()


@pytest.mark.usefixtures("indexed")
def test_english_pages_are_searched_at_the_english_address_in_english(client: Client) -> None:
    page = tree(search(client, "common cold", "/en/search/"))

    assert page.get("lang") == "en"
    assert page.xpath("//li[@class='hit']/h3/a/@href") == ["/en/health/common-cold/"]
    assert "/soeg/" in page.xpath("//link[@rel='alternate']/@href")[0]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("address", ["/soeg/", "/soeg/forslag/"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "https://et-andet-sted.example"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_another_site_cannot_send_the_form(address: str, headers: dict[str, str], status: int) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post(address, {"words": "skoldkopper"}, headers=headers).status_code == status


@pytest.mark.usefixtures("indexed")
def test_too_many_searches_from_one_address_are_asked_to_wait(client: Client, settings: LazySettings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "2/min"}
    statuses = [search(client, "skoldkopper").status_code for _time in range(3)]

    assert statuses == [200, 200, 429]
    assert int(search(client, "skoldkopper").headers["Retry-After"]) >= 1
    assert client.post("/soeg/forslag/", {"words": "sk"}).status_code == 200


@pytest.mark.usefixtures("pages")
def test_suggestions_lead_to_their_pages(client: Client) -> None:
    response = client.post("/soeg/forslag/", {"words": "skold"})

    assert response.json()["suggestions"] == [
        {"text": "Skoldkopper", "url": "/sundhed/skoldkopper/", "page": "", "kind": "health"},
        {
            "text": "Hvor længe smitter skoldkopper?",
            "url": "/sundhed/skoldkopper/",
            "page": "Skoldkopper",
            "kind": "health",
        },
    ]
    assert "no-store" in response.headers["Cache-Control"]
    assert client.get("/soeg/forslag/").status_code == 405
    assert client.post("/en/search/forslag/", {"words": "common"}).json()["suggestions"][0]["text"] == "Common cold"


@pytest.mark.usefixtures("indexed")
def test_every_page_has_one_search_box(client: Client, settings: LazySettings) -> None:
    for address in (
        "/",
        "/en/",
        "/sundhed/",
        "/sundhed/hoste/",
        "/aabningstider/",
        "/emner/boern/",
        "/findes-ikke/",
        ADDRESS,
    ):
        boxes = tree(client.get(address)).xpath("//form[@role='search']")
        assert [box.get("action") for box in boxes] == ["/en/search/" if address == "/en/" else ADDRESS], address
    settings.SITE_SEARCH_PATHS = {}
    assert not tree(client.get("/")).xpath("//form[@role='search']")


@pytest.mark.usefixtures("indexed")
def test_english_words_that_only_a_danish_page_has_lead_there_and_nothing_else_is_claimed(client: Client) -> None:
    page = tree(search(client, "chickenpox", "/en/search/"))

    said = text(page, "//h2[@id='search-count']")
    assert said == "No pages in English mention “chickenpox”, but pages in Danish do:"
    assert titles(search(client, "chickenpox", "/en/search/"))[0] == "Skoldkopper"
    assert not page.xpath("//h2[@id='search-foreign']")
    assert page.xpath("//section[@aria-labelledby='search-count']//li[@class='hit']//*[@lang='da']")
