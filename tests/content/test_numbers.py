"""Phone numbers and e-mail addresses in a page's text are links, and no number is cut in two by the end of a line."""

from __future__ import annotations

import pytest
from lxml import html

from content.rendering import render_body


def rendered(text: str) -> html.HtmlElement:
    return html.fragment_fromstring(render_body(text).html, create_parent="div")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("<p>Ring 62 00 40 10 eller 70 201 201.</p>", ["tel:+4562004010", "tel:+4570201201"]),
        ("<p>Ring 112, hvis han ikke vågner.</p>", ["tel:112"]),
        ("<p>Call 112, or <strong>ring 112</strong>.</p>", ["tel:112", "tel:112"]),
        ("<p>Ring til 1813 i hovedstaden, eller 116 111. Telefon 1888.</p>", ["tel:1813", "tel:116111", "tel:1888"]),
        ("<p>I 1813 kostede det 116 111 kr. for 116 000, i dag 116 111,50 eller 2 116 111.</p>", []),
        ("<table><tbody><tr><td>62 00 40 30</td></tr></tbody></table>", ["tel:+4562004030"]),
        ("<p><a href='/kontakt/'>62 00 40 10</a></p>", ["/kontakt/"]),
        ("<p>112 har ringet, og 1062 00 40 10 er intet nummer.</p>", []),
        ("<p>Konto 12 34 56 78-9, 10 000 000 kr.</p>", []),
    ],
)
def test_a_phone_number_is_a_link_to_call_it(text: str, links: list[str]) -> None:
    assert rendered(text).xpath("//a/@href") == links


TABLE = (
    "<table><thead><tr><th>Hvad</th><th>{}</th></tr></thead><tbody><tr><td>1888</td><td>{}</td></tr></tbody></table>"
)


@pytest.mark.parametrize(
    ("column", "cell", "links"),
    [
        ("Ring til", "112", ["tel:112"]),
        ("Ring til", "<strong>112</strong>", ["tel:112"]),
        ("Ring til", "Lev Uden Vold, 1888", ["tel:1888"]),
        ("Telefon", "Politiet: 114", ["tel:114"]),
        ("Telefonnummer", "Akuttelefonen 1813 (hele døgnet)", ["tel:1813"]),
        ("Call", "113 or Lægevagten, 70 11 07 07", ["tel:113", "tel:+4570110707"]),
        ("Ring til", "Din egen læge<br>112, hvis det er livsfarligt", ["tel:112"]),
        ("Ring til", "Sms til 114", []),
        ("Ring til", "Nummeret på side 112", []),
        ("Ring til", "Det kostede kr. 112", []),
        ("Ring til", "Grundlagt i 1888, 112 sider", []),
        ("Pris", "112", []),
        ("Side", "112", []),
        ("Telefontid", "1813", []),
        ("Bygget", "Sygehuset, 1888", []),
    ],
)
def test_a_short_number_is_a_link_in_a_cell_that_says_whom_to_call(column: str, cell: str, links: list[str]) -> None:
    body = rendered(TABLE.format(column, cell))
    assert body.xpath("//a/@href") == links
    assert body.text_content() == html.fragment_fromstring(TABLE.format(column, cell)).text_content()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("<p>Skriv til kontakt@aadal.example.</p>", ["mailto:kontakt@aadal.example"]),
        (
            "<p>(a.b+c@post.aadal.example), <em>d_e@f-g.dk</em>!</p>",
            ["mailto:a.b+c@post.aadal.example", "mailto:d_e@f-g.dk"],
        ),
        ("<p>Ring 62 00 40 10 eller skriv til x@y.dk</p>", ["tel:+4562004010", "mailto:x@y.dk"]),
        ("<p><a href='mailto:x@y.dk?subject=Tid'>x@y.dk</a></p>", ["mailto:x@y.dk?subject=Tid"]),
        ("<p><code>x@y.dk</code> @navn a@b https://x@y.dk/ a@b@c.dk</p><h2>x@y.dk</h2>", []),
    ],
)
def test_an_email_address_is_a_link_to_write_to_it(text: str, links: list[str]) -> None:
    assert rendered(text).xpath("//a/@href") == links


def test_hours_stay_on_one_line() -> None:
    body = rendered("<p>Mandag-torsdag kl. 8.30-15.00, fredag kl. 8.30 - 13.00.</p>")
    assert body.xpath("//span[@class='hours']/text()") == ["8.30-15.00", "8.30 - 13.00"]


def test_the_text_is_what_it_was() -> None:
    text = "<p>x@y.dk A 62 00 40 10 b <em>c 70 201 201</em> d kl. 8.30-15.00 e <code>62 00 40 10</code> f</p>"
    assert rendered(text).text_content() == html.fragment_fromstring(text).text_content()


def test_a_heading_is_left_as_it_was() -> None:
    assert "<h2>Ring 62 00 40 10</h2>" in render_body("<h2>Ring 62 00 40 10</h2><p>Nu.</p>").html
