"""Golden questions are asked of the real bots, as visitors ask them; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chatbots.answering import pipeline
from chatbots.answering.context import Context
from chatbots.answering.pipeline import Step
from chatbots.conversation_models import Conversation, Turn
from chatbots.evaluation.asking import evaluate, remembered_embeddings
from chatbots.evaluation.golden import GoldenQuestion
from chatbots.evaluation.outcomes import Fault, Support
from chatbots.evaluation.variants import MODES, Variant
from chatbots.llms.echo import EchoLLM
from chatbots.types import Handover, Status
from content.models import Page
from tests.chatbots.evaluation.outcomes import ELSEWHERE, FACT, REFUSAL
from tests.chatbots.pages import index, make_hours, make_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("judge_by_shared_words")]

HOURS = GoldenQuestion("c", "guide", "da", "fact", "hvornår har sundhedscentret åbent", ("aabningstider",), "answered")


@pytest.fixture(autouse=True)
def site() -> None:
    make_hours()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    make_page()
    index()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Context]]:
    """Return the list that every context is added to when its last step has run."""
    contexts: list[Context] = []

    def note(context: Context) -> None:
        contexts.append(context)

    steps = {bot: (note, *steps) for bot, steps in pipeline.STEPS.items()}
    monkeypatch.setattr(pipeline, "STEPS", steps)
    yield contexts


def test_a_right_page_is_found_and_a_wrong_one_is_not() -> None:
    found, guide, nowhere = evaluate([FACT, HOURS, replace(FACT, id="d", pages=("aabningstider",))])
    assert (found.rank, found.found[0], found.shown[0]) == (1, "feber", ("feber", "health"))
    assert found.right
    assert found.best_is_right
    assert found.support == Support(sentences=1, supported=1)
    assert guide.rank == 1
    assert nowhere.rank == 0
    assert not nowhere.best_is_right
    for outcome in (found, guide, nowhere):
        assert 0 < sum(outcome.timings.values()) <= outcome.seconds
        assert outcome.timings.keys() >= {"read", "retrieve", "judge", "verify"}


def test_a_page_that_is_gone_is_not_found() -> None:
    Page.objects.filter(slug="feber").delete()
    assert evaluate([FACT])[0].rank == 0


def test_the_judge_tells_its_confidence_when_it_refuses() -> None:
    (outcome,) = evaluate([replace(REFUSAL, bot="health", question="hvem vandt kampen om grader i går aftes")])
    assert outcome.status == "no_answer"
    assert outcome.confidence is not None
    assert 0 < outcome.confidence < 0.5


def test_what_is_said_before_is_said_first_and_nothing_is_stored(seen: list[Context]) -> None:
    turns = ("hvad er feber", "hvad hjælper mod hosten")
    (outcome,) = evaluate([replace(FACT, turns=turns, page="/sundhed/feber/")])
    assert [context.question.message for context in seen] == [*turns, FACT.question]
    first, second, last = (context.question for context in seen)
    assert first.turns == ()
    assert [turn.question for turn in last.turns] == list(turns)
    assert last.turns[0].text == seen[0].text
    assert last.turns[0].sources[0].title == "Feber"
    assert {question.page for question in (first, second, last)} == {"/sundhed/feber/"}
    assert sum(outcome.timings.values()) == pytest.approx(sum(seen[2].timings.values()))
    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()


def test_a_question_is_masked_as_a_visitors_is(seen: list[Context]) -> None:
    evaluate([replace(FACT, question="mit cpr er 010203-1234, hvor mange grader er feber")])
    assert "0203" not in seen[0].question.message
    assert seen[0].question.masked == {"cpr"}


def handing_over(step_bot: str) -> Variant:
    def hand_over(context: Context) -> None:
        if context.bot.name == step_bot:
            context.status = Status.HANDOVER
            context.handover = Handover("guide", "hvornår har sundhedscentret åbent")

    def change(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return (steps[0], hand_over, *steps[1:])

    return Variant("handing over", "", change)


def test_a_handover_is_followed_to_the_other_bot() -> None:
    (landed, elsewhere) = evaluate([ELSEWHERE, replace(ELSEWHERE, id="i", pages=("feber",))], handing_over("health"))
    assert landed.referral is not None
    assert (landed.referral.bot, landed.referral.status, landed.referral.rank) == ("guide", "answered", 1)
    assert landed.referral.pages[0] == ("aabningstider", "page")
    assert landed.right
    assert elsewhere.faults == (Fault.HANDED_OVER_IN_VAIN,)


def test_embeddings_are_remembered_only_for_a_while(embedded: list[tuple[str, str]]) -> None:
    with remembered_embeddings():
        first = evaluate([FACT])
        count = len(embedded)
        again = evaluate([FACT])
        assert len(embedded) == count
    assert [outcome.text for outcome in first] == [outcome.text for outcome in again]
    evaluate([FACT])
    assert len(embedded) > count


def test_retrieval_alone_shows_the_first_passage_and_refuses_nothing() -> None:
    found, nonsense = evaluate([FACT, REFUSAL], MODES["retrieval"])
    assert found.right
    assert nonsense.faults == (Fault.ANSWERED_UNANSWERABLE,)
    assert found.timings.keys() == {"read", "retrieve", "take_nearest", "show_first_passage"}


def test_what_a_model_invents_is_seen_where_nothing_checks_it() -> None:
    llm = EchoLLM(reply_with="Feber er over 38 grader. Giv barnet 500 mg panodil hver time.")
    unchecked = replace(MODES["llm-unchecked"], llm=llm)
    checked = replace(MODES["llm"], llm=llm)
    (without,) = evaluate([FACT], unchecked)
    (within,) = evaluate([FACT], checked)
    assert "500 mg" in without.text
    assert without.support == Support(sentences=2, supported=1, new_numbers=1)
    assert "500 mg" not in within.text
    assert within.support.new_numbers == 0
    assert within.support.supported == within.support.sentences


def test_a_model_alone_shows_no_page() -> None:
    llm = EchoLLM(reply_with="Feber er over 41 grader.")
    (outcome,) = evaluate([FACT], replace(MODES["llm-alone"], llm=llm))
    assert outcome.status == "answered"
    assert outcome.rank == 0
    assert outcome.support == Support(sentences=1, supported=0, new_numbers=1)
    assert "Hvad er feber?" not in str(llm.asked)
