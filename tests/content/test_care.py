from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
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
        ("Gå til lægen, hvis", Care.DOCTOR),
        ("Hvornår skal du til læge?", Care.DOCTOR),
        ("Hvornår skal man gå til lægen", Care.DOCTOR),
        ("Opsøg læge", Care.DOCTOR),
        ("Go to the doctor if", Care.DOCTOR),
        ("Tag på skadestuen", Care.TODAY),
        ("Tag straks på skadestuen, hvis", Care.TODAY),
        ("Ring til 1813", Care.TODAY),
        ("Go to A&E", Care.TODAY),
        ("Kontakt lægen, hvis det er akut", Care.DOCTOR),  # What is urgent there is what it goes for.
        ("Ring 112, hvis barnet ikke kan vækkes", Care.NOW),
        ("Ring ikke 112", None),
        ("Ring aldrig 112 for sjov", None),
        ("Ring ikke til lægen, hvis", None),
        ("Gå en tur", None),
        ("Tag på tur", None),
        ("Ring til en sundhedsplejerske", None),
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


def frames(body: str) -> list[str]:
    """Return what the cards inside the passages of `body` say."""
    root = html.fragment_fromstring(render_body(body).html, create_parent="div")
    return [box.text_content() for box in root.xpath(".//div[contains(@class, 'care--inside')]")]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<strong>Ring straks til lægen eller lægevagten (70 11 07 07), hvis et barn har feber.</strong>", "Haster:"),
        ("Ring til lægen eller fødestedet samme dag, hvis du er gravid.", "Haster:"),
        ("Call the doctor at once if a child under 3 months has a fever.", "Haster:"),
        ("Ring til din læge, hvis nældefeberen bliver ved.", "Kontakt lægen"),
        ("Kontakt lægen eller diabetessygeplejersken, når du har følinger.", "Kontakt lægen"),
        ("Ring 112 ved kramper.", "Livsfare:"),
        ("Ring til lægevagten på 70 11 07 07.", None),  # A number, and no if or when.
        ("Ring til din læge. Hvis det er lukket, så vent.", None),
        ("Du kan ringe til lægen, hvis du er i tvivl.", None),
        ("Ring ikke 112, hvis det kan vente.", None),
    ],
)
def test_a_paragraph_that_begins_with_a_call_is_a_card_of_its_own(text: str, label: str | None) -> None:
    assert [box.startswith(str(label)) for box in frames(f"<p>{text}</p><p>Hvil.</p>")] == ([True] if label else [])


def test_a_card_for_today_holds_the_list_it_introduces() -> None:
    assert frames("<p>Ring til lægen samme dag, hvis</p><ul><li>du besvimer</li></ul><p>Hvil.</p>") == [
        "Haster: Få hjælp i dagRing til lægen samme dag, hvisdu besvimer"
    ]


def test_inside_a_card_only_what_is_graver_is_framed() -> None:
    calls = "<p>Kontakt lægen, hvis a.</p><p>Ring straks til lægen, hvis b.</p><p>Ring 112, hvis c.</p>"

    assert len(frames(f"<h2 id='a'>Symptomer</h2>{calls}")) == 3
    assert [box[:5] for box in frames(f"<h2 id='a'>Hvornår skal du søge læge?</h2>{calls}")] == ["Haste", "Livsf"]
    assert [box[:5] for box in frames(f"<h2 id='a'>Ring samme dag, hvis</h2>{calls}")] == ["Livsf"]
    assert frames(f"<h2 id='a'>Ring 112</h2>{calls}") == []


def test_the_most_urgent_advice_of_the_demo_site_is_a_card() -> None:
    for slug, beginning in (
        ("da/health/feber-hos-boern", "Haster: Få hjælp i dagRing straks til lægen eller lægevagten (70 11 07 07)"),
        ("en/health/fever-in-children", "Haster: Få hjælp i dagCall the doctor or the out-of-hours doctor"),
        ("da/health/graviditetskvalme", "Haster: Få hjælp i dagRing til lægen eller fødestedet samme dag"),
        ("da/health/naeldefeber", "Kontakt lægenRing til din læge"),
        ("da/health/lavt-blodsukker", "Kontakt lægenKontakt lægen eller diabetessygeplejersken"),
    ):
        text = (Path(settings.BASE_DIR) / "content" / "demo" / f"{slug}.md").read_text().split("---\n", 2)[2]
        assert any(box.startswith(beginning) for box in frames(to_html(text))), slug


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
