from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from lxml import html

from content.advice import Advice, advice_of
from content.cleaning import clean_body
from content.markdown import to_html, to_markdown
from content.rendering import render_body

DEMO = Path(settings.BASE_DIR) / "content" / "demo"
DO, DONT = "do", "dont"


def lists(body: str) -> list[list[tuple[str, str]]]:
    """Return the lists of advice in `body`, each line with its mark and what a screen reader hears."""
    root = html.fragment_fromstring(render_body(body).html, create_parent="div")
    return [
        [(item.get("class").rpartition("--")[2], item.text_content()) for item in found]
        for found in root.xpath(".//ul[@class='advice']")
    ]


@pytest.mark.parametrize(
    ("heading", "advice"),
    [
        ("Det kan du selv gøre", Advice.DO),
        ("Det kan du gøre mod hoste", Advice.DO),
        ("Det kan I prøve", Advice.DO),
        ("Det gør du, indtil ambulancen kommer", Advice.DO),
        ("Hvad kan du selv gøre?", Advice.DO),
        ("Gør sådan", Advice.DO),
        ("Gode råd", Advice.DO),
        ("Fem gode råd mod stress", Advice.DO),
        ("Råd, der virker", Advice.DO),
        ("Sådan hjælper du barnet", Advice.DO),
        ("Sådan undgår du at blive skoldet", Advice.DO),
        ("Det lindrer ofte", Advice.DO),
        ("What you can do yourself", Advice.DO),
        ("How to avoid food poisoning", Advice.DO),
        ("Do", Advice.DO),
        ("Det skal du undgå", Advice.DONT),
        ("Hvad skal jeg undgå?", Advice.DONT),
        ("Det må du ikke", Advice.DONT),
        ("Det skal du ikke gøre", Advice.DONT),
        ("Det må du ikke spise, når du er gravid", Advice.DONT),
        ("Mad, du bør undgå", Advice.DONT),
        ("Gør ikke", Advice.DONT),
        ("Undgå", Advice.DONT),
        ("Lad være med:", Advice.DONT),
        ("What to avoid", Advice.DONT),
        ("Don’t", Advice.DONT),
        ("Foods to avoid", Advice.DONT),
    ],
)
def test_a_heading_says_whether_its_list_is_to_be_done_or_left_undone(heading: str, advice: Advice) -> None:
    assert advice_of(heading) is advice


@pytest.mark.parametrize(
    "heading",
    [
        "Undgå flåtbid",  # What one wants to escape: the list says what to do.
        "Undgå at smitte familien",
        "Avoid infecting others",
        "Hvornår skal du ikke vaccineres?",
        "Hvorfor skal du undgå solen?",
        "Hvorfor du skal undgå solen",
        "Det må du ikke glemme",
        "Det skal du ikke være bange for",
        "Det hjælper ikke",
        "Det hjælper vi med",
        "Det kan du ikke selv gøre",
        "Det kan du gøre, og det skal du undgå",
        "Dos and don’ts",
        "Hvor meget må man drikke?",
        "Hjælp, der virker",
        "Rådgivning",
        "Råd og vejledning",
        "Sådan foregår det",
        "Sådan opdager du lus",
        "Doctors",
        "",
    ],
)
def test_a_heading_that_may_mean_either_shows_a_plain_list(heading: str) -> None:
    assert advice_of(heading) is None


def test_what_to_do_has_ticks_but_a_line_that_says_no_has_a_cross() -> None:
    body = (
        "<h2 id='a'>Det kan du selv gøre</h2><ul><li>Drik vand.</li><li>Brug ikke kolde bade.</li>"
        "<li>Undgå røg.</li><li><strong>Kaffe:</strong> Drik aldrig mere end før.</li>"
        "<li>Giv let tøj på. Pak det ikke ind.</li><li>Hvis ikke det hjælper, så hvil.</li></ul>"
    )

    assert [mark for mark, _words in lists(body)[0]] == [DO, DONT, DONT, DONT, DO, DO]


def test_what_to_avoid_has_crosses_and_each_line_is_heard_as_a_no() -> None:
    body = (
        "<h2 id='a'>Det skal du undgå</h2><ul><li>varme <em>bade</em></li><li><p>alkohol</p></li>"
        "<li>Drik ikke kaffe.</li><li>Ingen motion.</li><li>Undgå sol.</li></ul>"
    )

    assert lists(body) == [
        [
            (DONT, "Undgå: varme bade"),
            (DONT, "Undgå: alkohol"),
            (DONT, "Drik ikke kaffe."),
            (DONT, "Ingen motion."),
            (DONT, "Undgå sol."),
        ]
    ]
    with translation.override("en"):
        assert lists("<h2 id='a'>What to avoid</h2><ul><li>hot baths</li></ul>") == [[(DONT, "Avoid: hot baths")]]


