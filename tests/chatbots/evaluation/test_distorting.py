"""A writer that is known to lie shows what verification stops."""

from __future__ import annotations

import pytest

from chatbots.answering.prompts import Passage, messages_for
from chatbots.evaluation.asking import evaluate
from chatbots.evaluation.distorting import DistortingLLM, statements_in, try_verification
from tests.chatbots.evaluation.outcomes import FACT, REFUSAL
from tests.chatbots.pages import index, make_page

STATEMENTS = ("Feber er over 38 grader.", "Du må ikke gå på arbejde.", "Drik rigeligt.")


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_copies_its_evidence_and_spoils_every_second_sentence(language: str) -> None:
    prompt = messages_for("health", language, "Hvad er feber?", [Passage("Feber › Hvad er feber?", STATEMENTS)])
    assert statements_in(prompt[-1].content) == list(STATEMENTS)
    llm = DistortingLLM()
    text = "".join(llm.reply(prompt, max_tokens=200))
    copied, spoilt = llm.written[::2], llm.written[1::2]
    assert tuple(one.text for one in copied) == STATEMENTS
    assert [one.sort for one in spoilt] == ["changes a number", "turns a statement round", "invents a treatment"]
    assert [one.text for one in spoilt[:2]] == ["Feber er over 77 grader.", "Du må gå på arbejde."]
    assert all(one.text in text for one in llm.written)


@pytest.mark.django_db
@pytest.mark.usefixtures("judge_by_shared_words")
def test_what_a_visitor_reads_is_counted_with_the_check_and_without() -> None:
    body = "<h2>Hvad er feber?</h2><p>Feber er over 38 grader. Feber hos voksne varer 3 dage.</p>"
    make_page("feber", body=body)
    index()
    trial = try_verification([FACT, REFUSAL], evaluate)
    false = {sort for sort in trial.written if sort != "copies"}
    count = trial.written["copies"]
    assert count >= 2
    assert sum(trial.written[sort] for sort in false) == count
    assert all(trial.unchecked[sort] == trial.written[sort] for sort in trial.written)
    assert not any(trial.checked[sort] for sort in false)
    assert trial.leaks == []
    assert trial.checked["copies"] >= 1
    assert trial.rows()[-1] == ("spoils, in all", count, count, 0)
