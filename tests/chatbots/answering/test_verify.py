from __future__ import annotations

import pytest

from chatbots.answering.context import Question
from chatbots.answering.pipeline import run
from chatbots.answering.verify import verify
from chatbots.bots import HEALTH
from chatbots.indexing import freshness
from chatbots.types import Status
from content.models import Page

pytestmark = pytest.mark.django_db


def test_what_its_page_says_word_for_word_is_shown(site: Page) -> None:
    context = run(HEALTH, Question("Hvad lindrer hosten?"))
    before = list(context.paragraphs)
    verify(context)
    assert (context.status, context.paragraphs) == (Status.ANSWERED, before)


def test_a_quotation_with_a_word_changed_is_not_shown(site: Page) -> None:
    context = run(HEALTH, Question("Hvad lindrer hosten?"))
    hit, quoted = context.quotes[0]
    context.quotes[0] = (hit, (quoted[0].replace("lindrer", "helbreder"),))
    context.paragraphs = ["> Varm te med honning helbreder hosten."]
    verify(context)
    assert context.status == Status.UNAVAILABLE
    assert not any("helbreder" in paragraph for paragraph in context.paragraphs)
    assert context.sources == ()


def test_a_row_of_a_table_is_quoted_with_the_columns_of_the_page(site: Page) -> None:
    rows = "<tr><td>Suppe</td><td>2-3 dage</td></tr><tr><td>Kogte ris</td><td>1 dag</td></tr>"
    body = f"<h2>Holdbarhed</h2><table><tr><th>Madvare</th><th>Køleskab</th></tr>{rows}</table>"
    Page.objects.create(
        kind="health", language="da", status="published", title="Madrester", slug="madrester", summary="Mad.", body=body
    )
    freshness.catch_up()
    context = run(HEALTH, Question("Hvor mange dage holder suppe som madvare i køleskab?"))
    assert context.status == Status.ANSWERED
    assert "> Suppe – Køleskab: 2-3 dage" in context.text


def test_a_row_with_its_cells_exchanged_is_not_shown(site: Page) -> None:
    test_a_row_of_a_table_is_quoted_with_the_columns_of_the_page(site)
    context = run(HEALTH, Question("Hvor mange dage holder suppe som madvare i køleskab?"))
    hit, _quoted = context.quotes[0]
    context.quotes[0] = (hit, ("Suppe – Køleskab: 1 dag",))
    verify(context)
    assert context.status == Status.UNAVAILABLE
