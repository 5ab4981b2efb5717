"""A process without the embedding model searches by words: it says so, answers with reserve, and sees an emergency."""

from __future__ import annotations

import pytest

from chatbots.answering import Question
from chatbots.answering.context import Context
from chatbots.answering.pipeline import run
from chatbots.bots import HEALTH
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing
from chatbots.types import Status
from content.models import Page

pytestmark = pytest.mark.django_db

NOTICE = "Lige nu kan jeg kun lede efter de ord, du selv skriver, så jeg kan overse noget."


@pytest.fixture(autouse=True)
def model_is_gone(site: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    monkeypatch.setattr(HashingEmbedder, "embed", missing)
    monkeypatch.setattr(HashingEmbedder, "model_id", property(missing))


def asked(question: str) -> Context:
    return run(HEALTH, Question(question, language="da"))


def test_what_the_words_find_is_quoted_with_reserve() -> None:
    context = asked("Hvad lindrer hosten?")
    assert context.status == Status.PARTIAL
    assert context.notices == [NOTICE, "Jeg er ikke sikker på, at det her svarer på det, du spørger om."]
    assert "> Varm te med honning lindrer hosten." in context.text


def test_what_the_words_do_not_find_is_not_answered_and_the_nearest_pages_are_named() -> None:
    context = asked("Hvordan reparerer jeg hoste på en punkteret cykel?")
    assert context.status == Status.NO_ANSWER
    assert context.notices == [NOTICE]
    assert context.suggestions


def test_an_emergency_gets_its_card_and_no_excuse() -> None:
    context = asked("Min mand er faldet om og trækker ikke vejret")
    assert context.status == Status.EMERGENCY
    assert context.help_cards
    assert not context.notices


def test_nothing_is_said_about_an_illness_that_the_page_does_not_name() -> None:
    assert asked("Lindrer varm te med honning rosacea?").status == Status.NO_ANSWER
