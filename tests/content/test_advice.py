from __future__ import annotations

import re
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
DO, DONT, OPEN = "do", "dont", "open"


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
        ("Gode råd, når du ikke kan sove", Advice.DO),
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
        "Det gør du forkert",
        "Hvad gør man ikke",
        "Det kan du gøre forkert",
        "Sådan gør du ikke",
        "Gode råd, du ikke skal følge",
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


def marks(heading: str, *lines: str) -> list[str]:
    items = "".join(f"<li>{line}</li>" for line in lines)
    return [mark for mark, _words in lists(f"<h2 id='a'>{heading}</h2><ul>{items}</ul>")[0]]


def test_what_to_do_has_ticks_but_a_line_that_says_no_has_a_cross() -> None:
    lines = (
        "Drik vand.",
        "Brug ikke kolde bade.",
        "Undgå røg.",
        "<strong>Kaffe:</strong> Drik aldrig mere end før.",
        "Lad være med at klø.",
        "Do not use soap.",
        "Never give honey to a baby.",
    )

    assert marks("Det kan du selv gøre", *lines) == [DO, DONT, DONT, DONT, DONT, DONT, DONT]


@pytest.mark.parametrize(
    "line",
    [
        "Glem ikke at drikke vand",  # A no that urges.
        "Tøv ikke med at ringe til lægen",
        "Vent ikke med at ringe",
        "Vær ikke bange for at bevæge dig",
        "Undgå ikke motion",
        "Undgå at vente for længe",
        "Lad være med at bekymre dig",
        "Giv ikke op",
        "Drik ikke for lidt",
        "Don't forget to drink",
        "Don’t give up",
        "Do not hesitate to call",
        "Giv barnet ikke honning",  # A no that stands further on.
        "Drik helst ikke alkohol",
        "Rør så vidt muligt ikke såret",
        "Ingen alkohol i to dage",
        "Ikke varme bade",
        "Hvis du har feber, må du ikke tage på arbejde",
        "No alcohol for two days",
        "Please do not drive",
        "Giv let tøj på. Pak det ikke ind.",  # Both in one line.
        "Te med honning kan lindre. Børn under 1 år må ikke få honning.",
        "Sug på en pastil. Giv ikke pastiller til små børn",
        "Vær varsom med alkohol",
        "Be careful with alcohol",
    ],
)
def test_a_line_of_what_to_do_that_does_not_clearly_forbid_has_neither_tick_nor_cross(line: str) -> None:
    assert marks("Det kan du selv gøre", line, f"<em>{line}</em>") == [OPEN, OPEN]


@pytest.mark.parametrize("line", ["Glem ikke at drikke", "Drik vand i stedet", "Giv barnet ikke honning"])
def test_among_what_to_avoid_a_line_that_says_something_else_has_no_cross_and_no_hidden_word(line: str) -> None:
    assert lists(f"<h2 id='a'>Det skal du undgå</h2><ul><li>{line}</li></ul>") == [[(OPEN, line)]]


@pytest.mark.parametrize(
    "line",
    [
        "Ring 112 ved åndenød",
        "Ring til Giftlinjen på 82 12 12 12, hvis du har drukket det",
        "Vask øjet i 15 minutter, hvis du får det i øjet",
        "Søg læge, hvis det bliver værre",
        "Hold såret rent",
        "Tør huden forsigtigt",
        "Hvis du får det i munden, skal du skylle med vand",
        "Du skal straks skylle øjet",
        "Åndenød: Ring 112",
        "Åndenød – så ring 112",
        "Stærk sæbe. Skyl med vand.",
        "Call 112 if you cannot breathe",
        "Wash the eye for 15 minutes",
        "If you get it in your eye, rinse it",
    ],
)
def test_among_what_to_avoid_a_line_that_tells_what_to_do_has_no_cross(line: str) -> None:
    assert lists(f"<h2 id='a'>Det skal du undgå</h2><ul><li>{line}</li></ul>") == [[(OPEN, line)]]


@pytest.mark.parametrize(
    "line",
    [
        "at drikke alkohol",
        "drikke alkohol",
        "Ringorme",
        "Smør",
        "Træk og kulde",
        "Brug af sæbe",
        "Kontakt med syge",
        "Tør luft",
        "Varm mad",
        "Løft af tunge ting",
        "Contact with animals",
        "Smoke and dust",
        "Cool drinks",
        "Take-away food",
        "Swimming",
    ],
)
def test_what_is_named_among_what_to_avoid_has_a_cross_though_a_verb_looks_like_it(line: str) -> None:
    assert lists(f"<h2 id='a'>Det skal du undgå</h2><ul><li>{line}</li></ul>") == [[(DONT, f"Undgå: {line}")]]


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
    assert lists(f"{heading}<p>De er lette. Følgende hjælper ikke.</p><ul><li>Honning.</li></ul>") == []
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
    no = re.compile(r"\b(?:undgå|avoid|ikke|not|aldrig|never|ingen|hverken|varsom)\b|n[’']t\b", re.IGNORECASE)
    marked = [
        line
        for path in sorted(DEMO.glob("*/*/*.md"))
        for found in lists(to_html(path.read_text().split("---\n", 2)[2]))
        for line in found
    ]

    assert sum(mark == DO for mark, _words in marked) > 80
    assert [words for mark, words in marked if mark == DO and no.search(words)] == []
    assert [words for mark, words in marked if mark == DONT and not no.search(words)] == []
    assert (DONT, "Prik ikke hul på blærerne.") in marked
    assert (OPEN, "Te med honning kan lindre. Børn under 1 år må ikke få honning.") in marked
