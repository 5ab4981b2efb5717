from __future__ import annotations

from copy import copy
from dataclasses import replace

import pytest
from django.utils.translation import override

from chatbots.answering.compose import MAX_SOURCES, QUOTE_MARK, _sources, compose_facts, source_for
from chatbots.answering.context import Context, Question
from chatbots.answering.pipeline import run
from chatbots.answering.select import MOST_PASSAGES, MOST_STATEMENTS
from chatbots.bots import GUIDE, HEALTH
from content.models import Page
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db


def answered(question: str, bot: object = HEALTH) -> Context:
    context = run(bot, Question(question))  # type: ignore[arg-type]
    assert context.status == "answered"
    return context


def test_each_passage_begins_with_where_it_stands_and_quotes_on_lines_of_their_own(site: Page) -> None:
    context = answered("Hvor mange grader er feber?")
    assert 1 <= len(context.paragraphs) <= MOST_PASSAGES
    assert sum(len(quoted) for _, quoted in context.quotes) <= MOST_STATEMENTS
    for paragraph, (hit, quoted) in zip(context.paragraphs, context.quotes, strict=True):
        lead, *lines = paragraph.split("\n")
        assert hit.page.title in lead
        assert all(heading in lead for heading in hit.chunk.heading_path[-1:])
        assert lines == [QUOTE_MARK + statement for statement in quoted]


def test_quoted_passages_are_of_one_page(site: Page) -> None:
    context = answered("Hvor mange grader er feber?")
    assert {hit.page.slug for hit, _ in context.quotes} == {"feber"}


def test_what_is_quoted_is_a_source_and_each_other_page_is_one_at_most(site: Page) -> None:
    context = answered("Hvor mange grader er feber?")
    titles = [source.title for source in context.sources]
    quoted = len(context.quotes)
    assert titles[:quoted] == ["Feber"] * quoted
    assert len(set(titles[quoted:])) == len(titles[quoted:]) <= MAX_SOURCES
    assert "Feber" not in titles[quoted:]


def test_two_passages_of_one_section_are_one_source(site: Page) -> None:
    context = answered("Hvor mange grader er feber?")
    hit, quoted = context.quotes[0]
    context.quotes = [(hit, quoted), (replace(hit, chunk=copy(hit.chunk)), ("Hele døgnet.",))]
    first, *others = _sources(context)
    assert first.excerpt == f"{' '.join(quoted)} Hele døgnet."
    assert first.url not in [source.url for source in others]


def test_the_way_to_a_page_is_told_in_the_language_of_the_page(site: Page) -> None:
    hit = answered("Hvor mange grader er feber?").evidence[0]
    with override("en"):
        assert source_for(hit, (), 0.5).breadcrumb[0] == "Sygdom og sundhed"


def test_a_source_tells_when_the_page_was_reviewed(site: Page) -> None:
    source = answered("Hvor mange grader er feber?").sources[0]
    assert source.reviewed_on == "2026-03-01"
    assert (source.kind, source.language, source.heading) == ("health", "da", "Hvad er feber?")


def test_a_source_before_the_first_heading_leads_to_the_summary_or_to_the_text_below_it(site: Page) -> None:
    hit = answered("Hvor mange grader er feber?").evidence[0]
    hit.chunk.anchor, hit.chunk.heading_path = "", []
    source = source_for(hit, (), 0.5)
    assert (source.url, source.heading, source.excerpt) == ("/sundhed/feber/#_resume", "", "Om feber.")
    assert source_for(hit, ("Om feber.",), 0.5).url == "/sundhed/feber/#_resume"
    assert source_for(hit, ("Det begynder her.", "Om feber."), 0.5).url == "/sundhed/feber/#_indledning"


@pytest.mark.parametrize(("score", "shown"), [(-0.1, 0), (0.12345, 0.123), (1.7, 1)])
def test_a_score_is_between_nought_and_one(site: Page, score: float, shown: float) -> None:
    hit = answered("Hvor mange grader er feber?").evidence[0]
    assert source_for(hit, (), score).score == shown


def test_the_guide_names_the_way_from_the_top_of_the_menu(site: Page) -> None:
    context = answered("Hvornår har sundhedscentret åbent?", GUIDE)
    assert context.sources[0].breadcrumb == ("Om os", "Åbningstider")
    assert "Om os › Åbningstider" in context.paragraphs[0]


def test_pages_that_score_nought_do_no_harm(site: Page) -> None:
    make_page("to", title="Feber", summary="Om feber.", body=Page.objects.get(slug="feber").body)
    index()
    context = run(HEALTH, Question("Hvor mange grader er feber?"))
    level = tuple(replace(hit, page_score=0.0) for hit in context.evidence)
    again = Context(HEALTH, context.question, context.retrieval, level, 0.8)
    compose_facts(again)
    assert again.sources
    assert all(0 <= source.score <= 1 for source in again.sources)


HOURS = (("Monday", "8-16"), ("Tuesday", "8-16"), ("Wednesday", "Closed"), ("Thursday", "8-18"), ("Friday", "8-14"))


def open_on_weekdays() -> None:
    rows = "".join(f"<tr><th>{day}</th><td>{time}</td></tr>" for day, time in HOURS)
    body = f"<h2>Reception</h2><table><tr><th>Day</th><th>Opening hours</th></tr>{rows}</table>"
    make_page("hours", kind="page", title="Opening hours", summary="When to come.", language="en", body=body)
    index()


def test_opening_hours_are_quoted_with_every_day(site: Page) -> None:
    open_on_weekdays()
    context = answered("What are the opening hours, Monday and Tuesday?", GUIDE)
    quoted = [line for line in context.text.split("\n") if line.startswith(QUOTE_MARK)]
    assert quoted == [f"{QUOTE_MARK}{day}: {time}" for day, time in HOURS]


def test_a_row_is_shown_with_its_columns_in_text_and_source_and_no_head_above_it(site: Page) -> None:
    row = "<tr><td>Temperatur</td><td>Sjælden hos voksne</td><td>Høj, ofte 39-40 °C</td></tr>"
    head = "<tr><th></th><th>Snue</th><th>Influenza</th></tr>"
    make_page("snue", title="Snue eller influenza", body=f"<h2>Tegn</h2><table>{head}{row}</table>")
    index()
    context = answered("Hvor høj er temperaturen hos voksne?")
    shown = "Temperatur – Snue: Sjælden hos voksne; Influenza: Høj, ofte 39-40 °C"
    assert f":\n{QUOTE_MARK}{shown}" in context.text
    assert context.sources[0].excerpt == shown
