"""The markup of every page: what the content policy asks for, and what assistive technology needs."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from lxml import html

from content.rendering import Heading, render_body
from tests.content.view_pages import BODY, make_editor, make_page, make_topic, text, tree

ADDRESSES = [
    "/",
    "/en/",
    "/sundhed/",
    "/en/health/",
    "/emner/luftveje/",
    "/sundhed/influenza/",
    "/kontakt/",
    "/aabningstider/",
    "/findes-ikke/",
]


EXTRA = "<p id='extra'>{{ page }} {{ request.path }}</p>"


@pytest.fixture(params=[pytest.param(True, id="with chat"), pytest.param(False, id="without chat")])
def with_chat(request: pytest.FixtureRequest, settings: LazySettings) -> bool:
    """The site as it is, and as it is with the bots taken out."""
    if not request.param:
        settings.SITE_BODY_END_TEMPLATES = []
        settings.SITE_ASK_PATHS = {}
    return request.param


@pytest.fixture
def small_site(db: None) -> None:
    """One of everything."""
    make_page(
        "Influenza",
        "influenza",
        topic=make_topic(),
        body=BODY,
        sources=[{"title": "SSI", "url": "https://www.ssi.dk/"}],
    )
    top = make_page("Kontakt", "kontakt", kind="page")
    make_page("Åbningstider", "aabningstider", kind="page", parent=top)


def assert_nothing_inline(response: HttpResponse) -> None:
    page = tree(response)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    # A block of data is no script: no browser runs it.
    assert not page.xpath("//style | //*[@style] | //@*[starts-with(name(), 'on')]")
    assert not page.xpath("//script[not(@src or @type='application/ld+json')]")
    loaded = page.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src | //source/@srcset")
    assert all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("small_site")
def test_page_has_nothing_inline_and_loads_only_from_the_site(client: Client, address: str, with_chat: bool) -> None:
    assert_nothing_inline(client.get(address))


@pytest.mark.usefixtures("small_site")
def test_failure_page_has_nothing_inline(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.views.render", None)
    client.raise_request_exception = False

    assert_nothing_inline(client.get("/"))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("small_site")
def test_page_has_one_heading_one_main_a_title_and_no_id_twice(client: Client, address: str) -> None:
    page = tree(client.get(address))
    ids = Counter(page.xpath("//*[not(ancestor::template)]/@id"))

    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == 1
    assert text(page, "//title")
    assert page.xpath("//meta[@name='description']/@content") != [""]
    assert [name for name, count in ids.items() if count > 1] == []
    assert page.xpath("//a[@class='skip-link']/@href") == ["#indhold"]
    assert page.xpath("//main/@id") == ["indhold"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("small_site")
def test_every_label_by_reference_leads_to_something_and_headings_skip_no_level(client: Client, address: str) -> None:
    page = tree(client.get(address))
    ids = set(page.xpath("//@id"))
    references = page.xpath("//main//@aria-labelledby | //header//@aria-labelledby | //footer//@aria-labelledby")
    levels = [int(heading.tag[1]) for heading in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]

    assert set(references) <= ids
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.usefixtures("small_site")
def test_what_other_apps_add_comes_last_and_knows_the_page(client: Client, settings: LazySettings) -> None:
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": settings.TEMPLATES[0]["DIRS"],
            "OPTIONS": {
                "context_processors": settings.TEMPLATES[0]["OPTIONS"]["context_processors"],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"extra.html": EXTRA}),
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ]
    settings.SITE_BODY_END_TEMPLATES = ["extra.html"]

    extra = tree(client.get("/sundhed/influenza/")).xpath("//body/*")[-1]

    assert extra.get("id") == "extra"
    assert extra.text == "Influenza /sundhed/influenza/"
    assert text(tree(client.get("/")), "//*[@id='extra']") == "None /"


@pytest.mark.usefixtures("small_site")
def test_titles_and_summaries_are_text_and_never_markup(client: Client) -> None:
    make_page("<script>alert(1)</script>", "farlig", kind="page", summary="<img src=x onerror=alert(1)>")
    client.force_login(make_editor("view_sitepage"))

    assert_nothing_inline(client.get("/farlig/"))


def test_each_heading_opens_a_passage_that_holds_what_follows_it() -> None:
    body = render_body('<p>Først.</p><h2 id="a">A</h2><p>En.</p><h3 id="b">B</h3><ul><li>To</li></ul>')

    assert body.html == (
        '<div class="passage passage--lead" id="_indledning"><p>Først.</p></div>'
        '<div class="passage passage--h2"><h2 id="a">A</h2><p>En.</p></div>'
        '<div class="passage passage--h3"><h3 id="b">B</h3><ul><li>To</li></ul></div>'
    )
    assert body.headings == (Heading(2, "a", "A"), Heading(3, "b", "B"))


def test_wide_table_can_be_scrolled_by_keyboard_and_says_what_it_is() -> None:
    body = render_body("<table><caption>Priser</caption><tbody><tr><td>1</td></tr></tbody></table> efter")

    assert body.html.startswith(
        '<div class="passage passage--lead" id="_indledning">'
        '<div class="table-scroll" role="group" tabindex="0" aria-label="Priser"><table class="stacks" role="table">'
    )
    assert body.html.endswith("</table></div> efter</div>")


def test_each_cell_says_what_its_column_is_called_and_what_it_is() -> None:
    head = "<thead><tr><th></th><th>Pris <strong>i kr.</strong></th></tr></thead>"
    rendered = render_body(f"<table>{head}<tbody><tr><th>Tolk</th><td>0</td><td>x</td></tr></tbody></table>")

    table = html.fragment_fromstring(rendered.html).xpath(".//table")[0]
    cells = table.xpath("./tbody/tr/*")

    assert table.xpath(".//@role") == [
        *("table", "rowgroup", "row", "cell", "columnheader"),  # An empty corner is the header of nothing.
        *("rowgroup", "row", "rowheader", "cell", "cell"),
    ]
    assert [cell.get("data-label") for cell in cells] == [None, "Pris i kr.", None]
    assert not table.xpath("./thead//@data-label")


def test_a_table_without_a_header_stacks_without_names() -> None:
    rendered = render_body("<table><tbody><tr><td>Tolk</td><td>0 kr.</td></tr></tbody></table>")

    table = html.fragment_fromstring(rendered.html).xpath(".//table")[0]

    assert table.get("class") == "stacks"
    assert not table.xpath(".//@data-label")


def test_a_table_whose_cells_span_others_is_left_whole_and_says_that_it_scrolls() -> None:
    rendered = render_body('<table><tbody><tr><td colspan="2">Tolk</td></tr></tbody></table>')

    root = html.fragment_fromstring(rendered.html)

    assert root.xpath(
        "./p[@class='table-scroll__hint']/following-sibling::div[@class='table-scroll']/table[not(@class)]"
    )


@pytest.mark.parametrize(
    ("before", "name"),
    [('<h2 id="priser">Priser</h2>', ("aria-labelledby", "priser")), ("<p>Før.</p>", ("aria-label", "Tabel"))],
)
def test_table_without_a_caption_is_named_by_its_heading(before: str, name: tuple[str, str]) -> None:
    rendered = render_body(f"{before}<table><tbody><tr><td>1</td></tr></tbody></table>")

    group = html.fragment_fromstring(rendered.html).xpath(".//div[@role='group']")[0]

    assert name in group.items()


@pytest.mark.parametrize("body", ["", "   ", "\n"])
def test_empty_text_renders_as_nothing(body: str) -> None:
    assert render_body(body).html == ""


def test_letters_and_entities_survive_rendering() -> None:
    assert render_body("<p>Blåbær &amp; søvn &lt; 8 timer</p>").html == (
        '<div class="passage passage--lead" id="_indledning"><p>Blåbær &amp; søvn &lt; 8 timer</p></div>'
    )
