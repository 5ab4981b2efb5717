from __future__ import annotations

import pytest

from chatbots.answering.context import Question
from chatbots.answering.pipeline import run
from chatbots.answering.verify import verify
from chatbots.bots import HEALTH
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
