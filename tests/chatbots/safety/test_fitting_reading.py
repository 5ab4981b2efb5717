"""What is read is weighed on utterances and on questions that pages list; only the former set thresholds."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbots.embedders import Embedder
from chatbots.safety.fitting_reading import fit_reading
from chatbots.safety.knowledge import Knowledge, shipped_knowledge
from chatbots.safety.measuring import harmless_questions, worried_questions
from chatbots.safety.triage import Outcome
from chatbots.safety.utterances import Utterance, read_utterances

GOLDEN = Path(__file__).resolve().parents[3] / "golden"

pytestmark = [pytest.mark.django_db, pytest.mark.model]


@pytest.fixture(scope="module")
def utterances() -> list[Utterance]:
    """Return a few short utterances of each outcome."""
    said = [one for one in read_utterances(GOLDEN / "triage.yaml") if len(one.text.split()) < 15]
    return [one for outcome in Outcome for one in [one for one in said if one.outcome is outcome][:20]]


@pytest.fixture
def known(real_embedder: Embedder) -> Knowledge:
    return shipped_knowledge(real_embedder)


def test_what_pages_list_has_a_say_in_the_weights_and_none_in_what_is_read(
    utterances: list[Utterance], known: Knowledge, real_embedder: Embedder
) -> None:
    ordinary = harmless_questions(GOLDEN / "demo.yaml")[:20]
    listed = {f"Hvad koster det at låne en cykel i {number} timer?": Outcome.NONE for number in range(20)}
    urgent = dict.fromkeys(listed, Outcome.EMERGENCY)
    calm = fit_reading(utterances, ordinary, listed, known, real_embedder)
    alarmed = fit_reading(utterances, ordinary, urgent, known, real_embedder)
    assert calm["glance"] == alarmed["glance"]
    assert calm["ordinary_read"] == alarmed["ordinary_read"]
    assert calm["emergency"]["weights"] != alarmed["emergency"]["weights"]
    assert calm["card"]["weights"] != alarmed["card"]["weights"]
    assert f"{len(utterances)} utterances, {len(ordinary)} ordinary questions and 20 that" in calm["fitted_on"]


def test_questions_that_are_examples_too_are_left_out(
    utterances: list[Utterance], known: Knowledge, real_embedder: Embedder
) -> None:
    example = known.likeness.examples[0].text
    fitted = fit_reading(utterances, [example], {example: Outcome.NONE}, known, real_embedder)
    assert "0 ordinary questions and 0 that" in fitted["fitted_on"]


def test_worried_questions_are_harmless_ones_whose_answer_deserves_a_card() -> None:
    worried = worried_questions(GOLDEN / "demo.yaml")
    assert {one.outcome for one in worried} == {Outcome.BESIDE}
    assert {one.text for one in worried} < set(harmless_questions(GOLDEN / "demo.yaml"))
    assert worried_questions(GOLDEN / "lay-questions" / "site.jsonl") == []
