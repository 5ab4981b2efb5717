"""The step `triage`: a card first, nothing quoted, and a way on for who says that it is not urgent."""

from __future__ import annotations

from typing import Any

import pytest

from chatbots.answering import Question, answer, pipeline
from chatbots.answering.pipeline import run
from chatbots.bots import BOTS, GUIDE, HEALTH, Bot
from chatbots.exceptions import SnapshotError
from chatbots.safety import knowledge
from chatbots.types import Status
from content.models import Page

pytestmark = pytest.mark.django_db

DANGER = "Min mand har hoste og kan ikke få luft, hans læber er blå"


def told(message: str, bot: Bot = HEALTH, **fields: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(event.name, event.data) for event in answer(bot, Question(message, **fields))]


@pytest.mark.parametrize("bot", BOTS.values(), ids=list(BOTS))
def test_in_an_emergency_the_card_comes_first_and_nothing_is_quoted(site: Page, bot: Bot) -> None:
    events = told(DANGER, bot)
    names = [name for name, _ in events if name != "status"]
    assert names[:2] == ["accepted", "help_card"]
    done = events[-1][1]
    assert (done["status"], done["sources"], done["suggestions"]) == ("emergency", [], [])
    assert done["help_cards"][0]["level"] == "act_now"
    assert done["help_cards"][0]["contacts"][0]["url"] == "tel:112"
    assert "> " not in done["text"]


def test_who_says_that_it_is_not_urgent_gets_the_answer_with_the_card_beside_it(site: Page) -> None:
    question = "Hvad lindrer hosten? Jeg kan ikke få luft"
    assert told(question)[-1][1]["status"] == "emergency"
    done = told(question, not_urgent=True)[-1][1]
    assert done["status"] != "emergency"
    assert len(done["help_cards"]) == 1


def test_an_ordinary_question_gets_no_card(site: Page) -> None:
    done = told("Hvad lindrer hosten?")[-1][1]
    assert (done["status"], done["help_cards"]) == ("answered", [])


@pytest.mark.parametrize("message", ["jeg kan ikke mere", "jeg vil ikke være her mere"])
def test_a_cry_of_small_words_is_no_small_talk(message: str) -> None:
    assert run(HEALTH, Question(message)).status is Status.EMERGENCY


def test_an_emergency_is_seen_without_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise SnapshotError("no index")

    monkeypatch.setattr("chatbots.query.current_snapshot", broken)
    assert run(GUIDE, Question(DANGER)).status is Status.EMERGENCY


def test_what_was_said_before_is_no_emergency_now(site: Page) -> None:
    assert run(HEALTH, Question("Hvad lindrer hosten?", turns=())).status is Status.ANSWERED
    assert "triage" in [step.__name__ for step in pipeline.STEPS["health"]]  # type: ignore[attr-defined]


def test_an_english_emergency_is_answered_in_english(site: Page) -> None:
    done = told("I can't breathe and my chest hurts, please help me")[-1][1]
    assert (done["status"], done["language"]) == ("emergency", "en")
    assert any("life" in contact["note"] for contact in done["help_cards"][0]["contacts"])


def test_the_log_tells_the_outcome_and_never_the_words(site: Page, caplog: pytest.LogCaptureFixture) -> None:
    knowledge.forget()
    with caplog.at_level("INFO", logger="chatbots"):
        run(HEALTH, Question(DANGER))
    assert "triage: emergency" in caplog.text
    assert "læber" not in caplog.text
