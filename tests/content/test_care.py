from __future__ import annotations

import pytest
from lxml import html

from content.care import Care, care_of
from content.cleaning import clean_body
from content.markdown import to_html, to_markdown
from content.rendering import render_body


@pytest.mark.parametrize(
    ("heading", "care"),
    [
        ("Ring 112, hvis", Care.NOW),
        ("Ring straks 112", Care.NOW),
        ("Call 112 in danger", Care.NOW),
        ("Ring til lægevagten, hvis", Care.TODAY),
        ("Kontakt lægen samme dag, hvis", Care.TODAY),
        ("Ring med det samme ved disse tegn", Care.TODAY),
        ("Kontakt lægen, hvis …", Care.DOCTOR),
        ("Hvornår skal du søge læge?", Care.DOCTOR),
        ("Hvornår skal du kontakte lægen?", Care.DOCTOR),
        ("Hvem skal altid kontakte lægen?", Care.DOCTOR),
        ("When to call the doctor", Care.DOCTOR),
        ("Who should always contact the doctor?", Care.DOCTOR),
        ("Kontakt", None),
        ("Kontakt og klage", None),
        ("Behandling hos lægen", None),
        ("Sådan stiller lægen diagnosen", None),
        ("Hvornår skal lægen vide det?", None),
        ("Ringorm", None),
        ("Lægevagten i Region Syddanmark", None),
        ("Hvornår er der åbent?", None),
    ],
)
def test_a_heading_says_how_fast_to_act_or_is_about_something_else(heading: str, care: Care | None) -> None:
    assert care_of(heading) is care


def test_a_passage_with_such_a_heading_is_a_card_that_says_so_in_words() -> None:
    card = html.fragment_fromstring(
        render_body('<h2 id="a">Ring 112, hvis</h2><ul><li>du ikke kan få luft</li></ul>').html
    )

    assert "care--now" in card.get("class")
    assert card[0].text_content() == "Livsfare: Ring 112"
    assert [child.tag for child in card] == ["p", "h2", "ul"]


def test_a_paragraph_that_calls_112_is_framed_with_the_list_it_introduces() -> None:
    markup = render_body(
        "<h2 id='a'>Symptomer</h2><p>Ring 112, hvis smerten</p><ul><li>kommer brat</li></ul><p>Hvil.</p>"
    ).html
    passage = html.fragment_fromstring(markup)

    (box,) = passage.xpath("./div")
    assert "care" not in passage.get("class").split()
    assert box.text_content() == "Livsfare: Ring 112Ring 112, hvis smertenkommer brat"
    assert passage[-1].text_content() == "Hvil."


def test_a_sentence_that_calls_112_is_marked_where_it_stands() -> None:
    rendered = render_body("<p>Ring til lægen. Ring 112, hvis barnet er sløvt. Vent ikke.</p>").html

    call = '<a class="phone" href="tel:112">112</a>'
    assert f"Ring til lægen. <strong>Ring {call}, hvis barnet er sløvt.</strong> Vent ikke.</p>" in rendered


def test_no_word_is_lost_or_moved() -> None:
    body = clean_body(
        "<p>Før. Ring 112, hvis <a href='/x/'>det</a> er slemt.</p><h2>Kontakt lægen, hvis</h2>"
        "<p>Ring 112 ved <strong>kramper</strong>.</p><p>Ring også 112 nu. Og bliv der.</p>"
    )
    rendered = html.fragment_fromstring(render_body(body).html, create_parent="div")
    for label in rendered.xpath(".//p[@class='care__label']"):
        label.drop_tree()

    assert rendered.text_content().split() == html.fragment_fromstring(body, create_parent="div").text_content().split()


def test_what_makes_a_card_goes_through_files_as_plain_text() -> None:
    body = to_html("## Ring 112, hvis\n\n- du ikke kan få luft\n")

    assert "care" not in body
    assert to_html(to_markdown(body)) == body