def test_a_mark_is_a_picture_that_says_nothing_and_the_list_stays_a_list() -> None:
    passage = html.fragment_fromstring(render_body("<h2 id='a'>Gode råd</h2><ul><li>Hvil <b>dig</b>.</li></ul>").html)

    (found,) = passage.xpath("./ul")
    (icon,) = found.xpath("./li/*[name()='svg']")
    assert found.get("role") == "list"
    assert icon.get("aria-hidden") == "true"
    assert icon.xpath("./*/@href")[0].endswith("#tick")
    assert icon.tail == "Hvil "


def test_steps_keep_their_numbers_and_only_the_first_list_is_the_headings() -> None:
    assert lists("<h2 id='a'>Gør sådan</h2><ol><li>Ring.</li></ol><ul><li>Hvil.</li></ul>") == []
    assert lists("<h2 id='a'>Gode råd</h2><p>Prøv.</p><ul><li>Hvil.</li></ul><p>Andet.</p><ul><li>Ro.</li></ul>") == [
        [(DO, "Hvil.")]
    ]


def test_the_sentence_before_a_list_decides_what_it_is() -> None:
    heading = "<h2 id='a'>Det kan du selv gøre</h2>"

    assert lists(f"{heading}<p>Du kan lindre den:</p><ul><li>Hvil.</li></ul>") == [[(DO, "Hvil.")]]
    assert lists(f"{heading}<p>Ring til lægen, hvis du</p><ul><li>har feber</li></ul>") == []
    assert lists(f"{heading}<p>Det skal du undgå:</p><ul><li>kulde</li></ul>") == [[(DONT, "Undgå: kulde")]]
    assert lists("<h2 id='a'>Det skal du undgå</h2><p>I stedet kan du:</p><ul><li>hvile</li></ul>") == []
    assert lists("<h2 id='a'>Det skal du undgå</h2><p>Sluk. Gør dette i stedet.</p><ul><li>Hvil.</li></ul>") == []
    assert lists(f"{heading}<p>Hold øje med disse tegn.</p><ul><li>Feber.</li></ul>") == []
    assert lists("<p>Undgå:</p><ul><li>kulde</li></ul>") == [[(DONT, "Undgå: kulde")]]


def test_a_care_card_goes_first() -> None:
    assert lists("<h2 id='a'>Ring 112, hvis</h2><ul><li>du ikke kan få luft</li></ul>") == []
    assert lists("<h2 id='a'>Gode råd</h2><p>Ring 112, hvis du</p><ul><li>ikke kan få luft</li></ul>") == []


def test_no_word_is_lost_or_moved() -> None:
    body = clean_body(
        "<h2>Det skal du undgå</h2><ul><li>varme <a href='/x/'>bade</a><ul><li>lange</li></ul></li><li>112</li></ul>"
    )
    rendered = html.fragment_fromstring(render_body(body).html, create_parent="div")
    for said in rendered.xpath(".//*[@class='visually-hidden']"):
        said.drop_tree()

    assert rendered.text_content().split() == html.fragment_fromstring(body, create_parent="div").text_content().split()


def test_what_makes_such_a_list_goes_through_files_as_plain_text() -> None:
    body = to_html("## Det skal du undgå\n\n- varme bade\n")

    assert "advice" not in body
    assert "Undgå:" not in body
    assert to_html(to_markdown(body)) == body


def test_in_the_demo_site_no_tick_stands_at_what_must_not_be_done() -> None:
    forbidding = ("undgå", "avoid", "do not", "don’t", "aldrig", "never")
    marked = [
        line
        for path in sorted(DEMO.glob("*/*/*.md"))
        for found in lists(to_html(path.read_text().split("---\n", 2)[2]))
        for line in found
    ]
    ticked = [words for mark, words in marked if mark == DO]

    assert len(ticked) > 80
    assert [words for words in ticked if words.lower().startswith(forbidding) or words.split()[1] == "ikke"] == []
    assert (DONT, "Prik ikke hul på blærerne.") in marked
