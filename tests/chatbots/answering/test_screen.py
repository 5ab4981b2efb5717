from __future__ import annotations

import pytest

from chatbots.answering import Question
from chatbots.answering.context import Context, EarlierTurn
from chatbots.answering.screen import screen
from chatbots.bots import GUIDE, HEALTH, Bot

EARLIER = EarlierTurn("Hvordan behandler jeg lus?")


def screened(message: str, *turns: EarlierTurn, bot: Bot = HEALTH) -> Context:
    context = Context(bot=bot, question=Question(message, turns=turns))
    screen(context)
    return context


@pytest.mark.parametrize("message", ["hej", "Hej!", "x", "ok", "how are you", "goddag", "?", "hjælp"])
def test_what_asks_for_nothing_is_greeted_and_not_searched(message: str) -> None:
    context = screened(message)
    assert context.status == "no_answer"
    assert str(HEALTH.greeting) in context.paragraphs[0]


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("tak", "Selv tak."),
        ("Tusind tak for hjælpen", "Selv tak."),
        ("tak for hjælpn!", "Selv tak."),
        ("okay, mange tak", "Selv tak."),
        ("thanks", "Selv tak."),
        ("Thank you so much", "Selv tak."),
        ("farvel", "Farvel"),
        ("farvle", "Farvel"),
        ("hej hej", "Farvel"),
        ("bye!", "Farvel"),
        ("hvem er du?", "en robot"),
        ("er du et menneske?", "en robot"),
        ("er du et mennske", "en robot"),
        ("are you a real person?", "en robot"),
        ("hvad kan du?", "Jeg kan svare på spørgsmål"),
        ("Hej, kan du hjælpe mig?", "Jeg kan svare på spørgsmål"),
        ("what can you do", "Jeg kan svare på spørgsmål"),
        ("det hjalp ikke", "Det er jeg ked af."),
        ("nej, det hjalp mig ikke", "Det er jeg ked af."),
        ("det var ikke det jeg spurgte om", "Det er jeg ked af."),
        ("that didn't help", "Det er jeg ked af."),
    ],
)
def test_small_talk_gets_a_human_reply(message: str, reply: str) -> None:
    for turns in ((), (EARLIER,)):
        context = screened(message, *turns)
        assert context.status == "no_answer"
        assert reply in context.text


@pytest.mark.parametrize(
    "message",
    [
        *("hoste", "hej, jeg har feber", "112", "åbningstider", "kol", "tak, men hvornår lukker I?"),
        *("tak, men hvad så med børn?", "mange tak, hvad koster det?", "thanks, but what about children?"),
        *("jeg er ked af det", "jeg er så ked af det hele", "jeg har det ikke godt", "er du et menneske værd at redde"),
        *("det hjalp ikke at tage panodil", "hvem er jeres læge", "hvad kan du sige om feber", "er du læge for børn"),
    ],
)
def test_a_question_or_a_feeling_goes_on(message: str) -> None:
    for turns in ((), (EARLIER,)):
        context = screened(message, *turns)
        assert context.status is None
        assert context.paragraphs == []


@pytest.mark.parametrize("message", ["er en gang nok?", "hvor så?", "og hvad med dem?", "hvornår så", "why not?"])
def test_a_question_of_small_words_leans_on_what_was_said(message: str) -> None:
    assert screened(message, EARLIER).status is None
    assert screened(message).status == "no_answer"


def test_small_talk_is_small_talk_in_the_middle_of_a_conversation_too() -> None:
    for message in ("hej", "ok", "ja", "super"):
        assert screened(message, EARLIER).status == "no_answer"


def test_each_bot_speaks_for_itself() -> None:
    assert screened("hej", bot=GUIDE).paragraphs[0] == str(GUIDE.greeting)
    assert "Vejviseren" in screened("hvem er du", bot=GUIDE).text
    assert "- Hvor kan jeg parkere?" in screened("hvad kan du", bot=GUIDE).text
