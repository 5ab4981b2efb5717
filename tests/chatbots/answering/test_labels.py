"""An answer is in the question's language; what it quotes is in the page's, and says so."""

from __future__ import annotations

import pytest
from django.utils import translation

from chatbots.answering.compose import QUOTE_MARK, compose_facts
from chatbots.answering.context import Context, Question
from chatbots.answering.labels import label_language
from chatbots.answering.pipeline import STEPS, run
from chatbots.bots import BOTS, HEALTH
from chatbots.query import read_question
from chatbots.retrieval import retrieve
from chatbots.types import Status
from content.models import Page

pytestmark = pytest.mark.django_db


def composed(question: str, language: str, quoted_language: str) -> Context:
    """Return an answer to `question`, in `language`, quoted from the page of `quoted_language` that came first."""
    context = Context(HEALTH, Question(question))
    context.query = read_question(HEALTH, question, None, language=language)
    context.retrieval = retrieve(HEALTH, context.query)
    context.evidence = context.retrieval.hits(quoted_language)
    with translation.override(language):
        compose_facts(context)
        label_language(context)
    return context


def test_an_english_frame_stands_around_a_danish_quotation_and_says_what_it_is(site: Page) -> None:
    context = composed("hoste honning te", "en", "da")
    notice = context.notices[-1]
    lead, *quoted = context.paragraphs[0].split("\n")
    assert "dansk" in notice or "Danish" in notice
    assert "står der" not in lead  # the line around the quotation is English
    assert quoted
    assert all(line.startswith(QUOTE_MARK) for line in quoted)
    assert {source.language for source in context.sources} == {"da"}


def test_a_danish_frame_stands_around_an_english_quotation(site: Page) -> None:
    context = composed("cough honey tea", "da", "en")
    assert context.notices == ["Svaret her er et citat fra en side på engelsk."]
    assert "står der" in context.paragraphs[0].split("\n")[0]


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_quotation_in_the_language_of_the_answer_needs_no_label(site: Page, language: str) -> None:
    question = {"da": "hvad hjælper mod hoste", "en": "what soothes a cough"}[language]
    context = run(HEALTH, Question(question))
    assert context.language == language
    assert context.status in {Status.ANSWERED, Status.PARTIAL}
    assert context.notices == []
    assert {hit.chunk.language for hit, _ in context.quotes} == {language}


@pytest.mark.parametrize("status", [Status.NO_ANSWER, Status.EMERGENCY, Status.UNAVAILABLE])
def test_what_quotes_nothing_says_nothing_of_languages(site: Page, status: Status) -> None:
    context = composed("hoste honning te", "en", "da")
    context.notices, context.status = [], status
    label_language(context)
    assert context.notices == []


@pytest.mark.parametrize("bot", BOTS)
def test_the_label_comes_before_a_model_writes(bot: str) -> None:
    names = [step.__name__ for step in STEPS[bot]]
    assert names.index("advise") < names.index("label_language") < names.index("write")
