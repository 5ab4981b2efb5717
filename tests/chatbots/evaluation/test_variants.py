"""A variant takes the steps that it is about out of the pipeline, or puts others in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatbots.answering import pipeline
from chatbots.bots import BOTS
from chatbots.evaluation.asking import evaluate
from chatbots.evaluation.variants import ABLATIONS, AS_IT_STANDS, MODES, modes_with
from chatbots.llms import get_llm
from chatbots.llms.echo import EchoLLM
from tests.chatbots.evaluation.outcomes import EMERGENCY, FACT, REFUSAL
from tests.chatbots.pages import index, make_page

BY_NAME = {ablation.name: ablation for ablation in ABLATIONS}


def names(steps: tuple[pipeline.Step, ...]) -> list[str]:
    return [step.__name__ for step in steps]


@pytest.mark.parametrize("bot", BOTS)
def test_as_it_stands_is_what_a_visitor_meets(bot: str) -> None:
    assert AS_IT_STANDS.steps_of(bot) == pipeline.STEPS[bot]


@pytest.mark.parametrize("bot", BOTS)
@pytest.mark.parametrize("variant", [variant for variant in ABLATIONS if not variant.missing()], ids=lambda v: v.name)
def test_each_ablation_changes_the_pipeline(bot: str, variant: object) -> None:
    assert variant.steps_of(bot) != pipeline.STEPS[bot]  # type: ignore[attr-defined]


def test_what_a_variant_needs_and_does_not_have_is_told() -> None:
    assert replace(AS_IT_STANDS, needs=("divine",)).missing() == "the pipeline has no step divine"
    assert MODES["llm"].missing() == "no language model is configured"
    assert MODES["quotes"].missing() == ""
    assert replace(MODES["llm"], llm=EchoLLM()).missing() == ""


def test_another_model_has_two_modes_and_writes_only_meanwhile() -> None:
    llm = EchoLLM()
    checked, alone = modes_with("tuned", llm)
    assert (checked.name, alone.name) == ("tuned", "tuned, alone")
    assert names(checked.steps_of("health")) == names(pipeline.STEPS["health"])
    assert "retrieve" in names(alone.steps_of("health"))
    with checked.in_use():
        assert get_llm() is llm
    assert get_llm() is None


@pytest.mark.django_db
@pytest.mark.usefixtures("judge_by_shared_words")
class TestWhatAStepBuys:
    @pytest.fixture(autouse=True)
    def site(self) -> None:
        make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
        index()

    def test_without_the_judge_nothing_is_refused(self) -> None:
        nonsense = replace(REFUSAL, bot="health", question="hvem vandt kampen om grader i går aftes")
        assert evaluate([nonsense])[0].right
        assert not evaluate([nonsense], BY_NAME["without judge"])[0].right

    def test_without_triage_an_emergency_is_missed(self) -> None:
        assert evaluate([EMERGENCY])[0].right
        assert not evaluate([EMERGENCY], BY_NAME["without triage"])[0].right

    def test_a_search_by_words_finds_no_meaning_and_one_by_meaning_no_words(self) -> None:
        make_page("hoste")
        index()
        question = FACT
        for name in ("whole passages only", "dense only", "lexical only"):
            (outcome,) = evaluate([question], BY_NAME[name])
            assert outcome.timings.keys() >= {"retrieve_by", "judge"}
        assert evaluate([question], BY_NAME["lexical only"])[0].rank == 1
