from __future__ import annotations

import pytest

from chatbots.answering import Question
from chatbots.answering.context import Context
from chatbots.answering.screen import screen
from chatbots.bots import GUIDE, HEALTH


def screened(message: str) -> Context:
    context = Context(bot=HEALTH, question=Question(message))
    screen(context)
    return context


@pytest.mark.parametrize(
    "message", ["hej", "Hej!", "x", "ok", "hvem er du", "how are you", "goddag", "?", "Hvad laver du?"]
)
def test_what_asks_for_nothing_is_greeted_and_not_searched(message: str) -> None:
    context = screened(message)
    assert context.status == "no_answer"
    assert str(HEALTH.greeting) in context.paragraphs[0]


@pytest.mark.parametrize("message", ["tak", "Tusind tak for hjælpen", "thanks"])
def test_thanks_get_a_you_are_welcome(message: str) -> None:
    assert screened(message).paragraphs == ["Selv tak. Spørg endelig igen, hvis der er andet."]


@pytest.mark.parametrize(
    "message", ["hoste", "hej, jeg har feber", "112", "tak, men hvornår lukker I?", "åbningstider", "kol"]
)
def test_a_question_goes_on_to_the_search(message: str) -> None:
    context = screened(message)
    assert context.status is None
    assert context.paragraphs == []


def test_each_bot_greets_for_itself() -> None:
    context = Context(bot=GUIDE, question=Question("hej"))
    screen(context)
    assert context.paragraphs[0] == str(GUIDE.greeting)
